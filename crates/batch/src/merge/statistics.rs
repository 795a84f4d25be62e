//! Statistics and histograms of all replicates of each point.

use std::collections::BTreeSet;
use std::sync::Arc;

use bioxen_table::{Column, Kind, Table, Values, statistics as of_table};

use crate::error::BatchError;
use crate::lock::Lock;
use crate::points::no_histogram;
use crate::sketch::Sketch;
use crate::spread::Spreads;
use crate::writing::{Parameters, TIME, wholes};

/// The most lines of a table, which is held before it is written.
const MOST: usize = 50_000_000;

/// The lines so far.
pub(super) struct Rows<'a> {
    lock: &'a Lock,
    lines: Lines,
    bins: Bins,
    /// The names that were seen over time.
    seen: BTreeSet<Arc<str>>,
    /// What was wrong with single columns, which are left out.
    problems: Vec<BatchError>,
}

/// Of what the numbers of each line are.
#[derive(Default)]
struct Keys {
    point: Vec<u64>,
    output: Vec<Option<Arc<str>>>,
    unit: Vec<Option<Arc<str>>>,
    time: Vec<f64>,
}

impl Keys {
    fn push(&mut self, of: Of) {
        self.point.push(of.point);
        self.output.push(Some(of.output));
        self.unit.push(of.unit);
        self.time.push(of.time);
    }

    fn columns(self, parameters: &Parameters) -> Vec<Column> {
        let texts =
            |name: &str, all: Vec<Option<Arc<str>>>| Column::new(name, Values::Text(all.into()));
        let mut all = vec![wholes("point", self.point.iter().copied())];
        all.extend(parameters.at(&self.point));
        all.push(texts("output", self.output));
        all.push(numbers(TIME, self.time).in_unit("min"));
        all.push(texts("unit", self.unit));
        all
    }
}

#[derive(Default)]
struct Lines {
    keys: Keys,
    n: Vec<u64>,
    mean: Vec<f64>,
    sd: Vec<f64>,
    min: Vec<f64>,
    max: Vec<f64>,
    quantiles: Vec<Vec<f64>>,
}

#[derive(Default)]
struct Bins {
    keys: Keys,
    lower: Vec<f64>,
    upper: Vec<f64>,
    count: Vec<u64>,
}

/// Of what numbers are computed.
#[derive(Clone)]
struct Of {
    point: u64,
    output: Arc<str>,
    unit: Option<Arc<str>>,
    time: f64,
}

impl<'a> Rows<'a> {
    pub(super) fn new(lock: &'a Lock) -> Self {
        let quantiles = vec![Vec::new(); lock.wanted.statistics.quantiles.len()];
        let lines = Lines { quantiles, ..Lines::default() };
        Self { lock, lines, bins: Bins::default(), seen: BTreeSet::new(), problems: Vec::new() }
    }

    fn told(&self, point: u64) -> String {
        match self.lock.points.describe(point) {
            told if told.is_empty() => format!("point {point}"),
            told => format!("point {point}: {told}"),
        }
    }

    /// Takes a point over time.
    pub(super) fn take(&mut self, point: u64, spreads: Spreads) -> Result<(), BatchError> {
        let mut all: Vec<_> = spreads.columns.into_iter().collect();
        all.sort_by_key(|(_, spread)| spread.rank);
        for (name, spread) in all {
            let name: Arc<str> = name.into();
            if let [one, other, ..] = spread.units.as_slice() {
                let told =
                    |unit: &Option<String>| format!("in {}", unit.as_deref().unwrap_or("no unit"));
                self.wrong(BatchError::Kinds {
                    name: name.to_string(),
                    one: told(one),
                    other: format!("{} at {}", told(other), self.told(point)),
                });
                continue;
            }
            if spread.grids.len() > 1 {
                self.wrong(BatchError::Grids {
                    name: name.to_string(),
                    point: self.told(point),
                    count: spread.grids.len(),
                });
                continue;
            }
            let unit: Option<Arc<str>> = spread.units.into_iter().flatten().next().map(Into::into);
            for mut grid in spread.grids {
                let sums = grid.moments.finish();
                for (place, time) in grid.times.iter().enumerate() {
                    let Some(sketch) = grid.sketches.open().get(place) else { continue };
                    let of = Of { point, output: name.clone(), unit: unit.clone(), time: *time };
                    let count = sums.count.get(place).copied().unwrap_or(0);
                    let mean = sums.mean.get(place).copied().filter(|_| count > 0);
                    let quantiles: Vec<f64> = self.quantiles(|p| sketch.quantile(p));
                    self.bins(&of, sketch)?;
                    let ends = (sketch.min(), sketch.max());
                    self.line(of, u64::from(count), (mean, sums.sd(place)), ends, &quantiles)?;
                }
            }
            self.seen.insert(name);
        }
        Ok(())
    }

    /// Keeps an error of a column, once for each column.
    fn wrong(&mut self, error: BatchError) {
        let named = |error: &BatchError| match error {
            BatchError::Kinds { name, .. } | BatchError::Grids { name, .. } => Some(name.clone()),
            _ => None,
        };
        if !self.problems.iter().any(|known| named(known) == named(&error)) {
            self.problems.push(error);
        }
    }

