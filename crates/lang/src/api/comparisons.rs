//! Which of two values is less. Rhai finds what it cannot compare silently not less, and not greater
//! either; here that is an error.

use std::cmp::Ordering;

use rhai::Dynamic;
use rhai::plugin::*;

use crate::error::raise;
use crate::number::{kind, plain};
use crate::{LangError, RhaiResultOf};

/// The text of a string or a character.
fn text(value: &Dynamic) -> Option<String> {
    value.as_char().map(String::from).ok().or_else(|| value.clone().into_string().ok())
}

/// How two values lie; nothing where one is not a number (NaN), which is neither less nor greater.
fn order(operator: &'static str, a: &Dynamic, b: &Dynamic) -> RhaiResultOf<Option<Ordering>> {
    if let (Ok(a), Ok(b)) = (a.as_int(), b.as_int()) {
        return Ok(Some(a.cmp(&b)));
    }
    if let (Some(a), Some(b)) = (plain(a), plain(b)) {
        return Ok(a.partial_cmp(&b));
    }
    if let (Some(a), Some(b)) = (text(a), text(b)) {
        return Ok(Some(a.cmp(&b)));
    }
    if let (Ok(a), Ok(b)) = (a.as_bool(), b.as_bool()) {
        return Ok(Some(a.cmp(&b)));
    }
    let hint = "two numbers, two strings or two quantities of one kind can be compared";
    Err(raise(LangError::Mixed { operator, a: kind(a), b: kind(b), hint }))
}

/// Which of two values is less.
#[export_module]
pub mod functions {
    #[rhai_fn(global, name = "<", return_raw)]
    pub fn less(a: Dynamic, b: Dynamic) -> RhaiResultOf<bool> {
        Ok(order("<", &a, &b)?.is_some_and(Ordering::is_lt))
    }

    #[rhai_fn(global, name = "<=", return_raw)]
    pub fn less_or_equal(a: Dynamic, b: Dynamic) -> RhaiResultOf<bool> {
        Ok(order("<=", &a, &b)?.is_some_and(Ordering::is_le))
    }

    #[rhai_fn(global, name = ">", return_raw)]
    pub fn greater(a: Dynamic, b: Dynamic) -> RhaiResultOf<bool> {
        Ok(order(">", &a, &b)?.is_some_and(Ordering::is_gt))
    }

    #[rhai_fn(global, name = ">=", return_raw)]
    pub fn greater_or_equal(a: Dynamic, b: Dynamic) -> RhaiResultOf<bool> {
        Ok(order(">=", &a, &b)?.is_some_and(Ordering::is_ge))
    }
}
