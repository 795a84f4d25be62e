//! Exact guests on a deterministic host, coupled step by step.

use super::super::Hypervisor;
use super::super::error::HypervisorError;
use super::super::population::Surroundings;
use super::super::solver::Solver;
use super::{Leg, Report, surroundings};
use crate::engine::{EngineError, StopToken};
use crate::units::Time;

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
            // Steps meet the same grid whatever was recorded before.
            let step = self.coupling_step.micros();
            let grid = Time::from_micros((self.clock.micros() / step + 1) * step);
            let growth_per_h = self.couple(grid.min(leg.target))?;
            report(Report::Progress(self.progress(leg, growth_per_h)));
        }
        Ok(())
    }

    /// Grows the cell that is followed by a factor of `exp(by)`, and divides it in its time.
    fn grow_cell(&mut self, by: f64, now: Time) {
        let divisions = self.cycle.grow(by);
        for vm in &mut self.vms {
            if divisions > 0 {
                vm.set_clock(now);
            }
            (0..divisions).for_each(|_| vm.divide());
            vm.set_cycle(self.cycle);
        }
    }

    /// One step to `to`; returns the growth rate at its beginning.
    fn couple(&mut self, to: Time) -> Result<f64, HypervisorError> {
        let (rates, mut tenants, competition) = surroundings(&self.chassis, &self.vms);
        self.held.add((to - self.clock).micros() as f64, &self.vms, &competition);
        let host_ribosomes = self.chassis.state().ribosomes;
        let uninterrupted = StopToken::new();
        let leaping = self.solver == Solver::TauLeap;
        let live = self.vms.iter_mut().filter(|vm| vm.is_live());
        for ((vm, tenant), throttle) in live.zip(&mut tenants).zip(&competition.throttle) {
            let around = Surroundings::new(&rates, host_ribosomes, *throttle);
            let unburdened = vm.unburdened_growth();
            let (from, until) = (self.clock.hours(), to.hours());
            // A step is cheap and goes through whole, so that a stop never leaves guests ahead of the host.
            let lived = vm.population_mut().advance(
                (from, until),
                &around,
                unburdened,
                leaping,
                &uninterrupted,
            );
            if let Err(error) = lived {
                // The others and the host go on without it.
                let reason = error.to_string();
                vm.set_clock(to);
                vm.fail(&reason);
                tenant.weight = 0.0;
                tenant.rna_nt = 0.0;
                continue;
            }
            let after = vm.population().weight(rates.elongation_aa_per_h);
            tenant.weight = 0.5 * (tenant.weight + after);
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
        self.grow_cell(rates.growth_per_h * step.hours(), to);
        self.grow_culture(rates.growth_per_h, step);
        Ok(rates.growth_per_h)
    }
}
