//! The host's growth laws, with measurements.

use crate::figure::{Axis, Figure, Panel, Series, Style};
use bioxen_cell::chassis::measured::{self, growth};
use bioxen_cell::chassis::{ChassisError, Conditions, Kinetics, laws};

/// The number of hosts that are settled for a line.
const POINTS: usize = 25;

/// Ribosome content against growth rate in ever better media: the host's, and what Dennis and Bremer
/// (2008) and Scott et al. (2010) measured in cells without antibiotic.
///
/// # Errors
/// When a host does not settle.
pub fn growth_law(kinetics: Kinetics, title: &str) -> Result<Figure, ChassisError> {
    let host = ("host", laws::growth_law_of(kinetics, POINTS)?);
    let bremer = measured::RIBOSOME_FRACTION
        .map(|(doubling_min, fraction)| (60.0 * std::f64::consts::LN_2 / doubling_min, fraction));
    let measured = [
        ("Dennis & Bremer 2008", bremer.to_vec()),
        ("Scott et al. 2010", growth::SCOTT_RIBOSOME_FRACTION.to_vec()),
    ];
    let axes = (Axis::new("Growth rate", "1/h"), Axis::new("Ribosomal protein", "% of protein"));
    Ok(compare(title, axes, (1.0, 100.0), host, &measured))
}

/// Growth against unneeded protein: the host beside a tenant that makes it, and what four studies
/// measured.
///
/// # Errors
/// When a host does not settle.
pub fn burden(conditions: Conditions, title: &str) -> Result<Figure, ChassisError> {
    let host = ("host", laws::burden_under(conditions, POINTS)?);
    let measured = growth::BURDEN.map(|study| (study.study, study.points.to_vec()));
    let axes = (
        Axis::new("Unneeded protein", "% of protein"),
        Axis::new("Growth rate", "% of unburdened"),
    );
    Ok(compare(title, axes, (100.0, 100.0), host, &measured))
}

/// A line and clouds of points, all multiplied so that they have the axes' units.
fn compare(
    title: &str,
    (x, y): (Axis, Axis),
    by: (f64, f64),
    (name, line): (&str, Vec<(f64, f64)>),
    clouds: &[(&str, Vec<(f64, f64)>)],
) -> Figure {
    let series = |name: &str, pairs: &[(f64, f64)]| {
        let (x, y) = pairs.iter().map(|p| (by.0 * p.0, by.1 * p.1)).unzip();
        Series::line(name, x, y)
    };
    let mut all = vec![series(name, &line)];
    all.extend(clouds.iter().map(|c| series(c.0, &c.1).with_style(Style::Points)));
    Figure { title: title.to_owned(), panels: vec![Panel { title: None, x, y, series: all }] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_and_measurements_lie_together() {
        let law = growth_law(Kinetics::PUBLISHED, "").unwrap();
        let names: Vec<&str> = law.panels[0].series.iter().map(|s| s.name.as_str()).collect();
        assert_eq!(names, ["host", "Dennis & Bremer 2008", "Scott et al. 2010"]);
        assert_eq!(law.panels[0].series.iter().map(|s| s.x.len()).collect::<Vec<_>>(), [25, 6, 6]);
        let burden = burden(Conditions::default(), "").unwrap();
        let measured = burden.panels[0].series.iter().skip(1);
        assert_eq!(measured.map(|s| s.x.len()).sum::<usize>(), 109);
        assert_eq!(
            (burden.panels[0].series[0].x[0], burden.panels[0].series[0].y[0]),
            (0.0, 100.0)
        );
    }
}
