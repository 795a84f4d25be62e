//! The parameter table.

use crate::prior::{Prior, PriorKind};
use crate::report::{Report, Site};
use crate::tsv::{Row, Table, number};
use bioxen_base::nearest::{hint, nearest};

/// The scale on which a parameter is varied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ParameterScale {
    /// As it is.
    #[default]
    Lin,
    /// Its natural logarithm.
    Log,
    /// Its decadic logarithm.
    Log10,
}

impl ParameterScale {
    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Lin => "lin",
            Self::Log => "log",
            Self::Log10 => "log10",
        }
    }

    /// A value on this scale.
    pub fn scaled(self, value: f64) -> f64 {
        match self {
            Self::Lin => value,
            Self::Log => value.ln(),
            Self::Log10 => value.log10(),
        }
    }

    /// The value of a number on this scale.
    pub fn unscaled(self, scaled: f64) -> f64 {
        match self {
            Self::Lin => scaled,
            Self::Log => scaled.exp(),
            Self::Log10 => 10f64.powf(scaled),
        }
    }
}

/// A row of the parameter table.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Its id.
    pub id: String,
    /// Its name, possibly empty.
    pub name: String,
    /// The scale on which it is varied.
    pub scale: ParameterScale,
    /// Its lower bound.
    pub low: f64,
    /// Its upper bound.
    pub high: f64,
    /// Its value where it is not estimated, if it has one.
    pub nominal: Option<f64>,
    /// Whether it is estimated.
    pub estimate: bool,
    /// Where searches for it begin.
    pub initialization: Prior,
    /// What is known of it beforehand, if anything.
    pub prior: Option<Prior>,
    /// Where it stands.
    pub(crate) site: Site,
}

const COLUMNS: [&str; 11] = [
    "parameterId",
    "parameterName",
    "parameterScale",
    "lowerBound",
    "upperBound",
    "nominalValue",
    "estimate",
    "initializationPriorType",
    "initializationPriorParameters",
    "objectivePriorType",
    "objectivePriorParameters",
];

/// One of some names in a cell; the default where it is empty.
pub(crate) fn one_of<T: Copy>(
    table: &Table,
    row: &Row,
    column: Option<usize>,
    all: &[(&str, T)],
    report: &mut Report,
) -> Option<T> {
    let text = row.text(column)?;
    let found = all.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
    if let (None, Some(place)) = (found, column) {
        let near = hint(nearest(text, all.iter().map(|(name, _)| *name)));
        let names: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
        let what = format!("is `{text}`{near}; it is one of: {}", names.join(", "));
        report.cell(&table.file, row.line, &table.columns[place], &what);
    }
    found
}

