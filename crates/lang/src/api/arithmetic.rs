//! Calculating with quantities: the same operators for each kind.

/// The operators of one kind of quantity. What it meets that is of another kind is refused here,
/// since Rhai itself would call the two unequal and go on. (The macro of Rhai wants the type as a
/// type, and the import as a name.)
macro_rules! operators {
    ($module:ident, $import:ident, $quantity:ty) => {
        pub mod $module {
            use rhai::plugin::*;

            #[export_module]
            pub mod functions {
                use rhai::Dynamic;

                use crate::RhaiResultOf;
                use crate::error::raise;
                use crate::quantity::{self, Quantity as _};
                use bioxen_base::units::$import;

                #[rhai_fn(global, name = "+", return_raw)]
                pub fn add(a: $quantity, b: $quantity) -> RhaiResultOf<$quantity> {
                    a.plus(b).map_err(raise)
                }
                #[rhai_fn(global, name = "-", return_raw)]
                pub fn subtract(a: $quantity, b: $quantity) -> RhaiResultOf<$quantity> {
                    quantity::minus(a, b)
                }
                #[rhai_fn(global, name = "-", return_raw)]
                pub fn negative(a: $quantity) -> RhaiResultOf<$quantity> {
                    quantity::times(a, -1.0)
                }
                #[rhai_fn(global, name = "+")]
                pub fn itself(a: $quantity) -> $quantity {
                    a
                }
                #[rhai_fn(global, name = "*", return_raw)]
                pub fn times_integer(a: $quantity, b: i64) -> RhaiResultOf<$quantity> {
                    quantity::times(a, b as f64)
                }
                #[rhai_fn(global, name = "*", return_raw)]
                pub fn times_number(a: $quantity, b: f64) -> RhaiResultOf<$quantity> {
                    quantity::times(a, b)
                }
                #[rhai_fn(global, name = "*", return_raw)]
                pub fn integer_times(a: i64, b: $quantity) -> RhaiResultOf<$quantity> {
                    quantity::times(b, a as f64)
                }
                #[rhai_fn(global, name = "*", return_raw)]
                pub fn number_times(a: f64, b: $quantity) -> RhaiResultOf<$quantity> {
                    quantity::times(b, a)
                }
                #[rhai_fn(global, name = "/", return_raw)]
                pub fn divided_by_integer(a: $quantity, b: i64) -> RhaiResultOf<$quantity> {
                    quantity::divided(a, b as f64)
                }
                #[rhai_fn(global, name = "/", return_raw)]
                pub fn divided_by_number(a: $quantity, b: f64) -> RhaiResultOf<$quantity> {
                    quantity::divided(a, b)
                }
                #[rhai_fn(global, name = "/", return_raw)]
                pub fn ratio(a: $quantity, b: $quantity) -> RhaiResultOf<f64> {
                    quantity::ratio(a, b)
                }
                #[rhai_fn(global, name = "==")]
                pub fn equal(a: $quantity, b: $quantity) -> bool {
                    a == b
                }
                #[rhai_fn(global, name = "!=")]
                pub fn unequal(a: $quantity, b: $quantity) -> bool {
                    a != b
                }
                #[rhai_fn(global, name = "<")]
                pub fn less(a: $quantity, b: $quantity) -> bool {
                    a < b
                }
                #[rhai_fn(global, name = "<=")]
                pub fn at_most(a: $quantity, b: $quantity) -> bool {
                    a <= b
                }
                #[rhai_fn(global, name = ">")]
                pub fn greater(a: $quantity, b: $quantity) -> bool {
                    a > b
                }
                #[rhai_fn(global, name = ">=")]
                pub fn at_least(a: $quantity, b: $quantity) -> bool {
                    a >= b
                }
                #[rhai_fn(global, name = "to_string", name = "to_debug", pure)]
                pub fn quantity_to_string(quantity: &mut $quantity) -> String {
                    quantity.to_string()
                }

                #[rhai_fn(global, name = "+", return_raw)]
                pub fn add_to_other(a: Dynamic, b: $quantity) -> RhaiResultOf<Dynamic> {
                    quantity::mixed("+", &a, &Dynamic::from(b))
                }
                #[rhai_fn(global, name = "+", return_raw)]
                pub fn add_other(a: $quantity, b: Dynamic) -> RhaiResultOf<Dynamic> {
                    quantity::mixed("+", &Dynamic::from(a), &b)
                }
                #[rhai_fn(global, name = "-", return_raw)]
                pub fn subtract_from_other(a: Dynamic, b: $quantity) -> RhaiResultOf<Dynamic> {
                    quantity::mixed("-", &a, &Dynamic::from(b))
                }
                #[rhai_fn(global, name = "-", return_raw)]
                pub fn subtract_other(a: $quantity, b: Dynamic) -> RhaiResultOf<Dynamic> {
                    quantity::mixed("-", &Dynamic::from(a), &b)
                }
                #[rhai_fn(global, name = "*", return_raw)]
                pub fn other_times(a: Dynamic, b: $quantity) -> RhaiResultOf<Dynamic> {
                    quantity::mixed("*", &a, &Dynamic::from(b))
                }
                #[rhai_fn(global, name = "*", return_raw)]
                pub fn times_other(a: $quantity, b: Dynamic) -> RhaiResultOf<Dynamic> {
                    quantity::mixed("*", &Dynamic::from(a), &b)
                }
                #[rhai_fn(global, name = "/", return_raw)]
                pub fn other_divided(a: Dynamic, b: $quantity) -> RhaiResultOf<Dynamic> {
                    quantity::mixed("/", &a, &Dynamic::from(b))
                }
                #[rhai_fn(global, name = "/", return_raw)]
                pub fn divided_by_other(a: $quantity, b: Dynamic) -> RhaiResultOf<Dynamic> {
                    quantity::mixed("/", &Dynamic::from(a), &b)
                }
                #[rhai_fn(global, name = "==", return_raw)]
                pub fn other_equal(a: Dynamic, b: $quantity) -> RhaiResultOf<bool> {
                    quantity::differs("==", &a, &Dynamic::from(b))
                }
                #[rhai_fn(global, name = "==", return_raw)]
                pub fn equal_other(a: $quantity, b: Dynamic) -> RhaiResultOf<bool> {
                    quantity::differs("==", &Dynamic::from(a), &b)
                }
                #[rhai_fn(global, name = "!=", return_raw)]
                pub fn other_unequal(a: Dynamic, b: $quantity) -> RhaiResultOf<bool> {
                    quantity::differs("!=", &a, &Dynamic::from(b))
                }
                #[rhai_fn(global, name = "!=", return_raw)]
                pub fn unequal_other(a: $quantity, b: Dynamic) -> RhaiResultOf<bool> {
                    quantity::differs("!=", &Dynamic::from(a), &b)
                }
                #[rhai_fn(global, name = "<", return_raw)]
                pub fn other_less(a: Dynamic, b: $quantity) -> RhaiResultOf<bool> {
                    quantity::mixed("<", &a, &Dynamic::from(b))
                }
                #[rhai_fn(global, name = "<", return_raw)]
                pub fn less_other(a: $quantity, b: Dynamic) -> RhaiResultOf<bool> {
                    quantity::mixed("<", &Dynamic::from(a), &b)
                }
                #[rhai_fn(global, name = "<=", return_raw)]
                pub fn other_at_most(a: Dynamic, b: $quantity) -> RhaiResultOf<bool> {
                    quantity::mixed("<=", &a, &Dynamic::from(b))
                }
                #[rhai_fn(global, name = "<=", return_raw)]
                pub fn at_most_other(a: $quantity, b: Dynamic) -> RhaiResultOf<bool> {
                    quantity::mixed("<=", &Dynamic::from(a), &b)
                }
                #[rhai_fn(global, name = ">", return_raw)]
                pub fn other_greater(a: Dynamic, b: $quantity) -> RhaiResultOf<bool> {
                    quantity::mixed(">", &a, &Dynamic::from(b))
                }
                #[rhai_fn(global, name = ">", return_raw)]
                pub fn greater_other(a: $quantity, b: Dynamic) -> RhaiResultOf<bool> {
                    quantity::mixed(">", &Dynamic::from(a), &b)
                }
                #[rhai_fn(global, name = ">=", return_raw)]
                pub fn other_at_least(a: Dynamic, b: $quantity) -> RhaiResultOf<bool> {
                    quantity::mixed(">=", &a, &Dynamic::from(b))
                }
                #[rhai_fn(global, name = ">=", return_raw)]
                pub fn at_least_other(a: $quantity, b: Dynamic) -> RhaiResultOf<bool> {
                    quantity::mixed(">=", &Dynamic::from(a), &b)
                }
            }
        }
    };
}

operators!(times, Duration, Duration);
operators!(lengths, Kilobases, Kilobases);
operators!(shares, Percent, Percent);
operators!(concentrations, Concentration, Concentration);
