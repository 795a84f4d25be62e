//! The results of a sweep as few numbers: a table, curves with bands, a map of two parameters.

use std::collections::BTreeMap;

use bioxen_base::units::short;
use bioxen_table::{Column, Kind, Table, Value, Values};

use crate::error::BatchError;
use crate::points::unknown;
use crate::writing::TIME;

/// What is to be shown. What is not chosen is chosen by what there is.
#[derive(Debug, Clone, Default)]
pub struct Chosen {
    /// The output.
    pub output: Option<String>,
    /// The parameter, or `sample_time`, from left to right.
    pub x: Option<String>,
    /// The parameter that the rows of a map stand for.
    pub heat: Option<String>,
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
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// What all its points have in common.
    pub label: String,
    /// The places.
    pub x: Vec<f64>,
    /// The means.
    pub mean: Vec<f64>,
    /// The lower ends of the band.
    pub low: Vec<f64>,
    /// The upper ends of the band.
    pub high: Vec<f64>,
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
    let shown = match &chosen.heat {
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

/// The statistics with what is known of them.
struct Told<'a> {
    table: &'a Table,
    outputs: Vec<String>,
    /// Those that have several values.
    parameters: Vec<String>,
    /// The names of quantiles, from the lowest to the highest.
    quantiles: Vec<String>,
}

impl<'a> Told<'a> {
    fn new(table: &'a Table) -> Result<Self, BatchError> {
        for name in OWN {
            table.column(name)?;
        }
        let mut outputs: Vec<String> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        if let Values::Text(texts) = table.column("output")?.values() {
            for text in texts.iter().flatten() {
                if seen.insert(text.clone()) {
                    outputs.push(text.to_string());
                }
            }
        }
        let is_quantile = |name: &str| {
            name.strip_prefix('q').is_some_and(|p| p.parse::<f64>().is_ok_and(|p| p <= 1.0))
        };
        let after = table.names().skip_while(|name| *name != "max").skip(1);
        let quantiles = after.filter(|name| is_quantile(name)).map(str::to_owned).collect();
        let before = table.names().skip(1).take_while(|name| *name != "output");
        let varies = |name: &&str| {
            let column = table.column(name).ok();
            column.is_some_and(|column| {
                let first = column.values().get(0);
                column.values().iter().any(|value| value != first)
            })
        };
        let parameters = before.filter(varies).map(str::to_owned).collect();
        Ok(Self { table, outputs, parameters, quantiles })
    }

    fn cell(&self, row: usize, name: &str) -> Value {
        self.table.cell(row, name).unwrap_or(Value::Missing)
    }

    fn number(&self, row: usize, name: &str) -> f64 {
        self.cell(row, name).number().unwrap_or(f64::NAN)
    }

    fn text(&self, row: usize, name: &str) -> String {
        self.cell(row, name).text().unwrap_or_default().to_owned()
    }

    fn unit(&self, name: &str) -> String {
        self.table.column(name).ok().and_then(Column::unit).unwrap_or_default().to_owned()
    }

    fn rows_of(&self, output: &str) -> Vec<usize> {
        (0..self.table.rows())
            .filter(|row| self.cell(*row, "output").text() == Some(output))
            .collect()
    }

    fn is_over_time(&self, output: &str) -> bool {
        let first =
            (0..self.table.rows()).find(|row| self.cell(*row, "output").text() == Some(output));
        first.is_some_and(|row| self.number(row, TIME).is_finite())
    }

    fn scalars(&self) -> Vec<usize> {
        (0..self.table.rows()).filter(|row| !self.number(*row, TIME).is_finite()).collect()
    }

