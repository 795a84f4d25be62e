//! The equations and the solution of their Newton systems.

use super::super::super::plasmid::{replication_per_h, replication_slope};
use super::super::super::population::{GuestGene, transcription_per_copy};
use super::{Arrow, Border, COMMON, GeneBlock, Guests, host_state};
use crate::chassis::host::DIM;
use bioxen_engine::EngineError;
use bioxen_engine::ode::{DenseLu, System};

impl System for Arrow {
    fn dim(&self) -> usize {
        DIM + self.guests.iter().map(Guests::length).sum::<usize>() + 1
    }

    fn rhs(&mut self, _t: f64, y: &[f64], dy: &mut [f64]) -> Result<(), EngineError> {
        let state = host_state(y);
        self.weigh(y, self.elongation(&state));
        let mut z = Vec::with_capacity(COMMON + self.tenants.len());
        let f = self.shared(&state, &mut z);
        dy[..DIM].copy_from_slice(&f);
        let (growth, elongation) = (z[0], z[1]);
        let mut rest = &mut dy[DIM..];
        for (v, own) in self.molecules(y) {
            let guests = &self.guests[v];
            let relative = growth / guests.unburdened_growth_per_h;
            let (mine, after) = rest.split_at_mut(own.len());
            rest = after;
            let (own, copies) = own.split_at(2 * guests.genes.len());
            let (mine, made) = mine.split_at_mut(own.len());
            for (c, (dc, half)) in copies.iter().zip(made.iter_mut().zip(&guests.plasmids)) {
                *dc = (replication_per_h(*c, *half) - growth) * c;
            }
            let pairs = own.chunks_exact(2).zip(mine.chunks_exact_mut(2));
            for (i, (gene, (x, dx))) in guests.genes.iter().zip(pairs).enumerate() {
                let r = &gene.rates;
                let opened = guests.transcription(i, copies);
                dx[0] = relative * opened - (r.mrna_decay_per_h + growth) * x[0];
                dx[1] = r.translation(elongation) * z[COMMON + v] * x[0]
                    - (r.protein_decay_per_h + growth) * x[1];
            }
        }
        rest.fill(growth);
        Ok(())
    }

