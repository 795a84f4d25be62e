//! Writes a figure of each kind as SVG, PNG, PDF, Vega-Lite and text into the folder of its argument.

use std::path::Path;

use bioxen_plot::{
    Axis, AxisLook, Columns, Drawing, ErrorOf, Field, Figure, HeatMap, Kind, Options, Panel, Plan,
    Scale, Series, Style, Theme,
};

type Any = Box<dyn std::error::Error>;

/// Even noise from -1 to 1 that is the same on every machine.
fn noise(i: usize) -> f64 {
    let golden = 0.618_033_988_749_894_9;
    ((i as f64 + 1.0) * golden * (1.0 + (i % 7) as f64)).fract() * 2.0 - 1.0
}

fn named(names: &[&str]) -> Vec<String> {
    names.iter().map(|n| (*n).to_owned()).collect()
}

/// Growth of some strains in some media, thirty cells each.
fn cells() -> Vec<Field> {
    let (mut strain, mut medium, mut growth, mut size) = (vec![], vec![], vec![], vec![]);
    for i in 0..240 {
        let (s, m) = (i % 4, i / 4 % 2);
        strain.push(["wild type", "ΔlacI", "ΔrecA", "MG1655 pBR322"][s]);
        medium.push(["LB", "M9 glucose"][m]);
        let spread = noise(i) + noise(i * 3 + 1) * 0.5 + if i % 41 == 0 { 3.0 } else { 0.0 };
        growth.push(1.8 - 0.3 * s as f64 - 0.6 * m as f64 + 0.15 * spread);
        size.push((3.0 + s as f64 + noise(i + 9)) * if m == 0 { 1.5 } else { 1.0 });
    }
    vec![
        Field::names("strain", strain),
        Field::names("medium", medium),
        Field::numbers("growth", "1/h", growth),
        Field::numbers("cell size", "µm³", size),
        Field::numbers("plate", "", (0..240).map(|i| f64::from(i % 5) * 2.0).collect()),
    ]
}

/// Means of assays with their standard deviations.
fn means() -> Vec<Field> {
    let strain = ["wild type", "ΔlacI", "ΔrecA", "wild type", "ΔlacI", "ΔrecA"];
    let medium = ["LB", "LB", "LB", "M9", "M9", "M9"];
    vec![
        Field::names("strain", strain),
        Field::names("medium", medium),
        Field::numbers("activity", "MU", vec![12.0, 950.0, 40.0, 8.0, 610.0, 22.0]),
        Field::numbers("sd", "MU", vec![4.0, 120.0, 55.0, 3.0, 90.0, 6.0]),
    ]
}

/// A course of measurements in two units.
fn course() -> Vec<Field> {
    let t: Vec<f64> = (0..13).map(|i| f64::from(i) * 0.5).collect();
    let od: Vec<f64> =
        t.iter().map(|t| 0.02 * (1.1 * t).exp() / (1.0 + 0.01 * (1.1 * t).exp())).collect();
    let glucose: Vec<f64> = od.iter().map(|od| 11.0 - od * 5.0).collect();
    let acetate: Vec<f64> = od.iter().map(|od| od * 2.5).collect();
    let sd: Vec<f64> =
        od.iter().enumerate().map(|(i, v)| v * (0.2 + 0.1 * noise(i).abs())).collect();
    let gfp: Vec<f64> = glucose.iter().map(|g| g * 0.02 + 0.01).collect();
    vec![
        Field::numbers("time", "h", t),
        Field::numbers("OD600", "", od),
        Field::numbers("sd", "", sd),
        Field::numbers("glucose", "mM", glucose),
        Field::numbers("acetate", "mM", acetate),
        Field::numbers("sd mM", "mM", gfp),
    ]
}

