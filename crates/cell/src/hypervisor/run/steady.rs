//! Steady states of host and guests: where nothing changes but chance.

use super::super::error::HypervisorError;
use super::super::{Hypervisor, Vm};
use super::arrow::{Arrow, Core};
use super::deterministic::{ABSOLUTE, Beginning, RELATIVE, set_state};
use bioxen_engine::ode::{Bdf, Options, System};
use bioxen_engine::{EngineError, StopToken, Trajectory};
use bioxen_study::StudyError;
use bioxen_study::linear::Eigenvalue;
use bioxen_study::newton::{self, Stability};

/// For how long host and guests live before they are looked at again [h], which is doubled each time, and how often
/// that is: starved cells take years.
const FIRST_HOURS: f64 = 20.0;
const MOST_LOOKS: usize = 18;
/// The most steps of these integrations: what oscillates comes nowhere.
const MOST_STEPS: usize = 12_000;
/// How far a steady state that is near may be: no number that decides on it differs by more than a third.
const NEAR: f64 = 0.3;
/// Real parts of eigenvalues that are nothing, beside the others that were found.
const NOTHING: f64 = 1e-4;

/// Where to look for a steady state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Search {
    /// The one to which a run from the present leads; where it leads to none, the one that Newton's method finds.
    #[default]
    Run,
    /// The one that Newton's method finds from the present, which may be unstable.
    Here,
}

/// A steady state.
#[derive(Debug, Clone, PartialEq)]
pub struct SteadyState {
    /// Where it is, for [`Balance`].
    pub place: Vec<f64>,
    /// What a run would record there, as a trace of one row.
    pub values: Trajectory,
    /// The eigenvalues with the largest real parts [1/h], the largest first.
    pub eigenvalues: Vec<Eigenvalue>,
    /// Whether a small disturbance dies out.
    pub stability: Stability,
    /// The largest relative change [1/h] that is left.
    pub rest: f64,
    /// Steps of Newton's method.
    pub steps: usize,
    /// Cell time that was lived through to come near [h].
    pub hours: f64,
    /// Whether a run from the present leads there.
    pub reached: bool,
}

/// The equations of the steady states of a cell, under the conditions in which it was when they were made.
///
/// Their unknowns are few: see [`Self::residual`]. They are what a continuation follows.
#[derive(Debug, Clone)]
pub struct Balance {
    cell: Hypervisor,
    core: Core,
    present: Vec<f64>,
}

impl Balance {
    /// Those of a cell.
    ///
    /// # Errors
    /// When it is in a batch culture, which uses up its medium, or a model of a package lives beside the genes.
    pub fn new(cell: &Hypervisor) -> Result<Self, HypervisorError> {
        if cell.culture.is_some() {
            return Err(HypervisorError::SteadyInBatch);
        }
        for vm in cell.vms.iter().filter(|vm| vm.is_live()) {
            if let Some(model) = vm.models().first() {
                let (id, package) = (vm.id().to_owned(), model.package().name.clone());
                return Err(HypervisorError::SteadyModel { id, package });
            }
        }
        let mut cell = cell.clone();
        cell.ahead = None;
        let present = Beginning::of(&cell).state;
        let core = Core::new(&cell.chassis, &cell.vms, &present);
        Ok(Self { cell, core, present })
    }

    /// Whether the unknowns of another are the same quantities, so that a branch can lead from one to the other.
    pub fn is_like(&self, other: &Self) -> bool {
        let ids = |balance: &Self| -> Vec<(String, bool)> {
            balance.cell.vms.iter().map(|vm| (vm.id().to_owned(), vm.is_live())).collect()
        };
        ids(self) == ids(other) && self.core.is_like(&other.core)
    }

    /// The genes of packages that VMs have: the id of the VM, and the name of the gene.
    pub fn packaged(&self) -> Vec<(String, String)> {
        let of = |vm: &Vm| -> Vec<(String, String)> {
            let genes = vm.packages().iter().flat_map(|package| &package.construct.genes);
            genes.map(|gene| (vm.id().to_owned(), gene.name.clone())).collect()
        };
        self.cell.vms.iter().flat_map(of).collect()
    }

    /// The unknowns of the present state.
    pub fn place(&self) -> Vec<f64> {
        self.core.unknowns(&self.present)
    }

    /// How far each equation is from being met. The unknowns are logarithms of what decides on the state: of the host's
    /// variables, of what each VM weighs and degrades, of proteins that act on promoters and of copies of plasmids. All
    /// else follows from them.
    pub fn residual(&self, place: &[f64]) -> Vec<f64> {
        self.core.residual(place)
    }

    /// What a run would record at a steady state, as a trace of one row.
    ///
    /// # Errors
    /// When it would be too much.
    pub fn values(&self, place: &[f64]) -> Result<Trajectory, HypervisorError> {
        let mut cell = self.cell.clone();
        // The copies of plasmids are those of a cell of mean size.
        set_state(&mut cell, &self.core.state(place), 1.0);
        cell.chassis.set_inactivated(cell.host_rates().settled_inactivated());
        cell.present()
    }

    /// The eigenvalues with the largest real parts [1/h] at a steady state, the largest first.
    ///
    /// # Errors
    /// When the derivatives cannot be formed.
    pub fn eigenvalues(&self, place: &[f64]) -> Result<Vec<Eigenvalue>, HypervisorError> {
        Ok(self.core.arrow().clone().slowest(&self.core.state(place))?)
    }

