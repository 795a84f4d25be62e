//! Where genes lie, and how long their proteins are.

use bioxen::genome::{Molecule, Remark, Topology};

use super::*;

#[test]
fn a_gene_over_the_origin_is_read_in_every_form() {
    let imported = import("origin_span.gb");
    let kan = imported.genome.gene("kanR").unwrap();
    assert_eq!(
        (kan.place.start, kan.place.end, kan.place.length_nt, kan.protein_length),
        (601, 150, 300, Some(99))
    );
    let wraps = Remark::Wraps { gene: "kanR".into() };
    assert!(imported.remarks.contains(&wraps), "{:?}", imported.remarks);
    let imported = import("snapgene_style_wrap.gb");
    assert_eq!(genes(&imported.genome), [("wrp".into(), 100, 39, "+", Some(19))]);
    assert!(told(&imported).contains("W1 was read as crossing the origin"));
    let text = text("origin_span.gb");
    let protein = |location: &str| {
        let imported = import_text(&text.replace("601..150", location)).unwrap();
        let gene = imported.genome.gene("kanR").unwrap().clone();
        (
            (gene.place.start, gene.place.end, gene.place.length_nt, gene.composition),
            gene.protein_length,
        )
    };
    let (place, length) = protein("601..150");
    assert_eq!(length, Some(99));
    for location in [
        "join(601..750,1..150)",
        "join(1..150,601..750)",
        "<601..>150",
        "order(601..750,1..150)",
        "JOIN(601..700,701..750,1..150)",
    ] {
        assert_eq!(protein(location), (place, length), "{location}");
    }
    let (reverse, _) = protein("complement(601..150)");
    for location in [
        "complement(join(601..750,1..150))",
        "join(complement(1..150),complement(601..750))",
        "complement(<601..>150)",
    ] {
        assert_eq!(protein(location).0, reverse, "{location}");
    }
    assert_eq!((place.0, place.1, place.2), (reverse.0, reverse.1, reverse.2));
}

#[test]
fn a_wrap_on_a_linear_sequence_is_no_place() {
    let linear = text("origin_span.gb").replace("circular", "linear");
    let imported = import_text(&linear).unwrap();
    assert_eq!(imported.genome.genes().len(), 1);
    assert!(told(&imported).contains("left out kanR"), "{}", told(&imported));
    let alone =
        linear.replace("     CDS             200..310\n                     /gene=\"other\"\n", "");
    let error = import_text(&alone).unwrap_err();
    assert!(error.contains("annotates no gene: left out kanR"), "{error}");
    // Where nothing is said, the gene shows it.
    let unsaid = text("origin_span.gb").replace("circular", "");
    let imported = import_text(&unsaid).unwrap();
    assert_eq!(imported.genome.metadata.topology, Topology::Circular);
    assert!(told(&imported).contains("circular was assumed, since kanR crosses the origin"));
    let neither = text("label_only.gb").replace("circular", "");
    let imported = import_text(&neither).unwrap();
    assert_eq!(imported.genome.metadata.topology, Topology::Linear);
    assert!(told(&imported).contains("linear was assumed"));
}

#[test]
fn proteins_are_as_long_as_their_codons() {
    let length = |name: &str| import(name).genome.genes()[0].protein_length;
    assert_eq!(length("partial_codon.gb"), Some(100));
    assert_eq!(length("no_stop.gb"), Some(99));
    assert_eq!(length("upper_circular.gb"), Some(99));
    assert!(told(&import("no_stop.gb")).contains("tagA has no stop codon at its end"));
    // 280 amino acids of 839 bases, also after writing and reading it back.
    let translation = format!("/translation=\"{}\"", "A".repeat(280));
    let features = cds("<1..839", &["/gene=\"cut\"", "/codon_start=1", &translation]);
    let imported = import_text(&record("linear", &features, &"gct".repeat(280)[..839])).unwrap();
    let copy = genome::read(genome::write(&imported.genome).as_bytes(), "copy").unwrap();
    assert_eq!(copy.genes()[0].protein_length, Some(280));
    let longer = features.replace(&"A".repeat(280), &"A".repeat(281));
    let imported = import_text(&record("linear", &longer, &"gct".repeat(280)[..839])).unwrap();
    assert!(told(&imported).contains("its protein of 281 aa does not fit into 839 nt"));
    assert_eq!(imported.genome.genes()[0].protein_length, Some(279));
    // The first codon may be cut as well; a stop codon is told where it does not belong.
    let phase = cds("<1..62", &["/gene=\"p\"", "/codon_start=3"]);
    let imported = import_text(&record("linear", &phase, &format!("cc{}", frame(20)))).unwrap();
    assert_eq!(imported.genome.genes()[0].protein_length, Some(19));
    let within = format!("{}{}", frame(10), frame(10));
    let imported =
        import_text(&record("linear", &cds("1..60", &["/gene=\"p\""]), &within)).unwrap();
    assert!(
        told(&imported).contains("p has a stop codon at 10 of 19 codons"),
        "{}",
        told(&imported)
    );
}

