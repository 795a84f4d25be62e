//! What genes are called.

use super::*;

fn named(qualifiers: &[&str]) -> (String, String) {
    let bases = format!("{}{}", frame(20), "c".repeat(40));
    let imported = import_text(&record("circular", &cds("1..60", qualifiers), &bases)).unwrap();
    let gene = &imported.genome.genes()[0];
    (gene.name().to_owned(), gene.product.clone())
}

#[test]
fn plasmids_are_named_by_their_labels() {
    let imported = import("label_only.gb");
    assert_eq!(genes(&imported.genome), [("AmpR".into(), 101, 400, "+", Some(99))]);
    assert_eq!(imported.genome.genes()[0].product, "ampicillin resistance");
    for (qualifiers, name) in [
        (&["/label=\"AmpR\"", "/gene=\"bla\""][..], "AmpR"),
        (&["/label=AmpR"], "AmpR"),
        (&["/LABEL=\"AmpR\""], "AmpR"),
        (&["/standard_name=\"KanR\"", "/gene=\"aph\""], "KanR"),
        (&["/gene=\"bla\"", "/product=\"beta-lactamase\""], "bla"),
        (&["/product=\"beta-lactamase\""], "beta-lactamase"),
        (&["/product=\"hypothetical protein\"", "/note=\"orf3; of old\""], "orf3"),
        (&["/ApEinfo_label=\"mCherry\"", "/note=\"red\""], "mCherry"),
        (&["/note=\"color: #ff0000\"", "/note=\"yfp, bright\""], "yfp"),
        (&["/label=\"BBa_E1010 mRFP1\""], "BBa_E1010_mRFP1"),
        (&["/label=\"GFP\\variant\\2\""], "GFP_variant_2"),
        (&["/label=\"  lac   Z * ? \""], "lac_Z"),
        (&["/label=\"a \"\"quoted\"\" name\""], "a_quoted_name"),
        (&["/label=\"lacZ\u{3b1}\""], "lacZ\u{3b1}"),
        (&["/label=\"two", "lines\""], "two_lines"),
    ] {
        assert_eq!(named(qualifiers).0, name, "{qualifiers:?}");
    }
    assert_eq!(named(&["/label=\"\"", "/label=\"\""]).0, "CDS_1_60f");
}

#[test]
fn genomes_are_named_by_their_genes() {
    let tagged = |more: &[&str]| named(&[&["/locus_tag=\"b1\""][..], more].concat()).0;
    assert_eq!(tagged(&["/gene=\"thrL\"", "/label=\"thr operon leader\""]), "thrL");
    assert_eq!(tagged(&["/label=\"thr operon leader\""]), "b1");
    assert_eq!(tagged(&["/label=\"thrL\""]), "thrL");
    assert_eq!(tagged(&["/label=\"b1\""]), "b1");
    assert_eq!(tagged(&["/product=\"thr operon leader\""]), "b1");
}

#[test]
fn a_plasmid_is_named_as_its_editor_shows_it_and_answers_to_its_other_names() {
    // As SnapGene exports a gene beside its coding sequence.
    let features = format!(
        "     gene            1..60\n                     /gene=\"bla\"\n                     /label=\"bla\"\n{}",
        cds("1..60", &["/gene=\"bla\"", "/label=\"AmpR\"", "/standard_name=\"ampC\""])
    );
    let genome = import_text(&record("circular", &features, &frame(20))).unwrap().genome;
    assert_eq!(genes(&genome), [("AmpR".into(), 1, 60, "+", Some(19))]);
    assert!(["AmpR", "bla", "ampC"].iter().all(|name| genome.gene(name).is_some()));
    // A genome that was annotated in an editor.
    let tagged = cds("1..60", &["/locus_tag=\"b1\"", "/gene=\"bla\"", "/label=\"AmpR\""]);
    let genome = import_text(&record("circular", &tagged, &frame(20))).unwrap().genome;
    assert_eq!(genome.genes()[0].name(), "bla");
    assert!(["AmpR", "bla", "b1"].iter().all(|name| genome.gene(name).is_some()));
}

/// A gene without a CDS is translated where its sequence codes, and not elsewhere; gives what is told of both.
fn read_where_it_codes(gene: &str, name: &str) -> [String; 2] {
    let coding = import_text(&record("circular", gene, &frame(20))).unwrap();
    assert_eq!(genes(&coding.genome), [(name.into(), 1, 60, "+", Some(19))]);
    let other = import_text(&record("circular", gene, &"c".repeat(60))).unwrap();
    assert_eq!(other.genome.genes()[0].protein_length, None);
    [told(&coding), told(&other)]
}

#[test]
fn an_annotation_of_genes_only_is_read_where_they_code_and_told() {
    let gene = "     gene            1..60\n                     /locus_tag=\"b1\"\n";
    let [coding, other] = read_where_it_codes(gene, "b1");
    assert!(coding.contains("b1 is annotated as a gene only"));
    assert!(other.contains("none is translated"), "{other}");
    // Beside coding sequences a gene without one has none.
    let both = format!("{gene}{}", cds("61..120", &["/locus_tag=\"b2\""]));
    let bases = frame(20).repeat(2);
    let imported = import_text(&record("circular", &both, &bases)).unwrap();
    assert_eq!(imported.genome.gene("b1").unwrap().protein_length, None);
}

