//! Whether the tables of a problem fit together.

use crate::formula;
use crate::parameter::Parameter;
use crate::problem::Part;
use crate::report::Report;
use crate::scope::{Counts, Scope, outer, placeholders};
use crate::tables::{Given, Observable};
use bioxen_base::nearest::{hint, nearest};
use bioxen_network::sbml::SymbolKind;
use bioxen_network::{Network, QuantityId, Rule};
use std::cell::RefCell;
use std::collections::BTreeSet;

/// Tells what does not fit.
pub(crate) fn check(parameters: &[Parameter], parts: &[Part], report: &mut Report) {
    let ids: Vec<String> = parameters.iter().map(|p| p.id.clone()).collect();
    let mut used = BTreeSet::new();
    for part in parts {
        let own = outer(&part.model, &ids, &part.conditions);
        let mut counts = Vec::new();
        for observable in &part.observables {
            counts.push(formulas(part, observable, &own, &mut used, report));
        }
        conditions(part, &ids, &mut used, report);
        measurements(part, (&ids, &own, &counts), &mut used, report);
    }
    for parameter in parameters {
        self::parameter(parameter, parts, &used, report);
    }
}

/// Parses the formulas of an observable, and counts their placeholders.
fn formulas(
    part: &Part,
    observable: &Observable,
    outer: &[String],
    used: &mut BTreeSet<String>,
    report: &mut Report,
) -> Counts {
    let mut all = BTreeSet::new();
    for (noise, text) in [(false, &observable.formula), (true, &observable.scatter.noise)] {
        let scope = Scope {
            model: &part.model,
            first: part.model.network.quantities.len(),
            outer,
            observable,
            counts: Counts::default(),
            noise,
            used: RefCell::default(),
        };
        if let Err(error) = formula::parse(text, &|name| scope.resolve(name))
            && !text.is_empty()
        {
            let column = if noise { "noiseFormula" } else { "observableFormula" };
            report.cell(
                &observable.own.site.file,
                observable.own.site.line,
                column,
                &format!("is `{text}`: {error}"),
            );
        }
        all.append(&mut scope.used.borrow_mut());
    }
    let found = placeholders(&all);
    for (numbers, name) in found.iter().zip(["observableParameter", "noiseParameter"]) {
        if let Some(gap) = (1..).zip(numbers).find(|(wanted, found)| wanted != *found) {
            let what = format!(
                "the observable `{}` has no `{name}{}`, but `{name}{}`",
                observable.own.id, gap.0, gap.1
            );
            report.line(&observable.own.site.file, observable.own.site.line, &what);
        }
    }
    used.append(&mut all);
    Counts(found.map(|numbers| numbers.len()))
}

/// Whether a rule determines a quantity at all times.
pub(crate) fn is_determined(network: &Network, q: QuantityId) -> bool {
    network.rules.iter().any(|rule| matches!(rule, Rule::Assignment(target, _) if *target == q))
}

fn conditions(part: &Part, ids: &[String], used: &mut BTreeSet<String>, report: &mut Report) {
    let model = &part.model;
    let names = || model.symbols.iter().map(|symbol| symbol.id.as_str());
    let mut files: Vec<&str> = Vec::new();
    for condition in &part.conditions {
        let is_first = !files.contains(&condition.own.site.file.as_str());
        if is_first {
            files.push(&condition.own.site.file);
        }
        for (column, given) in &condition.cells {
            if is_first {
                column_of(part, column, used, &condition.own.site.file, report);
            }
            let Given::Id(id) = given else { continue };
            used.insert(id.clone());
            let target = matches!(
                model.symbol(id).map(|symbol| symbol.kind),
                Some(
                    SymbolKind::Parameter(_)
                        | SymbolKind::Compartment(_)
                        | SymbolKind::Species { .. }
                )
            );
            if !ids.contains(id) && !target {
                let near = hint(nearest(id, ids.iter().map(String::as_str).chain(names())));
                let what =
                    format!("is `{id}`, which neither the parameter table nor the model has{near}");
                report.cell(&condition.own.site.file, condition.own.site.line, column, &what);
            }
        }
    }
}

