//! A promoter that loops of its repressor shut, as a law of the repressor's amount.

use bioxen_genome::regulation::Looped;
use bioxen_network::{BinaryOp, Expr, NaryOp};

/// What the repressor of a looped promoter makes of it, in one medium.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) struct LoopedLaw {
    /// The promoter as a law of the repressor relative to the wild type's mean.
    pub looped: Looped,
    /// Repressor that the genes do not make, relative to the wild type's mean: 1 while the VM does not
    /// express the repressor's own gene, which the wild type's mean stands for.
    pub constant: f64,
    /// The genes of the repressor that it expresses: its own, and those on plasmids.
    pub genes: Vec<usize>,
    /// Repressor of the wild type, as the account of the genome has it [molecules].
    pub native: f64,
    /// What brings its inducer in, if it is counted.
    pub permease: Option<Permease>,
}

/// A permease that concentrates the inducer: `c = c_out (1 + gain * permease / full)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in super::super) struct Permease {
    /// Its gene.
    pub gene: usize,
    /// By how much a full set of it concentrates the inducer.
    pub gain: f64,
    /// What a fully induced cell has of it [molecules].
    pub full: f64,
}

impl LoopedLaw {
    /// Activity of the promoter beside so many molecules of each protein; 1 is open.
    pub(in super::super) fn activity(&self, protein: impl Fn(usize) -> f64) -> f64 {
        let made: f64 = self.genes.iter().map(|gene| protein(*gene).max(0.0)).sum();
        let uptake = self.permease.map_or(0.0, |p| p.gain * protein(p.gene).max(0.0) / p.full);
        self.looped.activity(self.constant + made / self.native, uptake)
    }

    /// The first gene of the repressor, and how many tetramers there are of all its genes, if it is made.
    pub(in super::super) fn tetramers(
        &self,
        protein: impl Fn(usize) -> f64,
    ) -> Option<(usize, f64)> {
        let gene = *self.genes.first()?;
        let made: f64 = self.genes.iter().map(|gene| protein(*gene).max(0.0)).sum();
        Some((gene, (self.constant + made / self.native) * self.looped.loops.tetramers))
    }

    /// The genes whose proteins act on it.
    pub(in super::super) fn proteins(&self) -> impl Iterator<Item = usize> {
        self.genes.iter().copied().chain(self.permease.map(|permease| permease.gene))
    }

    /// The same with other numbers for the genes; those that are gone make nothing.
    pub(in super::super) fn renumbered(&self, place: impl Fn(usize) -> Option<usize>) -> Self {
        let genes = self.genes.iter().filter_map(|gene| place(*gene)).collect();
        let permease = self.permease.and_then(|p| Some(Permease { gene: place(p.gene)?, ..p }));
        Self { genes, permease, ..self.clone() }
    }

    /// The activity as an expression of the proteins and of `felt`, which is asked for each number that another
    /// medium changes.
    pub(super) fn expr(
        &self,
        protein: impl Fn(usize) -> Expr,
        felt: &mut dyn FnMut(f64) -> Expr,
    ) -> Expr {
        let Looped { loops, operators, others, without, .. } = self.looped;
        let active = self.active(&protein, felt);
        let made = sum(self.genes.iter().map(|gene| protein(*gene)).collect());
        let relative =
            sum(vec![felt(self.constant), times(vec![number(self.native.recip()), made])]);
        let free = if operators > 0.0 {
            // The free part of what operators on plasmids bind, as `Loops::free` has it.
            let weight = times(vec![felt(loops.weight() / without), active.clone()]);
            let total = times(vec![number(loops.tetramers), relative]);
            let beyond = binary(BinaryOp::Sub, felt(operators), total.clone());
            let b = sum(vec![number(1.0), times(vec![weight.clone(), beyond])]);
            let square = sum(vec![
                times(vec![b.clone(), b.clone()]),
                times(vec![number(4.0), weight, total.clone()]),
            ]);
            let root = binary(BinaryOp::Pow, square, number(0.5));
            let bound = times(vec![number(loops.tetramers), sum(vec![b, root])]);
            binary(BinaryOp::Div, times(vec![number(2.0), total]), bound)
        } else {
            relative
        };
        let part = |weight: f64| times(vec![number(weight), active.clone(), free.clone()]);
        let single = |weight: f64| sum(vec![number(1.0), part(weight)]);
        let below = sum(vec![
            times(vec![single(loops.auxiliary), single(loops.main)]),
            times(vec![part(loops.both), active.clone()]),
        ]);
        let above = times(vec![felt(others), single(loops.auxiliary)]);
        binary(BinaryOp::Div, above, below)
    }

