//! Angles and what goes with them, for whole numbers, too.

use rhai::Dynamic;
use rhai::plugin::*;

use crate::RhaiResultOf;
use crate::error::raise;
use crate::number::number;

fn of(function: &str, x: &Dynamic) -> RhaiResultOf<f64> {
    number(&format!("the number of {function}"), x).map_err(raise)
}

/// Angles and what goes with them, for whole numbers, too.
#[export_module]
pub mod functions {
    /// The sine of an angle.
    ///
    /// * `x` - an angle [rad]
    ///
    /// # Errors
    /// If the argument is not a number.
    ///
    /// # Example
    /// ```rhai
    /// sin(0)
    /// ```
    #[rhai_fn(global, name = "sin", return_raw)]
    pub fn sin(x: Dynamic) -> RhaiResultOf<f64> {
        super::of("sin", &x).map(f64::sin)
    }

    /// The cosine of an angle.
    ///
    /// * `x` - an angle [rad]
    ///
    /// # Errors
    /// If the argument is not a number.
    ///
    /// # Example
    /// ```rhai
    /// cos(0)
    /// ```
    #[rhai_fn(global, name = "cos", return_raw)]
    pub fn cos(x: Dynamic) -> RhaiResultOf<f64> {
        super::of("cos", &x).map(f64::cos)
    }

    /// The tangent of an angle.
    ///
    /// * `x` - an angle [rad]
    ///
    /// # Errors
    /// If the argument is not a number.
    ///
    /// # Example
    /// ```rhai
    /// tan(0)
    /// ```
    #[rhai_fn(global, name = "tan", return_raw)]
    pub fn tan(x: Dynamic) -> RhaiResultOf<f64> {
        super::of("tan", &x).map(f64::tan)
    }

    /// The arc sine: the angle [rad] with this sine.
    ///
    /// * `x` - a number from -1 to 1
    ///
    /// # Errors
    /// If the argument is not a number.
    ///
    /// # Example
    /// ```rhai
    /// asin(1)
    /// ```
    #[rhai_fn(global, name = "asin", return_raw)]
    pub fn asin(x: Dynamic) -> RhaiResultOf<f64> {
        super::of("asin", &x).map(f64::asin)
    }

    /// The arc cosine: the angle [rad] with this cosine.
    ///
    /// * `x` - a number from -1 to 1
    ///
    /// # Errors
    /// If the argument is not a number.
    ///
    /// # Example
    /// ```rhai
    /// acos(1)
    /// ```
    #[rhai_fn(global, name = "acos", return_raw)]
    pub fn acos(x: Dynamic) -> RhaiResultOf<f64> {
        super::of("acos", &x).map(f64::acos)
    }

    /// The arc tangent: the angle [rad] with this tangent.
    ///
    /// * `x` - a number, whole or not
    ///
    /// # Errors
    /// If the argument is not a number.
    ///
    /// # Example
    /// ```rhai
    /// atan(1)
    /// ```
    #[rhai_fn(global, name = "atan", return_raw)]
    pub fn atan(x: Dynamic) -> RhaiResultOf<f64> {
        super::of("atan", &x).map(f64::atan)
    }

    /// The hyperbolic sine.
    ///
    /// * `x` - a number, whole or not
    ///
    /// # Errors
    /// If the argument is not a number.
    ///
    /// # Example
    /// ```rhai
    /// sinh(1)
    /// ```
    #[rhai_fn(global, name = "sinh", return_raw)]
    pub fn sinh(x: Dynamic) -> RhaiResultOf<f64> {
        super::of("sinh", &x).map(f64::sinh)
    }

    /// The hyperbolic cosine.
    ///
    /// * `x` - a number, whole or not
    ///
    /// # Errors
    /// If the argument is not a number.
    ///
    /// # Example
    /// ```rhai
    /// cosh(1)
    /// ```
    #[rhai_fn(global, name = "cosh", return_raw)]
    pub fn cosh(x: Dynamic) -> RhaiResultOf<f64> {
        super::of("cosh", &x).map(f64::cosh)
    }

    /// The hyperbolic tangent.
    ///
    /// * `x` - a number, whole or not
    ///
    /// # Errors
    /// If the argument is not a number.
    ///
    /// # Example
    /// ```rhai
    /// tanh(1)
    /// ```
    #[rhai_fn(global, name = "tanh", return_raw)]
    pub fn tanh(x: Dynamic) -> RhaiResultOf<f64> {
        super::of("tanh", &x).map(f64::tanh)
    }

    /// Converts degrees to radians.
    ///
    /// * `x` - an angle [degrees]
    ///
    /// # Errors
    /// If the argument is not a number.
    ///
    /// # Example
    /// ```rhai
    /// to_radians(180)
    /// ```
    #[rhai_fn(global, name = "to_radians", return_raw)]
    pub fn to_radians(x: Dynamic) -> RhaiResultOf<f64> {
        super::of("to_radians", &x).map(f64::to_radians)
    }

    /// Converts radians to degrees.
    ///
    /// * `x` - an angle [rad]
    ///
    /// # Errors
    /// If the argument is not a number.
    ///
    /// # Example
    /// ```rhai
    /// to_degrees(3)
    /// ```
    #[rhai_fn(global, name = "to_degrees", return_raw)]
    pub fn to_degrees(x: Dynamic) -> RhaiResultOf<f64> {
        super::of("to_degrees", &x).map(f64::to_degrees)
    }

    /// The hypotenuse: the longest side of a triangle with a right angle, `sqrt(a*a + b*b)`.
    ///
    /// * `a`, `b` - the two other sides, numbers
    ///
    /// # Errors
    /// If an argument is not a number.
    ///
    /// # Example
    /// ```rhai
    /// hypot(3, 4)
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn hypot(a: Dynamic, b: Dynamic) -> RhaiResultOf<f64> {
        Ok(super::of("hypot", &a)?.hypot(super::of("hypot", &b)?))
    }
}
