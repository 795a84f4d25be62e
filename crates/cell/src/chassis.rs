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
pub mod conditions;
pub mod energy;
pub mod error;
pub mod glucose;
pub mod host;
pub mod inhibition;
pub mod kinetics;
pub mod laws;
pub mod linear;
pub mod measured;
pub mod parameters;
pub mod polymerase;
pub mod rosenbrock;
pub mod share;
pub mod steady;

pub use competition::{Bound, Competition, Tenant};
pub use composition::Composition;
pub use conditions::Conditions;
pub use error::ChassisError;
pub use host::{HostRates, HostState, Nutrient};
pub use inhibition::Inhibition;
pub use kinetics::Kinetics;

use energy::EnergyCoupling;

/// One host cell in its medium.
#[derive(Debug, Clone, PartialEq)]
pub struct Chassis {
    state: HostState,
    conditions: Conditions,
    /// Ribosomes that an inhibitor has inactivated.
    inactivated: f64,
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
        Self::alone(Conditions::new(nutrient, energy))
    }

    /// The same host without guests and inhibitors, at its own steady state in a medium.
    ///
    /// # Errors
    /// When no steady state is found.
    pub fn settled_anew(&self, nutrient: Nutrient) -> Result<Self, ChassisError> {
        let inhibition = Inhibition::default();
        Self::alone(Conditions { nutrient, inhibition, ..self.conditions })
    }

    fn alone(conditions: Conditions) -> Result<Self, ChassisError> {
        let state = steady::settle_alone(conditions)?;
        Ok(Self { state, conditions, inactivated: 0.0 })
    }

    /// A host without guests at its own steady state under conditions, which may inhibit it.
    ///
    /// # Errors
    /// When no steady state is found.
    ///
    /// # Examples
    /// ```
    /// use bioxen_cell::chassis::{Chassis, Conditions, Inhibition, Nutrient};
    /// let inhibition = Inhibition::chloramphenicol(4.0);
    /// let slow = Chassis::settled_under(Conditions { inhibition, ..Nutrient::default().into() })?;
    /// let fast = Chassis::settled(Nutrient::default())?;
    /// assert!(slow.rates().growth_per_h < fast.rates().growth_per_h);
    /// assert!(slow.rates().ribosome_fraction > fast.rates().ribosome_fraction);
    /// # Ok::<(), bioxen_cell::chassis::ChassisError>(())
    /// ```
    pub fn settled_under(conditions: Conditions) -> Result<Self, ChassisError> {
        let state = steady::settle(conditions, &[])?;
        let mut chassis = Self { state, conditions, inactivated: 0.0 };
        chassis.inactivated = chassis.rates().settled_inactivated();
        Ok(chassis)
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
        self.conditions.nutrient
    }

    /// All that acts on the host from outside.
    pub fn conditions(&self) -> Conditions {
        self.conditions
    }

    /// Ribosomes that an inhibitor has inactivated [molecules].
    pub fn inactivated(&self) -> f64 {
        self.inactivated
    }

    /// Sets the number of inactivated ribosomes, which is what a solver does with its result.
    pub fn set_inactivated(&mut self, ribosomes: f64) {
        self.inactivated = ribosomes;
    }

    /// Inhibits translation from now on, or no more.
    pub fn set_inhibition(&mut self, inhibition: Inhibition) {
        self.conditions.inhibition = inhibition;
    }

    /// Whether there is an inhibitor, or a trace of one that was there.
    pub fn is_inhibited(&self) -> bool {
        self.conditions.inhibition != Inhibition::default() || self.inactivated != 0.0
    }

    /// Puts the cell, as it is, into another medium.
    pub fn set_nutrient(&mut self, nutrient: Nutrient) {
        self.conditions.nutrient = nutrient;
    }

    /// Makes it a host of other kinetics, with the same molecules.
    pub fn set_kinetics(&mut self, kinetics: Kinetics) {
        self.conditions.kinetics = kinetics;
    }

    /// Whether ATP acts on elongation.
    pub fn energy(&self) -> EnergyCoupling {
        self.conditions.energy
    }

    /// The rates that follow from the state, without guests.
    pub fn rates(&self) -> HostRates {
        self.rates_with(&[]).0
    }

    /// The rates that follow from the state beside tenants, and how these compete.
    pub fn rates_with(&self, tenants: &[Tenant]) -> (HostRates, Competition) {
        let mut competition = Competition::default();
        let mut rates = host::rates(&self.state, self.conditions, tenants, &mut competition);
        rates.inactivated = self.inactivated;
        rates.ribosome_fraction +=
            parameters::RIBOSOME_LENGTH * self.inactivated / parameters::CELL_MASS;
        (rates, competition)
    }

    /// Lets the host live on for `hours` [h] beside tenants whose weights do not change.
    ///
    /// # Errors
    /// When the equations cannot be integrated.
    pub fn advance(&mut self, hours: f64, tenants: &[Tenant]) -> Result<(), ChassisError> {
        let (conditions, mut inactivated) = (self.conditions, self.inactivated);
        self.state = if self.is_inhibited() {
            let mut competition = Competition::default();
            let mut rates = |s: &HostState| host::rates(s, conditions, tenants, &mut competition);
            rosenbrock::advance_with(
                &self.state,
                hours,
                conditions,
                tenants,
                &mut |h, from, to| {
                    let (before, after) = (rates(from), rates(to));
                    inactivated =
                        inhibition::step(conditions.inhibition, inactivated, h, &before, &after);
                },
            )?
        } else {
            rosenbrock::advance(&self.state, hours, conditions, tenants)?
        };
        self.inactivated = inactivated;
        Ok(())
    }
}
