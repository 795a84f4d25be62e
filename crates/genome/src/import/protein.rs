//! The protein of a coding feature: as stated, or read from the sequence.

use super::super::gene::Strand;
use super::code::{self, Code, Counts};
use super::feature::Feature;
use super::remark::Remark;

/// What is known of a protein.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Protein {
    /// Its length [aa], without the stop codon.
    pub(super) length: Option<u32>,
    /// How often each amino acid occurs.
    pub(super) counts: Option<Counts>,
}

/// The protein of a feature whose stretches are unwrapped. `name` is for the remarks.
pub(super) fn protein(
    feature: &Feature,
    sequence: &[u8],
    code: Option<&Code>,
    name: &str,
    remarks: &mut Vec<Remark>,
) -> Protein {
    let bases = feature.bases();
    if let Some(stated) = &feature.protein {
        let length = u32::try_from(stated.len()).ok();
        // The codon at the end of a contig may be cut and still say which amino acid it is.
        let most = bases.div_ceil(3);
        if let Some(length) = length.filter(|length| u64::from(*length) <= most) {
            let codons = bases.saturating_sub(u64::from(feature.phase)) / 3;
            if u64::from(length) + 1 < codons {
                let gene = name.to_owned();
                remarks.push(Remark::ShortProtein { gene, protein: length, codons });
            }
            let length = Some(length);
            return Protein { length, counts: code::count(stated) };
        }
        let (gene, protein) = (name.to_owned(), length.unwrap_or(u32::MAX));
        remarks.push(Remark::LongProtein { gene, protein, length: bases });
    }
    let codons = u32::try_from(bases.saturating_sub(u64::from(feature.phase)) / 3).unwrap_or(0);
    let read = code.zip(coding(feature, sequence));
    let Some((code, bases)) = read else {
        // A stop codon is taken for granted where the sequence is not known.
        let length = codons.saturating_sub(u32::from(!feature.open_end));
        return Protein { length: Some(length).filter(|length| *length > 0), counts: None };
    };
    let mut letters = code.translate(&bases);
    let stops = letters.last() == Some(&b'*');
    if stops {
        letters.pop();
    } else if !feature.open_end && !letters.is_empty() {
        remarks.push(Remark::NoStop { gene: name.to_owned(), codons });
    }
    if let Some(at) = letters.iter().position(|letter| *letter == b'*') {
        let (gene, codons) = (name.to_owned(), letters.len());
        remarks.push(Remark::StopWithin { gene, at: at + 1, codons });
    }
    // Whatever codon it is, a protein begins with methionine.
    if feature.phase == 0
        && let Some(first) = letters.first_mut()
    {
        *first = b'M';
    }
    let length = u32::try_from(letters.len()).ok().filter(|length| *length > 0);
    Protein { length, counts: code::count(&letters) }
}

/// Whether a feature reads from a start to a stop codon, without another one within.
pub(super) fn is_open_frame(feature: &Feature, sequence: &[u8], code: &Code) -> bool {
    let Some(bases) = coding(feature, sequence).filter(|bases| bases.len() % 3 == 0) else {
        return false;
    };
    let starts = bases.get(..3).is_some_and(|codon| {
        let codon = codon.to_ascii_uppercase();
        [b"ATG", b"GTG", b"TTG", b"CTG"].iter().any(|start| codon == start.as_slice())
    });
    let letters = code.translate(&bases);
    let first_stop = letters.iter().position(|letter| *letter == b'*');
    starts && letters.len() > 1 && first_stop == Some(letters.len() - 1)
}

