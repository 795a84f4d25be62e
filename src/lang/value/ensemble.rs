//! Many runs of one cell, in the hands of a script.

use std::rc::Rc;

use super::Trace;
use crate::engine::{Column, Trajectory};
use crate::lang::LangError;
use crate::plot::{self, Axis, Figure, Panel, Series};

/// Runs over the same times, at least one.
#[derive(Debug, Clone, PartialEq)]
pub struct Ensemble(pub Rc<Vec<Trajectory>>);

impl Ensemble {
    /// From runs over the same times.
    pub fn new(runs: Vec<Trajectory>) -> Self {
        Self(Rc::new(runs))
    }

    /// The place of a column among those of each run.
    fn place(&self, quantity: &str) -> Result<usize, LangError> {
        let first = Trace::new(Trajectory {
            columns: self.0[0]
                .columns
                .iter()
                .map(|c| Column { values: Vec::new(), ..c.clone() })
                .collect(),
            ..Trajectory::default()
        });
        let name = first.column(quantity)?.name.clone();
        Ok(first.0.columns.iter().position(|c| c.name == name).unwrap_or(0))
    }

    /// A statistic of a quantity over the runs, at each time.
    ///
    /// # Errors
    /// When there is no such quantity, or several.
    pub fn over(
        &self,
        quantity: &str,
        statistic: impl Fn(&[f64]) -> f64,
    ) -> Result<Vec<f64>, LangError> {
        let place = self.place(quantity)?;
        let at = |row: usize| -> Vec<f64> {
            self.0.iter().map(|run| run.columns[place].values[row]).collect()
        };
        Ok((0..self.0[0].times.len()).map(|row| statistic(&at(row))).collect())
    }

    /// The last value of a quantity in each run.
    ///
    /// # Errors
    /// When there is no such quantity, or several.
    pub fn last(&self, quantity: &str) -> Result<Vec<f64>, LangError> {
        let place = self.place(quantity)?;
        let last = |run: &Trajectory| run.columns[place].values.last().copied();
        Ok(self.0.iter().filter_map(last).collect())
    }

    /// The means with ribbons of one standard deviation, a panel for each unit.
    ///
    /// # Errors
    /// When there is no such quantity, or several.
    pub fn figure(&self, quantities: &[String]) -> Result<Figure, LangError> {
        let mut panels: Vec<Panel> = Vec::new();
        for quantity in quantities {
            let unit = self.0[0].columns[self.place(quantity)?].unit.clone();
            let mean = self.over(quantity, |v| moments(v).0)?;
            let sd = self.over(quantity, |v| moments(v).1.sqrt())?;
            let below = mean.iter().zip(&sd).map(|(m, s)| m - s).collect();
            let above = mean.iter().zip(&sd).map(|(m, s)| m + s).collect();
            let mut series = Series::line(quantity.as_str(), self.0[0].times.clone(), mean);
            series.band = Some((below, above));
            match panels.iter_mut().find(|p| p.y.unit == unit) {
                Some(panel) => panel.series.push(series),
                None => panels.push(Panel {
                    x: Axis::new("time", self.0[0].time_unit.as_str()),
                    y: Axis::new("mean ± sd", unit),
                    series: vec![series],
                    ..Panel::default()
                }),
            }
        }
        Ok(Figure { title: format!("Ensemble of {} runs", self.0.len()), panels })
    }

    /// How often each last value came out.
    ///
    /// # Errors
    /// When there is no such quantity, or several, or no value is a number.
    pub fn histogram(&self, quantity: &str) -> Result<Figure, LangError> {
        let unit = self.0[0].columns[self.place(quantity)?].unit.clone();
        let title = format!("{quantity} at the end of {} runs", self.0.len());
        let axis = Axis::new(quantity, unit);
        Ok(plot::histogram(&self.last(quantity)?, axis, &title, None)?)
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
    }
}
