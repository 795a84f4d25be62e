//! Hosts of their own: each feels the molecules of its cell.

use super::gather::replication;
use super::{
    Around, CellPopulation, Cells, Chassis, Competition, HypervisorError, Moves, Rates, StopToken,
    Tenant, Time, made,
};
use crate::chassis::ChassisError;

impl Cells {
    /// What the host of a cell feels of each VM.
    pub(super) fn tenants(&self, cell: usize, chassis: &Chassis) -> Vec<Tenant> {
        let alone = chassis.rates();
        let elongation = alone.elongation_aa_per_h;
        let replication = replication(alone.growth_per_h);
        let guests = self.population.guests();
        let counts = self.population.counts(cell);
        let size = self.population.cells()[cell].size;
        let of = |place: usize| f64::from(counts[place]) / size;
        let degraded = guests.degraded(counts, size);
        let mut locus = 0;
        let tenants = self.placed.iter().map(|placed| {
            let vm = &self.host.vms[placed.vm];
            let (units, genes) = (vm.population().units(), vm.population().genes());
            let mut tenant = vm.tenant(elongation);
            tenant.weight = 0.0;
            let mut rna_nt_per_h = 0.0;
            for (unit, place) in units.iter().zip(placed.units.clone()) {
                let made = made(unit, &guests.units[place]);
                let relative = self.population.promoter(cell, (place, locus), replication);
                rna_nt_per_h += made * relative * unit.rates.length_nt;
                locus += usize::from(guests.units[place].follows_replication());
                if counts[place] > 0 {
                    let one: f64 =
                        genes[unit.genes()].iter().map(|gene| gene.weight(elongation)).sum();
                    tenant.weight += of(place) * one;
                }
            }
            tenant.transcribe(rna_nt_per_h, vm.unburdened_growth());
            let proteins = genes.iter().zip(placed.genes.clone());
            let degraded = |at: usize| degraded.get(at).copied().unwrap_or(0.0);
            tenant.decayed_aa = proteins.fold(0.0, |sum, (gene, at)| {
                let lost = gene.rates.protein_decay_per_h + degraded(at);
                sum + of(guests.units.len() + at) * (lost * gene.rates.length_aa)
            });
            tenant
        });
        tenants.collect()
    }

    /// One coupling step, in which each host feels what its cell has at the beginning.
    pub(super) fn couple_own(
        &mut self,
        step: Time,
        stop: &StopToken,
    ) -> Result<(), HypervisorError> {
        self.take_mean();
        let Some(mut own) = self.own.take() else { return Ok(()) };
        let outcome = self.live_on(&mut own, step, stop);
        self.own = Some(own);
        let growth = outcome?;
        self.grow_old(growth, step);
        Ok(())
    }

    /// All cells and their hosts; the mean growth of the hosts [1/h].
    fn live_on(
        &mut self,
        own: &mut Vec<Chassis>,
        step: Time,
        stop: &StopToken,
    ) -> Result<f64, HypervisorError> {
        // Of a culture the medium changes in time.
        let nutrient = self.host.chassis.nutrient();
        own.iter_mut().for_each(|chassis| chassis.set_nutrient(nutrient));
        let cells: Vec<usize> = (0..own.len()).collect();
        let threads = self.population.plan().threads.clamp(1, cells.len().div_ceil(16).max(1));
        let share = cells.len().div_ceil(threads);
        let this = &*self;
        let ahead = |cells: &[usize], own: &[Chassis]| {
            let lived = cells.iter().zip(own).map(|(&cell, chassis)| this.one(cell, chassis, step));
            lived.collect::<Result<Vec<(Rates, Competition, Chassis)>, ChassisError>>()
        };
        let parts = std::thread::scope(|scope| {
            let handles: Vec<_> = cells
                .chunks(share)
                .zip(own.chunks(share))
                .map(|(cells, own)| scope.spawn(|| ahead(cells, own)))
                .collect();
            let joined = handles.into_iter().map(|handle| match handle.join() {
                Ok(lived) => lived,
                Err(panic) => std::panic::resume_unwind(panic),
            });
            joined.collect::<Result<Vec<_>, ChassisError>>()
        })?;
        let n = own.len();
        let (mut felt, mut next) = (Vec::with_capacity(n), Vec::with_capacity(n));
        for (rates, competition, chassis) in parts.into_iter().flatten() {
            // Time in which one of them is held back is a part of that of all.
            let micros = step.micros() as f64 / n as f64;
            self.host.held.add(micros, &self.host.vms, &competition);
            felt.push(rates);
            next.push(chassis);
        }
        let growth = felt.iter().map(|rates| rates.growth_per_h).sum::<f64>() / felt.len() as f64;
        let fill = |cell: usize, rates: &mut Rates| rates.clone_from(&felt[cell]);
        let moves = CellPopulation::step(&mut self.population, step, &Around::Own(&fill), stop)?;
        *own = next;
        follow(own, moves);
        Ok(growth)
    }

    /// What a cell feels in a step, and its host after it.
    fn one(
        &self,
        cell: usize,
        chassis: &Chassis,
        step: Time,
    ) -> Result<(Rates, Competition, Chassis), ChassisError> {
        let tenants = self.tenants(cell, chassis);
        let (rates, competition) = chassis.rates_with(&tenants);
        let felt = self.felt(&rates, chassis.state().ribosomes, &competition);
        let mut next = chassis.clone();
        next.advance(step.hours(), &tenants)?;
        Ok((felt, competition, next))
    }
}

/// Hosts go where their cells have gone.
fn follow(own: &mut Vec<Chassis>, moves: Moves) {
    for (from, to) in moves.copies {
        let host = own[from].clone();
        if to == own.len() { own.push(host) } else { own[to] = host }
    }
    if let Some(kept) = moves.kept {
        *own = kept.iter().map(|&place| own[place].clone()).collect();
    }
}
