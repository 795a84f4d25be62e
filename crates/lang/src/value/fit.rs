//! The result of a fit in the hands of a script.

use std::sync::Arc;

use rhai::{Dynamic, Map};

use crate::LangError;
use bioxen_base::nearest::nearest;

/// What a figure shows of one data set.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// The name of the set, if it has one.
    pub name: Option<String>,
    /// The unit of its values.
    pub unit: &'static str,
    /// The unit of where they were measured; nothing if they have only numbers.
    pub x_unit: Option<&'static str>,
    /// What was measured.
    pub points: Vec<(f64, f64)>,
    /// What the function predicts, by ascending place.
    pub curve: Vec<(f64, f64)>,
}

/// The result of a fit: properties, a report, and what a figure needs.
#[derive(Debug, Clone)]
pub struct Fit {
    /// All properties.
    pub told: Arc<Map>,
    /// The report as text.
    pub text: String,
    /// The same as Markdown.
    pub markdown: String,
    /// The same as HTML.
    pub html: String,
    /// What a figure shows.
    pub parts: Arc<[Part]>,
}

impl Fit {
    /// A property.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn get(&self, name: &str) -> Result<Dynamic, LangError> {
        self.told.get(name).cloned().ok_or_else(|| {
            let names = || self.told.keys().map(rhai::Identifier::as_str);
            LangError::UnknownName {
                kind: "property of a fit",
                given: name.to_owned(),
                nearest: nearest(name, names()).map(str::to_owned),
                valid: names().map(str::to_owned).collect(),
            }
        })
    }
}
