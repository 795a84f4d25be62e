//! Reads BioXen's own genome format, version 1 (`genomes/README.md`).

use std::collections::HashMap;

use super::collect::{Faults, Spot};
use super::columns::{COLUMNS, Column, Heading, REQUIRED, heading};
use super::error::excerpt;
use super::fault::Fault;
use super::gene::{Gene, Place, Strand};
use super::header::Header;
use super::index::Genome;
use super::metadata::Topology;
use super::row;

/// The longest chromosome [bp]; no known bacterial one has a fiftieth of it.
pub const MAX_LENGTH_NT: u32 = 1_000_000_000;
/// The most genes a genome may have.
pub const MAX_GENES: usize = 100_000;
/// The most `x-` columns a genome may have.
pub const MAX_EXTRA_COLUMNS: usize = 16;
/// The longest line [bytes].
const MAX_LINE: usize = 65_536;
/// What the first line starts with.
pub(super) const MAGIC: &str = "#bioxen-genome";

/// Reads a whole file, taking note of what is wrong with it.
pub(super) fn parse(text: &str, faults: &mut Faults<'_>) -> Option<Genome> {
    let mut reader = Reader::default();
    for (index, line) in text.split('\n').enumerate() {
        if faults.full() {
            return None;
        }
        reader.line(index + 1, line.strip_suffix('\r').unwrap_or(line), faults);
    }
    reader.finish(text.split('\n').count(), faults)
}

/// What was read so far.
#[derive(Default)]
struct Reader {
    header: Header,
    /// The columns as they are named in the file, with their meanings.
    columns: Option<Vec<(String, Heading)>>,
    genes: Vec<Gene>,
    /// Lines that stand for a gene, also where something is wrong with it.
    rows: usize,
    tags: HashMap<String, usize>,
    operons: HashMap<String, (Strand, usize)>,
    ended: bool,
}

impl Reader {
    fn line(&mut self, line: usize, text: &str, faults: &mut Faults<'_>) {
        let whole = Spot { line, column: 1, field: "line" };
        if text.trim().is_empty() {
        } else if text.len() > MAX_LINE {
            self.rows += usize::from(self.columns.is_some());
            faults.add(whole, Fault::LongLine { found: text.len(), limit: MAX_LINE });
        } else if self.ended {
            faults.add(whole, Fault::AfterEnd);
        } else if line == 1 {
            let found = text.strip_prefix(MAGIC).unwrap_or_default().trim();
            if found != "1" {
                faults.add(whole, Fault::Version { found: excerpt(found) });
            }
        } else if let Some(stated) = text.strip_prefix("#end") {
            self.ended = true;
            if stated.trim() != self.rows.to_string() {
                let stated = excerpt(stated.trim());
                faults.add(whole, Fault::GeneCount { stated, found: self.rows });
            }
        } else if self.columns.is_some() {
            self.row(line, text, faults);
        } else if let Some(metadata) = text.strip_prefix('#') {
            self.header.take(line, metadata, faults);
        } else {
            self.header.check_complete(line, faults);
            self.columns(line, text, faults);
        }
    }

    fn columns(&mut self, line: usize, text: &str, faults: &mut Faults<'_>) {
        let whole = Spot { line, column: 1, field: "column names" };
        let mut columns: Vec<(String, Heading)> = Vec::new();
        for (column, title) in fields(text) {
            let spot = Spot { column, ..whole };
            // A wrong name still takes up a column, so that the fields below are counted right.
            let heading = faults.keep(spot, heading(title));
            let heading = heading.unwrap_or_else(|| Heading::Extra(title.to_owned()));
            if columns.iter().any(|(_, other)| *other == heading) {
                faults.add(Spot { field: title, ..spot }, Fault::RepeatedColumn);
            }
            columns.push((title.to_owned(), heading));
            // More columns than there can be: the rest is not worth comparing with each other.
            if columns.len() > COLUMNS.len() + MAX_EXTRA_COLUMNS {
                break;
            }
        }
        let extra = columns.iter().filter(|(_, heading)| matches!(heading, Heading::Extra(_)));
        if extra.count() > MAX_EXTRA_COLUMNS {
            faults.add(whole, Fault::TooManyColumns { limit: MAX_EXTRA_COLUMNS });
        }
        for column in REQUIRED {
            if !columns.iter().any(|(_, heading)| *heading == Heading::Known(column)) {
                faults.add(whole, Fault::MissingColumn { name: column.title().to_owned() });
            }
        }
        self.columns = Some(columns);
    }

    fn row(&mut self, line: usize, text: &str, faults: &mut Faults<'_>) {
        self.rows += 1;
        if self.rows > MAX_GENES {
            if self.rows == MAX_GENES + 1 {
                let spot = Spot { line, column: 1, field: "line" };
                faults.add(spot, Fault::TooManyGenes { limit: MAX_GENES });
            }
            return;
        }
        let Some(columns) = self.columns.take() else { return };
        self.gene(&columns, line, text, faults);
        self.columns = Some(columns);
    }

