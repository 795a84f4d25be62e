//! Arrays of numbers: statistics, sums, parts, and numbers between two ends.

mod parts;

pub(super) use parts::digits;
use parts::{differences, numbers_between, part, running_sums, spread, text_between};
use rhai::plugin::*;
use rhai::{Array, Dynamic};

use super::statistics::share_of;
use crate::RhaiResultOf;
use crate::error::raise;
use crate::series::Series;
use crate::value::{cv2, fano};

/// Arrays of numbers: statistics, sums, parts, and numbers between two ends.
#[export_module]
pub mod functions {
    /// The standard deviation of an array, as of a sample (with n - 1). Quantities keep their unit.
    ///
    /// * `values` - numbers, or quantities of one kind; at least two
    ///
    /// # Errors
    /// If there are fewer values, or the array holds something else, such as NaN.
    ///
    /// # Example
    /// ```rhai
    /// sd([2, 4, 4, 4, 5, 5, 7, 9])
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn sd(values: Array) -> RhaiResultOf<Dynamic> {
        let (series, _) = spread("sd", &values)?;
        series.give(crate::value::sd(&series.values)).map_err(raise)
    }

    /// The variance of an array, as of a sample (with n - 1).
    ///
    /// * `values` - plain numbers; at least two
    ///
    /// # Errors
    /// If there are fewer values, or the array holds something else; quantities are refused, too, since the
    /// language has no squared units.
    ///
    /// # Example
    /// ```rhai
    /// variance([1, 2, 3, 4])
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn variance(values: Array) -> RhaiResultOf<f64> {
        let (series, (_, variance)) = spread("variance", &values)?;
        series.without_unit("plain numbers (`sd` takes quantities, too)").map_err(raise)?;
        Ok(variance)
    }

    /// The squared coefficient of variation of an array, variance / mean²; not finite when the mean
    /// is 0.
    ///
    /// * `values` - numbers, or quantities of one kind; at least two
    ///
    /// # Errors
    /// If there are fewer values, or the array holds something else.
    ///
    /// # Example
    /// ```rhai
    /// cv2([1, 2, 3, 4])
    /// ```
    #[rhai_fn(global, name = "cv2", return_raw)]
    pub fn squared_variation(values: Array) -> RhaiResultOf<f64> {
        spread("cv2", &values).map(|(series, _)| super::cv2(&series.values))
    }

    /// The Fano factor of an array, variance / mean; not finite when the mean is 0.
    ///
    /// * `values` - plain numbers, such as counts of molecules; at least two
    ///
    /// # Errors
    /// If there are fewer values, or the array holds something else.
    ///
    /// # Example
    /// ```rhai
    /// fano([3, 5, 4, 8])
    /// ```
    #[rhai_fn(global, name = "fano", return_raw)]
    pub fn fano_factor(values: Array) -> RhaiResultOf<f64> {
        let (series, _) = spread("fano", &values)?;
        series.without_unit("plain numbers").map_err(raise)?;
        Ok(super::fano(&series.values))
    }

    /// The median of an array: the value in the middle, or the mean of the two values in the middle.
    ///
    /// * `values` - numbers, or quantities of one kind; at least one
    ///
    /// # Errors
    /// If the array is empty or holds something else.
    ///
    /// # Example
    /// ```rhai
    /// median([5.min, 1.min, 90.s])
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn median(values: Array) -> RhaiResultOf<Dynamic> {
        let series = Series::read("median", &values).map_err(raise)?;
        series.give(series.quantile(0.5)).map_err(raise)
    }

    /// A quantile of an array, by linear interpolation between order statistics: of `n` values in
    /// their order, counted from 0, the one at `share * (n - 1)`.
    ///
    /// * `values` - numbers, or quantities of one kind; at least one
    /// * `share` - from `0`, the smallest, to `1`, the largest; `0.5` is the median
    ///
    /// # Errors
    /// If the array is empty or holds something else, or the share is not within 0 to 1.
    ///
    /// # Source
    /// Type 7 of Hyndman & Fan, *Am. Stat.* 50:361 (1996), the usual one of R and NumPy.
    ///
    /// # Example
    /// ```rhai
    /// quantile([1, 2, 3, 4, 5], 0.9)
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn quantile(values: Array, share: Dynamic) -> RhaiResultOf<Dynamic> {
        let series = Series::read("quantile", &values).map_err(raise)?;
        series.give(series.quantile(share_of(&share)?)).map_err(raise)
    }

    /// The cumulative sums of an array: of its first value, its first two values, and so on. Whole numbers
    /// stay whole.
    ///
    /// * `values` - numbers, or quantities of one kind; for an empty array the result is empty
    ///
    /// # Errors
    /// If the array holds something else, or a sum is too large.
    ///
    /// # Example
    /// ```rhai
    /// cumsum([1, 2, 3])
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn cumsum(values: Array) -> RhaiResultOf<Array> {
        running_sums(&values)
    }

