//! Plasmids in the file of a state.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{ArchiveError, contents};
use crate::hypervisor::plasmid::Plasmid;
use bioxen_genome::plasmid::{MOST_COPIES, PlasmidFacts, shipped_plasmid};

/// The plasmid by its name if it is a shipped one, else its whole text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum FactsRecord {
    Shipped(String),
    Text(String),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlasmidRecord {
    facts: FactsRecord,
    wanted: Option<f64>,
    half: f64,
    copies: f64,
}

impl PlasmidRecord {
    pub(super) fn of(plasmid: &Plasmid) -> Self {
        let facts = plasmid.facts();
        let shipped = shipped_plasmid(facts.name()).is_ok_and(|s| s.as_ref() == facts);
        Self {
            facts: if shipped {
                FactsRecord::Shipped(facts.name().to_owned())
            } else {
                FactsRecord::Text(bioxen_genome::write(facts.genome()))
            },
            wanted: plasmid.wanted,
            half: plasmid.half,
            copies: plasmid.copies,
        }
    }

    pub(super) fn facts(&self) -> Result<Arc<PlasmidFacts>, ArchiveError> {
        match &self.facts {
            FactsRecord::Shipped(name) => shipped_plasmid(name),
            FactsRecord::Text(text) => {
                PlasmidFacts::read(text.as_bytes(), "a plasmid of the state").map(Arc::new)
            }
        }
        .map_err(|e| contents(&e))
    }

    pub(super) fn restore(
        &self,
        facts: Arc<PlasmidFacts>,
        first_gene: usize,
    ) -> Result<Plasmid, ArchiveError> {
        let count = |x: f64| x.is_finite() && (0.0..=1e9).contains(&x);
        let sound = count(self.copies)
            && count(self.half)
            && self.half > 0.0
            && self.wanted.is_none_or(|x| x > 0.0 && x <= MOST_COPIES)
            && (self.wanted.is_some() || self.copies == 0.0);
        if !sound {
            return Err(contents(&format!("a number of plasmid {} cannot be", facts.name())));
        }
        let Self { wanted, half, copies, .. } = *self;
        Ok(Plasmid { facts, first_gene, wanted, half, copies })
    }
}
