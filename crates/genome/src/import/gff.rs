//! Reads GFF3 files.

mod coding;
mod line;

use std::collections::{BTreeMap, HashMap};

use line::Line;

use super::super::clean::plain_text;
use super::super::gene::Strand;
use super::super::metadata::Topology;
use super::error::ImportError;
use super::fasta::{self, Sequence};
use super::feature::{BOTH_STRANDS, Feature, NO_STRAND};
use super::record::Record;
use super::remark::Remark;

/// How far a feature's parents are followed.
const DEEPEST: usize = 8;

/// Whether a text may be GFF3: by its first line, or by the first that is a feature.
pub(super) fn looks_gff(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let first = lines.clone().next().unwrap_or_default();
    let feature = lines.find(|line| !line.starts_with('#')).unwrap_or_default();
    let fields: Vec<&str> = feature.split('\t').collect();
    let is_position = |field: &&str| field.trim().parse::<u64>().is_ok();
    first.to_ascii_lowercase().starts_with("##gff-version")
        || (fields.len() == 9 && fields[3..5].iter().all(is_position))
}

/// What a file holds before its features are put together.
#[derive(Default)]
struct Contents {
    records: BTreeMap<String, Record>,
    /// Names of sequences in the order they are met.
    order: Vec<String>,
    organism: Option<String>,
    rows: Vec<Row>,
    embedded: Option<Vec<Sequence>>,
}

/// One feature, whose parts may stand on several lines.
#[derive(Clone)]
struct Row {
    sequence: String,
    id: Option<String>,
    parents: Vec<String>,
    feature: Feature,
}

/// Reads every annotated sequence of a GFF3 file, without those in the file where others are given.
pub(super) fn read(text: &str, origin: &str, given: bool) -> Result<Vec<Record>, ImportError> {
    let mut contents = lines(text, origin)?;
    contents.rows = coding::join(contents.rows);
    let groups = groups(&contents.rows);
    for (row, group) in contents.rows.into_iter().zip(groups) {
        let mut feature = row.feature;
        feature.group = group;
        if let Some(record) = contents.records.get_mut(&row.sequence) {
            record.features.push(feature);
        }
    }
    let mut records = Vec::new();
    for name in contents.order {
        let Some(mut record) = contents.records.remove(&name) else { continue };
        record.organism = contents.organism.clone();
        // A sequence that is only declared, such as a plasmid without genes, is no choice.
        if !record.features.is_empty() {
            records.push(record);
        }
    }
    if let Some(embedded) = contents.embedded.filter(|_| !given) {
        fasta::assign(&mut records, embedded);
        for record in records.iter_mut().filter(|record| !record.bases.strangers.is_empty()) {
            let (name, found) =
                (plain_text(&record.name), std::mem::take(&mut record.bases.strangers));
            record.remarks.push(Remark::WithoutBases { name, found });
        }
    }
    Ok(records)
}

fn lines(text: &str, origin: &str) -> Result<Contents, ImportError> {
    let mut contents = Contents::default();
    let mut parts: HashMap<(String, String), usize> = HashMap::new();
    let mut offset = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let number = index + 1;
        let wrong = |reason: String| ImportError::Syntax {
            origin: origin.to_owned(),
            line: number,
            reason: plain_text(&reason),
        };
        offset += line.len();
        let body = line.trim();
        if body.starts_with("##FASTA") || body.starts_with('>') {
            let titled = body.starts_with('>');
            let start = if titled { offset - line.len() } else { offset };
            let rest = text.get(start..).unwrap_or_default();
            contents.embedded = Some(fasta::read(rest, origin, number + usize::from(!titled))?);
            break;
        }
        if let Some(version) = body.strip_prefix("##gff-version")
            && !version.trim().starts_with('3')
        {
            return Err(wrong(format!("version {} of GFF is not read; 3 is", version.trim())));
        }
        if body.is_empty() {
            continue;
        }
        if body.starts_with('#') {
            contents.directive(body);
            continue;
        }
        let row = Line::read(line.trim_end_matches(['\n', '\r'])).map_err(wrong)?;
        contents.add(number, &row, &mut parts);
    }
    Ok(contents)
}

impl Contents {
    fn record(&mut self, name: &str) -> &mut Record {
        if !self.records.contains_key(name) {
            self.order.push(name.to_owned());
        }
        self.records
            .entry(name.to_owned())
            .or_insert_with(|| Record { name: name.to_owned(), ..Record::default() })
    }

