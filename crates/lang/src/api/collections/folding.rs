//! One value from many, and two arrays side by side.

use rhai::plugin::*;
use rhai::{Array, Dynamic};

use super::number;
use crate::RhaiResultOf;
use crate::given::Given;

/// Which element is the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum From {
    Start,
    End,
}

/// Goes through elements with a value that each call gives to the next.
fn fold(given: &Given<'_>, mut array: Array, initial: Dynamic, from: From) -> RhaiResult {
    let mut result = initial;
    let last = array.len().saturating_sub(1);
    for place in 0..array.len() {
        let i = if from == From::Start { place } else { last - place };
        let element = &mut array[i];
        let row = vec![result, element.flatten_clone(), number(i)];
        result = given.call_with(row, &[2, 3], Some((element, 1)))?;
    }
    Ok(result)
}

/// One value from many, and two arrays side by side.
#[export_module]
pub mod functions {
    use rhai::FnPtr;

    /// Combines all elements into one value, from first to last: each call gets the result of the previous
    /// call.
    ///
    /// * `array` - any values
    /// * `reducer` - a function of the previous result (nothing, `()`, the first time) and an element;
    ///   or of these and the index of the element
    ///
    /// # Errors
    /// If the function fails.
    ///
    /// # Example
    /// ```rhai
    /// [1, 2, 3].reduce(|sum, x| (sum ?? 0) + x)
    /// ```
    #[rhai_fn(name = "reduce", return_raw)]
    pub fn reduce(context: NativeCallContext, array: Array, reducer: FnPtr) -> RhaiResult {
        reduce_with(context, array, reducer, Dynamic::UNIT)
    }

    /// The same with an initial value.
    ///
    /// * `array` - any values
    /// * `reducer` - a function of the previous result and an element; or of these and the index of
    ///   the element
    /// * `initial` - the value for the first call
    ///
    /// # Errors
    /// If the function fails.
    ///
    /// # Example
    /// ```rhai
    /// [1, 2, 3].reduce(|sum, x| sum + x, 0)
    /// ```
    #[rhai_fn(name = "reduce", return_raw)]
    pub fn reduce_with(
        context: NativeCallContext,
        array: Array,
        reducer: FnPtr,
        initial: Dynamic,
    ) -> RhaiResult {
        fold(&Given::new(&context, "reduce", &reducer), array, initial, From::Start)
    }

    /// As `reduce`, but from the last element to the first.
    ///
    /// * `array` - any values
    /// * `reducer` - a function of the previous result (nothing, `()`, the first time) and an element;
    ///   or of these and the index of the element
    ///
    /// # Errors
    /// If the function fails.
    ///
    /// # Example
    /// ```rhai
    /// ["a", "b"].reduce_rev(|text, x| (text ?? "") + x)
    /// ```
    #[rhai_fn(name = "reduce_rev", return_raw)]
    pub fn reduce_rev(context: NativeCallContext, array: Array, reducer: FnPtr) -> RhaiResult {
        reduce_rev_with(context, array, reducer, Dynamic::UNIT)
    }

    /// The same with an initial value.
    ///
    /// * `array` - any values
    /// * `reducer` - a function of the previous result and an element; or of these and the index of
    ///   the element
    /// * `initial` - the value for the first call
    ///
    /// # Errors
    /// If the function fails.
    ///
    /// # Example
    /// ```rhai
    /// ["a", "b"].reduce_rev(|text, x| text + x, "")
    /// ```
    #[rhai_fn(name = "reduce_rev", return_raw)]
    pub fn reduce_rev_with(
        context: NativeCallContext,
        array: Array,
        reducer: FnPtr,
        initial: Dynamic,
    ) -> RhaiResult {
        fold(&Given::new(&context, "reduce_rev", &reducer), array, initial, From::End)
    }

    /// An array with the results of a function for the first elements of two arrays, the second elements,
    /// and so on, up to the end of the shorter array.
    ///
    /// * `array`, `other` - any values
    /// * `mapper` - a function of an element of each array, or of these and their index
    ///
    /// # Errors
    /// If the function fails.
    ///
    /// # Example
    /// ```rhai
    /// [1, 2].zip([10, 20], |x, y| x + y)
    /// ```
    #[rhai_fn(return_raw)]
    pub fn zip(
        context: NativeCallContext,
        array: Array,
        other: Array,
        mapper: FnPtr,
    ) -> RhaiResultOf<Array> {
        let array = &mut { array };
        let given = Given::new(&context, "zip", &mapper);
        let pairs = array.iter().zip(other).enumerate();
        pairs
            .map(|(i, (x, y))| {
                given.call_with(vec![x.flatten_clone(), y, number(i)], &[2, 3], None)
            })
            .collect()
    }
}
