//! One case: its model, its settings and its expected results.

use std::collections::HashMap;
use std::path::Path;

use bioxen::network::sbml::{self, Model, SbmlError};

/// What is tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Values in time, within tolerances.
    Semantic,
    /// Means and standard deviations of many runs.
    Stochastic,
}

impl Kind {
    /// As the suite calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Semantic => "semantic",
            Kind::Stochastic => "stochastic",
        }
    }
}

/// How a case went.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// All values are as expected.
    Passed,
    /// Passed, but not at the first try.
    PassedAgain(String),
    /// Something is wrong.
    Failed(String),
    /// The case needs what is not supported.
    Unsupported(String),
}

/// A case.
#[derive(Debug)]
pub(crate) struct Case {
    /// What is tested.
    pub(crate) kind: Kind,
    /// The package it needs, if any.
    pub(crate) package: Option<String>,
    /// Whether the model goes through our own writer first.
    pub(crate) round_trip: bool,
    /// The text of the model.
    pub(crate) text: String,
    settings: HashMap<String, String>,
    /// The names of the columns.
    pub(crate) header: Vec<String>,
    /// The expected values, the first of each row being the time.
    pub(crate) rows: Vec<Vec<f64>>,
}

impl Case {
    /// Reads the files of a case.
    pub(crate) fn read(folder: &Path, round_trip: bool) -> Result<Case, String> {
        let number = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let open = |end: &str| {
            let path = folder.join(format!("{number}-{end}"));
            std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))
        };
        let versions = ["l3v2", "l3v1", "l2v5", "l2v4", "l2v3", "l2v2", "l2v1"];
        let text = versions
            .iter()
            .find_map(|v| open(&format!("sbml-{v}.xml")).ok())
            .ok_or("there is no model")?;
        let settings: HashMap<String, String> = open("settings.txt")?
            .lines()
            .filter_map(|line| line.split_once(':'))
            .map(|(key, value)| (key.trim().to_lowercase(), value.trim().to_owned()))
            .collect();
        let tags = open("tags.txt").or_else(|_| open("model.m")).unwrap_or_default();
        let results = open("results.csv")?;
        let mut lines = results.lines().filter(|l| !l.trim().is_empty());
        let split = |line: &str| -> Vec<String> {
            line.split(',').map(|s| s.trim().trim_matches('"').to_owned()).collect()
        };
        let header = split(lines.next().ok_or("results.csv is empty")?);
        let rows = lines
            .map(|line| split(line).iter().map(|v| number_of(v)).collect())
            .collect::<Result<Vec<Vec<f64>>, String>>()?;
        let kind = match settings.contains_key("meanrange") {
            true => Kind::Stochastic,
            false => Kind::Semantic,
        };
        let package = package(&tags, &text);
        Ok(Case { kind, package, round_trip, text, settings, header, rows })
    }

    /// A setting.
    pub(crate) fn setting(&self, key: &str) -> &str {
        self.settings.get(key).map_or("", String::as_str)
    }

    /// A setting that is a number.
    pub(crate) fn number(&self, key: &str) -> Option<f64> {
        self.setting(key).parse().ok()
    }

    /// A setting that is a list.
    pub(crate) fn list(&self, key: &str) -> Vec<&str> {
        self.setting(key).split(',').map(str::trim).filter(|s| !s.is_empty()).collect()
    }

    /// The times of the expected values.
    pub(crate) fn grid(&self) -> Option<Vec<f64>> {
        let (start, duration) = (self.number("start")?, self.number("duration")?);
        let steps = self.number("steps")?;
        Some((0..=steps as usize).map(|i| start + duration * i as f64 / steps).collect())
    }

    /// The model, or why it cannot be run.
    pub(crate) fn model(&self) -> Result<Model, Outcome> {
        sbml::read(&self.text).map_err(|error| match error {
            SbmlError::Unsupported { .. } => Outcome::Unsupported(error.to_string()),
            _ => Outcome::Failed(error.to_string()),
        })
    }
}

fn number_of(text: &str) -> Result<f64, String> {
    match text.to_lowercase().as_str() {
        "inf" => Ok(f64::INFINITY),
        "-inf" => Ok(f64::NEG_INFINITY),
        "nan" => Ok(f64::NAN),
        other => other.parse().map_err(|_| format!("`{text}` in results.csv is not a number")),
    }
}

/// The package that the tags name, as in `comp:Submodel`, or that the model requires.
fn package(tags: &str, text: &str) -> Option<String> {
    for known in ["comp", "fbc", "distrib", "multi", "qual", "groups", "arrays", "spatial"] {
        let tagged = tags.contains(&format!("{known}:"));
        if tagged || text.contains(&format!("{known}:required=\"true\"")) {
            return Some(known.to_owned());
        }
    }
    None
}
