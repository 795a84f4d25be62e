//! A genome and the ways to find a gene in it.

mod replicon;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

use super::gene::Gene;
use super::metadata::Metadata;
use super::operons::{Unit, operons, unit};
use bioxen_base::nearest::nearest;

/// The column that says which transcripts carry a gene.
const TRANSCRIPTS: &str = "x-transcripts";

/// The genes of one organism, with what is known about them. Immutable.
///
/// ```
/// let ecoli = bioxen_genome::shipped("ecoli")?;
/// let index = ecoli.index_of("lacZ").unwrap();
/// let operon: Vec<&str> = ecoli.operon_of(index).iter().map(|&i| ecoli.genes()[i].name()).collect();
/// assert_eq!(operon, ["lacZ", "lacY", "lacA"]);
/// assert_eq!(ecoli.genes()[index].protein_length, Some(1024));
/// # Ok::<(), bioxen_genome::GenomeError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Genome {
    /// A short name, e.g. `ecoli`.
    pub name: String,
    /// What the file says about itself.
    pub metadata: Metadata,
    genes: Vec<Gene>,
    extra_columns: Vec<String>,
    exact: HashMap<String, Found>,
    folded: OnceLock<HashMap<String, Found>>,
    operons: Vec<(String, Unit)>,
    /// For each gene its operon's place in `operons`.
    unit_of: Vec<Option<usize>>,
    /// Each gene's own index, to hand out a lone gene as a slice.
    alone: Vec<usize>,
}

/// Two genomes are equal if they say the same; the rest is derived.
impl PartialEq for Genome {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
            && self.metadata == other.metadata
            && self.extra_columns == other.extra_columns
            && self.genes == other.genes
    }
}

/// What a name leads to. Locus tags (rank 0) go before symbols (1) and those before synonyms (2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Found {
    rank: u8,
    /// The gene, or `None` if several of this rank share the name.
    gene: Option<usize>,
}

impl Genome {
    /// Puts a genome together from genes whose facts were checked one by one. The genes are put
    /// in the order of their places.
    pub(super) fn assemble(
        name: String,
        metadata: Metadata,
        extra_columns: Vec<String>,
        mut genes: Vec<Gene>,
    ) -> Self {
        genes.sort_by(|a, b| {
            (a.place.start, a.place.end, &a.locus_tag).cmp(&(
                b.place.start,
                b.place.end,
                &b.locus_tag,
            ))
        });
        let exact = lookup(&genes, str::to_owned);
        for (index, gene) in genes.iter_mut().enumerate() {
            let found = gene.names.symbol.as_deref().and_then(|symbol| exact.get(symbol));
            gene.names.symbol_is_unique = found.is_some_and(|found| found.gene == Some(index));
        }
        let operons = operons(&metadata, &genes);
        let mut unit_of = vec![None; genes.len()];
        for (place, (_, unit)) in operons.iter().enumerate() {
            for &gene in &unit.genes {
                unit_of[gene] = Some(place);
            }
        }
        let alone = Range { start: 0, end: genes.len() }.collect();
        let folded = OnceLock::new();
        Self { name, metadata, genes, extra_columns, exact, folded, operons, unit_of, alone }
    }

    /// The same with other genes.
    pub(super) fn with_genes(self, genes: Vec<Gene>) -> Self {
        Self::assemble(self.name, self.metadata, self.extra_columns, genes)
    }

    /// The same with other genes and `x-` columns, which are those of the genes' extra values.
    pub(super) fn with_columns(self, columns: Vec<String>, genes: Vec<Gene>) -> Self {
        Self::assemble(self.name, self.metadata, columns, genes)
    }

    /// The genes, in the order of their first bases.
    pub fn genes(&self) -> &[Gene] {
        &self.genes
    }

    /// The names of the `x-` columns, in the order of [`Gene::extra`].
    pub fn extra_columns(&self) -> &[String] {
        &self.extra_columns
    }

    /// The gene of that locus tag, symbol or synonym. See [`Genome::index_of`].
    pub fn gene(&self, name: &str) -> Option<&Gene> {
        self.index_of(name).and_then(|index| self.genes.get(index))
    }

    /// The index in [`Genome::genes`] of the gene of that locus tag, symbol or synonym, looked for
    /// in this order, first as written, then without regard to case. `None` also where several
    /// genes share the name: see [`Genome::all_named`].
    pub fn index_of(&self, name: &str) -> Option<usize> {
        if let Some(found) = self.exact.get(name) {
            return found.gene;
        }
        let folded = self.folded.get_or_init(|| lookup(&self.genes, str::to_lowercase));
        folded.get(&name.to_lowercase()).and_then(|found| found.gene)
    }

    /// Every gene of that locus tag, symbol or synonym, without regard to case.
    pub fn all_named(&self, name: &str) -> Vec<usize> {
        let name = name.to_lowercase();
        let same = |gene: &Gene| names(gene).any(|(_, other)| other.to_lowercase() == name);
        (0..self.genes.len()).filter(|&index| same(&self.genes[index])).collect()
    }

