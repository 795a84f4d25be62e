//! Absolute tolerances that fit the sizes of a model's quantities.

use super::lows::Lows;
use super::machine::Machine;
use super::{Deterministic, Settings, Trajectory};
use crate::{EngineError, StopToken};
use bioxen_network::QuantityId;

/// The part of a component's scale that is let go. libRoadRunner and COPASI take the same number, and
/// scale it by the volume of a species' compartment as well.
const PART: f64 = 1e-12;
/// A tolerance that is a greater part of a component's greatest value leaves it in doubt.
const NEAR: f64 = 1e-5;
/// The part that is let go instead.
const FITTING: f64 = 1e-8;
/// What is let go of what falls below its tolerance and grows again: nothing but the relative tolerance
/// counts for it. Where that asks for too many steps, it is this part of the lowest value.
const NOTHING: f64 = 1e-250;
const AT_BOTTOM: f64 = 1e-6;
/// How often a simulation is made anew: each time what falls and grows again may be followed further down,
/// as the infected between two epidemics.
const MOST_TRIES: usize = 4;
/// Steps after which such a try is given up.
const MOST_STEPS: usize = 100_000;

impl Deterministic {
    /// Absolute tolerances for [`crate::ode::Options::atol_components`] that are small beside
    /// what the model counts in: 10^-12 of the greatest value with which anything begins that
    /// changes in time, or of 1 if that is less; and of the size of its compartment for each species
    /// that `sizes` names together with it. Initial assignments are made first.
    ///
    /// # Errors
    /// Algebraic rules without a solution at the start.
    ///
    /// # Examples
    /// ```
    /// use bioxen_engine::simulate::Deterministic;
    /// use bioxen_network::{Network, RateLaw};
    ///
    /// let mut network = Network::default();
    /// let x = network.species("x", 1e-17);
    /// network.reaction("decay", &[(x, 1)], &[], RateLaw::MassAction { k: 1.0, factors: vec![] });
    /// let tolerances = Deterministic::new(&network)?.tolerances(0.0, &[])?;
    /// assert!((tolerances[0] / 1e-29 - 1.0).abs() < 1e-9);
    /// # Ok::<(), bioxen_engine::EngineError>(())
    /// ```
    pub fn tolerances(
        &self,
        start: f64,
        sizes: &[(QuantityId, QuantityId)],
    ) -> Result<Vec<f64>, EngineError> {
        self.tolerances_at(&Settings { start, ..Settings::default() }, sizes)
    }

    /// The same where a simulation begins with the values of these settings.
    ///
    /// # Errors
    /// Those of [`Deterministic::tolerances`].
    pub fn tolerances_at(
        &self,
        settings: &Settings,
        sizes: &[(QuantityId, QuantityId)],
    ) -> Result<Vec<f64>, EngineError> {
        let machine = Machine::start_at(&self.plan, settings.start, &settings.values)?;
        let positive = |value: f64| value.is_finite() && value > 0.0;
        let value = |place: usize| machine.q.get(place).map_or(f64::NAN, |value| value.abs());
        let states = || self.plan.states.iter().map(|(place, _)| *place);
        let greatest = states().map(value).filter(|value| positive(*value)).fold(0.0, f64::max);
        let whole = if greatest > 0.0 { greatest.min(1.0) } else { 1.0 };
        let mut scales = vec![whole; machine.q.len()];
        for (species, size) in sizes {
            let size = value(size.index());
            if let Some(scale) = scales.get_mut(species.index()).filter(|_| positive(size)) {
                *scale = scale.min(size);
            }
        }
        Ok(states().map(|place| PART * scales[place]).collect())
    }

    /// As [`Deterministic::run`], but looks at what came out. Where a component stays near its tolerance, all
    /// is simulated once more with one that fits. Where it falls below its tolerance and grows again, or
    /// the integrator gives up after it has fallen, all is simulated anew so that it is followed down, at first with no
    /// absolute tolerance for it. Gives the names of those for which that did not help, and whose values
    /// mean little.
    ///
    /// # Errors
    /// Those of [`Deterministic::run`].
    pub fn run_to_scale(
        &self,
        grid: &[f64],
        settings: &Settings,
        stop: &StopToken,
    ) -> Result<(Trajectory, Vec<String>), EngineError> {
        let (trajectory, doubts) = self.followed(grid, settings, stop, Ends::ForGood)?;
        let name =
            |doubt: &Doubt| trajectory.columns[self.plan.states[doubt.component].0].name.clone();
        let names = doubts.iter().map(name).collect();
        Ok((trajectory, names))
    }

