//! Configurations that name plug-ins, and how files become keys and values.

use std::path::Path;

use serde_json::Value;

use super::check::{self, Problem};
use super::{ConfigError, Format, LONGEST, Read, VmConfig};
use crate::hypervisor::PluginType;
use bioxen_base::durable;

impl VmConfig {
    /// The same where there are biological types of plug-ins, too.
    ///
    /// # Errors
    /// As [`VmConfig::parse`].
    pub fn parse_among(
        text: &str,
        format: Format,
        origin: &str,
        types: &[PluginType],
    ) -> Result<Read, ConfigError> {
        Self::from_value_among(value_of(text, format, origin)?, origin, types)
    }

    /// The folders of plug-ins that a configuration names, as it is written; it is not checked otherwise.
    ///
    /// # Errors
    /// When the file cannot be read, is no TOML or JSON, or names them in another way.
    pub fn plugins_in(path: &Path) -> Result<Vec<String>, ConfigError> {
        let origin = path.display().to_string();
        let value = value_of(&text_of(path)?, Format::of(path)?, &origin)?;
        let Some(named) = value.get("plugins") else { return Ok(Vec::new()) };
        serde_json::from_value(named.clone()).map_err(|_| ConfigError::Invalid {
            origin,
            problems: vec![Problem::new("plugins", check::PLUGINS)],
        })
    }

    /// The same where there are biological types of plug-ins, too.
    ///
    /// # Errors
    /// As [`VmConfig::load`].
    pub fn load_among(path: &Path, types: &[PluginType]) -> Result<Read, ConfigError> {
        let (format, text) = (Format::of(path)?, text_of(path)?);
        let read = Self::parse_among(&text, format, &path.display().to_string(), types)?;
        let problems =
            if durable::is_open_to_others(path) { read.config.shown() } else { Vec::new() };
        if problems.is_empty() {
            return Ok(read);
        }
        Err(ConfigError::Invalid { origin: path.display().to_string(), problems })
    }
}

/// The text of a file.
fn text_of(path: &Path) -> Result<String, ConfigError> {
    let failed =
        |reason: String| ConfigError::File { path: path.to_owned(), action: "read", reason };
    let text = durable::read_text(path, LONGEST).map_err(|e| failed(e.to_string()))?;
    // Some editors put a byte order mark before what they save.
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// A text as keys and values.
fn value_of(text: &str, format: Format, origin: &str) -> Result<Value, ConfigError> {
    let syntax = |reason: String| ConfigError::Syntax { origin: origin.to_owned(), reason };
    match format {
        Format::Toml => toml::from_str(text).map_err(|e| {
            let at = e.span().map(|span| span.start);
            syntax(bioxen_base::problem::syntax(text, at, e.message()))
        }),
        Format::Json => serde_json::from_str(text).map_err(|e| syntax(e.to_string())),
    }
}