/// Whether a column of the condition table sets something.
fn column_of(part: &Part, column: &str, used: &BTreeSet<String>, file: &str, report: &mut Report) {
    let model = &part.model;
    let quantity = match model.symbol(column).map(|symbol| symbol.kind) {
        Some(
            SymbolKind::Parameter(q) | SymbolKind::Compartment(q) | SymbolKind::SpeciesReference(q),
        ) => q,
        Some(SymbolKind::Species { amount, .. }) => amount,
        Some(SymbolKind::Reaction(_)) => {
            report.line(
                file,
                1,
                &format!("the column `{column}` is a reaction, which has no value to set"),
            );
            return;
        }
        // A parameter of observables alone.
        None if used.contains(column) => return,
        None => {
            let names = model.symbols.iter().map(|symbol| symbol.id.as_str());
            let near = hint(nearest(column, names.chain(["conditionName", "conditionId"])));
            let what = format!(
                "the column `{column}` is nothing that the model or an observable has{near}"
            );
            report.line(file, 1, &what);
            return;
        }
    };
    if is_determined(&model.network, quantity) {
        let what = format!(
            "the column `{column}` is determined by a rule of the model, and cannot be set"
        );
        report.line(file, 1, &what);
    }
}

fn measurements(
    part: &Part,
    (ids, outer, counts): (&[String], &[String], &[Counts]),
    used: &mut BTreeSet<String>,
    report: &mut Report,
) {
    for measurement in &part.measurements {
        let observable = &part.observables[measurement.of.observable];
        let columns = ["observableParameters", "noiseParameters"];
        let all = columns.into_iter().zip(&measurement.overrides);
        for ((column, given), wanted) in all.zip(counts[measurement.of.observable].0) {
            if given.len() != wanted {
                let (id, found) = (&observable.own.id, given.len());
                let name = if column == "noiseParameters" {
                    "noiseParameter"
                } else {
                    "observableParameter"
                };
                let what = format!(
                    "gives {found} values; the observable `{id}` has {wanted} placeholders `{name}1_{id}` and so on"
                );
                report.cell(&measurement.site.file, measurement.site.line, column, &what);
            }
            for id in given.iter().filter_map(|given| match given {
                Given::Id(id) => Some(id),
                _ => None,
            }) {
                used.insert(id.clone());
                let plain = matches!(
                    part.model.symbol(id).map(|symbol| symbol.kind),
                    Some(SymbolKind::Parameter(_) | SymbolKind::Compartment(_))
                );
                if !ids.contains(id) && !outer.contains(id) && !plain {
                    let near = hint(nearest(id, ids.iter().map(String::as_str)));
                    let what =
                        format!("names `{id}`, which the parameter table does not have{near}");
                    report.cell(&measurement.site.file, measurement.site.line, column, &what);
                }
            }
        }
    }
}

/// Whether a parameter of the table is one, and may be there.
fn parameter(parameter: &Parameter, parts: &[Part], used: &BTreeSet<String>, report: &mut Report) {
    let (id, file, line) = (&parameter.id, &parameter.site.file, parameter.site.line);
    let mut told = |what: &str| report.cell(file, line, "parameterId", &format!("is `{id}`{what}"));
    if id.starts_with("observableParameter") || id.starts_with("noiseParameter") {
        let of = id.split_once('_').map(|(_, of)| of);
        if parts.iter().any(|part| part.observables.iter().any(|o| Some(o.own.id.as_str()) == of)) {
            return told(
                ", a placeholder, which the measurement table replaces: it cannot be here",
            );
        }
    }
    let mut known = used.contains(id);
    for part in parts {
        if part.conditions.iter().any(|c| c.cells.iter().any(|(column, _)| column == id)) {
            return told(", which is a column of the condition table: it cannot be here as well");
        }
        let Some(symbol) = part.model.symbol(id) else { continue };
        known = true;
        match symbol.kind {
            SymbolKind::Parameter(q) | SymbolKind::Compartment(q) => {
                if is_determined(&part.model.network, q) {
                    return told(", which a rule of the model determines");
                }
            }
            SymbolKind::Species { .. } => {
                return told(
                    ", a species of the model; a column of the condition table sets its start",
                );
            }
            SymbolKind::SpeciesReference(_) => {}
            SymbolKind::Reaction(_) => {
                return told(", a reaction of the model, which has no value to set");
            }
        }
    }
    if !known && !parts.is_empty() {
        let names = parts.iter().flat_map(|part| &part.model.symbols);
        let near =
            hint(nearest(id, names.map(|s| s.id.as_str()).chain(used.iter().map(String::as_str))));
        told(&format!(", which neither a model nor a table uses{near}"));
    }
}
