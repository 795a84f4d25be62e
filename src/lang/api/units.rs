//! Quantities with units.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::unnecessary_wraps,
    reason = "the plugin macro makes undocumented items and unwraps arguments it has checked"
)]

use rhai::plugin::*;

use crate::lang::{LangError, RhaiResultOf, error::raise};
use crate::units::{Kilobases, Percent, Time};

fn seconds(value: f64) -> RhaiResultOf<Time> {
    Time::checked_seconds(value).ok_or_else(|| {
        raise(LangError::WrongType {
            what: "a time".to_owned(),
            expected: "a finite number of at most a century",
            got: format!("{value} s"),
        })
    })
}

/// Quantities with units.
#[export_module]
pub mod functions {
    /// A time in seconds.
    ///
    /// # Example
    /// ```
    /// run(30.s);
    /// ```
    #[rhai_fn(global, get = "s", pure, return_raw)]
    pub fn s_of_integer(number: &mut i64) -> RhaiResultOf<Time> {
        seconds(*number as f64)
    }
    /// A time in seconds.
    ///
    /// # Example
    /// ```
    /// run(1.5.s);
    /// ```
    #[rhai_fn(global, get = "s", pure, return_raw)]
    pub fn s_of_number(number: &mut f64) -> RhaiResultOf<Time> {
        seconds(*number)
    }
    /// A time in minutes.
    ///
    /// # Example
    /// ```
    /// run(10.min);
    /// ```
    #[rhai_fn(global, get = "min", pure, return_raw)]
    pub fn min_of_integer(number: &mut i64) -> RhaiResultOf<Time> {
        seconds(*number as f64 * 60.0)
    }
    /// A time in minutes.
    ///
    /// # Example
    /// ```
    /// run(2.5.min);
    /// ```
    #[rhai_fn(global, get = "min", pure, return_raw)]
    pub fn min_of_number(number: &mut f64) -> RhaiResultOf<Time> {
        seconds(*number * 60.0)
    }
    /// A time in hours.
    ///
    /// # Example
    /// ```
    /// run(1.h);
    /// ```
    #[rhai_fn(global, get = "h", pure, return_raw)]
    pub fn h_of_integer(number: &mut i64) -> RhaiResultOf<Time> {
        seconds(*number as f64 * 3600.0)
    }
    /// A time in hours.
    ///
    /// # Example
    /// ```
    /// run(0.5.h);
    /// ```
    #[rhai_fn(global, get = "h", pure, return_raw)]
    pub fn h_of_number(number: &mut f64) -> RhaiResultOf<Time> {
        seconds(*number * 3600.0)
    }
    /// A length of DNA in kilobases.
    ///
    /// # Example
    /// ```
    /// create_bio_vm("demo", "ecoli").allocate_memory(20.kb);
    /// ```
    #[rhai_fn(global, get = "kb", pure)]
    pub fn kb_of_integer(number: &mut i64) -> Kilobases {
        Kilobases(*number as f64)
    }
    /// A length of DNA in kilobases.
    ///
    /// # Example
    /// ```
    /// create_bio_vm("demo", "ecoli").allocate_memory(7.5.kb);
    /// ```
    #[rhai_fn(global, get = "kb", pure)]
    pub fn kb_of_number(number: &mut f64) -> Kilobases {
        Kilobases(*number)
    }
    /// A percentage.
    ///
    /// # Example
    /// ```
    /// create_bio_vm("demo", "ecoli").allocate_atp(40.percent);
    /// ```
    #[rhai_fn(global, get = "percent", pure)]
    pub fn percent_of_integer(number: &mut i64) -> Percent {
        Percent(*number as f64)
    }
    /// A percentage.
    ///
    /// # Example
    /// ```
    /// create_bio_vm("demo", "ecoli").allocate_atp(0.5.percent);
    /// ```
    #[rhai_fn(global, get = "percent", pure)]
    pub fn percent_of_number(number: &mut f64) -> Percent {
        Percent(*number)
    }

    /// A time as a number of seconds.
    ///
    /// # Example
    /// ```
    /// 2.min.in_seconds()
    /// ```
    #[rhai_fn(global)]
    pub fn in_seconds(time: Time) -> f64 {
        time.seconds()
    }
    /// A time as a number of minutes.
    ///
    /// # Example
    /// ```
    /// now().in_minutes()
    /// ```
    #[rhai_fn(global)]
    pub fn in_minutes(time: Time) -> f64 {
        time.minutes()
    }
    /// A time as a number of hours.
    ///
    /// # Example
    /// ```
    /// 90.min.in_hours()
    /// ```
    #[rhai_fn(global)]
    pub fn in_hours(time: Time) -> f64 {
        time.hours()
    }

    #[rhai_fn(global, name = "+")]
    pub fn add(a: Time, b: Time) -> Time {
        a + b
    }
    #[rhai_fn(global, name = "-")]
    pub fn subtract(a: Time, b: Time) -> Time {
        a - b
    }
    #[rhai_fn(global, name = "*", return_raw)]
    pub fn times_integer(a: Time, b: i64) -> RhaiResultOf<Time> {
        seconds(a.seconds() * b as f64)
    }
    #[rhai_fn(global, name = "*", return_raw)]
    pub fn times_number(a: Time, b: f64) -> RhaiResultOf<Time> {
        seconds(a.seconds() * b)
    }
    #[rhai_fn(global, name = "/", return_raw)]
    pub fn divided_by_integer(a: Time, b: i64) -> RhaiResultOf<Time> {
        seconds(a.seconds() / b as f64)
    }
    #[rhai_fn(global, name = "/", return_raw)]
    pub fn divided_by_number(a: Time, b: f64) -> RhaiResultOf<Time> {
        seconds(a.seconds() / b)
    }
    #[rhai_fn(global, name = "/")]
    pub fn ratio(a: Time, b: Time) -> f64 {
        a.seconds() / b.seconds()
    }
    #[rhai_fn(global, name = "==")]
    pub fn equal(a: Time, b: Time) -> bool {
        a == b
    }
    #[rhai_fn(global, name = "!=")]
    pub fn unequal(a: Time, b: Time) -> bool {
        a != b
    }
    #[rhai_fn(global, name = "<")]
    pub fn less(a: Time, b: Time) -> bool {
        a < b
    }
    #[rhai_fn(global, name = "<=")]
    pub fn at_most(a: Time, b: Time) -> bool {
        a <= b
    }
    #[rhai_fn(global, name = ">")]
    pub fn greater(a: Time, b: Time) -> bool {
        a > b
    }
    #[rhai_fn(global, name = ">=")]
    pub fn at_least(a: Time, b: Time) -> bool {
        a >= b
    }
    #[rhai_fn(global, name = "to_string", name = "to_debug", pure)]
    pub fn time_to_string(time: &mut Time) -> String {
        time.to_string()
    }
    #[rhai_fn(global, name = "to_string", name = "to_debug", pure)]
    pub fn kilobases_to_string(length: &mut Kilobases) -> String {
        length.to_string()
    }
    #[rhai_fn(global, name = "to_string", name = "to_debug", pure)]
    pub fn percent_to_string(percent: &mut Percent) -> String {
        percent.to_string()
    }
}
