//! The values that a run records at each sample.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::culture::Culture;
use super::error::HypervisorError;
use super::vm::Vm;
use crate::chassis::energy::{self, PER_AMINO_ACID, PER_NUCLEOTIDE};
use crate::chassis::{Chassis, Competition, Composition, HostRates, Tenant};
use bioxen_base::units::Time;
use bioxen_engine::trajectory::{Kind, Subject};
use bioxen_engine::{Column, Trajectory};

/// The most values that one run may record; 0.8 GB.
const MOST_VALUES: u64 = 100_000_000;

/// The columns of a VM after those of its genes, without its id: `(name, unit, kind)`.
pub(super) const VM_COLUMNS: [(&str, &str, Kind); 3] = [
    ("ribosomes", "ribosomes", Kind::Engaged),
    ("polymerases", "polymerases", Kind::Polymerases),
    ("atp_share", "%", Kind::AtpShare),
];

/// The host's columns: `(name, unit, kind)`.
pub(super) const HOST_COLUMNS: [(&str, &str, Kind); 9] = [
    ("host.growth_rate_per_h", "1/h", Kind::Growth),
    ("host.ribosomes", "ribosomes", Kind::Host),
    ("host.ribosome_fraction", "", Kind::Host),
    ("host.elongation_aa_per_s", "aa/s", Kind::Host),
    ("host.polymerases", "polymerases", Kind::Host),
    ("host.atp_percent", "%", Kind::AtpLevel),
    ("host.active_ribosome_fraction", "", Kind::Host),
    ("host.rna_protein_ratio", "", Kind::Host),
    ("host.cell_size", "", Kind::Host),
];

/// What a column of the host or the culture is of.
pub(super) fn subject_of_cell(name: &str) -> Subject {
    let of = if name.starts_with("culture") { "culture" } else { "host" };
    Subject { vm: None, of: Some(of.into()) }
}

/// The columns of a culture, the last of all.
const CULTURE: [(&str, &str, Kind); 2] =
    [("culture.biomass", "g/L", Kind::Culture), ("culture.glucose", "mM", Kind::Culture)];

/// What VMs hold, as far as it decides which columns there are.
#[derive(Debug, Clone, Default)]
struct Layout {
    vms: Vec<OfVm>,
    in_culture: bool,
}

/// What one VM holds.
#[derive(Debug, Clone)]
struct OfVm {
    id: String,
    genes: Vec<usize>,
    plasmids: Vec<String>,
    models: Vec<(String, usize)>,
}

impl OfVm {
    fn of(vm: &Vm) -> Self {
        Self {
            id: vm.id().to_owned(),
            genes: vm.population().indices().collect(),
            plasmids: vm.plasmids().map(|p| p.facts().name().to_owned()).collect(),
            models: models(vm).map(|(name, columns)| (name.to_owned(), columns)).collect(),
        }
    }

    fn fits(&self, vm: &Vm) -> bool {
        self.id == vm.id()
            && self.genes.iter().copied().eq(vm.population().indices())
            && self.plasmids.iter().map(String::as_str).eq(vm.plasmids().map(|p| p.facts().name()))
            && self.models.iter().map(|(name, columns)| (name.as_str(), *columns)).eq(models(vm))
    }
}

/// The models of a VM with their numbers of columns.
fn models(vm: &Vm) -> impl Iterator<Item = (&str, usize)> {
    vm.models().iter().map(|model| (model.package().name.as_str(), model.observed().count()))
}

impl Layout {
    fn of(vms: &[Vm], in_culture: bool) -> Self {
        Self { vms: vms.iter().map(OfVm::of).collect(), in_culture }
    }

    /// Whether the columns are still those.
    fn fits(&self, vms: &[Vm], in_culture: bool) -> bool {
        self.in_culture == in_culture
            && self.vms.len() == vms.len()
            && self.vms.iter().zip(vms).all(|(known, vm)| known.fits(vm))
    }
}

/// A trajectory that grows sample by sample. Its columns follow what the VMs hold: a quantity that
/// comes later has no molecules before, or is not known; one that goes has none after, or is not known.
#[derive(Debug, Clone, Default)]
pub struct Recorder {
    trace: Trajectory,
    layout: Layout,
    present: Present,
    /// What the columns of what is no more are, which stand after all others.
    gone: Vec<f64>,
    /// How many rows there will be, if that is known.
    rows: usize,
    /// When another recorder has recorded before [min].
    before: Option<f64>,
}

impl Recorder {
    /// Prepares the columns for what the VMs hold now.
    pub(super) fn new(vms: &[Vm], in_culture: bool, rows: u64) -> Result<Self, HypervisorError> {
        let mut recorder = Self::growing(vms, in_culture);
        let columns = recorder.trace.columns.len();
        if rows.saturating_mul(columns as u64) > MOST_VALUES {
            return Err(HypervisorError::TooManySamples { samples: rows, columns });
        }
        recorder.rows = rows as usize;
        recorder.trace.times.reserve_exact(recorder.rows);
        for column in &mut recorder.trace.columns {
            column.values.reserve_exact(recorder.rows);
        }
        Ok(recorder)
    }

