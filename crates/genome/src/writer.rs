//! Writes BioXen's own genome format.

use super::columns::{COLUMNS, Column, REQUIRED};
use super::gene::Gene;
use super::index::Genome;
use super::metadata::Landmarks;

/// The genome in BioXen's own format, version 1. [`super::read`] gives the same genome back.
/// Columns in which no gene has a value are left out.
///
/// ```
/// use bioxen_genome as genome;
/// let syn3a = genome::shipped("syn3a")?;
/// let text = genome::write(&syn3a);
/// assert_eq!(genome::read(text.as_bytes(), "copy")?, *syn3a);
/// # Ok::<(), genome::GenomeError>(())
/// ```
pub fn write(genome: &Genome) -> String {
    let metadata = &genome.metadata;
    let mut lines = vec![
        "#bioxen-genome 1".to_owned(),
        format!("#name: {}", genome.name),
        format!("#organism: {}", metadata.organism),
        format!("#accession: {}", metadata.accession).trim_end().to_owned(),
        format!("#length: {} bp", metadata.length_nt),
        format!("#topology: {}", metadata.topology),
        format!("#translation_table: {}", metadata.translation_table),
    ];
    let Landmarks { origin, terminus } = metadata.replication;
    let places = [("origin", origin), ("terminus", terminus)];
    lines.extend(places.iter().filter_map(|(key, at)| Some(format!("#{key}: {} bp", (*at)?))));
    let statements = &metadata.statements;
    let lists = [
        ("source", &statements.sources),
        ("licence", &statements.licences),
        ("note", &statements.notes),
    ];
    for (key, values) in lists {
        lines.extend(values.iter().map(|value| format!("#{key}: {value}")));
    }
    lines.extend(metadata.extra.iter().map(|(key, value)| format!("#{key}: {value}")));
    let used = |column: Column| {
        REQUIRED.contains(&column)
            || genome.genes().iter().any(|gene| !cell(gene, column).is_empty())
    };
    let columns: Vec<(Column, &str)> =
        COLUMNS.into_iter().filter(|(column, _)| used(*column)).collect();
    let titles: Vec<&str> = columns.iter().map(|(_, title)| *title).collect();
    let extra = genome.extra_columns().iter().map(String::as_str);
    lines.push(titles.into_iter().chain(extra).collect::<Vec<_>>().join("\t"));
    for gene in genome.genes() {
        let known = columns.iter().map(|(column, _)| cell(gene, *column));
        let extra = gene.extra.iter().map(|value| value.clone().unwrap_or_default());
        lines.push(known.chain(extra).collect::<Vec<_>>().join("\t"));
    }
    lines.push(format!("#end {}\n", genome.genes().len()));
    lines.join("\n")
}

/// One field as it is written; empty if the fact is not known.
fn cell(gene: &Gene, column: Column) -> String {
    fn show<T: ToString>(value: Option<T>) -> String {
        value.map(|value| value.to_string()).unwrap_or_default()
    }
    let bases = gene.composition;
    match column {
        Column::LocusTag => gene.locus_tag.clone(),
        Column::Symbol => show(gene.names.symbol.as_ref()),
        Column::Synonyms => gene.names.synonyms.join("; "),
        Column::Kind => gene.kind.to_string(),
        Column::Start => gene.place.start.to_string(),
        Column::End => gene.place.end.to_string(),
        Column::Strand => gene.place.strand.to_string(),
        Column::ProteinLength => show(gene.protein_length),
        Column::Product => gene.product.clone(),
        Column::Essentiality => show(gene.part.essentiality),
        Column::FunctionalClass => show(gene.part.functional_class.as_ref()),
        Column::Tpm => show(gene.tpm),
        Column::TpmKind => show(gene.tpm_kind),
        Column::MrnaHalfLife => show(gene.half_lives.mrna_min),
        Column::TranslationEfficiency => show(gene.translation_efficiency),
        Column::ProteinCopies => show(gene.protein_copies),
        Column::ProteinHalfLife => show(gene.half_lives.protein_min),
        Column::Operon => show(gene.operon.as_ref()),
        Column::Tier => show(gene.part.tier),
        Column::RnaA => show(bases.map(|bases| bases.a)),
        Column::RnaC => show(bases.map(|bases| bases.c)),
        Column::RnaG => show(bases.map(|bases| bases.g)),
        Column::RnaU => show(bases.map(|bases| bases.u)),
    }
}
