//! The header of a message.

use serde::{Deserialize, Serialize};

use super::reading::or_default;

/// The header of a message that came. What it does not say is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Header {
    /// Its name.
    #[serde(deserialize_with = "or_default")]
    pub msg_id: String,
    /// What it asks for, such as `execute_request`.
    #[serde(deserialize_with = "or_default")]
    pub msg_type: String,
    /// Who sends it.
    #[serde(deserialize_with = "or_default")]
    pub session: String,
    /// Who sends it, as a person.
    #[serde(deserialize_with = "or_default")]
    pub username: String,
}

/// The header of a message that goes out.
#[derive(Debug, Serialize)]
pub struct OutgoingHeader<'a> {
    /// Its name.
    pub msg_id: String,
    /// Its kind, such as `stream`.
    pub msg_type: &'a str,
    /// Who sends it, as a person.
    pub username: &'a str,
    /// Who sends it.
    pub session: &'a str,
    /// When, as the protocol writes it.
    pub date: String,
    /// Of the protocol.
    pub version: &'a str,
}
