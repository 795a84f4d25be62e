//! Test cases: annotations that say the same thing in several ways.

use super::*;

fn read(text: &str) -> Imported {
    from_bytes(text.as_bytes(), "t", &ImportOptions::default()).unwrap()
}

fn told(imported: &Imported) -> String {
    telling(&imported.remarks).join("\n")
}

/// The number of genes that are translated, and the protein of the first.
fn proteins(imported: &Imported) -> (usize, Option<u32>) {
    let first = imported.genome.coding().next().and_then(|(_, gene)| gene.protein_length);
    (imported.genome.coding().count(), first)
}

/// Bases with a gene of 30 codons, of which the first 41 bases come before an intron of 20.
fn split() -> String {
    let whole = format!("ATG{}TAA", "GCT".repeat(28));
    format!(
        "{}{}{}{}{}",
        "C".repeat(10),
        &whole[..41],
        "G".repeat(20),
        &whole[41..],
        "C".repeat(29)
    )
}

fn reversed(bases: &str) -> String {
    let other = |base| match base {
        'A' => 'T',
        'T' => 'A',
        'C' => 'G',
        _ => 'C',
    };
    bases.chars().rev().map(other).collect()
}

fn gff(rows: &[&str], bases: &str) -> String {
    let rows: String =
        rows.iter().map(|row| format!("c\tx\t{}\n", row.replace(' ', "\t"))).collect();
    format!("##gff-version 3\n{rows}##FASTA\n>c\n{bases}\n")
}

#[test]
fn stretches_of_one_transcript_are_one_coding_sequence() {
    let above = ["gene 11 120 . + . ID=g;Name=abc", "mRNA 11 120 . + . ID=t;Parent=g"];
    let with = |rows: &[&str]| {
        let rows: Vec<&str> = above.iter().chain(rows).copied().collect();
        read(&gff(&rows, &split()))
    };
    for rows in [
        ["CDS 11 51 . + 0 Parent=t;Name=a_CDS", "CDS 72 120 . + 1 Parent=t;Name=a_CDS"],
        ["CDS 11 51 . + 0 ID=t.cds1;Parent=t", "CDS 72 120 . + 1 ID=t.cds2;Parent=t"],
        ["CDS 72 120 . + 1 ID=p;Parent=t", "CDS 11 51 . + 0 ID=p;Parent=t"],
        ["CDS 72 120 . + 1 Parent=t", "CDS 11 51 . + 0 Parent=t,unknown"],
    ] {
        let imported = with(&rows);
        assert_eq!(imported.genome.genes().len(), 1, "{rows:?}");
        assert_eq!(proteins(&imported), (1, Some(29)), "{rows:?}");
        assert!(!told(&imported).contains("stop codon"), "{rows:?}: {}", told(&imported));
    }
    // Coding sequences with names of their own are several on one transcript.
    let operon = with(&[
        "CDS 11 52 . + 0 ID=p;Parent=t;gene=lacZ",
        "CDS 72 121 . + 0 ID=q;Parent=t;gene=lacY",
    ]);
    assert_eq!(operon.genome.coding().count(), 2);
    // Those that lie over each other are proteins of one gene.
    let over = with(&["CDS 11 120 . + 0 ID=p;Parent=t", "CDS 41 120 . + 0 ID=q;Parent=t"]);
    assert!(told(&over).contains("has 2 proteins"), "{}", told(&over));
}

#[test]
fn a_stretch_of_two_transcripts_belongs_to_both() {
    let rows = [
        "gene 11 120 . + . ID=g;Name=abc",
        "mRNA 11 120 . + . ID=t;Parent=g",
        "mRNA 11 51 . + . ID=u;Parent=g",
        "CDS 11 51 . + 0 Parent=t,u",
        "CDS 72 120 . + 1 Parent=t",
    ];
    let imported = read(&gff(&rows, &split()));
    assert_eq!(proteins(&imported), (1, Some(29)));
    assert!(told(&imported).contains("has 2 proteins"), "{}", told(&imported));
}

