//! A batch culture: cells grow on the glucose of the medium until it is used up.
//!
//! With `X` the biomass [g/L of dry mass] and `S` the glucose [mM]:
//!
//! ```text
//! dX/dt = lambda X      dS/dt = - lambda X / Y      quality = full quality * S / (K + S)
//! ```
//!
//! `lambda` is the growth rate of the host beside its guests; the saturation is Monod's (*Annu. Rev.
//! Microbiol.* 3:371, 1949). Nothing about the phases of growth is scripted: lag is the time that the
//! host needs to make ribosomes, and the rest follows from the glucose. The host does not degrade
//! ribosomes, so cells that starved recover faster than cells that come from a poor medium.

use super::error::HypervisorError;
use super::medium::Medium;
use super::{Hypervisor, Vm};
use crate::chassis::Nutrient;
use crate::genome::regulation::Concentrations;
use crate::units::Time;

/// Glucose at which uptake is half of its limit [mM]: 4 mg/L (Monod 1949).
pub const HALF_SATURATION_MM: f64 = 0.0222;
/// Biomass made of glucose [g/mmol]: half a gram of dry mass for a gram, the textbook value of
/// aerobic growth; an assumption.
pub const YIELD_G_PER_MMOL: f64 = 0.09;
/// What a starved cell lives on of its own, relative to the full quality of the medium; an
/// assumption, which keeps the cell able to begin anew.
const RESERVES: f64 = 0.005;
/// Cell time between two looks at the glucose when host and guests are solved as one system.
pub(super) const STEP: Time = Time::from_micros(10_000_000);

/// Cells in a vessel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Culture {
    /// Dry mass of the cells [g/L].
    pub biomass_g_per_l: f64,
    /// Quality of the medium while there is glucose.
    pub full_quality: Nutrient,
}

/// Where a culture is in its growth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrowthPhase {
    /// Glucose is there, and growth still rises.
    Lag,
    /// Growth is what the medium allows.
    Exponential,
    /// Glucose runs out.
    Transition,
    /// There is next to no growth.
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
/// Glucose uptake below this part of its limit is limiting.
const LIMITING: f64 = 0.9;
/// Growth that rises by less than this within [`AHEAD_HOURS`] does not rise.
const RISE: f64 = 1e-3;
const AHEAD_HOURS: f64 = 1.0 / 60.0;

fn saturation(medium: &Medium) -> f64 {
    let glucose = medium.millimolar("glucose");
    glucose / (glucose + HALF_SATURATION_MM)
}

impl Hypervisor {
    /// The batch culture, if the cells are in one; else their medium is renewed for ever.
    pub fn culture(&self) -> Option<&Culture> {
        self.culture.as_ref()
    }

    /// Puts the cells into a vessel, in which they use up the glucose of the medium.
    ///
    /// # Errors
    /// When the biomass is no positive number up to 100 g/L.
    ///
    /// # Examples
    /// ```
    /// use bioxen::chassis::Nutrient;
    /// use bioxen::engine::StopToken;
    /// use bioxen::hypervisor::Hypervisor;
    /// use bioxen::units::Time;
    /// let mut hypervisor = Hypervisor::new(Nutrient::new(0.3)?)?;
    /// hypervisor.start_batch(0.1)?;
    /// hypervisor.run(Time::from_hours(1.0), &mut |_| {}, &StopToken::new())?;
    /// let grown = hypervisor.culture().map(|c| c.biomass_g_per_l);
    /// assert!(grown.is_some_and(|x| (x / 0.1 - 1.087_f64.exp()).abs() < 0.02));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn start_batch(&mut self, biomass_g_per_l: f64) -> Result<(), HypervisorError> {
        if !(biomass_g_per_l > 0.0 && biomass_g_per_l <= 100.0) {
            return Err(HypervisorError::Biomass { given: biomass_g_per_l });
        }
        let full_quality =
            self.culture.map_or_else(|| self.chassis.nutrient(), |culture| culture.full_quality);
        self.culture = Some(Culture { biomass_g_per_l, full_quality });
        self.feel_glucose();
        Ok(())
    }

    /// Takes the cells out of the vessel, as they are, into a medium that is renewed for ever.
    pub fn end_batch(&mut self) {
        if let Some(culture) = self.culture.take() {
            self.chassis.set_nutrient(culture.full_quality);
        }
    }

    /// Grows, and uses glucose.
    pub(super) fn grow_culture(&mut self, growth_per_h: f64, step: Time) {
        let Some(culture) = &mut self.culture else { return };
        let before = culture.biomass_g_per_l;
        culture.biomass_g_per_l = before * (growth_per_h * step.hours()).exp();
        let used = (culture.biomass_g_per_l - before) / YIELD_G_PER_MMOL;
        let mut medium = Medium::clone(&self.medium);
        medium.use_up("glucose", used);
        self.set_medium(medium);
    }

    /// Makes the host feel how much glucose there is.
    pub(super) fn feel_glucose(&mut self) {
        if let Some(culture) = self.culture {
            let part = saturation(&self.medium).max(RESERVES);
            self.chassis.set_nutrient(culture.full_quality.diluted(part));
        }
    }

    /// Where the cells of a VM are in their growth, from the growth rate, how it changes and the
    /// glucose.
    ///
    /// # Errors
    /// When there is no such VM, or the host's equations cannot be integrated.
    pub fn growth_phase(&self, id: &str) -> Result<GrowthPhase, HypervisorError> {
        let full = self.vm(id).map(Vm::unburdened_growth)?;
        let growth = self.host_rates().growth_per_h;
        let relative = growth / full;
        let uptake = if self.culture.is_some() { saturation(&self.medium) } else { 1.0 };
        let (_, tenants, _) = super::run::surroundings(&self.chassis, &self.vms);
        let mut ahead = self.chassis.clone();
        ahead.advance(AHEAD_HOURS, &tenants)?;
        let rises = ahead.rates_with(&tenants).0.growth_per_h > growth * (1.0 + RISE);
        Ok(match () {
            () if uptake >= LIMITING && relative < FULL && rises => GrowthPhase::Lag,
            () if relative < REST => GrowthPhase::Stationary,
            () if uptake < LIMITING => GrowthPhase::Transition,
            () => GrowthPhase::Exponential,
        })
    }
}
