//! Makes a genome of the features of one sequence.

use std::collections::{HashMap, HashSet};

use super::super::clean::{plain_text, word};
use super::super::gene::{Gene, GeneKind};
use super::super::index::Genome;
use super::super::metadata::{Metadata, Topology};
use super::super::reader::{MAX_GENES, MAX_LENGTH_NT};
use super::error::{ImportError, Remark};
use super::fasta::composition;
use super::feature::Feature;
use super::record::Record;
use super::{ImportOptions, Imported};

/// The genetic code of bacteria, archaea and plastids, taken where a file states none.
const BACTERIAL: u8 = 11;

/// Makes a genome of one annotated sequence.
pub(super) fn build(
    record: Record,
    options: &ImportOptions,
    origin: &str,
) -> Result<Imported, ImportError> {
    let mut remarks = Vec::new();
    let length = length(&record, options, origin)?;
    let topology = options.topology.or(record.topology).unwrap_or_else(|| {
        remarks.push(Remark::AssumedLinear);
        Topology::Linear
    });
    let mut names = Names::default();
    let mut genes = Vec::new();
    for group in gather(&record.features) {
        if genes.len() == MAX_GENES {
            return Err(ImportError::TooManyGenes { origin: origin.to_owned(), limit: MAX_GENES });
        }
        let label = label(&group);
        for feature in &group {
            let linear = topology == Topology::Linear;
            let most = if linear { 1 } else { 2 } * u64::from(length);
            if feature.reach() > most {
                return Err(ImportError::BeyondSequence {
                    origin: origin.to_owned(),
                    gene: label,
                    position: feature.reach(),
                    length,
                    linear,
                });
            }
        }
        let mut gene = match gene(&group, length, topology, &label, &mut remarks) {
            Ok(gene) => gene,
            Err(reason) => {
                remarks.push(Remark::LeftOut { gene: label, reason });
                continue;
            }
        };
        gene.locus_tag = names.take(&group, &gene, &mut remarks);
        gene.composition = composition(&gene, &record.sequence);
        genes.push(gene);
    }
    if genes.is_empty() {
        return Err(ImportError::NoGenes { origin: origin.to_owned() });
    }
    let metadata = metadata(&record, (length, topology), options, origin, &mut remarks);
    let genome = Genome::assemble("import".to_owned(), metadata, Vec::new(), genes);
    Ok(Imported { genome, remarks })
}

/// The length of the chromosome: as given by hand, as stated, or that of its sequence.
fn length(record: &Record, options: &ImportOptions, origin: &str) -> Result<u32, ImportError> {
    let origin = || origin.to_owned();
    let bases = record.sequence.len();
    let known = options.length_nt.map(u64::from).or(record.length);
    let known = known.or((bases > 0).then_some(bases as u64));
    let found = known.ok_or_else(|| ImportError::UnknownLength { origin: origin() })?;
    let length = u32::try_from(found).ok().filter(|length| (1..=MAX_LENGTH_NT).contains(length));
    let most = MAX_LENGTH_NT;
    let length = length.ok_or_else(|| ImportError::Length { origin: origin(), found, most })?;
    if bases > 0 && bases != length as usize {
        let origin = origin();
        return Err(ImportError::OtherSequence { origin, stated: length, found: bases });
    }
    Ok(length)
}

/// Puts the features of each gene together, in the order of the file.
fn gather(features: &[Feature]) -> Vec<Vec<&Feature>> {
    let mut groups: Vec<Vec<&Feature>> = Vec::new();
    let mut last: HashMap<&str, usize> = HashMap::new();
    for feature in features.iter().filter(|feature| feature.gene_kind().is_some()) {
        // A name may come back elsewhere on the chromosome: that is another gene.
        let known = last.get(feature.group.as_str()).copied();
        let same = known.filter(|&index| {
            !feature.group.is_empty()
                && groups[index].last().is_some_and(|other| other.overlaps(feature))
        });
        match same {
            Some(index) => groups[index].push(feature),
            None => {
                last.insert(&feature.group, groups.len());
                groups.push(vec![feature]);
            }
        }
    }
    groups
}

/// The first value that any feature of a gene has.
fn first<'a>(group: &[&'a Feature], value: fn(&Feature) -> Option<&String>) -> Option<&'a str> {
    group.iter().find_map(|feature| value(feature)).map(String::as_str).filter(|v| !v.is_empty())
}

/// What a gene is called in remarks.
fn label(group: &[&Feature]) -> String {
    let name = first(group, |f| f.locus_tag.as_ref())
        .or_else(|| first(group, |f| f.symbol.as_ref()))
        .or_else(|| first(group, |f| f.identifier.as_ref()));
    name.map_or_else(|| "a gene without a name".to_owned(), plain_text)
}

