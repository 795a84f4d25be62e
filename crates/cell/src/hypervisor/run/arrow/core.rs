//! What a steady state of host and guests is decided by.
//!
//! A gene feels growth, elongation and the free ribosomes of its VM, and where its promoter answers to proteins,
//! these. Where nothing changes, its mRNA and protein follow from them. So the unknowns are few, however many genes
//! there are: the host's variables, for each VM the weight of its mRNA and what of its proteins is degraded, the
//! proteins that act on promoters, the copies of plasmids, the proteins that wait for each protease, and the transcripts
//! that pair with others.
//!
//! They are followed in logarithms: `u = ln(1 + x / s)`, with `s` a small amount of each, and `u = ln x` for the
//! host. So none falls below zero, and rare and frequent molecules count alike.

use super::super::super::losses::{Felt, Placed};
use super::super::super::plasmid::replication_per_h;
use super::super::super::population::transcription_per_copy;
use super::super::super::vm::Vm;
use super::{Arrow, Guests, host_state};
use crate::chassis::host::{self, DIM, HostState};
use crate::chassis::{Chassis, Competition, Tenant};

/// Small amounts: of weight, of degraded protein [aa/h], of a protein and of copies [molecules].
const WEIGHT: f64 = 1e-3;
const DECAYED: f64 = 1e3;
const PROTEIN: f64 = 1.0;
const COPIES: f64 = 0.1;

/// The equations of a steady state.
#[derive(Debug, Clone)]
pub(in super::super) struct Core {
    arrow: Arrow,
    /// For each VM the places of the genes whose proteins act on promoters.
    regulators: Vec<Vec<usize>>,
    /// For each VM the plasmids of which there are copies: what is lost stays lost.
    kept: Vec<Vec<usize>>,
    /// The small amount of each unknown; none for those of the host.
    small: Vec<Option<f64>>,
}

/// What follows from values of the unknowns.
struct Followed {
    /// Host, guests and growth.
    state: Vec<f64>,
    /// How far each equation is from being met.
    residual: Vec<f64>,
}

impl Core {
    pub(in super::super) fn new(chassis: &Chassis, vms: &[Vm], state: &[f64]) -> Self {
        let arrow = Arrow::new(chassis, vms);
        let of = |guests: &Guests| {
            let mut all: Vec<usize> = guests.laws.iter().flat_map(|(_, l)| l.proteins()).collect();
            all.sort_unstable();
            all.dedup();
            all
        };
        let regulators: Vec<Vec<usize>> = arrow.guests.iter().map(of).collect();
        let molecules = arrow.molecules(state);
        let kept: Vec<Vec<usize>> = molecules
            .map(|(v, own)| {
                let copies = &own[arrow.guests[v].molecules()..];
                (0..copies.len()).filter(|&p| copies[p] > 0.0).collect()
            })
            .collect();
        let mut small = vec![None; DIM];
        let losses = arrow.guests.iter().map(|guests| &guests.losses);
        for ((regulators, kept), losses) in regulators.iter().zip(&kept).zip(losses) {
            small.extend([Some(WEIGHT), Some(DECAYED)]);
            small.extend(vec![Some(PROTEIN); regulators.len()]);
            small.extend(vec![Some(COPIES); kept.len()]);
            small.extend(vec![Some(PROTEIN); losses.queues.len() + losses.paired().len()]);
        }
        Self { arrow, regulators, kept, small }
    }

    /// The equations of the whole state.
    pub(in super::super) fn arrow(&self) -> &Arrow {
        &self.arrow
    }

    /// Whether the unknowns of another are the same quantities.
    pub(in super::super) fn is_like(&self, other: &Self) -> bool {
        let genes = |core: &Self| -> Vec<Vec<usize>> {
            let of = |guests: &Guests| guests.genes.iter().map(|g| g.index).collect();
            core.arrow.guests.iter().map(of).collect()
        };
        self.regulators == other.regulators
            && self.kept == other.kept
            && genes(self) == genes(other)
            && self.waits_like(other)
    }

    /// Whether the same proteins wait for proteases and the same transcripts pair in another.
    fn waits_like(&self, other: &Self) -> bool {
        let of = |core: &Self| -> Vec<(Vec<Vec<usize>>, Vec<usize>)> {
            let losses = core.arrow.guests.iter().map(|guests| &guests.losses);
            let queues = |l: &Placed| l.queues.iter().map(|q| q.substrates.clone()).collect();
            losses.map(|losses| (queues(losses), losses.paired())).collect()
        };
        of(self) == of(other)
    }

    /// The unknowns of a whole state.
    pub(in super::super) fn unknowns(&self, state: &[f64]) -> Vec<f64> {
        let elongation = self.arrow.elongation(&host_state(state));
        let mut x = state[..DIM].to_vec();
        for (v, own) in self.arrow.molecules(state) {
            let guests = &self.arrow.guests[v];
            let (own, copies) = own.split_at(guests.molecules());
            let (weight, decayed) = if guests.losses.is_empty() {
                guests.weigh(own, elongation)
            } else {
                // What is degraded depends on how many wait in this state, not in that of the arrow.
                let mut guests = guests.clone();
                guests.lose(own);
                guests.weigh(own, elongation)
            };
            x.extend([weight, decayed]);
            x.extend(self.regulators[v].iter().map(|gene| own[guests.acting(*gene)]));
            x.extend(self.kept[v].iter().map(|plasmid| copies[*plasmid]));
            x.extend(guests.waiting(own));
            x.extend(guests.pairing(own));
        }
        let log = |(x, small): (&f64, &Option<f64>)| match small {
            Some(small) => (x.max(0.0) / small).ln_1p(),
            None => x.max(f64::MIN_POSITIVE).ln(),
        };
        x.iter().zip(&self.small).map(log).collect()
    }

