//! Eighteen curves of induction by IPTG: simple repression, three operators, six amounts of LacI.

use super::{Origin, Outcome, Picture, Row, Section, lac};

use bioxen::plot::{Axis, Figure, Panel, Scale, Series, Style};

pub(crate) const SECTION: Section = Section {
    title: "Eighteen curves of induction",
    about: "Fold change of a promoter that LacI represses at one operator, by flow cytometry: operators O1, O2 and O3, six strains with 11 to 870 tetramers of LacI, \
            12 concentrations of IPTG. Ten days of github.com/RPGroup-PBoC/mwc_induction (MIT; Razo-Mejia et al., *Cell Syst.* 6:456, 2018): three to four of each \
            operator, the first by date that the authors do not leave out. They fitted the two constants of IPTG to O2 with 130 tetramers; the \
            other 17 curves are held out. No number was fitted here. The means are what the authors compare with, too.",
    rows,
    figures: &[Picture {
        name: "induction",
        caption: "Fold change against IPTG: lines are the model, points the means over days. From top to bottom O1, O2 and O3.",
        draw,
    }],
    quick: true,
};

/// The operators with their energies [kT]: Garcia and Phillips, *PNAS* 108:12173 (2011), as the authors cite them.
const OPERATORS: [(&str, f64); 3] = [("O1", -15.3), ("O2", -13.9), ("O3", -9.7)];

/// What was measured on one day: one strain at one concentration.
struct Point {
    operator: &'static str,
    tetramers: f64,
    iptg_um: f64,
    fold: f64,
}

impl Point {
    fn fitted(&self) -> bool {
        self.operator == "O2" && self.tetramers == 130.0
    }
}

fn points() -> Outcome<Vec<Point>> {
    let mut lines = include_str!("../../../tests/data/lac_induction.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split('\t').collect::<Vec<_>>());
    let strains: Vec<f64> = match lines.next().as_deref() {
        Some([_, _, _, strains @ ..]) => {
            strains.iter().map(|n| n.parse()).collect::<Result<_, _>>()?
        }
        _ => return Err("the table of induction has no strains".into()),
    };
    let mut points = Vec::new();
    for line in lines {
        let [name, _, iptg, folds @ ..] = line.as_slice() else { continue };
        let (operator, _) =
            OPERATORS.into_iter().find(|(of, _)| of == name).ok_or("an unknown operator")?;
        for (tetramers, fold) in strains.iter().zip(folds) {
            points.push(Point {
                operator,
                tetramers: *tetramers,
                iptg_um: iptg.parse()?,
                fold: fold.parse()?,
            });
        }
    }
    Ok(points)
}

/// What the model says.
fn predicted(operator: &str, tetramers: f64, iptg_um: f64) -> Outcome<f64> {
    let (_, states) = lac::loops()?;
    let (_, energy) =
        OPERATORS.into_iter().find(|(of, _)| *of == operator).ok_or("an unknown operator")?;
    Ok(1.0 / (1.0 + lac::weight(energy, tetramers) * states.active(iptg_um)))
}

/// The mean over days for each strain and concentration.
fn means(points: &[Point]) -> Vec<Point> {
    let mut all: Vec<(usize, Vec<f64>)> = Vec::new();
    let same = |a: &Point, b: &Point| {
        (a.operator, a.tetramers, a.iptg_um) == (b.operator, b.tetramers, b.iptg_um)
    };
    for (at, point) in points.iter().enumerate() {
        match all.iter_mut().find(|(first, _)| same(&points[*first], point)) {
            Some((_, folds)) => folds.push(point.fold),
            None => all.push((at, vec![point.fold])),
        }
    }
    let mean = |(first, folds): (usize, Vec<f64>)| {
        let fold = folds.iter().sum::<f64>() / folds.len() as f64;
        Point { fold, ..points[first] }
    };
    all.into_iter().map(mean).collect()
}

/// The root mean square of the distances from the model.
fn rms<'a>(points: impl Iterator<Item = &'a Point>) -> Outcome<(f64, usize)> {
    let (mut sum, mut n) = (0.0, 0);
    for point in points {
        sum += (predicted(point.operator, point.tetramers, point.iptg_um)? - point.fold).powi(2);
        n += 1;
    }
    Ok(((sum / n as f64).sqrt(), n))
}

fn rows() -> Outcome<Vec<Row>> {
    let points = points()?;
    let means = means(&points);
    let mut rows = Vec::new();
    let (found, n) = rms(points.iter().filter(|point| !point.fitted()))?;
    let what = format!("17 held-out curves, root mean square of {n} fold changes of single days");
    rows.push(Row::within("A10", what, "0", found, (0.0, 0.09)).because(DAYS));
    let held = || means.iter().filter(|mean| !mean.fitted());
    let (found, n) = rms(held())?;
    let what = format!("17 held-out curves, root mean square of {n} means over days");
    rows.push(Row::within("A10", what, "0", found, (0.0, 0.09)).because(DAYS));
    for (operator, _) in OPERATORS {
        let of = |mean: &&Point| mean.operator == operator && !mean.fitted();
        let (found, n) = rms(means.iter().filter(of))?;
        let what = format!("held-out curves of {operator}, root mean square of {n} means");
        rows.push(Row::within("L7", what, "0", found, (0.0, 0.09)).because(DAYS));
    }
    let fitted = means.iter().filter(|mean| mean.fitted());
    let (found, n) = rms(fitted)?;
    let what = format!("O2 with 130 tetramers, root mean square of {n} means");
    let row = Row::within("L7", what, "0", found, (0.0, 0.09));
    rows.push(row.of(Origin::Fitted).because(DAYS));
    Ok(rows)
}

const DAYS: &str = "Single days scatter nearly as much as the model misses them: the standard deviation of one day among days is 0.078. Two plates stand out and were kept, since the \
    authors do not leave them out: O2 on 4 August 2016 at 250 µM lies below the same strains at 50 µM, and O1 with 11 tetramers on 17 August reaches 1.5 times the promoter without \
    repressor. The authors have about ten days of each curve, of which three to four are here; over all \
    their 2013 held-out points other code finds 0.085.";

fn draw() -> Outcome<Figure> {
    let means = means(&points()?);
    let mut panels = Vec::new();
    for (operator, _) in OPERATORS {
        let mut series = Vec::new();
        for tetramers in [11.0, 30.0, 62.0, 130.0, 610.0, 870.0] {
            let mut line = (Vec::new(), Vec::new());
            for step in 0..=80 {
                let iptg_um = 0.1 * 10f64.powf(f64::from(step) * 4.7 / 80.0);
                line.0.push(iptg_um);
                line.1.push(predicted(operator, tetramers, iptg_um)?);
            }
            let name = format!("{tetramers} tetramers");
            let model =
                Series { unlisted: true, key: name.clone(), ..Series::line("", line.0, line.1) };
            series.push(Series { name: format!("{name}, model"), ..model });
            let (x, y) = means
                .iter()
                .filter(|p| p.operator == operator && p.tetramers == tetramers && p.iptg_um > 0.0)
                .map(|p| (p.iptg_um, p.fold))
                .unzip();
            series.push(Series::line(name, x, y).with_style(Style::Points));
        }
        let x = Axis { scale: Scale::Log, ..Axis::new("IPTG", "µM") };
        let y = Axis { range: (Some(0.0), Some(1.2)), ..Axis::new("Fold change", "") };
        panels.push(Panel { title: Some(operator.to_owned()), x, y, series });
    }
    Ok(Figure { title: String::new(), panels })
}
