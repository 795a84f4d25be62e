//! The shipped genomes say what their sources say.

use bioxen::genome::{self, Essentiality, GeneKind, Genome, Strand, Tier, Topology};

/// How many CDS, tRNA, rRNA, ncRNA, tmRNA and pseudogenes there are.
fn kinds(genome: &Genome) -> [usize; 6] {
    use GeneKind::{Cds, Ncrna, Pseudogene, Rrna, Tmrna, Trna};
    [Cds, Trna, Rrna, Ncrna, Tmrna, Pseudogene]
        .map(|kind| genome.genes().iter().filter(|gene| gene.kind == kind).count())
}

fn names(genome: &Genome, name: &str) -> Vec<String> {
    let index = genome.index_of(name).unwrap();
    genome.operon_of(index).iter().map(|&i| genome.genes()[i].name().to_owned()).collect()
}

fn unit_length(genome: &Genome, name: &str) -> u32 {
    genome.transcription_unit_length(genome.index_of(name).unwrap())
}

#[test]
fn syn3a_has_its_496_genes() {
    let syn3a = genome::shipped("syn3a").unwrap();
    assert_eq!(syn3a.metadata.accession, "CP016816.2");
    assert_eq!(syn3a.metadata.length_nt, 543_379);
    assert_eq!(syn3a.metadata.topology, Topology::Circular);
    assert_eq!(syn3a.metadata.translation_table, 4);
    assert_eq!(syn3a.genes().len(), 496);
    assert_eq!(kinds(&syn3a), [455, 29, 6, 2, 1, 3]);
    assert_eq!(syn3a.coding().count(), 455);
    let essential =
        |value| syn3a.genes().iter().filter(|gene| gene.part.essentiality == Some(value)).count();
    assert_eq!(essential(Essentiality::Essential), 270);
    assert_eq!(essential(Essentiality::QuasiEssential), 113);
    assert_eq!(essential(Essentiality::Nonessential), 72);
    assert_eq!(syn3a.genes().iter().filter(|gene| gene.protein_copies.is_some()).count(), 424);
    let sum: f64 = syn3a.genes().iter().filter_map(|gene| gene.tpm).sum();
    assert!((sum - 993_391.97).abs() < 0.01, "{sum}");
}

#[test]
fn a_row_of_syn3a() {
    let syn3a = genome::shipped("syn3a").unwrap();
    let gene = syn3a.gene("gyrB").unwrap();
    assert_eq!(gene.locus_tag, "JCVISYN3A_0006");
    assert_eq!((gene.place.start, gene.place.end, gene.place.length_nt), (5515, 7419, 1905));
    assert_eq!(gene.place.strand, Strand::Forward);
    assert_eq!(gene.protein_length, Some(634));
    assert_eq!(gene.product, "DNA gyrase subunit B");
    assert_eq!(gene.part.essentiality, Some(Essentiality::Essential));
    assert_eq!(gene.part.functional_class.as_deref(), Some("DNA topology"));
    assert_eq!(gene.tpm, Some(674.3468));
    assert_eq!(gene.protein_copies, Some(243.6));
    assert_eq!(gene.part.tier, Some(Tier::Core));
    assert_eq!(gene.half_lives.mrna_min, None);
    assert_eq!(gene.operon, None);
    assert_eq!(gene.composition.map(|c| [c.a, c.c, c.g, c.u]), Some([769, 218, 317, 601]));
    let ont = syn3a.extra_columns().iter().position(|name| name == "x-tpm_ont").unwrap();
    assert_eq!(gene.extra[ont].as_deref(), Some("125.9514"));
    assert_eq!(unit_length(&syn3a, "gyrB"), 1905);
}

#[test]
fn ecoli_has_its_4345_coding_genes_and_its_rna_genes() {
    let ecoli = genome::shipped("ecoli").unwrap();
    assert_eq!(ecoli.metadata.accession, "NC_000913.3");
    assert_eq!(ecoli.metadata.length_nt, 4_641_652);
    assert_eq!(ecoli.metadata.translation_table, 11);
    assert_eq!(ecoli.genes().len(), 4666);
    assert_eq!(kinds(&ecoli), [4345, 86, 22, 85, 0, 128]);
    // 36 CDS have no protein in the source.
    assert_eq!(ecoli.coding().count(), 4309);
    // TPM-weighted mean length of the coding genes: 759 nt.
    let weighed = ecoli.coding().filter_map(|(_, gene)| Some((gene.tpm?, gene.place.length_nt)));
    let (tpm, nt) = weighed.fold((0.0, 0.0), |(tpm, nt), (weight, length)| {
        (tpm + weight, nt + weight * f64::from(length))
    });
    assert!((nt / tpm - 758.53).abs() < 0.01, "{}", nt / tpm);
    let measured = ecoli.genes().iter().filter(|gene| gene.half_lives.mrna_min.is_some());
    assert_eq!(measured.count(), 3288);
}

