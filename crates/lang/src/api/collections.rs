//! What a function of the script is called with for each element of an array.
//!
//! Rhai has all of these; ours take their place, since Rhai's take what is no truth value for false,
//! sort on when a comparator fails, and catch what no script may catch.

pub mod finding;
pub mod folding;
pub mod maps;
pub mod sorting;

use rhai::plugin::*;
use rhai::{Array, Dynamic, Engine};
use std::any::TypeId;

use crate::error::raise;
use crate::given::Given;
use crate::{LangError, RhaiResultOf};

/// The functions that Rhai would also call with the name of a function in place of a function.
pub const BY_NAME: [&str; 12] = [
    "map",
    "filter",
    "some",
    "all",
    "dedup",
    "reduce",
    "reduce_rev",
    "sort",
    "sort_by",
    "drain",
    "retain",
    "for_each",
];

/// Refuses names of functions where functions are wanted.
pub fn refuse_names(engine: &mut Engine) {
    let (array, text) = (TypeId::of::<Array>(), TypeId::of::<ImmutableString>());
    for name in BY_NAME {
        engine.register_raw_fn(name, [array, text], move |_, arguments| {
            let got = crate::number::kind(arguments[1]);
            Err::<Dynamic, _>(raise(LangError::WrongType {
                what: format!("what `{name}` is given"),
                expected: "a function, such as |x| .. or Fn(\"name\")",
                got,
            }))
        });
    }
}

/// The number of an element as a script counts.
fn number(i: usize) -> Dynamic {
    Dynamic::from_int(i64::try_from(i).unwrap_or(i64::MAX))
}

/// Calls a function with an element, or with it and its number, or on it.
fn each(given: &Given<'_>, element: &mut Dynamic, i: usize) -> RhaiResultOf<Dynamic> {
    let row = vec![element.flatten_clone(), number(i)];
    given.call_with(row, &[1, 2], Some((element, 0)))
}

/// The same, for a truth value.
fn holds(given: &Given<'_>, element: &mut Dynamic, i: usize) -> RhaiResultOf<bool> {
    let row = vec![element.flatten_clone(), number(i)];
    given.holds(row, &[1, 2], Some((element, 0)))
}

/// Where to begin in so many elements; below zero it is counted from the end.
fn begin(length: usize, start: i64) -> usize {
    let from = usize::try_from(start.unsigned_abs()).unwrap_or(usize::MAX);
    if start < 0 { length.saturating_sub(from) } else { from.min(length) }
}

fn first_that(given: &Given<'_>, array: &mut Array, start: i64) -> RhaiResultOf<Option<usize>> {
    let start = begin(array.len(), start);
    for (i, element) in array.iter_mut().enumerate().skip(start) {
        if holds(given, element, i)? {
            return Ok(Some(i));
        }
    }
    Ok(None)
}

/// Parts an array into what a function holds for and the rest; nothing is parted when it fails.
fn parted(given: &Given<'_>, array: &mut Array) -> RhaiResultOf<(Array, Array)> {
    let mut of = Vec::with_capacity(array.len());
    for (i, element) in array.iter_mut().enumerate() {
        of.push(holds(given, element, i)?);
    }
    let (mut yes, mut no) = (Array::new(), Array::new());
    for (element, holds) in std::mem::take(array).into_iter().zip(of) {
        if holds { yes.push(element) } else { no.push(element) }
    }
    Ok((yes, no))
}

/// What a function of the script is called with for each element of an array.
#[export_module]
pub mod functions {
    use rhai::FnPtr;

    /// Calls a function for each element of an array. A function without parameters has the element as
    /// `this` and can change it: `this += 1`.
    ///
    /// * `array` - any values
    /// * `action` - a function of an element, or of an element and its index
    ///
    /// # Errors
    /// If the function fails.
    ///
    /// # Example
    /// ```rhai
    /// [1, 2].for_each(|x| print(x));
    /// ```
    #[rhai_fn(return_raw)]
    pub fn for_each(
        context: NativeCallContext,
        array: &mut Array,
        action: FnPtr,
    ) -> RhaiResultOf<()> {
        let given = Given::new(&context, "for_each", &action);
        for (i, element) in array.iter_mut().enumerate() {
            let _ = each(&given, element, i)?;
        }
        Ok(())
    }