    /// How far each equation is from being met.
    pub(in super::super) fn residual(&self, unknowns: &[f64]) -> Vec<f64> {
        self.follow(unknowns).residual
    }

    /// The whole state that follows from the unknowns where all equations are met.
    pub(in super::super) fn state(&self, unknowns: &[f64]) -> Vec<f64> {
        self.follow(unknowns).state
    }

    fn follow(&self, unknowns: &[f64]) -> Followed {
        let amount = |(u, small): (&f64, &Option<f64>)| match small {
            Some(small) => (small * u.exp_m1()).max(0.0),
            None => u.exp(),
        };
        let x: Vec<f64> = unknowns.iter().zip(&self.small).map(amount).collect();
        let host: HostState = host_state(&x);
        let elongation = self.arrow.elongation(&host);
        let mut tenants = self.arrow.tenants.clone();
        let opened = self.open(&x, &mut tenants);
        let mut competition = Competition::default();
        let rates = host::rates(&host, self.arrow.conditions, &tenants, &mut competition);
        let growth = rates.growth_per_h;
        let f = host::derivatives(&host, &rates, &self.arrow.conditions.kinetics).to_array();
        let mut state = x[..DIM].to_vec();
        let mut residual: Vec<f64> = f.iter().zip(&x).map(|(f, x)| f / x).collect();
        let mut at = DIM;
        for (v, guests) in self.arrow.guests.iter().enumerate() {
            let free = competition.ribosomes.throttle[v] * host.ribosomes / rates.d;
            let full = guests.unburdened_growth_per_h;
            let relative = growth / full * competition.polymerases.of(v);
            let first = state.len();
            let (mut weight, mut decayed) = (0.0, 0.0);
            let behind = at + 2 + self.regulators[v].len() + self.kept[v].len();
            let (mut units, mut genes) = (guests.units.clone(), guests.genes.clone());
            guests.losses.tell(&felt(&guests.losses, &x[behind..]), &mut units, &mut genes);
            for (unit, opened) in units.iter().zip(&opened[v]) {
                let mrna = relative * opened / (unit.lost_per_h() + growth);
                state.push(mrna);
                for gene in &genes[unit.genes()] {
                    let made = gene.translation(elongation) * free * mrna;
                    let protein = made / (gene.lost_per_h() + growth);
                    weight += mrna * gene.weight(elongation);
                    decayed += protein * gene.decayed_aa_per_h();
                    state.push(protein);
                }
            }
            let found: Vec<f64> = [weight, decayed]
                .into_iter()
                .chain(self.regulators[v].iter().map(|gene| state[first + guests.acting(*gene)]))
                .collect();
            for found in found {
                let small = self.small[at].unwrap_or(1.0);
                residual.push((found / small).ln_1p() - unknowns[at]);
                at += 1;
            }
            let mut copies = vec![0.0; guests.plasmids.len()];
            for &plasmid in &self.kept[v] {
                copies[plasmid] = x[at];
                residual.push(replication_per_h(x[at], guests.plasmids[plasmid]) - growth);
                at += 1;
            }
            let own = &state[first..];
            for found in guests.waiting(own).chain(guests.pairing(own)) {
                let small = self.small[at].unwrap_or(1.0);
                residual.push((found / small).ln_1p() - unknowns[at]);
                at += 1;
            }
            state.extend(copies);
        }
        // How far the cell has grown since.
        state.push(0.0);
        Followed { state, residual }
    }

    /// Transcription of each unit of each VM at full growth [1/h]. Tells the tenants what they weigh.
    fn open(&self, x: &[f64], tenants: &mut [Tenant]) -> Vec<Vec<f64>> {
        let mut at = DIM;
        let mut all = Vec::with_capacity(tenants.len());
        for (v, guests) in self.arrow.guests.iter().enumerate() {
            (tenants[v].weight, tenants[v].decayed_aa) = (x[at], x[at + 1]);
            at += 2;
            let mut proteins = vec![0.0; guests.genes.len()];
            for &gene in &self.regulators[v] {
                proteins[gene] = x[at];
                at += 1;
            }
            let mut copies = vec![0.0; guests.plasmids.len()];
            for &plasmid in &self.kept[v] {
                copies[plasmid] = x[at];
                at += 1;
            }
            at += guests.losses.queues.len() + guests.losses.paired().len();
            let mut opened: Vec<f64> =
                (0..guests.units.len()).map(|unit| guests.transcription(unit, &copies)).collect();
            for (unit, law) in &guests.laws {
                let mut one = guests.units[*unit];
                one.drive.activity = law.activity(|gene| proteins[gene]);
                let number = guests.on[*unit].map_or(one.dosage.unwrap_or(1.0), |p| copies[p]);
                opened[*unit] = transcription_per_copy(&one) * number;
            }
            if guests.makes_changing_rna() {
                let pairs = opened.iter().zip(&guests.units);
                let made: f64 = pairs.map(|(opened, u)| opened * u.rates.length_nt).sum();
                tenants[v].transcribe(made, guests.unburdened_growth_per_h);
            }
            all.push(opened);
        }
        all
    }
}

/// How fast molecules are lost, beside so many proteins that wait for each protease and transcripts that pair.
fn felt(losses: &Placed, x: &[f64]) -> Felt {
    let (waiting, pairing) = x.split_at(losses.queues.len().min(x.len()));
    let paired = losses.paired();
    let transcripts = |unit: usize| {
        let at = paired.iter().position(|known| *known == unit);
        at.and_then(|at| pairing.get(at)).copied().unwrap_or(0.0)
    };
    losses.felt(|at, _| waiting.get(at).copied().unwrap_or(0.0), transcripts)
}
