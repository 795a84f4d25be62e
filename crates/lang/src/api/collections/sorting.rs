//! Arrays in order.

use std::cmp::Ordering;

use rhai::plugin::*;
use rhai::{Array, Dynamic, FnPtr};

use crate::error::raise;
use crate::given::Given;
use crate::number::{kind, plain};
use crate::quantity::{self, sign};
use crate::{LangError, RhaiResultOf};

/// Sorts so that what `before` says comes before another does, and equal elements stay as they
/// were. When it fails the array is as it was.
fn sort(
    array: &mut Array,
    before: &mut dyn FnMut(&Dynamic, &Dynamic) -> RhaiResultOf<bool>,
) -> RhaiResultOf<()> {
    let n = array.len();
    let mut order: Vec<usize> = (0..n).collect();
    let mut merged = Vec::with_capacity(n);
    let mut width = 1;
    while width < n {
        merged.clear();
        for start in (0..n).step_by(2 * width) {
            let (middle, end) = ((start + width).min(n), (start + 2 * width).min(n));
            let (mut left, mut right) = (start, middle);
            while left < middle && right < end {
                // Only what truly comes before overtakes.
                if before(&array[order[right]], &array[order[left]])? {
                    merged.push(order[right]);
                    right += 1;
                } else {
                    merged.push(order[left]);
                    left += 1;
                }
            }
            merged.extend_from_slice(&order[left..middle]);
            merged.extend_from_slice(&order[right..end]);
        }
        std::mem::swap(&mut order, &mut merged);
        width *= 2;
    }
    let mut sorted: Array = order.iter().map(|&i| std::mem::take(&mut array[i])).collect();
    std::mem::swap(array, &mut sorted);
    Ok(())
}

/// Sorts by what a function of the script gives.
fn sort_by(
    context: &NativeCallContext,
    to: &'static str,
    array: &mut Array,
    comparator: &FnPtr,
) -> RhaiResultOf<()> {
    let given = Given::new(context, to, comparator);
    sort(array, &mut |a, b| {
        let value = given.call_with(vec![a.flatten_clone(), b.flatten_clone()], &[2], None)?;
        let less = value.as_bool().ok().or_else(|| sign(&value).map(Ordering::is_lt));
        less.ok_or_else(|| {
            let got = match value.as_float() {
                Ok(number) if number.is_nan() => "NaN, which is no number".to_owned(),
                _ => kind(&value),
            };
            raise(LangError::Comparator { to, got })
        })
    })
}

/// Which of two elements of an array comes first: of numbers and quantities the lesser, of texts
/// and characters by the alphabet, `false` before `true`.
fn natural(to: &'static str, a: &Dynamic, b: &Dynamic) -> RhaiResultOf<Ordering> {
    if let (Ok(a), Ok(b)) = (a.clone().into_string(), b.clone().into_string()) {
        return Ok(a.cmp(&b));
    }
    if let (Ok(a), Ok(b)) = (a.as_char(), b.as_char()) {
        return Ok(a.cmp(&b));
    }
    if let (Ok(a), Ok(b)) = (a.as_bool(), b.as_bool()) {
        return Ok(a.cmp(&b));
    }
    if a.is_unit() && b.is_unit() {
        return Ok(Ordering::Equal);
    }
    let wrong = |got: String| {
        let what = format!("what `{to}` puts in order");
        let expected = "numbers, quantities of one kind, strings or characters; for others give a \
                        function, such as |a, b| a.size - b.size";
        raise(LangError::WrongType { what, expected, got })
    };
    if [a, b].iter().any(|value| plain(value).is_some_and(f64::is_nan)) {
        return Err(wrong("NaN".to_owned()));
    }
    quantity::order(to, a, b).map_err(|_| wrong(format!("{} and {}", kind(a), kind(b))))
}

fn ascending(to: &'static str, array: &mut Array) -> RhaiResultOf<()> {
    sort(array, &mut |a, b| natural(to, a, b).map(Ordering::is_lt))
}

fn descending(to: &'static str, array: &mut Array) -> RhaiResultOf<()> {
    sort(array, &mut |a, b| natural(to, a, b).map(Ordering::is_gt))
}

/// Whether two elements are equal; those of different types are not.
fn equal(context: &NativeCallContext, a: &Dynamic, b: &Dynamic) -> RhaiResultOf<bool> {
    let (mut a, mut b) = (a.flatten_clone(), b.flatten_clone());
    let numbers = plain(&a).is_some() && plain(&b).is_some();
    if a.type_id() != b.type_id() && !numbers {
        return Ok(false);
    }
    let outcome = context.call_native_fn_raw("==", true, &mut [&mut a, &mut b])?;
    Ok(outcome.as_bool().unwrap_or(false))
}

