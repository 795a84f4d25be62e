//! Exact guests on a deterministic host, coupled step by step.

use super::super::Hypervisor;
use super::super::error::HypervisorError;
use super::super::population::Surroundings;
use super::super::solver::Solver;
use super::{Leg, Report, surroundings};
use bioxen_base::units::Time;
use bioxen_engine::{EngineError, StopToken};

impl Hypervisor {
    /// Lives on to the target of `leg`. Stopped in between, everything is at the last complete step.
    pub(super) fn live_stochastically(
        &mut self,
        leg: Leg,
        report: &mut dyn FnMut(Report),
        stop: &StopToken,
    ) -> Result<(), HypervisorError> {
        while self.clock < leg.target {
            if stop.is_stopped() {
                return Err(EngineError::Stopped { time: self.clock.hours() }.into());
            }
            // Steps meet the same grid whatever is recorded.
            let step = self.coupling_step.micros();
            let end = Time::from_micros((self.clock.micros() / step + 1) * step);
            let to = end.min(leg.target);
            let seen = self.clock;
            let growth_per_h =
                self.live_within_step((to, end), |cell, _| cell.couple(seen, (to, end)))?;
            if to == end {
                self.live_models(stop)?;
            }
            report(Report::Progress(self.progress(leg, growth_per_h)));
        }
        Ok(())
    }

    /// Grows the cell that is followed by a factor of `exp(by)`, and divides it in its time, which
    /// is the end of a step.
    fn grow_cell(&mut self, by: f64, (now, end): (Time, Time)) {
        let before = self.cycle;
        let mut divisions = self.cycle.grow(by);
        if now < end && divisions > 0 {
            (self.cycle, divisions) = (before, 0);
        }
        for vm in &mut self.vms {
            if divisions > 0 {
                vm.set_clock(now);
            }
            (0..divisions).for_each(|_| vm.divide());
            vm.set_cycle(self.cycle);
        }
    }

    /// One step that ends at `end`, or the part of it until `to`; returns the growth rate at its
    /// beginning. Until `seen` it was looked at before.
    fn couple(&mut self, seen: Time, (to, end): (Time, Time)) -> Result<f64, HypervisorError> {
        for vm in &mut self.vms {
            // Those that have just been resumed, or come from elsewhere, learn how large the cell is.
            vm.set_cycle(self.cycle);
        }
        let (rates, mut tenants, competition) = surroundings(&self.chassis, &self.vms);
        self.held.add((to - seen).micros() as f64, &self.vms, &competition);
        let host_ribosomes = self.chassis.state().ribosomes;
        let uninterrupted = StopToken::new();
        let leaping = self.solver == Solver::TauLeap;
        let whole = (end - self.clock).hours();
        let live = self.vms.iter_mut().filter(|vm| vm.is_live());
        for (i, (vm, tenant)) in live.zip(&mut tenants).enumerate() {
            let around = Surroundings::new(&rates, host_ribosomes, &competition, i);
            let unburdened = vm.unburdened_growth();
            let population = vm.population_mut();
            // A step is cheap and goes through whole, so that a stop never leaves guests ahead of the host.
            let lived = if to < end {
                let part = (to - self.clock).hours() / whole;
                population.look_into((whole, part), &around, unburdened, leaping)
            } else {
                population.advance(whole, &around, unburdened, leaping, &uninterrupted)
            };
            if let Err(error) = lived {
                // The others and the host go on without it.
                let reason = error.to_string();
                vm.set_clock(to);
                vm.fail(&reason);
                tenant.weight = 0.0;
                tenant.transcribe(0.0, unburdened);
                tenant.decayed_aa = 0.0;
                continue;
            }
            let after = vm.population().weight(rates.elongation_aa_per_h);
            tenant.weight = 0.5 * (tenant.weight + after);
            let after = vm.population().decayed_aa_per_h();
            tenant.decayed_aa = 0.5 * (tenant.decayed_aa + after);
        }
        let step = to - self.clock;
        for vm in &mut self.vms {
            vm.replicate(step.hours());
        }
        self.chassis.advance(step.hours(), &tenants)?;
        for vm in &mut self.vms {
            vm.live(step);
        }
        self.clock = to;
        self.grow_cell(rates.growth_per_h * step.hours(), (to, end));
        self.grow_culture(rates.growth_per_h, step);
        Ok(rates.growth_per_h)
    }
}
