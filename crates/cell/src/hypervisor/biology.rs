//! The kinds of genome that run as VMs.

mod plugin;

use std::fmt;
use std::sync::Arc;

use super::HypervisorError;
use super::limits::Limits;
use bioxen_base::nearest::nearest;
use bioxen_genome::regulation::{Level, RegulatedOperon, level_of_operon, operon_of_gene};
use bioxen_genome::{Genome, GenomeError};

pub use plugin::{HostStart, MOST_TYPES, PluginName, PluginType, TypeFacts, TypeOverrides};

/// The biological type of a VM.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BiologicalType {
    /// JCVI-syn3A, the synthetic minimal cell of 496 genes.
    Syn3a,
    /// *Escherichia coli* K-12 MG1655.
    Ecoli,
    /// A hypothetical cell with the essential and growth genes of Syn3A only.
    MinimalCell,
    /// One that a plug-in brings.
    Plugin(PluginType),
}

impl BiologicalType {
    /// All types that are built in.
    pub const ALL: [Self; 3] = [Self::Syn3a, Self::Ecoli, Self::MinimalCell];

    /// Its name in the language and in configurations.
    pub fn name(self) -> &'static str {
        match self {
            Self::Syn3a => "syn3a",
            Self::Ecoli => "ecoli",
            Self::MinimalCell => "minimal_cell",
            Self::Plugin(own) => &own.facts().name,
        }
    }

    /// The type whose laws it follows: itself, unless it comes from a plug-in.
    pub fn base(self) -> Self {
        match self {
            Self::Plugin(own) => own.facts().base,
            built_in => built_in,
        }
    }

    /// What a plug-in says of it, if one brings it.
    pub fn plugin(self) -> Option<&'static TypeFacts> {
        match self {
            Self::Plugin(own) => Some(own.facts()),
            _ => None,
        }
    }

    /// The name of the genome that it runs unless told otherwise.
    pub fn genome_name(self) -> &'static str {
        match self {
            Self::Syn3a => "syn3a",
            Self::Ecoli => "ecoli",
            Self::MinimalCell => "minimal",
            Self::Plugin(own) => &own.facts().genome.name,
        }
    }

    /// The genome that it runs unless told otherwise.
    ///
    /// # Errors
    /// When a shipped genome cannot be read, which a test rules out.
    pub fn genome(self) -> Result<Arc<Genome>, GenomeError> {
        match self {
            Self::Plugin(own) => Ok(Arc::clone(&own.facts().genome)),
            built_in => bioxen_genome::shipped(built_in.genome_name()),
        }
    }

    /// Parses the name of a type that is built in.
    ///
    /// # Errors
    /// When it is no biological type; the error names the nearest.
    pub fn parse(name: &str) -> Result<Self, HypervisorError> {
        Self::parse_among(name, &[])
    }

    /// Parses the name of a type that is built in or one of these.
    ///
    /// # Errors
    /// When it is no biological type; the error names the nearest.
    ///
    /// # Examples
    /// ```
    /// use bioxen_cell::hypervisor::BiologicalType;
    /// assert_eq!(BiologicalType::parse_among("ecoli", &[])?, BiologicalType::Ecoli);
    /// let error = BiologicalType::parse_among("ecolli", &[]).unwrap_err().to_string();
    /// assert!(error.contains("did you mean `ecoli`?"), "{error}");
    /// # Ok::<(), bioxen_cell::hypervisor::HypervisorError>(())
    /// ```
    pub fn parse_among(name: &str, plugins: &[PluginType]) -> Result<Self, HypervisorError> {
        let all = || Self::ALL.into_iter().chain(plugins.iter().copied().map(Self::Plugin));
        all().find(|t| t.name() == name).ok_or_else(|| HypervisorError::UnknownBiologicalType {
            given: name.to_owned(),
            nearest: nearest(name, all().map(Self::name)).map(str::to_owned),
            valid: all().map(Self::name).collect(),
        })
    }

    /// What a VM of this type may use unless its configuration says otherwise.
    pub fn default_limits(self) -> Limits {
        let (max_ribosomes, max_atp_percent, max_memory_kb) = match self {
            Self::Syn3a => (50.0, 80.0, 200.0),
            Self::Ecoli => (100.0, 90.0, 500.0),
            Self::MinimalCell => (20.0, 60.0, 100.0),
            Self::Plugin(own) => return own.facts().limits,
        };
        let max_polymerases = Limits::HOST.max_polymerases;
        Limits { max_ribosomes, max_polymerases, max_atp_percent, max_memory_kb }
    }

    /// What is known of the regulation of its operons. Those of *E. coli* are known; a plug-in brings its own, and
    /// genes that have the names of genes of *E. coli* are not regulated as these.
    pub(crate) fn regulation(self) -> &'static [RegulatedOperon] {
        match self {
            Self::Ecoli => bioxen_genome::regulation::shipped_regulation().unwrap_or_default(),
            Self::Plugin(own) => &own.facts().regulation,
            Self::Syn3a | Self::MinimalCell => &[],
        }
    }

    /// The regulated operon to which a gene of its genome belongs.
    pub(crate) fn operon_of_gene(self, gene: &str) -> Option<&'static RegulatedOperon> {
        match self {
            Self::Ecoli => operon_of_gene(gene),
            Self::Plugin(own) => own.operon_of_gene(gene),
            Self::Syn3a | Self::MinimalCell => None,
        }
    }

    /// Amounts of protein that were measured for a repressed operon.
    pub(crate) fn level_of_operon(self, operon: &str) -> Option<&'static Level> {
        if self == Self::Ecoli { level_of_operon(operon) } else { None }
    }

    /// What a host is like at first for which a VM of this type is the first one; only types of plug-ins say that.
    pub fn host_start(self) -> HostStart {
        self.plugin().map(|facts| facts.host.clone()).unwrap_or_default()
    }

    /// What a plug-in has in the place of numbers of the type whose laws it follows.
    pub(crate) fn overrides(self) -> TypeOverrides {
        self.plugin().map(|facts| facts.overrides).unwrap_or_default()
    }
}

impl fmt::Display for BiologicalType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