    /// The fraction of heads that can bind.
    fn active(&self, protein: impl Fn(usize) -> Expr, felt: &mut dyn FnMut(f64) -> Expr) -> Expr {
        let (Some(permease), Some((states, outside_um))) = (self.permease, self.looped.inducer)
        else {
            return felt(self.looped.active(0.0));
        };
        let there = times(vec![felt(permease.gain / permease.full), protein(permease.gene)]);
        let inside = times(vec![felt(outside_um), sum(vec![number(1.0), there])]);
        let bound =
            |kd_um: f64| sum(vec![number(1.0), times(vec![number(kd_um.recip()), inside.clone()])]);
        let ratio = binary(BinaryOp::Div, bound(states.inactive_um), bound(states.active_um));
        let inactive = times(vec![
            number((-states.energy_kt).exp()),
            binary(BinaryOp::Pow, ratio, number(states.n)),
        ]);
        binary(BinaryOp::Div, felt(self.looped.rest), sum(vec![number(1.0), inactive]))
    }
}

fn number(value: f64) -> Expr {
    Expr::Const(value)
}

fn sum(terms: Vec<Expr>) -> Expr {
    Expr::Nary(NaryOp::Add, terms)
}

fn times(factors: Vec<Expr>) -> Expr {
    Expr::Nary(NaryOp::Mul, factors)
}

fn binary(op: BinaryOp, a: Expr, b: Expr) -> Expr {
    Expr::Binary(op, Box::new(a), Box::new(b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bioxen_genome::regulation::{Circumstances, operon_of_gene};
    use bioxen_network::{Program, QuantityId};

    fn law(iptg_mm: f64, operators: f64, constant: f64) -> LoopedLaw {
        let mut medium = crate::hypervisor::Medium::default();
        medium.set("IPTG", iptg_mm).unwrap();
        let around = Circumstances { operators, ..Circumstances::of_wild_type(&medium) };
        let (looped, gene) = operon_of_gene("lacZ").unwrap().looped("lacZ", &around).unwrap();
        assert_eq!(gene, "lacI");
        LoopedLaw { looped, constant, genes: vec![3, 5], native: 40.0, permease: None }
    }

    #[test]
    fn the_expression_says_what_the_law_says() {
        for operators in [0.0, 1.0, 250.0] {
            for iptg in [0.0, 0.03, 1.0] {
                let mut law = law(iptg, operators, 0.25);
                if operators != 1.0 {
                    law.permease = Some(Permease { gene: 5, gain: 10.0, full: 100.0 });
                }
                let at = |gene: usize| Expr::Quantity(QuantityId(u32::from(gene == 5)));
                let program = Program::compile(&law.expr(at, &mut Expr::Const)).unwrap();
                for (a, b) in [(0.0, 0.0), (20.0, 10.0), (0.0, 400.0), (1e5, 3.0)] {
                    let found = program.eval(0.0, &[a, b], &mut Vec::new());
                    let expected = law.activity(|gene| if gene == 5 { b } else { a });
                    assert!((found / expected - 1.0).abs() < 1e-9, "{found}, {expected}");
                }
            }
        }
    }

    #[test]
    fn the_wild_types_mean_shuts_as_the_wild_type() {
        // 1283-fold, beside the fivefold of glucose.
        let alone = law(0.0, 0.0, 1.0).activity(|_| 0.0);
        assert!((alone * 5.0 * 1283.5 - 1.0).abs() < 1e-3, "{alone}");
        let own = law(0.0, 0.0, 0.0).activity(|gene| if gene == 3 { 40.0 } else { 0.0 });
        assert!((own / alone - 1.0).abs() < 1e-12);
        // Its gene on a plasmid shuts more, operators on a plasmid less.
        let more = law(0.0, 0.0, 1.0).activity(|_| 200.0);
        let fewer = law(0.0, 100.0, 1.0).activity(|_| 0.0);
        assert!(more < alone && alone < fewer, "{more} {alone} {fewer}");
    }

    #[test]
    fn genes_that_are_gone_make_nothing() {
        let law = law(0.0, 0.0, 0.0).renumbered(|gene| (gene == 3).then_some(0));
        assert_eq!(law.genes, [0]);
    }
}
