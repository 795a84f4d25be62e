//! Reactions: rate laws, local parameters, stoichiometries and conversion factors.

use roxmltree::Node;

use super::Reader;
use super::rules::conflict;
use crate::sbml::error::SbmlError;
use crate::sbml::math::Locals;
use crate::sbml::table::{Entry, mul};
use crate::sbml::{Symbol, SymbolKind, xml};
use crate::{Expr, QuantityId, RateLaw, Reaction, ReactionId, Rule, Stoichiometry, Term};

impl<'a, 'i> Reader<'a, 'i> {
    /// Reads the reactions. One without a formula goes at rate 0.
    ///
    /// # Errors
    /// Unknown ids, wrong formulas, fast reactions, and reactions that all lack a kinetic law where
    /// nothing else happens either.
    pub(super) fn reactions(&mut self) -> Result<(), SbmlError> {
        let mut lawless = Vec::new();
        for node in xml::items(self.model, "listOfReactions", "reaction") {
            let id = xml::required(node, "id")?;
            if xml::child(node, "kineticLaw").is_none() {
                lawless.push(node);
            }
            if xml::boolean(node, "fast", false)? {
                return Err(SbmlError::Unsupported {
                    construct: format!("the fast reaction `{}`", xml::shorten(id)),
                    at: xml::at(node),
                });
            }
            let rate = self.law(node)?;
            if let Some(&Entry::Reaction { rate: Some(quantity) }) = self.table.get(id) {
                self.out.network.rules.push(Rule::Assignment(quantity, rate.clone()));
            }
            let reactants = self.terms(node, id, "listOfReactants")?;
            let products = self.terms(node, id, "listOfProducts")?;
            for modifier in xml::items(node, "listOfModifiers", "modifierSpeciesReference") {
                let species = xml::required(modifier, "species")?;
                if self.table.species(species).is_none() {
                    return Err(self.table.unknown(species, "a species", xml::at(modifier)));
                }
            }
            let number = ReactionId(self.out.network.reactions.len() as u32);
            self.out.symbols.push(Symbol {
                id: id.to_owned(),
                name: node.attribute("name").unwrap_or_default().to_owned(),
                kind: SymbolKind::Reaction(number),
            });
            let law = RateLaw::Expr(rate);
            let reversible = xml::boolean(node, "reversible", true)?;
            let name = id.into();
            let reaction = Reaction { name, reactants, products, law, reversible };
            self.out.network.reactions.push(reaction);
        }
        self.needs_a_law(&lawless)
    }

    /// Refuses a model in which nothing says how fast anything goes, such as one for flux balance
    /// analysis.
    fn needs_a_law(&self, lawless: &[Node<'_, '_>]) -> Result<(), SbmlError> {
        let Some(&first) = lawless.first() else { return Ok(()) };
        let network = &self.out.network;
        let moves = lawless.len() < network.reactions.len()
            || !network.rules.is_empty()
            || xml::items(self.model, "listOfEvents", "event").next().is_some();
        if moves {
            return Ok(());
        }
        Err(SbmlError::NoKineticLaw { reactions: lawless.len(), at: xml::at(first) })
    }

    fn law(&mut self, node: Node<'a, 'i>) -> Result<Expr, SbmlError> {
        let Some(law) = xml::child(node, "kineticLaw") else { return Ok(Expr::Const(0.0)) };
        let mut locals = Locals::new();
        let lists =
            [("listOfLocalParameters", "localParameter"), ("listOfParameters", "parameter")];
        for (list, item) in lists {
            for local in xml::items(law, list, item) {
                let id = xml::required(local, "id")?;
                let value = xml::number(local, "value")?.unwrap_or(f64::NAN);
                if locals.insert(id, value).is_some() {
                    return Err(SbmlError::DuplicateId { id: id.into(), at: xml::at(local) });
                }
            }
        }
        match xml::math(law) {
            Some(math) => self.formulas.read(math, &self.table, Some(&locals)),
            None => Ok(Expr::Const(0.0)),
        }
    }

