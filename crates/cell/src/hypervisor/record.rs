//! What a run writes down at each sample.

use super::culture::Culture;
use super::error::HypervisorError;
use super::vm::Vm;
use crate::chassis::energy::{self, PER_AMINO_ACID, PER_NUCLEOTIDE};
use crate::chassis::{Chassis, Competition, HostRates, Tenant};
use bioxen_base::units::Time;
use bioxen_engine::trajectory::Kind;
use bioxen_engine::{Column, Trajectory};

/// The most values that one run may record; 0.8 GB.
const MOST_VALUES: u64 = 100_000_000;

/// The columns of a VM after those of its genes, without its id: `(name, unit, kind)`.
pub(super) const VM_COLUMNS: [(&str, &str, Kind); 2] =
    [("ribosomes", "ribosomes", Kind::Engaged), ("atp_share", "%", Kind::AtpShare)];

/// The host's columns: `(name, unit, kind)`.
pub(super) const HOST_COLUMNS: [(&str, &str, Kind); 5] = [
    ("host.growth_rate_per_h", "1/h", Kind::Growth),
    ("host.ribosomes", "ribosomes", Kind::Host),
    ("host.ribosome_fraction", "", Kind::Host),
    ("host.elongation_aa_per_s", "aa/s", Kind::Host),
    ("host.atp_percent", "%", Kind::AtpLevel),
];

/// The columns of a culture, the last of all.
const CULTURE: [(&str, &str, Kind); 2] =
    [("culture.biomass", "g/L", Kind::Culture), ("culture.glucose", "mM", Kind::Culture)];

/// Fills a trajectory, sample by sample.
#[derive(Debug)]
pub(super) struct Recorder {
    trace: Trajectory,
}

impl Recorder {
    /// Prepares the columns for the genes that the VMs hold now.
    pub(super) fn new(vms: &[Vm], in_culture: bool, samples: u64) -> Result<Self, HypervisorError> {
        let mut columns: Vec<(String, &str, Kind)> = Vec::new();
        for vm in vms {
            for gene in vm.population().genes() {
                let name = vm.gene(gene.index).name();
                let column = |of: &str| format!("{}.{name}.{of}", vm.id());
                columns.push((column("mrna"), "molecules", Kind::Mrna));
                columns.push((column("protein"), "molecules", Kind::Protein));
            }
            for plasmid in vm.plasmids() {
                let name = plasmid.facts().name();
                columns.push((format!("{}.{name}.copies", vm.id()), "copies", Kind::Copies));
            }
            for model in vm.models() {
                let name = &model.package().name;
                let of = |(quantity, _): (&str, f64)| format!("{}.{name}.{quantity}", vm.id());
                columns.extend(model.observed().map(|one| (of(one), "", Kind::Model)));
            }
            let own = |(name, unit, kind)| (format!("{}.{name}", vm.id()), unit, kind);
            columns.extend(VM_COLUMNS.map(own));
        }
        let named = |(name, unit, kind): (&str, &'static str, Kind)| (name.to_owned(), unit, kind);
        columns.extend(HOST_COLUMNS.map(named));
        if in_culture {
            columns.extend(CULTURE.map(named));
        }
        if samples.saturating_mul(columns.len() as u64) > MOST_VALUES {
            return Err(HypervisorError::TooManySamples { samples, columns: columns.len() });
        }
        let rows = samples as usize;
        let columns = columns
            .into_iter()
            .map(|(name, unit, kind)| Column {
                name,
                kind,
                unit: unit.to_owned(),
                values: Vec::with_capacity(rows),
            })
            .collect();
        let trace = Trajectory {
            time_unit: "min".to_owned(),
            times: Vec::with_capacity(rows),
            columns,
            notes: Vec::new(),
        };
        Ok(Self { trace })
    }

    /// Writes one row. `tenants` holds the live VMs, in order.
    pub(super) fn sample(
        &mut self,
        now: Time,
        chassis: &Chassis,
        vms: &[Vm],
        (rates, tenants, competition): (&HostRates, &[Tenant], &Competition),
    ) {
        self.trace.times.push(now.minutes());
        let mut columns = self.trace.columns.iter_mut();
        let mut put = |value: f64| {
            if let Some(column) = columns.next() {
                column.values.push(value);
            }
        };
        let mut live = tenants.iter().zip(&competition.engaged);
        for vm in vms {
            for gene in vm.population().genes() {
                put(gene.mrna);
                put(gene.protein);
            }
            for plasmid in vm.plasmids() {
                put(plasmid.copies());
            }
            vm.models().iter().flat_map(|model| model.observed()).for_each(|(_, x)| put(x));
            let (engaged, share) = match vm.is_live().then(|| live.next()).flatten() {
                Some((tenant, &engaged)) => (engaged, atp_share(tenant, engaged, rates)),
                None => (0.0, 0.0),
            };
            put(engaged);
            put(100.0 * share);
        }
        put(rates.growth_per_h);
        put(chassis.state().ribosomes);
        put(rates.ribosome_fraction);
        put(rates.elongation_aa_per_h / 3600.0);
        put(energy::percent(chassis.state()));
    }

    /// Completes the row that was written last.
    pub(super) fn sample_culture(&mut self, culture: &Culture, glucose_mm: f64) {
        let own = self.trace.columns.iter_mut().rev().take(CULTURE.len()).rev();
        for (column, value) in own.zip([culture.biomass_g_per_l, glucose_mm]) {
            column.values.push(value);
        }
    }

    /// The last time recorded.
    pub(super) fn last(&self) -> Option<f64> {
        self.trace.times.last().copied()
    }

    pub(super) fn finish(self) -> Trajectory {
        self.trace
    }
}

/// The part of the host's ATP use that is a tenant's.
pub(super) fn atp_share(tenant: &Tenant, engaged: f64, rates: &HostRates) -> f64 {
    let translation = PER_AMINO_ACID * rates.elongation_aa_per_h * engaged;
    let transcription = PER_NUCLEOTIDE * tenant.rna_nt * rates.growth_per_h;
    (translation + transcription) / rates.atp_use_per_h
}
