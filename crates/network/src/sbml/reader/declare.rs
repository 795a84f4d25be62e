//! Declares the ids: functions, compartments, species, parameters, stoichiometries.

use roxmltree::Node;

use super::Reader;
use super::rules::conflict;
use crate::sbml::error::SbmlError;
use crate::sbml::table::{Entry, Ruled, Species, mul};
use crate::sbml::{Symbol, SymbolKind, xml};
use crate::{Assignment, Expr, QuantityId, Role};

impl<'a, 'i> Reader<'a, 'i> {
    /// Goes through all declarations.
    ///
    /// # Errors
    /// Missing attributes, bad values, ids used twice, unknown compartments.
    pub(super) fn declare(&mut self) -> Result<(), SbmlError> {
        for node in xml::items(self.model, "listOfFunctionDefinitions", "functionDefinition") {
            let id = xml::required(node, "id")?;
            self.table.add(id, Entry::Other, || xml::at(node))?;
            self.formulas.define(id, node)?;
        }
        self.ruled()?;
        for node in xml::items(self.model, "listOfCompartments", "compartment") {
            self.compartment(node)?;
        }
        for node in xml::items(self.model, "listOfSpecies", "species") {
            self.species(node)?;
        }
        for node in xml::items(self.model, "listOfParameters", "parameter") {
            self.parameter(node)?;
        }
        for node in xml::items(self.model, "listOfReactions", "reaction") {
            self.references(node)?;
        }
        for node in xml::items(self.model, "listOfEvents", "event") {
            if let Some(id) = node.attribute("id") {
                self.table.add(id, Entry::Other, || xml::at(node))?;
            }
        }
        Ok(())
    }

    /// Which quantities rules determine. A rule without a formula determines nothing (L3V2
    /// section 4.9).
    fn ruled(&mut self) -> Result<(), SbmlError> {
        let rules = [("assignmentRule", Ruled::Assignment), ("rateRule", Ruled::Rate)];
        for (element, kind) in rules {
            for node in xml::items(self.model, "listOfRules", element) {
                let variable = xml::required(node, "variable")?;
                if xml::math(node).is_none() {
                    continue;
                }
                if self.table.ruled.insert(variable, kind).is_some() {
                    return Err(SbmlError::Conflict {
                        id: variable.to_owned(),
                        problem: "has a second rule",
                        at: xml::at(node),
                    });
                }
            }
        }
        Ok(())
    }

    fn symbol(&mut self, node: Node<'a, 'i>, kind: SymbolKind) {
        self.out.symbols.push(Symbol {
            id: node.attribute("id").unwrap_or_default().to_owned(),
            name: node.attribute("name").unwrap_or_default().to_owned(),
            kind,
        });
    }

