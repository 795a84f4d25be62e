//! Copies of values that share nothing with their originals: what one point of a sweep changes, no other
//! point and not the script itself may see.

use std::collections::HashMap;

use rhai::{Array, Dynamic, FnPtr, Map};

use crate::Population;

/// How deeply values are followed. What lies deeper is copied as it is.
const DEPTH: usize = 10_000;

/// Copies of one row of values. What two of them shared, their copies share.
#[derive(Default)]
pub(super) struct Copies {
    /// The copies of shared values, by the place of the original.
    known: HashMap<usize, Dynamic>,
    depth: usize,
}

impl Copies {
    /// A copy of a value.
    pub(super) fn of(&mut self, value: &Dynamic) -> Dynamic {
        if self.depth >= DEPTH {
            return value.clone();
        }
        self.depth += 1;
        let copy = self.one(value);
        self.depth -= 1;
        copy
    }

    fn one(&mut self, value: &Dynamic) -> Dynamic {
        if value.is_shared() {
            return self.shared(value);
        }
        if let Some(array) = value.read_lock::<Array>() {
            return array.iter().map(|value| self.of(value)).collect::<Array>().into();
        }
        if let Some(map) = value.read_lock::<Map>() {
            let copy: Map = map.iter().map(|(key, value)| (key.clone(), self.of(value))).collect();
            return copy.into();
        }
        if let Some(function) = value.read_lock::<FnPtr>() {
            return Dynamic::from(self.function(&function));
        }
        if let Some(population) = value.read_lock::<Population>() {
            let mut copy = population.clone();
            copy.events.each_action(&mut |action| action.apart(&mut |f| self.function(f)));
            return Dynamic::from(copy);
        }
        value.clone()
    }

    /// A copy of a variable that closures have caught.
    fn shared(&mut self, value: &Dynamic) -> Dynamic {
        // A value that is being changed now cannot be looked into.
        let Some(inner) = value.read_lock::<Dynamic>() else { return Dynamic::UNIT };
        let place = std::ptr::from_ref::<Dynamic>(&inner).addr();
        if let Some(known) = self.known.get(&place) {
            return known.clone();
        }
        // Known before it is filled, since it may hold itself.
        let mut copy = Dynamic::UNIT.into_shared();
        self.known.insert(place, copy.clone());
        let content = self.of(&inner);
        if let Some(mut target) = copy.write_lock::<Dynamic>() {
            *target = content;
        }
        copy
    }

    /// A copy of a function with what it has caught.
    pub(super) fn function(&mut self, function: &FnPtr) -> FnPtr {
        let mut copy = function.clone();
        for value in copy.iter_curry_mut() {
            *value = self.of(value);
        }
        copy
    }
}
