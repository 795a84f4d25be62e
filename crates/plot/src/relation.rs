//! One quantity against another: growth laws, burden lines, phase portraits.

use crate::PlotError;
use crate::course::find;
use crate::figure::{Axis, Figure, Panel, Series, Style};
use bioxen_engine::trajectory::Trajectory;

/// A straight line `y = intercept + slope * x`, as a growth law or a burden line is.
#[derive(Debug, Clone, PartialEq)]
pub struct Straight {
    /// The name in the legend.
    pub name: String,
    /// The rise [unit of y per unit of x].
    pub slope: f64,
    /// The value at zero [unit of y].
    pub intercept: f64,
}

/// Points, simulated or measured, with the straight lines they are compared with.
///
/// `clouds` gives each cloud its name and its pairs of x and y; lines are dashed and run from the lowest
/// to the highest x of all points.
///
/// ```
/// use bioxen_plot::{Axis, Options, Straight, relation};
///
/// let law = Straight { name: "Scott 2010".into(), slope: 0.09, intercept: 0.03 };
/// let simulated = ("simulated", vec![(0.5, 0.077), (1.0, 0.121)]);
/// let axes = (Axis::new("Growth rate", "1/h"), Axis::new("Ribosome fraction", ""));
/// let figure = relation("Growth law", axes, &[simulated], &[law]);
/// assert_eq!(figure.panels[0].series[1].y, [0.03 + 0.09 * 0.5, 0.03 + 0.09]);
/// assert!(figure.to_svg(&Options::default()).is_ok());
/// ```
pub fn relation(
    title: &str,
    (x, y): (Axis, Axis),
    clouds: &[(&str, Vec<(f64, f64)>)],
    lines: &[Straight],
) -> Figure {
    let mut series: Vec<Series> = clouds
        .iter()
        .map(|(name, pairs)| {
            let (x, y) = pairs.iter().copied().unzip();
            Series::line(*name, x, y).with_style(Style::Points)
        })
        .collect();
    let all = || clouds.iter().flat_map(|c| &c.1).map(|p| p.0).filter(|x| x.is_finite());
    let ends = [all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max)];
    if ends.iter().all(|e| e.is_finite()) {
        series.extend(lines.iter().map(|l| Series {
            dashed: true,
            ..Series::line(
                l.name.clone(),
                ends.to_vec(),
                ends.iter().map(|x| l.intercept + l.slope * x).collect(),
            )
        }));
    }
    Figure { title: title.to_owned(), panels: vec![Panel { title: None, x, y, series }] }
}

/// The path of two columns of a trajectory against each other, its start and end marked.
///
/// # Errors
/// [`PlotError::UnknownColumn`] for a name the trajectory lacks, with the nearest it has.
///
/// ```
/// use bioxen_engine::trajectory::{Column, Trajectory};
/// use bioxen_plot::phase;
///
/// let column = |name: &str, values: Vec<f64>| {
///     Column { name: name.into(), unit: "molecules".into(), values, ..Column::default() }
/// };
/// let trajectory = Trajectory {
///     time_unit: "min".into(),
///     times: vec![0.0, 1.0],
///     columns: vec![column("vm.a.mrna", vec![0.0, 5.0]), column("vm.a.protein", vec![0.0, 90.0])],
///     ..Trajectory::default()
/// };
/// let figure = phase(&trajectory, "vm.a.mrna", "vm.a.protein", "Phase portrait")?;
/// assert_eq!(figure.panels[0].x.text(), "vm.a.mrna [molecules]");
/// # Ok::<(), bioxen_plot::PlotError>(())
/// ```
pub fn phase(trajectory: &Trajectory, x: &str, y: &str, title: &str) -> Result<Figure, PlotError> {
    let (across, up) = (find(trajectory, x)?, find(trajectory, y)?);
    let pairs = || across.values.iter().zip(&up.values);
    let finite = |p: &(&f64, &f64)| p.0.is_finite() && p.1.is_finite();
    let path = Series::line("path", across.values.clone(), up.values.clone());
    let dot = |name: &str, at: Option<(&f64, &f64)>| {
        let (x, y) = at.into_iter().map(|(x, y)| (*x, *y)).unzip();
        Series::line(name, x, y).with_style(Style::Points)
    };
    let start = dot("start", pairs().find(finite));
    let end = dot("end", pairs().rev().find(finite));
    // The whole name: two mRNAs would have the same label otherwise.
    let axis = Axis::of;
    let panel = Panel { title: None, x: axis(across), y: axis(up), series: vec![path, start, end] };
    Ok(Figure { title: title.to_owned(), panels: vec![panel] })
}