fn plans() -> Result<Vec<(&'static str, Drawing)>, Any> {
    let by = |x: &str, y: &[&str], style| Plan {
        columns: Columns { x: Some(x.to_owned()), y: named(y), ..Columns::default() },
        style,
        ..Plan::default()
    };
    let distance = |column: &str| vec![ErrorOf::Distance(column.to_owned())];
    let group = |plan: Plan, column: &str| Plan {
        columns: Columns { group: Some(column.to_owned()), ..plan.columns.clone() },
        ..plan
    };
    let with = |error: Vec<ErrorOf>, plan: Plan| Plan {
        columns: Columns { error, ..plan.columns.clone() },
        ..plan
    };
    let titled = |plan: Plan, title: &str| Plan { title: title.to_owned(), ..plan };
    let (cells, means, course) = (cells(), means(), course());
    let bars = by("strain", &["activity"], Kind::Bars);
    let grouped = group(with(distance("sd"), bars.clone()), "medium");
    let first: Vec<Field> = means
        .iter()
        .map(|f| match &f.values {
            bioxen_plot::Values::Numbers(v) => Field::numbers(&f.name, &f.unit, v[..3].to_vec()),
            bioxen_plot::Values::Names(n) => Field::names(&f.name, n[..3].to_vec()),
        })
        .collect();
    let log =
        |plan: Plan| Plan { y: AxisLook { scale: Scale::Log, ..AxisLook::default() }, ..plan };
    let boxes = by("strain", &["growth"], Kind::Box);
    let violins = by("strain", &["growth"], Kind::Violin);
    let units = with(
        [distance("sd"), distance("sd mM"), distance("sd mM")].concat(),
        by("time", &["OD600", "glucose", "acetate"], Kind::Both),
    );
    let points = with(distance("sd"), by("time", &["OD600"], Kind::Points));
    let all = [
        ("bars", titled(with(distance("sd"), bars), "Bars with errors"), &first),
        ("grouped", titled(grouped.clone(), "Grouped bars"), &means),
        ("grouped_log", titled(log(grouped), "Grouped bars on a logarithmic axis"), &means),
        ("boxes", titled(boxes.clone(), "Boxes"), &cells),
        ("boxes_grouped", titled(group(boxes.clone(), "medium"), "Boxes by medium"), &cells),
        (
            "boxes_points",
            titled(Plan { points: true, ..group(boxes, "medium") }, "Boxes with their values"),
            &cells,
        ),
        ("violins", titled(violins.clone(), "Violins"), &cells),
        ("violins_grouped", titled(group(violins.clone(), "medium"), "Violins by medium"), &cells),
        ("violins_points", titled(Plan { points: true, ..violins }, "Violins with values"), &cells),
        (
            "violins_log",
            titled(log(by("strain", &["cell size"], Kind::Violin)), "Of logarithms"),
            &cells,
        ),
        (
            "boxes_numbers",
            titled(
                Plan { points: true, ..group(by("plate", &["growth"], Kind::Box), "medium") },
                "Boxes at numbers",
            ),
            &cells,
        ),
        (
            "steps_names",
            titled(by("strain", &["activity"], Kind::Step), "Steps above names"),
            &first,
        ),
        (
            "area_names",
            titled(by("strain", &["activity"], Kind::Area), "An area above names"),
            &first,
        ),
        ("points_error", titled(points.clone(), "Points with errors"), &course),
        ("points_log", titled(log(points), "On a logarithmic axis"), &course),
        ("units", titled(units, "Columns of two units"), &course),
        (
            "limits",
            titled(
                Plan {
                    x: AxisLook { range: (Some(2.0), Some(5.0)), ..AxisLook::default() },
                    y: AxisLook {
                        label: Some("Optical density".into()),
                        range: (Some(0.0), None),
                        ..AxisLook::default()
                    },
                    ..by("time", &["OD600"], Kind::Line)
                },
                "Limits of both axes",
            ),
            &course,
        ),
        (
            "categories_points",
            titled(group(by("strain", &["growth"], Kind::Points), "medium"), "Points above names"),
            &cells,
        ),
        (
            "columns",
            titled(
                Plan {
                    columns: Columns { y: named(&["glucose", "acetate"]), ..Columns::default() },
                    style: Kind::Box,
                    ..Plan::default()
                },
                "Columns side by side",
            ),
            &course,
        ),
    ];
    let mut drawings = Vec::new();
    for (name, plan, fields) in all {
        drawings.push((name, plan.figure(fields)?.into()));
    }
    Ok(drawings)
}

fn one(title: &str, x: Axis, y: Axis, series: Vec<Series>) -> Drawing {
    let panel = Panel { x, y, series, ..Panel::default() };
    Figure { title: title.to_owned(), panels: vec![panel] }.into()
}

/// Points on axes without units.
fn points(title: &str, series: Series) -> Drawing {
    let series = vec![series.with_style(Style::Points)];
    one(title, Axis::new("x", ""), Axis::new("y", ""), series)
}