    /// The name most like `name` that leads to a gene: "did you mean". `None` if nothing is alike.
    pub fn nearest(&self, name: &str) -> Option<&str> {
        let all = self.genes.iter().flat_map(|gene| names(gene).map(|(_, name)| name));
        let found = nearest(name, all)?;
        if self.index_of(found).is_some() {
            return Some(found);
        }
        self.all_named(found).first().map(|&index| self.genes[index].name())
    }

    /// The genes transcribed together with this one, itself included, in the order of
    /// transcription; a lone gene gives just itself. Empty if there is no gene of this index.
    pub fn operon_of(&self, gene_index: usize) -> &[usize] {
        match self.unit(gene_index) {
            Some(unit) => &unit.genes,
            None => self.alone.get(gene_index..).map_or(&[], |rest| &rest[..rest.len().min(1)]),
        }
    }

    /// The transcripts of the operon of a gene, each as its genes in rising order; the whole operon where the genome says
    /// nothing of internal promoters. It says so in the column `x-transcripts`: for each gene the numbers of the
    /// transcripts that carry it, `1;3`.
    ///
    /// ```
    /// let ecoli = bioxen_genome::shipped("ecoli")?;
    /// let gap = ecoli.index_of("gapA").unwrap();
    /// let transcripts = ecoli.transcripts_of(gap);
    /// assert!(transcripts.contains(&vec![gap]) && transcripts.iter().any(|genes| genes.len() > 1));
    /// # Ok::<(), bioxen_genome::GenomeError>(())
    /// ```
    pub fn transcripts_of(&self, gene_index: usize) -> Vec<Vec<usize>> {
        let mut genes = self.operon_of(gene_index).to_vec();
        genes.sort_unstable();
        let column = self.extra_columns.iter().position(|column| column == TRANSCRIPTS);
        let carried = |gene: usize| {
            let text = column.and_then(|at| self.genes[gene].extra.get(at)?.as_deref());
            text.unwrap_or_default().split(';').filter_map(|number| number.parse::<u32>().ok())
        };
        let mut numbers: Vec<u32> = genes.iter().flat_map(|&gene| carried(gene)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let of = |number: &u32| -> Vec<usize> {
            genes.iter().copied().filter(|&gene| carried(gene).any(|n| n == *number)).collect()
        };
        let transcripts: Vec<Vec<usize>> = numbers.iter().map(of).collect();
        if transcripts.is_empty() { vec![genes] } else { transcripts }
    }

    /// The operons, in the order of their names, each with its genes in the order of transcription.
    pub fn operons(&self) -> impl Iterator<Item = (&str, &[usize])> {
        self.operons.iter().map(|(name, unit)| (name.as_str(), unit.genes.as_slice()))
    }

    /// Length of the stretch transcribed with this gene [nt]: from the first to the last base of
    /// its operon's genes, with what lies between them. 0 if there is no gene of this index.
    pub fn transcription_unit_length(&self, gene_index: usize) -> u32 {
        match self.unit(gene_index) {
            Some(unit) => unit.length,
            None => self.genes.get(gene_index).map_or(0, |gene| gene.place.length_nt),
        }
    }

    /// From the first to the last base of some genes of one operon, with what lies between them [nt].
    pub fn span_nt(&self, genes: &[usize]) -> u32 {
        unit(&self.metadata, &self.genes, genes.to_vec()).length
    }

    /// The genes that are translated ([`Gene::is_coding`]), with their indices.
    pub fn coding(&self) -> impl Iterator<Item = (usize, &Gene)> {
        self.genes.iter().enumerate().filter(|(_, gene)| gene.is_coding())
    }

    fn unit(&self, gene_index: usize) -> Option<&Unit> {
        let place = (*self.unit_of.get(gene_index)?)?;
        self.operons.get(place).map(|(_, unit)| unit)
    }
}

/// A gene's names with their ranks.
fn names(gene: &Gene) -> impl Iterator<Item = (u8, &str)> {
    let synonyms = gene.names.synonyms.iter().map(|name| (2, name.as_str()));
    let symbol = gene.names.symbol.iter().map(|name| (1, name.as_str()));
    std::iter::once((0, gene.locus_tag.as_str())).chain(symbol).chain(synonyms)
}

fn lookup(genes: &[Gene], key: fn(&str) -> String) -> HashMap<String, Found> {
    let mut table: HashMap<String, Found> = HashMap::with_capacity(genes.len() * 2);
    for (index, gene) in genes.iter().enumerate() {
        for (rank, name) in names(gene) {
            let found = Found { rank, gene: Some(index) };
            let entry = table.entry(key(name)).or_insert(found);
            if rank < entry.rank {
                *entry = found;
            } else if rank == entry.rank && entry.gene != Some(index) {
                entry.gene = None;
            }
        }
    }
    table
}
