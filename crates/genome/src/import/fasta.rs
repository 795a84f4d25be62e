//! The sequence that an annotation is about.

use std::path::Path;

use super::super::error::{GenomeError, excerpt};
use super::super::file::read_bytes;
use super::super::gene::{Composition, Gene, Strand};
use super::error::ImportError;
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
