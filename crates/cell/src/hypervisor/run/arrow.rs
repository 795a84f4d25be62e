//! The equations of host and guests, and the solution of their Newton systems.
//!
//! Each transcription unit depends on the rest only through a few shared numbers: growth rate, elongation rate and
//! the free ribosomes of its VM. So the Jacobian has the shape of an arrow (block arrowhead): one
//! equation for the transcripts of each unit, one for each of its proteins, and a thin border. A Newton system therefore costs time in proportion to the
//! number of genes. Genes whose promoters respond to proteins also depend on each other: they form
//! clusters, which are small and are solved as dense blocks ([`cluster`]).

mod cluster;
mod core;
mod losses;
mod low_rank;
mod newton;
mod shared_rna;
mod spectrum;

pub(super) use core::Core;

use super::super::population::{GuestGene, GuestUnit, transcription, transcription_per_copy};
use super::super::vm::Vm;
use crate::chassis::host::{self, DIM, HostState};
use crate::chassis::parameters::CELL_MASS;
use crate::chassis::{Chassis, Competition, Conditions, Tenant};
use bioxen_engine::ode::DenseLu;
use cluster::{Cluster, Factored};
use low_rank::LowRank;

use super::super::losses::Placed;
use super::super::promoter::Law;

/// Shared numbers before those of the VMs: growth rate and elongation rate.
const COMMON: usize = 2;

/// The equations of host and guests; last comes the growth of the cell since their beginning.
#[derive(Debug, Clone)]
pub(super) struct Arrow {
    conditions: Conditions,
    guests: Vec<Guests>,
    tenants: Vec<Tenant>,
    competition: Competition,
    border: Option<Border>,
    low_rank: Option<LowRank>,
    /// Whether derivatives are central differences: twice the work, and twice the digits.
    central: bool,
}

/// The transcription units of one VM with their genes, and the plasmids on which some of them lie. The molecules are
/// the transcripts of each unit, and behind them its proteins. Copies come behind the molecules.
#[derive(Debug, Clone)]
struct Guests {
    units: Vec<GuestUnit>,
    genes: Vec<GuestGene>,
    /// Promoters that answer to proteins, by the places of their units.
    laws: Vec<(usize, Law)>,
    clusters: Vec<Cluster>,
    /// What molecules lose to proteases and small RNAs.
    losses: Placed,
    /// Whether a unit is in a cluster.
    clustered: Vec<bool>,
    unburdened_growth_per_h: f64,
    /// For each plasmid the copies at half of the most replication.
    plasmids: Vec<f64>,
    /// For each unit its plasmid.
    on: Vec<Option<usize>>,
}

impl Guests {
    fn new(vm: &Vm) -> Self {
        let (units, genes) = (vm.population().units().to_vec(), vm.population().genes().to_vec());
        let laws = vm.population().laws_in_force();
        let losses = vm.population().losses();
        let clusters = cluster::clusters(&units, &genes, &laws);
        let mut clustered = vec![false; units.len()];
        for unit in clusters.iter().flat_map(Cluster::units) {
            clustered[unit] = true;
        }
        let count = vm.plasmid_densities().len();
        let plasmids = &vm.all_plasmids()[..count];
        let carrier = |unit: &GuestUnit| {
            let first = genes[unit.genes().start].index;
            plasmids.iter().position(|p| p.genes().contains(&first))
        };
        let on = units.iter().map(carrier).collect();
        let plasmids = plasmids.iter().map(|p| p.half).collect();
        let unburdened_growth_per_h = vm.unburdened_growth();
        Self {
            units,
            genes,
            laws,
            clusters,
            losses,
            clustered,
            unburdened_growth_per_h,
            plasmids,
            on,
        }
    }

