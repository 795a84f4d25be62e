//! Configurations of VMs in files: TOML or JSON, checked as a whole.
//!
//! A file says as much as it likes; [`VmConfig::parse`] fills in the defaults of its biological type
//! and reports everything that is wrong with it at once, each with its path.

mod check;
mod error;
mod held;
mod reading;
mod schema;
mod template;

use std::path::Path;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Config, Infrastructure};
use crate::chassis::Nutrient;
use crate::hypervisor::{BiologicalType, Limits, PluginType, Rules};
use bioxen_base::durable;
use bioxen_genome::{Abundance, TableError};

pub use check::Problem;
pub use error::ConfigError;
use held::{polymerases, ribosomes};
pub use template::template;

/// The longest configuration that is read [bytes].
const LONGEST: u64 = 1 << 20;

/// What may be said about a VM before it is made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VmConfig {
    /// What the VM is: syn3a, ecoli, minimal_cell, or the type of a plug-in.
    #[schemars(extend("anyOf" = [
        {"enum": ["syn3a", "ecoli", "minimal_cell"]}, {"pattern": "^[a-z][a-z0-9_]{0,63}$"}
    ]))]
    pub biological_type: String,
    /// Folders of plug-ins that are loaded first, relative to the configuration.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub plugins: Vec<String>,
    /// Where it runs: basic (in this process), ssh (on another machine) or xcpng (on a machine of an XCP-ng
    /// pool, which is made for its chassis).
    #[serde(default = "basic")]
    #[schemars(extend("enum" = ["basic", "ssh", "xcpng"]))]
    pub vm_type: String,
    /// The name of the host cell on which the VM runs. Every host is an E. coli; a name that is not
    /// there yet makes another one, in the medium of this configuration.
    #[serde(default = "ecoli")]
    #[schemars(extend("pattern" = "^[A-Za-z][A-Za-z0-9_-]{0,63}$"))]
    pub chassis: String,
    /// A genome to run in place of the shipped one, relative to the configuration: a genome file,
    /// GenBank, SnapGene or GFF3.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub genome_file: Option<String>,
    /// The abundance of transcripts of the genes of `genome_file` of which none is known: auto (by
    /// symbol from E. coli, else predicted), uniform, or a number [TPM].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tpm: Option<Tpm>,
    /// Quality of the medium, from 0.01 to 1; for the first VM of a chassis.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.01, max = 1.0))]
    pub nutrient: Option<f64>,
    /// Seed of the VM's random stream.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// The most that the VM may be allocated; or "host" for no limits but the host's own.
    pub resource_limits: ResourceLimits,
    /// Rules of the biological type.
    #[serde(default)]
    pub custom_params: CustomParams,
    /// For VMs on another machine: how it is reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ssh_config: Option<Map<String, Value>>,
    /// For VMs on XCP-ng: the pool, who logs in, and what the machine is to be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub xcpng_config: Option<Map<String, Value>>,
}

/// What is done about abundances that are not known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Tpm {
    /// One for all [TPM].
    Each(f64),
    /// How they are estimated: auto or uniform.
    How(String),
}

impl Tpm {
    fn abundance(&self) -> Result<Abundance, TableError> {
        match self {
            Self::Each(tpm) => tpm.to_string().parse(),
            Self::How(how) => how.parse(),
        }
    }
}

/// The most that a VM may be allocated.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResourceLimits {
    /// Ribosomes that translate its mRNA at one moment; more than 0, or "host" for no limit but the
    /// host's own.
    #[serde(with = "ribosomes")]
    #[schemars(schema_with = "ribosomes::schema")]
    pub max_ribosomes: f64,
    /// RNA polymerases that transcribe its genes at one moment; more than 0, or "host" for no limit but
    /// the host's own, which is the default.
    #[serde(with = "polymerases")]
    #[schemars(schema_with = "polymerases::schema")]
    pub max_polymerases: f64,
    /// Share of the host's ATP production [%], more than 0, up to 100.
    #[schemars(extend("exclusiveMinimum" = 0, "maximum" = 100))]
    pub max_atp: f64,
    /// DNA that is mapped for expression [kb]; more than 0, up to 100000.
    #[schemars(extend("exclusiveMinimum" = 0, "maximum" = 100_000))]
    pub max_memory_kb: f64,
}

impl From<Limits> for ResourceLimits {
    fn from(limits: Limits) -> Self {
        let Limits { max_ribosomes, max_polymerases, max_atp_percent, max_memory_kb } = limits;
        Self { max_ribosomes, max_polymerases, max_atp: max_atp_percent, max_memory_kb }
    }
}