/// Reads the rows of a table.
pub(crate) fn read(table: &Table, into: &mut Vec<Parameter>, report: &mut Report) {
    table.misspelt(&COLUMNS, report);
    let id = table.required("parameterId", report);
    let scale = table.required("parameterScale", report);
    let estimate = table.required("estimate", report);
    let [low, high, nominal] =
        ["lowerBound", "upperBound", "nominalValue"].map(|n| table.column(n));
    for row in &table.rows {
        let is_known = |id: &str| into.iter().any(|p| p.id == id);
        let Some(id) = table.new_id(row, id, is_known, report) else { continue };
        let scales = [
            ("lin", ParameterScale::Lin),
            ("log", ParameterScale::Log),
            ("log10", ParameterScale::Log10),
        ];
        let scale = one_of(table, row, scale, &scales, report).unwrap_or_default();
        let flags = [
            ("1", true),
            ("0", false),
            ("1.0", true),
            ("0.0", false),
            ("True", true),
            ("False", false),
        ];
        let estimated = one_of(table, row, estimate, &flags, report);
        if row.text(estimate).is_none() && estimate.is_some() {
            report.cell(&table.file, row.line, "estimate", "is empty; it must be 1 or 0");
        }
        let estimated = estimated.unwrap_or(false);
        let mut optional = |column: Option<usize>, needed: bool| {
            let name = column.map_or("", |place| table.columns[place].as_str());
            match row.text(column).map(|text| (text, number(text).filter(|x| !x.is_nan()))) {
                Some((_, Some(value))) => Some(value),
                Some((text, None)) => {
                    report.cell(
                        &table.file,
                        row.line,
                        name,
                        &format!("is `{text}`; it must be a number"),
                    );
                    None
                }
                None if needed => {
                    let what = match column {
                        Some(_) => format!(
                            "column `{name}`: is empty; a parameter with estimate = {} needs it",
                            u8::from(estimated)
                        ),
                        None => format!(
                            "the parameter `{id}` needs bounds, or a nominal value, of which there is no column"
                        ),
                    };
                    report.line(&table.file, row.line, &what);
                    None
                }
                None => None,
            }
        };
        let nominal = optional(nominal, !estimated);
        let lowest = optional(low, estimated).unwrap_or(f64::NEG_INFINITY);
        let highest = optional(high, estimated).unwrap_or(f64::INFINITY);
        if estimated && lowest >= highest {
            let what = format!("is {highest}; the lower bound is {lowest}, and must be below it");
            report.cell(&table.file, row.line, "upperBound", &what);
        }
        if estimated && scale != ParameterScale::Lin && lowest < 0.0 {
            let what = format!("is {lowest}; on a scale `{}` it must be 0 or more", scale.name());
            report.cell(&table.file, row.line, "lowerBound", &what);
        }
        let bounds = (
            scale.scaled(lowest.max(if scale == ParameterScale::Lin { f64::MIN } else { 0.0 })),
            scale.scaled(highest),
        );
        let initialization = prior(table, row, "initialization", scale, report);
        let initialization = initialization.unwrap_or(Prior {
            kind: PriorKind::ParameterScaleUniform,
            a: bounds.0,
            b: bounds.1,
        });
        if estimated && !(initialization.quantile(0.5, scale).is_finite()) && lowest < highest {
            let what = "has no start: its bounds are infinite, or a bound of a logarithmic scale is 0; \
                        give finite bounds, or an initializationPriorType";
            report.line(&table.file, row.line, &format!("the parameter `{id}` {what}"));
        }
        let name = row.text(table.column("parameterName")).unwrap_or_default().to_owned();
        let prior = prior(table, row, "objective", scale, report);
        into.push(Parameter {
            id,
            name,
            scale,
            low: lowest,
            high: highest,
            nominal,
            estimate: estimated,
            initialization,
            prior,
            site: table.site(row),
        });
    }
}

/// The prior in two columns of a row.
fn prior(
    table: &Table,
    row: &Row,
    which: &str,
    scale: ParameterScale,
    report: &mut Report,
) -> Option<Prior> {
    let (name, numbers) = (format!("{which}PriorType"), format!("{which}PriorParameters"));
    let (kind, values) = (table.column(&name), table.column(&numbers));
    let found = one_of(table, row, kind, &PriorKind::ALL, report);
    let Some(text) = row.text(values) else {
        let kind = found?;
        // Without numbers it reaches from bound to bound.
        if matches!(kind, PriorKind::Uniform | PriorKind::ParameterScaleUniform) {
            return None;
        }
        report.cell(
            &table.file,
            row.line,
            &name,
            &format!("is `{}`, which needs two numbers in `{numbers}`", kind.name()),
        );
        return None;
    };
    let kind = match (row.text(kind), found) {
        (None, _) => PriorKind::ParameterScaleUniform,
        (Some(_), found) => found?,
    };
    let all: Option<Vec<f64>> = text.split(';').map(number).collect();
    let wrong = match all.as_deref() {
        Some(&[a, b]) => {
            let prior = Prior { kind, a, b };
            match prior.problem(scale) {
                None => return Some(prior),
                Some(what) => what,
            }
        }
        _ => "it must be two numbers with a semicolon between them",
    };
    report.cell(&table.file, row.line, &numbers, &format!("is `{text}`; {wrong}"));
    None
}