    /// The same for a run of which nobody knows how long it will be.
    pub(super) fn growing(vms: &[Vm], in_culture: bool) -> Self {
        let trace = Trajectory {
            time_unit: "min".to_owned(),
            columns: columns(vms, in_culture),
            ..Trajectory::default()
        };
        let (layout, present) = (Layout::of(vms, in_culture), Present::in_cell(vms));
        Self { trace, layout, present, gone: Vec::new(), rows: 0, before: None }
    }

    /// Takes other columns if what the VMs hold has changed.
    pub(super) fn follow(&mut self, vms: &[Vm], in_culture: bool) {
        if self.layout.fits(vms, in_culture) {
            return;
        }
        let rows = self.trace.times.len();
        let mut old = std::mem::take(&mut self.trace.columns);
        let before = std::mem::replace(&mut self.present, Present::in_cell(vms));
        self.layout = Layout::of(vms, in_culture);
        let place: HashMap<String, usize> =
            old.iter().enumerate().map(|(i, column)| (column.name.clone(), i)).collect();
        let mut taken = vec![false; old.len()];
        let mut all: Vec<Column> = Vec::new();
        for mut new in columns(vms, in_culture) {
            match place.get(&new.name) {
                Some(&at) => {
                    taken[at] = true;
                    all.push(std::mem::take(&mut old[at]));
                }
                None => {
                    let absent = before.absent(&new);
                    new.values.reserve(self.rows.max(rows));
                    new.values.resize(rows, absent);
                    all.push(new);
                }
            }
        }
        self.gone.clear();
        for (column, taken) in old.into_iter().zip(taken) {
            if !taken {
                self.gone.push(self.present.absent(&column));
                all.push(column);
            }
        }
        self.trace.columns = all;
    }

    /// Writes one row. `tenants` holds the live VMs, in order.
    pub(super) fn sample(
        &mut self,
        now: Time,
        chassis: &Chassis,
        vms: &[Vm],
        polymerases: f64,
        (rates, tenants, competition): (&HostRates, &[Tenant], &Competition),
    ) {
        self.trace.times.push(now.minutes());
        let mut columns = self.trace.columns.iter_mut();
        let mut put = |value: f64| {
            if let Some(column) = columns.next() {
                column.values.push(value);
            }
        };
        let mut live = shares(rates, tenants, competition);
        for vm in vms {
            for (_, mrna, protein) in vm.population().all_counts() {
                put(mrna);
                put(protein);
            }
            for plasmid in vm.plasmids() {
                put(plasmid.copies());
            }
            vm.models().iter().flat_map(|model| model.observed()).for_each(|(_, x)| put(x));
            let share = vm.is_live().then(|| live.next()).flatten().unwrap_or_default();
            put(share.ribosomes);
            put(share.polymerases);
            put(share.atp_percent);
        }
        put(rates.growth_per_h);
        put(chassis.state().ribosomes);
        put(rates.ribosome_fraction);
        put(rates.elongation_aa_per_h / 3600.0);
        put(polymerases);
        put(energy::percent(chassis.state()));
        let composition = Composition::of(chassis.state(), rates);
        put(composition.active_ribosome_fraction);
        put(composition.rna_protein_ratio);
        put(composition.cell_size);
        if !self.layout.in_culture {
            self.complete();
        }
    }

    /// Completes the row that was written last.
    pub(super) fn sample_culture(&mut self, culture: &Culture, glucose_mm: f64) {
        let last = self.trace.columns.len() - self.gone.len();
        let own = self.trace.columns[..last].iter_mut().rev().take(CULTURE.len()).rev();
        for (column, value) in own.zip([culture.biomass_g_per_l, glucose_mm]) {
            column.values.push(value);
        }
        self.complete();
    }

    /// What is no more has a value, too.
    fn complete(&mut self) {
        let first = self.trace.columns.len() - self.gone.len();
        for (column, value) in self.trace.columns[first..].iter_mut().zip(&self.gone) {
            column.values.push(*value);
        }
    }

    /// The last time recorded [min].
    pub fn last(&self) -> Option<f64> {
        self.trace.times.last().copied().or(self.before)
    }

    /// Goes on from another recorder, which has recorded until a time [min].
    pub fn go_on_after(&mut self, time: f64) {
        self.before = Some(time);
    }