#[test]
fn the_genetic_code_says_what_stops() {
    let bases = format!("atg{}tga", "gct".repeat(18));
    for (table, length) in [("4", 20), ("11", 19), ("1", 19)] {
        let code = format!("/transl_table={table}");
        let features = cds("1..60", &["/gene=\"g\"", &code]);
        let imported = import_text(&record("circular", &features, &bases)).unwrap();
        assert_eq!(imported.genome.genes()[0].protein_length, Some(length), "table {table}");
        assert_eq!(imported.genome.metadata.translation_table.to_string(), table);
    }
    // A design for a bacterium states none.
    let imported =
        import_text(&record("circular", &cds("1..60", &["/gene=\"g\""]), &bases)).unwrap();
    assert_eq!(imported.genome.metadata.translation_table, 11);
    assert!(told(&imported).contains("table 11 was assumed"));
}

#[test]
fn every_message_has_a_line_and_plain_words() {
    let text = text("label_only.gb");
    let error = |from: &str, to: &str| {
        assert!(text.contains(from));
        let error = import_text(&text.replacen(from, to, 1)).unwrap_err();
        let (_, said) = error.split_once("t.gb:").unwrap_or_else(|| panic!("{error}"));
        for word in ["MapRes", "Error", "Err(", "None", "nom"] {
            assert!(!said.contains(word), "{error}");
        }
        said.to_owned()
    };
    assert!(error("101..400", "101..x").starts_with("4: `101..x` is no location"));
    assert!(error("101..400", "join(101..400").starts_with("4: "));
    assert!(error("101..400", "101..99999999999999").starts_with("4: "));
    assert!(error("101..400", "101..4000").starts_with("4: gene AmpR ends at 4000"));
    assert!(error("/label=\"AmpR\"", "/label=\"AmpR").starts_with("5: the value that begins here"));
    assert!(error("600 bp", "many bp").starts_with("1: its LOCUS line is not"));
    assert!(error("600 bp", "601 bp").starts_with("1: LOCUS states 601 bp"));
    assert!(error("600 bp ds-DNA", "200 aa").contains("record of a protein"));
    assert!(error("gtgcttcaga", "gtgc+tcaga").starts_with("8: `1 gtgc+tcaga"));
    assert!(
        error("ORIGIN\n        1 gtg", "        1 gtg")
            .starts_with("7: this is a line of a sequence")
    );
    let cut = &text[..text.len() * 2 / 3];
    assert!(import_text(cut).unwrap_err().contains("it was cut off"));
    let deep = text.replace("101..400", &"complement(".repeat(100_000));
    assert!(import_text(&deep).unwrap_err().contains(":4: `complement("));
}

#[test]
fn what_is_no_location_is_none() {
    // A number in a comment or a note is no position, and a feature that is no gene may lie anywhere.
    let text = text("label_only.gb");
    let comment =
        "COMMENT     123456789012345678901234567890\n            VERSION 9999999999999999\n";
    let text = text.replacen("FEATURES", &format!("{comment}FEATURES"), 1);
    let note = "/note=\"12345678901234567890 (1\n                     98765432109876543210\"";
    let text = text.replace("/note=\"ampicillin resistance\"", note);
    let primer = "     primer_bind     0..99999\n                     /label=\"p\"\n";
    let text = text.replace("ORIGIN\n", &format!("{primer}ORIGIN\n"));
    let imported = import_text(&text).unwrap();
    assert_eq!(genes(&imported.genome), [("AmpR".into(), 101, 400, "+", Some(99))]);
}

#[test]
fn odd_places_leave_a_gene_out_and_say_why() {
    let text = text("origin_span.gb");
    for (location, why) in [
        ("J00194.1:100..202", "in another sequence"),
        ("join(1..50,complement(60..90))", "both strands"),
        ("101^102", "not exact"),
        ("join(300..400,200..250,100..150)", "not in the order"),
    ] {
        let imported = import_text(&text.replace("601..150", location)).unwrap();
        let told = told(&imported);
        assert!(told.contains("left out kanR") && told.contains(why), "{location}: {told}");
        assert_eq!(imported.genome.genes().len(), 1);
    }
}

/// GFF3 counts on beyond the end of a circular molecule; a start behind the end is a mistake in it.
#[test]
fn a_turned_gene_of_gff3_is_refused_unless_the_molecule_is_circular() {
    let gff = |region: &str| {
        let line = |from, to, id| format!("c\tm\tgene\t{from}\t{to}\t.\t+\t.\tID={id};gene={id}\n");
        format!("##gff-version 3\n{region}{}{}", line(1, 300, "one"), line(900, 100, "two"))
    };
    let import = |text: &str, options: &ImportOptions| {
        import_bytes("t.gff3", text.as_bytes(), options).map_err(|e| e.to_string())
    };
    let plain = ImportOptions::default();
    for region in ["##sequence-region c 1 20000\n", "c\tm\tregion\t1\t20000\t.\t+\t.\tID=r\n"] {
        let error = import(&gff(region), &plain).unwrap_err();
        assert!(error.contains("two begins behind its end"), "{error}");
        assert!(error.contains("line 4") && error.contains("Is_circular=true"), "{error}");
    }
    let circular = "c\tm\tregion\t1\t20000\t.\t+\t.\tID=r;Is_circular=true\n";
    assert_eq!(import(&gff(circular), &plain).unwrap().genome.genes().len(), 2);
    let by_hand = ImportOptions {
        molecule: Molecule { topology: Some(Topology::Circular), ..Molecule::default() },
        ..ImportOptions::default()
    };
    let region = "##sequence-region c 1 20000\n";
    assert_eq!(import(&gff(region), &by_hand).unwrap().genome.genes().len(), 2);
}
