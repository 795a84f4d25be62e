//! From a model and what a condition sets to a compiled form.

use super::{Form, Formulas, Kind, Source};
use crate::check::is_determined;
use crate::formula;
use crate::parameter::Parameter;
use crate::problem::Part;
use crate::scope::{Counts, Scope, meaning, outer};
use crate::tables::{Condition, Observable};
use bioxen_engine::simulate::Deterministic;
use bioxen_network::sbml::{self, Model, SymbolKind};
use bioxen_network::{Assignment, Expr, Network, Program, QuantityId, Rule};
use std::cell::RefCell;

/// What a quantity has until a number is set; it must be one.
const UNSET: f64 = 1.0;

/// Compiles a model in which a condition sets things of these kinds, and which begins where another one came to rest.
///
/// # Errors
/// Models that the solver cannot do, and formulas that cannot be evaluated.
pub(super) fn form(
    parameters: &[Parameter],
    (number, part): (usize, &Part),
    (condition, kinds): (&Condition, Vec<Kind>),
    before: Option<&Form>,
) -> Result<Form, String> {
    let cells = || condition.cells.iter().map(|(column, _)| column).zip(&kinds).enumerate();
    let set = cells()
        .filter(|(_, (_, kind))| **kind != Kind::Nothing)
        .map(|(_, (column, _))| column.as_str());
    let is_set =
        |id: &str| cells().any(|(_, (column, kind))| column == id && *kind != Kind::Nothing);
    let open: Vec<&str> = parameters.iter().map(|p| p.id.as_str()).chain(set).collect();
    let mut model = sbml::read_open(&part.file.text, &open).map_err(|error| error.to_string())?;
    let mut setter = Setter { sets: Vec::new(), network: std::mem::take(&mut model.network) };
    for (place, parameter) in parameters.iter().enumerate() {
        let quantity = model.symbol(&parameter.id).and_then(|symbol| plain(symbol.kind));
        if let Some(quantity) = quantity {
            setter.number(quantity, None, &parameter.id, Source::Parameter(place));
        }
    }
    for (place, (column, kind)) in cells() {
        let Some((quantity, size)) = model.symbol(column).and_then(|symbol| target(symbol.kind))
        else {
            continue;
        };
        match kind {
            Kind::Nothing => {}
            Kind::Value => setter.number(quantity, size, column, Source::Column(place)),
            Kind::Name(id) => {
                let Some(symbol) = model.symbol(id) else { continue };
                let value = meaning(&model, symbol)?;
                setter.network.initial_assignments.push(Assignment {
                    quantity,
                    value,
                    scale: size,
                });
            }
        }
    }
    if let Some(before) = before {
        carry(&model, before, &is_set, &mut setter);
    }
    let Setter { sets, network } = setter;
    let deterministic = Deterministic::new(&network).map_err(|error| error.to_string())?;
    let names: Vec<String> = network.quantities.iter().map(|q| q.name.clone()).collect();
    model.network = network;
    let ids: Vec<String> = parameters.iter().map(|p| p.id.clone()).collect();
    let outer = outer(&model, &ids, &part.conditions);
    let source = |name: &String| match parameters.iter().position(|p| p.id == *name) {
        Some(place) => Source::Parameter(place),
        None => {
            let place = condition.cells.iter().position(|(column, _)| column == name);
            place.map_or(Source::Number(f64::NAN), Source::Column)
        }
    };
    let sources = outer.iter().map(source).collect();
    let used = |place: usize| part.measurements.iter().any(|m| m.of.observable == place);
    let formulas =
        part.observables.iter().enumerate().map(|(place, observable)| match used(place) {
            true => formulas(part, place, (&model, &outer), observable).map(Some),
            false => Ok(None),
        });
    Ok(Form {
        part: number,
        kinds: kinds.clone(),
        before: None,
        model: deterministic,
        sizes: model.sizes(),
        formulas: formulas.collect::<Result<_, _>>()?,
        names,
        sets,
        outer: sources,
    })
}