    /// The differences between neighbours, the second minus the first; there is one fewer than values.
    /// Whole numbers stay whole.
    ///
    /// * `values` - numbers, or quantities of one kind; at least one
    ///
    /// # Errors
    /// If the array is empty or holds something else, or a difference is too large.
    ///
    /// # Example
    /// ```rhai
    /// diff([1, 4, 9, 16])
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn diff(values: Array) -> RhaiResultOf<Array> {
        differences(&values)
    }

    /// The index of the largest value of an array, counted from 0; the first if there are several.
    ///
    /// * `values` - numbers, or quantities of one kind; at least one
    ///
    /// # Errors
    /// If the array is empty or holds something else.
    ///
    /// # Example
    /// ```rhai
    /// argmax([3, 9, 2])
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn argmax(values: Array) -> RhaiResultOf<i64> {
        Ok(Series::read("argmax", &values).map_err(raise)?.extreme(true) as i64)
    }

    /// The index of the smallest value of an array, counted from 0; the first if there are several.
    ///
    /// * `values` - numbers, or quantities of one kind; at least one
    ///
    /// # Errors
    /// If the array is empty or holds something else.
    ///
    /// # Example
    /// ```rhai
    /// argmin([3, 9, 2])
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn argmin(values: Array) -> RhaiResultOf<i64> {
        Ok(Series::read("argmin", &values).map_err(raise)?.extreme(false) as i64)
    }

    /// Evenly spaced numbers from one end to the other, both included.
    ///
    /// * `from`, `to` - numbers, or quantities of one kind, such as `0.min`; the numbers have the
    ///   unit of the first
    /// * `count` - how many, 2 to 1000000
    ///
    /// # Errors
    /// If the ends are of different kinds, or the count is out of range.
    ///
    /// # Example
    /// ```rhai
    /// linspace(0, 1, 5)
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn linspace(from: Dynamic, to: Dynamic, count: Dynamic) -> RhaiResultOf<Array> {
        numbers_between("linspace", &from, &to, &count, false)
    }

    /// Logarithmically spaced numbers from one end to the other, both included, with a constant ratio. The
    /// ends are the values themselves, as in NumPy's `geomspace`, and not their exponents, as in NumPy's
    /// and MATLAB's `logspace`.
    ///
    /// * `from`, `to` - numbers, or quantities of one kind, such as `1.uM`: both more than 0, or both
    ///   less; the numbers have the unit of the first
    /// * `count` - how many, 2 to 1000000
    ///
    /// # Errors
    /// If the ends are of different kinds, one is 0 or their signs differ, or the count is out of
    /// range.
    ///
    /// # Example
    /// ```rhai
    /// logspace(1.uM, 1.mM, 4)
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn logspace(from: Dynamic, to: Dynamic, count: Dynamic) -> RhaiResultOf<Array> {
        numbers_between("logspace", &from, &to, &count, true)
    }

    /// A part of an array, as a new array.
    ///
    /// * `values` - an array
    /// * `range` - a range of indices, counted from 0: `1..4` without its end, `1..=3` with it; or one
    ///   index, from which the part goes to the end. Negative indices count from the end: `-1` is the
    ///   last.
    ///
    /// # Errors
    /// If the array has no such part. (`extract` of Rhai returns the existing elements instead.)
    ///
    /// # Example
    /// ```rhai
    /// let a = [10, 20, 30, 40, 50];
    /// print(a.slice(1..4));
    /// print(a.slice(-2));
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn slice(values: Array, range: Dynamic) -> RhaiResultOf<Array> {
        part(&values, &range).map_err(raise)
    }

    /// A part of an array from one index to another.
    ///
    /// * `values` - an array
    /// * `from` - the first index, counted from `0`; a negative one counts from the end
    /// * `to` - the index after the last, such as `4`; a negative one counts from the end
    ///
    /// # Errors
    /// If the array has no such part.
    ///
    /// # Example
    /// ```rhai
    /// [10, 20, 30, 40, 50].slice(1, 4)
    /// ```
    #[rhai_fn(global, name = "slice", return_raw)]
    pub fn slice_between(values: Array, from: Dynamic, to: Dynamic) -> RhaiResultOf<Array> {
        parts::part_between(&values, &from, &to).map_err(raise)
    }

    /// Joins the values of an array to one text, each as `print` shows it.
    ///
    /// * `values` - an array of anything
    /// * `separator` - the text between two values, such as `", "`
    ///
    /// # Errors
    /// If the text becomes longer than the limit of strings.
    ///
    /// # Example
    /// ```rhai
    /// ["lacZ", "lacY"].join(", ")
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn join(
        context: NativeCallContext,
        values: Array,
        separator: &str,
    ) -> RhaiResultOf<String> {
        text_between(&context, &values, separator)
    }
}
