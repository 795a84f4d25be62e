//! The results of a sweep as few numbers: a table, curves with bands, a map of two parameters.

mod told;

use bioxen_table::Table;

use crate::error::BatchError;
use crate::points::unknown;
use crate::writing::TIME;
use told::Told;

/// The parameters that axes stand for.
#[derive(Debug, Clone, Default)]
pub struct Axes {
    /// The parameter, or `sample_time`, from left to right.
    pub x: Option<String>,
    /// The parameter that the rows of a map stand for.
    pub heat: Option<String>,
}

/// What is to be shown. What is not chosen is chosen by what there is.
#[derive(Debug, Clone, Default)]
pub struct Chosen {
    /// The output.
    pub output: Option<String>,
    /// What stands on the axes.
    pub axes: Axes,
    /// The time of an output over time [min]; the last one if it is not given.
    pub time: Option<f64>,
}

/// What stands on an axis: a name and a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The name.
    pub name: String,
    /// The unit; empty where there is none.
    pub unit: String,
}

/// A curve with a band.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Curve {
    /// What all its points have in common.
    pub label: String,
    /// Its points, from left to right.
    pub points: Vec<Point>,
}

/// A point of a curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Its place.
    pub x: f64,
    /// The mean.
    pub mean: f64,
    /// The lower end of the band.
    pub low: f64,
    /// The upper end of the band.
    pub high: f64,
}

/// What there is to show.
#[derive(Debug, Clone, PartialEq)]
pub enum Shown {
    /// Curves against a parameter or time.
    Curves {
        /// The names of the places, if they have some.
        names: Vec<String>,
        /// The curves.
        curves: Vec<Curve>,
        /// Whether the points are no curve: in a design that fills space all parameters vary at once.
        scattered: bool,
    },
    /// A mean for each of two parameters.
    Map {
        /// The values from left to right, each as wide as the others.
        x: Vec<String>,
        /// A name and the means of each row.
        rows: Vec<(String, Vec<f64>)>,
    },
}

/// The results of a sweep as few numbers.
#[derive(Debug, Clone)]
pub struct Summary {
    /// A line for each point of the output that is shown, or of all outputs.
    pub table: Table,
    /// What is shown.
    pub output: Named,
    /// The axis from left to right.
    pub x: Named,
    /// What the band is.
    pub band: String,
    /// The picture; nothing where there is one point alone.
    pub shown: Option<Shown>,
    /// What was chosen by itself, and what is left out.
    pub remarks: Vec<String>,
}

/// Columns of the statistics that are no parameters.
const OWN: [&str; 9] = ["point", "output", TIME, "unit", "count", "mean", "sd", "min", "max"];
/// The most curves of one picture.
const CURVES: usize = 8;

/// Makes a summary of the statistics of a sweep.
///
/// # Errors
/// [`BatchError::Outputs`] for a name that is unknown, with the nearest one.
pub fn summary(statistics: &Table, chosen: &Chosen) -> Result<Summary, BatchError> {
    let told = Told::new(statistics)?;
    let mut remarks = Vec::new();
    let output = match &chosen.output {
        Some(name) if told.outputs.contains(name) => name.clone(),
        Some(name) => {
            let told = unknown(name, &told.outputs);
            return Err(BatchError::Outputs(format!("--output {told}")));
        }
        None => {
            let scalar = told.outputs.iter().find(|name| !told.is_over_time(name));
            let output = scalar.or(told.outputs.first()).cloned().ok_or_else(|| {
                BatchError::Outputs(
                    "there are no numbers to show: the rows gave texts alone, or failed, as the column `error` of \
                     results.parquet tells"
                        .to_owned(),
                )
            })?;
            if told.outputs.len() > 1 {
                remarks.push(format!(
                    "shown is `{output}`, one of {} outputs; --output NAME shows another",
                    told.outputs.len()
                ));
            }
            output
        }
    };
    let rows: Vec<usize> = told.rows_of(&output);
    let unit = rows.first().map(|row| told.text(*row, "unit")).unwrap_or_default();
    let over_time = told.is_over_time(&output);
    if chosen.time.is_some() && !over_time {
        let what = format!("--time: `{output}` has one number for each row, and no times");
        return Err(BatchError::Outputs(what));
    }
    let x = told.x(chosen, over_time)?;
    let (low, high, band) = told.band();
    let at = if x == TIME { None } else { told.time(&rows, chosen.time, &mut remarks)? };
    let at_time = |row: &usize| at.is_none_or(|at| told.number(*row, TIME) == at);
    let rows: Vec<usize> = rows.into_iter().filter(at_time).collect();
    let line = |row: usize| Line {
        row,
        mean: told.number(row, "mean"),
        low: told.low(row, low.as_deref(), -1.0),
        high: told.low(row, high.as_deref(), 1.0),
    };
    let lines: Vec<Line> = rows.iter().map(|row| line(*row)).collect();
    let shown = match &chosen.axes.heat {
        Some(other) => {
            let known = told.parameters.iter().any(|name| name == other) && *other != x;
            if !known || x == TIME {
                let valid: Vec<String> =
                    told.parameters.iter().filter(|name| **name != x).cloned().collect();
                return Err(BatchError::Outputs(format!("--heat {}", unknown(other, &valid))));
            }
            Some(told.map(&x, other, &lines, &mut remarks))
        }
        None => told.curves(&x, &lines, &mut remarks),
    };
    let x_unit = match x.as_str() {
        TIME => "min".to_owned(),
        name => told.unit(name),
    };
    // Without a choice the table tells of all numbers that are not over time.
    let wanted = match (&chosen.output, over_time) {
        (None, false) => told.scalars(),
        _ => rows,
    };
    let mask: Vec<bool> = {
        let kept: std::collections::BTreeSet<usize> = wanted.into_iter().collect();
        (0..statistics.rows()).map(|row| kept.contains(&row)).collect()
    };
    let table = statistics.masked(&mask)?;
    let empty: Vec<&str> = [TIME].into_iter().filter(|_| !over_time).collect();
    let table = if empty.is_empty() { table } else { table.drop(&empty)? };
    let (output, x) = (Named { name: output, unit }, Named { name: x, unit: x_unit });
    Ok(Summary { table, output, x, band, shown, remarks })
}

/// A line of the statistics.
struct Line {
    row: usize,
    mean: f64,
    low: f64,
    high: f64,
}