/// The quantity of what has a plain value.
fn plain(kind: SymbolKind) -> Option<QuantityId> {
    match kind {
        SymbolKind::Compartment(q) | SymbolKind::Parameter(q) | SymbolKind::SpeciesReference(q) => {
            Some(q)
        }
        SymbolKind::Species { .. } | SymbolKind::Reaction(_) => None,
    }
}

/// What to set in the place of an id, and the size to multiply its value with.
fn target(kind: SymbolKind) -> Option<(QuantityId, Option<QuantityId>)> {
    match kind {
        SymbolKind::Species { amount, per, .. } => Some((amount, per)),
        other => plain(other).map(|quantity| (quantity, None)),
    }
}

/// Sets values at the start.
struct Setter {
    sets: Vec<(QuantityId, Source)>,
    network: Network,
}

impl Setter {
    /// Lets a quantity begin with a number, times a size.
    fn number(&mut self, quantity: QuantityId, size: Option<QuantityId>, id: &str, source: Source) {
        self.network.initial_assignments.retain(|a| a.quantity != quantity);
        match size {
            None => {
                self.network.quantities[quantity.index()].initial = UNSET;
                self.sets.retain(|(other, _)| *other != quantity);
                self.sets.push((quantity, source));
            }
            Some(_) => {
                let slot = self.network.parameter(format!("start of {id}"), UNSET);
                self.sets.push((slot, source));
                let value = Expr::Quantity(slot);
                self.network.initial_assignments.push(Assignment { quantity, value, scale: size });
            }
        }
    }
}

/// Lets all that changes begin where it came to rest, unless the condition sets it: species, and what rules or events
/// change. What a species' id means is kept, so a concentration in a compartment of another size.
fn carry(model: &Model, before: &Form, is_set: &dyn Fn(&str) -> bool, setter: &mut Setter) {
    let name = |setter: &Setter, q: QuantityId| setter.network.quantities[q.index()].name.clone();
    let place = |name: &str| before.names.iter().position(|other| other == name);
    let mut species = Vec::new();
    for symbol in &model.symbols {
        let SymbolKind::Species { amount, per, .. } = symbol.kind else { continue };
        species.push(amount);
        if is_set(&symbol.id) || is_determined(&setter.network, amount) {
            continue;
        }
        let size = per.map(|size| place(&name(setter, size)));
        if let (Some(amount_before), Some(size)) =
            (place(&name(setter, amount)), size.map_or(Some(None), |s| s.map(Some)))
        {
            setter.number(amount, per, &symbol.id, Source::Before(amount_before, size));
        }
    }
    let rates = setter.network.rules.iter().filter_map(|rule| match rule {
        Rule::Rate(q, _) => Some(*q),
        _ => None,
    });
    let events =
        setter.network.events.iter().flat_map(|event| event.assignments.iter().map(|a| a.quantity));
    let others: Vec<QuantityId> = rates.chain(events).filter(|q| !species.contains(q)).collect();
    for quantity in others {
        let id = name(setter, quantity);
        if let Some(place) =
            place(&id).filter(|_| !is_set(&id) && !is_determined(&setter.network, quantity))
        {
            setter.number(quantity, None, &id, Source::Before(place, None));
        }
    }
}

/// Compiles the formulas of an observable.
fn formulas(
    part: &Part,
    place: usize,
    (model, outer): (&Model, &[String]),
    observable: &Observable,
) -> Result<Formulas, String> {
    let measured = part.measurements.iter().find(|m| m.of.observable == place);
    let counts = measured.map_or([0, 0], |m| m.overrides.each_ref().map(Vec::len));
    let scope = |noise: bool| Scope {
        model,
        first: model.network.quantities.len(),
        outer,
        observable,
        counts: Counts(counts),
        noise,
        used: RefCell::default(),
    };
    let compiled = |text: &str, noise: bool| {
        let scope = scope(noise);
        let expr =
            formula::parse(text, &|name| scope.resolve(name)).map_err(|error| error.to_string())?;
        Program::compile(&expr)
            .map_err(|error| format!("the observable `{}`: {error}", observable.own.id))
    };
    let (formula, noise) =
        (compiled(&observable.formula, false)?, compiled(&observable.scatter.noise, true)?);
    Ok(Formulas { observable: formula, noise })
}
