//! RNAs that lead a protein to a promoter, as laws of their amounts.

use bioxen_network::{BinaryOp, Expr, NaryOp};

/// What one guide does to a promoter; see [`crate::package::Guide`].
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) struct GuidedLaw {
    /// The gene of the protein.
    pub protein: usize,
    /// The gene of the RNA.
    pub rna: usize,
    /// How many of it bind half of the protein [molecules].
    pub kd: f64,
    /// All other RNAs that the protein binds, each with its own constant [molecules].
    pub others: Vec<(usize, f64)>,
    /// By how much the promoter is blocked at most.
    pub max_fold: f64,
    /// How many complexes block half of it [molecules].
    pub half: f64,
}

impl GuidedLaw {
    /// The genes whose molecules act.
    pub(in super::super) fn genes(&self) -> impl Iterator<Item = usize> {
        [self.protein, self.rna].into_iter().chain(self.others.iter().map(|(gene, _)| *gene))
    }

    /// What is left of the activity.
    pub(in super::super) fn left(&self, molecules: impl Fn(usize) -> f64) -> f64 {
        let of = |gene: usize| molecules(gene).max(0.0);
        let own = of(self.rna) / self.kd;
        let bound: f64 = self.others.iter().map(|(gene, kd)| of(*gene) / kd).sum();
        let complexes = of(self.protein) * own / (1.0 + own + bound);
        1.0 / (1.0 + (self.max_fold - 1.0) * complexes / (complexes + self.half))
    }

    /// The same as an expression of the molecules.
    pub(in super::super) fn expr(&self, molecules: impl Fn(usize) -> Expr) -> Expr {
        let div = |a, b| Expr::Binary(BinaryOp::Div, Box::new(a), Box::new(b));
        let number = Expr::Const;
        let own = div(molecules(self.rna), number(self.kd));
        let mut all = vec![number(1.0), own.clone()];
        all.extend(self.others.iter().map(|(gene, kd)| div(molecules(*gene), number(*kd))));
        let complexes = div(
            Expr::Nary(NaryOp::Mul, vec![molecules(self.protein), own]),
            Expr::Nary(NaryOp::Add, all),
        );
        let part =
            div(complexes.clone(), Expr::Nary(NaryOp::Add, vec![complexes, number(self.half)]));
        let blocked = Expr::Nary(NaryOp::Mul, vec![number(self.max_fold - 1.0), part]);
        div(number(1.0), Expr::Nary(NaryOp::Add, vec![number(1.0), blocked]))
    }

    /// The same with other numbers for the genes; nothing if its protein or its RNA is gone. Others that are
    /// gone bind nothing.
    pub(in super::super) fn renumbered(
        &self,
        place: impl Fn(usize) -> Option<usize>,
    ) -> Option<Self> {
        let others = self.others.iter().filter_map(|(gene, kd)| Some((place(*gene)?, *kd)));
        let others = others.collect();
        Some(Self { protein: place(self.protein)?, rna: place(self.rna)?, others, ..self.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bioxen_network::{Program, QuantityId};

    fn law() -> GuidedLaw {
        GuidedLaw {
            protein: 0,
            rna: 1,
            kd: 10.0,
            others: vec![(2, 5.0)],
            max_fold: 101.0,
            half: 20.0,
        }
    }

    /// 100 proteins, 10 of the own RNA and 10 of another: 100 / (1 + 1 + 2) = 25 are free, and 25 are bound to the
    /// own RNA, so that 25/45 of a block of 100 is there.
    #[test]
    fn guides_compete_for_their_protein() {
        let at = |gene: usize| [100.0, 10.0, 10.0][gene];
        let expected = 1.0 / (1.0 + 100.0 * 25.0 / 45.0);
        assert!((law().left(at) - expected).abs() < 1e-15);
        let expr = law().expr(|gene| Expr::Quantity(QuantityId(gene as u32)));
        let program = Program::compile(&expr).unwrap();
        let value = program.eval(0.0, &[100.0, 10.0, 10.0], &mut Vec::new());
        assert!((value - expected).abs() < 1e-15);
        let alone = law().left(|gene| [100.0, 10.0, 0.0][gene]);
        assert!(alone < expected, "without the other it is blocked more");
        for nothing in [[0.0, 10.0, 0.0], [100.0, 0.0, 10.0]] {
            assert_eq!(law().left(|gene| nothing[gene]), 1.0);
        }
        assert!((1.0 / law().left(|gene| [1e12, 1e12, 0.0][gene]) / 101.0 - 1.0).abs() < 1e-6);
    }

    #[test]
    fn what_is_gone_binds_nothing() {
        assert_eq!(law().renumbered(|gene| (gene != 1).then_some(gene)), None);
        let alone = law().renumbered(|gene| (gene != 2).then_some(gene + 5)).unwrap();
        assert_eq!((alone.protein, alone.rna, alone.others.len()), (5, 6, 0));
    }
}
