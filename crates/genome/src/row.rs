//! Reads the fields of one gene.

use super::columns::Column;
use super::error::excerpt;
use super::fault::Fault;
use super::gene::{Composition, Essentiality, Gene, GeneKind, Strand, Tier, TpmKind};
use bioxen_base::nearest::nearest;

/// The longest locus tag, symbol or operon name [characters]; operons join their genes' symbols.
const LONGEST_NAME: usize = 256;
/// What a whole number is called in messages.
pub(super) const WHOLE: &str = "a whole number in plain digits";

/// Puts one field of a gene in its place. An empty field means that the fact is not known.
/// `bases` takes the four base counts, which only make sense together.
pub(super) fn set(
    gene: &mut Gene,
    bases: &mut [Option<u32>; 4],
    column: Column,
    text: &str,
) -> Result<(), Fault> {
    if text.is_empty() {
        return match column {
            Column::LocusTag => Err(Fault::Missing { expected: "a name that no other gene has" }),
            Column::Kind => Err(Fault::Missing { expected: "what the gene makes, e.g. CDS" }),
            Column::Strand => Err(Fault::Missing { expected: "+ or -" }),
            Column::Start | Column::End => Err(Fault::Missing { expected: WHOLE }),
            _ => Ok(()),
        };
    }
    match column {
        Column::LocusTag => gene.locus_tag = name(text)?,
        Column::Symbol => gene.names.symbol = Some(name(text)?),
        Column::Synonyms => {
            gene.names.synonyms = text.split("; ").map(name).collect::<Result<_, _>>()?;
        }
        Column::Kind => gene.kind = word(text, GeneKind::from_word, GeneKind::WORDS)?,
        // The place was read before, to have it when the other fields are compared with it.
        Column::Start | Column::End | Column::Strand => {}
        Column::ProteinLength => {
            let length = count(text, 1, u32::MAX, "aa")?;
            // The codon at the end of a contig may be cut and still say which amino acid it is.
            if length > gene.place.length_nt.div_ceil(3) {
                return Err(Fault::LongProtein { protein: length, gene: gene.place.length_nt });
            }
            gene.protein_length = Some(length);
        }
        Column::Product => gene.product = prose(text)?,
        Column::Essentiality => {
            gene.part.essentiality =
                Some(word(text, Essentiality::from_word, Essentiality::WORDS)?);
        }
        Column::FunctionalClass => gene.part.functional_class = Some(prose(text)?),
        Column::Tpm => gene.tpm = Some(quantity(text, 0.0, 1e6, "TPM")?),
        Column::TpmKind => {
            gene.tpm_kind = Some(word(text, TpmKind::from_word, TpmKind::WORDS)?);
        }
        Column::MrnaHalfLife => gene.half_lives.mrna_min = Some(quantity(text, 1e-3, 1e7, "min")?),
        Column::TranslationEfficiency => {
            gene.translation_efficiency = Some(quantity(text, 0.0, 1e6, "(relative)")?);
        }
        Column::ProteinCopies => {
            gene.protein_copies = Some(quantity(text, 0.0, 1e9, "copies/cell")?);
        }
        Column::ProteinHalfLife => {
            gene.half_lives.protein_min = Some(quantity(text, 1e-3, 1e7, "min")?);
        }
        Column::Operon => gene.operon = Some(name(text)?),
        Column::Tier => gene.part.tier = Some(word(text, Tier::from_word, Tier::WORDS)?),
        Column::RnaA => bases[0] = Some(count(text, 0, u32::MAX, "nt")?),
        Column::RnaC => bases[1] = Some(count(text, 0, u32::MAX, "nt")?),
        Column::RnaG => bases[2] = Some(count(text, 0, u32::MAX, "nt")?),
        Column::RnaU => bases[3] = Some(count(text, 0, u32::MAX, "nt")?),
    }
    Ok(())
}

/// The base counts as one fact.
pub(super) fn composition(
    bases: [Option<u32>; 4],
    length: u32,
) -> Result<Option<Composition>, Fault> {
    let [Some(a), Some(c), Some(g), Some(u)] = bases else {
        let none = bases.iter().all(Option::is_none);
        return if none { Ok(None) } else { Err(Fault::PartComposition) };
    };
    let sum: u64 = [a, c, g, u].into_iter().map(u64::from).sum();
    if sum != u64::from(length) {
        return Err(Fault::Composition { sum, gene: length });
    }
    Ok(Some(Composition { a, c, g, u }))
}

/// A whole number in plain digits.
pub(super) fn count(text: &str, least: u32, most: u32, unit: &'static str) -> Result<u32, Fault> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Fault::NotANumber { found: excerpt(text), expected: WHOLE });
    }
    match text.parse::<u32>() {
        Ok(value) if (least..=most).contains(&value) => Ok(value),
        _ => Err(Fault::OutOfRange {
            found: excerpt(text),
            least: f64::from(least),
            most: f64::from(most),
            unit,
        }),
    }
}