    /// Rows that were recorded elsewhere, of the quantities that the VMs hold now: each has its time
    /// [min] and then its values. False if they have other quantities; then nothing has changed.
    pub(super) fn append(&mut self, rows: &[Vec<f64>]) -> bool {
        let own = self.trace.columns.len() - self.gone.len();
        if rows.iter().any(|row| row.len() != own + 1) {
            return false;
        }
        for row in rows {
            self.trace.times.push(row[0]);
            for (column, value) in self.trace.columns.iter_mut().zip(&row[1..]) {
                column.values.push(*value);
            }
            self.complete();
        }
        true
    }

    /// Refuses to hold more than memory does.
    pub(super) fn check(&self) -> Result<(), HypervisorError> {
        let (samples, columns) = (self.trace.times.len() as u64, self.trace.columns.len());
        if samples.saturating_mul(columns as u64) > MOST_VALUES {
            return Err(HypervisorError::TooManySamples { samples, columns });
        }
        Ok(())
    }

    /// What was recorded.
    pub fn finish(self) -> Trajectory {
        self.trace
    }
}

/// The VMs that a trajectory, or a part of it, tells of.
#[derive(Debug, Clone, Default)]
pub struct Present(HashSet<Arc<str>>);

impl Present {
    /// Those of a trajectory.
    pub fn of(trajectory: &Trajectory) -> Self {
        let vms = trajectory.columns.iter().filter(|column| column.kind == Kind::Engaged);
        Self(vms.filter_map(|column| column.subject.vm.clone()).collect())
    }

    fn in_cell(vms: &[Vm]) -> Self {
        Self(vms.iter().map(|vm| vm.id().into()).collect())
    }

    /// What a quantity is that was not recorded. A gene that a VM has not mapped makes no molecules;
    /// of a VM that is not there, yet or any more, nothing is known.
    pub fn absent(&self, column: &Column) -> f64 {
        let there = column.subject.vm.as_ref().is_some_and(|vm| self.0.contains(vm));
        if column.unit == "molecules" && there { 0.0 } else { f64::NAN }
    }
}

/// The columns of what the VMs hold, without values.
fn columns(vms: &[Vm], in_culture: bool) -> Vec<Column> {
    let column = |name: String, unit: &str, kind, subject: &Subject| Column {
        name,
        kind,
        subject: subject.clone(),
        unit: unit.to_owned(),
        values: Vec::new(),
    };
    let mut columns: Vec<Column> = Vec::new();
    for vm in vms {
        let id = vm.id();
        let own = Subject { vm: Some(id.into()), of: None };
        let of = |name: &str| Subject { of: Some(name.into()), ..own.clone() };
        for index in vm.population().indices() {
            let name = vm.gene(index).name();
            let gene = of(name);
            columns.push(column(format!("{id}.{name}.mrna"), "molecules", Kind::Mrna, &gene));
            columns.push(column(format!("{id}.{name}.protein"), "molecules", Kind::Protein, &gene));
        }
        for plasmid in vm.plasmids() {
            let name = plasmid.facts().name();
            let copies = format!("{id}.{name}.copies");
            columns.push(column(copies, "copies", Kind::Copies, &of(name)));
        }
        for model in vm.models() {
            let name = &model.package().name;
            let subject = of(name);
            let one = |(quantity, _): (&str, f64)| {
                column(format!("{id}.{name}.{quantity}"), "", Kind::Model, &subject)
            };
            columns.extend(model.observed().map(one));
        }
        let whole = |(name, unit, kind)| column(format!("{id}.{name}"), unit, kind, &own);
        columns.extend(VM_COLUMNS.map(whole));
    }
    let of_cell = |(name, unit, kind): (&str, &str, Kind)| {
        column(name.to_owned(), unit, kind, &subject_of_cell(name))
    };
    columns.extend(HOST_COLUMNS.map(of_cell));
    if in_culture {
        columns.extend(CULTURE.map(of_cell));
    }
    columns
}

/// What a tenant holds of the host.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Share {
    /// Ribosomes that its mRNA engages.
    pub(super) ribosomes: f64,
    /// RNA polymerases that its genes engage.
    pub(super) polymerases: f64,
    /// Its part of the host's ATP use [%].
    pub(super) atp_percent: f64,
}

/// What each tenant holds.
pub(super) fn shares<'a>(
    rates: &'a HostRates,
    tenants: &'a [Tenant],
    competition: &'a Competition,
) -> impl Iterator<Item = Share> + 'a {
    let of = |(i, tenant): (usize, &Tenant)| {
        let ribosomes = competition.ribosomes.engaged[i];
        let translation = PER_AMINO_ACID * rates.elongation_aa_per_h * ribosomes;
        let rna_nt = tenant.rna_nt * competition.polymerases.of(i);
        let transcription = PER_NUCLEOTIDE * rna_nt * rates.growth_per_h;
        Share {
            ribosomes,
            polymerases: competition.polymerases.held.engaged[i],
            atp_percent: 100.0 * ((translation + transcription) / rates.atp_use_per_h),
        }
    };
    tenants.iter().enumerate().map(of)
}
