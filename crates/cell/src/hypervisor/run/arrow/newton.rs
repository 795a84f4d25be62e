//! The equations and the solution of their Newton systems.

use super::super::super::plasmid::{replication_per_h, replication_slope};
use super::super::super::population::{GuestGene, transcription_per_copy};
use super::{Arrow, Border, COMMON, GeneBlock, Guests, UnitBlock, host_state};
use crate::chassis::host::DIM;
use bioxen_engine::EngineError;
use bioxen_engine::ode::{DenseLu, System};

impl System for Arrow {
    fn dim(&self) -> usize {
        DIM + self.guests.iter().map(Guests::length).sum::<usize>() + 1
    }

    fn rhs(&mut self, _t: f64, y: &[f64], dy: &mut [f64]) -> Result<(), EngineError> {
        self.weigh(y, self.elongation(&host_state(y)));
        self.derivatives(y, dy);
        Ok(())
    }

    fn factor(&mut self, t: f64, y: &[f64], gamma: f64) -> Result<(), EngineError> {
        self.factor_arrow(t, y, gamma)?;
        self.low_rank = self.low_rank((t, y), gamma)?;
        Ok(())
    }

    fn solve(&mut self, b: &mut [f64]) {
        self.solve_arrow(b);
        if let Some(rest) = &self.low_rank {
            rest.complete(b);
        }
    }
}

impl Arrow {
    /// The derivatives, from the weights and the RNA that `tenants` holds.
    pub(super) fn derivatives(&mut self, y: &[f64], dy: &mut [f64]) {
        let state = host_state(y);
        let mut z = Vec::with_capacity(COMMON + self.tenants.len());
        let f = self.shared(&state, &mut z);
        dy[..DIM].copy_from_slice(&f);
        let (growth, elongation) = (z[0], z[1]);
        let mut rest = &mut dy[DIM..];
        for (v, own) in self.molecules(y) {
            let guests = &self.guests[v];
            let relative = self.relative(v, growth);
            let (mine, after) = rest.split_at_mut(own.len());
            rest = after;
            let (own, copies) = own.split_at(guests.molecules());
            let (mine, made) = mine.split_at_mut(own.len());
            for (c, (dc, half)) in copies.iter().zip(made.iter_mut().zip(&guests.plasmids)) {
                *dc = (replication_per_h(*c, *half) - growth) * c;
            }
            for (i, (at, unit)) in guests.spans().enumerate() {
                let opened = guests.transcription(i, copies);
                let mrna = own[at];
                mine[at] = relative * opened - (unit.lost_per_h() + growth) * mrna;
                let genes = guests.genes[unit.genes()].iter();
                let pairs = own[at + 1..].iter().zip(&mut mine[at + 1..]);
                for (gene, (protein, dx)) in genes.zip(pairs) {
                    *dx = gene.translation(elongation) * z[COMMON + v] * mrna
                        - (gene.lost_per_h() + growth) * protein;
                }
            }
        }
        rest.fill(growth);
    }