/// The bases of a feature in the order of translation, from its first whole codon on; `None`
/// where the sequence does not reach.
fn coding(feature: &Feature, sequence: &[u8]) -> Option<Vec<u8>> {
    let mut bases = Vec::new();
    for &(from, to) in &feature.parts {
        let (from, to) = (usize::try_from(from).ok()?.checked_sub(1)?, usize::try_from(to).ok()?);
        let inside = to.min(sequence.len());
        bases.extend_from_slice(sequence.get(from..inside)?);
        // GFF3 counts on beyond the end of a circular sequence.
        bases.extend_from_slice(sequence.get(..to - inside)?);
    }
    if feature.strand == Some(Strand::Reverse) {
        bases.reverse();
        bases.iter_mut().for_each(|base| *base = complement(*base));
    }
    let phase = usize::try_from(feature.phase).ok()?;
    (bases.len() > phase).then(|| bases.split_off(phase))
}

fn complement(base: u8) -> u8 {
    match base.to_ascii_uppercase() {
        b'A' => b'T',
        b'T' | b'U' => b'A',
        b'C' => b'G',
        b'G' => b'C',
        _ => b'N',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(feature: &Feature, sequence: &[u8]) -> (Option<u32>, Vec<Remark>) {
        let mut remarks = Vec::new();
        let code = Code::of(11);
        let found = protein(feature, sequence, code.as_ref(), "g", &mut remarks);
        (found.length, remarks)
    }

    fn feature(parts: &[(u64, u64)], strand: Strand) -> Feature {
        Feature { parts: parts.to_vec(), strand: Some(strand), ..Feature::default() }
    }

    #[test]
    fn a_stop_codon_is_left_out_where_there_is_one() {
        let whole = feature(&[(1, 9)], Strand::Forward);
        assert_eq!(read(&whole, b"ATGGCTTAAC"), (Some(2), vec![]));
        let without = Remark::NoStop { gene: "g".into(), codons: 3 };
        assert_eq!(read(&whole, b"ATGGCTGCTC"), (Some(3), vec![without]));
        let within = Remark::StopWithin { gene: "g".into(), at: 2, codons: 2 };
        assert_eq!(read(&whole, b"ATGTAATAAC"), (Some(2), vec![within]));
        // Without a sequence it is taken for granted, unless the end is open.
        assert_eq!(read(&whole, b""), (Some(2), vec![]));
        let open = Feature { open_end: true, ..whole };
        assert_eq!(read(&open, b""), (Some(3), vec![]));
        assert_eq!(read(&open, b"ATGGCTGCTC"), (Some(3), vec![]));
        assert_eq!(read(&open, b"ATGGCTTAAC"), (Some(2), vec![]));
    }

    #[test]
    fn both_strands_and_the_origin_are_read() {
        let reverse = feature(&[(1, 9)], Strand::Reverse);
        assert_eq!(read(&reverse, b"TTAAGCCATC"), (Some(2), vec![]));
        let crossing = feature(&[(8, 10), (1, 6)], Strand::Forward);
        assert_eq!(read(&crossing, b"GCTTAANATG"), (Some(2), vec![]));
        let counted_on = feature(&[(8, 16)], Strand::Forward);
        assert_eq!(read(&counted_on, b"GCTTAANATG"), (Some(2), vec![]));
        assert!(is_open_frame(&crossing, b"GCTTAANATG", &Code::of(11).unwrap()));
        assert!(!is_open_frame(&reverse, b"GCTTAANATG", &Code::of(11).unwrap()));
    }

    #[test]
    fn a_stated_protein_fits_its_codons_and_one_cut_codon() {
        let stated = |length| Feature {
            protein: Some(vec![b'A'; length]),
            ..feature(&[(1, 839)], Strand::Forward)
        };
        assert_eq!(read(&stated(280), b""), (Some(280), vec![]));
        assert_eq!(read(&stated(278), b""), (Some(278), vec![]));
        let short = Remark::ShortProtein { gene: "g".into(), protein: 277, codons: 279 };
        assert_eq!(read(&stated(277), b""), (Some(277), vec![short]));
        let (length, remarks) = read(&stated(281), b"");
        assert_eq!(length, Some(278));
        assert!(matches!(remarks[..], [Remark::LongProtein { protein: 281, .. }]));
    }
}
