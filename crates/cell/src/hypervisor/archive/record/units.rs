//! Transcription units in the file of a saved state.

use serde::{Deserialize, Serialize};

use super::super::{ArchiveError, contents};
use crate::hypervisor::population::{
    Control, Drive, GuestUnit, LARGEST_BURST, Population, SavedUnit,
};
use crate::hypervisor::vm::{MOST_TPM, STRONGEST};

/// More mRNA of one gene than any cell holds: a cell's whole mass would be less.
const MOST_MRNA: f64 = 1e9;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GeneRecord {
    place: usize,
    strength: Option<f64>,
    control: String,
    activity: f64,
    assumed_tpm: Option<f64>,
    mrna: f64,
    protein: f64,
}

impl From<&GeneRecord> for UnitRecord {
    /// The gene as a unit of its own; it joins the others of its unit when the VM is put together.
    fn from(gene: &GeneRecord) -> Self {
        let GeneRecord { place, strength, activity, assumed_tpm, mrna, protein, .. } = *gene;
        Self {
            genes: vec![ProteinRecord { place, protein }],
            strength,
            control: gene.control.clone(),
            activity,
            burst: 0.0,
            assumed_tpm,
            transcripts: mrna,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProteinRecord {
    place: usize,
    protein: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UnitRecord {
    genes: Vec<ProteinRecord>,
    strength: Option<f64>,
    control: String,
    activity: f64,
    #[serde(default)]
    burst: f64,
    assumed_tpm: Option<f64>,
    transcripts: f64,
}

impl UnitRecord {
    pub(super) fn of(population: &Population, unit: &GuestUnit) -> Self {
        let genes = population.genes()[unit.genes()].iter();
        Self {
            genes: genes
                .map(|gene| ProteinRecord { place: gene.index, protein: gene.protein })
                .collect(),
            strength: unit.strength,
            control: unit.drive.control.name().to_owned(),
            activity: unit.drive.activity,
            burst: unit.drive.burst,
            assumed_tpm: unit.drive.assumed_tpm,
            transcripts: unit.transcripts,
        }
    }

    /// The unit that was saved; `names` are those of all genes.
    pub(super) fn restore(&self, names: &[&str]) -> Result<SavedUnit, ArchiveError> {
        let count = |x: f64, most: f64| (0.0..=most).contains(&x);
        let up_to = |most: f64, x: Option<f64>| x.is_none_or(|x| x > 0.0 && x <= most);
        let mut first = None;
        for ProteinRecord { place, protein } in &self.genes {
            let Some(name) = names.get(*place) else {
                return Err(contents(&format!("the genome has no gene {place}")));
            };
            // More proteins than can be counted are told when they are to be simulated.
            if !count(*protein, f64::MAX) {
                return Err(contents(&format!("a number of gene {name} cannot be")));
            }
            first = first.or(Some(name));
        }
        let Some(name) = first else { return Err(contents(&"a transcription unit has no gene")) };
        let sound = count(self.transcripts, MOST_MRNA)
            && (0.0..=1.0).contains(&self.activity)
            && (0.0..=LARGEST_BURST).contains(&self.burst)
            && up_to(STRONGEST, self.strength)
            && up_to(MOST_TPM, self.assumed_tpm);
        if !sound || !self.genes.is_sorted_by(|a, b| a.place < b.place) {
            return Err(contents(&format!("a number of the unit of gene {name} cannot be")));
        }
        let control = Control::ALL.into_iter().find(|c| c.name() == self.control);
        Ok(SavedUnit {
            strength: self.strength,
            drive: Drive {
                control: control
                    .ok_or_else(|| contents(&format!("`{}` is no control", self.control)))?,
                activity: self.activity,
                burst: self.burst,
                assumed_tpm: self.assumed_tpm,
            },
            transcripts: self.transcripts,
            genes: self.genes.iter().map(|gene| (gene.place, gene.protein)).collect(),
        })
    }
}