    /// What is drawn from left to right.
    fn x(&self, chosen: &Chosen, over_time: bool) -> Result<String, BatchError> {
        let mut valid = self.parameters.clone();
        if over_time {
            valid.push(TIME.to_owned());
        }
        match &chosen.x {
            Some(name) if valid.contains(name) => return Ok(name.clone()),
            Some(name) => {
                return Err(BatchError::Outputs(format!("--x {}", unknown(name, &valid))));
            }
            None => {}
        }
        if over_time && chosen.time.is_none() && chosen.heat.is_none() {
            return Ok(TIME.to_owned());
        }
        // The parameter with the most numbers.
        let numbers = |name: &String| {
            let column = self.table.column(name).ok()?;
            matches!(column.kind(), Kind::Number | Kind::Whole).then(|| self.places(name).len())
        };
        let free = self.parameters.iter().filter(|name| chosen.heat.as_ref() != Some(name));
        let best = free.clone().filter_map(|name| Some((numbers(name)?, name)));
        let best = best.rev().max_by_key(|(count, _)| *count).map(|(_, name)| name);
        Ok(best.or(free.clone().next()).cloned().unwrap_or_else(|| "point".to_owned()))
    }

    /// The values of a parameter, each once, numbers from the least on.
    fn places(&self, name: &str) -> Vec<Value> {
        let Ok(column) = self.table.column(name) else { return Vec::new() };
        let mut all: Vec<Value> = Vec::new();
        match column.values() {
            Values::Number(_) | Values::Whole(_) => {
                let mut numbers: Vec<f64> =
                    column.values().iter().filter_map(|v| v.number()).collect();
                numbers.sort_by(f64::total_cmp);
                numbers.dedup();
                all.extend(numbers.into_iter().map(Value::Number));
            }
            values => {
                let mut last = None;
                for value in values.iter() {
                    if last.as_ref() != Some(&value) && !all.contains(&value) {
                        all.push(value.clone());
                    }
                    last = Some(value);
                }
            }
        }
        all
    }

    /// Where a line lies among places.
    fn place(&self, row: usize, name: &str, places: &[Value]) -> Option<usize> {
        let value = self.cell(row, name);
        places.iter().position(|place| match (place.number(), value.number()) {
            (Some(one), Some(other)) => one == other,
            _ => *place == value,
        })
    }

    /// The columns of the ends of the band, and what it is.
    fn band(&self) -> (Option<String>, Option<String>, String) {
        match (self.quantiles.first(), self.quantiles.last()) {
            (Some(low), Some(high)) if low != high => {
                let part = |name: &str| {
                    let p: f64 = name.trim_start_matches('q').parse().unwrap_or(0.0);
                    format!("{} %", (p * 1e4).round() / 100.0)
                };
                let told = format!("{} to {} of the replicates", part(low), part(high));
                (Some(low.clone()), Some(high.clone()), told)
            }
            _ => (None, None, "one standard deviation to either side".to_owned()),
        }
    }

    /// An end of the band: a quantile, or a standard deviation from the mean.
    fn low(&self, row: usize, column: Option<&str>, side: f64) -> f64 {
        match column {
            Some(column) => self.number(row, column),
            None => self.number(row, "mean") + side * self.number(row, "sd"),
        }
    }

    /// The time at which an output over time is shown; nothing for one that is not.
    fn time(
        &self,
        rows: &[usize],
        wanted: Option<f64>,
        remarks: &mut Vec<String>,
    ) -> Result<Option<f64>, BatchError> {
        let times = rows.iter().map(|row| self.number(*row, TIME)).filter(|t| t.is_finite());
        let Some(last) = times.clone().reduce(f64::max) else { return Ok(None) };
        match wanted {
            None => {
                remarks.push(format!("shown at {last} min, the last time; --time shows another"));
                Ok(Some(last))
            }
            Some(wanted) => {
                let apart = |t: &f64| (t - wanted).abs();
                let nearest = times.min_by(|a, b| apart(a).total_cmp(&apart(b))).unwrap_or(last);
                if nearest != wanted {
                    remarks.push(format!("shown at {nearest} min, the sample nearest to {wanted}"));
                }
                Ok(Some(nearest))
            }
        }
    }

