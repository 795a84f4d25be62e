//! Letting host and guests live together for a while.
//!
//! Stochastic: every coupling step (1 s) the guests see the host's growth, elongation and free
//! ribosomes of its beginning, and live exactly by them; then the host lives through the step
//! beside the mean of what the guests weighed at its two ends. Deterministic: one system of
//! differential equations.

mod ahead;
mod arrow;
mod deterministic;
mod report;
mod stochastic;

use std::fmt;

pub(super) use ahead::Ahead;
pub(super) use deterministic::{Beginning, Integration};
pub use report::{Progress, Report, Sample, VmSample};

use super::error::HypervisorError;
use super::held::Held;
use super::record::{Recorder, atp_share};
use super::solver::Solver;
use super::vm::Vm;
use super::{Hypervisor, positive};
use crate::chassis::energy;
use crate::chassis::{Chassis, Competition, HostRates, Tenant};
use bioxen_base::units::Time;
use bioxen_engine::{EngineError, StopToken, Trajectory};
use bioxen_genome::regulation::Concentrations;

/// What a run gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// What was recorded.
    pub trace: Trajectory,
    /// Whether it came to its end; if not, it was stopped, and the trace and the VMs are at the
    /// last coupling step.
    pub completed: bool,
    /// Who was held back by a quota, and for how long.
    pub held: Held,
    /// The VMs that could not go on and were frozen; the others and the host did.
    pub failed: Vec<VmFailure>,
}

/// A VM that could not be simulated any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VmFailure {
    /// The id of the VM.
    pub vm: String,
    /// When, in cell time.
    pub at: Time,
    /// Why.
    pub reason: String,
}

impl fmt::Display for VmFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.at.minutes();
        write!(f, "VM `{}` failed at {at:.2} min and is frozen: {}", self.vm, self.reason)
    }
}

/// A part of a run, up to the next sample.
#[derive(Debug, Clone, Copy)]
struct Leg {
    /// When the run began.
    start: Time,
    /// When it will end.
    end: Time,
    /// When this part ends.
    target: Time,
    /// Reactions that had fired before the run.
    fired: u64,
}

