//! Quantities as types that say their unit, so that minutes and kilobases cannot be mixed up.

mod concentration;
mod duration;

pub use concentration::{Concentration, ConcentrationUnit};
pub use duration::{Duration, TimeUnit};

use std::fmt;

/// A span or a point of cell time, kept as whole microseconds so that grids meet exactly.
///
/// # Examples
/// ```
/// use bioxen_base::units::Time;
/// let t = Time::from_minutes(2.5);
/// assert_eq!(t.seconds(), 150.0);
/// assert_eq!(t.to_string(), "2.5 min");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Time {
    micros: i64,
}

/// The longest time that is accepted [h]; a century, far past what a cell needs and far below
/// what would overflow.
pub const LONGEST_HOURS: f64 = 876_600.0;

impl Time {
    /// No time at all.
    pub const ZERO: Self = Self { micros: 0 };

    /// From whole microseconds.
    pub const fn from_micros(micros: i64) -> Self {
        Self { micros }
    }

    /// From seconds, rounded to microseconds; out of range or not a number gives the nearest
    /// bound or zero, so check a user's number with [`Time::checked_seconds`] first.
    pub fn from_seconds(seconds: f64) -> Self {
        let bound = LONGEST_HOURS * 3.6e9;
        Self { micros: (seconds * 1e6).round().clamp(-bound, bound) as i64 }
    }

    /// From seconds, if the number is finite and within a century.
    pub fn checked_seconds(seconds: f64) -> Option<Self> {
        (seconds.is_finite() && seconds.abs() <= LONGEST_HOURS * 3600.0)
            .then(|| Self::from_seconds(seconds))
    }

    /// From minutes.
    pub fn from_minutes(minutes: f64) -> Self {
        Self::from_seconds(minutes * 60.0)
    }

    /// From hours.
    pub fn from_hours(hours: f64) -> Self {
        Self::from_seconds(hours * 3600.0)
    }

    /// As whole microseconds.
    pub const fn micros(self) -> i64 {
        self.micros
    }

    /// In seconds.
    pub fn seconds(self) -> f64 {
        self.micros as f64 / 1e6
    }

    /// In minutes.
    pub fn minutes(self) -> f64 {
        self.micros as f64 / 6e7
    }

    /// In hours.
    pub fn hours(self) -> f64 {
        self.micros as f64 / 3.6e9
    }
}

impl std::ops::Add for Time {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { micros: self.micros.saturating_add(other.micros) }
    }
}

impl std::ops::Sub for Time {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self { micros: self.micros.saturating_sub(other.micros) }
    }
}

impl fmt::Display for Time {
    /// In the largest unit of s, min and h in which it has at most two decimals: 100 s, 2.5 min, 3 h.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = TimeUnit::fitting(*self);
        write!(f, "{} {}", short(self.seconds() / unit.seconds()), unit.symbol())
    }
}

/// A number of a quantity as people read it: to seven significant digits, and as short as it can be;
/// more digits only before the point. What calculates or is written to a file keeps all digits.
///
/// # Examples
/// ```
/// use bioxen_base::units::short;
/// assert_eq!(short(0.1 + 0.2), "0.3");
/// assert_eq!(short(5.0 / 3.0), "1.666667");
/// assert_eq!(short(123_456_789.5), "123456790");
/// ```
pub fn short(x: f64) -> String {
    if !x.is_finite() {
        return x.to_string();
    }
    let large = x.abs() >= 1e7;
    let rounded = if large { x.round() } else { format!("{x:.6e}").parse().unwrap_or(x) };
    if rounded != 0.0 && !(1e-6..1e15).contains(&rounded.abs()) {
        return format!("{rounded:e}");
    }
    // Nobody reads anything into the sign of zero.
    (rounded + 0.0).to_string()
}

/// So much of what can be counted, in words.
///
/// # Examples
/// ```
/// use bioxen_base::units::some;
/// assert_eq!(some(1.0, "ribosome"), "1 ribosome");
/// assert_eq!(some(2.5, "ribosome"), "2.5 ribosomes");
/// ```
pub fn some(count: f64, what: &str) -> String {
    let plural = if count == 1.0 { "" } else { "s" };
    format!("{} {what}{plural}", short(count))
}

macro_rules! quantity {
    ($(#[$doc:meta])* $name:ident, $unit:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
        pub struct $name(pub f64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{} {}", short(self.0), $unit)
            }
        }
    };
}

quantity!(
    /// A length of DNA [kb].
    Kilobases, "kb"
);
quantity!(
    /// A share of a whole [%].
    Percent, "%"
);
quantity!(
    /// A count of ribosomes; not always whole, since it may be an average over time.
    Ribosomes, "ribosomes"
);
quantity!(
    /// A rate of growth [1/h].
    PerHour, "1/h"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_of_time_agree() {
        assert_eq!(Time::from_hours(0.5), Time::from_minutes(30.0));
        assert_eq!(Time::from_minutes(1.0), Time::from_seconds(60.0));
        assert_eq!(Time::from_seconds(1e-6).micros(), 1);
    }

    #[test]
    fn absurd_times_are_refused() {
        assert_eq!(Time::checked_seconds(f64::NAN), None);
        assert_eq!(Time::checked_seconds(f64::INFINITY), None);
        assert_eq!(Time::checked_seconds(1e300), None);
        assert_eq!(Time::checked_seconds(3.0), Some(Time::from_seconds(3.0)));
    }

    #[test]
    fn times_print_in_a_readable_unit() {
        assert_eq!(Time::from_seconds(30.0).to_string(), "30 s");
        assert_eq!(Time::from_hours(1.0).to_string(), "60 min");
        assert_eq!(Time::from_hours(3.0).to_string(), "3 h");
        assert_eq!(Time::from_seconds(100.0).to_string(), "100 s");
        assert_eq!(Time::from_seconds(8000.0).to_string(), "8000 s");
        assert_eq!(Time::from_minutes(123.5).to_string(), "123.5 min");
        assert_eq!(Time::from_seconds(-90.0).to_string(), "-1.5 min");
    }

    #[test]
    fn times_print_as_they_are_and_shortly() {
        for micros in (0..4_000_000_000_i64).step_by(98_765_433) {
            for micros in [micros, -micros, micros / 1_000_000 * 1_000_000] {
                let shown = Time::from_micros(micros).to_string();
                let (number, unit) = shown.split_once(' ').unwrap();
                let number: f64 = number.parse().unwrap();
                let back = match unit {
                    "s" => Time::from_seconds(number),
                    "min" => Time::from_minutes(number),
                    _ => Time::from_hours(number),
                };
                let lost = (back.micros() - micros).abs() as f64;
                assert!(lost <= micros.abs() as f64 * 1e-6, "{shown}");
                let digits = shown.chars().filter(char::is_ascii_digit).count();
                assert!(digits <= 10, "{shown}");
            }
        }
    }
}
