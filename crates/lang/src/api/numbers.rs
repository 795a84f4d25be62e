//! Numbers: calculating with whole ones and with all others alike.

mod exact;

pub(crate) use exact::assignments;
use exact::{extreme, of, power, quotient, remainder, rounded, some};
use rhai::plugin::*;
use rhai::{Array, Dynamic};

use crate::error::raise;
use crate::number::plain;
use crate::quantity;
use crate::{LangError, RhaiResultOf};

/// Numbers: calculating with whole ones and with all others alike.
#[export_module]
pub mod functions {
    /// The exact quotient of two whole numbers: `6 / 2` is `3`, and `7 / 2` is `3.5`. `div` gives
    /// the whole part.
    ///
    /// # Errors
    /// If the divisor is zero.
    ///
    /// # Example
    /// ```rhai
    /// print(7 / 2);
    /// ```
    #[rhai_fn(global, name = "/", return_raw)]
    pub fn divide(a: i64, b: i64) -> RhaiResultOf<Dynamic> {
        super::quotient(a, b)
    }

    /// A whole number to the power of another: `2 ** 10` is `1024`, and `2 ** -1` is `0.5`.
    ///
    /// # Errors
    /// If the result is too large for a whole number. `2.0 ** 100` has no such limit.
    ///
    /// # Example
    /// ```rhai
    /// print(2 ** -1);
    /// ```
    #[rhai_fn(global, name = "**", return_raw)]
    pub fn to_the_power(a: i64, b: i64) -> RhaiResultOf<Dynamic> {
        super::power(a, b)
    }

    /// The whole part of `a` divided by `b`, without the remainder, which is `a % b`. Use it for example
    /// for the middle of an array: `a[div(a.len(), 2)]`.
    ///
    /// * `a`, `b` - whole numbers
    ///
    /// # Errors
    /// If an argument is not whole, or `b` is zero.
    ///
    /// # Example
    /// ```rhai
    /// div(7, 2)
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn div(a: Dynamic, b: Dynamic) -> RhaiResultOf<i64> {
        let whole = |x: &Dynamic| {
            let expected = "a whole number";
            crate::number::whole("a number of div", x, i64::MIN..=i64::MAX, expected)
        };
        let (a, b) = (whole(&a).map_err(raise)?, whole(&b).map_err(raise)?);
        if b == 0 {
            return Err(raise(LangError::ByZero { what: a.to_string() }));
        }
        let what = || format!("div({a}, {b})");
        a.checked_div(b).ok_or_else(|| raise(LangError::BeyondWhole { what: what() }))
    }

    /// The remainder of a division of whole numbers, with the sign of the first.
    ///
    /// # Errors
    /// If the divisor is zero.
    ///
    /// # Example
    /// ```rhai
    /// print(7 % 3);
    /// ```
    #[rhai_fn(global, name = "%", return_raw)]
    pub fn rest(a: i64, b: i64) -> RhaiResultOf<Dynamic> {
        super::remainder(a, b)
    }

    /// The square root.
    ///
    /// * `x` - a number, whole or not
    ///
    /// # Errors
    /// If the argument is not a number.
    ///
    /// # Example
    /// ```rhai
    /// sqrt(2)
    /// ```
    #[rhai_fn(global, name = "sqrt", return_raw)]
    pub fn sqrt(x: Dynamic) -> RhaiResultOf<f64> {
        super::of("sqrt", &x).map(f64::sqrt)
    }

    /// The exponential, e to the power of a number.
    ///
    /// * `x` - a number, whole or not
    ///
    /// # Errors
    /// If the argument is not a number.
    ///
    /// # Example
    /// ```rhai
    /// exp(1)
    /// ```
    #[rhai_fn(global, name = "exp", return_raw)]
    pub fn exp(x: Dynamic) -> RhaiResultOf<f64> {
        super::of("exp", &x).map(f64::exp)
    }