    /// Whether these are the equations of a VM as it is now.
    fn is_of(&self, vm: &Vm) -> bool {
        let same = |(at, (a, b)): (usize, (&GuestUnit, &GuestUnit))| {
            // Activities of these follow from the proteins, and dosages from the copies; nothing follows
            // from those of closed promoters.
            let answers = a.strength.is_none() || self.laws.iter().any(|(law, _)| *law == at);
            a.strength == b.strength
                && a.rates == b.rates
                && a.genes() == b.genes()
                && (answers || a.drive.activity == b.drive.activity)
        };
        let alike = |(a, b): (&GuestGene, &GuestGene)| {
            a.index == b.index && a.rates == b.rates && a.fold == b.fold
        };
        let (units, genes) = (vm.population().units(), vm.population().genes());
        let plasmids = vm.plasmid_densities().len();
        self.genes.len() == genes.len()
            && self.units.len() == units.len()
            && self.laws == vm.population().laws_in_force()
            && self.losses == vm.population().losses()
            && self.units.iter().zip(units).enumerate().all(same)
            && self.genes.iter().zip(genes).all(alike)
            && self.unburdened_growth_per_h == vm.unburdened_growth()
            && self.plasmids.iter().eq(vm.all_plasmids()[..plasmids].iter().map(|p| &p.half))
    }

    fn length(&self) -> usize {
        self.molecules() + self.plasmids.len()
    }

    /// How many numbers of molecules there are.
    fn molecules(&self) -> usize {
        self.units.len() + self.genes.len()
    }

    /// The place of what a gene acts by among the molecules.
    fn acting(&self, gene: usize) -> usize {
        acting_at(&self.genes, gene)
    }

    /// The units with the places of their transcripts.
    fn spans(&self) -> impl Iterator<Item = (usize, &GuestUnit)> {
        self.units.iter().enumerate().map(|(at, unit)| (at + unit.genes().start, unit))
    }

    /// What sums over the genes of each unit are for its transcripts, and those of single genes for their proteins.
    fn sums(
        &self,
        own: &[f64],
        of_transcript: impl Fn(&GuestGene) -> f64,
        of_protein: impl Fn(&GuestGene) -> f64,
    ) -> (f64, f64) {
        let (mut transcripts, mut proteins) = (0.0, 0.0);
        for (at, unit) in self.spans() {
            let genes = &self.genes[unit.genes()];
            let one = genes.iter().fold(0.0, |sum, gene| sum + of_transcript(gene));
            transcripts += own[at] * one;
            for (gene, protein) in genes.iter().zip(&own[at + 1..]) {
                proteins += protein * of_protein(gene);
            }
        }
        (transcripts, proteins)
    }

    /// The weight of all transcripts, and the amino acids of proteins that are degraded [1/h].
    fn weigh(&self, own: &[f64], elongation: f64) -> (f64, f64) {
        self.sums(own, |g| g.weight(elongation), |g| g.decayed_aa_per_h())
    }

    /// Brings activities up to date with the proteins.
    fn answer(&mut self, own: &[f64]) {
        let genes = &self.genes;
        for (at, law) in &self.laws {
            self.units[*at].drive.activity = law.activity(|gene| own[acting_at(genes, gene)]);
        }
        self.lose(own);
    }

    /// Transcription of a unit at full growth [1/h], with the copies that there are.
    fn transcription(&self, unit: usize, copies: &[f64]) -> f64 {
        match self.on[unit] {
            Some(plasmid) => transcription_per_copy(&self.units[unit]) * copies[plasmid],
            None => transcription(&self.units[unit]),
        }
    }
}

/// The place of the protein of a gene among the molecules of its VM.
fn protein_at(genes: &[GuestGene], gene: usize) -> usize {
    gene + genes[gene].unit + 1
}

/// The place of the molecules by which a gene acts: its protein, or its transcripts, which stand before it since
/// an RNA is alone in its unit.
fn acting_at(genes: &[GuestGene], gene: usize) -> usize {
    protein_at(genes, gene) - usize::from(genes[gene].is_rna())
}

/// What `factor` leaves for `solve`. `e` are the host's variables, the weights of the VMs and what of
/// their proteins is degraded, `z` the shared numbers.
#[derive(Debug, Clone)]
struct Border {
    lu: DenseLu,
    gamma: f64,
    /// dz/de, row by row.
    dz: Vec<f64>,
    /// For each unit and each gene: diagonal entries, couplings, and what z does to them.
    units: Vec<UnitBlock>,
    genes: Vec<GeneBlock>,
    /// The clusters of each VM.
    clusters: Vec<Vec<Factored>>,
    /// For each plasmid: its diagonal entry, and its copies.
    plasmids: Vec<(f64, f64)>,
}