    /// A new array with the results of a function for each element.
    ///
    /// * `array` - any values
    /// * `mapper` - a function of an element, or of an element and its index
    ///
    /// # Errors
    /// If the function fails.
    ///
    /// # Example
    /// ```rhai
    /// [1, 2, 3].map(|x| x * x)
    /// ```
    #[rhai_fn(return_raw)]
    pub fn map(context: NativeCallContext, array: Array, mapper: FnPtr) -> RhaiResultOf<Array> {
        let array = &mut { array };
        let given = Given::new(&context, "map", &mapper);
        array.iter_mut().enumerate().map(|(i, element)| each(&given, element, i)).collect()
    }

    /// The elements of an array for which a function returns true.
    ///
    /// * `array` - any values
    /// * `test` - a function of an element, or of an element and its index
    ///
    /// # Errors
    /// If the function fails, or returns neither true nor false.
    ///
    /// # Example
    /// ```rhai
    /// [1, 2, 3, 4].filter(|x| x % 2 == 0)
    /// ```
    #[rhai_fn(return_raw)]
    pub fn filter(context: NativeCallContext, array: Array, test: FnPtr) -> RhaiResultOf<Array> {
        let array = &mut { array };
        let given = Given::new(&context, "filter", &test);
        let mut found = Array::new();
        for (i, element) in array.iter_mut().enumerate() {
            if holds(&given, element, i)? {
                found.push(element.clone());
            }
        }
        Ok(found)
    }

    /// Whether a function returns true for at least one element of an array.
    ///
    /// * `array` - any values
    /// * `test` - a function of an element, or of an element and its index
    ///
    /// # Errors
    /// If the function fails, or returns neither true nor false.
    ///
    /// # Example
    /// ```rhai
    /// [1, 2, 3].some(|x| x > 2)
    /// ```
    #[rhai_fn(return_raw)]
    pub fn some(context: NativeCallContext, array: Array, test: FnPtr) -> RhaiResultOf<bool> {
        let array = &mut { array };
        let given = Given::new(&context, "some", &test);
        Ok(first_that(&given, array, 0)?.is_some())
    }

    /// Whether a function returns true for all elements of an array; true for an empty array.
    ///
    /// * `array` - any values
    /// * `test` - a function of an element, or of an element and its index
    ///
    /// # Errors
    /// If the function fails, or returns neither true nor false.
    ///
    /// # Example
    /// ```rhai
    /// [1, 2, 3].all(|x| x > 0)
    /// ```
    #[rhai_fn(return_raw)]
    pub fn all(context: NativeCallContext, array: Array, test: FnPtr) -> RhaiResultOf<bool> {
        let array = &mut { array };
        let given = Given::new(&context, "all", &test);
        for (i, element) in array.iter_mut().enumerate() {
            if !holds(&given, element, i)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Removes the elements for which a function returns true from an array, and returns them.
    ///
    /// * `array` - any values; a variable is changed
    /// * `test` - a function of an element, or of an element and its index
    ///
    /// # Errors
    /// If the function fails, or returns neither true nor false; then nothing is removed.
    ///
    /// # Example
    /// ```rhai
    /// let numbers = [1, 2, 3];
    /// numbers.drain(|x| x > 1)
    /// ```
    #[rhai_fn(return_raw)]
    pub fn drain(
        context: NativeCallContext,
        array: &mut Array,
        test: FnPtr,
    ) -> RhaiResultOf<Array> {
        let (yes, no) = parted(&Given::new(&context, "drain", &test), array)?;
        *array = no;
        Ok(yes)
    }

    /// Keeps the elements of an array for which a function returns true, and returns the others.
    ///
    /// * `array` - any values; a variable is changed
    /// * `test` - a function of an element, or of an element and its index
    ///
    /// # Errors
    /// If the function fails, or returns neither true nor false; then all are kept.
    ///
    /// # Example
    /// ```rhai
    /// let numbers = [1, 2, 3];
    /// numbers.retain(|x| x > 1);
    /// print(numbers);
    /// ```
    #[rhai_fn(return_raw)]
    pub fn retain(
        context: NativeCallContext,
        array: &mut Array,
        test: FnPtr,
    ) -> RhaiResultOf<Array> {
        let (yes, no) = parted(&Given::new(&context, "retain", &test), array)?;
        *array = yes;
        Ok(no)
    }
}