    /// The natural logarithm.
    ///
    /// * `x` - a number, whole or not
    ///
    /// # Errors
    /// If the argument is not a number.
    ///
    /// # Example
    /// ```rhai
    /// ln(10)
    /// ```
    #[rhai_fn(global, name = "ln", return_raw)]
    pub fn ln(x: Dynamic) -> RhaiResultOf<f64> {
        super::of("ln", &x).map(f64::ln)
    }

    /// The logarithm with base 10.
    ///
    /// * `x` - a number, whole or not
    ///
    /// # Errors
    /// If the argument is not a number.
    ///
    /// # Example
    /// ```rhai
    /// log10(1000)
    /// ```
    #[rhai_fn(global, name = "log10", return_raw)]
    pub fn log10(x: Dynamic) -> RhaiResultOf<f64> {
        super::of("log10", &x).map(f64::log10)
    }

    /// The logarithm with base 10, as `log10`.
    ///
    /// * `x` - a number, whole or not
    ///
    /// # Errors
    /// If the argument is not a number.
    ///
    /// # Example
    /// ```rhai
    /// log(1000)
    /// ```
    #[rhai_fn(global, name = "log", return_raw)]
    pub fn log(x: Dynamic) -> RhaiResultOf<f64> {
        super::of("log", &x).map(f64::log10)
    }

    /// The logarithm with any base.
    ///
    /// * `x`, `base` - numbers
    ///
    /// # Errors
    /// If an argument is not a number.
    ///
    /// # Example
    /// ```rhai
    /// log(8, 2)
    /// ```
    #[rhai_fn(global, name = "log", return_raw)]
    pub fn log_to_base(x: Dynamic, base: Dynamic) -> RhaiResultOf<f64> {
        Ok(super::of("log", &x)?.log(super::of("log", &base)?))
    }

    /// The number rounded down to a whole number; `to_int` makes it an integer.
    ///
    /// * `x` - a number, whole or not
    ///
    /// # Errors
    /// If the argument is not a number.
    ///
    /// # Example
    /// ```rhai
    /// floor(2)
    /// ```
    #[rhai_fn(global, name = "floor", return_raw)]
    pub fn floor(x: Dynamic) -> RhaiResultOf<Dynamic> {
        super::rounded("floor", &x, f64::floor)
    }

    /// The number rounded up to a whole number.
    ///
    /// * `x` - a number, whole or not
    ///
    /// # Errors
    /// If the argument is not a number.
    ///
    /// # Example
    /// ```rhai
    /// ceiling(2)
    /// ```
    #[rhai_fn(global, name = "ceiling", return_raw)]
    pub fn ceiling(x: Dynamic) -> RhaiResultOf<Dynamic> {
        super::rounded("ceiling", &x, f64::ceil)
    }

    /// The number without the digits after its decimal point.
    ///
    /// * `x` - a number, whole or not
    ///
    /// # Errors
    /// If the argument is not a number.
    ///
    /// # Example
    /// ```rhai
    /// int(2)
    /// ```
    #[rhai_fn(global, name = "int", return_raw)]
    pub fn int(x: Dynamic) -> RhaiResultOf<Dynamic> {
        super::rounded("int", &x, f64::trunc)
    }

    /// Whether a number is NaN (not a number), such as `0.0 / 0.0`.
    ///
    /// * `x` - a number, whole or not
    ///
    /// # Errors
    /// If the argument is not a number.
    ///
    /// # Example
    /// ```rhai
    /// is_nan(1)
    /// ```
    #[rhai_fn(global, name = "is_nan", return_raw)]
    pub fn is_nan(x: Dynamic) -> RhaiResultOf<bool> {
        super::of("is_nan", &x).map(f64::is_nan)
    }

