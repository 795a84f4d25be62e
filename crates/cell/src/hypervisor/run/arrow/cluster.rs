//! Genes of one VM that act on each other's promoters, solved as a dense block.
//!
//! Let `A` be the block of a cluster in `I - gamma J`, `G` the effect of growth, elongation and free
//! ribosomes on it, and `dz` the change of these. Then `x = A^-1 b + A^-1 gamma G dz`. Packages are
//! small, and so are these blocks.

use super::super::super::population::{GuestGene, opened};
use super::super::super::promoter::Law;
use super::GeneBlock;
use bioxen_engine::ode::DenseLu;

/// The genes of a cluster and the laws among them.
#[derive(Debug, Clone)]
pub(super) struct Cluster {
    /// Their places among the genes of the VM.
    genes: Vec<usize>,
    /// The place in `genes` of the promoter's gene, and its law.
    laws: Vec<(usize, Law)>,
}

/// A cluster that is ready for `solve`.
#[derive(Debug, Clone)]
pub(super) struct Factored {
    genes: Vec<usize>,
    lu: DenseLu,
    /// `A^-1 gamma G`: mRNA and protein of each gene in turn, for each shared number.
    responses: [Vec<f64>; 3],
}

/// The genes that laws connect, directly or through others, in order.
pub(super) fn clusters(genes: usize, laws: &[(usize, Law)]) -> Vec<Cluster> {
    let mut leader: Vec<usize> = (0..genes).collect();
    for (gene, law) in laws {
        for protein in law.proteins() {
            let (from, to) =
                (leader[protein].max(leader[*gene]), leader[protein].min(leader[*gene]));
            leader.iter_mut().filter(|l| **l == from).for_each(|l| *l = to);
        }
    }
    // A genome has thousands of genes, and few of them are in clusters.
    let answers = laws.iter().filter(|(_, law)| law.proteins().next().is_some());
    let mut firsts: Vec<usize> = answers.map(|(gene, _)| leader[*gene]).collect();
    firsts.sort_unstable();
    firsts.dedup();
    let mut found = Vec::new();
    for first in firsts {
        let members: Vec<usize> = (0..genes).filter(|&g| leader[g] == first).collect();
        let own = |(gene, law): &(usize, Law)| {
            law.proteins().next()?;
            Some((members.iter().position(|m| m == gene)?, law.clone()))
        };
        let laws: Vec<(usize, Law)> = laws.iter().filter_map(own).collect();
        if !laws.is_empty() {
            found.push(Cluster { genes: members, laws });
        }
    }
    found
}

impl Cluster {
    pub(super) fn genes(&self) -> impl Iterator<Item = usize> {
        self.genes.iter().copied()
    }

    /// Factors the block; nothing if it is singular. `own` are the molecules of the VM.
    pub(super) fn factor(
        &self,
        genes: &[GuestGene],
        blocks: &[GeneBlock],
        own: &[f64],
        relative_growth: f64,
        gamma: f64,
    ) -> Option<Factored> {
        let n = 2 * self.genes.len();
        let mut a = vec![0.0; n * n];
        let mut responses = [vec![0.0; n], vec![0.0; n], vec![0.0; n]];
        for (k, &gene) in self.genes.iter().enumerate() {
            let block = &blocks[gene];
            let (mrna, protein) = (2 * k, 2 * k + 1);
            a[mrna * n + mrna] = block.mrna;
            a[protein * n + protein] = block.protein;
            a[protein * n + mrna] = -gamma * block.coupling;
            responses[0][mrna] = gamma * block.mrna_by_growth;
            for (response, by) in responses.iter_mut().zip(block.protein_by) {
                response[protein] = gamma * by;
            }
        }
        for (k, law) in &self.laws {
            let made = relative_growth * opened(&genes[self.genes[*k]]);
            let mut proteins: Vec<usize> = law.proteins().collect();
            proteins.sort_unstable();
            proteins.dedup();
            for by in proteins {
                let Ok(j) = self.genes.binary_search(&by) else { continue };
                let slope = law.slope(by, |gene| own[2 * gene + 1]);
                a[2 * k * n + 2 * j + 1] -= gamma * made * slope;
            }
        }
        let lu = DenseLu::new(a, n)?;
        responses.iter_mut().for_each(|response| lu.solve(response));
        Some(Factored { genes: self.genes.clone(), lu, responses })
    }
}

impl Factored {
    /// Adds how the weight of the cluster, and what of its proteins is degraded, answer to the shared
    /// numbers.
    pub(super) fn weigh(
        &self,
        blocks: &[GeneBlock],
        answers: &mut [f64; 3],
        decays: &mut [f64; 3],
    ) {
        for ((response, answer), decay) in self.responses.iter().zip(answers).zip(decays) {
            for (pair, &gene) in response.chunks_exact(2).zip(&self.genes) {
                *answer += blocks[gene].weight * pair[0];
                *decay += blocks[gene].decayed_aa * pair[1];
            }
        }
    }

    /// Puts `A^-1 b` in the place of `b`; gives the weight of that, and what of it is degraded.
    pub(super) fn solve_alone(&self, blocks: &[GeneBlock], b: &mut [f64]) -> (f64, f64) {
        let mut x: Vec<f64> = self.genes.iter().flat_map(|&g| [b[2 * g], b[2 * g + 1]]).collect();
        self.lu.solve(&mut x);
        let (mut weight, mut decayed) = (0.0, 0.0);
        for (pair, &gene) in x.chunks_exact(2).zip(&self.genes) {
            (b[2 * gene], b[2 * gene + 1]) = (pair[0], pair[1]);
            weight += blocks[gene].weight * pair[0];
            decayed += blocks[gene].decayed_aa * pair[1];
        }
        (weight, decayed)
    }

    /// Adds what the shared numbers do.
    pub(super) fn feel(&self, dz: &[f64; 3], b: &mut [f64]) {
        for (response, dz) in self.responses.iter().zip(dz) {
            for (pair, &gene) in response.chunks_exact(2).zip(&self.genes) {
                b[2 * gene] += pair[0] * dz;
                b[2 * gene + 1] += pair[1] * dz;
            }
        }
    }
}

#[cfg(test)]
mod tests;
