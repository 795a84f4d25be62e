//! Reads the `.genome` form of the original BioXen project: seven blank-separated fields a line,
//! start, length, end, strand, type, gene id, description.
//!
//! Positions count from 1 and the end is inclusive, so a row is consistent if
//! `end = start + length - 1`, exactly. The file that project ships holds other numbers in the
//! first three fields: the middle of the gene, half its length, and the distance from the middle
//! of the gene before. Such a file is recognised and refused, or on request read in this form
//! ([`Layout::Midpoint`]).

mod fault;
mod rows;

pub use fault::LegacyFault;

use std::collections::HashMap;

use super::collect::{Faults, Spot};
use super::fault::Fault;
use super::gene::{Gene, GeneKind, Place};
use super::index::Genome;
use super::metadata::{Landmarks, Metadata, Statements, Topology};
use super::reader::{MAX_GENES, MAX_LENGTH_NT};
use rows::{Header, Row};

/// What the first three fields of a row hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Layout {
    /// Start, length and end.
    #[default]
    Plain,
    /// The middle of the gene, half its length, and the distance from the middle of the gene
    /// before, each rounded down.
    Midpoint,
}

/// Whether a file that is not of BioXen's own format may be of the original project's: its first
/// row starts with five whole numbers.
pub(super) fn looks_legacy(text: &str) -> bool {
    let mut rows = text.lines().map(str::trim).filter(|line| !rows::is_comment(line));
    rows.next().is_some_and(|row| {
        let numbers = row.split_whitespace().map_while(|field| field.parse::<i64>().ok());
        numbers.take(5).count() == 5
    })
}

/// Reads a whole file. `name` is what the genome is called, as the file does not say.
pub(super) fn parse(
    text: &str,
    name: &str,
    layout: Layout,
    faults: &mut Faults<'_>,
) -> Option<Genome> {
    let (header, rows) = rows::read(text, faults);
    if rows.len() > MAX_GENES {
        let spot = Spot { line: rows[MAX_GENES].line, column: 1, field: "line" };
        faults.add(spot, Fault::TooManyGenes { limit: MAX_GENES });
        return None;
    }
    if let Some((line, fault)) = wrong_layout(&rows, layout) {
        faults.add(Spot { line, column: 1, field: "line" }, fault.into());
        return None;
    }
    let mut places = Vec::with_capacity(rows.len());
    let mut before = 0;
    for row in &rows {
        let place = match layout {
            Layout::Plain => plain(row),
            Layout::Midpoint => midpoint(row, before),
        };
        before = row.numbers[0];
        let spot = Spot { line: row.line, column: row.column, field: "position" };
        places.push(faults.keep(spot, place.map_err(Fault::from)));
    }
    check_rows(&header, &rows, &places, faults);
    if !faults.is_empty() {
        return None;
    }
    let placed = rows.into_iter().zip(places).filter_map(|(row, place)| Some((row, place?)));
    let genes: Vec<Gene> = placed.map(|(row, place)| gene(row, place)).collect();
    let metadata = metadata(header, &genes, layout, faults.origin());
    Some(Genome::assemble(name.to_owned(), metadata, Vec::new(), genes))
}

