//! Simulates host and guests together for a span of time.
//!
//! Stochastic: in every coupling step (1 s) the guests are simulated exactly, with the host's growth,
//! elongation and free ribosomes at the beginning of the step. Then the host is integrated over the
//! step, with the mean of the guests' weights at its two ends. Deterministic: one system of
//! differential equations.

mod ahead;
mod arrow;
mod deterministic;
mod inactivated;
mod report;
mod steady;
mod stochastic;

use std::fmt;

pub(super) use ahead::Ahead;
pub(super) use deterministic::{Beginning, Integration};
pub use report::{Progress, Report, Sample, VmSample};
pub use steady::{Balance, Search, SteadyState, stability};

use super::error::HypervisorError;
use super::held::Held;
use super::record::shares;
pub use super::record::{Present, Recorder};
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

/// What a part of a run came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Whether it came to its end.
    pub completed: bool,
    /// The VMs that could not go on and were frozen.
    pub failed: Vec<VmFailure>,
}

/// When a run records: at its beginning, at the end of each interval, and at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grid {
    /// When it begins.
    pub start: Time,
    /// When it ends.
    pub end: Time,
    /// From one sample to the next; above zero.
    every: Time,
}

impl Grid {
    /// The grid of a run; an interval of no time is the shortest there is.
    pub fn new(start: Time, end: Time, every: Time) -> Self {
        Self { start, end, every: every.max(Time::from_micros(1)) }
    }

    /// Whether something is recorded at a time.
    pub fn is_sample(self, time: Time) -> bool {
        time == self.end || (time - self.start).micros() % self.every.micros() == 0
    }

    /// The first sample after a time.
    pub fn after(self, time: Time) -> Time {
        let passed = (time - self.start).micros() / self.every.micros();
        let next = (passed + 1).saturating_mul(self.every.micros());
        Time::from_micros(self.start.micros().saturating_add(next))
    }

    /// From one sample to the next.
    pub fn every(self) -> Time {
        self.every
    }

