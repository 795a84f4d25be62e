//! The contents of a genome, in numbers.

use std::collections::BTreeMap;
use std::fmt;

use bioxen::genome::{Gene, GeneKind, Genome};
use serde::Serialize;

/// What a genome holds, in numbers.
#[derive(Debug, Serialize)]
pub(super) struct Summary {
    name: String,
    organism: String,
    accession: String,
    length_bp: u32,
    topology: String,
    translation_table: u8,
    genes: Genes,
    /// For how many genes each fact is known; facts that are known for none are left out.
    known: BTreeMap<&'static str, usize>,
    /// For how many genes each essentiality and each tier is stated.
    essentiality: BTreeMap<&'static str, usize>,
    tier: BTreeMap<&'static str, usize>,
    operons: Operons,
    own_columns: Vec<String>,
    sources: Vec<String>,
    licences: Vec<String>,
    notes: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Genes {
    total: usize,
    coding: usize,
    by_kind: BTreeMap<&'static str, usize>,
}

#[derive(Debug, Serialize)]
struct Operons {
    total: usize,
    genes: usize,
}

/// A fact a gene may have, and how to tell whether it has.
type Fact = (&'static str, fn(&Gene) -> bool);

const FACTS: [Fact; 9] = [
    ("protein length", |gene| gene.protein_length.is_some()),
    ("TPM", |gene| gene.tpm.is_some()),
    ("TPM, estimated", |gene| {
        gene.tpm.is_some() && gene.tpm_kind.is_some_and(|kind| kind.factor().is_some())
    }),
    ("mRNA half-life", |gene| gene.half_lives.mrna_min.is_some()),
    ("translation efficiency", |gene| gene.translation_efficiency.is_some()),
    ("protein copies", |gene| gene.protein_copies.is_some()),
    ("protein half-life", |gene| gene.half_lives.protein_min.is_some()),
    ("functional class", |gene| gene.part.functional_class.is_some()),
    ("base composition", |gene| gene.composition.is_some()),
];

impl Summary {
    /// The head of a table of genomes.
    pub(super) fn head() -> String {
        row("name", "genes", "length bp", "accession", "organism")
    }

    /// Its row in such a table.
    pub(super) fn row(&self) -> String {
        let (genes, length) = (self.genes.total, self.length_bp);
        row(&self.name, genes, length, &self.accession, &self.organism)
    }

    /// Counts what a genome holds.
    pub(super) fn of(genome: &Genome) -> Self {
        let metadata = &genome.metadata;
        let count = |has: fn(&Gene) -> bool| genome.genes().iter().filter(|gene| has(gene)).count();
        let known = FACTS.into_iter().map(|(name, has)| (name, count(has)));
        Self {
            name: genome.name.clone(),
            organism: metadata.organism.clone(),
            accession: metadata.accession.clone(),
            length_bp: metadata.length_nt,
            topology: metadata.topology.to_string(),
            translation_table: metadata.translation_table,
            genes: Genes {
                total: genome.genes().len(),
                coding: genome.coding().count(),
                by_kind: tally(genome, |gene| Some(gene.kind.word())),
            },
            known: known.filter(|(_, count)| *count > 0).collect(),
            essentiality: tally(genome, |gene| gene.part.essentiality.map(|value| value.word())),
            tier: tally(genome, |gene| gene.part.tier.map(|value| value.word())),
            operons: Operons {
                total: genome.operons().count(),
                genes: genome.operons().map(|(_, genes)| genes.len()).sum(),
            },
            own_columns: genome.extra_columns().to_vec(),
            sources: metadata.statements.sources.clone(),
            licences: metadata.statements.licences.clone(),
            notes: metadata.statements.notes.clone(),
        }
    }
}

fn row(
    name: &str,
    genes: impl fmt::Display,
    length: impl fmt::Display,
    accession: &str,
    organism: &str,
) -> String {
    format!("{name:8}  {genes:>6}  {length:>10}  {accession:11}  {organism}")
}

fn tally(
    genome: &Genome,
    word: fn(&Gene) -> Option<&'static str>,
) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for word in genome.genes().iter().filter_map(word) {
        *counts.entry(word).or_insert(0) += 1;
    }
    counts
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Name        {}", self.name)?;
        writeln!(f, "Organism    {}", self.organism)?;
        let accession = if self.accession.is_empty() { "none" } else { &self.accession };
        writeln!(f, "Accession   {accession}")?;
        let (length, table) = (self.length_bp, self.translation_table);
        writeln!(f, "Chromosome  {length} bp, {}, genetic code {table}", self.topology)?;
        writeln!(
            f,
            "Genes       {}, of which {} are translated",
            self.genes.total, self.genes.coding
        )?;
        for word in GeneKind::WORDS {
            if let Some(count) = self.genes.by_kind.get(word) {
                writeln!(f, "  {count:>6}  {word}")?;
            }
        }
        let operons = &self.operons;
        if operons.total > 0 {
            writeln!(f, "Operons     {}, with {} genes", operons.total, operons.genes)?;
        }
        let lists = [
            ("Known for", &self.known),
            ("Essentiality", &self.essentiality),
            ("Tier", &self.tier),
        ];
        for (title, counts) in lists.into_iter().filter(|(_, counts)| !counts.is_empty()) {
            writeln!(f, "{title}")?;
            for (word, count) in counts {
                writeln!(f, "  {count:>6}  {word}")?;
            }
        }
        if !self.own_columns.is_empty() {
            writeln!(f, "Own columns {}", self.own_columns.join(", "))?;
        }
        let texts =
            [("Sources", &self.sources), ("Licence", &self.licences), ("Notes", &self.notes)];
        for (title, lines) in texts.into_iter().filter(|(_, lines)| !lines.is_empty()) {
            writeln!(f, "{title}")?;
            for line in lines {
                writeln!(f, "  - {line}")?;
            }
        }
        Ok(())
    }
}
