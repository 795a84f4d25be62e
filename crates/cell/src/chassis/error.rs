//! What can go wrong in the host.

use thiserror::Error;

use bioxen_base::units::short;

/// An error of the chassis layer.
#[derive(Debug, Error, Clone, PartialEq)]
#[non_exhaustive]
pub enum ChassisError {
    /// The nutrient quality is no number of its range.
    #[error(
        "a nutrient quality of {} is not possible: it goes from 0.01 (starving) to 1 (the richest)",
        short(*.given)
    )]
    Nutrient {
        /// What was given.
        given: f64,
    },
    /// The host's equations left the range in which they mean something.
    #[error("the host's equations could not be integrated past {hours:.4} h (step {step:.1e} h)")]
    Diverged {
        /// How far it came [h].
        hours: f64,
        /// The last step tried [h].
        step: f64,
    },
    /// No steady state was found.
    #[error("the host finds no steady state at nutrient {} (residual {residual:.1e})", short(*.nutrient))]
    Unsettled {
        /// The medium.
        nutrient: f64,
        /// The largest relative rate of change left [1/h].
        residual: f64,
    },
    /// A kinetic parameter of the host is out of its range.
    #[error(
        "`{name}` of {} is not possible: it goes from {} to {}, within a factor of 100 of the published host",
        short(*.given), short(*.least), short(*.most)
    )]
    Kinetic {
        /// Its name.
        name: &'static str,
        /// What was given.
        given: f64,
        /// The least that is possible.
        least: f64,
        /// The most that is possible.
        most: f64,
    },
}