/// The part of the matrix `I - gamma J` of the transcripts of one unit.
#[derive(Debug, Clone, Copy)]
struct UnitBlock {
    /// Diagonal entry.
    mrna: f64,
    /// d(mRNA')/d(growth), also by way of the copies of its plasmid.
    by_growth: f64,
    /// gamma d(mRNA')/d(copies), over the diagonal entry of the copies.
    by_copies: f64,
    /// Weight of one transcript, and how the weight of all of them changes with elongation.
    weight: f64,
    weight_by_elongation: f64,
}

/// The part of the matrix `I - gamma J` of the protein of one gene.
#[derive(Debug, Clone, Copy)]
struct GeneBlock {
    /// Diagonal entry.
    protein: f64,
    /// d(protein')/d(mRNA).
    coupling: f64,
    /// d(protein')/d(growth, elongation, ribosomes).
    by: [f64; 3],
    /// Amino acids that the degradation of one protein sets free.
    decayed_aa: f64,
}

impl GeneBlock {
    /// Adds how the degraded amino acids of a gene in no cluster answer to the shared numbers.
    fn decay(&self, unit: &UnitBlock, gamma: f64, answers: &mut [f64; 3]) {
        let each = self.decayed_aa * gamma / self.protein;
        for (answer, by) in answers.iter_mut().zip(self.by) {
            *answer += each * by;
        }
        answers[0] += each * self.coupling * gamma * unit.by_growth / unit.mrna;
    }
}

impl Arrow {
    pub(super) fn new(chassis: &Chassis, vms: &[Vm]) -> Self {
        let live: Vec<&Vm> = vms.iter().filter(|vm| vm.is_live()).collect();
        let elongation = chassis.rates().elongation_aa_per_h;
        Self {
            conditions: chassis.conditions(),
            tenants: live.iter().map(|vm| vm.tenant(elongation)).collect(),
            guests: live.iter().map(|vm| Guests::new(vm)).collect(),
            competition: Competition::default(),
            border: None,
            low_rank: None,
            central: false,
        }
    }

    /// The competition where the equations were evaluated last.
    pub(super) fn competition(&self) -> &Competition {
        &self.competition
    }

    /// Whether these are the equations of host and guests as they are now.
    pub(super) fn is_of(&self, chassis: &Chassis, vms: &[Vm]) -> bool {
        let live: Vec<&Vm> = vms.iter().filter(|vm| vm.is_live()).collect();
        let same = |((guests, tenant), vm): ((&Guests, &Tenant), &&Vm)| {
            let now = vm.tenant(1.0);
            let allocated = |t: &Tenant| (t.quota, t.polymerase_quota, t.atp_share, t.priority);
            guests.is_of(vm) && allocated(tenant) == allocated(&now)
        };
        self.conditions == chassis.conditions()
            && self.guests.len() == live.len()
            && self.guests.iter().zip(&self.tenants).zip(&live).all(same)
    }

    /// Transcription of a VM in units of that at full growth without guests, at a growth rate [1/h] where
    /// the equations were evaluated last.
    fn relative(&self, v: usize, growth_per_h: f64) -> f64 {
        let full = self.guests[v].unburdened_growth_per_h;
        growth_per_h / full * self.competition.polymerases.of(v)
    }