    fn gene(
        &mut self,
        columns: &[(String, Heading)],
        line: usize,
        text: &str,
        faults: &mut Faults<'_>,
    ) {
        let whole = Spot { line, column: 1, field: "line" };
        let found = text.split('\t').count();
        if found != columns.len() {
            return faults.add(whole, Fault::FieldCount { found, expected: columns.len() });
        }
        let cell = |((field, heading), (column, text))| Cell {
            heading,
            text,
            spot: Spot { line, column, field },
        };
        let cells: Vec<Cell<'_>> = columns
            .iter()
            .map(|(title, heading)| (title.as_str(), heading))
            .zip(fields(text))
            .map(cell)
            .collect();
        let Some(place) = place(&cells, self.header.shape(), faults) else { return };
        let mut gene = Gene::at(place);
        let mut bases = [None; 4];
        for Cell { heading, text, spot } in &cells {
            match heading {
                Heading::Known(column) => {
                    faults.keep(*spot, row::set(&mut gene, &mut bases, *column, text));
                }
                Heading::Extra(_) if text.is_empty() => gene.extra.push(None),
                Heading::Extra(_) => gene.extra.push(faults.keep(*spot, row::prose(text))),
            }
        }
        let spot = Spot { field: "rna_a to rna_u", ..whole };
        gene.composition =
            faults.keep(spot, row::composition(bases, gene.place.length_nt)).flatten();
        self.remember(line, &cells, gene, faults);
    }

    /// Keeps a gene after comparing it with those before it.
    fn remember(&mut self, line: usize, cells: &[Cell<'_>], gene: Gene, faults: &mut Faults<'_>) {
        let spot = |column: Column| {
            cell(cells, column).map_or(Spot { line, column: 1, field: "line" }, |cell| cell.spot)
        };
        let first = *self.tags.entry(gene.locus_tag.clone()).or_insert(line);
        if first != line {
            let tag = gene.locus_tag.clone();
            return faults.add(spot(Column::LocusTag), Fault::RepeatedTag { tag, first });
        }
        if let Some(operon) = &gene.operon {
            let entry = (gene.place.strand, line);
            let (strand, first) = *self.operons.entry(operon.clone()).or_insert(entry);
            if strand != gene.place.strand {
                let operon = operon.clone();
                faults.add(spot(Column::Operon), Fault::SplitOperon { operon, first });
            }
        }
        // The genes of a faulty file are not handed out, so they need not be held.
        if faults.is_empty() {
            self.genes.push(gene);
        }
    }

    fn finish(self, last: usize, faults: &mut Faults<'_>) -> Option<Genome> {
        let spot = Spot { line: last, column: 1, field: "end of file" };
        if self.columns.is_none() {
            self.header.check_complete(last, faults);
            faults.add(spot, Fault::MissingHeader);
        } else if !self.ended {
            faults.add(spot, Fault::CutOff { found: self.rows });
        } else if self.rows == 0 {
            faults.add(spot, Fault::NoGenes);
        }
        if !faults.is_empty() {
            return None;
        }
        let extra = self.columns.into_iter().flatten().filter_map(|(_, heading)| match heading {
            Heading::Extra(name) => Some(name),
            Heading::Known(_) => None,
        });
        let extra = extra.collect();
        let (name, metadata) = self.header.finish()?;
        Some(Genome::assemble(name, metadata, extra, self.genes))
    }
}

/// One field of a gene.
struct Cell<'a> {
    heading: &'a Heading,
    text: &'a str,
    spot: Spot<'a>,
}

fn cell<'a, 'b>(cells: &'b [Cell<'a>], column: Column) -> Option<&'b Cell<'a>> {
    cells.iter().find(|cell| *cell.heading == Heading::Known(column))
}

/// Where the gene lies, if that is on the chromosome. `shape` is missing where the metadata is
/// wrong, which was noted before.
fn place(
    cells: &[Cell<'_>],
    shape: Option<(u32, Topology)>,
    faults: &mut Faults<'_>,
) -> Option<Place> {
    let (start, end) = (cell(cells, Column::Start)?, cell(cells, Column::End)?);
    let strand = cell(cells, Column::Strand)?;
    let strand = faults.keep(strand.spot, row::strand(strand.text));
    let mut position = |cell: &Cell<'_>| {
        let missing = Fault::Missing { expected: row::WHOLE };
        let value = if cell.text.is_empty() {
            Err(missing)
        } else {
            row::count(cell.text, 1, MAX_LENGTH_NT, "nt")
        };
        let position = faults.keep(cell.spot, value)?;
        match shape {
            Some((length, _)) if position > length => {
                faults.add(cell.spot, Fault::BeyondGenome { position, length });
                None
            }
            _ => Some(position),
        }
    };
    let (first, last) = (position(start), position(end));
    let (start, end, spot) = (first?, last?, end.spot);
    let length = match shape {
        _ if start <= end => end - start + 1,
        Some((length, Topology::Circular)) => length - start + 1 + end,
        Some((_, Topology::Linear)) => {
            faults.add(spot, Fault::EndBeforeStart { start, end });
            return None;
        }
        None => return None,
    };
    Some(Place { start, end, strand: strand?, length_nt: length })
}

/// The tab-separated fields of a line, each with the character it starts at, counted from 1.
fn fields(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut column = 1;
    text.split('\t').map(move |field| {
        let start = column;
        column += field.chars().count() + 1;
        (start, field)
    })
}
