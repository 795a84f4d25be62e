//! Splits a file of the original project's form into its rows.

use super::super::collect::{Faults, Spot};
use super::super::error::excerpt;
use super::super::fault::Fault;
use super::super::gene::{GeneKind, Strand};
use super::super::reader::{MAX_GENES, MAX_LENGTH_NT};
use super::super::row::{count, name, prose};
use super::fault::LegacyFault;

/// One gene as it is written.
pub(super) struct Row<'a> {
    pub(super) line: usize,
    /// The character its first field starts at, counted from 1.
    pub(super) column: usize,
    /// The first three fields, whatever they hold.
    pub(super) numbers: [u32; 3],
    pub(super) strand: Strand,
    pub(super) kind: GeneKind,
    pub(super) id: &'a str,
    pub(super) description: &'a str,
}

/// What the comments above the rows say, in the form the original project writes them.
#[derive(Default)]
pub(super) struct Header {
    pub(super) organism: Option<String>,
    pub(super) genes: Option<u32>,
    pub(super) length: Option<u32>,
}

pub(super) fn is_comment(line: &str) -> bool {
    line.is_empty() || line.starts_with('#')
}

/// Reads the lines one by one. A row that cannot be read is left out and noted.
pub(super) fn read<'a>(text: &'a str, faults: &mut Faults<'_>) -> (Header, Vec<Row<'a>>) {
    let mut header = Header::default();
    let mut rows = Vec::new();
    for (index, text) in text.lines().enumerate() {
        if faults.full() || rows.len() > MAX_GENES {
            break;
        }
        let line = index + 1;
        if is_comment(text.trim()) {
            comment(line, text.trim(), &mut header, faults);
        } else {
            rows.extend(row(line, text, faults));
        }
    }
    (header, rows)
}

/// A comment such as `# Genome size: 580,076 bp`.
fn comment(line: usize, text: &str, header: &mut Header, faults: &mut Faults<'_>) {
    let Some((key, value)) = text.trim_start_matches('#').split_once(':') else { return };
    let value = value.trim();
    let spot = |field| Spot { line, column: 1, field };
    let digits = || value.split_whitespace().next().unwrap_or_default().replace(',', "");
    match key.trim() {
        "Organism" if !value.is_empty() => {
            header.organism = faults.keep(spot("organism"), prose(value));
        }
        "Total genes" => {
            header.genes = faults.keep(spot("total genes"), count(&digits(), 1, u32::MAX, ""));
        }
        "Genome size" => {
            let length = count(&digits(), 1, MAX_LENGTH_NT, "bp");
            header.length = faults.keep(spot("genome size"), length);
        }
        _ => {}
    }
}

fn row<'a>(line: usize, text: &'a str, faults: &mut Faults<'_>) -> Option<Row<'a>> {
    let (fields, description) = split(text);
    let column = fields.first().map_or(1, |(column, _)| *column);
    let spot = |column, field| Spot { line, column, field };
    let [first, second, third, strand, kind, id] = fields[..] else {
        let found = fields.len();
        faults.add(spot(column, "line"), LegacyFault::FieldCount { found }.into());
        return None;
    };
    if description.is_empty() {
        faults.add(spot(column, "line"), LegacyFault::FieldCount { found: 6 }.into());
        return None;
    }
    let mut number = |(column, text): (usize, &str), field| {
        faults.keep(spot(column, field), count(text, 0, MAX_LENGTH_NT, "nt"))
    };
    let numbers = [
        number(first, "first field"),
        number(second, "second field"),
        number(third, "third field"),
    ];
    let strand = faults.keep(spot(strand.0, "strand"), self::strand(strand.1));
    let kind = faults.keep(spot(kind.0, "type"), self::kind(kind.1));
    let known = faults.keep(spot(id.0, "gene id"), name(id.1));
    let words = faults.keep(spot(column, "description"), prose(description));
    known.and(words)?;
    let [Some(first), Some(second), Some(third)] = numbers else { return None };
    let numbers = [first, second, third];
    Some(Row { line, column, numbers, strand: strand?, kind: kind?, id: id.1, description })
}

/// The first six fields, each with the character it starts at, counted from 1, and what follows.
fn split(text: &str) -> (Vec<(usize, &str)>, &str) {
    let mut fields = Vec::with_capacity(6);
    let mut rest = text.trim_start();
    while fields.len() < 6 && !rest.is_empty() {
        let column = text[..text.len() - rest.len()].chars().count() + 1;
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let (field, after) = rest.split_at(end);
        fields.push((column, field));
        rest = after.trim_start();
    }
    (fields, rest.trim_end())
}

fn strand(text: &str) -> Result<Strand, Fault> {
    match text {
        "1" | "+1" => Ok(Strand::Forward),
        "-1" => Ok(Strand::Reverse),
        _ => Err(LegacyFault::Strand { found: excerpt(text) }.into()),
    }
}

/// The original project knows 0 and 1, and in its later files 2 to 5.
fn kind(text: &str) -> Result<GeneKind, Fault> {
    match text {
        "1" => Ok(GeneKind::Cds),
        "0" | "4" => Ok(GeneKind::Ncrna),
        "2" => Ok(GeneKind::Trna),
        "3" => Ok(GeneKind::Rrna),
        "5" => Ok(GeneKind::Pseudogene),
        _ => Err(LegacyFault::Kind { found: excerpt(text) }.into()),
    }
}
