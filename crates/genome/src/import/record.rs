//! One annotated sequence, from whatever format.

use super::super::clean::plain_text;
use super::super::metadata::Topology;
use super::error::ImportError;
use super::feature::Feature;
use super::remark::Remark;
use bioxen_base::nearest::nearest;

/// One annotated sequence.
#[derive(Debug, Default)]
pub(super) struct Record {
    /// Its accession, or its name where it has none.
    pub(super) name: String,
    /// Other names it may be asked for by.
    pub(super) other_names: Vec<String>,
    pub(super) organism: Option<String>,
    /// What is said of its sequence.
    pub(super) molecule: Molecule,
    pub(super) features: Vec<Feature>,
    /// Its sequence.
    pub(super) bases: Bases,
    /// What had to be decided about its sequence.
    pub(super) remarks: Vec<Remark>,
}

/// What a record says of its sequence.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Molecule {
    pub(super) length: Option<u64>,
    pub(super) topology: Option<Topology>,
}

/// The sequence of a record, and where it was looked for.
#[derive(Debug, Default)]
pub(super) struct Bases {
    /// The bases; empty if they are not given.
    pub(super) sequence: Vec<u8>,
    /// What a FASTA calls them; empty where that is of another file.
    pub(super) titled: String,
    /// What the sequences that were given are called, where none of them is this one.
    pub(super) strangers: Vec<String>,
}

/// The record asked for, or the only one.
pub(super) fn choose(
    mut records: Vec<Record>,
    name: Option<&str>,
    origin: &str,
) -> Result<Record, ImportError> {
    let origin = origin.to_owned();
    if let Some(name) = name {
        let same = |record: &Record| {
            record.name == name || record.other_names.iter().any(|other| other == name)
        };
        if let Some(index) = records.iter().position(same) {
            return Ok(records.swap_remove(index));
        }
        let names: Vec<String> = records.iter().map(|record| plain_text(&record.name)).collect();
        let nearest = nearest(name, names.iter().map(String::as_str)).map(str::to_owned);
        return Err(ImportError::UnknownRecord {
            origin,
            name: name.to_owned(),
            records: names,
            nearest,
        });
    }
    match records.len() {
        0 => Err(ImportError::NoRecord { origin }),
        1 => Ok(records.remove(0)),
        _ => {
            let records = records.iter().map(|record| plain_text(&record.name)).collect();
            Err(ImportError::SeveralRecords { origin, records })
        }
    }
}