    /// Factors `I - gamma J`, as far as `J` is an arrow.
    fn factor_arrow(&mut self, t: f64, y: &[f64], gamma: f64) -> Result<(), EngineError> {
        let state = host_state(y);
        let elongation = self.elongation(&state);
        self.weigh(y, elongation);
        let (by_host, by_z) = self.border_derivatives(&state);
        let mut z = Vec::new();
        self.shared(&state, &mut z);
        let vms = self.guests.len();
        let (n, shared) = (DIM + 2 * vms, COMMON + vms);
        let (mut units, mut genes) = (Vec::new(), Vec::with_capacity((y.len() - DIM) / 2));
        let mut clusters = Vec::with_capacity(vms);
        let mut replicons = Vec::new();
        let singular = EngineError::StepFailure {
            time: t,
            step: gamma,
            reason: "the Jacobian of host and guests is singular",
        };
        let mut a = vec![0.0; n * n];
        for r in 0..DIM {
            for c in 0..n {
                a[r * n + c] = f64::from(u8::from(r == c)) - gamma * by_host[c][r];
            }
        }
        for (v, own) in self.molecules(y) {
            // How the weight of this VM answers to growth, elongation and its free ribosomes.
            let guests = &self.guests[v];
            let (own, copies) = own.split_at(guests.molecules());
            let first_replicon = replicons.len();
            let (relative, per_growth) = (self.relative(v, z[0]), self.relative(v, 1.0));
            for (c, half) in copies.iter().zip(&guests.plasmids) {
                let slope = replication_per_h(*c, *half) + c * replication_slope(*c, *half) - z[0];
                replicons.push((1.0 - gamma * slope, *c));
            }
            let mut answers = [0.0; 3];
            let mut decays = [0.0; 3];
            let (first_unit, first) = (units.len(), genes.len());
            for (i, (at, unit)) in guests.spans().enumerate() {
                let opened = guests.transcription(i, copies);
                let mut block = UnitBlock {
                    mrna: 1.0 + gamma * (unit.lost_per_h() + z[0]),
                    by_growth: opened * per_growth - own[at],
                    by_copies: 0.0,
                    weight: 0.0,
                    weight_by_elongation: 0.0,
                };
                if let Some(plasmid) = guests.on[i] {
                    let (diagonal, c) = replicons[first_replicon + plasmid];
                    let by_copies = relative * transcription_per_copy(unit);
                    block.by_copies = gamma * by_copies / diagonal;
                    block.by_growth -= block.by_copies * c;
                }
                for (gene, protein) in guests.genes[unit.genes()].iter().zip(&own[at + 1..]) {
                    let x = (own[at], *protein);
                    let one = gene_block(gene, x, &z, z[COMMON + v], gamma, &mut block);
                    if !guests.clustered[i] {
                        one.decay(&block, gamma, &mut decays);
                    }
                    genes.push(one);
                }
                if !guests.clustered[i] {
                    answers[0] += block.weight * gamma * block.by_growth / block.mrna;
                }
                answers[1] += block.weight_by_elongation;
                units.push(block);
            }
            let blocks = Blocks { units: &units[first_unit..], genes: &genes[first..] };
            let mut factored = Vec::with_capacity(guests.clusters.len());
            for cluster in &guests.clusters {
                let one =
                    cluster.factor((&guests.units, &guests.genes), blocks, own, relative, gamma);
                let one = one.ok_or_else(|| singular.clone())?;
                one.weigh(blocks, &mut answers, &mut decays);
                factored.push(one);
            }
            clusters.push(factored);
            for (row, answers) in [(DIM + v, answers), (DIM + vms + v, decays)] {
                for c in 0..n {
                    a[row * n + c] = f64::from(u8::from(row == c))
                        - answers[0] * by_z[c][0]
                        - answers[1] * by_z[c][1]
                        - answers[2] * by_z[c][COMMON + v];
                }
            }
        }
        let mut dz = vec![0.0; shared * n];
        for (c, column) in by_z.iter().enumerate() {
            for (k, value) in column.iter().enumerate() {
                dz[k * n + c] = *value;
            }
        }
        let lu = DenseLu::new(a, n).ok_or(singular)?;
        self.border = Some(Border { lu, gamma, dz, units, genes, clusters, plasmids: replicons });
        Ok(())
    }

