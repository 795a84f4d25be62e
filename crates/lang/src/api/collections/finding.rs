//! Elements of an array that a function of the script finds.

use rhai::plugin::*;
use rhai::{Array, Dynamic};

use super::{begin, each, first_that};
use crate::RhaiResultOf;
use crate::given::Given;

fn place_of(found: Option<usize>) -> i64 {
    found.and_then(|i| i64::try_from(i).ok()).unwrap_or(-1)
}

fn place_of_text(array: &Array, value: &str, start: i64) -> i64 {
    let start = begin(array.len(), start);
    let is = |element: &Dynamic| {
        element.read_lock::<ImmutableString>().is_some_and(|text| text.as_str() == value)
    };
    place_of(array.iter().enumerate().skip(start).find(|(_, e)| is(e)).map(|(i, _)| i))
}

fn mapped(given: &Given<'_>, array: &mut Array, start: i64) -> RhaiResult {
    let start = begin(array.len(), start);
    for (i, element) in array.iter_mut().enumerate().skip(start) {
        let value = each(given, element, i)?;
        if !value.is_unit() {
            return Ok(value);
        }
    }
    Ok(Dynamic::UNIT)
}

/// Elements of an array that a function of the script finds.
#[export_module]
pub mod functions {
    use rhai::FnPtr;

    /// The index of the first element for which a function returns true; -1 if there is none.
    ///
    /// * `array` - any values
    /// * `test` - a function of an element, or of an element and its index
    ///
    /// # Errors
    /// If the function fails, or returns neither true nor false.
    ///
    /// # Example
    /// ```rhai
    /// [5, 7, 9].index_of(|x| x > 6)
    /// ```
    #[rhai_fn(name = "index_of", return_raw)]
    pub fn index_of(context: NativeCallContext, array: Array, test: FnPtr) -> RhaiResultOf<i64> {
        index_of_from(context, array, test, 0)
    }

    /// The same, beginning at a given element.
    ///
    /// * `array` - any values
    /// * `test` - a function of an element, or of an element and its index
    /// * `start` - the index at which to begin; a negative one counts from the end
    ///
    /// # Errors
    /// If the function fails, or returns neither true nor false.
    ///
    /// # Example
    /// ```rhai
    /// [5, 7, 9].index_of(|x| x > 4, 1)
    /// ```
    #[rhai_fn(name = "index_of", return_raw)]
    pub fn index_of_from(
        context: NativeCallContext,
        array: Array,
        test: FnPtr,
        start: i64,
    ) -> RhaiResultOf<i64> {
        let array = &mut { array };
        let given = Given::new(&context, "index_of", &test);
        Ok(place_of(first_that(&given, array, start)?))
    }

    /// The index of the first element that equals a text; -1 if there is none.
    ///
    /// * `array` - any values
    /// * `value` - a text
    ///
    /// # Errors
    /// None.
    ///
    /// # Example
    /// ```rhai
    /// ["lacZ", "lacY"].index_of("lacY")
    /// ```
    #[rhai_fn(name = "index_of")]
    pub fn index_of_text(array: Array, value: &str) -> i64 {
        let array = &mut { array };
        place_of_text(array, value, 0)
    }

    /// The same, beginning at a given element.
    ///
    /// * `array` - any values
    /// * `value` - a text
    /// * `start` - the index at which to begin; a negative one counts from the end
    ///
    /// # Errors
    /// None.
    ///
    /// # Example
    /// ```rhai
    /// ["lacZ", "lacY"].index_of("lacZ", 1)
    /// ```
    #[rhai_fn(name = "index_of")]
    pub fn index_of_text_from(array: Array, value: &str, start: i64) -> i64 {
        let array = &mut { array };
        place_of_text(array, value, start)
    }

    /// The first element for which a function returns true; nothing, `()`, if there is none.
    ///
    /// * `array` - any values
    /// * `test` - a function of an element, or of an element and its index
    ///
    /// # Errors
    /// If the function fails, or returns neither true nor false.
    ///
    /// # Example
    /// ```rhai
    /// [5, 7, 9].find(|x| x > 6)
    /// ```
    #[rhai_fn(name = "find", return_raw)]
    pub fn find(context: NativeCallContext, array: Array, test: FnPtr) -> RhaiResult {
        find_from(context, array, test, 0)
    }

    /// The same, beginning at a given element.
    ///
    /// * `array` - any values
    /// * `test` - a function of an element, or of an element and its index
    /// * `start` - the index at which to begin; a negative one counts from the end
    ///
    /// # Errors
    /// If the function fails, or returns neither true nor false.
    ///
    /// # Example
    /// ```rhai
    /// [5, 7, 9].find(|x| x > 4, 1)
    /// ```
    #[rhai_fn(name = "find", return_raw)]
    pub fn find_from(
        context: NativeCallContext,
        array: Array,
        test: FnPtr,
        start: i64,
    ) -> RhaiResult {
        let array = &mut { array };
        let given = Given::new(&context, "find", &test);
        Ok(first_that(&given, array, start)?.map_or(Dynamic::UNIT, |i| array[i].clone()))
    }

    /// The first result of a function that is not nothing, `()`, going through the elements in order.
    ///
    /// * `array` - any values
    /// * `mapper` - a function of an element, or of an element and its index
    ///
    /// # Errors
    /// If the function fails.
    ///
    /// # Example
    /// ```rhai
    /// [1, 2, 3].find_map(|x| if x > 1 { x * 10 })
    /// ```
    #[rhai_fn(name = "find_map", return_raw)]
    pub fn find_map(context: NativeCallContext, array: Array, mapper: FnPtr) -> RhaiResult {
        let array = &mut { array };
        mapped(&Given::new(&context, "find_map", &mapper), array, 0)
    }

    /// The same, beginning at a given element.
    ///
    /// * `array` - any values
    /// * `mapper` - a function of an element, or of an element and its index
    /// * `start` - the index at which to begin; a negative one counts from the end
    ///
    /// # Errors
    /// If the function fails.
    ///
    /// # Example
    /// ```rhai
    /// [1, 2, 3].find_map(|x| x * 10, 1)
    /// ```
    #[rhai_fn(name = "find_map", return_raw)]
    pub fn find_map_from(
        context: NativeCallContext,
        array: Array,
        mapper: FnPtr,
        start: i64,
    ) -> RhaiResult {
        let array = &mut { array };
        mapped(&Given::new(&context, "find_map", &mapper), array, start)
    }
}
