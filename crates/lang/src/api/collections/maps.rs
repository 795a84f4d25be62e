//! What a function of the script is called with for each entry of a map.

use rhai::plugin::*;
use rhai::{Dynamic, Map};

use crate::RhaiResultOf;
use crate::given::Given;

/// Parts a map into what a function holds for and the rest; nothing is parted when it fails.
fn parted(given: &Given<'_>, map: &mut Map) -> RhaiResultOf<(Map, Map)> {
    let mut of = Vec::with_capacity(map.len());
    for (key, value) in map.iter_mut() {
        let row = vec![Dynamic::from(key.to_string()), value.flatten_clone()];
        of.push(given.holds(row, &[2], Some((value, 1)))?);
    }
    let (mut yes, mut no) = (Map::new(), Map::new());
    for ((key, value), holds) in std::mem::take(map).into_iter().zip(of) {
        if holds {
            yes.insert(key, value)
        } else {
            no.insert(key, value)
        };
    }
    Ok((yes, no))
}

/// What a function of the script is called with for each entry of a map.
#[export_module]
pub mod functions {
    use rhai::FnPtr;

    /// A map with the same keys; its values are the results of a function for each entry.
    ///
    /// * `map` - any values under their keys
    /// * `mapper` - a function of a key and its value
    ///
    /// # Errors
    /// If the function fails.
    ///
    /// # Example
    /// ```rhai
    /// #{a: 1, b: 2}.map(|key, value| value * 10)
    /// ```
    #[rhai_fn(name = "map", return_raw)]
    pub fn map_entries(context: NativeCallContext, map: Map, mapper: FnPtr) -> RhaiResultOf<Map> {
        let map = &mut { map };
        let given = Given::new(&context, "map", &mapper);
        let mut made = Map::new();
        for (key, value) in map.iter_mut() {
            let row = vec![Dynamic::from(key.to_string()), value.flatten_clone()];
            made.insert(key.clone(), given.call_with(row, &[2], Some((value, 1)))?);
        }
        Ok(made)
    }

    /// The entries of a map for which a function returns true.
    ///
    /// * `map` - any values under their keys
    /// * `test` - a function of a key and its value
    ///
    /// # Errors
    /// If the function fails, or returns neither true nor false.
    ///
    /// # Example
    /// ```rhai
    /// #{a: 1, b: 2}.filter(|key, value| value > 1)
    /// ```
    #[rhai_fn(name = "filter", return_raw)]
    pub fn filter_entries(context: NativeCallContext, map: Map, test: FnPtr) -> RhaiResultOf<Map> {
        let map = &mut { map };
        let given = Given::new(&context, "filter", &test);
        parted(&given, &mut map.clone()).map(|(yes, _)| yes)
    }

    /// Removes the entries for which a function returns true from a map, and returns them.
    ///
    /// * `map` - any values under their keys; a variable is changed
    /// * `test` - a function of a key and its value
    ///
    /// # Errors
    /// If the function fails, or returns neither true nor false; then nothing is removed.
    ///
    /// # Example
    /// ```rhai
    /// let map = #{a: 1, b: 2};
    /// map.drain(|key, value| value > 1)
    /// ```
    #[rhai_fn(name = "drain", return_raw)]
    pub fn drain_entries(
        context: NativeCallContext,
        map: &mut Map,
        test: FnPtr,
    ) -> RhaiResultOf<Map> {
        let (yes, no) = parted(&Given::new(&context, "drain", &test), map)?;
        *map = no;
        Ok(yes)
    }

    /// Keeps the entries of a map for which a function returns true, and returns the others.
    ///
    /// * `map` - any values under their keys; a variable is changed
    /// * `test` - a function of a key and its value
    ///
    /// # Errors
    /// If the function fails, or returns neither true nor false; then all are kept.
    ///
    /// # Example
    /// ```rhai
    /// let map = #{a: 1, b: 2};
    /// map.retain(|key, value| value > 1);
    /// print(map);
    /// ```
    #[rhai_fn(name = "retain", return_raw)]
    pub fn retain_entries(
        context: NativeCallContext,
        map: &mut Map,
        test: FnPtr,
    ) -> RhaiResultOf<Map> {
        let (yes, no) = parted(&Given::new(&context, "retain", &test), map)?;
        *map = yes;
        Ok(no)
    }
}
