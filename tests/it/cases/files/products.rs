//! What genes make.

use super::*;

#[test]
fn every_gene_of_a_real_genome_says_what_it_makes() {
    for (name, genes) in [("ecoli", 4666), ("syn3a", 496), ("minimal", 421)] {
        let genome = genome::shipped(name).unwrap();
        assert_eq!(genome.genes().len(), genes);
        for gene in genome.genes() {
            assert!(!gene.product.is_empty(), "{name}: {}", gene.locus_tag);
            assert!(!gene.product.contains("&mdash"), "{}", gene.product);
        }
    }
    let ecoli = genome::shipped("ecoli").unwrap();
    assert!(ecoli.metadata.statements.sources.iter().any(|source| source.starts_with("product: ")));
}

#[test]
fn products_are_shown_and_searched() {
    let mut d = desk();
    let text = "create_bio_vm(\"e\", \"ecoli\"); print(gene(\"lacZ\").product); print(gene(\"b0344\").product); \
                print(gene(\"trpA\").product); print(genes_making(\"beta-galactosidase\").contains(\"lacZ\")); \
                print(genes_making(\"BETA-galactosidase*\").contains(\"lacZ\")); print(genes_making(\"no such thing\"));";
    let printed = d.run(text);
    assert_eq!(printed[..2], ["beta-galactosidase", "beta-galactosidase"]);
    assert!(printed[2].to_lowercase().contains("tryptophan synthase"), "{}", printed[2]);
    assert_eq!(printed[3..], ["true", "true", "[]"]);
    let text = "create_bio_vm(\"s\", \"syn3a\").genes_making(\"replication initiator\")";
    assert_eq!(d.run(&format!("print({text})")), ["[\"dnaA\"]"]);
}
