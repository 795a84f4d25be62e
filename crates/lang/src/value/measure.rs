//! Measurements on a quantity of a trace: values at times, fold changes, periods.

use super::moments::moments;
use super::trace::Trace;
use crate::LangError;
use bioxen_base::statistics::between;
use bioxen_base::units::Time;
use bioxen_engine::Column;

/// How far from its mean a quantity must go on both sides to have gone up and down, in standard
/// deviations; in a quantity that is seldom far from its mean half of the way to its end.
const SWING: f64 = 0.5;
/// The most that the distances between crossings may vary, as their coefficient of variation.
const IRREGULAR: f64 = 0.5;

impl Trace {
    /// The value of a quantity at a time, by linear interpolation between the samples around it.
    ///
    /// # Errors
    /// When the trace has nothing at that time.
    pub fn value_at(&self, column: &Column, at: Time) -> Result<f64, LangError> {
        let (times, t) = (&self.0.times, at.minutes());
        let (Some(&first), Some(&last)) = (times.first(), times.last()) else {
            return Err(LangError::OutsideTrace { asked: at, from: Time::ZERO, to: Time::ZERO });
        };
        if t < first - 1e-9 || t > last + 1e-9 {
            let (from, to) = (Time::from_minutes(first), Time::from_minutes(last));
            return Err(LangError::OutsideTrace { asked: at, from, to });
        }
        // The first sample that is not before; what is on a sample is that sample.
        let next = times.partition_point(|x| *x < t - 1e-9).min(times.len() - 1);
        if next == 0 || (times[next] - t).abs() <= 1e-9 {
            return Ok(column.values[next]);
        }
        let share = (t - times[next - 1]) / (times[next] - times[next - 1]);
        let (before, after) = (column.values[next - 1], column.values[next]);
        Ok(between(before, after, share))
    }

    /// The first time at which a quantity is greatest, or least.
    pub fn time_of_extreme(&self, column: &Column, greatest: bool) -> Option<Time> {
        let mut best: Option<usize> = None;
        for (i, x) in column.values.iter().enumerate().filter(|(_, x)| !x.is_nan()) {
            let better = |b: usize| {
                if greatest { *x > column.values[b] } else { *x < column.values[b] }
            };
            if best.is_none_or(better) {
                best = Some(i);
            }
        }
        best.map(|i| Time::from_minutes(self.0.times[i]))
    }

    /// How many times as much there is at a time as at an earlier one.
    ///
    /// # Errors
    /// When the trace has nothing at one of them, or the quantity is zero at the first.
    pub fn fold_change(&self, column: &Column, from: Time, to: Time) -> Result<f64, LangError> {
        let (before, after) = (self.value_at(column, from)?, self.value_at(column, to)?);
        if before == 0.0 {
            return Err(LangError::FromNothing { quantity: column.name.clone(), at: from });
        }
        Ok(after / before)
    }

    /// The first and the last time.
    pub fn ends(&self) -> (Time, Time) {
        let at = |t: Option<&f64>| Time::from_minutes(t.copied().unwrap_or(0.0));
        (at(self.0.times.first()), at(self.0.times.last()))
    }

    /// The mean distance of upward crossings of the mean.
    ///
    /// A crossing counts if the quantity was well below the mean before and gets well above it after:
    /// half a standard deviation, so that noise around the mean is none.
    ///
    /// # Errors
    /// When there are fewer than three such crossings, or they are irregular.
    pub fn period(&self, column: &Column) -> Result<Time, LangError> {
        let none = |why| LangError::NoPeriod { quantity: column.name.clone(), why };
        let crossings = self.crossings(column);
        let distances: Vec<f64> = crossings.windows(2).map(|pair| pair[1] - pair[0]).collect();
        if distances.len() < 2 {
            return Err(none("it does not rise above its mean at least three times"));
        }
        let (mean, variance) = moments(&distances);
        if variance.sqrt() > IRREGULAR * mean {
            return Err(none("it goes up and down without a rhythm"));
        }
        Ok(Time::from_minutes(mean))
    }

