//! Reads GenBank files.

use gb_io::reader::SeqReader;
use gb_io::seq::{Location, Seq, Topology as GbTopology};

use super::super::clean::plain_text;
use super::super::gene::Strand;
use super::super::metadata::Topology;
use super::error::ImportError;
use super::feature::Feature;
use super::guard;
use super::record::Record;

/// Reads every record of a GenBank file.
pub(super) fn read(text: &str, origin: &str) -> Result<Vec<Record>, ImportError> {
    guard::check(text, origin)?;
    let mut records = Vec::new();
    for record in SeqReader::new(text.as_bytes()) {
        let wrong = |reason: String| ImportError::Record {
            origin: origin.to_owned(),
            record: records.len() + 1,
            reason,
        };
        let sequence = record.map_err(|error| wrong(plain_text(&error.to_string())))?;
        if sequence.len.is_none() {
            // The parser goes on without it, and then takes a circular chromosome for linear.
            return Err(wrong("its LOCUS line is not `LOCUS name length bp type topology`".into()));
        }
        records.push(convert(sequence));
    }
    Ok(records)
}

fn convert(sequence: Seq) -> Record {
    let source = sequence.features.iter().find(|feature| feature.kind == "source");
    let named = source.and_then(|source| source.qualifier_values("organism").next());
    let organism = named
        .map(str::to_owned)
        .or_else(|| sequence.source.as_ref().and_then(|source| source.organism.clone()))
        .map(|organism| plain_text(organism.lines().next().unwrap_or_default()))
        .filter(|organism| !organism.is_empty());
    let version = sequence.version.as_deref().and_then(|text| text.split_whitespace().next());
    let accession = sequence.accession.as_deref().and_then(|text| text.split_whitespace().next());
    let names = [version, accession, sequence.name.as_deref()].into_iter().flatten();
    let mut names = names.map(str::to_owned);
    let topology = match sequence.topology {
        GbTopology::Circular => Topology::Circular,
        GbTopology::Linear => Topology::Linear,
    };
    Record {
        name: names.next().unwrap_or_default(),
        other_names: names.collect(),
        organism,
        length: sequence.len.map(|length| length as u64),
        topology: Some(topology),
        // The feature table's rule: the standard code unless /transl_table says otherwise.
        default_table: Some(1),
        features: sequence.features.iter().map(feature).collect(),
        sequence: sequence.seq,
    }
}

fn feature(found: &gb_io::seq::Feature) -> Feature {
    let value = |key: &str| found.qualifier_values(key).next().map(plain_text);
    let has = |key: &str| found.qualifiers.iter().any(|(name, _)| name == key);
    let mut feature = Feature {
        key: found.kind.to_string(),
        locus_tag: value("locus_tag"),
        symbol: value("gene"),
        synonyms: ["gene_synonym", "old_locus_tag"]
            .into_iter()
            .flat_map(|key| found.qualifier_values(key))
            .map(plain_text)
            .collect(),
        product: value("product"),
        identifier: value("protein_id"),
        table: value("transl_table").and_then(|table| table.parse().ok()),
        pseudo: has("pseudo") || has("pseudogene"),
        ..Feature::default()
    };
    feature.group =
        feature.locus_tag.clone().or_else(|| feature.symbol.clone()).unwrap_or_default();
    let first = value("codon_start").and_then(|codon| codon.parse::<u32>().ok());
    feature.phase = first.filter(|codon| (1..=3).contains(codon)).map_or(0, |codon| codon - 1);
    feature.protein = value("translation")
        .map(|protein| protein.bytes().filter(u8::is_ascii_alphabetic).count())
        .and_then(|length| u32::try_from(length).ok())
        .filter(|length| *length > 0);
    let mut parts = Vec::new();
    match flatten(&found.location, Strand::Forward, &mut parts) {
        Ok(open) => {
            feature.set_parts(parts);
            feature.open_end = match feature.strand {
                Some(Strand::Reverse) => open.0,
                _ => open.1,
            };
        }
        Err(reason) => feature.unplaced = Some(reason),
    }
    feature
}

/// Lists a location's stretches in the order of transcription. Tells whether one is open towards
/// the first and towards the last base of the sequence. The nesting was limited before.
fn flatten(
    location: &Location,
    strand: Strand,
    parts: &mut Vec<(u64, u64, Strand)>,
) -> Result<(bool, bool), &'static str> {
    const NOT_HERE: &str = "its location is not a stretch of this sequence";
    match location {
        Location::Range((from, before), (to, after)) => {
            let position = |value: i64| u64::try_from(value).map_err(|_| NOT_HERE);
            parts.push((position(*from)? + 1, position(*to)?, strand));
            Ok((before.0, after.0))
        }
        Location::Join(all) | Location::Order(all) => {
            let mut open = (false, false);
            for part in all {
                let part = flatten(part, strand, parts)?;
                open = (open.0 || part.0, open.1 || part.1);
            }
            Ok(open)
        }
        Location::Complement(inner) => {
            let first = parts.len();
            let open = flatten(inner, strand, parts)?;
            if let Some(added) = parts.get_mut(first..) {
                added.reverse();
                for part in added {
                    part.2 = match part.2 {
                        Strand::Forward => Strand::Reverse,
                        Strand::Reverse => Strand::Forward,
                    };
                }
            }
            Ok(open)
        }
        Location::External(..) => Err("its location is in another sequence"),
        _ => Err(NOT_HERE),
    }
}
