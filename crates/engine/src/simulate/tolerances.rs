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

    /// As [`Deterministic::run`], but looks at what came out: where a component stays near its
    /// tolerance, or falls below it and grows again, all is simulated once more with one that fits;
    /// in the second case again and again, while it falls below that as well. Gives the names of those for
    /// which that did not help, and whose values mean little.
    ///
    /// # Errors
    /// Those of [`Deterministic::run`].
    pub fn run_to_scale(
        &self,
        grid: &[f64],
        settings: &Settings,
        stop: &StopToken,
    ) -> Result<(Trajectory, Vec<String>), EngineError> {
        let mut trajectory = self.run(grid, settings, stop)?;
        let mut doubts = self.doubts(&trajectory, settings);
        let mut closer = settings.clone();
        closer.ode.atol_components.resize(self.plan.states.len(), settings.ode.atol);
        // What is made of rounding alone has no scale.
        closer.ode.max_steps = MOST_STEPS;
        for attempt in 0..MOST_TRIES {
            // What has stayed near its tolerance twice will do so for ever.
            if doubts.is_empty() || attempt > 0 && doubts.iter().all(|doubt| !doubt.dips) {
                break;
            }
            for doubt in &doubts {
                closer.ode.atol_components[doubt.component] = doubt.fitting;
            }
            match self.run(grid, &closer, stop) {
                Ok(next) => {
                    doubts = self.doubts(&next, &closer);
                    trajectory = next;
                }
                Err(stopped @ EngineError::Stopped { .. }) => return Err(stopped),
                Err(_) => break,
            }
        }
        let name =
            |doubt: &Doubt| trajectory.columns[self.plan.states[doubt.component].0].name.clone();
        let names = doubts.iter().map(name).collect();
        Ok((trajectory, names))
    }

    /// The components that a tolerance does not fit: those that stay near it, and those that fall
    /// below it and grow again from what is left.
    fn doubts(&self, trajectory: &Trajectory, settings: &Settings) -> Vec<Doubt> {
        let ode = &settings.ode;
        let mut found = Vec::new();
        for (component, (place, _)) in self.plan.states.iter().enumerate() {
            let Some(column) = trajectory.columns.get(*place) else { continue };
            let tolerance = ode.atol_components.get(component).copied().unwrap_or(ode.atol);
            let sizes = || column.values.iter().map(|v| v.abs()).filter(|v| v.is_finite());
            let peak = sizes().fold(0.0, f64::max);
            if peak > 0.0 && tolerance > NEAR * peak {
                found.push(Doubt { component, fitting: FITTING * peak, dips: false });
            } else if let Some(bottom) = bottom(sizes(), LOW * tolerance) {
                let fitting = AT_BOTTOM * bottom.max(f64::MIN_POSITIVE / AT_BOTTOM);
                found.push(Doubt { component, fitting, dips: true });
            }
        }
        found
    }
}

/// A component that a tolerance does not fit.
struct Doubt {
    component: usize,
    /// A tolerance that fits.
    fitting: f64,
    /// Whether it falls below the tolerance for a time.
    dips: bool,
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
    use crate::ode::Options;
    use bioxen_network::{Network, RateLaw};

    #[test]
    fn a_dip_lies_between_higher_values() {
        let find = |values: &[f64]| bottom(values.iter().copied(), 1e-10);
        assert_eq!(find(&[1.0, 1e-12, 1e-14, 1e-3, 1e-11, 1.0]), Some(1e-14));
        assert_eq!(find(&[0.0, 1e-14, 1.0]), None);
        assert_eq!(find(&[1.0, 1e-14, 1e-20]), None);
    }

    /// Susceptibles are born, one infects another, the infected recover: between two epidemics they
    /// fall by twenty decades.
    #[test]
    fn what_is_left_of_an_epidemic_decides_when_the_next_one_comes() {
        let mut network = Network::default();
        let law = |k| RateLaw::MassAction { k, factors: vec![] };
        let susceptible = network.species("S", 1000.0);
        let infected = network.species("I", 1.0);
        network.reaction("birth", &[], &[(susceptible, 1)], law(0.5));
        let meet = [(susceptible, 1), (infected, 1)];
        network.reaction("infect", &meet, &[(infected, 2)], law(0.02));
        network.reaction("recover", &[(infected, 1)], &[], law(1.0));
        let model = Deterministic::new(&network).unwrap();
        let grid: Vec<f64> = (0..=100).map(|i| 4.0 * f64::from(i)).collect();
        let stop = StopToken::new();
        let ode = |rtol: f64, atol: f64| {
            let settings = Options { rtol, atol_components: vec![atol; 2], ..Options::default() };
            Settings { ode: settings, ..Settings::default() }
        };
        let (course, doubts) = model.run_to_scale(&grid, &ode(1e-6, 1e-12), &stop).unwrap();
        assert_eq!(doubts, Vec::<String>::new());
        let want = model.run(&grid, &ode(1e-10, 1e-30), &stop).unwrap();
        let pairs = course.columns.iter().zip(&want.columns);
        for (have, want) in pairs.flat_map(|(have, want)| have.values.iter().zip(&want.values)) {
            assert!((have - want).abs() < 0.05 * want.abs() + 1e-18, "{have}, not {want}");
        }
    }
}
