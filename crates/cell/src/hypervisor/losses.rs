//! What molecules of one VM lose to each other: proteins to the proteases that they share, and transcripts to the
//! small RNAs that pair with them. See [`crate::package::Protease`] and [`crate::package::SmallRna`].

use super::population::{GuestGene, GuestUnit};
use bioxen_network::{BinaryOp, Expr, NaryOp, QuantityId, RateLaw};

/// All such losses in a VM.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Losses {
    pub queues: Vec<Queue>,
    pub pairs: Vec<Pair>,
}

/// A protease with the proteins that wait for it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Queue {
    /// The name of the protease.
    pub name: String,
    /// How many proteins it degrades at most [1/h].
    pub most_per_h: f64,
    /// With how many of them it degrades half as many [molecules].
    pub km: f64,
    /// The genes of the proteins, each once.
    pub substrates: Vec<usize>,
}

/// A small RNA and a transcript that it pairs with; both are lost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Pair {
    /// The small RNA: its gene; in [`Placed`] its unit.
    pub rna: usize,
    /// A gene of the transcript; in [`Placed`] the unit.
    pub target: usize,
    /// How fast a pair of molecules meets [1/h].
    pub per_h: f64,
}

/// The same by places among the genes and units of a population.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Placed {
    pub queues: Vec<Queue>,
    pub pairs: Vec<Pair>,
}

/// How fast one molecule is lost [1/h].
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Felt {
    /// A protein, for each protease.
    pub queues: Vec<f64>,
    /// A transcript of each of [`Placed::paired`].
    pub units: Vec<f64>,
}

impl Queue {
    /// How fast each of so many proteins is degraded [1/h]: all that wait count.
    pub(super) fn each_per_h(&self, waiting: f64) -> f64 {
        self.most_per_h / (self.km + waiting.max(0.0))
    }

    /// How that changes with their number [1/(h molecule)].
    pub(super) fn slope(&self, waiting: f64) -> f64 {
        if waiting < 0.0 {
            return 0.0;
        }
        -self.most_per_h / (self.km + waiting).powi(2)
    }

    /// How many wait.
    pub(super) fn waiting(&self, protein: impl Fn(usize) -> f64) -> f64 {
        self.substrates.iter().fold(0.0, |sum, gene| sum + protein(*gene))
    }

    /// How fast the protein of a gene is degraded, as an expression of all that wait.
    pub(super) fn law(&self, gene: usize, protein: impl Fn(usize) -> QuantityId) -> RateLaw {
        RateLaw::Expr(self.expr(gene, protein))
    }

    /// The same without the form of a law.
    pub(super) fn expr(&self, gene: usize, protein: impl Fn(usize) -> QuantityId) -> Expr {
        let mut below = vec![Expr::Const(self.km)];
        below.extend(self.substrates.iter().map(|gene| Expr::Quantity(protein(*gene))));
        let own = Expr::Quantity(protein(gene));
        let above = Expr::Nary(NaryOp::Mul, vec![Expr::Const(self.most_per_h), own]);
        Expr::Binary(BinaryOp::Div, above.into(), Expr::Nary(NaryOp::Add, below).into())
    }
}

impl Losses {
    pub(super) fn is_empty(&self) -> bool {
        self.queues.is_empty() && self.pairs.is_empty()
    }

    /// The same by places: `genes` gives those of a gene among the genes, `units` those of the units that carry it.
    /// What is not there loses nothing.
    pub(super) fn placed(
        &self,
        genes: impl Fn(usize) -> Vec<usize>,
        units: impl Fn(usize) -> Vec<usize>,
    ) -> Placed {
        let queue = |queue: &Queue| {
            let substrates: Vec<usize> = queue.substrates.iter().flat_map(|g| genes(*g)).collect();
            let some = !substrates.is_empty();
            some.then(|| Queue { substrates, ..queue.clone() })
        };
        let of_pair = |pair: &Pair| {
            let targets = units(pair.target);
            let rnas = units(pair.rna).into_iter();
            let both = rnas.flat_map(move |rna| targets.clone().into_iter().map(move |t| (rna, t)));
            let per_h = pair.per_h;
            both.map(move |(rna, target)| Pair { rna, target, per_h })
        };
        // A transcript with two genes that a small RNA pairs with has two places for it.
        let mut pairs: Vec<Pair> = Vec::new();
        for pair in self.pairs.iter().flat_map(of_pair) {
            match pairs.iter_mut().find(|p| (p.rna, p.target) == (pair.rna, pair.target)) {
                Some(known) => known.per_h += pair.per_h,
                None => pairs.push(pair),
            }
        }
        Placed { queues: self.queues.iter().filter_map(queue).collect(), pairs }
    }
}

impl Placed {
    pub(super) fn is_empty(&self) -> bool {
        self.queues.is_empty() && self.pairs.is_empty()
    }

    /// The units whose transcripts pair, in order.
    pub(super) fn paired(&self) -> Vec<usize> {
        let mut all: Vec<usize> = self.pairs.iter().flat_map(|p| [p.rna, p.target]).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// With whom the transcripts of a unit pair, and how fast.
    pub(super) fn partners(&self, unit: usize) -> impl Iterator<Item = (usize, f64)> {
        self.pairs.iter().filter_map(move |pair| match (pair.rna, pair.target) {
            (rna, target) if rna == unit => Some((target, pair.per_h)),
            (rna, target) if target == unit => Some((rna, pair.per_h)),
            _ => None,
        })
    }

    /// What is felt beside so many proteins that wait for each protease, and transcripts of each unit.
    pub(super) fn felt(
        &self,
        waiting: impl Fn(usize, &Queue) -> f64,
        transcripts: impl Fn(usize) -> f64,
    ) -> Felt {
        let of_unit = |unit: usize| {
            self.partners(unit).fold(0.0, |sum, (other, k)| sum + k * transcripts(other).max(0.0))
        };
        let queues = self.queues.iter().enumerate();
        Felt {
            queues: queues.map(|(at, queue)| queue.each_per_h(waiting(at, queue))).collect(),
            units: self.paired().into_iter().map(of_unit).collect(),
        }
    }

    /// Tells units and genes how fast each of their molecules is lost.
    pub(super) fn tell(&self, felt: &Felt, units: &mut [GuestUnit], genes: &mut [GuestGene]) {
        for (unit, per_h) in self.paired().into_iter().zip(&felt.units) {
            units[unit].paired_per_h = *per_h;
        }
        for gene in self.queues.iter().flat_map(|queue| &queue.substrates) {
            genes[*gene].degraded_per_h = 0.0;
        }
        for (queue, per_h) in self.queues.iter().zip(&felt.queues) {
            queue.substrates.iter().for_each(|gene| genes[*gene].degraded_per_h += per_h);
        }
    }
}

#[cfg(test)]
mod tests;
