//! The sequence that an annotation is about.

use std::path::Path;

use super::super::clean::plain_text;
use super::super::error::{GenomeError, excerpt};
use super::super::file::read_bytes;
use super::super::gene::{Composition, Gene, Strand};
use super::error::ImportError;
use super::record::Record;
use super::remark::Remark;
use super::text::decode;

/// One sequence.
#[derive(Debug, Clone)]
pub(super) struct Sequence {
    pub(super) name: String,
    pub(super) bases: Vec<u8>,
}

/// Reads every sequence of a FASTA file.
pub(super) fn read_file(path: &Path) -> Result<Vec<Sequence>, GenomeError> {
    let origin = path.display().to_string();
    let (text, _) = decode(&read_bytes(path)?, &origin)?;
    let sequences = read(&text, &origin, 1)?;
    if sequences.is_empty() {
        return Err(ImportError::NoRecord { origin }.into());
    }
    Ok(sequences)
}

/// Reads every sequence of a FASTA text, whose first line has the number `first`.
pub(super) fn read(text: &str, origin: &str, first: usize) -> Result<Vec<Sequence>, ImportError> {
    let mut sequences: Vec<Sequence> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let body = line.trim();
        let wrong = |reason: String| ImportError::Syntax {
            origin: origin.to_owned(),
            line: first + index,
            reason,
        };
        if let Some(title) = body.strip_prefix('>') {
            let name = title.split_whitespace().next().unwrap_or_default().to_owned();
            sequences.push(Sequence { name, bases: Vec::new() });
            continue;
        }
        if body.is_empty() || body.starts_with(';') {
            continue;
        }
        let Some(sequence) = sequences.last_mut() else {
            return Err(wrong("the title of a sequence, `>name`, must come first".to_owned()));
        };
        let bases = body.bytes().filter(|byte| !byte.is_ascii_whitespace());
        let before = sequence.bases.len();
        sequence.bases.extend(bases);
        let added = sequence.bases.get(before..).unwrap_or_default();
        if added.iter().any(|byte| !byte.is_ascii_alphabetic() && !b"-*".contains(byte)) {
            return Err(wrong(format!("`{}` is no sequence of bases", excerpt(body))));
        }
    }
    Ok(sequences)
}

/// Gives sequences to the records that lack one: by their names, then by a length that only one
/// of them has.
pub(super) fn assign(records: &mut [Record], mut sequences: Vec<Sequence>) {
    let names: Vec<String> = sequences.iter().map(|s| plain_text(&s.name)).collect();
    let lacking = |record: &Record| record.bases.sequence.is_empty();
    for record in records.iter_mut().filter(|record| lacking(record)) {
        let known =
            |name: &str| record.name == name || record.other_names.iter().any(|n| n == name);
        // Old titles have several names, `gi|1|ref|NC_1.1|`.
        let same =
            |s: &Sequence| known(&s.name) || s.name.split('|').any(|n| !n.is_empty() && known(n));
        if let Some(index) = sequences.iter().position(same) {
            let sequence = sequences.remove(index);
            (record.bases.sequence, record.bases.titled) = (sequence.bases, sequence.name);
        }
    }
    let lengths: Vec<u64> =
        records.iter().filter(|r| lacking(r)).filter_map(|r| r.molecule.length).collect();
    for record in records.iter_mut().filter(|record| lacking(record)) {
        let fits = |s: &Sequence| Some(s.bases.len() as u64) == record.molecule.length;
        let rivals =
            lengths.iter().filter(|length| Some(**length) == record.molecule.length).count();
        let mut fitting = (0..sequences.len()).filter(|&index| fits(&sequences[index]));
        match (fitting.next(), fitting.next()) {
            (Some(index), None) if rivals == 1 => {
                let Sequence { name: found, bases } = sequences.remove(index);
                let name = plain_text(&record.name);
                record.remarks.push(Remark::OtherName { name, found: plain_text(&found) });
                (record.bases.sequence, record.bases.titled) = (bases, found);
            }
            _ => record.bases.strangers.clone_from(&names),
        }
    }
}

/// Refuses a sequence with a letter that is no base.
pub(super) fn check(record: &Record, origin: &str) -> Result<(), ImportError> {
    let other = record
        .bases
        .sequence
        .iter()
        .position(|byte| !b"ACGTUNRYSWKMBDHVX".contains(&byte.to_ascii_uppercase()));
    let Some(at) = other.filter(|_| !record.bases.titled.is_empty()) else { return Ok(()) };
    Err(ImportError::NoBase {
        origin: origin.to_owned(),
        name: plain_text(&record.bases.titled),
        letter: char::from(record.bases.sequence[at]),
        position: at + 1,
    })
}

/// The bases of a gene's RNA, sense strand; `None` if one of them is not A, C, G, T or U.
pub(super) fn composition(gene: &Gene, sequence: &[u8]) -> Option<Composition> {
    let (start, end) = (gene.place.start as usize - 1, gene.place.end as usize);
    let (first, second) = if gene.place.start <= gene.place.end {
        (sequence.get(start..end)?, &[][..])
    } else {
        (sequence.get(start..)?, sequence.get(..end)?)
    };
    let mut count = Composition::default();
    for base in first.iter().chain(second) {
        let sense = match (base.to_ascii_uppercase(), gene.place.strand) {
            (b'A', Strand::Forward) | (b'T' | b'U', Strand::Reverse) => &mut count.a,
            (b'C', Strand::Forward) | (b'G', Strand::Reverse) => &mut count.c,
            (b'G', Strand::Forward) | (b'C', Strand::Reverse) => &mut count.g,
            (b'T' | b'U', Strand::Forward) | (b'A', Strand::Reverse) => &mut count.u,
            _ => return None,
        };
        *sense += 1;
    }
    Some(count)
}
