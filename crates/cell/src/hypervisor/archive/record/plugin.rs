//! The plug-ins from which biological types come.

use serde::{Deserialize, Serialize};

use crate::hypervisor::{BiologicalType, HypervisorError, PluginType, TypeFacts};

/// The plug-in from which a biological type comes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PluginRecord {
    name: String,
    version: String,
    sha256: String,
}

impl PluginRecord {
    pub(super) fn of(facts: &TypeFacts) -> Self {
        let TypeFacts { plugin, version, sha256, .. } = facts;
        Self { name: plugin.clone(), version: version.clone(), sha256: sha256.clone() }
    }

    /// The type of a name; that of a plug-in, if one is told, which must be there as it was.
    pub(super) fn type_of(
        of: Option<&Self>,
        name: &str,
    ) -> Result<BiologicalType, HypervisorError> {
        match of {
            None => BiologicalType::parse(name),
            Some(Self { name: plugin, version, sha256 }) => {
                PluginType::find(name, plugin, version, sha256).map(BiologicalType::Plugin)
            }
        }
    }
}
