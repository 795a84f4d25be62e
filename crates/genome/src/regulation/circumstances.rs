//! What the regulators of a cell feel.

use super::{Concentrations, ReferenceMedium};

/// Whether the cell makes cAMP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Cyclase {
    /// Adenylate cyclase works: cAMP follows growth.
    #[default]
    WildType,
    /// `cya` is deleted: there is no cAMP but what is added.
    Deleted,
}

/// What the regulators of a cell feel: the medium, and what the cell itself sets.
#[derive(Clone, Copy)]
pub struct Circumstances<'a> {
    /// What is in the medium.
    pub medium: &'a dyn Concentrations,
    /// Growth of the unburdened cell relative to that on glucose. A burden must not raise cAMP.
    pub growth: f64,
    /// Whether the cell makes cAMP.
    pub cyclase: Cyclase,
    /// Repressor of a looping operon relative to the wild type's mean.
    pub repressor: f64,
    /// Operators on plasmids that bind this repressor as the main operator does.
    pub operators: f64,
    /// By how much the cell's own permease concentrates an inducer, beside one that only diffuses: the
    /// gain times the permease relative to that of a fully induced cell. Zero without such uptake.
    pub uptake: f64,
}

impl<'a> Circumstances<'a> {
    /// A wild-type cell that grows in a medium as on glucose.
    pub fn of_wild_type(medium: &'a dyn Concentrations) -> Self {
        Self {
            medium,
            growth: 1.0,
            cyclase: Cyclase::WildType,
            repressor: 1.0,
            operators: 0.0,
            uptake: 0.0,
        }
    }
}

/// Those under which the transcript abundances were measured.
pub const REFERENCE: Circumstances<'static> = Circumstances {
    medium: &ReferenceMedium,
    growth: 1.0,
    cyclase: Cyclase::WildType,
    repressor: 1.0,
    operators: 0.0,
    uptake: 0.0,
};
