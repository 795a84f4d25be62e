//! Biological types that plug-ins bring.
//!
//! What a plug-in says of its type never changes, and is named by the checksum of the whole plug-in. So a process
//! keeps it once, for as long as it runs: a state, a copy or an agent that names the checksum means these facts and
//! no others. How many are kept is bounded.

use std::collections::HashMap;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::BiologicalType;
use crate::chassis::{Kinetics, Nutrient};
use crate::hypervisor::HypervisorError;
use crate::hypervisor::limits::Limits;
use crate::hypervisor::medium::Medium;
use crate::hypervisor::rules::Rules;
use bioxen_genome::Genome;
use bioxen_genome::regulation::RegulatedOperon;

/// The most types of plug-ins that a process keeps.
pub const MOST_TYPES: usize = 256;

/// Numbers of a type in the place of those of the type whose laws it follows.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct TypeOverrides {
    /// Half-life of an mRNA that was not measured [min].
    pub mrna_half_life_min: Option<f64>,
    /// mRNA molecules of the native cell.
    pub mrna_molecules: Option<f64>,
    /// Protein molecules of the native cell; for types that follow the laws of Syn3A.
    pub proteins: Option<f64>,
}

/// What the host is like at first where a type is the first on a chassis: what a user may set of a host, too.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HostStart {
    /// The quality of the medium.
    pub nutrient: Option<Nutrient>,
    /// What is in the medium.
    pub medium: Option<Medium>,
    /// Its kinetics.
    pub kinetics: Kinetics,
}

/// What a plug-in says of its biological type.
#[derive(Debug, Clone)]
pub struct TypeFacts {
    /// The name of the type.
    pub name: String,
    /// The name of the plug-in.
    pub plugin: String,
    /// Its version.
    pub version: String,
    /// The checksum of everything that the plug-in has.
    pub sha256: String,
    /// The type that is built in whose laws it follows.
    pub base: BiologicalType,
    /// The genome that it runs unless told otherwise.
    pub genome: Arc<Genome>,
    /// What a VM may use unless told otherwise.
    pub limits: Limits,
    /// What a VM may express unless told otherwise.
    pub rules: Rules,
    /// Other numbers.
    pub overrides: TypeOverrides,
    /// What a host is like for which it is the first VM.
    pub host: HostStart,
    /// How its operons are regulated.
    pub regulation: Vec<RegulatedOperon>,
    /// The whole plug-in as it travels to other machines; what is in it is known to whoever made it.
    pub packed: Arc<[u8]>,
}

/// A plug-in by its name, version and contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PluginName {
    /// Its name.
    pub plugin: String,
    /// Its version.
    pub version: String,
    /// The checksum of its contents.
    pub sha256: String,
}

impl PluginName {
    /// A plug-in of these.
    pub fn new(plugin: &str, version: &str, sha256: &str) -> Self {
        let [plugin, version, sha256] = [plugin, version, sha256].map(str::to_owned);
        Self { plugin, version, sha256 }
    }
}

impl fmt::Display for PluginName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { plugin, version, sha256 } = self;
        write!(f, "`{plugin}` {version} (sha256 {})", sha256.get(..12).unwrap_or(sha256))
    }
}

impl TypeFacts {
    /// The plug-in that brings it.
    pub fn plugin_name(&self) -> PluginName {
        PluginName::new(&self.plugin, &self.version, &self.sha256)
    }
}

/// A biological type of a plug-in.
#[derive(Clone, Copy)]
pub struct PluginType(&'static Kept);

struct Kept {
    facts: TypeFacts,
    /// The place of the operon of each regulated gene.
    operons: HashMap<String, usize>,
}

/// All types of this process.
static KEPT: Mutex<Vec<PluginType>> = Mutex::new(Vec::new());

fn all() -> MutexGuard<'static, Vec<PluginType>> {
    KEPT.lock().unwrap_or_else(PoisonError::into_inner)
}

