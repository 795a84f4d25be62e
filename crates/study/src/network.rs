//! Steady states of networks, and their branches along a parameter.
//!
//! Where reactions conserve sums of amounts, no equation says how large these are: they stay what they are at the start.
//! Along a branch one rate of each is replaced by the sum less its size, so that the steady states are single points.

use std::sync::{Mutex, PoisonError};

use crate::StudyError;
use crate::continuation::{self, Branch, follow_with_eigenvalues};
use crate::linear::{Eigenvalue, Matrix, dot, eigenvalues, norm};
use crate::newton::{self, Stability, SteadyState, conserved};
use bioxen_engine::ode::{Bdf, NetworkOde, Options, System};
use bioxen_engine::{EngineError, StopToken};
use bioxen_network::{Network, QuantityId, Role};

/// The most unknowns: matrices are dense.
const MOST_UNKNOWNS: usize = 300;
/// The steps of the longest integration.
const MOST_STEPS: usize = 200_000;
/// How often the time that is lived through grows by [`LONGER`].
const ROUNDS: usize = 30;
const LONGER: f64 = 4.0;
/// How far a steady state that is near may be, relative to the values.
const NEAR: f64 = 0.3;
/// What counts as large for a value that is small, relative to the largest.
const TYPICAL: f64 = 1e-6;
/// Accuracy of the integration.
const RELATIVE: f64 = 1e-8;

/// Where to look for a steady state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Search {
    /// The one to which the model comes from its start; where it comes to none, the one that Newton's method finds.
    #[default]
    Run,
    /// The one that Newton's method finds from the start, which may be unstable.
    Start,
}

/// The steady states of a network.
///
/// # Examples
/// ```
/// use bioxen_engine::StopToken;
/// use bioxen_network::{Network, RateLaw};
/// use bioxen_study::network::{NetworkStates, Search};
///
/// let mut network = Network::default();
/// let m = network.species("m", 0.0);
/// let law = |k| RateLaw::MassAction { k, factors: vec![] };
/// network.reaction("make", &[], &[(m, 1)], law(10.0));
/// network.reaction("decay", &[(m, 1)], &[], law(0.5));
/// let (state, reached) = NetworkStates::new(&network)?.steady_state(Search::Run, &StopToken::new())?;
/// assert!((state.values[0] - 20.0).abs() < 1e-6 && reached);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct NetworkStates {
    system: Mutex<NetworkOde>,
    start: Vec<f64>,
    states: Vec<QuantityId>,
    quantities: usize,
    /// Whether no component has a meaning below zero.
    non_negative: bool,
}

/// Sums that are conserved, each with the component whose rate says nothing new.
type Sums = Vec<(usize, Vec<f64>)>;

impl NetworkStates {
    /// Those of a network. Its events are left out.
    ///
    /// # Errors
    /// Those of [`NetworkOde::without_events`]; [`StudyError::Data`] where the rates depend on time, or there are more than
    /// 300 unknowns.
    pub fn new(network: &Network) -> Result<Self, NetworkError> {
        let mut system = NetworkOde::without_events(network)?;
        let start = system.initial_state().to_vec();
        if start.len() > MOST_UNKNOWNS {
            return Err(StudyError::Data(format!(
                "steady states of at most {MOST_UNKNOWNS} unknowns can be found; the model has {}",
                start.len()
            ))
            .into());
        }
        let mut rates = [vec![0.0; start.len()], vec![0.0; start.len()]];
        system.rhs(0.0, &start, &mut rates[0])?;
        // Times that no period divides.
        for t in [0.377, 13.71, 1013.9] {
            system.rhs(t, &start, &mut rates[1])?;
            if rates[0] != rates[1] {
                let reason = "the rates of the model depend on time, so it has no steady state";
                return Err(StudyError::Data(reason.to_owned()).into());
            }
        }
        let states = system.states().to_vec();
        let role = |id: &QuantityId| network.quantities.get(id.index()).map(|q| q.role);
        Ok(Self {
            start,
            non_negative: states.iter().all(|id| role(id) == Some(Role::Species)),
            states,
            quantities: network.quantities.len(),
            system: Mutex::new(system),
        })
    }

    /// Begins with other amounts.
    ///
    /// # Errors
    /// When there are more or fewer than there are components.
    pub fn begin_at(&mut self, values: &[f64]) -> Result<(), StudyError> {
        if values.len() != self.start.len() {
            return Err(StudyError::Lengths {
                left: "the start".to_owned(),
                left_length: values.len(),
                right: "the model".to_owned(),
                right_length: self.start.len(),
            });
        }
        self.start = values.to_vec();
        Ok(())
    }

    /// Which quantity each component is.
    pub fn states(&self) -> &[QuantityId] {
        &self.states
    }

    /// Sets a parameter; false if there is none such, or something else determines it.
    pub fn set(&self, id: QuantityId, value: f64) -> bool {
        self.with(|system| system.set(id, value))
    }

    /// All quantities where the components have these values.
    pub fn quantities(&self, values: &[f64]) -> Vec<f64> {
        let mut all = vec![0.0; self.quantities];
        self.with(|system| system.quantities(0.0, values, &mut all));
        all
    }