    fn quantiles(&self, of: impl Fn(f64) -> Option<f64>) -> Vec<f64> {
        self.lock.wanted.statistics.quantiles.iter().map(|p| of(*p).unwrap_or(f64::NAN)).collect()
    }

    fn line(
        &mut self,
        of: Of,
        n: u64,
        (mean, sd): (Option<f64>, Option<f64>),
        (min, max): (Option<f64>, Option<f64>),
        quantiles: &[f64],
    ) -> Result<(), BatchError> {
        let lines = &mut self.lines;
        if lines.n.len() >= MOST {
            return Err(too_many("statistics"));
        }
        let or_none = |x: Option<f64>| x.unwrap_or(f64::NAN);
        lines.keys.push(of);
        lines.n.push(n);
        lines.mean.push(or_none(mean));
        lines.sd.push(or_none(sd));
        lines.min.push(or_none(min));
        lines.max.push(or_none(max));
        lines.quantiles.iter_mut().zip(quantiles).for_each(|(all, x)| all.push(*x));
        Ok(())
    }

    fn bins(&mut self, of: &Of, sketch: &Sketch) -> Result<(), BatchError> {
        if !self.lock.wanted.statistics.histograms.iter().any(|name| **name == *of.output) {
            return Ok(());
        }
        for (lower, upper, count) in sketch.histogram() {
            if self.bins.count.len() >= MOST {
                return Err(too_many("histograms"));
            }
            self.bins.keys.push(of.clone());
            self.bins.lower.push(lower);
            self.bins.upper.push(upper);
            self.bins.count.push(count);
        }
        Ok(())
    }

    /// Takes an output that has one number for each row.
    fn scalar(&mut self, column: &Column) -> Result<(), BatchError> {
        let numbers = column.numbers("computing statistics")?;
        let name: Arc<str> = column.name().into();
        let unit: Option<Arc<str>> = column.unit().map(Into::into);
        for (point, numbers) in numbers.chunks(self.lock.replicates as usize).enumerate() {
            let there: Vec<f64> = numbers.iter().copied().filter(|x| x.is_finite()).collect();
            let (output, unit) = (name.clone(), unit.clone());
            let of = Of { point: point as u64, output, unit, time: f64::NAN };
            let mut sketch = Sketch::default();
            there.iter().for_each(|x| sketch.add(*x));
            self.bins(&of, &sketch)?;
            let mean = (!there.is_empty()).then(|| of_table::mean(&there));
            let sd = (there.len() > 1).then(|| of_table::sd(&there));
            let quantiles =
                self.quantiles(|p| (!there.is_empty()).then(|| of_table::quantile(&there, p)));
            let ends = (sketch.min(), sketch.max());
            self.line(of, there.len() as u64, (mean, sd), ends, &quantiles)?;
        }
        Ok(())
    }

    /// The statistics, the histograms if they are wanted, and what was wrong.
    pub(super) fn finish(
        mut self,
        columns: &[Column],
        parameters: &Parameters,
    ) -> Result<(Table, Option<Table>, Vec<BatchError>), BatchError> {
        for column in columns {
            if matches!(column.kind(), Kind::Number | Kind::Whole) {
                self.scalar(column)?;
            }
        }
        let wanted = &self.lock.wanted.statistics.histograms;
        let is_number = |c: &&Column| matches!(c.kind(), Kind::Number | Kind::Whole);
        let names = columns.iter().filter(is_number).map(|c| c.name().to_owned());
        let valid: Vec<String> = names.chain(self.seen.iter().map(ToString::to_string)).collect();
        for name in wanted.iter().filter(|name| !valid.contains(name)) {
            self.problems.push(no_histogram(name, columns.iter().map(Column::name), &valid));
        }
        let has_bins = wanted.iter().any(|name| valid.contains(name));
        let (lines, bins) = (self.lines, self.bins);
        let mut all = lines.keys.columns(parameters);
        all.push(wholes("count", lines.n));
        let named =
            [("mean", lines.mean), ("sd", lines.sd), ("min", lines.min), ("max", lines.max)];
        all.extend(named.into_iter().map(|(name, column)| numbers(name, column)));
        for (p, column) in self.lock.wanted.statistics.quantiles.iter().zip(lines.quantiles) {
            all.push(numbers(&format!("q{p}"), column));
        }
        let statistics = Table::new(all)?;
        if !has_bins {
            return Ok((statistics, None, self.problems));
        }
        let mut all = bins.keys.columns(parameters);
        all.push(numbers("lower", bins.lower));
        all.push(numbers("upper", bins.upper));
        all.push(wholes("count", bins.count));
        Ok((statistics, Some(Table::new(all)?), self.problems))
    }
}

fn numbers(name: &str, all: Vec<f64>) -> Column {
    Column::new(name, Values::Number(all.into()))
}

fn too_many(what: &str) -> BatchError {
    BatchError::Outputs(format!(
        "the {what} would have more than {MOST} lines; give fewer points, columns or samples, or cut the sweep \
         into several plans"
    ))
}
