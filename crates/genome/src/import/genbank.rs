//! Reads GenBank files, also as plasmid editors write them: keywords in any case, tabs, blank lines,
//! a mail's head before the first record.

mod features;
mod location;

use features::{Raw, Table};

use super::super::clean::plain_text;
use super::super::error::excerpt;
use super::super::gene::Strand;
use super::super::metadata::Topology;
use super::error::ImportError;
use super::feature::Feature;
use super::record::{Bases, Molecule, Record};

/// Whether a text has a record of GenBank's form near its begin.
pub(super) fn looks_genbank(text: &str) -> bool {
    let is_locus = |line: &str| {
        let word = line.split_whitespace().next().unwrap_or_default();
        word.eq_ignore_ascii_case("LOCUS") && line.starts_with(['L', 'l'])
    };
    text.lines().take(200).any(is_locus)
}

/// Reads every record of a GenBank file.
pub(super) fn read(text: &str, origin: &str) -> Result<Vec<Record>, ImportError> {
    let mut reader = Reader { origin, records: Vec::new(), draft: None };
    let mut last = 0;
    for (index, line) in text.lines().enumerate() {
        last = index + 1;
        let line = expand_tabs(line.trim_end());
        if !line.is_empty() {
            reader.line(last, &line)?;
        }
    }
    reader.end(last, false)?;
    Ok(reader.records)
}

/// A line with its tabs as blanks, eight columns each.
fn expand_tabs(line: &str) -> std::borrow::Cow<'_, str> {
    if !line.contains('\t') {
        return line.into();
    }
    let mut expanded = String::new();
    for character in line.chars() {
        expanded.push(if character == '\t' { ' ' } else { character });
        while character == '\t' && !expanded.len().is_multiple_of(8) {
            expanded.push(' ');
        }
    }
    expanded.into()
}

/// Where in a record a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    Header,
    Features,
    Sequence,
}

/// A record as far as it was read.
#[derive(Debug)]
struct Draft {
    line: usize,
    section: Section,
    locus: String,
    stated: u64,
    topology: Option<Topology>,
    accession: Option<String>,
    version: Option<String>,
    organism: Option<String>,
    table: Table,
    sequence: Vec<u8>,
}

struct Reader<'a> {
    origin: &'a str,
    records: Vec<Record>,
    draft: Option<Draft>,
}

impl Reader<'_> {
    fn wrong(&self, line: usize, reason: String) -> ImportError {
        ImportError::Syntax { origin: self.origin.to_owned(), line, reason }
    }

    fn line(&mut self, number: usize, line: &str) -> Result<(), ImportError> {
        let word = line.split_whitespace().next().unwrap_or_default();
        let keyword = if line.starts_with(' ') { String::new() } else { word.to_ascii_uppercase() };
        if keyword == "LOCUS" {
            self.end(number, false)?;
            self.draft = Some(self.locus(number, line)?);
            return Ok(());
        }
        if keyword.starts_with("//") {
            return self.end(number, true);
        }
        // What stands before the first record, such as the head of a mail, is of no concern.
        let Some(draft) = &mut self.draft else { return Ok(()) };
        match keyword.as_str() {
            "FEATURES" => draft.section = Section::Features,
            "ORIGIN" => {
                if let Some(began) = draft.table.open() {
                    return Err(self.wrong(began, NO_QUOTE.to_owned()));
                }
                draft.section = Section::Sequence;
            }
            "BASE" | "CONTIG" | "WGS" if draft.table.open().is_none() => {
                draft.section = Section::Header;
            }
            _ => match draft.section {
                Section::Header => draft.header(word, line),
                Section::Features => {
                    let taken = draft.table.line(number, line);
                    taken.map_err(|(line, reason)| self.wrong(line, reason))?;
                }
                Section::Sequence => {
                    let taken = draft.bases(line);
                    taken.map_err(|reason| self.wrong(number, reason))?;
                }
            },
        }
        Ok(())
    }

    /// Reads a line such as `LOCUS pUC19 2686 bp ds-DNA circular SYN 01-JAN-2026`.
    fn locus(&self, line: usize, text: &str) -> Result<Draft, ImportError> {
        let wrong = |reason: &str| self.wrong(line, reason.to_owned());
        let words: Vec<&str> = text.split_whitespace().skip(1).collect();
        let unit = |word: &str| word.eq_ignore_ascii_case("bp");
        // The name of an editor's file may have several words, or be missing.
        let found = words.iter().enumerate().find_map(|(at, word)| {
            let digits = word.to_ascii_lowercase();
            let glued = digits.strip_suffix("bp").and_then(|digits| digits.parse::<u64>().ok());
            let apart = || word.parse().ok().filter(|_| words.get(at + 1).is_some_and(|w| unit(w)));
            glued.or_else(apart).map(|length| (at, length))
        });
        if words.iter().any(|word| word.eq_ignore_ascii_case("aa")) && found.is_none() {
            return Err(wrong("is the record of a protein; the one of its DNA is wanted"));
        }
        let (at, stated) = found.ok_or_else(|| {
            wrong("its LOCUS line is not `LOCUS name length bp type topology`, such as `LOCUS pUC19 2686 bp DNA circular`")
        })?;
        let rest = words.get(at + 1..).unwrap_or_default();
        let is =
            |topology: Topology| rest.iter().any(|word| word.eq_ignore_ascii_case(topology.word()));
        let topology = [Topology::Circular, Topology::Linear].into_iter().find(|t| is(*t));
        Ok(Draft {
            line,
            section: Section::Header,
            locus: words.get(..at).unwrap_or_default().join("_"),
            stated,
            topology,
            accession: None,
            version: None,
            organism: None,
            table: Table::default(),
            sequence: Vec::new(),
        })
    }

    /// A record is over: at its `//`, or where the file or another record makes an end of it.
    fn end(&mut self, line: usize, ended: bool) -> Result<(), ImportError> {
        let Some(draft) = self.draft.take() else { return Ok(()) };
        if let Some(began) = draft.table.open() {
            return Err(self.wrong(began, NO_QUOTE.to_owned()));
        }
        let (stated, found) = (draft.stated, draft.sequence.len());
        // A sequence that is whole makes up for a missing last line.
        if !ended && (found == 0 || found as u64 != stated) {
            return Err(self.wrong(line, "the record ends without `//`: it was cut off".to_owned()));
        }
        if found > 0 && found as u64 != stated {
            let reason = format!("LOCUS states {stated} bp, and the sequence below has {found}");
            return Err(self.wrong(draft.line, reason));
        }
        let record = draft.record().map_err(|(line, reason)| self.wrong(line, reason))?;
        self.records.push(record);
        Ok(())
    }
}

