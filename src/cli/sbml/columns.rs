//! The columns of the table: which values of a model it shows.

use bioxen::engine::EngineError;
use bioxen::nearest::nearest;
use bioxen::network::sbml::{Model, Symbol, SymbolKind};
use bioxen::network::{Counting, Program, QuantityId, ReactionId};
use clap::Args;

use crate::cli::failure::Failure;

/// The arguments that choose columns.
#[derive(Debug, Args)]
pub(super) struct Choice {
    /// Print species as concentrations: amounts divided by the size of their compartment.
    #[arg(long)]
    concentrations: bool,
    /// Print constants, too: parameters, compartments and stoichiometries that nothing changes.
    #[arg(long)]
    all: bool,
    /// Print the rates of the reactions, too [extent/time], under their ids.
    #[arg(long)]
    rates: bool,
    /// Print only these quantities, in this order, by their ids; `[A]` is the concentration of `A`.
    #[arg(long, value_delimiter = ',', value_name = "ID,ID", conflicts_with_all = ["all", "rates"])]
    select: Vec<String>,
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy)]
enum Source {
    Quantity(QuantityId),
    /// An amount divided by a size.
    Quotient(QuantityId, QuantityId),
    Rate(ReactionId),
}

/// The columns of a table after the time.
#[derive(Debug)]
pub(super) struct Columns {
    names: Vec<String>,
    sources: Vec<Source>,
    /// For each column that is a rate, its law.
    laws: Vec<Option<Program>>,
}

impl Columns {
    /// The columns that were asked for.
    ///
    /// # Errors
    /// A selection that the model does not have, and laws that cannot be evaluated.
    pub(super) fn new(model: &Model, choice: &Choice) -> Result<Self, Failure> {
        let picked: Vec<(String, Source)> = if choice.select.is_empty() {
            let wanted = model.symbols.iter().filter(|symbol| choice.wants(model, symbol));
            let name = |symbol: &Symbol| (symbol.id.clone(), source(symbol, choice.concentrations));
            wanted.map(name).collect()
        } else {
            let all = choice.select.iter();
            all.map(|name| selected(model, name.trim(), choice.concentrations))
                .collect::<Result<_, _>>()?
        };
        let (names, sources): (Vec<String>, Vec<Source>) = picked.into_iter().unzip();
        let laws = sources.iter().map(|source| law(model, *source));
        let laws = laws.collect::<Result<_, EngineError>>();
        let laws = laws.map_err(|error| Failure::Usage { message: error.to_string() })?;
        Ok(Columns { names, sources, laws })
    }

    /// The names.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// Whether there are rates among them.
    pub(super) fn has_rates(&self) -> bool {
        self.sources.iter().any(|source| matches!(source, Source::Rate(_)))
    }

    /// The values at a time, from all quantities of the model.
    pub(super) fn values(&self, t: f64, q: &[f64], out: &mut [f64]) {
        let mut stack = Vec::new();
        let quantity = |id: QuantityId| q.get(id.index()).copied().unwrap_or(f64::NAN);
        for ((out, source), law) in out.iter_mut().zip(&self.sources).zip(&self.laws) {
            *out = match *source {
                Source::Quantity(id) => quantity(id),
                Source::Quotient(amount, size) => quantity(amount) / quantity(size),
                Source::Rate(_) => law.as_ref().map_or(f64::NAN, |law| law.eval(t, q, &mut stack)),
            };
        }
    }

    /// The value in a row of a trajectory that has all quantities and then all rates.
    pub(super) fn recorded(&self, column: usize, quantities: usize, row: &[f64]) -> f64 {
        let at = |place: usize| row.get(place).copied().unwrap_or(f64::NAN);
        match self.sources.get(column) {
            Some(Source::Quantity(id)) => at(id.index()),
            Some(Source::Quotient(amount, size)) => at(amount.index()) / at(size.index()),
            Some(Source::Rate(reaction)) => at(quantities + reaction.index()),
            None => f64::NAN,
        }
    }
}

impl Choice {
    /// Whether a symbol gets a column when none is named: the species, and what else may change.
    fn wants(&self, model: &Model, symbol: &Symbol) -> bool {
        match symbol.kind {
            SymbolKind::Species { .. } => true,
            SymbolKind::Compartment(q)
            | SymbolKind::Parameter(q)
            | SymbolKind::SpeciesReference(q) => {
                self.all || model.network.fixed().get(q.index()) == Some(&false)
            }
            SymbolKind::Reaction(_) => self.rates,
        }
    }
}

fn source(symbol: &Symbol, concentration: bool) -> Source {
    match symbol.kind {
        SymbolKind::Species { amount, size, .. } if concentration => Source::Quotient(amount, size),
        SymbolKind::Species { amount: q, .. }
        | SymbolKind::Compartment(q)
        | SymbolKind::Parameter(q)
        | SymbolKind::SpeciesReference(q) => Source::Quantity(q),
        SymbolKind::Reaction(reaction) => Source::Rate(reaction),
    }
}

fn selected(model: &Model, name: &str, concentrations: bool) -> Result<(String, Source), Failure> {
    let bracketed = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let id = bracketed.unwrap_or(name);
    let Some(symbol) = model.symbol(id) else {
        let hint = nearest(id, model.symbols.iter().map(|symbol| symbol.id.as_str()));
        let hint = hint.map_or(String::new(), |hint| format!("; did you mean `{hint}`?"));
        let message = format!("the model has nothing called `{id}`{hint}");
        return Err(Failure::Usage { message });
    };
    if bracketed.is_some() && !matches!(symbol.kind, SymbolKind::Species { .. }) {
        let message = format!("`{id}` is no species and has no concentration");
        return Err(Failure::Usage { message });
    }
    Ok((name.to_owned(), source(symbol, bracketed.is_some() || concentrations)))
}

/// The law of a rate.
fn law(model: &Model, source: Source) -> Result<Option<Program>, EngineError> {
    let Source::Rate(reaction) = source else { return Ok(None) };
    let Some(reaction) = model.network.reactions.get(reaction.index()) else { return Ok(None) };
    let expr = reaction.law.to_expr(&reaction.reactants, Counting::Molecules)?;
    // A law with a delay or a rate of change is for differential equations only, which record
    // their rates themselves.
    Ok(Program::compile(&expr).ok())
}
