//! The kinds of genome that run as VMs.

use std::fmt;

use super::HypervisorError;
use super::limits::Limits;
use bioxen_base::nearest::nearest;

/// The biological type of a VM.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BiologicalType {
    /// JCVI-syn3A, the synthetic minimal cell of 496 genes.
    Syn3a,
    /// *Escherichia coli* K-12 MG1655.
    Ecoli,
    /// A hypothetical cell with the essential and growth genes of Syn3A only.
    MinimalCell,
}

impl BiologicalType {
    /// All types.
    pub const ALL: [Self; 3] = [Self::Syn3a, Self::Ecoli, Self::MinimalCell];

    /// Its name in the language and in configurations.
    pub fn name(self) -> &'static str {
        match self {
            Self::Syn3a => "syn3a",
            Self::Ecoli => "ecoli",
            Self::MinimalCell => "minimal_cell",
        }
    }

    /// The shipped genome that it runs unless told otherwise.
    pub fn genome_name(self) -> &'static str {
        match self {
            Self::Syn3a => "syn3a",
            Self::Ecoli => "ecoli",
            Self::MinimalCell => "minimal",
        }
    }

    /// Parses a name.
    ///
    /// # Errors
    /// When it is no biological type; the error names the nearest.
    pub fn parse(name: &str) -> Result<Self, HypervisorError> {
        Self::ALL.into_iter().find(|t| t.name() == name).ok_or_else(|| {
            HypervisorError::UnknownBiologicalType {
                given: name.to_owned(),
                nearest: nearest(name, Self::ALL.map(Self::name)).map(str::to_owned),
            }
        })
    }

    /// What a VM of this type may use unless its configuration says otherwise.
    pub fn default_limits(self) -> Limits {
        let (max_ribosomes, max_atp_percent, max_memory_kb) = match self {
            Self::Syn3a => (50.0, 80.0, 200.0),
            Self::Ecoli => (100.0, 90.0, 500.0),
            Self::MinimalCell => (20.0, 60.0, 100.0),
        };
        let max_polymerases = Limits::HOST.max_polymerases;
        Limits { max_ribosomes, max_polymerases, max_atp_percent, max_memory_kb }
    }
}

impl fmt::Display for BiologicalType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
