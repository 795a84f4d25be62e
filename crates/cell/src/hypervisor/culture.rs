//! A batch culture: cells grow on the carbon of the medium until it is used up.
//!
//! With `X` the biomass [g/L of dry mass] and `S` the glucose [mM]:
//!
//! ```text
//! dX/dt = lambda X      dS/dt = - lambda X / Y
//! ```
//!
//! `lambda` is the growth rate of the host with its guests; [`super::carbon`] describes the effect of
//! `S` on the host. The phases of growth follow from the equations: lag is the time that the host
//! needs to make ribosomes, and the other phases follow from the glucose. Other sources are used after
//! glucose, without the pause of diauxie.
//!
//! Not modelled: the slow loss of ribosomes in starved cells, so these recover within minutes,
//! faster than cells that come from a poor medium; death; overflow to acetate; lack of oxygen.

use std::sync::Arc;

use super::error::HypervisorError;
use super::medium::Medium;
use super::{Hypervisor, Vm};
use bioxen_base::units::Time;

/// Cell time between two looks at the glucose when host and guests are solved as one system.
pub(super) const STEP: Time = Time::from_micros(10_000_000);

/// Cells in a vessel.
#[derive(Debug, Clone, PartialEq)]
pub struct Culture {
    /// Dry mass of the cells [g/L].
    pub biomass_g_per_l: f64,
    /// The medium as it was put in, before the cells used any of it.
    pub fresh: Arc<Medium>,
}

/// The largest biomass there is [g/L].
pub(super) const MOST_BIOMASS: f64 = 100.0;

/// Where a culture is in its growth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrowthPhase {
    /// Food is there, and growth still rises.
    Lag,
    /// Growth is what the medium allows.
    Exponential,
    /// Food runs out, or has run out and growth still falls.
    Transition,
    /// There is next to no growth: the cell starves.
    Stationary,
}

impl GrowthPhase {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Lag => "lag",
            Self::Exponential => "exponential",
            Self::Transition => "transition",
            Self::Stationary => "stationary",
        }
    }
}

/// Below this part of its full growth a cell is stationary, and above [`FULL`] it grows fully.
const REST: f64 = 0.05;
const FULL: f64 = 0.9;
/// A cell that grows more slowly than this [1/h], doubling in three days, is stationary in any
/// medium. An assumption; in the worst medium that can be chosen the host grows at 0.048 /h.
const SLOWEST_PER_H: f64 = 0.01;
/// Uptake below this part of its limit is limiting.
const LIMITING: f64 = 0.9;
/// Growth that changes by less than this within [`AHEAD_HOURS`] does not change.
const CHANGE: f64 = 1e-3;
const AHEAD_HOURS: f64 = 1.0 / 60.0;

impl Hypervisor {
    /// The batch culture, if the cells are in one; else their medium is renewed for ever.
    pub fn culture(&self) -> Option<&Culture> {
        self.culture.as_ref()
    }

    /// Puts the cells into a vessel, in which they use up the carbon of the medium.
    ///
    /// # Errors
    /// When the biomass is no positive number up to 100 g/L, or a batch is under way.
    ///
    /// # Examples
    /// ```
    /// use bioxen_cell::chassis::Nutrient;
    /// use bioxen_engine::StopToken;
    /// use bioxen_cell::hypervisor::Hypervisor;
    /// use bioxen_base::units::Time;
    /// let mut hypervisor = Hypervisor::new(Nutrient::new(0.3)?)?;
    /// hypervisor.start_batch(0.1)?;
    /// hypervisor.run(Time::from_hours(1.0), &mut |_| {}, &StopToken::new())?;
    /// let grown = hypervisor.culture().map(|c| c.biomass_g_per_l);
    /// assert!(grown.is_some_and(|x| (x / 0.1 - 1.087_f64.exp()).abs() < 0.02));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn start_batch(&mut self, biomass_g_per_l: f64) -> Result<(), HypervisorError> {
        self.forget_what_has_changed();
        if !(biomass_g_per_l > 0.0 && biomass_g_per_l <= MOST_BIOMASS) {
            return Err(HypervisorError::Biomass { given: biomass_g_per_l });
        }
        if self.culture.is_some() {
            return Err(HypervisorError::InBatch);
        }
        self.culture = Some(Culture { biomass_g_per_l, fresh: Arc::clone(&self.medium) });
        Ok(())
    }

    /// Takes the cells out of the vessel, as they are, into a medium that is renewed for ever: the
    /// one that was put into the vessel.
    pub fn end_batch(&mut self) {
        self.forget_what_has_changed();
        if let Some(culture) = self.culture.take() {
            self.set_medium(Medium::clone(&culture.fresh));
        }
    }

    /// Grows, and uses carbon.
    pub(super) fn grow_culture(&mut self, growth_per_h: f64, step: Time) {
        let Some(culture) = &mut self.culture else { return };
        let before = culture.biomass_g_per_l;
        // What starved cells turn over is no biomass.
        let most = before + self.medium.food_g_per_l();
        culture.biomass_g_per_l = (before * (growth_per_h * step.hours()).exp()).min(most);
        let grown = culture.biomass_g_per_l - before;
        let mut medium = Medium::clone(&self.medium);
        medium.feed(grown);
        self.put_medium(Arc::new(medium));
    }

    /// Where the cells of a VM are in their growth, from the growth rate, how it changes and the
    /// food.
    ///
    /// # Errors
    /// When there is no such VM, or the host's equations cannot be integrated.
    pub fn growth_phase(&self, id: &str) -> Result<GrowthPhase, HypervisorError> {
        let full = self.vm(id).map(Vm::unburdened_growth)?;
        let growth = self.host_rates().growth_per_h;
        let relative = growth / full;
        let limited = self.medium.uptake() < LIMITING;
        let (_, tenants, _) = super::run::surroundings(&self.chassis, &self.vms);
        let mut ahead = self.chassis.clone();
        ahead.advance(AHEAD_HOURS, &tenants)?;
        let then = ahead.rates_with(&tenants).0.growth_per_h;
        let rises = then > growth * (1.0 + CHANGE);
        let falls = then < growth * (1.0 - CHANGE);
        Ok(match () {
            () if !limited && relative < FULL && rises => GrowthPhase::Lag,
            () if relative < REST || growth < SLOWEST_PER_H => GrowthPhase::Stationary,
            // In a vessel food that limits growth runs out; where it is renewed it need not.
            () if limited && (self.culture.is_some() || falls) => GrowthPhase::Transition,
            () => GrowthPhase::Exponential,
        })
    }
}