    fn factor(&mut self, t: f64, y: &[f64], gamma: f64) -> Result<(), EngineError> {
        let state = host_state(y);
        let elongation = self.elongation(&state);
        self.weigh(y, elongation);
        let (by_host, by_z) = self.border_derivatives(&state);
        let mut z = Vec::new();
        self.shared(&state, &mut z);
        let vms = self.guests.len();
        let (n, shared) = (DIM + 2 * vms, COMMON + vms);
        let mut genes = Vec::with_capacity((y.len() - DIM) / 2);
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
            let (own, copies) = own.split_at(2 * guests.genes.len());
            let first_replicon = replicons.len();
            for (c, half) in copies.iter().zip(&guests.plasmids) {
                let slope = replication_per_h(*c, *half) + c * replication_slope(*c, *half) - z[0];
                replicons.push((1.0 - gamma * slope, *c));
            }
            let mut answers = [0.0; 3];
            let mut decays = [0.0; 3];
            let first = genes.len();
            for (at, (gene, x)) in guests.genes.iter().zip(own.chunks_exact(2)).enumerate() {
                let unburdened = guests.unburdened_growth_per_h;
                let opened = guests.transcription(at, copies);
                let mut block = gene_block(gene, opened, x, &z, z[COMMON + v], unburdened, gamma);
                if let Some(plasmid) = guests.on[at] {
                    let (diagonal, c) = replicons[first_replicon + plasmid];
                    let by_copies = z[0] / unburdened * transcription_per_copy(gene);
                    block.mrna_by_copies = gamma * by_copies / diagonal;
                    block.mrna_by_growth -= block.mrna_by_copies * c;
                }
                if !guests.clustered[at] {
                    answers[0] += block.weight * gamma * block.mrna_by_growth / block.mrna;
                    block.decay(gamma, &mut decays);
                }
                answers[1] += block.weight_by_elongation;
                genes.push(block);
            }
            let blocks = &genes[first..];
            let relative = z[0] / guests.unburdened_growth_per_h;
            let mut factored = Vec::with_capacity(guests.clusters.len());
            for cluster in &guests.clusters {
                let one = cluster.factor(&guests.genes, blocks, own, relative, gamma);
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
        self.border = Some(Border { lu, gamma, dz, genes, clusters, plasmids: replicons });
        Ok(())
    }

    fn solve(&mut self, b: &mut [f64]) {
        let Some(border) = &self.border else { return };
        let vms = self.guests.len();
        let n = DIM + 2 * vms;
        // The border first: what the genes' own right-hand sides add to the weights and to what is
        // degraded ...
        let mut e = b[..DIM].to_vec();
        e.resize(n, 0.0);
        let mut blocks = border.genes.as_slice();
        let mut at = DIM;
        for (v, guests) in self.guests.iter().enumerate() {
            let (own, rest) = blocks.split_at(guests.genes.len());
            blocks = rest;
            let (b, copies) = b[at..at + guests.length()].split_at_mut(2 * own.len());
            for (i, block) in own.iter().enumerate().filter(|(i, _)| !guests.clustered[*i]) {
                let more = guests.on[i].map_or(0.0, |p| block.mrna_by_copies * copies[p]);
                let mrna = (b[2 * i] + more) / block.mrna;
                e[DIM + v] += block.weight * mrna;
                let protein = (b[2 * i + 1] + border.gamma * block.coupling * mrna) / block.protein;
                e[DIM + vms + v] += block.decayed_aa * protein;
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
        // ... then each gene by itself.
        let mut blocks = border.genes.as_slice();
        let mut at = DIM;
        let gamma = border.gamma;
        let mut replicons = border.plasmids.iter();
        for (v, guests) in self.guests.iter().enumerate() {
            let (own, rest) = blocks.split_at(guests.genes.len());
            blocks = rest;
            let (b, copies) = b[at..at + guests.length()].split_at_mut(2 * own.len());
            let felt = [z[0], z[1], z[COMMON + v]];
            for (i, block) in own.iter().enumerate().filter(|(i, _)| !guests.clustered[*i]) {
                let more = guests.on[i].map_or(0.0, |p| block.mrna_by_copies * copies[p]);
                let mrna = (b[2 * i] + more + gamma * block.mrna_by_growth * z[0]) / block.mrna;
                let by: f64 = block.protein_by.iter().zip(felt).map(|(by, dz)| by * dz).sum();
                let protein = b[2 * i + 1] + gamma * (by + block.coupling * mrna);
                (b[2 * i], b[2 * i + 1]) = (mrna, protein / block.protein);
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

pub(super) fn gene_block(
    gene: &GuestGene,
    opened: f64,
    x: &[f64],
    z: &[f64],
    ribosomes: f64,
    unburdened_growth_per_h: f64,
    gamma: f64,
) -> GeneBlock {
    let (growth, elongation) = (z[0], z[1]);
    let r = &gene.rates;
    let h = 1e-6 * elongation.max(1.0);
    let slope = |f: &dyn Fn(f64) -> f64| (f(elongation + h) - f(elongation - h)) / (2.0 * h);
    let translation = r.translation(elongation);
    GeneBlock {
        mrna: 1.0 + gamma * (r.mrna_decay_per_h + growth),
        protein: 1.0 + gamma * (r.protein_decay_per_h + growth),
        coupling: translation * ribosomes,
        mrna_by_growth: opened / unburdened_growth_per_h - x[0],
        mrna_by_copies: 0.0,
        protein_by: [
            -x[1],
            slope(&|eps| r.translation(eps)) * ribosomes * x[0],
            translation * x[0],
        ],
        weight: r.weight(elongation),
        weight_by_elongation: x[0] * slope(&|eps| r.weight(eps)),
        decayed_aa: r.decayed_aa_per_h(),
    }
}
