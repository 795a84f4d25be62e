//! The columns a genome file may have.

use super::error::excerpt;
use super::fault::Fault;
use bioxen_base::nearest::nearest;

/// A known column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    LocusTag,
    Symbol,
    Synonyms,
    Kind,
    Start,
    End,
    Strand,
    ProteinLength,
    Product,
    Essentiality,
    FunctionalClass,
    Tpm,
    TpmKind,
    MrnaHalfLife,
    TranslationEfficiency,
    ProteinCopies,
    ProteinHalfLife,
    Operon,
    Tier,
    RnaA,
    RnaC,
    RnaG,
    RnaU,
}

/// Every known column as it is written, with its unit, in the order a file is written in.
pub(super) const COLUMNS: [(Column, &str); 23] = [
    (Column::LocusTag, "locus_tag"),
    (Column::Symbol, "symbol"),
    (Column::Synonyms, "synonyms"),
    (Column::Kind, "kind"),
    (Column::Start, "start[nt]"),
    (Column::End, "end[nt]"),
    (Column::Strand, "strand"),
    (Column::ProteinLength, "protein_length[aa]"),
    (Column::Product, "product"),
    (Column::Essentiality, "essentiality"),
    (Column::FunctionalClass, "functional_class"),
    (Column::Tpm, "tpm[TPM]"),
    (Column::TpmKind, "tpm_kind"),
    (Column::MrnaHalfLife, "mrna_half_life[min]"),
    (Column::TranslationEfficiency, "translation_efficiency[relative]"),
    (Column::ProteinCopies, "protein_copies[copies/cell]"),
    (Column::ProteinHalfLife, "protein_half_life[min]"),
    (Column::Operon, "operon"),
    (Column::Tier, "tier"),
    (Column::RnaA, "rna_a[nt]"),
    (Column::RnaC, "rna_c[nt]"),
    (Column::RnaG, "rna_g[nt]"),
    (Column::RnaU, "rna_u[nt]"),
];

/// The columns every file has.
pub(super) const REQUIRED: [Column; 5] =
    [Column::LocusTag, Column::Kind, Column::Start, Column::End, Column::Strand];

/// A column of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Heading {
    /// A known column.
    Known(Column),
    /// A column of the file's own, whose name starts with `x-`.
    Extra(String),
}

impl Column {
    /// The column as it is written, with its unit.
    pub(super) fn title(self) -> &'static str {
        COLUMNS.iter().find(|(column, _)| *column == self).map_or("", |(_, title)| title)
    }
}

/// A column's name without its unit.
fn bare(title: &str) -> &str {
    title.split('[').next().unwrap_or(title)
}

/// Reads one column name.
pub(super) fn heading(text: &str) -> Result<Heading, Fault> {
    if let Some((column, _)) = COLUMNS.iter().find(|(_, title)| *title == text) {
        return Ok(Heading::Known(*column));
    }
    if text.starts_with("x-") {
        return match text.chars().find(|c| c.is_control() || c.is_whitespace()) {
            Some(character) => Err(Fault::Character { found: excerpt(text), character }),
            None => Ok(Heading::Extra(text.to_owned())),
        };
    }
    let same = COLUMNS.iter().find(|(_, title)| bare(title) == bare(text));
    if let Some((_, title)) = same {
        return Err(Fault::WrongUnit { found: excerpt(text), expected: (*title).to_owned() });
    }
    let nearest = nearest(bare(text), COLUMNS.iter().map(|(_, title)| bare(title)));
    let title = COLUMNS.iter().find(|(_, title)| Some(bare(title)) == nearest);
    Err(Fault::UnknownColumn {
        found: excerpt(text),
        nearest: title.map(|(_, title)| (*title).to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_known_by_name_and_unit() {
        assert_eq!(heading("tpm[TPM]"), Ok(Heading::Known(Column::Tpm)));
        assert_eq!(heading("x-mine"), Ok(Heading::Extra("x-mine".into())));
        assert_eq!(
            heading("mrna_half_life[s]").unwrap_err().to_string(),
            "the column is written `mrna_half_life[min]`, not `mrna_half_life[s]`"
        );
        assert_eq!(
            heading("locustag").unwrap_err().to_string(),
            "the column `locustag` is not known (did you mean `locus_tag`?); a column of your own starts with `x-`"
        );
        assert!(heading("x-two words").is_err());
    }

    #[test]
    fn every_column_has_one_title_and_is_documented() {
        let readme = include_str!("../../../genomes/README.md");
        for (column, title) in COLUMNS {
            assert_eq!(column.title(), title);
            assert!(readme.contains(&format!("`{title}`")), "{title}");
        }
    }
}