/// Rules of a biological type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomParams {
    /// Express essential genes only; for syn3a.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub essential_only: Option<bool>,
    /// Express genes of the four minimal functions only; for minimal_cell, on unless switched off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimal_functions_only: Option<bool>,
}

fn basic() -> String {
    Infrastructure::Basic.name().to_owned()
}

fn ecoli() -> String {
    "ecoli".to_owned()
}

/// The language of a configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// TOML.
    Toml,
    /// JSON.
    Json,
}

impl Format {
    /// By the ending of a file's name.
    ///
    /// # Errors
    /// When it ends in neither `.toml` nor `.json`.
    pub fn of(path: &Path) -> Result<Self, ConfigError> {
        match path.extension().and_then(|e| e.to_str()) {
            Some("toml") => Ok(Self::Toml),
            Some("json") => Ok(Self::Json),
            _ => Err(ConfigError::Ending { path: path.to_owned() }),
        }
    }
}

/// A configuration that was read, and what there is to say about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    /// The configuration, with all defaults.
    pub config: VmConfig,
    /// Old forms that were understood, and what to write instead.
    pub notes: Vec<String>,
}

impl VmConfig {
    /// The defaults of a biological type.
    pub fn defaults(biological_type: BiologicalType) -> Self {
        let limits = biological_type.default_limits();
        let rules = Rules::of(biological_type);
        Self {
            biological_type: biological_type.name().to_owned(),
            plugins: Vec::new(),
            vm_type: basic(),
            chassis: ecoli(),
            genome_file: None,
            tpm: None,
            nutrient: None,
            seed: None,
            resource_limits: limits.into(),
            custom_params: CustomParams {
                essential_only: (biological_type.base() == BiologicalType::Syn3a)
                    .then_some(rules.essential_only),
                minimal_functions_only: (biological_type.base() == BiologicalType::MinimalCell)
                    .then_some(rules.minimal_functions_only),
            },
            ssh_config: None,
            xcpng_config: None,
        }
    }

    /// Reads a configuration and fills in what it does not say.
    ///
    /// # Errors
    /// When it is no TOML or JSON, or says what cannot be: all of it is told.
    ///
    /// # Examples
    /// ```
    /// use bioxen_cell::factory::config_file::{Format, VmConfig};
    /// let text = "biological_type = \"ecoli\"\nresource_limits.max_ribosomes = 500";
    /// let read = VmConfig::parse(text, Format::Toml, "my.toml")?;
    /// assert_eq!(read.config.resource_limits.max_ribosomes, 500.0);
    /// assert_eq!(read.config.resource_limits.max_atp, 90.0);
    /// let error = VmConfig::parse("biological_type = \"e_coli\"\nsede = 1", Format::Toml, "my.toml");
    /// let text = error.unwrap_err().to_string();
    /// assert!(text.contains("did you mean `ecoli`?") && text.contains("did you mean `seed`?"));
    /// # Ok::<(), bioxen_cell::factory::config_file::ConfigError>(())
    /// ```
    pub fn parse(text: &str, format: Format, origin: &str) -> Result<Read, ConfigError> {
        Self::parse_among(text, format, origin, &[])
    }

    /// The same from a value.
    ///
    /// # Errors
    /// As [`VmConfig::parse`].
    pub fn from_value(value: Value, origin: &str) -> Result<Read, ConfigError> {
        Self::from_value_among(value, origin, &[])
    }

    fn from_value_among(
        mut value: Value,
        origin: &str,
        types: &[PluginType],
    ) -> Result<Read, ConfigError> {
        let notes = check::modernize(&mut value);
        let problems = check::problems(&value, types);
        let invalid = |problems| ConfigError::Invalid { origin: origin.to_owned(), problems };
        if !problems.is_empty() {
            return Err(invalid(problems));
        }
        let named = value.get("biological_type").and_then(Value::as_str).unwrap_or_default();
        let Ok(biological_type) = BiologicalType::parse_among(named, types) else {
            return Err(invalid(vec![Problem::new("biological_type", "is missing")]));
        };
        let unexpected = |e: serde_json::Error| invalid(vec![Problem::new("", &e.to_string())]);
        let mut whole =
            serde_json::to_value(Self::defaults(biological_type)).map_err(unexpected)?;
        if value.get("resource_limits").and_then(Value::as_str) == Some(check::HOST) {
            let host = ResourceLimits::from(Limits::HOST);
            value["resource_limits"] = serde_json::to_value(host).map_err(unexpected)?;
        }
        merge(&mut whole, value);
        Ok(Read { config: serde_json::from_value(whole).map_err(unexpected)?, notes })
    }

    /// Reads a file; its ending says which language it is in.
    ///
    /// # Errors
    /// As [`VmConfig::parse`]; and when the file cannot be read.
    pub fn load(path: &Path) -> Result<Read, ConfigError> {
        Self::load_among(path, &[])
    }

