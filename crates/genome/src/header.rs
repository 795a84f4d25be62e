//! Reads the metadata lines of a genome file.

use super::collect::{Faults, Spot};
use super::error::excerpt;
use super::fault::Fault;
use super::metadata::{Landmarks, Metadata, Statements, Topology};
use super::reader::MAX_LENGTH_NT;
use super::row::{count, name, prose, word};
use bioxen_base::nearest::nearest;

/// The keys a file may have, and whether it must.
const KEYS: [(&str, bool); 11] = [
    ("name", true),
    ("organism", true),
    ("accession", true),
    ("length", true),
    ("topology", true),
    ("translation_table", true),
    ("source", true),
    ("licence", true),
    ("note", false),
    ("origin", false),
    ("terminus", false),
];

/// The metadata as far as it was read.
#[derive(Default)]
pub(super) struct Header {
    name: Option<String>,
    organism: Option<String>,
    accession: Option<String>,
    length: Option<u32>,
    topology: Option<Topology>,
    table: Option<u8>,
    statements: Statements,
    replication: Landmarks,
    extra: Vec<(String, String)>,
    /// The line each key was first given in, in the order of [`KEYS`].
    seen: [Option<usize>; KEYS.len()],
}

impl Header {
    /// Takes one `#key: value` line, given without its `#`.
    pub(super) fn take(&mut self, line: usize, text: &str, faults: &mut Faults<'_>) {
        let (key, rest) = match text.split_once(':') {
            Some((key, rest)) if !key.is_empty() && !key.contains(char::is_whitespace) => {
                (key, rest)
            }
            _ => {
                let found = excerpt(&format!("#{text}"));
                let spot = Spot { line, column: 1, field: "metadata" };
                return faults.add(spot, Fault::NotMetadata { found });
            }
        };
        let value = rest.trim();
        let indent = rest.len() - rest.trim_start().len();
        let column = 3 + key.chars().count() + indent;
        if key.starts_with("x-") {
            let spot = Spot { line, column, field: key };
            if let Some(value) = faults.keep(spot, prose(value)) {
                self.extra.push((key.to_owned(), value));
            }
            return;
        }
        let Some(index) = KEYS.iter().position(|(known, _)| *known == key) else {
            let nearest = nearest(key, KEYS.iter().map(|(known, _)| *known));
            let spot = Spot { line, column: 2, field: "metadata" };
            return faults.add(spot, Fault::UnknownKey { found: excerpt(key), nearest });
        };
        let spot = Spot { line, column, field: key };
        if let Some(first) = self.seen[index]
            && !matches!(key, "source" | "licence" | "note")
        {
            return faults.add(spot, Fault::RepeatedKey { first });
        }
        self.seen[index].get_or_insert(line);
        let result = self.set(key, value);
        faults.keep(spot, result);
    }

    fn set(&mut self, key: &str, value: &str) -> Result<(), Fault> {
        let value = prose(value)?;
        if value.is_empty() && !matches!(key, "accession" | "note") {
            return Err(Fault::Missing { expected: "a value" });
        }
        match key {
            "name" => self.name = Some(name(&value)?),
            "organism" => self.organism = Some(value),
            "accession" => self.accession = Some(value),
            "length" => self.length = Some(bases(&value)?),
            "origin" => self.replication.origin = Some(bases(&value)?),
            "terminus" => self.replication.terminus = Some(bases(&value)?),
            "topology" => {
                self.topology = Some(word(&value, Topology::from_word, Topology::WORDS)?);
            }
            "translation_table" => self.table = Some(translation_table(&value)?),
            "source" => self.statements.sources.push(value),
            "licence" => self.statements.licences.push(value),
            _ => self.statements.notes.push(value),
        }
        Ok(())
    }

    /// The length and topology, which the genes are compared with.
    pub(super) fn shape(&self) -> Option<(u32, Topology)> {
        Some((self.length?, self.topology?))
    }

    /// Takes note of every required key that no line above `line` gave.
    pub(super) fn check_complete(&self, line: usize, faults: &mut Faults<'_>) {
        for ((key, required), seen) in KEYS.into_iter().zip(self.seen) {
            if required && seen.is_none() {
                let spot = Spot { line, column: 1, field: key };
                faults.add(spot, Fault::MissingKey { key });
            }
        }
        let Landmarks { origin, terminus } = self.replication;
        for (key, given) in [("origin", origin), ("terminus", terminus)] {
            let (Some(given), Some(length)) = (given, self.length) else { continue };
            if given > length {
                let spot = Spot { line: self.line_of(key).unwrap_or(line), column: 1, field: key };
                let (found, most) = (given.to_string(), f64::from(length));
                faults.add(spot, Fault::OutOfRange { found, least: 1.0, most, unit: "bp" });
            }
        }
    }

    /// The line a key was first given in.
    fn line_of(&self, key: &str) -> Option<usize> {
        self.seen[KEYS.iter().position(|(known, _)| *known == key)?]
    }

    /// The name and the metadata, if all of it is there.
    pub(super) fn finish(self) -> Option<(String, Metadata)> {
        let metadata = Metadata {
            organism: self.organism?,
            accession: self.accession?,
            length_nt: self.length?,
            topology: self.topology?,
            translation_table: self.table?,
            statements: self.statements,
            replication: self.replication,
            extra: self.extra,
        };
        Some((self.name?, metadata))
    }
}

/// A length or a place on the chromosome, with or without its unit.
fn bases(value: &str) -> Result<u32, Fault> {
    count(value.strip_suffix("bp").unwrap_or(value).trim_end(), 1, MAX_LENGTH_NT, "bp")
}

/// A genetic code by its NCBI number. Numbers 7, 8 and 17 to 20 were never given
/// (NCBI, *The Genetic Codes*, taxonomy database).
pub(super) fn translation_table(text: &str) -> Result<u8, Fault> {
    let number = count(text, 1, 33, "(NCBI genetic codes)")?;
    match u8::try_from(number) {
        Ok(number) if !matches!(number, 7 | 8 | 17..=20) => Ok(number),
        _ => Err(Fault::NotANumber {
            found: excerpt(text),
            expected: "the number of an NCBI genetic code; 7, 8 and 17 to 20 do not exist",
        }),
    }
}