impl PluginType {
    /// Keeps what a plug-in says. The same plug-in again gives the same type.
    ///
    /// # Errors
    /// When the process keeps [`MOST_TYPES`] others.
    pub fn keep(facts: TypeFacts) -> Result<Self, HypervisorError> {
        let mut all = all();
        let same = |known: &&Self| {
            known.facts().sha256 == facts.sha256 && known.facts().name == facts.name
        };
        if let Some(known) = all.iter().find(same) {
            return Ok(*known);
        }
        if all.len() >= MOST_TYPES {
            return Err(HypervisorError::TooManyTypes { most: MOST_TYPES });
        }
        let mut operons = HashMap::new();
        for (at, operon) in facts.regulation.iter().enumerate() {
            for gene in &operon.genes {
                operons.entry(gene.clone()).or_insert(at);
            }
        }
        let kept = Self(Box::leak(Box::new(Kept { facts, operons })));
        all.push(kept);
        Ok(kept)
    }

    /// The type that a state names.
    ///
    /// # Errors
    /// When the plug-in is not there, or only another version of it.
    pub fn find(
        name: &str,
        plugin: &str,
        version: &str,
        sha256: &str,
    ) -> Result<Self, HypervisorError> {
        let all = all();
        let mut named = all.iter().filter(|t| t.facts().plugin == plugin);
        if let Some(found) =
            named.clone().find(|t| t.facts().sha256 == sha256 && t.facts().name == name)
        {
            return Ok(*found);
        }
        let needed = Box::new(PluginName::new(plugin, version, sha256));
        Err(match named.next_back() {
            Some(other) => {
                let found = Box::new(other.facts().plugin_name());
                HypervisorError::PluginChanged { needed, found }
            }
            None => HypervisorError::PluginMissing { needed },
        })
    }

    /// What the plug-in says of it.
    pub fn facts(self) -> &'static TypeFacts {
        &self.0.facts
    }

    pub(super) fn operon_of_gene(self, gene: &str) -> Option<&'static RegulatedOperon> {
        self.facts().regulation.get(*self.0.operons.get(gene)?)
    }
}

impl PartialEq for PluginType {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for PluginType {}

impl Hash for PluginType {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.facts().sha256, &self.facts().name).hash(state);
    }
}

impl fmt::Debug for PluginType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let facts = self.facts();
        write!(f, "{} of plug-in {} {}", facts.name, facts.plugin, facts.version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(plugin: &str, sha256: &str) -> TypeFacts {
        TypeFacts {
            name: format!("{plugin}_type"),
            plugin: plugin.to_owned(),
            version: "1.0.0".to_owned(),
            sha256: sha256.to_owned(),
            base: BiologicalType::Ecoli,
            genome: bioxen_genome::shipped("minimal").unwrap(),
            limits: Limits::HOST,
            rules: Rules::default(),
            overrides: TypeOverrides::default(),
            host: HostStart::default(),
            regulation: Vec::new(),
            packed: Vec::new().into(),
        }
    }

    #[test]
    fn a_type_is_kept_once_and_found_by_its_checksum_alone() {
        let first = PluginType::keep(facts("kept", "aa")).unwrap();
        assert_eq!(PluginType::keep(facts("kept", "aa")).unwrap(), first);
        let other = PluginType::keep(facts("kept", "bb")).unwrap();
        assert_ne!(other, first);
        let find = |sum| PluginType::find("kept_type", "kept", "1.0.0", sum);
        assert_eq!(find("aa").unwrap(), first);
        let changed = find("cc").unwrap_err();
        assert!(matches!(changed, HypervisorError::PluginChanged { .. }), "{changed}");
        let missing = PluginType::find("x", "nobody", "1.0.0", "aa").unwrap_err();
        assert!(matches!(missing, HypervisorError::PluginMissing { .. }), "{missing}");
    }

    #[test]
    fn a_type_of_a_plugin_follows_the_laws_of_its_base() {
        let own = BiologicalType::Plugin(PluginType::keep(facts("lawful", "aa")).unwrap());
        assert_eq!((own.name(), own.base()), ("lawful_type", BiologicalType::Ecoli));
        assert!(BiologicalType::Ecoli.operon_of_gene("lacZ").is_some());
        // It has a gene of that name perhaps, but not the operon of E. coli.
        assert!(own.operon_of_gene("lacZ").is_none() && own.regulation().is_empty());
        let types: Vec<PluginType> = match own {
            BiologicalType::Plugin(own) => vec![own],
            _ => Vec::new(),
        };
        assert_eq!(BiologicalType::parse_among("lawful_type", &types).unwrap(), own);
        let error = BiologicalType::parse_among("lawful_typ", &types).unwrap_err().to_string();
        assert!(error.contains("did you mean `lawful_type`?"), "{error}");
    }
}
