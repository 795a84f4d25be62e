//! Which parameters matter: at one point, by screening a region, and as parts of the variance over it.

mod local;
mod morris;
mod sobol;

pub use local::{Local, local};
pub use morris::{Effects, Morris, morris};
pub use sobol::{Index, Sobol, SobolOptions, sobol};

#[cfg(test)]
mod tests;