#[test]
fn the_order_of_rows_says_nothing() {
    let reverse = reversed(&split());
    let (first, second) = ("CDS 99 139 . - 0 ID=p", "CDS 30 78 . - 1 ID=p");
    for rows in [[first, second], [second, first]] {
        let imported = read(&gff(&rows, &reverse));
        assert_eq!(proteins(&imported), (1, Some(29)), "{rows:?}");
        assert!(!told(&imported).contains("stop codon"), "{}", told(&imported));
    }
    // A gene over the origin of a circular sequence.
    let whole = format!("ATG{}TAA", "GCT".repeat(28));
    let circle = format!("{}{}{}", &whole[40..], "C".repeat(60), &whole[..40]);
    let region = "region 1 150 . + . ID=c;Is_circular=true";
    let rows = [region, "CDS 1 50 . + 2 ID=w", "CDS 111 150 . + 0 ID=w"];
    let imported = read(&gff(&rows, &circle));
    assert_eq!(proteins(&imported), (1, Some(29)));
    assert!(!told(&imported).contains("stop codon"), "{}", told(&imported));
}

#[test]
fn the_phase_of_the_first_stretch_counts() {
    let bases = format!("C{}TAA{}", "GCT".repeat(20), "C".repeat(6));
    for (rows, bases) in
        [(["CDS 1 64 . + 1 ID=w"], bases.clone()), (["CDS 7 70 . - 1 ID=w"], reversed(&bases))]
    {
        let imported = read(&gff(&rows, &bases));
        assert_eq!(proteins(&imported), (1, Some(20)));
        assert!(!told(&imported).contains("stop codon"), "{}", told(&imported));
    }
}

/// A record of GenBank's form with a gene of 30 codons at 11.
fn genbank(features: &[(&str, &str)]) -> String {
    let lines = features.iter().map(|(key, qualifier)| {
        format!("     {key:<16}11..100\n                     {qualifier}\n")
    });
    let bases = format!("{}ATG{}TAA{}", "C".repeat(10), "GCT".repeat(28), "C".repeat(20));
    format!(
        "LOCUS       p {} bp DNA circular\nFEATURES             Location/Qualifiers\n{}ORIGIN\n        1 {bases}\n//\n",
        bases.len(),
        lines.collect::<String>()
    )
}

#[test]
fn a_gene_and_its_protein_at_one_place_are_one_gene() {
    for (gene, cds, names) in [
        ("/label=\"AmpR gene\"", "/label=\"AmpR CDS\"", ["AmpR_CDS", "AmpR_gene"]),
        ("/gene=\"bla\"", "/label=\"AmpR\"", ["AmpR", "bla"]),
        ("/label=\"bla\"", "/label=\"AmpR\"", ["AmpR", "bla"]),
    ] {
        let imported = read(&genbank(&[("gene", gene), ("CDS", cds)]));
        assert_eq!(imported.genome.genes().len(), 1, "{gene}");
        assert_eq!(proteins(&imported), (1, Some(29)));
        for name in names {
            assert!(imported.genome.gene(name).is_some(), "{name}");
        }
        let told = told(&imported);
        assert!(told.contains("were taken for one gene, which answers to both names"), "{told}");
    }
    let named = read(&genbank(&[("gene", "/gene=\"bla\""), ("CDS", "/gene=\"bla\"")]));
    assert_eq!((named.genome.genes().len(), told(&named).contains("one gene")), (1, false));
    // A tag and a symbol are no two names.
    let tagged = read(&genbank(&[("gene", "/locus_tag=\"b1\""), ("CDS", "/gene=\"bla\"")]));
    assert_eq!((tagged.genome.genes().len(), told(&tagged).contains("one gene")), (1, false));
    assert_eq!(tagged.genome.gene("bla").unwrap().locus_tag, "b1");
    let made = read(&genbank(&[("gene", "/gene=\"bla\""), ("CDS", "/product=\"lactamase\"")]));
    assert_eq!((made.genome.genes().len(), told(&made).contains("one gene")), (1, false));
    let bases = format!("{}ATG{}TAA", "C".repeat(10), "GCT".repeat(28));
    let rows = ["gene 11 100 . + . ID=g;Name=abc", "CDS 11 100 . + 0 ID=p;Name=abcP"];
    let imported = read(&gff(&rows, &bases));
    assert_eq!(imported.genome.genes().len(), 1);
    assert_eq!(imported.genome.gene("abc"), imported.genome.gene("abcP"));
}

