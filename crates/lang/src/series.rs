//! Numbers that may have a unit: one of them, and arrays of one kind.

use rhai::Dynamic;

use super::error::LangError;
use super::number::{kind, plain};
use super::value::{moments, quantile};
use bioxen_base::units::{Concentration, Duration, Kilobases, Percent, Time, TimeUnit};

/// In what a number is counted.
#[derive(Debug, Clone, Copy)]
pub enum Unit {
    /// Nothing: a plain number.
    Plain,
    /// A unit of time.
    Time(TimeUnit),
    /// Kilobases.
    Kilobases,
    /// Percent.
    Percent,
    /// A unit of concentration: that of this one.
    Concentration(Concentration),
}

impl Unit {
    /// A value as a number and the unit in which it is written; nothing if it is neither a number
    /// nor a quantity.
    pub fn of(value: &Dynamic) -> Option<(f64, Self)> {
        if let Some(x) = plain(value) {
            return Some((x, Self::Plain));
        }
        let unit = if let Some(time) = value.read_lock::<Duration>() {
            Self::Time(time.unit().unwrap_or_else(|| TimeUnit::fitting(time.time())))
        } else if value.is::<Kilobases>() {
            Self::Kilobases
        } else if value.is::<Percent>() {
            Self::Percent
        } else {
            Self::Concentration(*value.read_lock::<Concentration>()?)
        };
        Some((unit.read(value)?, unit))
    }

    /// A value as a number of this unit; nothing if it is of another kind.
    pub fn read(self, value: &Dynamic) -> Option<f64> {
        match self {
            Self::Plain => plain(value),
            Self::Time(unit) => {
                value.read_lock::<Duration>().map(|t| t.time().seconds() / unit.seconds())
            }
            Self::Kilobases => value.read_lock::<Kilobases>().map(|k| k.0),
            Self::Percent => value.read_lock::<Percent>().map(|p| p.0),
            Self::Concentration(first) => {
                value.read_lock::<Concentration>().map(|c| c.number_of(first.unit()))
            }
        }
    }

    /// So much of this unit.
    ///
    /// # Errors
    /// When it is a time that is too long, or no number.
    pub fn give(self, x: f64) -> Result<Dynamic, LangError> {
        Ok(match self {
            Self::Plain => Dynamic::from_float(x),
            Self::Time(unit) => {
                let seconds = x * unit.seconds();
                let time = Time::checked_seconds(seconds).ok_or_else(|| LangError::WrongType {
                    what: "a time".to_owned(),
                    expected: "a finite number of at most a century",
                    got: format!("{seconds} s"),
                })?;
                Dynamic::from(Duration::new(time, unit))
            }
            Self::Kilobases => Dynamic::from(Kilobases(x)),
            Self::Percent => Dynamic::from(Percent(x)),
            Self::Concentration(first) => Dynamic::from(Concentration::new(x, first.unit())),
        })
    }

    /// How it is written; nothing for plain numbers.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Time(unit) => unit.symbol(),
            Self::Kilobases => "kb",
            Self::Percent => "%",
            Self::Concentration(first) => first.unit().symbol(),
        }
    }

    /// Whether it is none.
    pub const fn is_plain(self) -> bool {
        matches!(self, Self::Plain)
    }
}

/// The numbers of an array of one kind, at least one, in the unit of the first.
#[derive(Debug, Clone)]
pub struct Series {
    /// The function that wants them, for messages.
    function: &'static str,
    /// The numbers; all finite.
    pub values: Vec<f64>,
    /// Their unit.
    pub unit: Unit,
}

impl Series {
    /// From an array that a script has given to a function.
    ///
    /// # Errors
    /// When it is empty, or something in it is no finite number, no quantity, or of another kind than
    /// the first.
    pub fn read(function: &'static str, array: &[Dynamic]) -> Result<Self, LangError> {
        let Some(first) = array.first() else {
            return Err(LangError::WrongType {
                what: format!("the values of {function}"),
                expected: "an array with something in it",
                got: "an empty one".to_owned(),
            });
        };
        let wrong = |i: usize, expected, got: &str| LangError::WrongType {
            what: format!("the values of {function}"),
            expected,
            got: format!("{got} (number {i}, counted from 0)"),
        };
        let all = "numbers, or quantities of one kind";
        let (_, unit) = Unit::of(first).ok_or_else(|| wrong(0, all, &kind(first)))?;
        let one = |(i, value): (usize, &Dynamic)| {
            let x = unit.read(value).ok_or_else(|| wrong(i, all, &kind(value)))?;
            let finite = "finite numbers; `values.filter(|x| is_finite(x))` leaves the others out";
            if x.is_finite() { Ok(x) } else { Err(wrong(i, finite, &x.to_string())) }
        };
        let values = array.iter().enumerate().map(one).collect::<Result<_, _>>()?;
        Ok(Self { function, values, unit })
    }

