//! The table of a small network.

use super::{CHANGES, COLUMNS, Event, Flat, NONE, ROWS};
use crate::EngineError;
use crate::ssa::World;
use bioxen_network::Compiled;
use bioxen_network::compile::Kinetics;
use wide::f64x2;

impl Flat {
    pub(in crate::ssa) fn new(model: &Compiled, world: &World) -> Result<Self, EngineError> {
        let mut order: Vec<u8> = (0..model.reaction_count()).map(|r| r as u8).collect();
        let second_order = |r: u8| matches!(reactants(model, r), Some((_, Some(_))));
        order.sort_by_key(|&r| !second_order(r));
        let pairs = order.iter().filter(|&&r| second_order(r)).count();
        let (second, filled) = shape(pairs.div_ceil(COLUMNS), order.len().div_ceil(COLUMNS));
        let places = filled * COLUMNS;
        let one = model.quantity_count() as u8;
        // A place for each change that means nothing, so that none waits for another.
        let idle =
            Event { delta: [0.0; CHANGES], species: std::array::from_fn(|i| one + 1 + i as u8) };
        let mut flat = Self {
            filled,
            second,
            k: vec![[0.0; COLUMNS]; filled],
            a: vec![one; places],
            b: vec![one; places],
            shift: vec![0.0; places],
            changes_a: vec![f64x2::ZERO; places * filled],
            changes_b: vec![f64x2::ZERO; places * second],
            events: vec![idle; places],
            reactions: vec![NONE; places],
            laws: Vec::new(),
            unusual: false,
            stack: Vec::new(),
        };
        for (i, reaction) in order.into_iter().enumerate() {
            let place = i % COLUMNS * filled + i / COLUMNS;
            flat.reactions[place] = reaction;
            match reactants(model, reaction) {
                Some((a, pair)) => {
                    flat.a[place] = a.unwrap_or(one);
                    flat.b[place] = pair.unwrap_or(one);
                    flat.shift[place] = f64::from(u8::from(a == pair && pair.is_some()));
                }
                None => flat.laws.push(place as u8),
            }
        }
        for place in 0..places {
            flat.connect(model, place);
        }
        flat.unusual |= !flat.laws.is_empty();
        flat.refresh(model, world)?;
        Ok(flat)
    }

    /// Fills in what the event at a place changes.
    fn connect(&mut self, model: &Compiled, place: usize) {
        if self.reactions[place] == NONE {
            return;
        }
        let changes = model.changes.row(self.reactions[place] as usize);
        self.unusual |= changes.len() > CHANGES;
        for (i, change) in changes.iter().enumerate() {
            let delta = f64::from(change.delta);
            if i < CHANGES {
                self.events[place].species[i] = change.species as u8;
                self.events[place].delta[i] = delta;
            }
            for other in 0..self.a.len() {
                let (row, column) = (other % self.filled, other / self.filled);
                let mut lanes = [0.0; COLUMNS];
                lanes[column] = delta;
                if u32::from(self.a[other]) == change.species {
                    self.changes_a[place * self.filled + row] += f64x2::from(lanes);
                }
                if row < self.second && u32::from(self.b[other]) == change.species {
                    self.changes_b[place * self.second + row] += f64x2::from(lanes);
                }
            }
        }
    }
}

/// The smallest table that `run` knows with at least so many rows of second order and rows.
fn shape(second: usize, filled: usize) -> (usize, usize) {
    let filled = filled.next_power_of_two().clamp(4, ROWS);
    let fewest = filled / 4;
    (if second <= fewest { fewest } else { filled }, filled)
}

/// The reactants of mass action up to the second order.
fn reactants(model: &Compiled, reaction: u8) -> Option<(Option<u8>, Option<u8>)> {
    let Kinetics::MassAction(reactants) = &model.reactions.kinetics[reaction as usize] else {
        return None;
    };
    match **reactants {
        [] => Some((None, None)),
        [(s, 1)] => Some((Some(s as u8), None)),
        [(s, 2)] => Some((Some(s as u8), Some(s as u8))),
        [(s, 1), (t, 1)] => Some((Some(s as u8), Some(t as u8))),
        _ => None,
    }
}
