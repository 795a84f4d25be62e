//! Makes a genome of the features of one sequence.

use std::collections::{HashMap, HashSet};

use super::super::clean::plain_text;
use super::super::gene::{Gene, GeneKind};
use super::super::index::Genome;
use super::super::metadata::{Landmarks, Metadata, Statements, Topology};
use super::super::reader::{MAX_GENES, MAX_LENGTH_NT};
use super::ImportOptions;
use super::code::{Code, Counts};
use super::error::ImportError;
use super::fasta::composition;
use super::feature::Feature;
use super::group::{Group, gather};
use super::names::{Called, Names, called, label, product};
use super::protein::{Protein, is_open_frame, protein};
use super::record::Record;
use super::remark::Remark;

/// The genetic code of bacteria, archaea and plastids, taken where a file states none.
const BACTERIAL: u8 = 11;
/// The column that keeps a name as it was written, where it had to be changed.
const WRITTEN: &str = "x-label";

/// A genome made of one sequence.
pub(super) struct Built {
    pub(super) genome: Genome,
    pub(super) remarks: Vec<Remark>,
    /// The amino acids of each protein whose sequence is known, by locus tag.
    pub(super) amino_acids: HashMap<String, Counts>,
    /// Locus tags that the file does not have, but were made here.
    pub(super) untagged: HashSet<String>,
}

/// What all genes of a sequence share.
struct Ground<'a> {
    length: u32,
    topology: Topology,
    sequence: &'a [u8],
    code: Option<Code>,
    /// Whether genes are read in the codes that they state themselves.
    own_codes: bool,
    /// Whether the annotation has genes only, and does not say what they make.
    genes_only: bool,
}

/// Makes a genome of one annotated sequence.
pub(super) fn build(
    record: &mut Record,
    options: &ImportOptions,
    origin: &str,
) -> Result<Built, ImportError> {
    let mut remarks = Vec::new();
    let length = length(record, options, origin)?;
    // Remarks on genes that have no name yet: the place of the feature, and of the remark.
    let mut early: Vec<(usize, usize)> = Vec::new();
    let (topology, closes) = topology(record, options, origin, &mut remarks)?;
    early.extend(closes.map(|feature| (feature, remarks.len() - 1)));
    let table = table(record, options, &mut remarks);
    let mut wrapped = HashSet::new();
    for (place, feature) in record.features.iter_mut().enumerate() {
        let linear = topology == Topology::Linear;
        let most = if linear { 1 } else { 2 } * u64::from(length);
        if feature.gene_kind().is_some() && feature.reach() > most {
            return Err(ImportError::BeyondSequence {
                origin: origin.to_owned(),
                line: feature.line,
                gene: label(&[feature]),
                position: feature.reach(),
                length,
                linear,
            });
        }
        if feature.unwrap(u64::from(length), topology) && feature.gene_kind().is_some() {
            // A gene and its CDS are told once.
            let gene = label(&[feature]);
            if wrapped.insert(gene.clone()) {
                early.push((place, remarks.len()));
                remarks.push(Remark::Wraps { gene });
            }
        }
        feature.settle(u64::from(length), topology);
    }
    let code = Code::of(table);
    reading_frames(record, code.as_ref());
    let own_codes = options.molecule.translation_table.is_none();
    let mut known = record.features.iter().filter(|feature| feature.gene_kind().is_some());
    let genes_only = known.all(Feature::is_bare);
    let sequence = &record.bases.sequence;
    let mut ground = Ground { length, topology, sequence, code, own_codes, genes_only };
    let mut budget = budget(record);
    let (mut names, mut crowded) = (Names::default(), false);
    let (mut genes, mut written) = (Vec::new(), HashMap::new());
    let (mut amino_acids, mut untagged) = (HashMap::new(), HashSet::new());
    for Group { features: group, others } in gather(&record.features) {
        if genes.len() == MAX_GENES {
            return Err(ImportError::TooManyGenes { origin: origin.to_owned(), limit: MAX_GENES });
        }
        let label = label(&group);
        let mut called = called(&group);
        called.know(&others);
        let cost: u64 = group.iter().map(|feature| feature.bases()).sum();
        let read = affordable(&mut budget, cost);
        let before = remarks.len();
        crowded |= !read && !record.bases.sequence.is_empty();
        ground.sequence = if read { &record.bases.sequence } else { &[] };
        let made = gene(&group, &ground, &called, &label, &mut remarks);
        let (mut gene, protein) = match made {
            Ok(made) => made,
            Err(reason) => {
                remarks.push(Remark::LeftOut { gene: label, reason });
                continue;
            }
        };
        if others.iter().any(|other| *other != label) {
            remarks.push(Remark::OneGene { gene: label.clone(), others });
        }
        let after = remarks.len();
        gene.locus_tag = names.take(&called, &gene, &mut remarks);
        for remark in remarks.get_mut(before..after).unwrap_or_default() {
            remark.rename(&label, &gene.locus_tag);
        }
        for (place, at) in &early {
            let Some(feature) = record.features.get(*place) else { continue };
            if let Some(remark) = remarks.get_mut(*at)
                && group.iter().any(|own| std::ptr::eq(*own, feature))
            {
                remark.rename(&super::names::label(&[feature]), &gene.locus_tag);
            }
        }
        if called.tag.is_none() {
            // The second of a name is known by its own.
            gene.names.symbol = gene.names.symbol.map(|_| gene.locus_tag.clone());
            untagged.insert(gene.locus_tag.clone());
        }
        gene.composition = composition(&gene, ground.sequence);
        if let Some(counts) = protein.counts {
            amino_acids.insert(gene.locus_tag.clone(), counts);
        }
        if let Some(original) = called.original {
            written.insert(gene.locus_tag.clone(), original);
        }
        genes.push(gene);
    }
    if crowded {
        remarks.push(Remark::Crowded);
    }
    if !genes.is_empty() && genes_only && !genes.iter().any(|gene| gene.is_coding()) {
        remarks.push(Remark::GenesOnly);
    }
    if genes.is_empty() {
        let left_out = remarks.into_iter().find(|remark| matches!(remark, Remark::LeftOut { .. }));
        let reason = left_out.map(|remark| remark.to_string());
        return Err(ImportError::NoGenes { origin: origin.to_owned(), reason });
    }
    let columns = if written.is_empty() { Vec::new() } else { vec![WRITTEN.to_owned()] };
    if !columns.is_empty() {
        genes.iter_mut().for_each(|gene| gene.extra = vec![written.remove(&gene.locus_tag)]);
    }
    let metadata = metadata(record, (length, topology, table), origin);
    let genome = Genome::assemble("import".to_owned(), metadata, columns, genes);
    Ok(Built { genome, remarks, amino_acids, untagged })
}