/// A number that is finite and in its range.
fn quantity(text: &str, least: f64, most: f64, unit: &'static str) -> Result<f64, Fault> {
    let wrong =
        || Fault::NotANumber { found: excerpt(text), expected: "a number such as 12, 0.5 or 1e3" };
    let plain = |byte: u8| byte.is_ascii_digit() || b".eE+-".contains(&byte);
    if !text.bytes().all(plain) {
        return Err(wrong());
    }
    let value: f64 = text.parse().map_err(|_| wrong())?;
    if (least..=most).contains(&value) {
        // -0 is in the range and would be written back with its sign.
        return Ok(value + 0.0);
    }
    Err(Fault::OutOfRange { found: excerpt(text), least, most, unit })
}

/// A name: one word that may stand in a list and at the start of a line.
pub(super) fn name(text: &str) -> Result<String, Fault> {
    if text.is_empty() {
        return Err(Fault::Missing { expected: "a name" });
    }
    let barred = |c: &char| c.is_whitespace() || c.is_control() || ",;\"".contains(*c);
    if let Some(character) = text.chars().find(barred) {
        return Err(Fault::Character { found: excerpt(text), character });
    }
    if text.starts_with('#') {
        // Would be taken for a metadata line or the last line.
        return Err(Fault::Character { found: excerpt(text), character: '#' });
    }
    let length = text.chars().count();
    if length > LONGEST_NAME {
        return Err(Fault::LongName { found: length, limit: LONGEST_NAME });
    }
    Ok(text.to_owned())
}

/// Words of a human language.
pub(super) fn prose(text: &str) -> Result<String, Fault> {
    if let Some(character) = text.chars().find(|c| c.is_control()) {
        return Err(Fault::Character { found: excerpt(text), character });
    }
    if text.trim() != text {
        return Err(Fault::Blank { found: excerpt(text) });
    }
    Ok(text.to_owned())
}

/// One of a few words.
pub(super) fn word<T>(
    text: &str,
    from_word: fn(&str) -> Option<T>,
    allowed: &'static [&'static str],
) -> Result<T, Fault> {
    from_word(text).ok_or_else(|| Fault::UnknownWord {
        found: excerpt(text),
        allowed,
        nearest: nearest(text, allowed.iter().copied()),
    })
}

/// The strand a gene is read from.
pub(super) fn strand(text: &str) -> Result<Strand, Fault> {
    if text.is_empty() {
        return Err(Fault::Missing { expected: "+ or -" });
    }
    word(text, Strand::from_word, Strand::WORDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_strict() {
        assert_eq!(count("42", 1, 100, "nt"), Ok(42));
        for text in ["", "+1", "-1", "1.0", " 1", "1e3", "0x1"] {
            assert!(matches!(count(text, 0, 100, "nt"), Err(Fault::NotANumber { .. })), "{text}");
        }
        for text in ["0", "101", "99999999999999999999"] {
            assert!(matches!(count(text, 1, 100, "nt"), Err(Fault::OutOfRange { .. })), "{text}");
        }
        assert_eq!(quantity("1e3", 0.0, 1e6, "TPM"), Ok(1000.0));
        for text in ["NaN", "inf", "-inf", "abc", "1,5", "1e", "--1", "1 "] {
            let fault = quantity(text, 0.0, 1e6, "TPM");
            assert!(matches!(fault, Err(Fault::NotANumber { .. })), "{text}");
        }
        for text in ["-1", "1e7", "1e999"] {
            let fault = quantity(text, 0.0, 1e6, "TPM");
            assert!(matches!(fault, Err(Fault::OutOfRange { .. })), "{text}");
        }
        assert!(quantity("-0", 0.0, 1e6, "TPM").is_ok_and(f64::is_sign_positive));
    }

    #[test]
    fn names_are_single_words() {
        assert_eq!(name("3'ETS-leuZ"), Ok("3'ETS-leuZ".into()));
        for text in ["#a", "a b", "a,b", "a;b", "a\"b", "a\u{7}b", ""] {
            assert!(name(text).is_err(), "{text}");
        }
        assert!(name(&"a".repeat(LONGEST_NAME + 1)).is_err());
    }

    #[test]
    fn bases_come_together_and_add_up() {
        let four = [Some(1), Some(2), Some(3), Some(4)];
        assert_eq!(composition(four, 10), Ok(Some(Composition { a: 1, c: 2, g: 3, u: 4 })));
        assert_eq!(composition(four, 11), Err(Fault::Composition { sum: 10, gene: 11 }));
        assert_eq!(composition([None; 4], 11), Ok(None));
        assert_eq!(composition([Some(1), None, None, None], 1), Err(Fault::PartComposition));
    }
}