impl Hypervisor {
    /// Lets host and guests live for `duration`.
    ///
    /// # Errors
    /// When the duration is not positive, would record too much, or a solver fails. A stop is no
    /// error: what was recorded so far is returned.
    ///
    /// # Examples
    /// ```
    /// use bioxen_cell::chassis::Nutrient;
    /// use bioxen_engine::StopToken;
    /// use bioxen_cell::hypervisor::Hypervisor;
    /// use bioxen_base::units::Time;
    /// let mut hypervisor = Hypervisor::new(Nutrient::new(0.5)?)?;
    /// let run = hypervisor.run(Time::from_minutes(1.0), &mut |_| {}, &StopToken::new())?;
    /// assert_eq!(run.trace.times.len(), 7);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn run(
        &mut self,
        duration: Time,
        report: &mut dyn FnMut(Report),
        stop: &StopToken,
    ) -> Result<Run, HypervisorError> {
        positive("a run", duration)?;
        self.forget_what_has_changed();
        let broken: Vec<bool> = self.vms.iter().map(|vm| vm.failure().is_some()).collect();
        let every = self.sample_every.micros().unsigned_abs().max(1);
        let samples = 1 + duration.micros().unsigned_abs().div_ceil(every);
        let mut recorder = Recorder::new(&self.vms, self.culture.is_some(), samples)?;
        let start = self.clock;
        let end = start + duration;
        let mut leg = Leg { start, end, target: start, fired: self.events() };
        report(Report::Sample(self.sample(&mut recorder)));
        let mut next_sample = start + self.sample_every;
        let deterministic = self.solver == Solver::Deterministic;
        self.held = Held::default();
        let mut outcome = Ok(());
        while self.clock < end && outcome.is_ok() {
            let target = next_sample.min(end);
            leg.target = target;
            outcome = match deterministic {
                false => self.live_stochastically(leg, report, stop),
                true if self.culture.is_some() => self.live_in_batch(target, stop),
                true => self.live_deterministically(target, stop),
            };
            if outcome.is_ok() {
                outcome = self.look_at_models(stop);
            }
            if deterministic && outcome.is_ok() {
                let growth_per_h = self.host_rates().growth_per_h;
                report(Report::Progress(self.progress(leg, growth_per_h)));
            }
            if outcome.is_ok() {
                report(Report::Sample(self.sample(&mut recorder)));
            }
            next_sample = next_sample + self.sample_every;
        }
        self.note_present();
        let completed = match outcome {
            Ok(()) => true,
            Err(HypervisorError::Engine(EngineError::Stopped { .. })) => false,
            Err(error) => return Err(error),
        };
        // A stop between two samples: the last state is worth a row of its own.
        if !completed && recorder.last().is_some_and(|t| t < self.clock.minutes()) {
            self.sample(&mut recorder);
        }
        let fresh = self.vms.iter().zip(broken).filter(|(_, before)| !before);
        let failed = fresh.filter_map(|(vm, _)| vm.failure()).collect();
        Ok(Run { trace: recorder.finish(), completed, held: self.held.clone(), failed })
    }

    /// What a run would record now, as a trace of one row.
    ///
    /// # Errors
    /// When it would be too much.
    pub fn present(&self) -> Result<Trajectory, HypervisorError> {
        let mut recorder = Recorder::new(&self.vms, self.culture.is_some(), 1)?;
        self.sample(&mut recorder);
        Ok(recorder.finish())
    }

    /// Lets the models of packages live through all of their pieces that have passed. Whether one
    /// failed.
    fn live_models(&mut self, stop: &StopToken) -> Result<bool, HypervisorError> {
        let (solver, now) = (self.solver, self.clock);
        let mut failed = false;
        for vm in &mut self.vms {
            failed |= vm.live_models(solver, now, stop)?;
        }
        Ok(failed)
    }

    /// Looks where the models of packages are now.
    fn look_at_models(&mut self, stop: &StopToken) -> Result<(), HypervisorError> {
        let solver = self.solver;
        self.vms.iter_mut().try_for_each(|vm| Ok(vm.look_at_models(solver, stop)?))
    }

    fn progress(&self, leg: Leg, growth_per_h: f64) -> Progress {
        let Leg { start, end, fired, .. } = leg;
        Progress { now: self.clock, start, end, growth_per_h, events: self.events() - fired }
    }

    /// Reactions of guests that have ever fired.
    fn events(&self) -> u64 {
        self.vms.iter().map(|vm| vm.population().events()).sum()
    }

    /// Records the present and tells it.
    fn sample(&self, recorder: &mut Recorder) -> Sample {
        let (rates, tenants, competition) = surroundings(&self.chassis, &self.vms);
        let present = (&rates, tenants.as_slice(), &competition);
        recorder.sample(self.clock, &self.chassis, &self.vms, present);
        if let Some(culture) = &self.culture {
            recorder.sample_culture(culture, self.medium.millimolar("glucose"));
        }
        let mut live = tenants.iter().zip(&competition.engaged);
        let vms = self.vms.iter().map(|vm| {
            let (ribosomes, share) = match vm.is_live().then(|| live.next()).flatten() {
                Some((tenant, &engaged)) => (engaged, atp_share(tenant, engaged, &rates)),
                None => (0.0, 0.0),
            };
            VmSample { id: vm.id().to_owned(), ribosomes, atp_share: 100.0 * share }
        });
        Sample {
            now: self.clock,
            growth_per_h: rates.growth_per_h,
            ribosomes: self.chassis.state().ribosomes,
            atp_percent: energy::percent(self.chassis.state()),
            vms: vms.collect(),
        }
    }
}

/// The host's rates beside the live VMs, and how these compete.
pub(super) fn present_rates(chassis: &Chassis, vms: &[Vm]) -> (HostRates, Competition) {
    let (rates, _, competition) = surroundings(chassis, vms);
    (rates, competition)
}

pub(super) fn surroundings(chassis: &Chassis, vms: &[Vm]) -> (HostRates, Vec<Tenant>, Competition) {
    // Elongation follows from the host's state alone, whoever competes.
    let elongation = chassis.rates().elongation_aa_per_h;
    let tenants: Vec<Tenant> =
        vms.iter().filter(|vm| vm.is_live()).map(|vm| vm.tenant(elongation)).collect();
    let (rates, competition) = chassis.rates_with(&tenants);
    (rates, tenants, competition)
}
