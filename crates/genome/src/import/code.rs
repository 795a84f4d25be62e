//! The genetic codes that a coding sequence may be read in.

/// The standard code: one letter for each codon, in the order T, C, A, G of its three bases; `*`
/// ends a protein. NCBI, *The Genetic Codes*, table 1; that of bacteria, 11, differs in its starts
/// only.
const STANDARD: &[u8; 64] = b"FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG";

/// Where the other tables differ, by the same source, as far as version 4.0 has them.
const DIFFERENCES: [(u8, &str); 18] = [
    (1, ""),
    (2, "TGA W ATA M AGA * AGG *"),
    (3, "TGA W ATA M CTT T CTC T CTA T CTG T"),
    (4, "TGA W"),
    (5, "TGA W ATA M AGA S AGG S"),
    (6, "TAA Q TAG Q"),
    (9, "TGA W AAA N AGA S AGG S"),
    (10, "TGA C"),
    (11, ""),
    (12, "CTG S"),
    (13, "TGA W ATA M AGA G AGG G"),
    (14, "TAA Y TGA W AAA N AGA S AGG S"),
    (15, "TAG Q"),
    (16, "TAG L"),
    (21, "TGA W ATA M AAA N AGA S AGG S"),
    (22, "TAG L TCA *"),
    (23, "TTA *"),
    (25, "TGA G"),
];

/// The twenty amino acids, in the order in which they are counted.
pub(in super::super) const AMINO_ACIDS: &[u8; 20] = b"ARNDCQEGHILKMFPSTWYV";

/// How often each of [`AMINO_ACIDS`] occurs in a protein.
pub(in super::super) type Counts = [u32; 20];

/// A genetic code.
#[derive(Debug, Clone)]
pub(super) struct Code {
    letters: [u8; 64],
}

impl Code {
    /// A code by its NCBI number; `None` for one that is not known here.
    pub(super) fn of(table: u8) -> Option<Self> {
        let (_, differences) = DIFFERENCES.iter().find(|(number, _)| *number == table)?;
        let mut letters = *STANDARD;
        let mut words = differences.split_whitespace();
        while let (Some(codon), Some(letter)) = (words.next(), words.next()) {
            *letters.get_mut(place(codon.as_bytes())?)? = *letter.as_bytes().first()?;
        }
        Some(Self { letters })
    }

    /// What one codon stands for; `X` if one of its bases is not known.
    fn letter(&self, codon: &[u8]) -> u8 {
        place(codon).and_then(|place| self.letters.get(place)).copied().unwrap_or(b'X')
    }

    /// The protein of a coding sequence, with `*` for stop codons; what is left of a codon at the
    /// end is not read.
    pub(super) fn translate(&self, bases: &[u8]) -> Vec<u8> {
        bases.chunks_exact(3).map(|codon| self.letter(codon)).collect()
    }
}

/// The place of a codon in the order of a code.
fn place(codon: &[u8]) -> Option<usize> {
    codon.iter().try_fold(0, |place, base| {
        let base = match base.to_ascii_uppercase() {
            b'T' | b'U' => 0,
            b'C' => 1,
            b'A' => 2,
            b'G' => 3,
            _ => return None,
        };
        Some(place * 4 + base)
    })
}

/// Counts amino acids; `None` if there are none.
pub(super) fn count(protein: &[u8]) -> Option<Counts> {
    let mut counts = [0; 20];
    for letter in protein {
        let letter = letter.to_ascii_uppercase();
        if let Some(at) = AMINO_ACIDS.iter().position(|known| *known == letter) {
            counts[at] += 1;
        }
    }
    counts.iter().any(|count| *count > 0).then_some(counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codons_are_read_by_the_table() {
        let read = |table, bases: &[u8]| {
            String::from_utf8(Code::of(table).unwrap().translate(bases)).unwrap()
        };
        assert_eq!(read(11, b"ATGGCTTGGTAATAGTGA"), "MAW***");
        assert_eq!(read(4, b"auggcutgataat"), "MAW*");
        assert_eq!(read(2, b"AGAAGGATATGA"), "**MW");
        assert_eq!(read(1, b"ATGNNNAT"), "MX");
        assert!(Code::of(8).is_none());
        for (table, _) in DIFFERENCES {
            let all = Code::of(table).unwrap();
            assert!(all.letters.contains(&b'*') && all.letters.contains(&b'M'), "{table}");
        }
        assert_eq!(count(b"MAAX*").unwrap()[0], 2);
        assert_eq!(count(b"X*"), None);
    }
}
