//! Many runs of one cell, in the hands of a script.

use std::rc::Rc;

use super::Trace;
use crate::engine::{Column, Note, StopToken, Trajectory};
use crate::lang::LangError;
use crate::plot::{self, Figure, Ribbon};

/// Runs over the same times, at least one.
#[derive(Debug, Clone)]
pub struct Ensemble {
    /// The runs, in the order of their numbers.
    pub runs: Rc<Vec<Trajectory>>,
    /// What there is to say about all of them.
    pub notes: Rc<[Note]>,
    /// Ends what is calculated from all of them.
    stop: StopToken,
}

impl Ensemble {
    /// From runs over the same times, with what there is to say about all of them; `stop` ends what is
    /// calculated from them.
    pub fn new(runs: Vec<Trajectory>, notes: Vec<Note>, stop: StopToken) -> Self {
        Self { runs: Rc::new(runs), notes: notes.into(), stop }
    }

    /// The place of a column among those of each run.
    fn place(&self, quantity: &str) -> Result<usize, LangError> {
        let bare =
            |c: &Column| Column { name: c.name.clone(), unit: c.unit.clone(), values: Vec::new() };
        let first = Trace::new(Trajectory {
            columns: self.runs[0].columns.iter().map(bare).collect(),
            ..Trajectory::default()
        });
        let name = first.column(quantity)?.name.clone();
        Ok(first.0.columns.iter().position(|c| c.name == name).unwrap_or(0))
    }

    /// A quantity of the first run, with its full name and unit.
    ///
    /// # Errors
    /// When there is no such quantity, or several.
    pub fn quantity(&self, name: &str) -> Result<&Column, LangError> {
        Ok(&self.runs[0].columns[self.place(name)?])
    }

    /// A statistic of a quantity over the runs, at each time.
    ///
    /// # Errors
    /// When there is no such quantity, or several, or the user interrupts.
    pub fn over(
        &self,
        quantity: &str,
        statistic: impl Fn(&[f64]) -> f64,
    ) -> Result<Vec<f64>, LangError> {
        let place = self.place(quantity)?;
        let mut values = Vec::with_capacity(self.runs.len());
        let at = |row: usize| {
            if self.stop.is_stopped() {
                return Err(LangError::Stopped);
            }
            values.clear();
            values.extend(self.runs.iter().map(|run| run.columns[place].values[row]));
            Ok(statistic(&values))
        };
        (0..self.runs[0].times.len()).map(at).collect()
    }

    /// The last value of a quantity in each run.
    ///
    /// # Errors
    /// When there is no such quantity, or several.
    pub fn last(&self, quantity: &str) -> Result<Vec<f64>, LangError> {
        let place = self.place(quantity)?;
        let last = |run: &Trajectory| run.columns[place].values.last().copied();
        Ok(self.runs.iter().filter_map(last).collect())
    }

    /// Lines in ribbons, a panel for each kind of quantity.
    ///
    /// # Errors
    /// When there is no such quantity, or several, or the user interrupts.
    pub fn figure(
        &self,
        quantities: &[String],
        spread: Spread,
        title: &str,
    ) -> Result<Figure, LangError> {
        let ribbon = |quantity: &String| -> Result<Ribbon, LangError> {
            let model = self.quantity(quantity)?;
            let at = |statistic: &dyn Fn(&[f64]) -> f64| self.over(quantity, statistic);
            let [low, middle, high] = match spread {
                Spread::Deviation => {
                    let (mean, sd) = (at(&|v| moments(v).0)?, at(&|v| moments(v).1.sqrt())?);
                    let edge = |side: f64| -> Vec<f64> {
                        mean.iter().zip(&sd).map(|(m, s)| m + side * s).collect()
                    };
                    // No cell has fewer than no molecules.
                    let least = if mean.iter().any(|m| *m < 0.0) { f64::MIN } else { 0.0 };
                    let low = edge(-1.0).into_iter().map(|v| v.max(least)).collect();
                    let high = edge(1.0);
                    [low, mean, high]
                }
                Spread::Quartiles => [
                    at(&|v| quantile(v, 0.25))?,
                    at(&|v| quantile(v, 0.5))?,
                    at(&|v| quantile(v, 0.75))?,
                ],
                Spread::Range => [
                    at(&|v| quantile(v, 0.0))?,
                    at(&|v| quantile(v, 0.5))?,
                    at(&|v| quantile(v, 1.0))?,
                ],
            };
            let (name, unit) = (model.name.clone(), model.unit.clone());
            let middle = Column { name, unit, values: middle };
            Ok(Ribbon { middle, low, high })
        };
        let all: Vec<Ribbon> = quantities.iter().map(ribbon).collect::<Result<_, _>>()?;
        let first = &self.runs[0];
        Ok(plot::ribbons((&first.times, &first.time_unit), &all, spread.words(), title))
    }
}

