//! A value that a plan gives to a parameter.

use std::fmt;

use bioxen_table::Value;
use bioxen_table::units::dimension;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// A value of a parameter, as a plan writes it. A quantity is a text with a unit, such as `1 mM`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Setting {
    /// True or false.
    Truth(bool),
    /// A whole number.
    Whole(i64),
    /// A number.
    Number(f64),
    /// A text, or a quantity.
    Text(String),
}

impl Setting {
    /// A value of a file.
    pub(crate) fn of(value: &Json) -> Option<Self> {
        match value {
            Json::Bool(truth) => Some(Self::Truth(*truth)),
            Json::Number(number) => match number.as_i64() {
                Some(whole) => Some(Self::Whole(whole)),
                None => number.as_f64().filter(|x| x.is_finite()).map(Self::Number),
            },
            Json::String(text) => Some(Self::Text(text.clone())),
            _ => None,
        }
    }

    /// The number and the unit, if it is a number or a number with a unit.
    ///
    /// # Examples
    /// ```
    /// use bioxen_batch::Setting;
    /// assert_eq!(Setting::Text("0.5 mM".into()).quantity(), Some((0.5, Some("mM"))));
    /// assert_eq!(Setting::Whole(3).quantity(), Some((3.0, None)));
    /// assert_eq!(Setting::Text("LB".into()).quantity(), None);
    /// ```
    pub fn quantity(&self) -> Option<(f64, Option<&str>)> {
        match self {
            Self::Truth(_) => None,
            Self::Whole(whole) => Some((*whole as f64, None)),
            Self::Number(number) => Some((*number, None)),
            Self::Text(text) => {
                let text = text.trim();
                let end = text
                    .char_indices()
                    .find(|&(at, c)| !is_of_a_number(&text[..at], c))
                    .map_or(text.len(), |(at, _)| at);
                let number: f64 = text[..end].parse().ok().filter(|n: &f64| n.is_finite())?;
                let unit = text[end..].trim().trim_start_matches('.');
                (!unit.is_empty()).then_some((number, Some(unit)))
            }
        }
    }

    /// The number and the unit of a text, if the unit is one of the language.
    pub(crate) fn known_quantity(&self) -> Option<(f64, &str)> {
        let (number, unit) = self.quantity()?;
        unit.filter(|unit| dimension(unit).is_some()).map(|unit| (number, unit))
    }

    /// As a cell of a table, without a unit.
    pub(crate) fn cell(&self) -> Value {
        match self {
            Self::Truth(truth) => Value::Truth(*truth),
            Self::Whole(whole) => Value::Whole(*whole),
            Self::Number(number) => Value::Number(*number),
            Self::Text(text) => Value::Text(text.as_str().into()),
        }
    }
}

/// Whether a character goes on with a number of which `before` is read: `1e-3 mM`, but `1 eV`.
fn is_of_a_number(before: &str, c: char) -> bool {
    match c {
        '0'..='9' => true,
        '.' => !before.contains(['.', 'e', 'E']),
        'e' | 'E' => !before.is_empty() && !before.contains(['e', 'E']),
        '-' | '+' => before.is_empty() || before.ends_with(['e', 'E']),
        _ => false,
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truth(truth) => write!(f, "{truth}"),
            Self::Whole(whole) => write!(f, "{whole}"),
            Self::Number(number) => write!(f, "{number:?}"),
            Self::Text(text) => write!(f, "{text}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_read_as_a_person_reads_them() {
        let read = |text: &str| {
            Setting::Text(text.to_owned()).quantity().map(|(n, u)| (n, u.map(str::to_owned)))
        };
        for (text, number, unit) in [
            ("1 mM", 1.0, "mM"),
            ("1mM", 1.0, "mM"),
            ("1.mM", 1.0, "mM"),
            ("-2.5e-3 /h", -0.0025, "/h"),
            (" 3 nt ", 3.0, "nt"),
        ] {
            assert_eq!(read(text), Some((number, Some(unit.to_owned()))), "{text}");
        }
        for text in ["LB", "", "mM", "1", "- 3 mM", "e3 mM", "inf mM"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