    /// Finds a steady state.
    ///
    /// # Errors
    /// When none is found, a solver fails, or it is stopped.
    pub fn solve(&self, search: Search, stop: &StopToken) -> Result<SteadyState, HypervisorError> {
        let mut state = self.present.clone();
        let (mut hours, mut steps) = (0.0, 0);
        let mut system = self.core.arrow().clone();
        if search == Search::Run {
            let (mut ahead, mut left) = (FIRST_HOURS, MOST_STEPS);
            for look in 0..MOST_LOOKS {
                if look > 0 {
                    hours += live(&mut system, &mut state, ahead, &mut left, stop)?;
                    ahead *= 2.0;
                }
                if left == 0 {
                    break;
                }
                let start = self.core.unknowns(&state);
                let Ok(place) = self.newton(&start, &mut steps, stop)? else { continue };
                let far = place.iter().zip(&start).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
                if far > NEAR {
                    continue;
                }
                let found = self.found(place, (steps, hours), true)?;
                if !matches!(found.stability, Stability::Unstable(_)) {
                    return Ok(found);
                }
            }
        }
        match self.newton(&self.core.unknowns(&state), &mut steps, stop)? {
            Ok(place) => self.found(place, (steps, hours), search == Search::Here),
            Err(reason) => Err(HypervisorError::NoSteadyState { hours, reason }),
        }
    }

    /// Newton's method; the inner error says why it did not come to an end.
    fn newton(
        &self,
        start: &[f64],
        steps: &mut usize,
        stop: &StopToken,
    ) -> Result<Result<Vec<f64>, String>, HypervisorError> {
        let options =
            newton::Options { most_fallbacks: 0, typical: 1.0, ..newton::Options::default() };
        let rates = |u: &[f64]| Ok::<_, String>(self.core.residual(u));
        let none = |_: &[f64]| Err(String::new());
        match newton::steady_state(rates, start, none, &options, stop) {
            Ok(found) => {
                *steps += found.iterations;
                Ok(Ok(found.values))
            }
            Err(_) if stop.is_stopped() => Err(EngineError::Stopped { time: 0.0 }.into()),
            Err(StudyError::NoAnswer { reason, .. }) => Ok(Err(reason)),
            Err(error) => Ok(Err(error.to_string())),
        }
    }

    fn found(
        &self,
        place: Vec<f64>,
        (steps, hours): (usize, f64),
        reached: bool,
    ) -> Result<SteadyState, HypervisorError> {
        let state = self.core.state(&place);
        let mut system = self.core.arrow().clone();
        let mut rates = vec![0.0; state.len()];
        system.rhs(0.0, &state, &mut rates)?;
        rates.pop();
        let relative = |(f, x): (&f64, &f64)| f.abs() / x.abs().max(1e-3);
        let rest = rates.iter().zip(&state).map(relative).fold(0.0, f64::max);
        let eigenvalues = system.slowest(&state)?;
        let stability = stability(&eigenvalues);
        let values = self.values(&place)?;
        Ok(SteadyState { place, values, eigenvalues, stability, rest, steps, hours, reached })
    }
}

/// What eigenvalues [1/h] say.
pub fn stability(eigenvalues: &[Eigenvalue]) -> Stability {
    let nothing = NOTHING * eigenvalues.iter().map(|s| s.abs()).fold(0.0, f64::max);
    let growing = eigenvalues.iter().filter(|s| s.re > nothing).count();
    match (growing, eigenvalues.first()) {
        (0, None) => Stability::Unknown,
        (0, Some(s)) if s.re >= -nothing => Stability::Marginal,
        (0, Some(_)) => Stability::Stable,
        (n, _) => Stability::Unstable(n),
    }
}

/// Lives for some time, or as far as the steps that are left go; gives how long that was [h].
fn live(
    system: &mut Arrow,
    state: &mut [f64],
    hours: f64,
    left: &mut usize,
    stop: &StopToken,
) -> Result<f64, HypervisorError> {
    let options = Options { rtol: RELATIVE, atol: ABSOLUTE, ..Options::default() };
    let mut integrator = Bdf::new(0.0, state, options);
    while integrator.t() < hours && *left > 0 {
        if stop.is_stopped() {
            return Err(EngineError::Stopped { time: integrator.t() }.into());
        }
        integrator.step(system, None)?;
        *left -= 1;
    }
    let lived = integrator.t().min(hours);
    integrator.interpolate(lived, state);
    Ok(lived)
}

impl Hypervisor {
    /// The steady state of host and guests, as the differential equations have it. Nothing changes: it is calculated.
    ///
    /// Looking for it, host and guests live on as they would without chance, until Newton's method finds a steady state
    /// nearby that a small disturbance does not leave. So it is the one to which a run leads.
    ///
    /// # Errors
    /// When there is none under these conditions, none is found, a solver fails, or it is stopped.
    ///
    /// # Examples
    /// ```
    /// use bioxen_cell::chassis::Nutrient;
    /// use bioxen_cell::hypervisor::{Hypervisor, Search};
    /// use bioxen_engine::StopToken;
    /// let hypervisor = Hypervisor::new(Nutrient::new(0.3)?)?;
    /// let state = hypervisor.steady_state(Search::Run, &StopToken::new())?;
    /// assert!(state.reached && state.rest < 1e-6);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn steady_state(
        &self,
        search: Search,
        stop: &StopToken,
    ) -> Result<SteadyState, HypervisorError> {
        Balance::new(self)?.solve(search, stop)
    }
}

#[cfg(test)]
mod tests;
