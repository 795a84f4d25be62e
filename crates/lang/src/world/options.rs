//! How a world begins.

use std::path::PathBuf;
use std::sync::Arc;

use crate::LangError;
use crate::files::{self, Allowed};
use crate::limits::Limits;
use bioxen_lab::Places;

/// How a world begins.
#[derive(Debug, Clone)]
pub struct WorldOptions {
    /// Where scripts write.
    pub out_dir: PathBuf,
    /// The folder of the script, from which it reads and imports.
    pub read_dir: PathBuf,
    /// Folders beside these two.
    pub allowed: Allowed,
    /// The seed of all random streams.
    pub seed: u64,
    /// What a text may use up.
    pub limits: Limits,
    /// Opens places on other machines, if scripts may have VMs there.
    pub places: Option<Arc<dyn Places>>,
    /// Folders in which plug-ins are looked for by their names.
    pub plugins: Vec<PathBuf>,
    /// Folders of plug-ins that are there from the beginning.
    pub load: Vec<PathBuf>,
}

impl Default for WorldOptions {
    fn default() -> Self {
        Self {
            out_dir: PathBuf::from("out"),
            read_dir: PathBuf::from("."),
            allowed: Allowed::default(),
            seed: 0,
            limits: Limits::default(),
            places: None,
            plugins: Vec::new(),
            load: Vec::new(),
        }
    }
}

impl WorldOptions {
    /// Reads a file from where scripts may read.
    ///
    /// # Errors
    /// When the path leads elsewhere, or the file cannot be read.
    pub fn read(&self, path: &str) -> Result<Vec<u8>, LangError> {
        files::read_inside(&self.out_dir, &self.read_dir, &self.allowed, path)
    }
}
