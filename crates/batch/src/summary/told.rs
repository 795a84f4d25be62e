//! The statistics of a sweep, and the pictures that can be made of them.

use std::collections::BTreeMap;

use bioxen_base::units::short;
use bioxen_table::{Column, Kind, Table, Value, Values};

use super::{CURVES, Chosen, Curve, Line, OWN, Point, Shown};
use crate::error::BatchError;
use crate::points::unknown;
use crate::writing::TIME;

/// The statistics with what is known of them.
pub(super) struct Told<'a> {
    pub(super) table: &'a Table,
    pub(super) outputs: Vec<String>,
    /// Those that have several values.
    pub(super) parameters: Vec<String>,
    /// The names of quantiles, from the lowest to the highest.
    pub(super) quantiles: Vec<String>,
}

impl<'a> Told<'a> {
    pub(super) fn new(table: &'a Table) -> Result<Self, BatchError> {
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

    pub(super) fn cell(&self, row: usize, name: &str) -> Value {
        self.table.cell(row, name).unwrap_or(Value::Missing)
    }

    pub(super) fn number(&self, row: usize, name: &str) -> f64 {
        self.cell(row, name).number().unwrap_or(f64::NAN)
    }

    pub(super) fn text(&self, row: usize, name: &str) -> String {
        self.cell(row, name).text().unwrap_or_default().to_owned()
    }

    pub(super) fn unit(&self, name: &str) -> String {
        self.table.column(name).ok().and_then(Column::unit).unwrap_or_default().to_owned()
    }

    pub(super) fn rows_of(&self, output: &str) -> Vec<usize> {
        (0..self.table.rows())
            .filter(|row| self.cell(*row, "output").text() == Some(output))
            .collect()
    }

    pub(super) fn is_over_time(&self, output: &str) -> bool {
        let first =
            (0..self.table.rows()).find(|row| self.cell(*row, "output").text() == Some(output));
        first.is_some_and(|row| self.number(row, TIME).is_finite())
    }

    pub(super) fn scalars(&self) -> Vec<usize> {
        (0..self.table.rows()).filter(|row| !self.number(*row, TIME).is_finite()).collect()
    }

    /// What is drawn from left to right.
    pub(super) fn x(&self, chosen: &Chosen, over_time: bool) -> Result<String, BatchError> {
        let mut valid = self.parameters.clone();
        if over_time {
            valid.push(TIME.to_owned());
        }
        match &chosen.axes.x {
            Some(name) if valid.contains(name) => return Ok(name.clone()),
            Some(name) => {
                return Err(BatchError::Outputs(format!("--x {}", unknown(name, &valid))));
            }
            None => {}
        }
        if over_time && chosen.time.is_none() && chosen.axes.heat.is_none() {
            return Ok(TIME.to_owned());
        }
        // The parameter with the most numbers.
        let numbers = |name: &String| {
            let column = self.table.column(name).ok()?;
            matches!(column.kind(), Kind::Number | Kind::Whole).then(|| self.places(name).len())
        };
        let free = self.parameters.iter().filter(|name| chosen.axes.heat.as_ref() != Some(name));
        let best = free.clone().filter_map(|name| Some((numbers(name)?, name)));
        let best = best.rev().max_by_key(|(count, _)| *count).map(|(_, name)| name);
        Ok(best.or(free.clone().next()).cloned().unwrap_or_else(|| "point".to_owned()))
    }

    /// The values of a parameter, each once, numbers from the least on.
    pub(super) fn places(&self, name: &str) -> Vec<Value> {
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
    pub(super) fn place(&self, row: usize, name: &str, places: &[Value]) -> Option<usize> {
        let value = self.cell(row, name);
        places.iter().position(|place| match (place.number(), value.number()) {
            (Some(one), Some(other)) => one == other,
            _ => *place == value,
        })
    }

    /// The columns of the ends of the band, and what it is.
    pub(super) fn band(&self) -> (Option<String>, Option<String>, String) {
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
    pub(super) fn low(&self, row: usize, column: Option<&str>, side: f64) -> f64 {
        match column {
            Some(column) => self.number(row, column),
            None => self.number(row, "mean") + side * self.number(row, "sd"),
        }
    }

    /// The time at which an output over time is shown; nothing for one that is not.
    pub(super) fn time(
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

    pub(super) fn curves(
        &self,
        x: &str,
        lines: &[Line],
        remarks: &mut Vec<String>,
    ) -> Option<Shown> {
        let others: Vec<&String> = self.parameters.iter().filter(|name| *name != x).collect();
        let places = if x == TIME { Vec::new() } else { self.places(x) };
        let names = match places.first() {
            Some(first) if first.number().is_none() => {
                places.iter().map(ToString::to_string).collect()
            }
            _ => Vec::new(),
        };
        let mut curves: Vec<Curve> = Vec::new();
        let mut all = Curve::default();
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
            let point = Point { x: at, mean: line.mean, low: line.low, high: line.high };
            all.points.push(point);
            let place = match by_label.get(&label) {
                Some(place) => *place,
                None if curves.len() >= CURVES => {
                    more.insert(label);
                    continue;
                }
                None => {
                    by_label.insert(label.clone(), curves.len());
                    curves.push(Curve { label, points: Vec::new() });
                    curves.len() - 1
                }
            };
            curves[place].points.push(point);
        }
        let is_curve = curves.iter().any(|curve| curve.points.len() > 1);
        if !more.is_empty() && is_curve {
            remarks.push(format!(
                "{} of {} curves are drawn; --x and --heat choose other ways of drawing",
                curves.len(),
                curves.len() + more.len()
            ));
        }
        for curve in &mut curves {
            curve.points.sort_by(|a, b| a.x.total_cmp(&b.x));
        }
        if !is_curve && lines.len() > 1 {
            remarks
                .push("all parameters vary at once: each point is drawn, and no curve".to_owned());
            return Some(Shown::Curves { names, curves: vec![all], scattered: true });
        }
        is_curve.then_some(Shown::Curves { names, curves, scattered: false })
    }

    pub(super) fn map(&self, x: &str, y: &str, lines: &[Line], remarks: &mut Vec<String>) -> Shown {
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