    /// A quantity that is a number of its own.
    fn plain(
        &mut self,
        node: Node<'a, 'i>,
        (id, value): (&'a str, f64),
        what: &'static str,
        kind: fn(QuantityId) -> SymbolKind,
    ) -> Result<(), SbmlError> {
        let constant = xml::boolean(node, "constant", true)?;
        let quantity = self.out.network.parameter(id, value);
        self.table.add(id, Entry::Plain { quantity, constant, what }, || xml::at(node))?;
        self.symbol(node, kind(quantity));
        Ok(())
    }

    fn compartment(&mut self, node: Node<'a, 'i>) -> Result<(), SbmlError> {
        let id = xml::required(node, "id")?;
        let size = xml::number(node, "size")?;
        let determined = self.initialised.contains(id) || self.table.ruled.contains_key(id);
        // A size that is stated nowhere is taken to be one unit, so that amounts and
        // concentrations are the same number.
        let size = size.unwrap_or(if determined { f64::NAN } else { 1.0 });
        self.plain(node, (id, size), "compartment", SymbolKind::Compartment)
    }

    fn parameter(&mut self, node: Node<'a, 'i>) -> Result<(), SbmlError> {
        let id = xml::required(node, "id")?;
        let value = xml::number(node, "value")?.unwrap_or(f64::NAN);
        self.plain(node, (id, value), "parameter", SymbolKind::Parameter)
    }

    fn species(&mut self, node: Node<'a, 'i>) -> Result<(), SbmlError> {
        let id = xml::required(node, "id")?;
        let home = xml::required(node, "compartment")?;
        let Some(&Entry::Plain { quantity: size, constant: fixed, what: "compartment" }) =
            self.table.get(home)
        else {
            return Err(self.table.unknown(home, "a compartment", xml::at(node)));
        };
        let boundary = xml::boolean(node, "boundaryCondition", false)?;
        let constant = xml::boolean(node, "constant", false)?;
        let only_amount = xml::boolean(node, "hasOnlySubstanceUnits", false)?;
        let unit = fixed && self.known(home, size) == Some(1.0);
        let per = (!only_amount && !unit).then_some(size);
        let role = self.table.role(id, boundary, constant);
        let amount = self.add(id, role);
        self.initial_amount(node, id, amount, (home, size))?;
        let species = Species {
            amount,
            per,
            per_varies: !fixed,
            boundary,
            constant,
            conversion: node.attribute("conversionFactor"),
        };
        self.table.add(id, Entry::Species(species), || xml::at(node))?;
        self.symbol(node, SymbolKind::Species { amount, per, size });
        Ok(())
    }

    fn add(&mut self, name: &str, role: Role) -> QuantityId {
        match role {
            Role::Species => self.out.network.species(name, f64::NAN),
            Role::Parameter => self.out.network.parameter(name, f64::NAN),
        }
    }

    /// Sets the amount at the start from what the species states, unless a formula does.
    fn initial_amount(
        &mut self,
        node: Node<'a, 'i>,
        id: &str,
        amount: QuantityId,
        (home, size): (&str, QuantityId),
    ) -> Result<(), SbmlError> {
        let given = xml::number(node, "initialAmount")?;
        let dense = xml::number(node, "initialConcentration")?;
        if given.is_some() && dense.is_some() {
            // Rule 20609 of L3V2, appendix A.
            let problem = "has an initialAmount and an initialConcentration, of which one can be";
            return Err(conflict(node, id, problem));
        }
        if self.initialised.contains(id) || self.table.ruled.get(id) == Some(&Ruled::Assignment) {
            return Ok(());
        }
        let known = self.known(home, size);
        let initial = &mut self.out.network.quantities[amount.index()].initial;
        match (given, dense, known) {
            (Some(given), _, _) => *initial = given,
            (None, Some(dense), Some(size)) => *initial = dense * size,
            (None, Some(dense), None) => {
                let formula = mul(Expr::Const(dense), Expr::Quantity(size));
                self.out.network.initial_assignments.push(Assignment::new(amount, formula));
            }
            (None, None, _) => {}
        }
        Ok(())
    }

    /// The size of a compartment at the start, if no formula sets it.
    fn known(&self, id: &str, size: QuantityId) -> Option<f64> {
        let computed = self.initialised.contains(id)
            || self.table.ruled.get(id) == Some(&Ruled::Assignment)
            || (self.has_algebraic && !self.table.get(id).is_some_and(Entry::is_constant));
        let value = self.out.network.quantities[size.index()].initial;
        (!computed && !value.is_nan()).then_some(value)
    }

    /// The ids of a reaction and of the stoichiometries in it.
    fn references(&mut self, node: Node<'a, 'i>) -> Result<(), SbmlError> {
        let id = xml::required(node, "id")?;
        let has_law = xml::child(node, "kineticLaw").and_then(xml::math).is_some();
        let rate = (has_law && self.mentioned.contains(id))
            .then(|| self.out.network.parameter(id, f64::NAN));
        self.table.add(id, Entry::Reaction { rate }, || xml::at(node))?;
        for list in ["listOfReactants", "listOfProducts"] {
            for reference in xml::items(node, list, "speciesReference") {
                let Some(own) = reference.attribute("id") else { continue };
                let constant = xml::boolean(reference, "constant", self.level.0 == 3)?;
                let determined =
                    self.initialised.contains(own) || self.table.ruled.contains_key(own);
                let default = if determined { f64::NAN } else { 1.0 };
                let value = xml::number(reference, "stoichiometry")?.unwrap_or(default);
                let quantity = self.out.network.parameter(own, value);
                let entry = Entry::Plain { quantity, constant, what: "stoichiometry" };
                self.table.add(own, entry, || xml::at(reference))?;
                self.symbol(reference, SymbolKind::SpeciesReference(quantity));
            }
        }
        Ok(())
    }
}
