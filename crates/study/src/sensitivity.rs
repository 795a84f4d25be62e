//! Which parameters matter: at one point, by screening a region, and as parts of the variance over it.

mod local;
mod morris;
mod sobol;

pub use local::{Local, Stencil, local};
pub use morris::{Effects, LEVELS, Morris, Screening, morris};
pub use sobol::{Index, Scheme, Sobol, SobolOptions, sobol};

#[cfg(test)]
mod tests;
