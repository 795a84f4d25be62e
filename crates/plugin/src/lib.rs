//! Plug-ins: folders that bring a biological type, packages, plasmids, functions of the language and styles of
//! figures.
//!
//! A folder is read once, as a whole and within bounds, into a [`Bundle`]: the contents of its files under their
//! names, with a checksum. Nothing that comes after looks at the folder again, so nothing of a plug-in reaches
//! outside of it, and a bundle that travels to another machine is the same plug-in there. A [`Plugin`] is what a
//! bundle says, checked in all its parts; what is wrong is told at once. The functions are texts here: the language
//! reads them (`bioxen_lang::plugins`).
//!
//! Architecture invariant: [`Bundle::read`] and [`write_new`] are the only ways to files.

mod bundle;
mod error;
mod folder;
mod manifest;
mod new;
mod plugin;
mod require;

pub use bundle::{Bundle, LARGEST, LARGEST_FILE, MOST_FILES};
pub use error::PluginError;
pub use manifest::{Manifest, TypeManifest};
pub use new::write_new;
pub use plugin::{Plugin, Script, Style};
pub use require::{Found, with_required};

/// The file that says what a plug-in is.
pub const MANIFEST: &str = "plugin.toml";