    /// The same for a part of a longer life: what is low at its end may grow later, and is
    /// followed down, too.
    ///
    /// # Errors
    /// Those of [`Deterministic::run`].
    pub fn run_in_parts(
        &self,
        grid: &[f64],
        settings: &Settings,
        stop: &StopToken,
    ) -> Result<Trajectory, EngineError> {
        self.followed(grid, settings, stop, Ends::GoesOn).map(|(trajectory, _)| trajectory)
    }

    fn followed(
        &self,
        grid: &[f64],
        settings: &Settings,
        stop: &StopToken,
        ends: Ends,
    ) -> Result<(Trajectory, Vec<Doubt>), EngineError> {
        let mut closer = settings.clone();
        closer.ode.atol_components.resize(self.plan.states.len(), settings.ode.atol);
        let (mut best, mut doubts) = self.looked_at(grid, &closer, stop, ends);
        // What is made of rounding alone has no scale.
        closer.ode.max_steps = MOST_STEPS.min(settings.ode.max_steps);
        for attempt in 0..MOST_TRIES {
            // What has stayed near its tolerance twice will do so for ever.
            let hopeless = attempt > 0 && doubts.iter().all(|doubt| doubt.bottom.is_none());
            if doubts.is_empty() || hopeless || matches!(best, Err(EngineError::Stopped { .. })) {
                break;
            }
            for doubt in &doubts {
                closer.ode.atol_components[doubt.component] = match doubt.bottom {
                    Some(_) if attempt == 0 => NOTHING,
                    Some(bottom) => AT_BOTTOM * bottom.max(f64::MIN_POSITIVE / AT_BOTTOM),
                    None => FITTING * doubt.peak,
                };
            }
            match self.looked_at(grid, &closer, stop, ends) {
                (Err(stopped @ EngineError::Stopped { .. }), _) => return Err(stopped),
                (next @ Ok(_), still) => (best, doubts) = (next, still),
                (Err(_), _) if attempt == 0 => {}
                (Err(_), _) => break,
            }
        }
        Ok((best?, doubts))
    }

    /// A run, and the components that a tolerance does not fit: those that stay near it, and those that
    /// fall below it and grow again from what is left.
    fn looked_at(
        &self,
        grid: &[f64],
        settings: &Settings,
        stop: &StopToken,
        ends: Ends,
    ) -> (Result<Trajectory, EngineError>, Vec<Doubt>) {
        let tolerances = &settings.ode.atol_components;
        let mut lows = Lows::new(tolerances.iter().copied());
        let outcome = self.run_watched(grid, settings, stop, Some(&mut lows));
        let dip = |(component, bottom)| Doubt { component, peak: 0.0, bottom: Some(bottom) };
        let mut doubts: Vec<Doubt> = match (&outcome, ends) {
            (Ok(_), Ends::ForGood) => lows.dips().map(dip).collect(),
            (Ok(_), Ends::GoesOn) | (Err(EngineError::StepFailure { .. }), _) => {
                lows.suspects().map(dip).collect()
            }
            (Err(_), _) => Vec::new(),
        };
        let (Ok(trajectory), Ends::ForGood) = (&outcome, ends) else { return (outcome, doubts) };
        for (component, (place, _)) in self.plan.states.iter().enumerate() {
            let Some(column) = trajectory.columns.get(*place) else { continue };
            let sizes = column.values.iter().map(|v| v.abs()).filter(|v| v.is_finite());
            let peak = sizes.fold(0.0, f64::max);
            let known = doubts.iter().any(|doubt| doubt.component == component);
            if !known && peak > 0.0 && tolerances[component] > NEAR * peak {
                doubts.push(Doubt { component, peak, bottom: None });
            }
        }
        (outcome, doubts)
    }
}

/// What comes after a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ends {
    ForGood,
    GoesOn,
}

/// A component that a tolerance does not fit.
struct Doubt {
    component: usize,
    /// The greatest value, where it stays near the tolerance.
    peak: f64,
    /// The lowest value, where it falls below the tolerance.
    bottom: Option<f64>,
}

#[cfg(test)]
mod tests;