    /// Solves the system of the arrow.
    pub(super) fn solve_arrow(&self, b: &mut [f64]) {
        let Some(border) = &self.border else { return };
        let vms = self.guests.len();
        let n = DIM + 2 * vms;
        // The border first: what the genes' own right-hand sides add to the weights and to what is
        // degraded ...
        let mut e = b[..DIM].to_vec();
        e.resize(n, 0.0);
        let gamma = border.gamma;
        let mut blocks = Blocks { units: &border.units, genes: &border.genes };
        let mut at = DIM;
        for (v, guests) in self.guests.iter().enumerate() {
            let own = blocks.take(guests);
            let (b, copies) = b[at..at + guests.length()].split_at_mut(guests.molecules());
            for (i, (at, unit)) in guests.spans().enumerate().filter(|(i, _)| !guests.clustered[*i])
            {
                let block = &own.units[i];
                let more = guests.on[i].map_or(0.0, |p| block.by_copies * copies[p]);
                let mrna = (b[at] + more) / block.mrna;
                e[DIM + v] += block.weight * mrna;
                for (gene, b) in own.genes[unit.genes()].iter().zip(&b[at + 1..]) {
                    let protein = (b + gamma * gene.coupling * mrna) / gene.protein;
                    e[DIM + vms + v] += gene.decayed_aa * protein;
                }
            }
            for cluster in &border.clusters[v] {
                let (weight, decayed) = cluster.solve_alone(own, b);
                e[DIM + v] += weight;
                e[DIM + vms + v] += decayed;
            }
            at += guests.length();
        }
        border.lu.solve(&mut e);
        b[..DIM].copy_from_slice(&e[..DIM]);
        let z: Vec<f64> = border
            .dz
            .chunks_exact(n)
            .map(|row| row.iter().zip(&e).map(|(d, x)| d * x).sum())
            .collect();
        // ... then each unit by itself.
        let mut blocks = Blocks { units: &border.units, genes: &border.genes };
        let mut at = DIM;
        let mut replicons = border.plasmids.iter();
        for (v, guests) in self.guests.iter().enumerate() {
            let own = blocks.take(guests);
            let (b, copies) = b[at..at + guests.length()].split_at_mut(guests.molecules());
            let felt = [z[0], z[1], z[COMMON + v]];
            for (i, (at, unit)) in guests.spans().enumerate().filter(|(i, _)| !guests.clustered[*i])
            {
                let block = &own.units[i];
                let more = guests.on[i].map_or(0.0, |p| block.by_copies * copies[p]);
                let mrna = (b[at] + more + gamma * block.by_growth * z[0]) / block.mrna;
                b[at] = mrna;
                for (gene, b) in own.genes[unit.genes()].iter().zip(&mut b[at + 1..]) {
                    let by: f64 = gene.by.iter().zip(felt).map(|(by, dz)| by * dz).sum();
                    *b = (*b + gamma * (by + gene.coupling * mrna)) / gene.protein;
                }
            }
            for cluster in &border.clusters[v] {
                cluster.feel(&felt, b);
            }
            for (copies, (diagonal, c)) in copies.iter_mut().zip(replicons.by_ref()) {
                *copies = (*copies - gamma * c * z[0]) / diagonal;
            }
            at += guests.length();
        }
        b[at] += gamma * z[0];
    }
}

/// The blocks of one VM, or of all that are left.
#[derive(Debug, Clone, Copy)]
pub(super) struct Blocks<'a> {
    pub(super) units: &'a [UnitBlock],
    pub(super) genes: &'a [GeneBlock],
}

impl<'a> Blocks<'a> {
    /// Takes those of the next VM.
    fn take(&mut self, guests: &Guests) -> Self {
        let (units, more_units): (&'a [UnitBlock], _) = self.units.split_at(guests.units.len());
        let (genes, more_genes): (&'a [GeneBlock], _) = self.genes.split_at(guests.genes.len());
        (self.units, self.genes) = (more_units, more_genes);
        Self { units, genes }
    }
}

/// The block of a gene with so much `(mRNA, protein)`; adds its weight to that of its unit.
fn gene_block(
    gene: &GuestGene,
    (mrna, protein): (f64, f64),
    z: &[f64],
    ribosomes: f64,
    gamma: f64,
    unit: &mut UnitBlock,
) -> GeneBlock {
    let (growth, elongation) = (z[0], z[1]);
    let h = 1e-6 * elongation.max(1.0);
    let slope = |f: &dyn Fn(f64) -> f64| (f(elongation + h) - f(elongation - h)) / (2.0 * h);
    let translation = gene.translation(elongation);
    unit.weight += gene.weight(elongation);
    unit.weight_by_elongation += mrna * slope(&|eps| gene.weight(eps));
    GeneBlock {
        protein: 1.0 + gamma * (gene.lost_per_h() + growth),
        coupling: translation * ribosomes,
        by: [-protein, slope(&|eps| gene.translation(eps)) * ribosomes * mrna, translation * mrna],
        decayed_aa: gene.decayed_aa_per_h(),
    }
}
