//! The sequence that an annotation is about.

use std::path::Path;

use noodles_fasta as fasta;

use super::super::error::GenomeError;
use super::super::file::read_bytes;
use super::super::gene::{Composition, Gene, Strand};
use super::error::ImportError;

/// One sequence.
#[derive(Debug, Clone)]
pub(super) struct Sequence {
    pub(super) name: String,
    pub(super) bases: Vec<u8>,
}

/// Reads every sequence of a FASTA file.
pub(super) fn read_file(path: &Path) -> Result<Vec<Sequence>, GenomeError> {
    let origin = path.display().to_string();
    let sequences = read(&read_bytes(path)?, &origin)?;
    if sequences.is_empty() {
        return Err(ImportError::NoRecord { origin }.into());
    }
    Ok(sequences)
}

/// Reads every sequence of a FASTA text.
pub(super) fn read(bytes: &[u8], origin: &str) -> Result<Vec<Sequence>, ImportError> {
    let mut sequences = Vec::new();
    for record in fasta::io::Reader::new(bytes).records() {
        let record = record.map_err(|error| ImportError::Record {
            origin: origin.to_owned(),
            record: sequences.len() + 1,
            reason: error.to_string(),
        })?;
        let name = String::from_utf8_lossy(record.name()).into_owned();
        sequences.push(Sequence { name, bases: record.sequence().as_ref().to_vec() });
    }
    Ok(sequences)
}

/// The bases of a gene's RNA, sense strand; `None` if one of them is not A, C, G, T or U.
pub(super) fn composition(gene: &Gene, sequence: &[u8]) -> Option<Composition> {
    let (start, end) = (gene.start as usize - 1, gene.end as usize);
    let (first, second) = if gene.start <= gene.end {
        (sequence.get(start..end)?, &[][..])
    } else {
        (sequence.get(start..)?, sequence.get(..end)?)
    };
    let mut count = Composition::default();
    for base in first.iter().chain(second) {
        let sense = match (base.to_ascii_uppercase(), gene.strand) {
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
