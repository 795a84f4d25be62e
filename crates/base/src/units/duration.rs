//! Times that remember the unit in which they were written.

use std::cmp::Ordering;
use std::fmt;

use super::{Time, short};

/// Microseconds of a minute.
const MINUTE: i64 = 60_000_000;
/// Microseconds of an hour.
const HOUR: i64 = 60 * MINUTE;

/// The unit in which a time was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeUnit {
    /// Seconds.
    Second,
    /// Minutes.
    Minute,
    /// Hours.
    Hour,
}

impl TimeUnit {
    /// The largest in which a time has at most two decimals: minutes from one, hours from two; 100 s
    /// are no 1.666667 min.
    pub fn fitting(time: Time) -> Self {
        let micros = time.micros().abs();
        let fits = |unit: i64, least: i64| micros >= least && micros % (unit / 100) == 0;
        if fits(HOUR, 2 * HOUR) {
            Self::Hour
        } else if fits(MINUTE, MINUTE) {
            Self::Minute
        } else {
            Self::Second
        }
    }

    /// How it is written.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Second => "s",
            Self::Minute => "min",
            Self::Hour => "h",
        }
    }

    /// How many seconds it has.
    pub const fn seconds(self) -> f64 {
        match self {
            Self::Second => 1.0,
            Self::Minute => 60.0,
            Self::Hour => 3600.0,
        }
    }
}

/// A time that prints in the unit in which it was written; one that was measured, such as cell
/// time, in the unit that fits it best. Only the time counts when it is compared.
///
/// # Examples
/// ```
/// use bioxen_base::units::{Duration, Time, TimeUnit};
/// let t = Duration::new(Time::from_seconds(90.0), TimeUnit::Second);
/// assert_eq!(t.to_string(), "90 s");
/// assert_eq!(Duration::from(Time::from_seconds(90.0)).to_string(), "1.5 min");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Duration {
    time: Time,
    unit: Option<TimeUnit>,
}

impl Duration {
    /// A time that was written in a unit.
    pub const fn new(time: Time, unit: TimeUnit) -> Self {
        Self { time, unit: Some(unit) }
    }

    /// How long it is.
    pub const fn time(self) -> Time {
        self.time
    }

    /// The unit in which it prints; none if that is the one that fits best.
    pub const fn unit(self) -> Option<TimeUnit> {
        self.unit
    }

    /// Another time in the same unit.
    pub const fn with(self, time: Time) -> Self {
        Self { time, unit: self.unit }
    }
}

impl From<Time> for Duration {
    fn from(time: Time) -> Self {
        Self { time, unit: None }
    }
}

impl PartialEq for Duration {
    fn eq(&self, other: &Self) -> bool {
        self.time == other.time
    }
}

impl PartialOrd for Duration {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.time.partial_cmp(&other.time)
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.unit {
            None => self.time.fmt(f),
            Some(unit) => {
                write!(f, "{} {}", short(self.time.seconds() / unit.seconds()), unit.symbol())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_prints_as_it_was_written() {
        let written = |seconds, unit| Duration::new(Time::from_seconds(seconds), unit).to_string();
        assert_eq!(written(90.0, TimeUnit::Second), "90 s");
        assert_eq!(written(120.0, TimeUnit::Minute), "2 min");
        assert_eq!(written(1800.0, TimeUnit::Hour), "0.5 h");
        assert_eq!(written(20.0, TimeUnit::Minute), "0.3333333 min");
    }

    #[test]
    fn units_do_not_count_in_comparisons() {
        let minute = Duration::new(Time::from_minutes(1.0), TimeUnit::Minute);
        let seconds = Duration::new(Time::from_seconds(60.0), TimeUnit::Second);
        assert_eq!(minute, seconds);
        assert!(minute.with(Time::from_seconds(59.0)) < seconds);
    }
}