#[test]
fn a_row_of_ecoli() {
    let ecoli = genome::shipped("ecoli").unwrap();
    let gene = ecoli.gene("b0002").unwrap();
    assert_eq!(gene.name(), "thrA");
    assert_eq!((gene.place.start, gene.place.end, gene.place.strand), (337, 2799, Strand::Forward));
    assert_eq!((gene.place.length_nt, gene.protein_length), (2463, Some(820)));
    assert_eq!(gene.tpm, Some(997.0));
    assert_eq!(gene.half_lives.mrna_min, Some(2.9));
    assert_eq!(gene.translation_efficiency, Some(0.98));
    assert_eq!(gene.protein_copies, Some(5703.0));
    assert_eq!(gene.half_lives.protein_min, Some(5000.0));
    assert_eq!(gene.part.essentiality, Some(Essentiality::Essential));
    assert_eq!(ecoli.gene("EG10998"), Some(gene));
}

#[test]
fn operons_are_transcribed_together() {
    let ecoli = genome::shipped("ecoli").unwrap();
    for name in ["lacZ", "lacY", "lacA"] {
        assert_eq!(names(&ecoli, name), ["lacZ", "lacY", "lacA"]);
        assert_eq!(unit_length(&ecoli, name), 366_305 - 361_249 + 1);
    }
    assert_eq!(names(&ecoli, "trpA"), ["trpL", "trpE", "trpD", "trpC", "trpB", "trpA"]);
    assert_eq!(names(&ecoli, "hisG")[0], "hisL");
    assert_eq!(names(&ecoli, "malF"), ["malE", "malF", "malG"]);
    assert_eq!(names(&ecoli, "leuB"), ["leuA", "leuB", "leuC", "leuD"]);
    assert_eq!(names(&ecoli, "leuL"), ["leuL"]);
    assert_eq!(names(&ecoli, "mhpR"), ["mhpR", "lacI"]);
    assert!(ecoli.operons().any(|(name, genes)| name == "lac" && genes.len() == 3));
    assert_eq!(ecoli.operon_of(usize::MAX), &[] as &[usize]);
    assert_eq!(ecoli.transcription_unit_length(usize::MAX), 0);
}

#[test]
fn the_minimal_cell_is_a_labelled_part_of_syn3a() {
    let minimal = genome::shipped("minimal").unwrap();
    let syn3a = genome::shipped("syn3a").unwrap();
    assert!(minimal.metadata.statements.notes.iter().any(|note| note.contains("HYPOTHETICAL")));
    assert!(minimal.metadata.organism.starts_with("Hypothetical"));
    assert_eq!(minimal.genes().len(), 421);
    let tier = |tier| minimal.genes().iter().filter(|gene| gene.part.tier == Some(tier)).count();
    assert_eq!((tier(Tier::Core), tier(Tier::Growth)), (305, 116));
    for gene in minimal.genes() {
        let parent = syn3a.gene(&gene.locus_tag).unwrap();
        assert_eq!(
            (gene.place.start, gene.place.end, gene.tpm),
            (parent.place.start, parent.place.end, parent.tpm)
        );
    }
    assert_eq!(genome::shipped("minimal_cell").unwrap(), minimal);
}

#[test]
fn every_gene_is_found_by_its_name_and_no_other() {
    for name in genome::shipped_names() {
        let genome = genome::shipped(name).unwrap();
        assert_eq!(genome.name, *name);
        for (index, gene) in genome.genes().iter().enumerate() {
            assert_eq!(genome.index_of(gene.name()), Some(index), "{}", gene.name());
            assert_eq!(genome.index_of(&gene.locus_tag), Some(index));
            assert!(genome.operon_of(index).contains(&index));
            assert!(genome.transcription_unit_length(index) >= gene.place.length_nt);
        }
    }
}

#[test]
fn shared_symbols_lead_to_no_single_gene() {
    let syn3a = genome::shipped("syn3a").unwrap();
    assert_eq!(syn3a.gene("ecfS"), None);
    let all: Vec<&str> =
        syn3a.all_named("ecfS").into_iter().map(|i| syn3a.genes()[i].name()).collect();
    assert_eq!(all, ["JCVISYN3A_0314", "JCVISYN3A_0345", "JCVISYN3A_0822", "JCVISYN3A_0836"]);
    assert_eq!(syn3a.nearest("ecfS"), Some("JCVISYN3A_0314"));
    let ecoli = genome::shipped("ecoli").unwrap();
    assert_eq!(ecoli.gene("insI2"), None);
    assert_eq!(ecoli.gene("b1404").unwrap().name(), "b1404");
}

#[test]
fn names_are_found_without_regard_to_case_and_guessed_when_wrong() {
    let ecoli = genome::shipped("ecoli").unwrap();
    assert_eq!(ecoli.index_of("LACZ"), ecoli.index_of("lacZ"));
    assert_eq!(ecoli.gene("lacQ"), None);
    assert_eq!(ecoli.nearest("lacZZ"), Some("lacZ"));
    assert_eq!(ecoli.nearest("lcaZ"), Some("lacZ"));
    assert_eq!(ecoli.nearest("completely_unlike_anything"), None);
    let syn3a = genome::shipped("syn3a").unwrap();
    assert_eq!(syn3a.gene("trmE").unwrap().name(), "mnmE");
}

#[test]
fn an_unknown_genome_names_the_nearest() {
    let error = genome::shipped("syn3b").unwrap_err().to_string();
    assert_eq!(
        error,
        "there is no shipped genome `syn3b`; there are syn3a, ecoli, minimal (did you mean `syn3a`?)"
    );
}
