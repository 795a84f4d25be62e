//! Tables of conditions, observables and measurements.

use crate::likelihood::Noise;
use crate::parameter::one_of;
use crate::report::{Report, Site};
use crate::tsv::{Table, is_id, number};

/// A cell of the condition table, or an override of the measurement table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Given {
    /// Nothing: what the model or a preequilibration gives stays.
    Nothing,
    Number(f64),
    /// The value of something else.
    Id(String),
}

impl Given {
    fn read(text: &str) -> Option<Self> {
        match number(text) {
            _ if text.is_empty() => Some(Self::Nothing),
            Some(value) if value.is_nan() => Some(Self::Nothing),
            Some(value) => Some(Self::Number(value)),
            None if is_id(text) => Some(Self::Id(text.to_owned())),
            None => None,
        }
    }
}

/// What a row of a table is of, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) id: String,
    pub(crate) site: Site,
}

/// A row of the condition table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Condition {
    pub(crate) own: Named,
    /// What is set, by the names of the columns.
    pub(crate) cells: Vec<(String, Given)>,
}

/// Reads conditions.
pub(crate) fn conditions(table: &Table, into: &mut Vec<Condition>, report: &mut Report) {
    let id = table.required("conditionId", report);
    let name = table.column("conditionName");
    for row in &table.rows {
        let is_known = |id: &str| into.iter().any(|c| c.own.id == id);
        let Some(own) = table.new_id(row, id, is_known, report) else { continue };
        let mut cells = Vec::new();
        for (place, column) in table.columns.iter().enumerate() {
            if Some(place) == id || Some(place) == name {
                continue;
            }
            let text = row.cells.get(place).map_or("", String::as_str);
            match Given::read(text) {
                Some(given) => cells.push((column.clone(), given)),
                None => {
                    let what = format!("is `{text}`, which is neither a number nor an id");
                    report.cell(&table.file, row.line, column, &what);
                }
            }
        }
        into.push(Condition { own: Named { id: own, site: table.site(row) }, cells });
    }
}

/// How measurements and what is observed are transformed before they are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Transformation {
    /// Not at all.
    #[default]
    Lin,
    /// To natural logarithms.
    Log,
    /// To decadic logarithms.
    Log10,
}

/// How measurements scatter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Distribution {
    /// As a normal distribution with this standard deviation.
    #[default]
    Normal,
    /// As a Laplace distribution with this scale.
    Laplace,
}

/// A row of the observable table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Observable {
    pub(crate) own: Named,
    pub(crate) formula: String,
    pub(crate) scatter: Scatter,
}

const OBSERVABLE: [&str; 6] = [
    "observableId",
    "observableName",
    "observableFormula",
    "observableTransformation",
    "noiseFormula",
    "noiseDistribution",
];

/// How measurements of an observable scatter.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Scatter {
    /// The formula of its size.
    pub(crate) noise: String,
    pub(crate) kind: Noise,
}

/// Reads observables.
pub(crate) fn observables(table: &Table, into: &mut Vec<Observable>, report: &mut Report) {
    table.misspelt(&OBSERVABLE, report);
    let id = table.required("observableId", report);
    let formula = table.required("observableFormula", report);
    let noise = table.required("noiseFormula", report);
    for row in &table.rows {
        let is_known = |id: &str| into.iter().any(|o| o.own.id == id);
        let Some(own) = table.new_id(row, id, is_known, report) else { continue };
        let mut text = |column: Option<usize>, name: &str| {
            let found = row.text(column).map(str::to_owned);
            if found.is_none() && column.is_some() {
                report.cell(&table.file, row.line, name, "is empty; it must be a formula");
            }
            found.unwrap_or_default()
        };
        let (formula, noise) = (text(formula, "observableFormula"), text(noise, "noiseFormula"));
        let kinds = [
            ("lin", Transformation::Lin),
            ("log", Transformation::Log),
            ("log10", Transformation::Log10),
        ];
        let column = table.column("observableTransformation");
        let transformation = one_of(table, row, column, &kinds, report).unwrap_or_default();
        let kinds = [("normal", Distribution::Normal), ("laplace", Distribution::Laplace)];
        let column = table.column("noiseDistribution");
        let distribution = one_of(table, row, column, &kinds, report).unwrap_or_default();
        let kind = Noise { transformation, distribution };
        let own = Named { id: own, site: table.site(row) };
        into.push(Observable { own, formula, scatter: Scatter { noise, kind } });
    }
}

