//! Rounding, and numbers as text.

use rhai::Dynamic;
use rhai::plugin::*;

use super::series::digits as digits_of;
use crate::error::raise;
use crate::format::{self as text, Spec};
use crate::number::kind;
use crate::series::Unit;
use crate::{LangError, RhaiResultOf};

/// A number or a quantity, rounded in its own unit.
fn rounded_to(x: &Dynamic, digits: i64) -> RhaiResultOf<Dynamic> {
    if let Ok(n) = x.as_int() {
        let what = || format!("{n}, rounded,");
        let whole = text::rounded_whole(n, digits).map(Dynamic::from_int);
        return whole.ok_or_else(|| raise(LangError::TooLarge { what: what() }));
    }
    let wrong = || LangError::WrongType {
        what: "the number of round".to_owned(),
        expected: "a number or a quantity",
        got: kind(x),
    };
    let (number, unit) = Unit::of(x).ok_or_else(|| raise(wrong()))?;
    unit.give(text::rounded(number, digits)).map_err(raise)
}

/// Rounding, and numbers as text.
#[export_module]
pub mod functions {
    /// The nearest whole number; halves are rounded away from zero. A quantity is rounded in its own unit.
    ///
    /// * `x` - a number, whole or not, or a quantity
    ///
    /// # Errors
    /// If `x` is neither.
    ///
    /// # Example
    /// ```rhai
    /// round(2.5)
    /// ```
    #[rhai_fn(global, name = "round", return_raw)]
    pub fn round(x: Dynamic) -> RhaiResultOf<Dynamic> {
        super::rounded_to(&x, 0)
    }

    /// A number rounded to some digits after the decimal point; with a negative number of digits, before
    /// it: `round(1234, -2)` is `1200`. Halves are rounded away from zero; a whole number stays whole. A
    /// quantity is rounded in its own unit.
    ///
    /// The stored binary number is rounded: `round(2.675, 2)` is `2.67`, since the nearest binary number to
    /// 2.675 is below it.
    ///
    /// * `x` - a number, whole or not, or a quantity
    /// * `digits` - how many, -400 to 400
    ///
    /// # Errors
    /// If `x` is neither, or `digits` is not whole.
    ///
    /// # Example
    /// ```rhai
    /// round(3.14159, 2)
    /// ```
    #[rhai_fn(global, name = "round", return_raw)]
    pub fn round_to(x: Dynamic, digits: Dynamic) -> RhaiResultOf<Dynamic> {
        super::rounded_to(&x, digits_of(&digits)?)
    }

    /// A value as text, formatted by a specification:
    /// `[[fill]align][sign][0][width][,][.digits][kind]`, where every part is optional, as in Python's
    /// `format`; with a `%` before it, as in C's `printf`.
    ///
    /// | part | what it may be |
    /// |---|---|
    /// | kind | `f` digits after the decimal point; `e` scientific; `g` significant digits, scientific where that is shorter; `%` times 100 with a `%`; `d` a whole number; `s` a string |
    /// | digits | `.2`: how many, 6 if not given |
    /// | `,` | between thousands |
    /// | width | `8`: at least so many characters |
    /// | align | `<` left, `>` right, `^` in the middle, `=` zeros after the sign |
    /// | sign | `+` also before values that are not negative |
    ///
    /// A quantity is written in its own unit, which follows the number. A number exactly between two
    /// results is rounded to the even one, as in Python and C.
    ///
    /// * `value` - a number, a quantity or a string
    /// * `form` - the specification, such as `".3g"`, `".2f"`, `".1e"`, `",.0f"`, `".1%"`, `"8.2f"`
    ///
    /// # Errors
    /// If the specification is invalid, or is for values of another kind.
    ///
    /// # Example
    /// ```rhai
    /// print(format(1234.5678, ".3g"));
    /// print(format(100.s / 60, ".1f"));
    /// print(`${format("lacZ", "8")}${format(1234.5, "10,.1f")}`);
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn format(value: Dynamic, form: &str) -> RhaiResultOf<String> {
        Spec::read(form).and_then(|spec| spec.write(&value)).map_err(raise)
    }
}
