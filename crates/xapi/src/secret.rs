//! What must not be shown.

use std::fmt;

/// A text that no message shows: `Debug` and `Display` print stars.
///
/// # Examples
/// ```
/// let secret = bioxen_xapi::Secret::new("correct horse");
/// assert_eq!(format!("{secret} {secret:?}"), "*** ***");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Hides a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for where it is needed.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// A text in which this one, as it is or as it stands in JSON, is stars.
    pub(crate) fn hide_in(&self, text: &str) -> String {
        if self.0.is_empty() {
            return text.to_owned();
        }
        let json = serde_json::Value::String(self.0.clone()).to_string();
        let inner = json.get(1..json.len() - 1).unwrap_or_default();
        let mut hidden = text.replace(&self.0, "***");
        if !inner.is_empty() {
            hidden = hidden.replace(inner, "***");
        }
        hidden
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}