/// What a ribbon shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Spread {
    /// One standard deviation around the mean.
    #[default]
    Deviation,
    /// The middle half of the runs around the median.
    Quartiles,
    /// All runs around the median.
    Range,
}

impl Spread {
    /// The names of the kinds.
    pub const NAMES: [&str; 3] = ["sd", "quartiles", "range"];

    /// The kind of a name; the first of an unknown one.
    pub fn named(name: &str) -> Self {
        match name {
            "quartiles" => Self::Quartiles,
            "range" => Self::Range,
            _ => Self::Deviation,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Deviation => "mean ± sd",
            Self::Quartiles => "median and quartiles",
            Self::Range => "median and range",
        }
    }
}

/// Mean and variance (with n - 1), in two passes; what is not a number is left out.
pub fn moments(values: &[f64]) -> (f64, f64) {
    let finite = || values.iter().filter(|x| x.is_finite());
    let n = finite().count() as f64;
    let mean = finite().sum::<f64>() / n;
    let squares: f64 = finite().map(|x| (x - mean) * (x - mean)).sum();
    (mean, squares / (n - 1.0))
}

/// How many values are in each of `bins` bins of equal width, the least and the greatest value
/// being the ends: the edges, and the counts. Everything is in the first bin when all are equal.
pub fn counted(values: &[f64], bins: usize) -> (Vec<f64>, Vec<i64>) {
    let finite = || values.iter().copied().filter(|x| x.is_finite());
    let low = finite().fold(f64::INFINITY, f64::min);
    let high = finite().fold(f64::NEG_INFINITY, f64::max);
    let mut counts = vec![0; bins];
    if low > high {
        return (vec![f64::NAN; bins + 1], counts);
    }
    let width = (high - low) / bins as f64;
    for x in finite() {
        let place = if width > 0.0 { ((x - low) / width) as usize } else { 0 };
        counts[place.min(bins - 1)] += 1;
    }
    let edge = |i: usize| if i == bins { high } else { low + i as f64 * width };
    ((0..=bins).map(edge).collect(), counts)
}

/// A quantile by linear interpolation between order statistics (type 7 of Hyndman & Fan, *Am.
/// Stat.* 50:361, 1996); NaN of nothing.
pub fn quantile(values: &[f64], p: f64) -> f64 {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|x| x.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let place = p.clamp(0.0, 1.0) * last as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(last);
    sorted[below] + (place - below as f64) * (sorted[above] - sorted[below])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statistics_by_hand() {
        assert_eq!(moments(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]).0, 5.0);
        assert!((moments(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]).1 - 32.0 / 7.0).abs() < 1e-12);
        assert_eq!(quantile(&[4.0, 1.0, 3.0, 2.0], 0.5), 2.5);
        assert_eq!(quantile(&[4.0, 1.0, 3.0, 2.0], 0.25), 1.75);
        assert_eq!(quantile(&[1.0, 2.0], 1.0), 2.0);
        assert!(quantile(&[], 0.5).is_nan());
        let (edges, counts) = counted(&[0.0, 1.0, 2.0, 2.5, 4.0], 4);
        assert_eq!((edges, counts), (vec![0.0, 1.0, 2.0, 3.0, 4.0], vec![1, 1, 2, 1]));
        assert_eq!(counted(&[3.0, 3.0], 2).1, [2, 0]);
        assert!(counted(&[f64::NAN], 1).0[0].is_nan());
    }
}