#[test]
fn remarks_call_a_gene_what_it_is_called_in_the_end() {
    // The second of a name ends without a stop codon, and the third crosses the origin.
    let bases = format!("{}{}{}", &frame(20)[30..], frame(20), "gct".repeat(20)) + &frame(20)[..30];
    let same = "/label=\"Amp R\"";
    let features =
        [cds("31..90", &[same]), cds("91..150", &[same]), cds("151..30", &[same])].concat();
    let imported = import_text(&record("circular", &features, &bases)).unwrap();
    let told = told(&imported);
    assert!(told.contains("Amp_R_2 has no stop codon"), "{told}");
    assert!(told.contains("Amp_R_3 was read as crossing the origin"), "{told}");
    assert!(told.contains("the gene `Amp R` was called Amp_R_3, which"), "{told}");
}

#[test]
fn a_changed_name_is_told_and_the_original_kept() {
    let bases = format!("{0}{0}{0}", frame(20));
    let same = "/label=\"Amp R\"";
    let features =
        [cds("1..60", &[same]), cds("61..120", &[same]), cds("complement(121..180)", &[same])];
    let imported = import_text(&record("circular", &features.concat(), &bases)).unwrap();
    let names: Vec<_> = genes(&imported.genome).into_iter().map(|gene| gene.0).collect();
    assert_eq!(names, ["Amp_R", "Amp_R_2", "Amp_R_3"]);
    let told = told(&imported);
    assert!(told.contains("the gene `Amp R` was called Amp_R"), "{told}");
    assert!(told.contains("a second gene called Amp_R was renamed Amp_R_3"), "{told}");
    let column = imported.genome.extra_columns().iter().position(|c| c == "x-label").unwrap();
    for gene in imported.genome.genes() {
        assert_eq!(gene.extra[column].as_deref(), Some("Amp R"));
    }
}

#[test]
fn a_gene_and_its_cds_with_one_label_are_one_gene() {
    let features = format!(
        "     gene            1..60\n                     /label=\"gfp\"\n{}",
        cds("1..60", &["/label=\"gfp\""])
    );
    let imported = import_text(&record("circular", &features, &frame(20))).unwrap();
    assert_eq!(genes(&imported.genome), [("gfp".into(), 1, 60, "+", Some(19))]);
    // Where there is no CDS, a gene that reads from start to stop is one.
    let gene = "     gene            1..60\n                     /label=\"gfp\"\n";
    assert!(read_where_it_codes(gene, "gfp")[0].contains("was taken for a CDS"));
    // So are the markers and reading frames of other editors, but not where there is a CDS.
    for key in ["misc_marker", "ORF"] {
        let feature = gene.replacen("gene       ", &format!("{key:<11}"), 1).replace("gfp", "CmR");
        let imported = import_text(&record("circular", &feature, &frame(20))).unwrap();
        assert_eq!(genes(&imported.genome), [("CmR".into(), 1, 60, "+", Some(19))], "{key}");
        let both = format!("{feature}{}", cds("1..60", &["/label=\"cat\""]));
        let imported = import_text(&record("circular", &both, &frame(20))).unwrap();
        assert_eq!(genes(&imported.genome), [("cat".into(), 1, 60, "+", Some(19))], "{key}");
        let error = import_text(&record("circular", &feature, &"c".repeat(60))).unwrap_err();
        assert!(error.contains("annotates no gene"), "{error}");
    }
}

#[test]
fn plasmid_editors_files_are_read_with_all_their_genes() {
    let all = |name: &str| {
        let row = |gene: (String, u32, u32, &'static str, Option<u32>)| (gene.0, gene.3, gene.4);
        genes(&import(name).genome).into_iter().map(row).collect::<Vec<_>>()
    };
    let gene = |name: &str, strand, length| (name.to_owned(), strand, Some(length));
    assert_eq!(all("snapgene_pDemo1.gb"), [gene("GFP", "+", 238), gene("AmpR", "-", 286)]);
    assert_eq!(
        all("benchling_pDemo2.gb"),
        [
            gene("TetR", "+", 207),
            gene("mCherry", "+", 236),
            gene("luxI-like", "+", 311),
            gene("KanR", "-", 271)
        ]
    );
    assert_eq!(all("igem_device1.gb"), [gene("BBa_E1010_mRFP1", "+", 225)]);
}

#[test]
fn a_name_that_several_genes_share_is_told_with_theirs() {
    let bases = format!("{}{}{}", frame(30), frame(40), frame(50));
    let features = [
        cds("1..90", &["/locus_tag=\"T001\"", "/gene=\"gen1\""]),
        cds("91..210", &["/locus_tag=\"T002\"", "/gene=\"gen2\""]),
        cds("211..360", &["/locus_tag=\"T003\"", "/gene=\"gen2\""]),
    ];
    let text = record("circular", &features.concat(), &bases);
    let imported = import_text(&text).unwrap();
    let note = told(&imported);
    assert!(note.contains("T002, T003 have the same name gen2"), "{note}");
    assert!(!note.contains("gen1"), "{note}");
    let mut d = desk();
    std::fs::write(d.folder.path().join("own.gb"), text).unwrap();
    let error = d.message(
        "let c = quick_start_vm(\"ecoli\", \"c\", #{genome_file: \"own.gb\"}); c.start_transcription(\"gen2\")",
    );
    assert!(error.contains("`gen2` could be T002 or T003; name one of them"), "{error}");
    d.run("c.start_transcription(\"T002\");");
}