    /// How many samples there are.
    pub fn samples(self) -> u64 {
        let whole = (self.end - self.start).micros().unsigned_abs();
        1 + whole.div_ceil(self.every.micros().unsigned_abs())
    }
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
        let grid = Grid::new(self.clock, self.clock + duration, self.sample_every);
        let mut recorder = self.recorder(Some(grid))?;
        self.begin_run();
        let part = self.go_on(grid, grid.end, &mut recorder, report, stop)?;
        let Part { completed, failed } = part;
        Ok(Run { trace: recorder.finish(), completed, held: self.held.clone(), failed })
    }

    /// A recorder of what there is now, for all samples of a grid if one is given.
    ///
    /// # Errors
    /// When that would be too much.
    pub fn recorder(&self, grid: Option<Grid>) -> Result<Recorder, HypervisorError> {
        let in_culture = self.culture.is_some();
        match grid {
            Some(grid) => Recorder::new(&self.vms, in_culture, grid.samples()),
            None => Ok(Recorder::growing(&self.vms, in_culture)),
        }
    }

    /// Begins to count anew who is held back.
    pub fn begin_run(&mut self) {
        self.held = Held::default();
    }

    /// Who was held back since the run began.
    pub fn held(&self) -> &Held {
        &self.held
    }

    /// Lives on to `target`, as a part of a run that records on `grid`. What was changed since the part
    /// before is recorded from here on.
    ///
    /// # Errors
    /// When it records too much, or a solver fails. A stop is no error.
    pub fn go_on(
        &mut self,
        grid: Grid,
        target: Time,
        recorder: &mut Recorder,
        report: &mut dyn FnMut(Report),
        stop: &StopToken,
    ) -> Result<Part, HypervisorError> {
        self.forget_what_has_changed();
        let broken: Vec<bool> = self.vms.iter().map(|vm| vm.failure().is_some()).collect();
        recorder.follow(&self.vms, self.culture.is_some());
        let mut leg = Leg { start: grid.start, end: grid.end, target, fired: self.fired() };
        if recorder.last().is_none_or(|t| t < self.clock.minutes()) && grid.is_sample(self.clock) {
            report(Report::Sample(self.sample(recorder)));
        }
        let deterministic = self.solver == Solver::Deterministic;
        let mut outcome = Ok(());
        while self.clock < target && outcome.is_ok() {
            leg.target = grid.after(self.clock).min(target);
            outcome = match deterministic {
                false => self.live_stochastically(leg, report, stop),
                true if self.culture.is_some() => self.live_in_batch(leg.target, stop),
                true => self.live_deterministically(leg.target, stop),
            };
            if outcome.is_ok() {
                outcome = self.look_at_models(stop);
            }
            if deterministic && outcome.is_ok() {
                let growth_per_h = self.host_rates().growth_per_h;
                report(Report::Progress(self.progress(leg, growth_per_h)));
            }
            if outcome.is_ok() && grid.is_sample(self.clock) {
                report(Report::Sample(self.sample(recorder)));
            }
        }
        self.note_present();
        recorder.check()?;
        let completed = match outcome {
            Ok(()) => true,
            Err(HypervisorError::Engine(EngineError::Stopped { .. })) => false,
            Err(error) => return Err(error),
        };
        // A stop between two samples: the last state is worth a row of its own.
        if !completed && recorder.last().is_some_and(|t| t < self.clock.minutes()) {
            self.sample(recorder);
        }
        let fresh = self.vms.iter().zip(broken).filter(|(_, before)| !before);
        let failed = fresh.filter_map(|(vm, _)| vm.failure()).collect();
        Ok(Part { completed, failed })
    }

    /// Records the present as it is.
    pub fn record_present(&self, recorder: &mut Recorder) {
        recorder.follow(&self.vms, self.culture.is_some());
        if recorder.last().is_none_or(|t| t < self.clock.minutes()) {
            self.sample(recorder);
        }
    }

    /// What a run would record now, as a trace of one row.
    ///
    /// # Errors
    /// When it would be too much.
    pub fn present(&self) -> Result<Trajectory, HypervisorError> {
        let mut recorder = self.recorder(None)?;
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
        Progress { now: self.clock, start, end, growth_per_h, events: self.fired() - fired }
    }

    /// Reactions of guests that have ever fired.
    pub fn fired(&self) -> u64 {
        self.vms.iter().map(|vm| vm.population().events()).sum()
    }

    /// A VM's share of the host's ATP use [%].
    ///
    /// # Errors
    /// When there is none of that id.
    pub fn atp_share(&self, id: &str) -> Result<f64, HypervisorError> {
        self.vm(id)?;
        let (rates, tenants, competition) = surroundings(&self.chassis, &self.vms);
        let live = self.vms.iter().filter(|vm| vm.is_live());
        let own = live.zip(shares(&rates, &tenants, &competition)).find(|(vm, _)| vm.id() == id);
        Ok(own.map_or(0.0, |(_, share)| share.atp_percent))
    }

    /// Records the present and tells it.
    fn sample(&self, recorder: &mut Recorder) -> Sample {
        let (rates, tenants, competition) = surroundings(&self.chassis, &self.vms);
        let present = (&rates, tenants.as_slice(), &competition);
        let polymerases = self.polymerases();
        recorder.sample(self.clock, &self.chassis, &self.vms, polymerases, present);
        if let Some(culture) = &self.culture {
            recorder.sample_culture(culture, self.medium.millimolar("glucose"));
        }
        let mut live = shares(&rates, &tenants, &competition);
        let vms = self.vms.iter().map(|vm| {
            let share = vm.is_live().then(|| live.next()).flatten().unwrap_or_default();
            VmSample {
                id: vm.id().to_owned(),
                ribosomes: share.ribosomes,
                polymerases: share.polymerases,
                atp_share: share.atp_percent,
            }
        });
        Sample {
            now: self.clock,
            growth_per_h: rates.growth_per_h,
            ribosomes: self.chassis.state().ribosomes,
            polymerases,
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
