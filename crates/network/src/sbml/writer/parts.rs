//! The parts of a document, in the order in which SBML wants them.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::Style;
use super::homes::Homes;
use super::ids::{Ids, escape};
use super::mathml::{attribute, math};
use crate::{
    Event, Expr, Network, NetworkError, QuantityId, RateLaw, Reaction, Role, Rule, Stoichiometry,
    Term,
};

/// A document being written.
pub(super) struct Parts<'n> {
    network: &'n Network,
    style: &'n Style,
    ids: Ids,
    quantities: Vec<String>,
    reactions: Vec<String>,
    cell: String,
    /// Quantities that are written as species.
    is_species: Vec<bool>,
    /// Quantities with a rule of their own.
    ruled: Vec<bool>,
    /// Quantities that keep the value they have at the start.
    fixed: Vec<bool>,
    homes: Homes,
    /// Rules for stoichiometries that vary.
    stoichiometries: Vec<(String, QuantityId)>,
    out: String,
}

impl<'n> Parts<'n> {
    pub(super) fn new(network: &'n Network, style: &'n Style) -> Self {
        let mut ids = Ids::default();
        let quantities = network.quantities.iter().map(|q| ids.give(&q.name)).collect();
        let reactions = network.reactions.iter().map(|r| ids.give(&r.name)).collect();
        let cell = ids.give("cell");
        let mut is_species: Vec<bool> =
            network.quantities.iter().map(|q| q.role == Role::Species).collect();
        let mut ruled = vec![false; is_species.len()];
        for term in network.reactions.iter().flat_map(|r| r.reactants.iter().chain(&r.products)) {
            if let Some(flag) = is_species.get_mut(term.quantity.index()) {
                *flag = true;
            }
        }
        for rule in &network.rules {
            if let Rule::Assignment(q, _) | Rule::Rate(q, _) = rule
                && let Some(flag) = ruled.get_mut(q.index())
            {
                *flag = true;
            }
        }
        Parts {
            fixed: network.fixed_after_start(),
            homes: Homes::new(network, &is_species),
            network,
            style,
            ids,
            quantities,
            reactions,
            cell,
            is_species,
            ruled,
            stoichiometries: Vec::new(),
            out: String::new(),
        }
    }

