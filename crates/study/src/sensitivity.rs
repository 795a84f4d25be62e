//! Which parameters matter: at one point, by screening a region, and as parts of the variance over it.

mod local;
mod morris;
mod sobol;

use crate::design::Failure;

pub use local::{Local, Stencil, local};
pub use morris::{Effects, LEVELS, Morris, Screening, morris};
pub use sobol::{Index, Scheme, Sobol, SobolOptions, sobol};

/// How often a model was evaluated.
#[derive(Debug, Clone, PartialEq)]
pub struct Calls {
    /// How often in all.
    pub count: usize,
    /// Points at which it failed.
    pub failures: Vec<Failure>,
}

#[cfg(test)]
mod tests;