    fn curves(&self, x: &str, lines: &[Line], remarks: &mut Vec<String>) -> Option<Shown> {
        let others: Vec<&String> = self.parameters.iter().filter(|name| *name != x).collect();
        let places = if x == TIME { Vec::new() } else { self.places(x) };
        let names = match places.first() {
            Some(first) if first.number().is_none() => {
                places.iter().map(ToString::to_string).collect()
            }
            _ => Vec::new(),
        };
        let mut curves: Vec<Curve> = Vec::new();
        let mut all = Curve {
            label: String::new(),
            x: Vec::new(),
            mean: Vec::new(),
            low: Vec::new(),
            high: Vec::new(),
        };
        let mut by_label: BTreeMap<String, usize> = BTreeMap::new();
        let mut more = std::collections::BTreeSet::new();
        for line in lines {
            let one = |name: &&String| {
                let unit = self.unit(name);
                format!("{name} = {} {unit}", self.cell(line.row, name)).trim_end().to_owned()
            };
            let label = others.iter().map(one).collect::<Vec<_>>().join(", ");
            let at = if x == TIME {
                self.number(line.row, TIME)
            } else if names.is_empty() {
                self.number(line.row, x)
            } else {
                self.place(line.row, x, &places).map_or(f64::NAN, |at| at as f64)
            };
            for (to, x) in [
                (&mut all.x, at),
                (&mut all.mean, line.mean),
                (&mut all.low, line.low),
                (&mut all.high, line.high),
            ] {
                to.push(x);
            }
            let place = match by_label.get(&label) {
                Some(place) => *place,
                None if curves.len() >= CURVES => {
                    more.insert(label);
                    continue;
                }
                None => {
                    by_label.insert(label.clone(), curves.len());
                    let none = Vec::new;
                    curves.push(Curve {
                        label,
                        x: none(),
                        mean: none(),
                        low: none(),
                        high: none(),
                    });
                    curves.len() - 1
                }
            };
            let curve = &mut curves[place];
            curve.x.push(at);
            curve.mean.push(line.mean);
            curve.low.push(line.low);
            curve.high.push(line.high);
        }
        if !more.is_empty() && curves.iter().any(|curve| curve.x.len() > 1) {
            remarks.push(format!(
                "{} of {} curves are drawn; --x and --heat choose other ways of drawing",
                curves.len(),
                curves.len() + more.len()
            ));
        }
        for curve in &mut curves {
            let mut order: Vec<usize> = (0..curve.x.len()).collect();
            order.sort_by(|a, b| curve.x[*a].total_cmp(&curve.x[*b]));
            let sorted = |all: &[f64]| order.iter().map(|at| all[*at]).collect::<Vec<f64>>();
            (curve.mean, curve.low) = (sorted(&curve.mean), sorted(&curve.low));
            (curve.high, curve.x) = (sorted(&curve.high), sorted(&curve.x));
        }
        let is_curve = curves.iter().any(|curve| curve.x.len() > 1);
        if !is_curve && lines.len() > 1 {
            remarks
                .push("all parameters vary at once: each point is drawn, and no curve".to_owned());
            return Some(Shown::Curves { names, curves: vec![all], scattered: true });
        }
        is_curve.then_some(Shown::Curves { names, curves, scattered: false })
    }

    fn map(&self, x: &str, y: &str, lines: &[Line], remarks: &mut Vec<String>) -> Shown {
        let (across, down) = (self.places(x), self.places(y));
        let mut cells = vec![vec![(0.0, 0usize); across.len()]; down.len()];
        for line in lines.iter().filter(|line| line.mean.is_finite()) {
            if let (Some(i), Some(j)) =
                (self.place(line.row, x, &across), self.place(line.row, y, &down))
            {
                cells[j][i].0 += line.mean;
                cells[j][i].1 += 1;
            }
        }
        if cells.iter().flatten().any(|cell| cell.1 > 1) {
            remarks.push(
                "other parameters vary, too: each field is the mean of its points".to_owned(),
            );
        }
        let unit = self.unit(y);
        let row = |(value, cells): (&Value, Vec<(f64, usize)>)| {
            let means = cells.into_iter().map(|(sum, count)| sum / count as f64).collect();
            (format!("{y} = {value} {unit}").trim_end().to_owned(), means)
        };
        let names = across.iter().map(|value| match value.number() {
            Some(number) => short(number),
            None => value.to_string(),
        });
        Shown::Map { x: names.collect(), rows: down.iter().zip(cells).map(row).collect() }
    }
}