/// Takes out every element that is the same as the one before it.
fn dedup(
    array: &mut Array,
    same: &mut dyn FnMut(&Dynamic, &Dynamic) -> RhaiResultOf<bool>,
) -> RhaiResultOf<()> {
    let mut kept: Vec<usize> = Vec::with_capacity(array.len());
    for i in 0..array.len() {
        match kept.last() {
            Some(&last) if same(&array[last], &array[i])? => {}
            _ => kept.push(i),
        }
    }
    let left: Array = kept.into_iter().map(|i| std::mem::take(&mut array[i])).collect();
    *array = left;
    Ok(())
}

/// Arrays in order.
#[export_module]
pub mod functions {
    /// Sorts an array: numbers and quantities of one kind from the smallest to the largest, strings and
    /// characters alphabetically. Equal elements keep their order.
    ///
    /// * `array` - the array to sort; a variable is changed
    ///
    /// # Errors
    /// If two elements cannot be compared; then nothing is changed.
    ///
    /// # Example
    /// ```rhai
    /// let times = [2.min, 30.s];
    /// times.sort();
    /// print(times[0]);
    /// ```
    #[rhai_fn(name = "sort", return_raw)]
    pub fn sort_ascending(array: &mut Array) -> RhaiResultOf<()> {
        ascending("sort", array)
    }

    /// Sorts an array with a comparator function. Equal elements keep their order.
    ///
    /// * `array` - the array to sort; a variable is changed
    /// * `comparator` - a function of two elements that returns a number, whole or not: below zero if
    ///   the first comes before the second, above zero if it comes after it; or that returns `true` if
    ///   the first comes before the second
    ///
    /// # Errors
    /// If the function fails, or returns something else; then nothing is changed.
    ///
    /// # Example
    /// ```rhai
    /// let records = [#{n: 3}, #{n: 1}];
    /// records.sort(|a, b| a.n - b.n);
    /// print(records[0].n);
    /// ```
    #[rhai_fn(name = "sort", return_raw)]
    pub fn sort_with(
        context: NativeCallContext,
        array: &mut Array,
        comparator: FnPtr,
    ) -> RhaiResultOf<()> {
        sort_by(&context, "sort", array, &comparator)
    }

    /// The same as `sort` with a function.
    ///
    /// * `array` - the array to sort; a variable is changed
    /// * `comparator` - a function of two elements, as that of `sort`
    ///
    /// # Errors
    /// If the function fails, or returns neither a number nor a truth value; then nothing is changed.
    ///
    /// # Example
    /// ```rhai
    /// let numbers = [1, 3, 2];
    /// numbers.sort_by(|a, b| b - a);
    /// print(numbers);
    /// ```
    #[rhai_fn(name = "sort_by", return_raw)]
    pub fn sort_by_function(
        context: NativeCallContext,
        array: &mut Array,
        comparator: FnPtr,
    ) -> RhaiResultOf<()> {
        sort_by(&context, "sort_by", array, &comparator)
    }

    /// As `sort`, but from the largest to the smallest.
    ///
    /// * `array` - the array to sort; a variable is changed
    ///
    /// # Errors
    /// If two elements cannot be compared; then nothing is changed.
    ///
    /// # Example
    /// ```rhai
    /// let numbers = [1, 3, 2];
    /// numbers.sort_desc();
    /// print(numbers);
    /// ```
    #[rhai_fn(name = "sort_desc", return_raw)]
    pub fn sort_descending(array: &mut Array) -> RhaiResultOf<()> {
        descending("sort_desc", array)
    }

    /// A sorted copy of an array, as by `sort`; the array itself is not changed.
    ///
    /// * `array` - the array to sort
    ///
    /// # Errors
    /// If two elements cannot be compared.
    ///
    /// # Example
    /// ```rhai
    /// [3, 1.5, 2].order()
    /// ```
    #[rhai_fn(name = "order", return_raw)]
    pub fn order_ascending(array: Array) -> RhaiResultOf<Array> {
        let mut copy = array;
        ascending("order", &mut copy)?;
        Ok(copy)
    }

    /// A copy of an array, sorted with a comparator function; the array itself is not changed.
    ///
    /// * `array` - the array to sort
    /// * `comparator` - a function of two elements, as that of `sort`
    ///
    /// # Errors
    /// If the function fails, or returns neither a number nor a truth value.
    ///
    /// # Example
    /// ```rhai
    /// [3, 1, 2].order(|a, b| b - a)
    /// ```
    #[rhai_fn(name = "order", return_raw)]
    pub fn order_with(
        context: NativeCallContext,
        array: Array,
        comparator: FnPtr,
    ) -> RhaiResultOf<Array> {
        let mut copy = array;
        sort_by(&context, "order", &mut copy, &comparator)?;
        Ok(copy)
    }