    /// When a quantity rises through its mean [min].
    fn crossings(&self, column: &Column) -> Vec<f64> {
        let known = || column.values.iter().copied().filter(|x| x.is_finite());
        let (mean, variance) = moments(&column.values);
        let low = known().fold(f64::INFINITY, f64::min);
        let high = known().fold(f64::NEG_INFINITY, f64::max);
        let swing = SWING * variance.sqrt();
        // What is a millionth of itself is the rounding of a solver.
        if !variance.is_finite() || high - low <= 1e-6 * mean.abs() {
            return Vec::new();
        }
        let below = mean - swing.min((mean - low) / 2.0);
        let above = mean + swing.min((high - mean) / 2.0);
        let mut crossings = Vec::new();
        let (mut was_below, mut crossed) = (false, None);
        let mut before: Option<(f64, f64)> = None;
        for (&t, &x) in self.0.times.iter().zip(&column.values).filter(|(_, x)| x.is_finite()) {
            if x <= below {
                (was_below, crossed) = (true, None);
            }
            if let Some((t0, x0)) = before
                && was_below
                && x0 < mean
                && x >= mean
            {
                crossed = Some(t0 + (t - t0) * (mean - x0) / (x - x0));
            }
            if x >= above
                && let Some(at) = crossed.take()
            {
                crossings.push(at);
                was_below = false;
            }
            before = Some((t, x));
        }
        crossings
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bioxen_engine::Trajectory;

    fn trace(step: f64, count: usize, f: impl Fn(f64) -> f64) -> Trace {
        let times: Vec<f64> = (0..count).map(|i| i as f64 * step).collect();
        let values = times.iter().map(|t| f(*t)).collect();
        let column =
            Column { name: "host.x".into(), unit: "1".into(), values, ..Column::default() };
        Trace::new(Trajectory {
            time_unit: "min".into(),
            times,
            columns: vec![column],
            notes: Vec::new(),
        })
    }

    fn period(trace: &Trace) -> Result<f64, String> {
        trace.period(&trace.0.columns[0]).map(Time::minutes).map_err(|e| e.to_string())
    }

    #[test]
    fn periods_of_waves_of_all_forms() {
        let tau = std::f64::consts::TAU;
        for wanted in [7.3, 20.0, 41.7] {
            let sine = trace(0.5, 600, |t| 5.0 + 2.0 * (tau * t / wanted).sin());
            let saw = trace(0.5, 600, |t| (t / wanted).fract());
            let spikes = trace(0.5, 600, |t| if (t / wanted).fract() < 0.1 { 1.0 } else { 0.0 });
            for (form, wave) in [("sine", sine), ("saw", saw), ("spikes", spikes)] {
                let found = period(&wave).unwrap();
                assert!((found / wanted - 1.0).abs() < 0.02, "{form} {wanted}: {found}");
            }
        }
    }

    #[test]
    fn what_does_not_go_up_and_down_has_no_period() {
        for f in [
            |t: f64| t,
            |_: f64| 3.0,
            |t: f64| (-t / 10.0).exp(),
            |t: f64| 1000.0 + 1e-7 * t.sin(),
            |_: f64| f64::NAN,
        ] {
            assert!(period(&trace(1.0, 100, f)).unwrap_err().contains("has no period"));
        }
        let once = period(&trace(1.0, 100, |t| (t / 20.0).sin())).unwrap_err();
        assert!(once.contains("three times"), "{once}");
        let uneven = trace(1.0, 300, |t| {
            let rises = [0.0, 10.0, 200.0, 215.0];
            if rises.iter().any(|r| t > *r && t < r + 4.0) { 1.0 } else { 0.0 }
        });
        assert!(period(&uneven).unwrap_err().contains("rhythm"));
    }

    #[test]
    fn values_between_samples_are_on_the_line_between_them() {
        let t = trace(2.0, 4, |t| t * 10.0);
        let column = &t.0.columns[0];
        let at = |minutes| t.value_at(column, Time::from_minutes(minutes));
        assert_eq!(at(0.0).unwrap(), 0.0);
        assert_eq!(at(6.0).unwrap(), 60.0);
        assert_eq!(at(3.0).unwrap(), 30.0);
        assert_eq!(
            at(6.5).unwrap_err().to_string(),
            "the trace goes from 0 s to 6 min, and has nothing at 6.5 min"
        );
        let fold = t.fold_change(column, Time::from_minutes(2.0), Time::from_minutes(6.0));
        assert_eq!(fold.unwrap(), 3.0);
        assert!(t.fold_change(column, Time::ZERO, Time::from_minutes(6.0)).is_err());
        assert_eq!(t.time_of_extreme(column, true), Some(Time::from_minutes(6.0)));
        assert_eq!(t.time_of_extreme(column, false), Some(Time::ZERO));
    }
}