    pub(super) fn write(mut self) -> Result<String, NetworkError> {
        let reactions = self.reaction_list()?;
        let model = Ids::default().give(&self.style.id);
        self.line("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
        self.line(
            "<sbml xmlns=\"http://www.sbml.org/sbml/level3/version2/core\" level=\"3\" version=\"2\">",
        );
        self.line(&format!("<model id=\"{model}\" substanceUnits=\"item\" extentUnits=\"item\">"));
        self.quantity_lists();
        self.rule_lists();
        self.list("listOfReactions", &reactions);
        let network = self.network;
        let events: Vec<String> = network.events.iter().map(|e| self.event(e)).collect();
        self.list("listOfEvents", &events);
        self.line("</model>");
        self.line("</sbml>");
        Ok(self.out)
    }

    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn list(&mut self, name: &str, items: &[String]) {
        if !items.is_empty() {
            self.line(&format!("<{name}>"));
            items.iter().for_each(|item| self.line(item));
            self.line(&format!("</{name}>"));
        }
    }

    fn id(&self, q: QuantityId) -> String {
        self.quantities.get(q.index()).cloned().unwrap_or_default()
    }

    fn math(&self, expr: &Expr) -> String {
        math(expr, &|q| self.id(q))
    }

    fn named(id: &str, name: &str) -> String {
        let name = if name == id { String::new() } else { format!(" name=\"{}\"", escape(name)) };
        format!("id=\"{id}\"{name}")
    }

    fn quantity_lists(&mut self) {
        let mut compartments = vec![format!(
            "<compartment id=\"{}\" spatialDimensions=\"3\" size=\"1\" constant=\"true\"/>",
            self.cell
        )];
        let (mut species, mut parameters) = (Vec::new(), Vec::new());
        for (index, quantity) in self.network.quantities.iter().enumerate() {
            let named = Self::named(&self.quantities[index], &quantity.name);
            let initial = |name: &str| match quantity.initial.is_nan() {
                true => String::new(),
                false => format!(" {name}=\"{}\"", attribute(quantity.initial)),
            };
            let constant = self.fixed[index];
            if self.is_species[index] {
                let home = self.homes.of(id_of(index));
                species.push(format!(
                    "<species {named} compartment=\"{}\"{} hasOnlySubstanceUnits=\"{}\" \
                     boundaryCondition=\"{}\" constant=\"{constant}\"/>",
                    home.map_or(self.cell.clone(), |home| self.id(home)),
                    initial("initialAmount"),
                    home.is_none(),
                    self.ruled[index]
                ));
            } else if self.homes.is_home(id_of(index)) {
                compartments.push(format!(
                    "<compartment {named} spatialDimensions=\"3\"{} constant=\"{constant}\"/>",
                    initial("size"),
                ));
            } else {
                parameters.push(format!(
                    "<parameter {named}{} constant=\"{constant}\"/>",
                    initial("value"),
                ));
            }
        }
        self.list("listOfCompartments", &compartments);
        self.list("listOfSpecies", &species);
        self.list("listOfParameters", &parameters);
    }

    fn rule_lists(&mut self) {
        let firsts: Vec<String> = self
            .network
            .initial_assignments
            .iter()
            .map(|a| {
                let value = self.math(&self.homes.assigned(a));
                let id = self.id(a.quantity);
                format!("<initialAssignment symbol=\"{id}\">{value}</initialAssignment>")
            })
            .collect();
        self.list("listOfInitialAssignments", &firsts);
        let rule = |kind: &str, id: &str, expr: &Expr| {
            format!("<{kind} variable=\"{id}\">{}</{kind}>", self.math(expr))
        };
        let mut rules: Vec<String> = self
            .network
            .rules
            .iter()
            .map(|r| match r {
                Rule::Assignment(q, expr) => {
                    rule("assignmentRule", &self.id(*q), &self.homes.value(*q, expr))
                }
                Rule::Rate(q, expr) => rule("rateRule", &self.id(*q), &self.homes.rate(*q, expr)),
                Rule::Algebraic(expr) => {
                    let expr = self.math(&self.homes.written(expr));
                    format!("<algebraicRule>{expr}</algebraicRule>")
                }
            })
            .collect();
        for (id, q) in &self.stoichiometries {
            rules.push(rule("assignmentRule", id, &Expr::Quantity(*q)));
        }
        self.list("listOfRules", &rules);
    }

    fn reaction_list(&mut self) -> Result<Vec<String>, NetworkError> {
        let network = self.network;
        let mut items = Vec::with_capacity(network.reactions.len());
        for (index, reaction) in network.reactions.iter().enumerate() {
            let named = Self::named(&self.reactions[index], &reaction.name);
            let reactants = self.terms("listOfReactants", &reaction.reactants, index);
            let products = self.terms("listOfProducts", &reaction.products, index);
            let law = self.law(reaction)?;
            let modifiers = self.modifiers(reaction);
            items.push(format!(
                "<reaction {named} reversible=\"{}\">{reactants}{products}{modifiers}{law}\
                 </reaction>",
                reaction.reversible
            ));
        }
        Ok(items)
    }

    fn terms(&mut self, list: &str, terms: &[Term], reaction: usize) -> String {
        if terms.is_empty() {
            return String::new();
        }
        let mut text = format!("<{list}>");
        for term in terms {
            let species = self.id(term.quantity);
            let rest = match term.stoichiometry {
                Stoichiometry::Const(n) => {
                    format!("stoichiometry=\"{}\" constant=\"true\"", attribute(n))
                }
                Stoichiometry::Quantity(q) => {
                    let own = self.ids.give(&format!("{}_{species}", self.reactions[reaction]));
                    let rest = format!("id=\"{own}\" constant=\"false\"");
                    self.stoichiometries.push((own, q));
                    rest
                }
            };
            // Writing to a string cannot fail.
            let _ = write!(text, "<speciesReference species=\"{species}\" {rest}/>");
        }
        let _ = write!(text, "</{list}>");
        text
    }

    /// Species in the law that are neither taken nor made must be listed (section 4.11.4).
    fn modifiers(&self, reaction: &Reaction) -> String {
        let mut read = BTreeSet::new();
        match &reaction.law {
            RateLaw::MassAction { factors, .. } => read.extend(factors.iter().copied()),
            RateLaw::MichaelisMenten { substrate, .. } => read.extend([*substrate]),
            RateLaw::Hill { regulator, .. } => read.extend([*regulator]),
            RateLaw::Expr(expr) => {
                let mut todo = vec![expr];
                while let Some(expr) = todo.pop() {
                    if let Expr::Quantity(q) | Expr::RateOf(q) = expr {
                        read.insert(*q);
                    }
                    expr.for_each_child(|child| todo.push(child));
                }
            }
        }
        for term in reaction.reactants.iter().chain(&reaction.products) {
            read.remove(&term.quantity);
        }
        read.retain(|q| self.is_species.get(q.index()) == Some(&true));
        if read.is_empty() {
            return String::new();
        }
        let items: String = read
            .iter()
            .map(|&q| format!("<modifierSpeciesReference species=\"{}\"/>", self.id(q)))
            .collect();
        format!("<listOfModifiers>{items}</listOfModifiers>")
    }

    fn law(&self, reaction: &Reaction) -> Result<String, NetworkError> {
        let expr = reaction.law.to_expr(&reaction.reactants, self.style.counting)?;
        let expr = self.homes.written(&expr);
        let RateLaw::MassAction { k, .. } = reaction.law else {
            return Ok(format!("<kineticLaw>{}</kineticLaw>", self.math(&expr)));
        };
        // The constant gets a name of its own, so that it can be found and changed.
        let own = QuantityId(u32::MAX);
        let (local, expr) = (self.ids.free("k"), with_constant(&expr, own));
        let math = math(&expr, &|q| if q == own { local.clone() } else { self.id(q) });
        Ok(format!(
            "<kineticLaw>{math}<listOfLocalParameters><localParameter id=\"{local}\" \
             value=\"{}\"/></listOfLocalParameters></kineticLaw>",
            attribute(k)
        ))
    }

    fn event(&mut self, event: &Event) -> String {
        let named = match event.name.as_str() {
            "" => String::new(),
            name => {
                let id = self.ids.give(name);
                format!("{} ", Self::named(&id, name))
            }
        };
        let optional = |name: &str, expr: &Option<Expr>| {
            expr.as_ref().map_or(String::new(), |e| {
                format!("<{name}>{}</{name}>", self.math(&self.homes.written(e)))
            })
        };
        let assignments: String = event
            .assignments
            .iter()
            .map(|a| {
                let id = self.id(a.quantity);
                let value = self.math(&self.homes.assigned(a));
                format!("<eventAssignment variable=\"{id}\">{value}</eventAssignment>")
            })
            .collect();
        let assignments = match assignments.is_empty() {
            true => assignments,
            false => format!("<listOfEventAssignments>{assignments}</listOfEventAssignments>"),
        };
        format!(
            "<event {named}useValuesFromTriggerTime=\"{}\"><trigger initialValue=\"{}\" \
             persistent=\"{}\">{}</trigger>{}{}{assignments}</event>",
            event.timing.use_values_from_trigger_time,
            event.trigger.initial_value,
            event.trigger.persistent,
            self.math(&self.homes.written(&event.trigger.condition)),
            optional("delay", &event.timing.delay),
            optional("priority", &event.timing.priority),
        )
    }
}

fn id_of(index: usize) -> QuantityId {
    QuantityId(index as u32)
}

/// Puts a quantity in the place of the rate constant, which comes first in mass action; the
/// constant alone if there is nothing else in the product.
fn with_constant(expr: &Expr, constant: QuantityId) -> Expr {
    match expr {
        Expr::Binary(op, a, b) => {
            Expr::Binary(*op, Box::new(with_constant(a, constant)), b.clone())
        }
        Expr::Nary(op, all) => {
            let mut all = all.clone();
            if let Some(first) = all.first_mut() {
                *first = Expr::Quantity(constant);
            }
            match all.len() {
                1 => Expr::Quantity(constant),
                _ => Expr::Nary(*op, all),
            }
        }
        other => other.clone(),
    }
}
