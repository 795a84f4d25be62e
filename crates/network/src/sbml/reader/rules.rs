//! Initial assignments and rules.

use roxmltree::Node;

use super::{Reader, algebraic};
use crate::sbml::error::SbmlError;
use crate::sbml::table::{Entry, Ruled, div, mul};
use crate::sbml::xml;
use crate::{Assignment, Expr, NaryOp, QuantityId, Rule};

impl<'a, 'i> Reader<'a, 'i> {
    /// Reads the initial assignments.
    ///
    /// # Errors
    /// Unknown ids, wrong formulas, two assignments to one quantity.
    pub(super) fn initial_assignments(&mut self) -> Result<(), SbmlError> {
        let mut done = std::collections::HashSet::new();
        for node in xml::items(self.model, "listOfInitialAssignments", "initialAssignment") {
            let id = xml::required(node, "symbol")?;
            let entry = self.variable(id, node)?;
            if self.open.contains(id) {
                continue;
            }
            let Some(math) = xml::math(node) else { continue };
            if !done.insert(id) {
                return Err(conflict(node, id, "has a second initial assignment"));
            }
            if self.table.ruled.get(id) == Some(&Ruled::Assignment) {
                return Err(conflict(node, id, "has an assignment rule as well"));
            }
            let value = self.formulas.read(math, &self.table, None)?;
            let (target, size) = entry;
            let value = in_amounts(value, size);
            self.out.network.initial_assignments.push(Assignment::new(target, value));
        }
        Ok(())
    }

    /// The quantity to change in the place of an id, and the size to multiply with.
    fn variable(
        &self,
        id: &str,
        node: Node<'a, 'i>,
    ) -> Result<(QuantityId, Option<QuantityId>), SbmlError> {
        match self.table.get(id) {
            Some(Entry::Plain { quantity, .. }) => Ok((*quantity, None)),
            Some(Entry::Species(s)) => Ok((s.amount, s.per)),
            _ => Err(self.table.unknown(id, "a variable", xml::at(node))),
        }
    }

    /// Reads the rules.
    ///
    /// # Errors
    /// Unknown ids, wrong formulas, rules for constants, algebraic rules that determine nothing.
    pub(super) fn rules(&mut self) -> Result<(), SbmlError> {
        let mut algebraic = Vec::new();
        for list in xml::elements(self.model).filter(|n| n.tag_name().name() == "listOfRules") {
            for node in xml::elements(list) {
                match (node.tag_name().name(), xml::math(node)) {
                    ("assignmentRule", math) => self.rule(node, math, Ruled::Assignment)?,
                    ("rateRule", math) => self.rule(node, math, Ruled::Rate)?,
                    ("algebraicRule", Some(math)) => {
                        let value = self.formulas.read(math, &self.table, None)?;
                        algebraic.push((math, value.clone()));
                        self.out.network.rules.push(Rule::Algebraic(value));
                    }
                    _ => {}
                }
            }
        }
        if !algebraic.is_empty() {
            self.out.network.unknowns = algebraic::unknowns(self, &algebraic)?;
        }
        Ok(())
    }

    fn rule(
        &mut self,
        node: Node<'a, 'i>,
        math: Option<Node<'a, 'i>>,
        kind: Ruled,
    ) -> Result<(), SbmlError> {
        let id = xml::required(node, "variable")?;
        let (target, size) = self.variable(id, node)?;
        let Some(math) = math else { return Ok(()) };
        if self.table.get(id).is_some_and(Entry::is_constant) {
            return Err(conflict(node, id, "is constant and cannot have a rule"));
        }
        let value = self.formulas.read(math, &self.table, None)?;
        let rule = match kind {
            Ruled::Assignment => Rule::Assignment(target, in_amounts(value, size)),
            Ruled::Rate => Rule::Rate(target, self.amount_rate(id, value)),
        };
        self.out.network.rules.push(rule);
        Ok(())
    }

    /// The rate of change of what stands for `id`, if its value is to change at that rate.
    fn amount_rate(&self, id: &str, rate: Expr) -> Expr {
        let Some(species) = self.table.species(id) else { return rate };
        let Some(size) = species.per else { return rate };
        let own = mul(rate, Expr::Quantity(size));
        if !species.per_varies {
            return own;
        }
        // A = c V, so A' = c' V + A/V V'.
        let value = div(Expr::Quantity(species.amount), Expr::Quantity(size));
        Expr::Nary(NaryOp::Add, vec![own, mul(value, Expr::RateOf(size))])
    }
}

/// The amount that goes with a concentration.
pub(super) fn in_amounts(value: Expr, size: Option<QuantityId>) -> Expr {
    match size {
        Some(size) => mul(value, Expr::Quantity(size)),
        None => value,
    }
}

/// The error for something determined twice.
pub(super) fn conflict(node: Node<'_, '_>, id: &str, problem: &'static str) -> SbmlError {
    SbmlError::Conflict { id: xml::shorten(id), problem, at: xml::at(node) }
}
