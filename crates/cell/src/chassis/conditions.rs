//! Under what conditions the host lives.

use super::energy::EnergyCoupling;
use super::host::Nutrient;
use super::inhibition::Inhibition;
use super::kinetics::Kinetics;

/// What the equations of the host take from outside.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Conditions {
    /// Quality of the medium.
    pub nutrient: Nutrient,
    /// Whether ATP acts on elongation.
    pub energy: EnergyCoupling,
    /// What inhibits translation.
    pub inhibition: Inhibition,
    /// What the host itself is like.
    pub kinetics: Kinetics,
}

impl Conditions {
    /// A medium without inhibitors, for the published host.
    pub fn new(nutrient: Nutrient, energy: EnergyCoupling) -> Self {
        Self { nutrient, energy, ..Self::default() }
    }
}

impl From<Nutrient> for Conditions {
    fn from(nutrient: Nutrient) -> Self {
        Self { nutrient, ..Self::default() }
    }
}