    /// Secrets that it holds, for a file that others can read.
    fn shown(&self) -> Vec<Problem> {
        let tables = [("ssh_config", &self.ssh_config), ("xcpng_config", &self.xcpng_config)];
        let all = tables.into_iter().filter_map(|(name, table)| Some((name, table.as_ref()?)));
        let held = all.flat_map(|(name, table)| {
            let secrets = ["password", "passphrase"].into_iter();
            secrets.filter(|key| table.contains_key(*key)).map(move |key| (name, key))
        });
        held.map(|(name, key)| {
            let what = format!(
                "stands in a file that others can read; chmod 600 the file, or give {key}_env or {key}_command"
            );
            Problem::new(&format!("{name}.{key}"), &what)
        })
        .collect()
    }

    /// As text.
    pub fn text(&self, format: Format) -> String {
        match format {
            // Every value of a configuration can be written in both.
            Format::Toml => toml::to_string_pretty(self).unwrap_or_default(),
            Format::Json => serde_json::to_string_pretty(self).unwrap_or_default() + "\n",
        }
    }

    /// Writes a file, whole or not at all; its ending says in which language.
    ///
    /// # Errors
    /// When the ending is another, or the file cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), ConfigError> {
        let text = self.text(Format::of(path)?);
        durable::write(path, text.as_bytes()).map_err(|e| ConfigError::File {
            path: path.to_owned(),
            action: "written",
            reason: e.to_string(),
        })
    }

    /// What the factory makes a VM from. `folder` is where a relative genome file is looked for.
    ///
    /// # Errors
    /// When the genome cannot be read, or a value cannot be, if it was not checked before.
    pub fn to_config(&self, folder: &Path) -> Result<Config, ConfigError> {
        self.to_config_among(folder, &[])
    }

    /// The same where there are biological types of plug-ins, too.
    ///
    /// # Errors
    /// As [`VmConfig::to_config`].
    pub fn to_config_among(
        &self,
        folder: &Path,
        types: &[PluginType],
    ) -> Result<Config, ConfigError> {
        let problem = |path: &str, what: &dyn std::fmt::Display| ConfigError::Invalid {
            origin: "the configuration".to_owned(),
            problems: vec![Problem::new(path, &what.to_string())],
        };
        let biological_type = BiologicalType::parse_among(&self.biological_type, types)
            .map_err(|e| problem("biological_type", &e))?;
        let vm_type = Infrastructure::parse(&self.vm_type).map_err(|e| problem("vm_type", &e))?;
        let mut config = Config::new(biological_type, vm_type);
        config.limits = Limits {
            max_ribosomes: self.resource_limits.max_ribosomes,
            max_polymerases: self.resource_limits.max_polymerases,
            max_atp_percent: self.resource_limits.max_atp,
            max_memory_kb: self.resource_limits.max_memory_kb,
        };
        if let Some(only) = self.custom_params.essential_only {
            config.rules.essential_only = only;
        }
        if let Some(only) = self.custom_params.minimal_functions_only {
            config.rules.minimal_functions_only = only;
        }
        config.reach = match vm_type {
            Infrastructure::Basic => None,
            Infrastructure::Ssh => self.ssh_config.clone(),
            Infrastructure::Xcpng => self.xcpng_config.clone(),
        };
        config.seed = self.seed;
        config.chassis = Some(self.chassis.clone());
        if let Some(quality) = self.nutrient {
            config.nutrient = Some(Nutrient::new(quality).map_err(|e| problem("nutrient", &e))?);
        }
        if let Some(file) = &self.genome_file {
            let abundance = self.tpm.as_ref().map_or(Ok(Abundance::Auto), Tpm::abundance);
            let abundance = abundance.map_err(|e| problem("tpm", &e))?;
            let taken = config.take_genome(&folder.join(file), file, abundance);
            taken.map_err(|e| ConfigError::Genome(Arc::new(e)))?;
        }
        Ok(config)
    }
}

/// Puts what `over` says over `base`, map by map.
///
/// # Examples
/// ```
/// use bioxen_cell::factory::config_file::merge;
/// use serde_json::json;
/// let mut base = json!({"a": {"x": 1, "y": 2}, "b": 3});
/// merge(&mut base, json!({"a": {"y": 4}}));
/// assert_eq!(base, json!({"a": {"x": 1, "y": 4}, "b": 3}));
/// ```
pub fn merge(base: &mut Value, over: Value) {
    match (base, over) {
        (Value::Object(base), Value::Object(over)) => {
            for (key, value) in over {
                merge(base.entry(key).or_insert(Value::Null), value);
            }
        }
        (base, over) => *base = over,
    }
}