/// A row of the measurement table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Measurement {
    pub(crate) site: Site,
    pub(crate) of: Refers,
    pub(crate) reading: Reading,
    /// The values for placeholders in the formula of the observable, and in that of its noise.
    pub(crate) overrides: [Vec<Given>; 2],
}

const MEASUREMENT: [&str; 9] = [
    "observableId",
    "preequilibrationConditionId",
    "simulationConditionId",
    "measurement",
    "time",
    "observableParameters",
    "noiseParameters",
    "datasetId",
    "replicateId",
];

/// The rows of other tables that a measurement refers to, by their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refers {
    pub(crate) observable: usize,
    /// The condition for preequilibration.
    pub(crate) before: Option<usize>,
    pub(crate) condition: usize,
}

/// What was measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Reading {
    pub(crate) value: f64,
    /// When; infinite for a steady state.
    pub(crate) time: f64,
}

/// Reads measurements; each belongs to a row of the table, of which those that are wrong are left out.
pub(crate) fn measurements(
    table: &Table,
    (conditions, observables): (&[Condition], &[Observable]),
    into: &mut Vec<Measurement>,
    report: &mut Report,
) {
    use bioxen_base::nearest::{hint, nearest};
    table.misspelt(&MEASUREMENT, report);
    let observable = table.required("observableId", report);
    let condition = table.required("simulationConditionId", report);
    let value = table.required("measurement", report);
    let time = table.required("time", report);
    let before = table.column("preequilibrationConditionId");
    let overrides = ["observableParameters", "noiseParameters"].map(|name| table.column(name));
    for row in &table.rows {
        let mut refer =
            |column: Option<usize>, names: &mut dyn Iterator<Item = &str>, what: &str| {
                let place = column?;
                let names: Vec<&str> = names.collect();
                let Some(text) = row.text(column) else {
                    report.cell(
                        &table.file,
                        row.line,
                        &table.columns[place],
                        &format!("is empty; it must be {what}"),
                    );
                    return None;
                };
                let found = names.iter().position(|name| *name == text);
                if found.is_none() {
                    let near = hint(nearest(text, names));
                    let what = format!("is `{text}`, which is not {what}{near}");
                    report.cell(&table.file, row.line, &table.columns[place], &what);
                }
                found
            };
        let mut of_conditions = conditions.iter().map(|c| c.own.id.as_str());
        let what = "the id of an observable";
        let observable =
            refer(observable, &mut observables.iter().map(|o| o.own.id.as_str()), what);
        let what = "the id of a condition";
        let condition = refer(condition, &mut of_conditions.clone(), what);
        let has_before = row.text(before).is_some();
        let before = if has_before { refer(before, &mut of_conditions, what) } else { None };
        let value = table.number(row, value, "", f64::is_finite, report);
        let time = table.number(row, time, "of 0 or more, or inf", |t| t >= 0.0, report);
        let overrides = overrides.map(|column| {
            let Some(text) = row.text(column) else { return Vec::new() };
            let mut all = Vec::new();
            for part in text.split(';') {
                match Given::read(part.trim()) {
                    Some(Given::Nothing) | None => {
                        let name = column.map_or("", |place| table.columns[place].as_str());
                        let what = format!(
                            "is `{text}`; it must be numbers and ids with semicolons between them"
                        );
                        report.cell(&table.file, row.line, name, &what);
                        break;
                    }
                    Some(given) => all.push(given),
                }
            }
            all
        });
        let (Some(observable), Some(condition), Some(value), Some(time)) =
            (observable, condition, value, time)
        else {
            continue;
        };
        if value <= 0.0
            && observables[observable].scatter.kind.transformation != Transformation::Lin
        {
            let what = format!(
                "is {value}; the observable is transformed to its logarithm, so it must be above 0"
            );
            report.cell(&table.file, row.line, "measurement", &what);
        }
        into.push(Measurement {
            site: table.site(row),
            of: Refers { observable, before: before.filter(|_| has_before), condition },
            reading: Reading { value, time },
            overrides,
        });
    }
}
