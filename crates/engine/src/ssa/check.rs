//! Checks that counts and rates are valid.

use super::{COUNT_LIMIT, World};
use crate::EngineError;
use bioxen_network::Compiled;

/// A quantity may take this value.
pub(super) fn check_value(model: &Compiled, id: usize, value: f64) -> Result<(), EngineError> {
    let name = || model.quantities.names[id].clone();
    if !model.quantities.is_species[id] {
        return Ok(());
    }
    if value.is_nan() || value < 0.0 || value.fract() != 0.0 {
        return Err(EngineError::NotACount { quantity: name(), value });
    }
    if value >= COUNT_LIMIT {
        return Err(EngineError::PopulationOverflow { quantity: name(), value, time: 0.0 });
    }
    Ok(())
}

/// A reaction may have this rate constant.
pub(super) fn check_rate(
    model: &Compiled,
    r: usize,
    rate: f64,
    time: f64,
) -> Result<(), EngineError> {
    if rate.is_finite() && rate >= 0.0 {
        return Ok(());
    }
    Err(EngineError::BadRate { reaction: model.reactions.names[r].clone(), rate, time })
}

/// Which species of a reaction has too many molecules.
#[cold]
pub(super) fn overflow(model: &Compiled, world: &World, reaction: usize) -> EngineError {
    let species = model
        .changes
        .row(reaction)
        .iter()
        .map(|c| c.species as usize)
        .max_by(|&a, &b| world.x[a].total_cmp(&world.x[b]))
        .unwrap_or(0);
    EngineError::PopulationOverflow {
        quantity: model.quantities.names[species].clone(),
        value: world.x[species],
        time: world.time,
    }
}
