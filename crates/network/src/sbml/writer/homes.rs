//! Species that an event sets to a concentration in a volume that changes. An event of SBML uses the
//! volume at its time only for a species that is itself a concentration. So these species are written
//! as concentrations, and all statements about their amounts are converted.

use std::collections::HashMap;

use crate::expr::replace;
use crate::{Assignment, BinaryOp, Expr, NaryOp, Network, QuantityId};

/// For each such species, the volume in which it is a concentration.
#[derive(Debug, Default)]
pub(super) struct Homes(HashMap<QuantityId, QuantityId>);

impl Homes {
    /// Finds the species; one that is set in several volumes stays an amount.
    pub(super) fn new(network: &Network, is_species: &[bool]) -> Self {
        let mut homes: HashMap<QuantityId, Option<QuantityId>> = HashMap::new();
        for assignment in network.events.iter().flat_map(|event| &event.assignments) {
            let Some(scale) = assignment.scale else { continue };
            let is_species = |q: QuantityId| is_species.get(q.index()) == Some(&true);
            if !is_species(assignment.quantity) || is_species(scale) {
                continue;
            }
            let home = homes.entry(assignment.quantity).or_insert(Some(scale));
            *home = home.filter(|home| *home == scale);
        }
        Homes(homes.into_iter().filter_map(|(q, home)| Some((q, home?))).collect())
    }

    /// The volume of a species.
    pub(super) fn of(&self, q: QuantityId) -> Option<QuantityId> {
        self.0.get(&q).copied()
    }

    /// Whether a quantity is such a volume.
    pub(super) fn is_home(&self, q: QuantityId) -> bool {
        self.0.values().any(|home| *home == q)
    }

    /// An expression over amounts as one over what the ids mean in the document.
    pub(super) fn written(&self, expr: &Expr) -> Expr {
        if self.0.is_empty() {
            return expr.clone();
        }
        replace(expr, &|leaf| match leaf {
            Expr::Quantity(q) => self.of(*q).map(|home| times(leaf.clone(), home)),
            Expr::RateOf(q) => self.of(*q).map(|home| {
                let growth = Expr::Nary(NaryOp::Mul, vec![Expr::Quantity(*q), Expr::RateOf(home)]);
                Expr::Nary(NaryOp::Add, vec![times(leaf.clone(), home), growth])
            }),
            _ => None,
        })
    }

    /// What a quantity is set to, as the document has it.
    pub(super) fn value(&self, target: QuantityId, value: &Expr) -> Expr {
        let value = self.written(value);
        match self.of(target) {
            None => value,
            Some(home) => divided(value, home),
        }
    }

    /// The same for an assignment with its scale.
    pub(super) fn assigned(&self, assignment: &Assignment) -> Expr {
        let Assignment { quantity, value, scale } = assignment;
        match (scale, self.of(*quantity)) {
            (Some(scale), Some(home)) if *scale == home => self.written(value),
            (Some(scale), _) => self.value(*quantity, &times(value.clone(), *scale)),
            (None, _) => self.value(*quantity, value),
        }
    }

    /// The rate of change of a quantity, as the document has it: of `A/V` it is `(A' - A/V V')/V`.
    pub(super) fn rate(&self, target: QuantityId, rate: &Expr) -> Expr {
        let rate = self.written(rate);
        let Some(home) = self.of(target) else { return rate };
        let growth = Expr::Nary(NaryOp::Mul, vec![Expr::Quantity(target), Expr::RateOf(home)]);
        divided(Expr::Binary(BinaryOp::Sub, Box::new(rate), Box::new(growth)), home)
    }
}

fn times(value: Expr, size: QuantityId) -> Expr {
    Expr::Nary(NaryOp::Mul, vec![value, Expr::Quantity(size)])
}

fn divided(value: Expr, size: QuantityId) -> Expr {
    Expr::Binary(BinaryOp::Div, Box::new(value), Box::new(Expr::Quantity(size)))
}