    /// The same as `order` with a function.
    ///
    /// * `array` - the array to sort
    /// * `comparator` - a function of two elements, as that of `sort`
    ///
    /// # Errors
    /// If the function fails, or returns neither a number nor a truth value.
    ///
    /// # Example
    /// ```rhai
    /// [3, 1, 2].order_by(|a, b| a - b)
    /// ```
    #[rhai_fn(name = "order_by", return_raw)]
    pub fn order_by_function(
        context: NativeCallContext,
        array: Array,
        comparator: FnPtr,
    ) -> RhaiResultOf<Array> {
        let mut copy = array;
        sort_by(&context, "order_by", &mut copy, &comparator)?;
        Ok(copy)
    }

    /// As `order`, but from the largest to the smallest.
    ///
    /// * `array` - the array to sort
    ///
    /// # Errors
    /// If two elements cannot be compared.
    ///
    /// # Example
    /// ```rhai
    /// [1, 3, 2].order_desc()
    /// ```
    #[rhai_fn(name = "order_desc", return_raw)]
    pub fn order_descending(array: Array) -> RhaiResultOf<Array> {
        let mut copy = array;
        descending("order_desc", &mut copy)?;
        Ok(copy)
    }

    /// Removes every element that equals the element before it; in a sorted array this removes all
    /// duplicates.
    ///
    /// * `array` - any values; a variable is changed
    ///
    /// # Errors
    /// If two elements of one type cannot be compared; then nothing is changed.
    ///
    /// # Example
    /// ```rhai
    /// let numbers = [1, 1, 2, 2, 1];
    /// numbers.dedup();
    /// print(numbers);
    /// ```
    #[rhai_fn(name = "dedup", return_raw)]
    pub fn dedup_equal(context: NativeCallContext, array: &mut Array) -> RhaiResultOf<()> {
        dedup(array, &mut |a, b| equal(&context, a, b))
    }

    /// Removes every element for which a function says that it is the same as the element before it.
    ///
    /// * `array` - any values; a variable is changed
    /// * `same` - a function of an element and the next one that returns true or false
    ///
    /// # Errors
    /// If the function fails, or returns neither true nor false; then nothing is changed.
    ///
    /// # Example
    /// ```rhai
    /// let numbers = [1.0, 1.1, 3.0];
    /// numbers.dedup(|a, b| abs(a - b) < 0.5);
    /// print(numbers);
    /// ```
    #[rhai_fn(name = "dedup", return_raw)]
    pub fn dedup_with(
        context: NativeCallContext,
        array: &mut Array,
        same: FnPtr,
    ) -> RhaiResultOf<()> {
        let given = Given::new(&context, "dedup", &same);
        dedup(array, &mut |a, b| {
            given.holds(vec![a.flatten_clone(), b.flatten_clone()], &[2], None)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(array: &Array) -> Vec<i64> {
        array.iter().map(|x| x.as_int().unwrap()).collect()
    }

    #[test]
    fn sorting_agrees_with_the_standard_library_and_is_stable() {
        for n in 0..70_i64 {
            // Numbers whose last digit does not count.
            let numbers: Vec<i64> = (0..n).map(|i| (i * 7919) % 61 / 3 * 10 + i % 10).collect();
            let mut array: Array = numbers.iter().map(|x| Dynamic::from_int(*x)).collect();
            let tens = |x: &Dynamic| x.as_int().unwrap() / 10;
            sort(&mut array, &mut |a, b| Ok(tens(a) < tens(b))).unwrap();
            let mut expected = numbers;
            expected.sort_by_key(|x| x / 10);
            assert_eq!(keys(&array), expected);
        }
    }

    #[test]
    fn a_comparator_without_sense_or_that_fails_loses_nothing() {
        let numbers: Vec<i64> = (0..50).collect();
        for answer in [true, false] {
            let mut array: Array = numbers.iter().map(|x| Dynamic::from_int(*x)).collect();
            sort(&mut array, &mut |_, _| Ok(answer)).unwrap();
            let mut left = keys(&array);
            left.sort_unstable();
            assert_eq!(left, numbers);
        }
        let mut array: Array = numbers.iter().map(|x| Dynamic::from_int(*x)).collect();
        let mut calls = 0;
        let failed = sort(&mut array, &mut |_, _| {
            calls += 1;
            if calls > 60 { Err("no more".into()) } else { Ok(calls % 3 == 0) }
        });
        assert!(failed.is_err());
        assert_eq!(keys(&array), numbers);
    }
}
