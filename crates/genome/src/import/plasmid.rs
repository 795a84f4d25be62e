//! Makes a plasmid from an annotated sequence: its number of copies, and the genes that are transcribed
//! without a call.

use std::collections::HashSet;

use super::super::abundance::{Abundance, AminoAcids, estimate};
use super::super::error::GenomeError;
use super::super::gene::{Gene, TpmKind};
use super::super::index::Genome;
use super::super::plasmid::{CONSTITUTIVE, COPIES, GROUP, OPERATORS};
use super::Imported;
use super::error::ImportError;
use super::operators::lac_operators;
use super::origin::{has, origin};
use super::record::Record;
use super::remark::Remark;

/// The abundance of bla from one copy [TPM], as in `genomes/plasmids/pUC19.genome`.
const BLA_TPM: f64 = 298.2;

/// What is said of a plasmid beyond what is in its file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PlasmidOptions {
    /// Copies in a cell of mean size; otherwise those of its origin of replication.
    pub copies: Option<f64>,
    /// Its incompatibility group; otherwise that of its origin.
    pub group: Option<String>,
    /// Genes that are transcribed by themselves, beside those that are markers.
    pub constitutive: Vec<String>,
}

/// Gives the genes that have no locus tag in the file one that begins with the plasmid's name, so that
/// a gene that the chromosome has, too, stays known.
pub(super) fn tags(genome: Genome, untagged: &HashSet<String>) -> Genome {
    let mut genes = genome.genes().to_vec();
    for gene in &mut genes {
        if untagged.contains(&gene.locus_tag) {
            gene.names.symbol.get_or_insert_with(|| gene.locus_tag.clone());
            gene.locus_tag = format!("{}_{}", genome.name, gene.locus_tag);
        }
    }
    genome.with_genes(genes)
}

/// Adds copies, group, the column of constitutive genes and their abundances.
pub(super) fn finish(
    imported: &mut Imported,
    record: Option<&Record>,
    options: &PlasmidOptions,
    abundance: &Abundance,
) -> Result<(), GenomeError> {
    let remarks = &mut imported.remarks;
    replication(&mut imported.genome, record, options, remarks);
    let genome = imported.genome.clone();
    let mut constitutive = vec![false; genome.genes().len()];
    for name in &options.constitutive {
        let index = genome.index_of(name).ok_or_else(|| ImportError::UnknownGene {
            origin: genome.name.clone(),
            gene: name.clone(),
            nearest: genome.nearest(name).map(str::to_owned),
        })?;
        constitutive[index] = true;
    }
    // Estimates hold for chromosomes; on a plasmid a number or a table says it, and markers are known.
    let genome = match abundance {
        Abundance::Table(table) => {
            let mut genes = genome.genes().to_vec();
            for (index, tpm) in table.resolve(&genome)? {
                (genes[index].tpm, genes[index].tpm_kind) = (Some(tpm), Some(TpmKind::Given));
            }
            genome.with_genes(genes)
        }
        Abundance::Each(_) => estimate(genome, abundance, &AminoAcids::new())?,
        _ => genome,
    };
    let known = genome.extra_columns().iter().position(|column| column == CONSTITUTIVE);
    let stated = |gene: &Gene| known.and_then(|column| gene.extra.get(column)?.clone());
    let (mut given, mut markers, mut silent) = (Vec::new(), Vec::new(), Vec::new());
    let mut genes = genome.genes().to_vec();
    for (index, gene) in genome.genes().iter().enumerate() {
        let changed = &mut genes[index];
        let name = gene.name().to_owned();
        let asked = constitutive[index];
        // A file of our own says itself which genes are transcribed.
        let marker = known.is_none() && gene.is_coding() && is_marker(gene);
        constitutive[index] = asked || marker || stated(gene).as_deref() == Some("yes");
        if constitutive[index] && gene.tpm.is_none() {
            (changed.tpm, changed.tpm_kind) = (Some(BLA_TPM), Some(TpmKind::Assumed));
        }
        if asked {
            given.push(name);
        } else if marker {
            markers.push(name);
        } else if known.is_none() && gene.is_coding() {
            silent.push(name);
        }
    }
    let mut columns = genome.extra_columns().to_vec();
    let at = known.unwrap_or(columns.len());
    if known.is_none() {
        columns.push(CONSTITUTIVE.to_owned());
    }
    for (gene, yes) in genes.iter_mut().zip(&constitutive) {
        gene.extra.resize(columns.len(), None);
        if *yes {
            gene.extra[at] = Some("yes".to_owned());
        }
    }
    imported.genome = genome.with_columns(columns, genes);
    if !markers.is_empty() {
        remarks.push(Remark::Markers { genes: markers, tpm: BLA_TPM });
    }
    if !given.is_empty() {
        remarks.push(Remark::Given { genes: given, tpm: BLA_TPM });
    }
    if !silent.is_empty() {
        remarks.push(Remark::Silent { genes: silent });
    }
    Ok(())
}