/// What a line of a header that goes on from the one before begins with.
const CONTINUATION: &str = "            ";
const NO_QUOTE: &str = "the value that begins here has no closing quote";

impl Draft {
    fn header(&mut self, word: &str, line: &str) {
        if line.starts_with(CONTINUATION) {
            return;
        }
        let rest = line.trim_start().get(word.len()..).unwrap_or_default().trim();
        // Editors write a dot where they know nothing.
        let nothing = ["", ".", "unknown", "unspecified"];
        let known = |text: &str| (!nothing.contains(&text)).then(|| text.to_owned());
        let first = rest.split_whitespace().next().and_then(known);
        match word.to_ascii_uppercase().as_str() {
            "ACCESSION" => self.accession = first,
            "VERSION" => self.version = first,
            "ORGANISM" => self.organism = known(&plain_text(rest)),
            _ => {}
        }
    }

    /// Takes a line of the sequence: a number, which is of no concern, and bases.
    fn bases(&mut self, line: &str) -> Result<(), String> {
        for byte in
            line.bytes().filter(|byte| !byte.is_ascii_whitespace() && !byte.is_ascii_digit())
        {
            if !byte.is_ascii_alphabetic() {
                return Err(format!("`{}` is no sequence of bases", excerpt(line.trim())));
            }
            self.sequence.push(byte);
        }
        Ok(())
    }

    fn record(self) -> Result<Record, (usize, String)> {
        let source = self.table.features.iter().find(|feature| feature.key == "source");
        let named = source.and_then(|source| source.values("organism").next());
        let organism = named.map(plain_text).filter(|name| !name.is_empty()).or(self.organism);
        let mut names = [self.version, self.accession].into_iter().flatten().chain([self.locus]);
        let features = self.table.features.iter().map(feature).collect::<Result<_, _>>()?;
        Ok(Record {
            name: names.next().unwrap_or_default(),
            other_names: names.collect(),
            organism,
            molecule: Molecule { length: Some(self.stated), topology: self.topology },
            features,
            bases: Bases { sequence: self.sequence, ..Bases::default() },
            ..Record::default()
        })
    }
}

fn feature(raw: &Raw) -> Result<Feature, (usize, String)> {
    let value =
        |key: &str| raw.values(key).next().map(plain_text).filter(|value| !value.is_empty());
    let has = |key| raw.values(key).next().is_some();
    let mut feature = Feature {
        key: raw.key.clone(),
        line: raw.line,
        locus_tag: value("locus_tag"),
        symbol: value("gene"),
        label: value("label"),
        standard_name: value("standard_name"),
        editor_label: value("ApEinfo_label"),
        notes: raw.values("note").map(plain_text).collect(),
        synonyms: ["gene_synonym", "old_locus_tag"]
            .into_iter()
            .flat_map(|key| raw.values(key))
            .map(plain_text)
            .collect(),
        product: value("product"),
        identifier: value("protein_id"),
        table: value("transl_table").and_then(|table| table.parse().ok()),
        pseudo: has("pseudo") || has("pseudogene"),
        ..Feature::default()
    };
    feature.take_qualifiers(value);
    match location::read(&raw.location) {
        Some(place) => {
            feature.set_parts(place.parts);
            feature.unplaced = place.elsewhere.or(feature.unplaced);
            feature.open_end = match feature.strand {
                Some(Strand::Reverse) => place.open_before,
                _ => place.open_behind,
            };
        }
        None if feature.gene_kind().is_some() => {
            let reason = format!("`{}` is no location of a sequence", excerpt(&raw.location));
            return Err((raw.line, reason));
        }
        None => feature.unplaced = Some("its location cannot be read"),
    }
    Ok(feature)
}
