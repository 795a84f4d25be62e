//! Transcription units of one VM that act on each other's promoters, solved as a dense block.
//!
//! Let `A` be the block of a cluster in `I - gamma J`, `G` the effect of growth, elongation and free
//! ribosomes on it, and `dz` the change of these. Then `x = A^-1 b + A^-1 gamma G dz`. Packages are
//! small, and so are these blocks.

use super::super::super::population::{GuestGene, GuestUnit, opened};
use super::super::super::promoter::Law;
use super::newton::Blocks;
use super::{acting_at, protein_at};
use bioxen_engine::ode::DenseLu;

/// The units of a cluster and the laws among them.
#[derive(Debug, Clone)]
pub(super) struct Cluster {
    units: Vec<usize>,
    /// What the variables of the block are.
    variables: Vec<Variable>,
    /// The place of the transcripts among the variables, the unit, and its law.
    laws: Vec<(usize, usize, Law)>,
}

/// A variable of a cluster.
#[derive(Debug, Clone, Copy)]
struct Variable {
    /// Its place among the molecules of the VM.
    at: usize,
    of: Of,
}

#[derive(Debug, Clone, Copy)]
enum Of {
    /// The transcripts of a unit.
    Unit(usize),
    /// The protein of a gene, whose transcripts stand at this place among the variables.
    Gene(usize, usize),
}

/// A cluster that is ready for `solve`.
#[derive(Debug, Clone)]
pub(super) struct Factored {
    variables: Vec<Variable>,
    lu: DenseLu,
    /// `A^-1 gamma G`, for each shared number.
    responses: [Vec<f64>; 3],
}

/// The units that laws connect, directly or through others, in order.
pub(super) fn clusters(
    units: &[GuestUnit],
    genes: &[GuestGene],
    laws: &[(usize, Law)],
) -> Vec<Cluster> {
    let mut leader: Vec<usize> = (0..units.len()).collect();
    for (unit, law) in laws {
        for protein in law.proteins() {
            let by = leader[genes[protein].unit];
            let (from, to) = (by.max(leader[*unit]), by.min(leader[*unit]));
            leader.iter_mut().filter(|l| **l == from).for_each(|l| *l = to);
        }
    }
    // A genome has thousands of units, and few of them are in clusters.
    let answers = laws.iter().filter(|(_, law)| law.proteins().next().is_some());
    let mut firsts: Vec<usize> = answers.map(|(unit, _)| leader[*unit]).collect();
    firsts.sort_unstable();
    firsts.dedup();
    let mut found = Vec::new();
    for first in firsts {
        let members: Vec<usize> = (0..units.len()).filter(|&u| leader[u] == first).collect();
        let (mut variables, mut own) = (Vec::new(), Vec::new());
        for &member in &members {
            let unit = &units[member];
            let place = variables.len();
            for (at, law) in laws.iter().filter(|(at, _)| *at == member) {
                if law.proteins().next().is_some() {
                    own.push((place, *at, law.clone()));
                }
            }
            variables.push(Variable { at: member + unit.genes().start, of: Of::Unit(member) });
            let proteins = unit.genes();
            variables.extend(
                proteins.map(|gene| Variable {
                    at: protein_at(genes, gene),
                    of: Of::Gene(gene, place),
                }),
            );
        }
        found.push(Cluster { units: members, variables, laws: own });
    }
    found
}

impl Cluster {
    pub(super) fn units(&self) -> impl Iterator<Item = usize> {
        self.units.iter().copied()
    }

    /// Factors the block; nothing if it is singular. `own` are the molecules of the VM.
    pub(super) fn factor(
        &self,
        (units, genes): (&[GuestUnit], &[GuestGene]),
        blocks: Blocks<'_>,
        own: &[f64],
        relative_growth: f64,
        gamma: f64,
    ) -> Option<Factored> {
        let n = self.variables.len();
        let mut a = vec![0.0; n * n];
        let mut responses = [vec![0.0; n], vec![0.0; n], vec![0.0; n]];
        for (k, variable) in self.variables.iter().enumerate() {
            match variable.of {
                Of::Unit(unit) => {
                    a[k * n + k] = blocks.units[unit].mrna;
                    responses[0][k] = gamma * blocks.units[unit].by_growth;
                }
                Of::Gene(gene, mrna) => {
                    let block = &blocks.genes[gene];
                    a[k * n + k] = block.protein;
                    a[k * n + mrna] = -gamma * block.coupling;
                    for (response, by) in responses.iter_mut().zip(block.by) {
                        response[k] = gamma * by;
                    }
                }
            }
        }
        for (k, unit, law) in &self.laws {
            let made = relative_growth * opened(&units[*unit]);
            let mut proteins: Vec<usize> = law.proteins().collect();
            proteins.sort_unstable();
            proteins.dedup();
            for by in proteins {
                let place = acting_at(genes, by);
                let Some(j) = self.variables.iter().position(|v| v.at == place) else { continue };
                let slope = law.slope(by, |gene| own[acting_at(genes, gene)]);
                a[k * n + j] -= gamma * made * slope;
            }
        }
        let lu = DenseLu::new(a, n)?;
        responses.iter_mut().for_each(|response| lu.solve(response));
        Some(Factored { variables: self.variables.clone(), lu, responses })
    }
}

impl Factored {
    /// The weight of a change of the variables, and what of it is degraded.
    fn weighed(&self, blocks: Blocks<'_>, x: &[f64]) -> (f64, f64) {
        let (mut weight, mut decayed) = (0.0, 0.0);
        for (variable, x) in self.variables.iter().zip(x) {
            match variable.of {
                Of::Unit(unit) => weight += blocks.units[unit].weight * x,
                Of::Gene(gene, _) => decayed += blocks.genes[gene].decayed_aa * x,
            }
        }
        (weight, decayed)
    }

    /// Adds how the weight of the cluster, and what of its proteins is degraded, answer to the shared
    /// numbers.
    pub(super) fn weigh(&self, blocks: Blocks<'_>, answers: &mut [f64; 3], decays: &mut [f64; 3]) {
        for ((response, answer), decay) in self.responses.iter().zip(answers).zip(decays) {
            let (weight, decayed) = self.weighed(blocks, response);
            *answer += weight;
            *decay += decayed;
        }
    }

    /// Puts `A^-1 b` in the place of `b`; gives the weight of that, and what of it is degraded.
    pub(super) fn solve_alone(&self, blocks: Blocks<'_>, b: &mut [f64]) -> (f64, f64) {
        let mut x: Vec<f64> = self.variables.iter().map(|variable| b[variable.at]).collect();
        self.lu.solve(&mut x);
        for (variable, x) in self.variables.iter().zip(&x) {
            b[variable.at] = *x;
        }
        self.weighed(blocks, &x)
    }

    /// Adds what the shared numbers do.
    pub(super) fn feel(&self, dz: &[f64; 3], b: &mut [f64]) {
        for (response, dz) in self.responses.iter().zip(dz) {
            for (variable, x) in self.variables.iter().zip(response) {
                b[variable.at] += x * dz;
            }
        }
    }
}

#[cfg(test)]
mod tests;