    /// A result in the unit of the values.
    ///
    /// # Errors
    /// As [`Unit::give`].
    pub fn give(&self, x: f64) -> Result<Dynamic, LangError> {
        self.unit.give(x)
    }

    /// Refuses quantities, of which the result would have a unit that the language does not know.
    ///
    /// # Errors
    /// When they have a unit.
    pub fn without_unit(&self, instead: &'static str) -> Result<&Self, LangError> {
        if self.unit.is_plain() {
            return Ok(self);
        }
        Err(LangError::WrongType {
            what: format!("the values of {}", self.function),
            expected: instead,
            got: format!("quantities in {}", self.unit.symbol()),
        })
    }

    /// Mean and variance (with n - 1).
    ///
    /// # Errors
    /// When there is one value only.
    pub fn spread(&self) -> Result<(f64, f64), LangError> {
        enough(self.function, &self.values)?;
        Ok(moments(&self.values))
    }

    /// A quantile, by linear interpolation between order statistics.
    pub fn quantile(&self, share: f64) -> f64 {
        quantile(&self.values, share)
    }

    /// The place of the first of the greatest, or of the least.
    pub fn extreme(&self, greatest: bool) -> usize {
        let mut best = 0;
        for (i, x) in self.values.iter().enumerate() {
            let better = if greatest { *x > self.values[best] } else { *x < self.values[best] };
            if better {
                best = i;
            }
        }
        best
    }
}

/// Refuses fewer values than a spread needs.
///
/// # Errors
/// When there are fewer than two.
pub fn enough(function: &'static str, values: &[f64]) -> Result<(), LangError> {
    if values.len() < 2 {
        return Err(LangError::TooFew { function, needs: 2, has: values.len() });
    }
    Ok(())
}

/// Numbers from one end to the other, both included: equally far from each other, or each so many
/// times the one before. Nothing if these numbers have no logarithm.
pub fn spaced(from: f64, to: f64, count: usize, logarithmic: bool) -> Option<Vec<f64>> {
    if logarithmic && (from == 0.0 || to == 0.0 || (from < 0.0) != (to < 0.0)) {
        return None;
    }
    let last = count.saturating_sub(1);
    let inner = |i: usize| {
        let share = i as f64 / last as f64;
        if logarithmic {
            // Powers of ten come out as such.
            let exponent = from.abs().log10() * (1.0 - share) + to.abs().log10() * share;
            return from.signum() * 10f64.powf(exponent);
        }
        // Divided last, so that tenths come out as tenths.
        let steps = from + (to - from) * i as f64 / last as f64;
        if steps.is_finite() { steps } else { from * (1.0 - share) + to * share }
    };
    // The ends exactly as they were given.
    let at = |i: usize| match i {
        0 => from,
        i if i == last => to,
        i => inner(i),
    };
    Some((0..count).map(at).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_between_ends() {
        assert_eq!(spaced(0.0, 1.0, 5, false).unwrap(), [0.0, 0.25, 0.5, 0.75, 1.0]);
        let tenths = spaced(0.0, 1.0, 11, false).unwrap();
        assert_eq!(tenths[3..7], [0.3, 0.4, 0.5, 0.6]);
        assert_eq!(spaced(1.0, 100.0, 3, true).unwrap(), [1.0, 10.0, 100.0]);
        assert!(spaced(-f64::MAX, f64::MAX, 5, false).unwrap().iter().all(|x| x.is_finite()));
        assert_eq!(spaced(5.0, 5.0, 2, false).unwrap(), [5.0, 5.0]);
        let powers = spaced(0.01, 100.0, 5, true).unwrap();
        for (x, right) in powers.iter().zip([0.01, 0.1, 1.0, 10.0, 100.0]) {
            assert!((x / right - 1.0).abs() < 1e-14, "{powers:?}");
        }
        assert_eq!(spaced(-1.0, -100.0, 3, true).unwrap()[1].round(), -10.0);
        assert!(spaced(0.0, 1.0, 3, true).is_none() && spaced(-1.0, 1.0, 3, true).is_none());
    }
}