    /// The species on one side that the reaction changes.
    fn terms(
        &mut self,
        node: Node<'a, 'i>,
        reaction: &str,
        list: &'static str,
    ) -> Result<Vec<Term>, SbmlError> {
        let mut terms = Vec::new();
        for reference in xml::items(node, list, "speciesReference") {
            let id = xml::required(reference, "species")?;
            let Some(species) = self.table.species(id) else {
                return Err(self.table.unknown(id, "a species", xml::at(reference)));
            };
            let (amount, conversion) = (species.amount, species.conversion);
            if species.constant && !species.boundary {
                // Rule 20611 of L3V2, appendix A.
                let problem = "is constant, and no reactant or product of a reaction can be, unless its \
                               boundaryCondition is true";
                return Err(conflict(reference, id, problem));
            }
            let changes = !species.boundary;
            if changes && self.table.ruled.contains_key(id) {
                let problem = "is changed by a reaction, and has a rule, but is not a boundary";
                return Err(conflict(reference, id, problem));
            }
            let plain = self.stoichiometry(reference, reaction)?;
            if !changes {
                continue;
            }
            let factor = conversion.or(self.model.attribute("conversionFactor"));
            let name = format!("{reaction}/{id}#{}", self.out.network.quantities.len());
            let stoichiometry = match factor {
                Some(factor) => self.convert(plain, factor, name, reference)?,
                None => plain,
            };
            terms.push(Term { quantity: amount, stoichiometry });
        }
        Ok(terms)
    }

    fn stoichiometry(
        &mut self,
        node: Node<'a, 'i>,
        reaction: &str,
    ) -> Result<Stoichiometry, SbmlError> {
        let own = node.attribute("id");
        let quantity = own.and_then(|id| self.table.get(id)).and_then(Entry::target);
        // Level 2 may state a formula in the place of a number.
        if let Some(math) = xml::child(node, "stoichiometryMath").and_then(xml::math) {
            let value = self.formulas.read(math, &self.table, None)?;
            let name = format!("{reaction}/stoichiometry#{}", self.out.network.quantities.len());
            let quantity = quantity.unwrap_or_else(|| self.out.network.parameter(name, f64::NAN));
            self.out.network.rules.push(Rule::Assignment(quantity, value));
            return Ok(Stoichiometry::Quantity(quantity));
        }
        if let (Some(id), Some(quantity)) = (own, quantity) {
            let changes = self.table.ruled.contains_key(id)
                || self.initialised.contains(id)
                || self.event_targets.contains(id)
                || self.out.network.unknowns.contains(&quantity);
            if changes {
                return Ok(Stoichiometry::Quantity(quantity));
            }
        }
        match xml::number(node, "stoichiometry")? {
            Some(value) => Ok(Stoichiometry::Const(value)),
            // Level 2 says so; Level 3 leaves it open, and models mean it.
            None => Ok(Stoichiometry::Const(1.0)),
        }
    }

    /// Multiplies a stoichiometry with a conversion factor (L3V2 section 4.6.6).
    fn convert(
        &mut self,
        plain: Stoichiometry,
        factor: &str,
        name: String,
        node: Node<'a, 'i>,
    ) -> Result<Stoichiometry, SbmlError> {
        let Some(&Entry::Plain { quantity, what: "parameter", .. }) = self.table.get(factor) else {
            return Err(self.table.unknown(factor, "a parameter", xml::at(node)));
        };
        let value = self.out.network.quantities[quantity.index()].initial;
        let fixed = !self.initialised.contains(factor) && !value.is_nan();
        let plain = match plain {
            Stoichiometry::Const(n) if fixed => return Ok(Stoichiometry::Const(n * value)),
            Stoichiometry::Const(n) => Expr::Const(n),
            Stoichiometry::Quantity(q) => Expr::Quantity(q),
        };
        let product: QuantityId = self.out.network.parameter(name, f64::NAN);
        let value = mul(plain, Expr::Quantity(quantity));
        self.out.network.rules.push(Rule::Assignment(product, value));
        Ok(Stoichiometry::Quantity(product))
    }
}
