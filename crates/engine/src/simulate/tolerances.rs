//! Absolute tolerances that fit the sizes of a model's quantities.

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
/// A value below so many tolerances is low, and one so many times above that is high again; what is
/// let go is then this part of the lowest.
const LOW: f64 = 100.0;
const HIGH: f64 = 100.0;
const AT_BOTTOM: f64 = 1e-6;
/// Steps after which the second try is given up.
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

    /// As [`Deterministic::run`], but looks at what came out: where a component stays near its
    /// tolerance, or falls below it and grows again, all is simulated once more with one that fits. Gives the names of those for which
    /// that did not help, and whose values mean little.
    ///
    /// # Errors
    /// Those of [`Deterministic::run`].
    pub fn run_to_scale(
        &self,
        grid: &[f64],
        settings: &Settings,
        stop: &StopToken,
    ) -> Result<(Trajectory, Vec<String>), EngineError> {
        let first = self.run(grid, settings, stop)?;
        let doubtful = self.doubtful(&first, settings);
        if doubtful.is_empty() {
            return Ok((first, Vec::new()));
        }
        let mut closer = settings.clone();
        // What is made of rounding alone has no scale.
        closer.ode.max_steps = MOST_STEPS;
        let ode = &mut closer.ode;
        ode.atol_components.resize(self.plan.states.len(), settings.ode.atol);
        for &(component, fitting) in &doubtful {
            ode.atol_components[component] = fitting;
        }
        let (trajectory, doubtful) = match self.run(grid, &closer, stop) {
            Ok(second) => {
                let still = self.doubtful(&second, &closer);
                (second, still)
            }
            Err(stopped @ EngineError::Stopped { .. }) => return Err(stopped),
            Err(_) => (first, doubtful),
        };
        let name = |&(component, _): &(usize, f64)| {
            trajectory.columns[self.plan.states[component].0].name.clone()
        };
        let names = doubtful.iter().map(name).collect();
        Ok((trajectory, names))
    }

    /// The components that a tolerance does not fit, each with one that does: those that stay near
    /// it, and those that fall below it and grow again from what is left.
    fn doubtful(&self, trajectory: &Trajectory, settings: &Settings) -> Vec<(usize, f64)> {
        let ode = &settings.ode;
        let mut found = Vec::new();
        for (component, (place, _)) in self.plan.states.iter().enumerate() {
            let Some(column) = trajectory.columns.get(*place) else { continue };
            let tolerance = ode.atol_components.get(component).copied().unwrap_or(ode.atol);
            let sizes = || column.values.iter().map(|v| v.abs()).filter(|v| v.is_finite());
            let peak = sizes().fold(0.0, f64::max);
            if peak > 0.0 && tolerance > NEAR * peak {
                found.push((component, FITTING * peak));
            } else if let Some(bottom) = bottom(sizes(), LOW * tolerance) {
                found.push((component, AT_BOTTOM * bottom.max(f64::MIN_POSITIVE / AT_BOTTOM)));
            }
        }
        found
    }
}

/// The least value below a threshold that follows, and is followed by, much greater ones.
fn bottom(sizes: impl Iterator<Item = f64>, threshold: f64) -> Option<f64> {
    let (mut was_high, mut least, mut found) = (false, None::<f64>, None);
    for size in sizes {
        if size > HIGH * threshold {
            found = found.into_iter().chain(least.take()).min_by(f64::total_cmp);
            was_high = true;
        } else if size > 0.0 && size < threshold && was_high {
            least = Some(least.map_or(size, |least| least.min(size)));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dip_lies_between_higher_values() {
        let find = |values: &[f64]| bottom(values.iter().copied(), 1e-10);
        assert_eq!(find(&[1.0, 1e-12, 1e-14, 1e-3, 1e-11, 1.0]), Some(1e-14));
        assert_eq!(find(&[0.0, 1e-14, 1.0]), None);
        assert_eq!(find(&[1.0, 1e-14, 1e-20]), None);
    }
}
