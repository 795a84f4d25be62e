//! Numbers from texts.

use rhai::Dynamic;
use rhai::plugin::*;

use crate::error::raise;
use crate::number::whole;
use crate::{LangError, RhaiResultOf};

fn integer(text: &str, base: u32) -> RhaiResultOf<i64> {
    i64::from_str_radix(text.trim(), base).map_err(|_| {
        raise(LangError::NotNumber {
            given: text.to_owned(),
            kind: "whole number",
            example: match base {
                10 => "\"42\" and \"-7\" are some, \"2.5\" is read by parse_float",
                _ => "its digits must be those of the base, and not too many",
            },
        })
    })
}

/// Numbers from texts.
#[export_module]
pub mod functions {
    /// Reads a whole number from a text.
    ///
    /// * `text` - digits, with a sign or without
    ///
    /// # Errors
    /// If the text is not such a number.
    ///
    /// # Example
    /// ```rhai
    /// parse_int("42")
    /// ```
    #[rhai_fn(return_raw)]
    pub fn parse_int(text: &str) -> RhaiResultOf<i64> {
        integer(text, 10)
    }

    /// The same for digits in another base than ten.
    ///
    /// * `text` - digits and letters, with a sign or without
    /// * `base` - 2 to 36
    ///
    /// # Errors
    /// If the text is not a whole number, or the base is out of range.
    ///
    /// # Example
    /// ```rhai
    /// parse_int("ff", 16)
    /// ```
    #[rhai_fn(name = "parse_int", return_raw)]
    pub fn parse_int_of(text: &str, base: i64) -> RhaiResultOf<i64> {
        let base =
            whole("the base", &Dynamic::from_int(base), 2..=36, "a whole number from 2 to 36");
        integer(text, base.map(|base| base as u32).map_err(raise)?)
    }

    /// Reads a number from a text.
    ///
    /// * `text` - a number as scripts write it, with a point, an exponent or neither
    ///
    /// # Errors
    /// If the text is not such a number.
    ///
    /// # Example
    /// ```rhai
    /// parse_float("1.5e3")
    /// ```
    #[rhai_fn(return_raw)]
    pub fn parse_float(text: &str) -> RhaiResultOf<f64> {
        text.trim().parse().map_err(|_| {
            raise(LangError::NotNumber {
                given: text.to_owned(),
                kind: "number",
                example: "\"2.5\", \"-3\" and \"1e-3\" are some",
            })
        })
    }
}
