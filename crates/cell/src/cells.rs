//! Populations of cells that grow, divide and share out their molecules, each counted one by one.
//!
//! A cell has a size `v` relative to the mean of a growing population, and two slow noises: `x` on growth
//! and translation, `y` on transcription. With `E(z) = exp(z - s^2/2)`, which has the mean 1,
//!
//! ```text
//! dv/dt = lambda E(x) v
//!      -> m        k F(n/v) E(y) v        transcription; k at the growth of the host
//!    m ->          ln 2 / h               decay, without dilution
//!    m -> m + p    r E(x)                 translation
//!    p ->          delta                  degradation, without dilution
//! ```
//!
//! Nothing is diluted: growth makes a cell larger, and at division each molecule comes into the first
//! daughter with the probability `q`, the part of the size that it takes. So the mean of a growing
//! population is that of the reference cell, `production / (lambda + decay)`, whatever the noise
//! ([`Noise`]) and the control of size ([`SizeControl`]).
//!
//! A coupling step is exact for its molecules: within it size, host and promoters are held at their
//! value in the middle, and what is left is linear births and deaths with a known solution.
//!
//! The module knows nothing of the hypervisor: it is given [`Guests`] and, for each step, [`Rates`].

mod cell;
mod error;
mod guests;
mod kinetics;
mod molecules;
mod noise;
mod population;
mod regroup;
mod saved;
mod sizes;
mod stable;
mod statistics;
mod step;
#[cfg(test)]
mod tests;
mod tree;
mod variates;

pub use cell::Cell;
pub use error::CellsError;
pub use guests::{
    Answer, Gene, Guests, Protein, Queue, Rates, Replication, Replicon, Template, Unit,
};
pub use noise::{Noise, Preset, SizeControl, Wander};
pub use population::{CellPopulation, MOST_CELLS, Mode, Plan};
pub use regroup::Origin;
pub(crate) use saved::Saved;
pub use sizes::{Normal, normalised};
pub use statistics::{Course, Moments, QUANTILES, Quantity, Reporters, Row};
pub use step::{Around, Moves};
pub use tree::{Fate, Tree};