    /// Whether a number is neither infinite nor NaN.
    ///
    /// * `x` - a number, whole or not
    ///
    /// # Errors
    /// If the argument is not a number.
    ///
    /// # Example
    /// ```rhai
    /// is_finite(1)
    /// ```
    #[rhai_fn(global, name = "is_finite", return_raw)]
    pub fn is_finite(x: Dynamic) -> RhaiResultOf<bool> {
        super::of("is_finite", &x).map(f64::is_finite)
    }

    /// The absolute value.
    ///
    /// * `x` - a number or a quantity, such as `-5.min`
    ///
    /// # Errors
    /// If the argument is neither.
    ///
    /// # Example
    /// ```rhai
    /// abs(-5.min)
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn abs(x: Dynamic) -> RhaiResultOf<Dynamic> {
        quantity::size(&x)
    }

    /// The smaller of two values.
    ///
    /// * `a`, `b` - numbers, or quantities of one kind, such as `5.min`
    ///
    /// # Errors
    /// If they cannot be compared.
    ///
    /// # Example
    /// ```rhai
    /// min(1.min, 90.s)
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn min(a: Dynamic, b: Dynamic) -> RhaiResultOf<Dynamic> {
        Ok(if quantity::order("min", &a, &b)?.is_gt() { b } else { a })
    }

    /// The larger of two values.
    ///
    /// * `a`, `b` - numbers, or quantities of one kind, such as `5.min`
    ///
    /// # Errors
    /// If they cannot be compared.
    ///
    /// # Example
    /// ```rhai
    /// max(1.min, 90.s)
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn max(a: Dynamic, b: Dynamic) -> RhaiResultOf<Dynamic> {
        Ok(if quantity::order("max", &a, &b)?.is_lt() { b } else { a })
    }

    /// The smallest value of an array.
    ///
    /// * `values` - numbers, or quantities of one kind; at least one
    ///
    /// # Errors
    /// If the array is empty, or two values cannot be compared.
    ///
    /// # Example
    /// ```rhai
    /// min([3, 1.5, 2])
    /// ```
    #[rhai_fn(global, name = "min", return_raw)]
    pub fn least(values: Array) -> RhaiResultOf<Dynamic> {
        super::extreme("min", values, std::cmp::Ordering::Less)
    }

    /// The largest value of an array.
    ///
    /// * `values` - numbers, or quantities of one kind; at least one
    ///
    /// # Errors
    /// If the array is empty, or two values cannot be compared.
    ///
    /// # Example
    /// ```rhai
    /// max([10.s, 1.min])
    /// ```
    #[rhai_fn(global, name = "max", return_raw)]
    pub fn greatest(values: Array) -> RhaiResultOf<Dynamic> {
        super::extreme("max", values, std::cmp::Ordering::Greater)
    }

    /// The sum of an array; 0 for an empty array.
    ///
    /// * `values` - numbers, or quantities of one kind; the sum has the unit of the first
    ///
    /// # Errors
    /// If the array holds something else or values of different kinds, or if the sum of whole numbers is
    /// too large for a whole number.
    ///
    /// # Example
    /// ```rhai
    /// sum([1.min, 30.s])
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn sum(values: Array) -> RhaiResultOf<Dynamic> {
        quantity::sum("sum", &values)
    }

    /// The mean of an array.
    ///
    /// * `values` - numbers, or quantities of one kind; at least one
    ///
    /// # Errors
    /// If the array is empty, or holds something else.
    ///
    /// # Example
    /// ```rhai
    /// mean([1, 2, 4])
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn mean(context: NativeCallContext, values: Array) -> RhaiResultOf<Dynamic> {
        super::some("mean", &values)?;
        // A mean is a number with a point, so that whole ones may have any sum.
        let numbers: Option<Vec<f64>> = values.iter().map(plain).collect();
        if let Some(numbers) = numbers {
            return Ok(Dynamic::from_float(crate::value::mean(&numbers)));
        }
        let total = quantity::sum("mean", &values)?;
        context.call_native_fn("/", (total, values.len() as i64))
    }
}