    fn directive(&mut self, line: &str) {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["##sequence-region", name, _, end] => {
                self.record(name).molecule.length = end.parse().ok();
            }
            ["##species", ref species @ ..] if !species.is_empty() => {
                self.organism = Some(plain_text(&species.join(" ")));
            }
            _ => {}
        }
    }

    fn add(&mut self, number: usize, found: &Line, parts: &mut HashMap<(String, String), usize>) {
        let value = |tag: &str| found.values(tag).into_iter().next();
        let (sequence, key, place) = (found.sequence.clone(), found.key.clone(), found.place);
        let record = self.record(&sequence);
        if matches!(key.as_str(), "region" | "chromosome" | "plasmid") && place.0 == 1 {
            record.molecule.length.get_or_insert(place.1);
            if value("Is_circular").is_some_and(|is| is.eq_ignore_ascii_case("true")) {
                record.molecule.topology = Some(Topology::Circular);
            }
            return;
        }
        let id = value("ID");
        if let Some(id) = &id {
            let next = self.rows.len();
            let first = *parts.entry((id.clone(), key.clone())).or_insert(next);
            if let Some(row) = self.rows.get_mut(first)
                && row.sequence == sequence
            {
                row.feature.parts.push(place);
                row.feature.phases.push((found.first_base(), found.phase));
                if row.feature.strand != found.strand {
                    row.feature.unplaced = Some(BOTH_STRANDS);
                }
                return;
            }
        }
        let mut synonyms = found.values("gene_synonym");
        synonyms.extend(found.values("old_locus_tag"));
        let protein = value("protein_id");
        let feature = Feature {
            key,
            line: number,
            parts: vec![place],
            phases: vec![(found.first_base(), found.phase)],
            strand: found.strand,
            unplaced: found.strand.is_none().then_some(NO_STRAND),
            unordered: true,
            open_end: match found.strand {
                Some(Strand::Reverse) => value("start_range").is_some(),
                _ => value("end_range").is_some(),
            },
            // Ensembl says `gene_id`.
            locus_tag: value("locus_tag").or_else(|| value("gene_id")),
            symbol: value("gene"),
            // NCBI names coding sequences by their proteins.
            label: value("Name").filter(|name| Some(name) != protein.as_ref()),
            notes: found.values("Note"),
            synonyms,
            product: value("product").or_else(|| described(found)),
            identifier: protein.or_else(|| id.as_deref().map(without_kind)),
            table: value("transl_table").and_then(|table| table.parse().ok()),
            pseudo: value("pseudo").is_some_and(|pseudo| pseudo == "true"),
            for_protein: found.key == "protein_coding_gene"
                || ["gene_biotype", "biotype", "gene_type"]
                    .iter()
                    .any(|tag| value(tag).is_some_and(|kind| kind == "protein_coding")),
            ..Feature::default()
        };
        self.rows.push(Row { sequence, id, parents: found.values("Parent"), feature });
    }
}

/// What Ensembl says of a gene, without where it has it from.
fn described(found: &Line) -> Option<String> {
    let text = found.values("description").join(", ");
    let text = text.split(" [Source:").next().unwrap_or_default().trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// An ID without the kind of its feature, which Ensembl puts before it.
fn without_kind(id: &str) -> String {
    let kinds = ["gene:", "CDS:", "transcript:"];
    let bare = kinds.iter().find_map(|kind| id.strip_prefix(kind));
    bare.filter(|bare| !bare.is_empty()).unwrap_or(id).to_owned()
}

/// For each feature the key of the gene it belongs to: that of its topmost parent which is one.
fn groups(rows: &[Row]) -> Vec<String> {
    let mut by_id: HashMap<&str, &Row> = HashMap::new();
    for row in rows {
        if let Some(id) = &row.id {
            by_id.entry(id).or_insert(row);
        }
    }
    let group = |row: &Row| {
        let mut top = row;
        for _ in 0..DEEPEST {
            let parent = top.parents.first().and_then(|id| by_id.get(id.as_str()));
            let Some(parent) = parent.filter(|parent| is_part_of_gene(&parent.feature)) else {
                break;
            };
            top = parent;
        }
        let name = top.id.as_ref().or(top.feature.locus_tag.as_ref());
        name.or(top.feature.symbol.as_ref()).cloned().unwrap_or_default()
    };
    rows.iter().map(group).collect()
}

fn is_part_of_gene(feature: &Feature) -> bool {
    feature.gene_kind().is_some() || matches!(feature.key.as_str(), "mRNA" | "transcript")
}