    fn with<T>(&self, f: impl FnOnce(&mut NetworkOde) -> T) -> T {
        f(&mut self.system.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn rates(&self, values: &[f64]) -> Result<Vec<f64>, EngineError> {
        let mut rates = vec![0.0; values.len()];
        self.with(|system| system.rhs(0.0, values, &mut rates))?;
        Ok(rates)
    }

    fn jacobian(&self, values: &[f64]) -> Result<Matrix, EngineError> {
        let n = values.len();
        let mut dense = vec![0.0; n * n];
        self.with(|system| system.dense_jacobian(0.0, values, &mut dense))?;
        Ok(Matrix::from_rows(&dense.chunks(n.max(1)).map(<[f64]>::to_vec).collect::<Vec<_>>()))
    }

    fn typical(values: &[f64]) -> f64 {
        let most = values.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
        TYPICAL * if most > 0.0 { most } else { 1.0 }
    }

    /// Finds a steady state, and says whether the model comes to it from its start.
    ///
    /// # Errors
    /// [`StudyError::StartFails`], [`StudyError::NoAnswer`], [`StudyError::Stopped`].
    pub fn steady_state(
        &self,
        search: Search,
        stop: &StopToken,
    ) -> Result<(SteadyState, bool), StudyError> {
        let mut values = self.start.clone();
        if search == Search::Run {
            let (mut time, mut steps) = (1.0, 0);
            for round in 0..ROUNDS {
                if round > 0 {
                    let Some(later) = self.live(&values, time, &mut steps, stop)? else { break };
                    values = later;
                    time *= LONGER;
                }
                match self.newton(&values, stop) {
                    Ok(found) if self.is_near(&found.values, &values) => {
                        if !matches!(found.stability, Stability::Unstable(_)) {
                            return Ok((found, true));
                        }
                    }
                    Err(StudyError::Stopped) => return Err(StudyError::Stopped),
                    Err(StudyError::StartFails { at, reason }) => {
                        return Err(StudyError::StartFails { at, reason });
                    }
                    Ok(_) | Err(_) => {}
                }
            }
        }
        Ok((self.newton(&values, stop)?, search == Search::Start))
    }

    fn is_near(&self, found: &[f64], values: &[f64]) -> bool {
        let typical = Self::typical(found);
        found.iter().zip(values).all(|(a, b)| (a - b).abs() <= NEAR * a.abs().max(typical))
    }

    fn newton(&self, values: &[f64], stop: &StopToken) -> Result<SteadyState, StudyError> {
        let options = newton::Options {
            most_fallbacks: 0,
            typical: Self::typical(values),
            non_negative: self.non_negative,
            ..newton::Options::default()
        };
        let never = |_: &[f64]| Err(EngineError::Stopped { time: 0.0 });
        let mut found =
            newton::steady_state(|x: &[f64]| self.rates(x), values, never, &options, stop)?;
        // The network knows its derivatives exactly.
        if let Ok(jacobian) = self.jacobian(&found.values) {
            found.conserved = conserved(&jacobian).len();
            found.eigenvalues = eigenvalues(&jacobian);
            found.stability = Stability::of(found.eigenvalues.as_deref(), found.conserved);
            found.jacobian = jacobian;
        }
        Ok(found)
    }

    /// The values some time later; none where that takes too many steps.
    fn live(
        &self,
        values: &[f64],
        time: f64,
        steps: &mut usize,
        stop: &StopToken,
    ) -> Result<Option<Vec<f64>>, StudyError> {
        let atol = RELATIVE * Self::typical(values);
        let mut system = self.with(|system| system.clone());
        let options = Options { rtol: RELATIVE, atol, ..Options::default() };
        let mut integrator = Bdf::new(0.0, values, options);
        while integrator.t() < time {
            if stop.is_stopped() {
                return Err(StudyError::Stopped);
            }
            *steps += 1;
            // Where it cannot go on, Newton's method may.
            if *steps > MOST_STEPS || integrator.step(&mut system, None).is_err() {
                return Ok(None);
            }
        }
        let mut later = values.to_vec();
        integrator.interpolate(time, &mut later);
        Ok(Some(later))
    }

    /// Follows the steady states along a parameter, from the one at its present value. `options.units` are chosen where
    /// none are given. `at` gives the value of the parameter for a place of the branch, such as its exponential.
    ///
    /// # Errors
    /// Those of [`Self::steady_state`] and of [`continuation::follow`]; [`StudyError::Data`] where the parameter cannot be
    /// set.
    pub fn branch(
        &self,
        parameter: QuantityId,
        (place, at): (f64, &(dyn Fn(f64) -> f64 + Sync)),
        options: &continuation::Options,
        stop: &StopToken,
    ) -> Result<Branch, StudyError> {
        if !self.set(parameter, at(place)) {
            let reason = "the parameter cannot be set: a rule or the model itself determines it";
            return Err(StudyError::Data(reason.to_owned()));
        }
        let (state, _) = self.steady_state(Search::Run, stop)?;
        let sums = self.sums(&state.values)?;
        self.hold(&sums, &state.values, parameter, (options.parameter, at))?;
        self.set(parameter, at(place));
        let sizes: Vec<f64> = sums.iter().map(|(_, sum)| dot(sum, &self.start)).collect();
        let rates = |x: &[f64], p: f64| -> Result<Vec<f64>, EngineError> {
            let mut rates = vec![0.0; x.len()];
            self.with(|system| {
                system.set(parameter, at(p));
                system.rhs(0.0, x, &mut rates)
            })?;
            for ((row, sum), size) in sums.iter().zip(&sizes) {
                rates[*row] = dot(sum, x) - size;
            }
            Ok(rates)
        };
        let look = |x: &[f64], p: f64| -> Result<(Vec<Eigenvalue>, Stability), EngineError> {
            let n = x.len();
            let mut dense = vec![0.0; n * n];
            self.with(|system| {
                system.set(parameter, at(p));
                system.dense_jacobian(0.0, x, &mut dense)
            })?;
            let rows: Vec<Vec<f64>> = dense.chunks(n.max(1)).map(<[f64]>::to_vec).collect();
            let mut all = eigenvalues(&Matrix::from_rows(&rows)).unwrap_or_default();
            // Those of the sums are zero.
            all.sort_by(|a, b| b.abs().total_cmp(&a.abs()));
            all.truncate(n - sums.len());
            all.sort_by(|a, b| b.re.total_cmp(&a.re).then(b.im.total_cmp(&a.im)));
            let stability = Stability::of(Some(&all), 0);
            Ok((all, stability))
        };
        let most = Self::typical(&state.values) / TYPICAL;
        let units = || state.values.iter().map(|x| x.abs().max(1e-3 * most)).collect();
        let options = continuation::Options {
            units: Some(options.units.clone().unwrap_or_else(units)),
            ..options.clone()
        };
        follow_with_eigenvalues(rates, look, &state.values, place, &options, stop)
    }

    /// Whether sums are conserved at all values of a parameter, and not only where a rate vanishes.
    fn hold(
        &self,
        sums: &Sums,
        values: &[f64],
        parameter: QuantityId,
        ((low, high), at): ((f64, f64), &(dyn Fn(f64) -> f64 + Sync)),
    ) -> Result<(), StudyError> {
        let beside = Self::beside(values);
        let mut rates = vec![0.0; values.len()];
        for part in [0.0, 0.193, 0.5, 0.871, 1.0] {
            self.with(|system| {
                system.set(parameter, at(low + part * (high - low)));
                system.rhs(0.0, &beside, &mut rates)
            })
            .map_err(|error| StudyError::Data(error.to_string()))?;
            let grows = |(_, sum): &(usize, Vec<f64>)| {
                dot(sum, &rates).abs() > 1e-7 * norm(sum) * norm(&rates)
            };
            if sums.iter().any(grows) {
                return Err(StudyError::Data(
                    "where the branch begins, a rate is 0 and a sum of amounts stays what it is; at other values of the \
                     parameter it does not, so this is no branch of steady states: begin beside that value"
                        .to_owned(),
                ));
            }
        }
        Ok(())
    }

    /// A state beside a steady one: what vanishes only there is no sum.
    fn beside(values: &[f64]) -> Vec<f64> {
        let typical = 1e3 * Self::typical(values);
        let beside = |(i, x): (usize, &f64)| x + typical * (1.0 + 0.1 * (i as f64).sin());
        values.iter().enumerate().map(beside).collect()
    }

    /// The sums that reactions conserve, reduced so that each has a component that no other has.
    fn sums(&self, values: &[f64]) -> Result<Sums, StudyError> {
        let beside = Self::beside(values);
        let jacobian = self.jacobian(&beside).map_err(|error| StudyError::NoDerivative {
            at: format!("{beside:?}"),
            reason: error.to_string(),
        })?;
        let mut sums = conserved(&jacobian);
        let mut found = Sums::new();
        for i in 0..sums.len() {
            let free = |j: &usize| found.iter().all(|(known, _)| known != j);
            let Some(row) = (0..values.len())
                .filter(free)
                .max_by(|a, b| sums[i][*a].abs().total_cmp(&sums[i][*b].abs()))
            else {
                break;
            };
            let scale = sums[i][row];
            sums[i].iter_mut().for_each(|s| *s /= scale);
            let own = sums[i].clone();
            for (j, other) in sums.iter_mut().enumerate() {
                let part = other[row];
                if j != i {
                    other.iter_mut().zip(&own).for_each(|(o, s)| *o -= part * s);
                }
            }
            for (_, known) in &mut found {
                let part = known[row];
                known.iter_mut().zip(&own).for_each(|(o, s)| *o -= part * s);
            }
            found.push((row, own));
        }
        Ok(found)
    }
}

/// Why the steady states of a network cannot be looked for.
#[derive(Debug, thiserror::Error, Clone, PartialEq)]
#[non_exhaustive]
pub enum NetworkError {
    /// The network.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The study.
    #[error(transparent)]
    Study(#[from] StudyError),
}

#[cfg(test)]
mod tests;