/// One gene from its features, still without its locus tag.
fn gene(
    group: &[&Feature],
    length: u32,
    topology: Topology,
    label: &str,
    remarks: &mut Vec<Remark>,
) -> Result<Gene, &'static str> {
    let kind = group.iter().filter_map(|feature| feature.gene_kind()).min_by_key(rank);
    let kind = kind.unwrap_or(GeneKind::Other);
    // What the gene makes says more exactly where it lies than the gene itself.
    let of_kind = group.iter().filter(|feature| feature.gene_kind() == Some(kind));
    let products: Vec<_> = of_kind.filter(|f| f.key != "gene" || group.len() == 1).collect();
    let longest = products.iter().rev().max_by_key(|feature| feature.protein_length());
    let main = longest.copied().or(group.first()).ok_or("it has no features")?;
    let mut gene = Gene::at(main.place(length, topology)?);
    gene.kind = kind;
    if kind == GeneKind::Cds {
        if products.len() > 1 {
            let gene = label.to_owned();
            remarks.push(Remark::SeveralProteins { gene, count: products.len() });
        }
        gene.protein_length = main.protein_length();
    }
    if let Some(protein) = gene.protein_length
        && u64::from(protein) * 3 > u64::from(gene.length_nt)
    {
        let (gene_name, length) = (label.to_owned(), gene.length_nt);
        remarks.push(Remark::LongProtein { gene: gene_name, protein, length });
        gene.protein_length = None;
    }
    let product = main.product.as_deref().or_else(|| first(group, |f| f.product.as_ref()));
    gene.product = product.map(plain_text).unwrap_or_default();
    let mut names: Vec<String> = Vec::new();
    let symbols = group.iter().filter_map(|feature| feature.symbol.as_ref()).take(1);
    for text in symbols.chain(group.iter().flat_map(|feature| &feature.synonyms)) {
        for name in text.split([';', ',']).filter_map(word) {
            if !names.contains(&name) && names.len() < 32 {
                names.push(name);
            }
        }
    }
    if first(group, |f| f.symbol.as_ref()).is_some() && !names.is_empty() {
        gene.symbol = Some(names.remove(0));
    }
    gene.synonyms = names;
    Ok(gene)
}

/// Which of several features of a gene says what it is: the lowest.
fn rank(kind: &GeneKind) -> u8 {
    match kind {
        GeneKind::Pseudogene => 0,
        GeneKind::Cds => 1,
        GeneKind::Other => 3,
        _ => 2,
    }
}

/// Gives every gene a name of its own.
#[derive(Default)]
struct Names {
    taken: HashSet<String>,
    /// The number last tried for a name that was taken.
    last: HashMap<String, u32>,
}

impl Names {
    fn take(&mut self, group: &[&Feature], gene: &Gene, remarks: &mut Vec<Remark>) -> String {
        let stated = first(group, |f| f.locus_tag.as_ref()).and_then(word);
        let stated = stated
            .or_else(|| gene.symbol.clone())
            .or_else(|| first(group, |f| f.identifier.as_ref()).and_then(word));
        let wanted = stated.clone().unwrap_or_else(|| {
            let strand = if gene.strand.word() == "-" { "r" } else { "f" };
            format!("{}_{}_{}{strand}", gene.kind, gene.start, gene.end)
        });
        let mut name = wanted.clone();
        while !self.taken.insert(name.clone()) {
            let number = self.last.entry(wanted.clone()).or_insert(1);
            *number += 1;
            name = format!("{wanted}_{number}");
        }
        if stated.is_none() {
            remarks.push(Remark::Named { name: name.clone() });
        } else if name != wanted {
            remarks.push(Remark::Renamed { name: wanted, given: name.clone() });
        }
        name
    }
}

fn metadata(
    record: &Record,
    (length_nt, topology): (u32, Topology),
    options: &ImportOptions,
    origin: &str,
    remarks: &mut Vec<Remark>,
) -> Metadata {
    // The code most genes state; of equals the lower number.
    let mut votes = [0_usize; 34];
    for table in record.features.iter().filter_map(|feature| feature.table) {
        if let Some(count) = votes.get_mut(usize::from(table)) {
            *count += 1;
        }
    }
    let stated = (0..34_u8).rev().max_by_key(|&table| votes[usize::from(table)]);
    let stated = stated.filter(|&table| votes[usize::from(table)] > 0);
    let stated = options.translation_table.or(stated).or(record.default_table);
    let translation_table = stated.unwrap_or_else(|| {
        remarks.push(Remark::AssumedTable { table: BACTERIAL });
        BACTERIAL
    });
    Metadata {
        organism: record.organism.clone().unwrap_or_else(|| "not stated".to_owned()),
        accession: plain_text(&record.name),
        length_nt,
        topology,
        translation_table,
        sources: vec![plain_text(&format!("imported from {origin}"))],
        licences: vec!["not stated".to_owned()],
        notes: Vec::new(),
        extra: Vec::new(),
    }
}
