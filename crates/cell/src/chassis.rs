//! The host cell: a published, measured, resource-limited *E. coli* as ordinary differential
//! equations, and the competition of guest genes for its ribosomes.
//!
//! The host model is Sechkar, Perrino and Stan, *Nat. Commun.* 15:1981 (2024), with the
//! flux-parity regulation of Chure and Cremer, *eLife* 12:e84878 (2023). Counts are molecules per
//! reference cell (the papers' nM in about 1 fL), times are hours.
//!
//! # Examples
//! ```
//! use bioxen_cell::chassis::{Chassis, Nutrient};
//! let chassis = Chassis::settled(Nutrient::new(0.5)?)?;
//! let rates = chassis.rates();
//! assert!((rates.growth_per_h - 1.55217).abs() < 0.0016);
//! # Ok::<(), bioxen_cell::chassis::ChassisError>(())
//! ```

pub mod competition;
pub mod composition;
pub mod energy;
pub mod error;
pub mod host;
pub mod laws;
pub mod linear;
pub mod measured;
pub mod parameters;
pub mod rosenbrock;
pub mod share;
pub mod steady;

pub use competition::{Bound, Competition, Tenant};
pub use composition::Composition;
pub use error::ChassisError;
pub use host::{HostRates, HostState, Nutrient};

use energy::EnergyCoupling;

/// One host cell in its medium.
#[derive(Debug, Clone, PartialEq)]
pub struct Chassis {
    state: HostState,
    nutrient: Nutrient,
    energy: EnergyCoupling,
}

impl Chassis {
    /// A host without guests at its own steady state in a medium.
    ///
    /// # Errors
    /// When no steady state is found.
    pub fn settled(nutrient: Nutrient) -> Result<Self, ChassisError> {
        Self::settled_with(nutrient, EnergyCoupling::default())
    }

    /// The same with or without the effect of ATP on elongation.
    ///
    /// # Errors
    /// When no steady state is found.
    pub fn settled_with(nutrient: Nutrient, energy: EnergyCoupling) -> Result<Self, ChassisError> {
        let state = steady::settle_alone(nutrient, energy)?;
        Ok(Self { state, nutrient, energy })
    }

    /// The state variables.
    pub fn state(&self) -> &HostState {
        &self.state
    }

    /// Replaces the state variables, which is what a solver does with its result.
    pub fn set_state(&mut self, state: HostState) {
        self.state = state;
    }

    /// The quality of the medium.
    pub fn nutrient(&self) -> Nutrient {
        self.nutrient
    }

    /// Puts the cell, as it is, into another medium.
    pub fn set_nutrient(&mut self, nutrient: Nutrient) {
        self.nutrient = nutrient;
    }

    /// Whether ATP acts on elongation.
    pub fn energy(&self) -> EnergyCoupling {
        self.energy
    }

    /// The rates that follow from the state, without guests.
    pub fn rates(&self) -> HostRates {
        self.rates_with(&[]).0
    }

    /// The rates that follow from the state beside tenants, and how these compete.
    pub fn rates_with(&self, tenants: &[Tenant]) -> (HostRates, Competition) {
        let mut competition = Competition::default();
        let rates = host::rates(&self.state, self.nutrient, self.energy, tenants, &mut competition);
        (rates, competition)
    }

    /// Lets the host live on for `hours` [h] beside tenants whose weights do not change.
    ///
    /// # Errors
    /// When the equations cannot be integrated.
    pub fn advance(&mut self, hours: f64, tenants: &[Tenant]) -> Result<(), ChassisError> {
        self.state = rosenbrock::advance(&self.state, hours, self.nutrient, self.energy, tenants)?;
        Ok(())
    }
}
