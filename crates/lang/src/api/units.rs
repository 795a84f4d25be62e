//! Quantities with units.

use rhai::plugin::*;

use crate::error::raise;
use crate::quantity::seconds;
use crate::{LangError, RhaiResultOf};
use bioxen_base::units::{Duration, Kilobases, Percent, TimeUnit};

fn time(number: f64, unit: TimeUnit) -> RhaiResultOf<Duration> {
    seconds(number * unit.seconds()).map(|time| Duration::new(time, unit)).map_err(raise)
}

fn finite(number: f64, what: &'static str) -> RhaiResultOf<f64> {
    if number.is_finite() {
        return Ok(number);
    }
    let (what, expected) = (what.to_owned(), "a finite number");
    Err(raise(LangError::WrongType { what, expected, got: number.to_string() }))
}

/// Quantities with units.
#[export_module]
pub mod functions {
    /// A time in seconds.
    ///
    /// # Errors
    /// If it is longer than a century.
    ///
    /// # Example
    /// ```rhai
    /// run(30.s);
    /// ```
    #[rhai_fn(global, get = "s", pure, return_raw)]
    pub fn s_of_integer(number: &mut i64) -> RhaiResultOf<Duration> {
        super::time(*number as f64, TimeUnit::Second)
    }
    /// A time in seconds.
    ///
    /// # Errors
    /// If the number is not finite, or longer than a century.
    ///
    /// # Example
    /// ```rhai
    /// run(1.5.s);
    /// ```
    #[rhai_fn(global, get = "s", pure, return_raw)]
    pub fn s_of_number(number: &mut f64) -> RhaiResultOf<Duration> {
        super::time(*number, TimeUnit::Second)
    }
    /// A time in minutes.
    ///
    /// # Errors
    /// If it is longer than a century.
    ///
    /// # Example
    /// ```rhai
    /// run(10.min);
    /// ```
    #[rhai_fn(global, get = "min", pure, return_raw)]
    pub fn min_of_integer(number: &mut i64) -> RhaiResultOf<Duration> {
        super::time(*number as f64, TimeUnit::Minute)
    }
    /// A time in minutes.
    ///
    /// # Errors
    /// If the number is not finite, or longer than a century.
    ///
    /// # Example
    /// ```rhai
    /// run(2.5.min);
    /// ```
    #[rhai_fn(global, get = "min", pure, return_raw)]
    pub fn min_of_number(number: &mut f64) -> RhaiResultOf<Duration> {
        super::time(*number, TimeUnit::Minute)
    }
    /// A time in hours.
    ///
    /// # Errors
    /// If it is longer than a century.
    ///
    /// # Example
    /// ```rhai
    /// run(1.h);
    /// ```
    #[rhai_fn(global, get = "h", pure, return_raw)]
    pub fn h_of_integer(number: &mut i64) -> RhaiResultOf<Duration> {
        super::time(*number as f64, TimeUnit::Hour)
    }
    /// A time in hours.
    ///
    /// # Errors
    /// If the number is not finite, or longer than a century.
    ///
    /// # Example
    /// ```rhai
    /// run(0.5.h);
    /// ```
    #[rhai_fn(global, get = "h", pure, return_raw)]
    pub fn h_of_number(number: &mut f64) -> RhaiResultOf<Duration> {
        super::time(*number, TimeUnit::Hour)
    }
    /// A length of DNA in kilobases.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli").allocate_memory(20.kb);
    /// ```
    #[rhai_fn(global, get = "kb", pure)]
    pub fn kb_of_integer(number: &mut i64) -> Kilobases {
        Kilobases(*number as f64)
    }
    /// A length of DNA in kilobases.
    ///
    /// # Errors
    /// If the number is not finite.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli").allocate_memory(7.5.kb);
    /// ```
    #[rhai_fn(global, get = "kb", pure, return_raw)]
    pub fn kb_of_number(number: &mut f64) -> RhaiResultOf<Kilobases> {
        super::finite(*number, "a DNA length").map(Kilobases)
    }
    /// A percentage.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli").allocate_atp(40.percent);
    /// ```
    #[rhai_fn(global, get = "percent", pure)]
    pub fn percent_of_integer(number: &mut i64) -> Percent {
        Percent(*number as f64)
    }
    /// A percentage.
    ///
    /// # Errors
    /// If the number is not finite.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli").allocate_atp(0.5.percent);
    /// ```
    #[rhai_fn(global, get = "percent", pure, return_raw)]
    pub fn percent_of_number(number: &mut f64) -> RhaiResultOf<Percent> {
        super::finite(*number, "a percentage").map(Percent)
    }

    /// A time as a plain number of seconds.
    ///
    /// * `time` - such as `2.min`
    ///
    /// # Example
    /// ```rhai
    /// 2.min.in_seconds()
    /// ```
    #[rhai_fn(global)]
    pub fn in_seconds(time: Duration) -> f64 {
        time.time().seconds()
    }
    /// A time as a plain number of minutes.
    ///
    /// * `time` - such as `90.s`
    ///
    /// # Example
    /// ```rhai
    /// now().in_minutes()
    /// ```
    #[rhai_fn(global)]
    pub fn in_minutes(time: Duration) -> f64 {
        time.time().minutes()
    }
    /// A time as a plain number of hours.
    ///
    /// * `time` - such as `90.min`
    ///
    /// # Example
    /// ```rhai
    /// 90.min.in_hours()
    /// ```
    #[rhai_fn(global)]
    pub fn in_hours(time: Duration) -> f64 {
        time.time().hours()
    }
    /// A length of DNA as a plain number of kilobases.
    ///
    /// * `length` - such as `20.kb`
    ///
    /// # Example
    /// ```rhai
    /// (2 * 10.kb).in_kb()
    /// ```
    #[rhai_fn(global, name = "in_kb")]
    pub fn in_kilobases(length: Kilobases) -> f64 {
        length.0
    }
    /// A percentage as a plain number: 40 of `40.percent`.
    ///
    /// * `share` - such as `40.percent`
    ///
    /// # Example
    /// ```rhai
    /// 40.percent.in_percent()
    /// ```
    #[rhai_fn(global)]
    pub fn in_percent(share: Percent) -> f64 {
        share.0
    }
}
