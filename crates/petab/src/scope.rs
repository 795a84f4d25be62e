//! What names in formulas stand for.

use crate::tables::{Condition, Observable};
use bioxen_base::nearest::{hint, nearest};
use bioxen_network::sbml::{Model, Symbol, SymbolKind};
use bioxen_network::{BinaryOp, Counting, Expr, QuantityId};
use std::cell::RefCell;
use std::collections::BTreeSet;

/// Which formula a placeholder is for.
const PLACEHOLDERS: [&str; 2] = ["observableParameter", "noiseParameter"];

/// What a symbol of a model means in a formula.
pub(crate) fn meaning(model: &Model, symbol: &Symbol) -> Result<Expr, String> {
    Ok(match symbol.kind {
        SymbolKind::Species { amount, per: Some(size), .. } => {
            let (amount, size) = (Expr::Quantity(amount), Expr::Quantity(size));
            Expr::Binary(BinaryOp::Div, Box::new(amount), Box::new(size))
        }
        SymbolKind::Species { amount: q, per: None, .. }
        | SymbolKind::Compartment(q)
        | SymbolKind::Parameter(q)
        | SymbolKind::SpeciesReference(q) => Expr::Quantity(q),
        SymbolKind::Reaction(reaction) => {
            let reaction = &model.network.reactions[reaction.index()];
            let law = reaction.law.to_expr(&reaction.reactants, Counting::Continuous);
            law.map_err(|error| error.to_string())?
        }
    })
}

/// The names of a model that are not its own: of parameters that only observables have, and of columns of conditions.
pub(crate) fn outer(model: &Model, parameters: &[String], conditions: &[Condition]) -> Vec<String> {
    let columns = conditions.iter().flat_map(|c| c.cells.iter().map(|cell| cell.0.clone()));
    let mut all: Vec<String> = Vec::new();
    for name in parameters.iter().cloned().chain(columns) {
        if model.symbol(&name).is_none() && !all.contains(&name) {
            all.push(name);
        }
    }
    all
}

/// How many placeholders an observable has in each of its formulas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Counts(pub(crate) [usize; 2]);

/// The names that the formulas of an observable may use. Values stand in one row: quantities of the model, outer names,
/// placeholders of the observable, placeholders of its noise.
pub(crate) struct Scope<'a> {
    pub(crate) model: &'a Model,
    /// Where outer names begin.
    pub(crate) first: usize,
    pub(crate) outer: &'a [String],
    pub(crate) observable: &'a Observable,
    pub(crate) counts: Counts,
    /// Whether the formula is that of the noise.
    pub(crate) noise: bool,
    /// All names that were asked for.
    pub(crate) used: RefCell<BTreeSet<String>>,
}

impl Scope<'_> {
    /// What a name stands for.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn resolve(&self, name: &str) -> Result<Expr, String> {
        self.used.borrow_mut().insert(name.to_owned());
        let place = |number: usize| Expr::Quantity(QuantityId(number as u32));
        for (which, prefix) in PLACEHOLDERS.iter().enumerate() {
            let Some((number, of)) =
                name.strip_prefix(prefix).and_then(|rest| rest.split_once('_'))
            else {
                continue;
            };
            let Ok(number) = number.parse::<usize>() else { continue };
            if of != self.observable.own.id {
                return Err(format!(
                    "`{name}` is a placeholder of the observable `{of}`, and this is the observable `{}`",
                    self.observable.own.id
                ));
            }
            if number == 0 || number > 1000 {
                return Err(format!("`{name}`: placeholders are counted from 1 to 1000"));
            }
            let before = if which == 1 { self.counts.0[0] } else { 0 };
            return Ok(place(self.first + self.outer.len() + before + number - 1));
        }
        if let Some(symbol) = self.model.symbol(name) {
            return meaning(self.model, symbol);
        }
        if let Some(number) = self.outer.iter().position(|other| other == name) {
            return Ok(place(self.first + number));
        }
        if self.noise && name == self.observable.own.id {
            let inner = Scope { noise: false, used: RefCell::default(), ..*self };
            let parsed =
                crate::formula::parse(&self.observable.formula, &|name| inner.resolve(name));
            return parsed.map_err(|error| error.reason);
        }
        let ours = self.model.symbols.iter().map(|symbol| symbol.id.as_str());
        let near = nearest(name, ours.chain(self.outer.iter().map(String::as_str)));
        Err(format!("neither the model nor the parameter table has `{name}`{}", hint(near)))
    }
}

/// The numbers of the placeholders among some names, for each kind.
pub(crate) fn placeholders(used: &BTreeSet<String>) -> [Vec<usize>; 2] {
    PLACEHOLDERS.map(|prefix| {
        let number = |name: &String| name.strip_prefix(prefix)?.split_once('_')?.0.parse().ok();
        let mut all: Vec<usize> = used.iter().filter_map(number).collect();
        all.sort_unstable();
        all.dedup();
        all
    })
}
