//! Packages that are models.

use std::collections::BTreeSet;

use super::{LONGEST_MODEL, Table, positive, text_of};
use crate::package::error::PackageError;
use crate::package::model::{Model, Package};
use bioxen_base::problem::Problems;
use bioxen_network::sbml::{self, SymbolKind};
use bioxen_network::{QuantityId, Rule};

const KEYS: [&str; 2] = ["file", "minutes_per_time_unit"];

/// The model of a package, if it is one.
pub(super) fn model(
    found: &mut Problems,
    map: &Table,
    origin: &str,
    beside: &dyn Fn(&str) -> Result<String, String>,
) -> Result<Option<Model>, PackageError> {
    let Some(table) = found.section(map, "model", &KEYS) else { return Ok(None) };
    let minutes = positive(found, table, "model.", "minutes_per_time_unit");
    let Some(file) = text_of(found, table, "model.", "file", true) else { return Ok(None) };
    let text = match beside(&file) {
        Ok(text) => text,
        Err(reason) => {
            found.add("model.file", &format!("is `{file}`, which cannot be read: {reason}"));
            return Ok(None);
        }
    };
    let model = parse(&text, &file, origin)?;
    let stated = model.units.time_s.map(|seconds| seconds / 60.0);
    // A file that is nothing but the model; a package goes before what its model says.
    let alone = file == origin;
    if let (true, Some(given), Some(stated)) = (alone, minutes, stated) {
        same_unit(origin, stated, given)?;
    }
    let Some(minutes_per_time_unit) = minutes.or(stated) else {
        if alone {
            return Err(PackageError::NoTimeUnit { origin: file });
        }
        let what = "is missing, and the model does not say its unit of time: how long is it [min]?";
        found.add("model.minutes_per_time_unit", what);
        return Ok(None);
    };
    let observed = observed(&model);
    let sizes = model.sizes();
    let sbml::Model { network, units, remarks, .. } = model;
    Ok(Some(Model {
        sbml: text,
        network,
        observed,
        sizes,
        minutes_per_time_unit,
        molecules_per_unit: units.molecules,
        remarks,
    }))
}

/// Refuses a unit of time that is not the one which is stated [min].
///
/// # Errors
/// When they differ.
pub fn same_unit(package: &str, stated: f64, given: f64) -> Result<(), PackageError> {
    if (stated - given).abs() <= 1e-9 * stated {
        return Ok(());
    }
    Err(PackageError::TimeUnit { package: package.to_owned(), stated, given })
}

fn parse(text: &str, file: &str, origin: &str) -> Result<sbml::Model, PackageError> {
    let origin = if file == origin { origin.to_owned() } else { format!("{origin}, {file}") };
    if text.len() > LONGEST_MODEL {
        return Err(PackageError::TooLarge { origin, bytes: text.len(), limit: LONGEST_MODEL });
    }
    sbml::read(text).map_err(|source| PackageError::Sbml { origin, source })
}

/// The species, as amounts, and all else that rules or events change.
fn observed(model: &sbml::Model) -> Vec<(String, usize)> {
    let rules = model.network.rules.iter().filter_map(|rule| match rule {
        Rule::Assignment(quantity, _) | Rule::Rate(quantity, _) => Some(*quantity),
        Rule::Algebraic(_) => None,
    });
    let events = model.network.events.iter().flat_map(|e| &e.assignments).map(|a| a.quantity);
    let unknowns = model.network.unknowns.iter().copied();
    let changed: BTreeSet<QuantityId> = rules.chain(events).chain(unknowns).collect();
    let symbols = model.symbols.iter().filter_map(|symbol| {
        let quantity = match symbol.kind {
            SymbolKind::Species { amount, .. } => amount,
            SymbolKind::Compartment(q) | SymbolKind::Parameter(q) if changed.contains(&q) => q,
            _ => return None,
        };
        Some((symbol.id.clone(), quantity.index()))
    });
    symbols.collect()
}

/// The same error about a file that is called otherwise.
pub fn in_file(error: PackageError, called: &str) -> PackageError {
    match error {
        PackageError::NoTimeUnit { .. } => PackageError::NoTimeUnit { origin: called.to_owned() },
        other => other,
    }
}

/// A package that is nothing but a model in SBML. What its unit of time is, in minutes, is taken
/// from the model unless it is said.
///
/// # Errors
/// When the name is none, the model cannot be read, or nobody says what its unit of time is.
pub fn from_sbml(
    name: &str,
    sbml: &str,
    minutes_per_time_unit: Option<f64>,
) -> Result<Package, PackageError> {
    let file = format!("{name}.xml");
    let time = minutes_per_time_unit.map(|m| format!("minutes_per_time_unit = {m:?}\n"));
    let text = format!(
        "name = {name:?}\nversion = \"0.0.0\"\ndescription = \"a model in SBML\"\n\
         licence = \"not stated\"\nsources = []\ntypes = [\"syn3a\", \"ecoli\", \"minimal_cell\"]\n\
         [model]\nfile = {file:?}\n{}",
        time.unwrap_or_default()
    );
    super::read(&text, &file, &|_| Ok(sbml.to_owned()))
}
