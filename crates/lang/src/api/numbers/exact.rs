//! Calculating with whole numbers that stay whole where they can.

use rhai::{Array, Dynamic, Engine};

use crate::error::raise;
use crate::number::number;
use crate::quantity;
use crate::{LangError, RhaiResultOf};

pub(super) fn of(function: &str, x: &Dynamic) -> RhaiResultOf<f64> {
    number(&format!("the number of {function}"), x).map_err(raise)
}

/// A whole number as it is, another one rounded by `to`.
pub(super) fn rounded(function: &str, x: &Dynamic, to: fn(f64) -> f64) -> RhaiResultOf<Dynamic> {
    if x.is_int() {
        return Ok(x.clone());
    }
    of(function, x).map(|x| Dynamic::from_float(to(x)))
}

/// `a / b`, whole when it is whole.
pub(super) fn quotient(a: i64, b: i64) -> RhaiResultOf<Dynamic> {
    if b == 0 {
        return Err(raise(LangError::ByZero { what: a.to_string() }));
    }
    match a.checked_rem(b) {
        Some(0) => Ok(Dynamic::from_int(a / b)),
        _ => Ok(Dynamic::from_float(a as f64 / b as f64)),
    }
}

/// `a % b`; of the least whole number and -1 it is 0, as of all others.
pub(super) fn remainder(a: i64, b: i64) -> RhaiResultOf<Dynamic> {
    if b == 0 {
        return Err(raise(LangError::ByZero { what: a.to_string() }));
    }
    Ok(Dynamic::from_int(a.wrapping_rem(b)))
}

/// `base ** exponent`, whole when it is whole.
pub(super) fn power(base: i64, exponent: i64) -> RhaiResultOf<Dynamic> {
    if exponent < 0 {
        if base == 0 {
            return Err(raise(LangError::ByZero { what: "1".to_owned() }));
        }
        return Ok(Dynamic::from_float((base as f64).powf(exponent as f64)));
    }
    let whole = u32::try_from(exponent).ok().and_then(|n| base.checked_pow(n));
    // These stay whole however often they are multiplied.
    let whole = whole.or(match base {
        0 | 1 => Some(base),
        -1 => Some(if exponent % 2 == 0 { 1 } else { -1 }),
        _ => None,
    });
    let what = || format!("{base} ** {exponent}");
    whole.map(Dynamic::from_int).ok_or_else(|| raise(LangError::TooLarge { what: what() }))
}

pub(super) fn some(function: &str, values: &[Dynamic]) -> RhaiResultOf<()> {
    if values.is_empty() {
        let what = format!("the array of {function}");
        let (expected, got) = ("an array with something in it", "an empty one".to_owned());
        return Err(raise(LangError::WrongType { what, expected, got }));
    }
    Ok(())
}

pub(super) fn extreme(
    function: &'static str,
    values: Array,
    wanted: std::cmp::Ordering,
) -> RhaiResultOf<Dynamic> {
    some(function, &values)?;
    let mut values = values.into_iter();
    let mut best = values.next().unwrap_or_default();
    // One that stands alone must be comparable, too.
    quantity::order(function, &best, &best)?;
    for value in values {
        if quantity::order(function, &value, &best)? == wanted {
            best = value;
        }
    }
    Ok(best)
}

/// The forms of `/` and `**` that assign, which may turn a whole number into another one.
pub(crate) fn assignments(engine: &mut Engine) {
    let integer = std::any::TypeId::of::<i64>();
    for (name, by) in [("/=", quotient as fn(_, _) -> _), ("**=", power), ("%=", remainder)] {
        engine.register_raw_fn(name, [integer; 2], move |_, arguments| {
            let whole = |value: &Dynamic| value.as_int().unwrap_or_default();
            let result = by(whole(arguments[0]), whole(arguments[1]))?;
            *arguments[0] = result;
            Ok(Dynamic::UNIT)
        });
    }
}