#[test]
fn a_sequence_beside_the_file_is_the_one_annotated() {
    let folder = std::env::temp_dir();
    let path = folder.join(format!("bioxen-{}.fna", std::process::id()));
    let bases = split();
    let open = |text: &str, fasta: &str| {
        std::fs::write(&path, fasta).unwrap();
        let options = ImportOptions { fasta: Some(path.clone()), ..ImportOptions::default() };
        from_bytes(text.as_bytes(), "t.gff", &options)
    };
    let length = bases.len();
    let text = format!(
        "##gff-version 3\n##sequence-region NC_1 1 {length}\nNC_1\tx\tCDS\t11\t100\t.\t+\t0\tID=p\n"
    );
    let imported = open(&text, &format!(">other\n{bases}\n")).unwrap();
    let said = told(&imported);
    assert!(said.contains("the sequence `other` of the FASTA was taken for NC_1"), "{said}");
    assert!(imported.genome.genes()[0].composition.is_some());
    let titled = open(&text, &format!(">gi|7|ref|NC_1|\n{bases}\n")).unwrap();
    assert!(!told(&titled).contains("was taken for"));
    let wrong = |fasta: &str| open(&text, fasta).unwrap_err().to_string();
    let error = wrong(">a\nACGT\n>b\nACG\n");
    assert!(error.starts_with("t.gff: annotates `NC_1`, and the FASTA has a, b;"), "{error}");
    let error = wrong(&format!(">NC_1\n{}-{}\n", &bases[..5], &bases[6..]));
    assert!(error.contains("has `-` at 6, which is no base") && error.contains("gaps"), "{error}");
    let error = wrong(&format!(">NC_1\nMKVLE{}\n", &bases[5..]));
    assert!(error.contains("has `L` at 4") && error.contains("not of proteins"), "{error}");
    let own = open(&genbank(&[("CDS", "/gene=\"a\"")]), ">p\nACGT\n").unwrap();
    assert!(told(&own).contains("--fasta was not used"), "{}", told(&own));
    let within = read(&format!("{text}##FASTA\n>other\nACGT\n"));
    assert!(told(&within).contains("no sequence of NC_1, but other"), "{}", told(&within));
    std::fs::remove_file(&path).unwrap();
}

#[test]
fn a_name_of_several_genes_is_told() {
    let rows = [
        "CDS 11 40 . + 0 ID=p;locus_tag=L1;gene=insA",
        "CDS 51 80 . + 0 ID=q;locus_tag=L2;gene=insA",
    ];
    let imported = read(&gff(&rows, &split()));
    let said = told(&imported);
    assert!(
        said.contains("L1, L2 have the same name insA; each is known by its locus tag"),
        "{said}"
    );
}

#[test]
fn genes_of_ensembl_have_their_names() {
    let rows = [
        "gene 11 120 . + . ID=gene:b0001;Name=thrL;description=leader%20peptide%20[Source:x];gene_id=b0001",
        "mRNA 11 120 . + . ID=transcript:A;Parent=gene:b0001;Name=thrL-1",
        "CDS 11 120 . + 0 ID=CDS:A;Parent=transcript:A;protein_id=A",
        "gene 125 130 . + . ID=gene:b0006;gene_id=b0006",
        "ncRNA_gene 131 136 . + . ID=gene:b0007",
    ];
    let imported = read(&gff(&rows, &split()));
    let gene = imported.genome.gene("thrL").unwrap();
    assert_eq!((gene.locus_tag.as_str(), gene.product.as_str()), ("b0001", "leader peptide"));
    let names: Vec<&str> = imported.genome.genes().iter().map(|gene| gene.name()).collect();
    assert_eq!(names, ["thrL", "b0006", "b0007"]);
}

#[test]
fn a_gene_is_read_in_the_code_it_states() {
    let bases = format!("ATGTGA{}TAA{}", "GCT".repeat(5), "C".repeat(6));
    let rows = ["CDS 1 24 . + 0 ID=p;transl_table=4", "CDS 7 24 . + 0 ID=q;transl_table=11"];
    let imported = read(&gff(&rows, &bases));
    let said = told(&imported);
    assert!(!said.contains("stop codon at 2"), "{said}");
    assert!(
        said.contains("several genetic codes; each was read in its own, and table 4"),
        "{said}"
    );
}