/// How many bases of genes are read: genes that lie over each other again and again would take for
/// ever.
fn budget(record: &Record) -> u64 {
    16 * record.bases.sequence.len() as u64 + 1_000_000
}

/// Takes a cost from what is left, if there is enough.
fn affordable(budget: &mut u64, cost: u64) -> bool {
    let rest = budget.checked_sub(cost);
    *budget = rest.unwrap_or(*budget);
    rest.is_some()
}

/// Takes what some editors call a reading frame or a marker for a gene, where it reads from a start to
/// a stop codon and no other feature of a gene lies there.
fn reading_frames(record: &mut Record, code: Option<&Code>) {
    let Some(code) = code else { return };
    let mut budget = budget(record);
    let mut is_frame = |feature: &Feature| {
        ["ORF", "misc_marker"].iter().any(|key| feature.key.eq_ignore_ascii_case(key))
            && feature.unplaced.is_none()
            && affordable(&mut budget, feature.bases())
            && is_open_frame(feature, &record.bases.sequence, code)
    };
    let genes = record.features.iter().filter(|feature| feature.gene_kind().is_some());
    let genes: HashSet<_> = genes.map(|gene| (gene.parts.clone(), gene.strand)).collect();
    let alone = |f: &Feature| !genes.contains(&(f.parts.clone(), f.strand));
    let frames: Vec<bool> = record.features.iter().map(|f| is_frame(f) && alone(f)).collect();
    for (feature, is_frame) in record.features.iter_mut().zip(frames) {
        if is_frame {
            feature.key = "gene".to_owned();
        }
    }
}