    fn molecules<'a>(&self, y: &'a [f64]) -> impl Iterator<Item = (usize, &'a [f64])> + use<'a> {
        let mut rest = &y[DIM..];
        let lengths: Vec<usize> = self.guests.iter().map(Guests::length).collect();
        lengths.into_iter().enumerate().map(move |(v, length)| {
            let (own, after) = rest.split_at(length);
            rest = after;
            (v, own)
        })
    }

    /// Elongation at a host state; it depends on nothing else.
    fn elongation(&self, state: &HostState) -> f64 {
        let mut alone = Competition::default();
        host::rates(state, self.conditions, &[], &mut alone).elongation_aa_per_h
    }

    /// Translating ribosomes in a state.
    pub(super) fn translating(&mut self, y: &[f64]) -> f64 {
        let state = host_state(y);
        self.weigh(y, self.elongation(&state));
        let mut competition = Competition::default();
        host::rates(&state, self.conditions, &self.tenants, &mut competition).translating
    }

    fn weigh(&mut self, y: &[f64], elongation: f64) {
        for (v, own) in self.molecules(y) {
            let guests = &mut self.guests[v];
            guests.answer(own);
            if guests.makes_changing_rna() {
                let made = guests.rna_nt_per_h(&own[guests.molecules()..]);
                self.tenants[v].transcribe(made, guests.unburdened_growth_per_h);
            }
            let (weight, decayed) = self.guests[v].weigh(own, elongation);
            self.tenants[v].weight = weight.max(0.0);
            self.tenants[v].decayed_aa = decayed.max(0.0);
        }
    }

    /// The host's derivatives and the shared numbers, from the host's variables and the weights
    /// that `tenants` holds.
    fn shared(&mut self, state: &HostState, z: &mut Vec<f64>) -> [f64; DIM] {
        let competition = &mut self.competition;
        let rates = host::rates(state, self.conditions, &self.tenants, competition);
        z.clear();
        z.push(rates.growth_per_h);
        z.push(rates.elongation_aa_per_h);
        z.extend(competition.ribosomes.throttle.iter().map(|u| u * state.ribosomes / rates.d));
        host::derivatives(state, &rates, &self.conditions.kinetics).to_array()
    }

    /// The derivatives of host and shared numbers by the host's variables, the weights and what is
    /// degraded, by differences: `(columns of the host, columns of z)`.
    fn border_derivatives(&mut self, state: &HostState) -> (Vec<[f64; DIM]>, Vec<Vec<f64>>) {
        let mut z0 = Vec::new();
        let f0 = self.shared(state, &mut z0);
        let (mut by_host, mut by_z) = (Vec::new(), Vec::new());
        let (mut z, mut below) = (Vec::new(), Vec::new());
        for e in 0..DIM + 2 * self.tenants.len() {
            // The error of a central difference falls with the square of the step.
            let wide = if self.central { 50.0 } else { 1.0 };
            let (f, up) = self.moved(state, e, wide, &mut z);
            let (g, down) = if self.central {
                self.moved(state, e, -wide, &mut below)
            } else {
                below.clone_from(&z0);
                (f0, 0.0)
            };
            by_host.push(std::array::from_fn(|i| (f[i] - g[i]) / (up - down)));
            by_z.push(z.iter().zip(&below).map(|(a, b)| (a - b) / (up - down)).collect());
        }
        (by_host, by_z)
    }

    /// What [`Self::shared`] gives where one of its arguments is moved by some steps, and how far that is.
    fn moved(
        &mut self,
        state: &HostState,
        e: usize,
        steps: f64,
        z: &mut Vec<f64>,
    ) -> ([f64; DIM], f64) {
        let vms = self.tenants.len();
        if e < DIM {
            let mut moved = state.to_array();
            let before = moved[e];
            moved[e] += steps * 1e-7 * before.abs().max(1e-3);
            let h = moved[e] - before;
            return (self.shared(&HostState::from_array(moved), z), h);
        }
        let before = self.tenants[(e - DIM) % vms];
        let tenant = &mut self.tenants[(e - DIM) % vms];
        let h = if e < DIM + vms {
            tenant.weight += steps * 1e-7 * before.weight.max(1.0);
            tenant.weight - before.weight
        } else {
            // Growth is linear in it.
            tenant.decayed_aa += steps * 1e-5 * CELL_MASS;
            tenant.decayed_aa - before.decayed_aa
        };
        let f = self.shared(state, z);
        self.tenants[(e - DIM) % vms] = before;
        (f, h)
    }
}

fn host_state(y: &[f64]) -> HostState {
    HostState::from_array(std::array::from_fn(|i| y[i]))
}
