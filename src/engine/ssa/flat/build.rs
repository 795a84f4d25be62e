//! The table of a small network.

use super::{CHANGES, COLUMNS, Event, FLAT_REACTIONS, Flat, NONE, ROWS, Row};
use crate::engine::EngineError;
use crate::engine::ssa::World;
use crate::network::Compiled;
use crate::network::compile::Kinetics;

impl Flat {
    pub(in crate::engine::ssa) fn new(
        model: &Compiled,
        world: &World,
    ) -> Result<Self, EngineError> {
        let one = model.quantity_count() as u8;
        let empty =
            Row { k: [0.0; COLUMNS], shift: [0.0; COLUMNS], a: [one; COLUMNS], b: [one; COLUMNS] };
        // A place for each change that means nothing, so that none waits for another.
        let idle =
            Event { delta: [0.0; CHANGES], species: std::array::from_fn(|i| one + 1 + i as u8) };
        let mut order: Vec<u8> = (0..model.reaction_count()).map(|r| r as u8).collect();
        let second_order = |r: u8| matches!(reactants(model, r), Some((_, Some(_))));
        order.sort_by_key(|&r| !second_order(r));
        let pairs = order.iter().filter(|&&r| second_order(r)).count();
        let mut flat = Self {
            rows: [empty; ROWS],
            events: [idle; FLAT_REACTIONS],
            reactions: [NONE; FLAT_REACTIONS],
            second: pairs.div_ceil(COLUMNS),
            filled: order.len().div_ceil(COLUMNS),
            laws: Vec::new(),
            long: false,
            stale: true,
            stack: Vec::new(),
        };
        for (i, reaction) in order.into_iter().enumerate() {
            let (row, column) = (i / COLUMNS, i % COLUMNS);
            let place = column * flat.filled + row;
            flat.reactions[place] = reaction;
            let changes = model.changes.row(reaction as usize);
            flat.long |= changes.len() > CHANGES;
            for (j, change) in changes.iter().take(CHANGES).enumerate() {
                flat.events[place].species[j] = change.species as u8;
                flat.events[place].delta[j] = f64::from(change.delta);
            }
            let row = &mut flat.rows[row];
            match reactants(model, reaction) {
                Some((a, pair)) => {
                    row.a[column] = a.unwrap_or(one);
                    row.b[column] = pair.unwrap_or(one);
                    row.shift[column] = f64::from(u8::from(a == pair && pair.is_some()));
                }
                None => flat.laws.push(place as u8),
            }
        }
        flat.refresh(model, world)?;
        Ok(flat)
    }
}

/// The reactants of mass action up to the second order.
fn reactants(model: &Compiled, reaction: u8) -> Option<(Option<u8>, Option<u8>)> {
    let Kinetics::MassAction(reactants) = &model.kinetics[reaction as usize] else {
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