/// Whether the numbers as a whole are of the other layout, and the line that shows it first.
fn wrong_layout(rows: &[Row<'_>], layout: Layout) -> Option<(usize, LegacyFault)> {
    let befores = std::iter::once(0).chain(rows.iter().map(|row| row.numbers[0]));
    let distances = rows.iter().zip(befores).filter(|(row, before)| is_distance(row, *before));
    let (distances, plain) = (distances.count(), rows.iter().filter(|row| is_plain(row)).count());
    match layout {
        // More than half, so that a lost or damaged row does not hide what the file is.
        Layout::Plain if distances * 2 > rows.len() && plain < rows.len() => {
            let row = rows.iter().find(|row| !is_plain(row))?;
            Some((row.line, LegacyFault::IsMidpoint { distances, rows: rows.len() }))
        }
        Layout::Midpoint if plain * 2 > rows.len() && distances < rows.len() => {
            let row = rows.first()?;
            Some((row.line, LegacyFault::IsPlain { plain, rows: rows.len() }))
        }
        _ => None,
    }
}

fn is_plain(row: &Row<'_>) -> bool {
    let [start, length, end] = row.numbers.map(u64::from);
    length > 0 && start + length == end + 1
}

fn is_distance(row: &Row<'_>, before: u32) -> bool {
    let [middle, _, distance] = row.numbers;
    middle.checked_sub(before) == Some(distance)
}

fn plain(row: &Row<'_>) -> Result<Place, LegacyFault> {
    let [start, length, end] = row.numbers;
    if start == 0 {
        return Err(LegacyFault::StartsAtZero);
    }
    if !is_plain(row) {
        return Err(LegacyFault::Inconsistent { start, length, end });
    }
    Ok(Place { start, end, strand: row.strand, length_nt: length })
}

/// Where a gene lies whose middle and half-length were rounded down. With `d = end - start`, the
/// file holds `start + d/2` and `d/2` rounded down, so that the start is exact and the length is
/// one of two neighbours. A protein-coding gene has the one that is a whole number of codons; of
/// an RNA gene the smaller is taken, which may be one base short.
fn midpoint(row: &Row<'_>, before: u32) -> Result<Place, LegacyFault> {
    let [middle, half, distance] = row.numbers;
    if !is_distance(row, before) {
        return Err(LegacyFault::Distance { middle, before, distance });
    }
    let start = middle.checked_sub(half).filter(|start| *start > 0);
    let start = start.ok_or(LegacyFault::BeforeOrigin { middle, half })?;
    let least = 2 * half + 1;
    let length = match row.kind {
        GeneKind::Cds if least % 3 == 0 => least,
        GeneKind::Cds if (least + 1) % 3 == 0 => least + 1,
        GeneKind::Cds => return Err(LegacyFault::NoCodons { half, least }),
        _ => least,
    };
    Ok(Place { start, end: start + (length - 1), strand: row.strand, length_nt: length })
}

/// Compares the rows with each other and with what the header says of them.
fn check_rows(
    header: &Header,
    rows: &[Row<'_>],
    places: &[Option<Place>],
    faults: &mut Faults<'_>,
) {
    let length = header.length.unwrap_or(MAX_LENGTH_NT);
    let mut tags: HashMap<&str, usize> = HashMap::new();
    for (row, place) in rows.iter().zip(places) {
        let spot = |field| Spot { line: row.line, column: row.column, field };
        if let Some(place) = place
            && place.end > length
        {
            faults.add(spot("end"), Fault::BeyondGenome { position: place.end, length });
        }
        let first = *tags.entry(row.id).or_insert(row.line);
        if first != row.line {
            faults.add(spot("gene id"), Fault::RepeatedTag { tag: row.id.to_owned(), first });
        }
    }
    let last = rows.last().map_or(1, |row| row.line);
    let spot = Spot { line: last, column: 1, field: "end of file" };
    if let Some(stated) = header.genes
        && stated as usize != rows.len()
    {
        let stated = stated.to_string();
        faults.add(spot, LegacyFault::GeneCount { stated, found: rows.len() }.into());
    }
    if rows.is_empty() {
        faults.add(spot, Fault::NoGenes);
    }
}

fn gene(row: Row<'_>, place: Place) -> Gene {
    let mut gene = Gene::at(place);
    gene.locus_tag = row.id.to_owned();
    gene.kind = row.kind;
    gene.product = row.description.to_owned();
    if row.kind == GeneKind::Cds {
        // The stop codon is part of the gene and not of the protein.
        gene.protein_length = (place.length_nt / 3).checked_sub(1).filter(|length| *length > 0);
    }
    gene
}

/// What the file says about itself, and in notes what had to be assumed.
fn metadata(header: Header, genes: &[Gene], layout: Layout, origin: &str) -> Metadata {
    let last = genes.iter().map(|gene| gene.place.end).max().unwrap_or(1);
    let mut notes =
        vec!["The original project's form gives neither topology nor genetic code.".to_owned()];
    if header.length.is_none() {
        notes.push(
            "The length of the chromosome is not given: taken as the last gene's end.".into(),
        );
    }
    if layout == Layout::Midpoint {
        notes.push(
            "Read as midpoint, half-length and distance; RNA genes may be one base short at the end."
                .into(),
        );
    }
    Metadata {
        organism: header.organism.unwrap_or_else(|| "not stated".to_owned()),
        accession: String::new(),
        length_nt: header.length.unwrap_or(last),
        topology: Topology::Linear,
        translation_table: 11,
        statements: Statements { notes, ..Statements::imported(origin) },
        replication: Landmarks::default(),
        extra: Vec::new(),
    }
}