fn figures() -> Vec<(&'static str, Drawing)> {
    let x: Vec<f64> = (0..61).map(f64::from).collect();
    let model = |k: f64| x.iter().map(|t| 100.0 * (1.0 - (-k * t).exp())).collect::<Vec<f64>>();
    let some: Vec<f64> = (0..7).map(|i| f64::from(i) * 10.0).collect();
    let measured = |k: f64, name: &str| {
        let y: Vec<f64> = some
            .iter()
            .enumerate()
            .map(|(i, t)| 100.0 * (1.0 - (-k * t).exp()) + 6.0 * noise(i))
            .collect();
        let (low, high) = y.iter().map(|y| (y - 5.0, y + 5.0)).unzip();
        Series::line(name, some.clone(), y).with_style(Style::Points).with_error(low, high)
    };
    let (time, protein) = (Axis::new("Time", "min"), Axis::new("Protein", "nM"));
    let long = [
        "a strain with a name that is far too long for any axis of this width at all, really",
        "<b>markup</b> & more",
        "",
        "ΔlacI",
        "five",
        "six",
        "seven",
        "eight",
    ];
    let many: Vec<String> = (0..90).map(|i| format!("gene_{i:03}")).collect();
    let count = |n: usize| (0..n).map(|i| i as f64).collect::<Vec<f64>>();
    let bars = |n: usize| {
        let y = (0..n).map(|i| 2.0 + noise(i)).collect();
        Series::line("expression", count(n), y).with_style(Style::Bars)
    };
    let flat = |by: f64| x.iter().enumerate().map(|(i, _)| 3.7 * (1.0 + by * noise(i))).collect();
    let rows =
        |by: f64| (0..6).map(|i| (format!("gene {i}"), flat(by * f64::from(i + 1)))).collect();
    let map = HeatMap {
        title: "A map of rounding".into(),
        x: time.clone(),
        columns: x.clone(),
        rows: rows(1e-9),
        value: protein.clone(),
    };
    let cloud: Vec<f64> = (0..100_000).map(|i| noise(i) + noise(i / 3)).collect();
    let bar_errors = bars(8).with_error(vec![1.0; 8], (0..8).map(|i| 3.0 + noise(i)).collect());
    vec![
        (
            "model",
            one(
                "Measurements over their model",
                time.clone(),
                protein.clone(),
                vec![
                    Series::line("lacZ", x.clone(), model(0.1)),
                    Series::line("gfp", x.clone(), model(0.03)),
                    measured(0.1, "lacZ"),
                    Series { key: "gfp".into(), ..measured(0.03, "gfp, assay") },
                ],
            ),
        ),
        (
            "long_names",
            one(
                "Long and odd names",
                Axis::named("Strain", long),
                protein.clone(),
                vec![bar_errors],
            ),
        ),
        ("many_names", one("Ninety names", Axis::named("", many), protein.clone(), vec![bars(90)])),
        (
            "names_up",
            one(
                "Names on the y axis",
                Axis::new("Fold change", ""),
                Axis::named("Gene", ["lacZ", "lacY", "a gene with a rather long name", "recA"]),
                vec![
                    Series::line("fold", vec![1.0, 4.0, 2.5, 0.3], count(4))
                        .with_style(Style::Points),
                ],
            ),
        ),
        (
            "flat",
            one(
                "Rounding",
                time.clone(),
                protein.clone(),
                vec![Series::line("p", x.clone(), flat(1e-8))],
            ),
        ),
        ("flat_map", map.into()),
        (
            "named_map",
            HeatMap {
                title: "A map above names".into(),
                x: Axis::named("Medium", ["LB", "M9 glucose", "M9 acetate", "M9 succinate, 30 °C"]),
                columns: count(4),
                rows: (0..6)
                    .map(|i| (format!("gene {i}"), (0..4).map(|k| noise(i * 4 + k)).collect()))
                    .collect(),
                value: Axis::new("log2 fold change", ""),
            }
            .into(),
        ),
        (
            "one_point",
            points(
                "One point",
                Series::line("only", vec![3.0], vec![7.0]).with_error(vec![6.5], vec![7.5]),
            ),
        ),
        (
            "one_category",
            one("One category", Axis::named("", ["only"]), Axis::new("y", "s"), vec![bars(1)]),
        ),
        (
            "many_points",
            points(
                "A hundred thousand points",
                Series::line("cloud", count(100_000), cloud.clone()).with_error(
                    cloud.iter().map(|v| v - 0.1).collect(),
                    cloud.iter().map(|v| v + 0.1).collect(),
                ),
            ),
        ),
        (
            "many_series",
            one(
                "Five hundred series",
                time,
                Axis { scale: Scale::Log, ..protein },
                (0..500)
                    .map(|i| {
                        Series::line(format!("s{i}"), x.clone(), model(0.001 * (i + 1) as f64))
                    })
                    .collect(),
            ),
        ),
    ]
}

fn write(folder: &Path, name: &str, drawing: &Drawing) -> Result<(), Any> {
    let options = Options { scale: 1.5, ..Options::default() };
    let light = Options { theme: Theme::Light, ..options };
    let dark = Options { theme: Theme::Dark, ..options };
    let path = |end: &str| folder.join(format!("{name}{end}"));
    std::fs::write(path(".svg"), drawing.to_svg(&options)?)?;
    std::fs::write(path(".png"), drawing.to_png(&options)?)?;
    std::fs::write(path(".dark.png"), drawing.to_png(&dark)?)?;
    std::fs::write(path(".pdf"), drawing.to_pdf_until(&options, &Default::default())?)?;
    std::fs::write(path(".vl.json"), drawing.to_vega_lite(&light)?.to_string())?;
    std::fs::write(path(".txt"), drawing.to_text(80, 22, false)?)?;
    Ok(())
}

fn main() -> Result<(), Any> {
    let folder = std::env::args_os().nth(1).ok_or("which folder?")?;
    let folder = Path::new(&folder);
    std::fs::create_dir_all(folder)?;
    for (name, drawing) in plans()?.into_iter().chain(figures()) {
        write(folder, name, &drawing).map_err(|e| format!("{name}: {e}"))?;
    }
    Ok(())
}
