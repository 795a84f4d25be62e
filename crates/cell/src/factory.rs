//! Makes virtual machines from names and options: biological types, infrastructures, configurations.

pub mod config_file;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use thiserror::Error;

use crate::chassis::Nutrient;
use crate::hypervisor::{BiologicalType, Limits, Rules, VmSpec};
use bioxen_base::nearest::{hint, nearest};
use bioxen_genome::{self as genome, Abundance, Genome, GenomeError, ImportOptions};

/// An error of the factory.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum FactoryError {
    /// There is no such infrastructure.
    #[error("unknown VM type `{given}`{}; valid: basic, ssh, xcpng", hint(.nearest.as_deref()))]
    UnknownVmType {
        /// What was given.
        given: String,
        /// The nearest.
        nearest: Option<String>,
    },
}

/// Hosts that there are not, and that the name of a chassis must not promise.
pub const OTHER_HOSTS: [&str; 4] = ["yeast", "orthogonal", "mammalian", "syn3a"];

/// Where a VM runs: the VM type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Infrastructure {
    /// In this process.
    Basic,
    /// On another machine, by an agent that is reached over SSH.
    Ssh,
    /// In a virtual machine of an XCP-ng pool, which is made for it.
    Xcpng,
}

impl Infrastructure {
    /// All VM types.
    pub const ALL: [Self; 3] = [Self::Basic, Self::Ssh, Self::Xcpng];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Ssh => "ssh",
            Self::Xcpng => "xcpng",
        }
    }

    /// Parses a name.
    ///
    /// # Errors
    /// When there is no such VM type.
    pub fn parse(name: &str) -> Result<Self, FactoryError> {
        Self::ALL.into_iter().find(|i| i.name() == name).ok_or_else(|| {
            FactoryError::UnknownVmType {
                given: name.to_owned(),
                nearest: nearest(name, Self::ALL.map(Self::name)).map(str::to_owned),
            }
        })
    }
}

/// What a VM is made from, before it has an id.
#[derive(Debug, Clone)]
pub struct Config {
    /// What it is.
    pub biological_type: BiologicalType,
    /// Where it runs.
    pub vm_type: Infrastructure,
    /// How the place is reached where it runs, if that is not this process.
    pub reach: Option<serde_json::Map<String, serde_json::Value>>,
    /// What it may use.
    pub limits: Limits,
    /// Which genes it may express.
    pub rules: Rules,
    /// A genome in place of the shipped one.
    pub genome: Option<Arc<Genome>>,
    /// The file of that genome, and what is done about abundances that are not known.
    pub source: Option<(PathBuf, Abundance)>,
    /// The seed of its random stream, if it has its own.
    pub seed: Option<u64>,
    /// The medium of its chassis, if it says.
    pub nutrient: Option<Nutrient>,
    /// The name of its chassis, if it says.
    pub chassis: Option<String>,
    /// What had to be assumed about its genome.
    pub notes: Vec<String>,
}

impl Config {
    /// The defaults of a biological type.
    pub fn new(biological_type: BiologicalType, vm_type: Infrastructure) -> Self {
        let limits = biological_type.default_limits();
        let rules = Rules::of(biological_type);
        Self {
            biological_type,
            vm_type,
            reach: None,
            limits,
            rules,
            genome: None,
            source: None,
            seed: None,
            nutrient: None,
            chassis: None,
            notes: Vec::new(),
        }
    }

    /// Takes the genome of a file in place of the shipped one: a genome file, or one of another
    /// format that [`genome::open`] knows. `origin` is what it is called in messages. Genes of which
    /// no abundance is known get one as `abundance` says, and the notes tell it.
    ///
    /// # Errors
    /// When the file cannot be read or has no genome.
    pub fn take_genome(
        &mut self,
        path: &Path,
        origin: &str,
        abundance: Abundance,
    ) -> Result<(), GenomeError> {
        self.source = Some((path.to_owned(), abundance.clone()));
        let options = ImportOptions { abundance, ..ImportOptions::default() };
        let opened = genome::open(path, origin, &options)?;
        let notes = genome::telling(&opened.remarks);
        self.notes.extend(notes.into_iter().map(|note| format!("{origin}: {note}")));
        self.genome = Some(Arc::new(opened.genome));
        Ok(())
    }

    /// What the hypervisor makes a VM from.
    ///
    /// # Errors
    /// When the shipped genome cannot be read.
    ///
    /// # Examples
    /// ```
    /// use bioxen_cell::factory::{Config, Infrastructure};
    /// use bioxen_cell::hypervisor::BiologicalType;
    /// let spec = Config::new(BiologicalType::Syn3a, Infrastructure::Basic).spec("demo")?;
    /// assert_eq!(spec.limits.max_ribosomes, 50.0);
    /// # Ok::<(), bioxen_genome::GenomeError>(())
    /// ```
    pub fn spec(self, id: &str) -> Result<VmSpec, GenomeError> {
        let genome = match self.genome {
            Some(genome) => genome,
            None => self.biological_type.genome()?,
        };
        Ok(VmSpec {
            id: id.to_owned(),
            biological_type: self.biological_type,
            genome,
            limits: self.limits,
            rules: self.rules,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vm_types_are_found_or_explained() {
        for known in Infrastructure::ALL {
            assert_eq!(Infrastructure::parse(known.name()), Ok(known));
        }
        let wrong = Infrastructure::parse("basik").unwrap_err().to_string();
        assert!(wrong.contains("did you mean `basic`?"), "{wrong}");
    }
}
