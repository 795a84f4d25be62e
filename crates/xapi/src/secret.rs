//! What must not be shown.

pub use bioxen_base::secret::Secret;

/// A text in which a secret, as it is or as it stands in JSON, is stars.
pub(crate) fn hide_in(secret: &Secret, text: &str) -> String {
    let secret = secret.reveal();
    if secret.is_empty() {
        return text.to_owned();
    }
    let json = serde_json::Value::String(secret.to_owned()).to_string();
    let inner = json.get(1..json.len() - 1).unwrap_or_default();
    let mut hidden = text.replace(secret, "***");
    if !inner.is_empty() {
        hidden = hidden.replace(inner, "***");
    }
    hidden
}