/// The length of the chromosome: as given by hand, as stated, or that of its sequence.
fn length(record: &Record, options: &ImportOptions, origin: &str) -> Result<u32, ImportError> {
    let origin = || origin.to_owned();
    let bases = record.bases.sequence.len();
    let known = options.molecule.length_nt.map(u64::from).or(record.molecule.length);
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

/// Whether the chromosome is closed: as given by hand, as stated, or as its genes lie; then also which
/// feature shows it, of which the last remark tells.
///
/// # Errors
/// When a gene of a GFF3 file begins behind its end, and nobody says that the molecule is closed.
fn topology(
    record: &Record,
    options: &ImportOptions,
    origin: &str,
    remarks: &mut Vec<Remark>,
) -> Result<(Topology, Option<usize>), ImportError> {
    let stated = options.molecule.topology.or(record.molecule.topology);
    let mut genes = record.features.iter().filter(|feature| feature.gene_kind().is_some());
    // GFF3 counts on beyond the end of a closed molecule, so that such a gene is a mistake in it.
    if stated != Some(Topology::Circular)
        && options.plasmid.is_none()
        && let Some(gene) = genes.find(|feature| feature.unordered && feature.is_turned())
    {
        let (origin, line, gene) = (origin.to_owned(), gene.line, label(&[gene]));
        return Err(ImportError::Turned { origin, line, gene });
    }
    if let Some(stated) = stated {
        return Ok((stated, None));
    }
    let closes =
        record.features.iter().position(|feature| feature.gene_kind().is_some() && feature.wraps());
    let gene = closes.and_then(|place| record.features.get(place));
    Ok(match gene {
        Some(gene) => {
            remarks.push(Remark::AssumedCircular { gene: label(&[gene]) });
            (Topology::Circular, closes)
        }
        None => {
            remarks.push(Remark::AssumedLinear);
            (Topology::Linear, None)
        }
    })
}

/// The genetic code: as given by hand, or the one most genes state; of equals the lower number.
fn table(record: &Record, options: &ImportOptions, remarks: &mut Vec<Remark>) -> u8 {
    let mut votes = [0_usize; 34];
    for table in record.features.iter().filter_map(|feature| feature.table) {
        if let Some(count) = votes.get_mut(usize::from(table)) {
            *count += 1;
        }
    }
    let stated = (0..34_u8).rev().max_by_key(|&table| votes[usize::from(table)]);
    let stated = stated.filter(|&table| votes[usize::from(table)] > 0);
    if let (None, Some(table)) = (options.molecule.translation_table, stated)
        && votes.iter().filter(|count| **count > 0).count() > 1
    {
        remarks.push(Remark::SeveralTables { table });
    }
    options.molecule.translation_table.or(stated).unwrap_or_else(|| {
        remarks.push(Remark::AssumedTable { table: BACTERIAL });
        BACTERIAL
    })
}

/// One gene from its features, still without its locus tag.
fn gene(
    group: &[&Feature],
    ground: &Ground<'_>,
    called: &Called,
    label: &str,
    remarks: &mut Vec<Remark>,
) -> Result<(Gene, Protein), &'static str> {
    let kind = group.iter().filter_map(|feature| feature.gene_kind()).min_by_key(rank);
    let mut kind = kind.unwrap_or(GeneKind::Other);
    // What the gene makes says more exactly where it lies than the gene itself.
    let of_kind = group.iter().filter(|feature| feature.gene_kind() == Some(kind));
    let products: Vec<&Feature> =
        of_kind.filter(|f| f.key != "gene" || group.len() == 1).copied().collect();
    let size = |feature: &Feature| {
        feature.protein.as_ref().map_or(feature.bases() / 3, |protein| protein.len() as u64)
    };
    let longest = products.iter().rev().max_by_key(|feature| size(feature)).copied();
    let main = longest.or(group.first().copied()).ok_or("it has no features")?;
    let mut gene = Gene::at(main.place(ground.length, ground.topology)?);
    // Some editors know genes only.
    if kind == GeneKind::Other
        && (called.tag.is_none() || ground.genes_only)
        && ground.code.as_ref().is_some_and(|code| is_open_frame(main, ground.sequence, code))
    {
        kind = GeneKind::Cds;
        remarks.push(Remark::TakenAsCds { gene: label.to_owned() });
    }
    // An annotation may say of a gene that it codes for a protein, and not where.
    if kind == GeneKind::Other && group.iter().any(|feature| feature.for_protein) {
        let frame = ground.code.as_ref().filter(|_| !ground.sequence.is_empty());
        let gene = label.to_owned();
        if main.bases() % 3 == 0
            && frame.is_none_or(|code| is_open_frame(main, ground.sequence, code))
        {
            kind = GeneKind::Cds;
            remarks.push(Remark::WholeGene { gene });
        } else {
            remarks.push(Remark::WithoutCds { gene });
        }
    }
    gene.kind = kind;
    let mut made = Protein::default();
    if kind == GeneKind::Cds {
        if products.len() > 1 {
            let gene = label.to_owned();
            remarks.push(Remark::SeveralProteins { gene, count: products.len() });
        }
        let own = main.table.filter(|_| ground.own_codes).map(Code::of);
        let code = own.as_ref().unwrap_or(&ground.code);
        made = protein(main, ground.sequence, code.as_ref(), label, remarks);
        gene.protein_length = made.length;
    }
    gene.product = product(main, group);
    gene.names.symbol.clone_from(&called.symbol);
    gene.names.synonyms.clone_from(&called.synonyms);
    Ok((gene, made))
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

fn metadata(
    record: &Record,
    (length_nt, topology, translation_table): (u32, Topology, u8),
    origin: &str,
) -> Metadata {
    Metadata {
        organism: record.organism.clone().unwrap_or_else(|| "not stated".to_owned()),
        accession: plain_text(&record.name),
        length_nt,
        topology,
        translation_table,
        statements: Statements::imported(origin),
        replication: Landmarks::default(),
        extra: Vec::new(),
    }
}