/// Writes the copies and the group into the genome.
fn replication(
    genome: &mut Genome,
    record: Option<&Record>,
    options: &PlasmidOptions,
    remarks: &mut Vec<Remark>,
) {
    let set = |genome: &mut Genome, key: &str, value: String| {
        let extra = &mut genome.metadata.extra;
        match extra.iter_mut().find(|(known, _)| known == key) {
            Some((_, place)) => *place = value,
            None => extra.push((key.to_owned(), value)),
        }
    };
    let found = record.and_then(origin);
    if let Some((class, label)) = found.as_ref().filter(|_| options.copies.is_none()) {
        remarks.push(Remark::Copies {
            copies: class.copies,
            class: class.name,
            label: label.clone(),
            low: class.low,
            high: class.high,
            source_: class.source,
        });
    }
    let copies = options.copies.or(found.as_ref().map(|(class, _)| class.copies));
    match copies {
        Some(copies) => set(genome, COPIES, copies.to_string()),
        None if genome.metadata.extra.iter().any(|(key, _)| key == COPIES) => {}
        None => remarks.push(Remark::NoOrigin),
    }
    let group = options.group.clone().or(found.map(|(class, _)| class.group.to_owned()));
    if let Some(group) = group {
        set(genome, GROUP, group);
    }
    let operators = record.map_or(0, lac_operators);
    if operators > 0 {
        set(genome, OPERATORS, operators.to_string());
        remarks.push(Remark::LacOperators { operators });
    }
}

/// Names of markers of selection that bacteria have, in lower case.
const MARKERS: [&str; 48] = [
    "ampr",
    "amp",
    "amp(r)",
    "bla",
    "carbr",
    "kanr",
    "kan",
    "kan(r)",
    "neor",
    "npti",
    "nptii",
    "neo",
    "aph",
    "aph3",
    "cmr",
    "cm(r)",
    "cat",
    "camr",
    "chlorr",
    "tcr",
    "smr",
    "specr",
    "spcr",
    "spec",
    "strepr",
    "strr",
    "aada",
    "aada1",
    "gentr",
    "gmr",
    "gm(r)",
    "aacc1",
    "hygr",
    "hph",
    "zeor",
    "bleor",
    "ble",
    "tmpr",
    "tpr",
    "dfra",
    "dhfr",
    "eryr",
    "ermc",
    "ermb",
    "aprar",
    "aprr",
    "aac(3)-iv",
    "tetr-marker",
];

/// Whether a gene is a marker of selection that works in bacteria.
fn is_marker(gene: &Gene) -> bool {
    let mut names: Vec<String> =
        gene.names.symbol.iter().chain(&gene.names.synonyms).map(|n| n.to_lowercase()).collect();
    if names.is_empty() {
        names.push(gene.locus_tag.to_lowercase());
    }
    let product = gene.product.to_lowercase();
    let all = format!("{} ; {product}", names.join(" ; ").replace('_', " "));
    if ["fragment", "repressor", "puromycin", "blasticidin", "promoter"]
        .iter()
        .any(|no| all.contains(no))
    {
        return false;
    }
    // TetR is the repressor (207 aa) or resistance to tetracycline (396 aa).
    let long = gene.protein_length.is_some_and(|length| length >= 300);
    let tetracycline = ["tetr", "tet", "teta", "tet(r)", "tcr"];
    let words: Vec<&str> = names.iter().flat_map(|name| name.split(['/', '_', '-', ' '])).collect();
    if words
        .iter()
        .chain(&names.iter().map(String::as_str).collect::<Vec<_>>())
        .any(|word| tetracycline.contains(word))
    {
        return long;
    }
    let named = names.iter().any(|name| MARKERS.contains(&name.as_str()))
        || words.iter().any(|word| MARKERS.contains(word));
    let makes = [
        "beta-lactamase",
        "resistance",
        "aminoglycoside phosphotransferase",
        "neomycin phosphotransferase",
        "kanamycin",
        "chloramphenicol acetyltransferase",
    ];
    named || makes.iter().any(|words| product.contains(words)) || has(&all, "resistance")
}

#[cfg(test)]
mod tests {
    use super::super::super::gene::{Place, Strand};
    use super::*;

    fn gene(name: &str, product: &str, length: u32) -> Gene {
        let mut gene =
            Gene::at(Place { start: 1, end: 1200, strand: Strand::Forward, length_nt: 1200 });
        (gene.names.symbol, gene.product) = (Some(name.into()), product.into());
        gene.protein_length = Some(length);
        gene
    }

    #[test]
    fn markers_are_told_from_other_genes() {
        for (name, product, length, marks) in [
            ("AmpR", "", 286, true),
            ("bla", "beta-lactamase", 286, true),
            ("NeoR/KanR", "", 264, true),
            ("KanR_(ORF)", "", 271, true),
            ("CmR", "", 219, true),
            ("TetR", "", 396, true),
            ("TetR", "", 207, false),
            ("tetR", "tetracycline repressor", 207, false),
            ("TcR", "", 396, true),
            ("SmR", "", 263, true),
            ("orf1", "confers resistance to ampicillin", 286, true),
            ("PuroR", "confers resistance to puromycin", 199, false),
            ("GFP", "green fluorescent protein", 238, false),
            ("lacI", "lac repressor", 360, false),
            ("AmpR_(fragment)", "", 60, false),
            ("category", "", 60, false),
        ] {
            assert_eq!(is_marker(&gene(name, product, length)), marks, "{name} {length}");
        }
    }
}
