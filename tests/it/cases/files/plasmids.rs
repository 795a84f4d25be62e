//! Plasmids of users run without edited headers.

use super::forms::{dna, feature, gzip};
use super::*;

const CELL: &str = "let cell = quick_start_vm(\"ecoli\");";

#[test]
fn a_plasmid_editors_file_is_added_as_it_is() {
    for (name, copies, group, marker, silent) in [
        ("snapgene_pDemo1.gb", "100.0", "pMB1", "AmpR", "GFP"),
        ("benchling_pDemo2.gb", "11.0", "p15A", "KanR", "mCherry"),
    ] {
        let mut d = desk();
        let text = format!(
            "{CELL} add_plasmid(\"{name}\"); let p = plasmids()[0]; print(p.wanted); \
             print(p.incompatibility); print(cell.transcribing());"
        );
        assert_eq!(d.run(&text), [copies, group, &format!("[\"{marker}\"]")], "{name}");
        let remarks = d.remarks();
        for words in [
            &format!("{name}: transcribed by themselves: {marker};"),
            "copies were taken, those of origins of class",
            "nothing is known of their promoters",
            silent,
        ] {
            assert!(remarks.contains(words), "{words}: {remarks}");
        }
        // What is marked runs; what is silent is opened with an abundance from one copy.
        let text = format!(
            "cell.start_transcription(\"{silent}\", #{{tpm: 300}}); let t = run(30.min); \
             print(t.final(\"{marker}\") > 0.0 && t.final(\"{silent}\") > 0.0);"
        );
        assert_eq!(d.run(&text), ["true"]);
    }
}

#[test]
fn the_number_given_is_the_number_taken() {
    let mut d = desk();
    assert!(
        d.message(&format!("{CELL} add_plasmid(\"igem_device1.gb\")")).contains("how many copies")
    );
    let facts = genome::plasmid::shipped_plasmid("pACYC184").unwrap();
    let text =
        genome::write(facts.genome()).replace("#x-copies: 11\n", "").replace("pACYC184", "own");
    assert!(!text.contains("x-copies"));
    std::fs::write(d.folder.path().join("own.genome"), text).unwrap();
    for file in ["igem_device1.gb", "own.genome", "label_only.gb", "snapgene_pDemo1.gb"] {
        let text = format!("{CELL} add_plasmid(\"{file}\", 20); print(plasmids()[0].wanted);");
        assert_eq!(d.anew().run(&text), ["20.0"], "{file}");
        assert!(!d.remarks().contains("copies were taken"));
    }
    let error = d.anew().message(&format!("{CELL} add_plasmid(\"own.genome\")"));
    assert!(error.contains("add_plasmid(\"own.genome\", 15)"), "{error}");
    d.refused("add_plasmid(\"missing.gb\")", "missing.gb");
    d.refused("add_plasmid(\"label_only.gb\", -1)", "copies");
}

#[test]
fn every_form_of_a_plasmid_is_added() {
    let mut d = desk();
    let bases = format!("{}{}", frame(30), "c".repeat(60));
    let both =
        [feature("KanR", "CDS", 1, "1-90"), feature("pSC101 ori", "rep_origin", 2, "91-140")];
    let file = dna(true, &bases, &both.concat());
    std::fs::write(d.folder.path().join("mine.dna"), &file).unwrap();
    std::fs::write(
        d.folder.path().join("packed.gb.gz"),
        gzip(text("snapgene_pDemo1.gb").as_bytes()),
    )
    .unwrap();
    for (file, marker, copies) in [("mine.dna", "KanR", "5.0"), ("packed.gb.gz", "AmpR", "100.0")] {
        let text = format!(
            "{CELL} add_plasmid(\"{file}\"); print(cell.transcribing()); print(plasmids()[0].wanted);"
        );
        assert_eq!(d.anew().run(&text), [&format!("[\"{marker}\"]"), copies], "{file}");
    }
}

#[test]
fn a_gene_that_the_chromosome_has_too_keeps_a_name() {
    let mut d = desk();
    let bases = format!("{}{}{}", frame(30), frame(40), "c".repeat(60));
    let features = [
        cds("1..90", &["/label=\"lacI\""]),
        cds("91..210", &["/label=\"AmpR\""]),
        "     rep_origin      211..260\n                     /label=\"ori\"\n".to_owned(),
    ];
    std::fs::write(
        d.folder.path().join("pMine.gb"),
        record("circular", &features.concat(), &bases),
    )
    .unwrap();
    let text = format!(
        "{CELL} add_plasmid(\"pMine.gb\"); print(plasmids()[0].genes); \
         print(gene(\"pMine_lacI\").protein_length); print(gene(\"lacI\").protein_length); \
         save_hypervisor(\"s.state\"); load_hypervisor(\"s.state\"); print(gene(\"AmpR\").protein_length);"
    );
    assert_eq!(d.run(&text), ["[\"pMine_lacI\", \"AmpR\"]", "29", "360", "39"]);
    let remarks = d.remarked("its gene lacI is known as pMine_lacI");
    // The advice must not open the gene of the chromosome.
    assert!(remarks.contains("start_transcription(\"pMine_lacI\""), "{remarks}");
    // The same of a file that a user has made by hand, with the name as the locus tag.
    let imported = import_text(&record("circular", &features.concat(), &bases)).unwrap();
    let text = genome::write(&imported.genome).replacen("locus_tag", "#x-copies: 9\nlocus_tag", 1);
    std::fs::write(d.folder.path().join("byhand.genome"), text).unwrap();
    let text =
        format!("{CELL} add_plasmid(\"byhand.genome\"); print(gene(\"t_lacI\").protein_length);");
    assert_eq!(d.anew().run(&text), ["29"]);
}

#[test]
fn the_command_makes_a_plasmid_that_is_added() {
    let d = desk();
    let folder = d.folder.path().to_owned();
    let make = |more: &[&str]| {
        command(
            &folder,
            &[&["import", "benchling_pDemo2.gb", "-o", "p.genome", "--force", "--plasmid"], more]
                .concat(),
        )
    };
    let made = make(&[]);
    assert!(made.status.success(), "{}", notes(&made));
    assert!(notes(&made).contains("11 copies were taken"), "{}", notes(&made));
    let text = std::fs::read_to_string(folder.join("p.genome")).unwrap();
    assert!(text.contains("#x-copies: 11\n#x-incompatibility: p15A\n"), "{text}");
    assert!(command(&folder, &["validate", "p.genome"]).status.success());
    let made = make(&["--copies", "7", "--constitutive", "mCherry,TetR", "--tpm", "50"]);
    assert!(made.status.success(), "{}", notes(&made));
    let mut d = d;
    let text = format!(
        "{CELL} add_plasmid(\"p.genome\"); print(plasmids()[0].wanted); \
         let t = cell.transcribing(); t.sort(); print(t); print(gene(\"mCherry\").tpm);"
    );
    assert_eq!(d.run(&text), ["7.0", "[\"KanR\", \"TetR\", \"mCherry\"]", "50.0"]);
    let wrong = make(&["--constitutive", "mCherri"]);
    assert!(notes(&wrong).contains("did you mean `mCherry`?"), "{}", notes(&wrong));
    assert_eq!(make(&["--copies", "0"]).status.code(), Some(2));
    let alone = command(&folder, &["import", "label_only.gb", "-o", "x.genome", "--copies", "5"]);
    assert_eq!(alone.status.code(), Some(2));
}

#[test]
fn an_origin_that_is_not_known_asks_for_a_number_in_the_words_of_the_call() {
    let mut d = desk();
    std::fs::create_dir(d.folder.path().join("fs")).unwrap();
    let plasmid = |label: &str| {
        let origin =
            format!("     rep_origin      100..150\n                     /label=\"{label}\"\n");
        let features = [cds("1..90", &["/label=\"AmpR\""]), origin];
        record("circular", &features.concat(), &format!("{}{}", frame(30), "c".repeat(60)))
    };
    for label in ["foo", "GFP", "pUB110 ori", "oriC", "repA", "RSF1010 ori", "pSa ori"] {
        std::fs::write(d.folder.path().join("fs/oo.gb"), plasmid(label)).unwrap();
        let error = d.anew().message(&format!("{CELL} add_plasmid(\"fs/oo.gb\")"));
        assert!(error.contains("add_plasmid(\"fs/oo.gb\", 15)"), "{label}: {error}");
        assert_eq!(d.run("add_plasmid(\"fs/oo.gb\", 15); print(plasmids()[0].wanted);"), ["15.0"]);
        let told = d.remarks();
        assert!(!told.contains("(--translation-table)"), "{told}");
    }
    for (label, copies) in [("ori", "100.0"), ("ColE1 ori (low copy, rop+)", "18.0")] {
        std::fs::write(d.folder.path().join("fs/oo.gb"), plasmid(label)).unwrap();
        let text = format!("{CELL} add_plasmid(\"fs/oo.gb\"); print(plasmids()[0].wanted);");
        assert_eq!(d.anew().run(&text), [copies], "{label}");
        assert!(d.remarks().contains("copies were taken"), "{label}");
    }
}

#[test]
fn a_plasmid_that_was_taken_out_comes_back_in_another_number() {
    let mut d = desk();
    let file = "snapgene_pDemo1.gb";
    let text = format!(
        "{CELL} add_plasmid(\"{file}\"); run(1.min); remove_plasmid(plasmids()[0].name); \
         add_plasmid(\"{file}\", 5); print(plasmids()[0].wanted); print(plasmids().len()); \
         print(cell.transcribing()); run(1.min); remove_plasmid(plasmids()[0].name); \
         add_plasmid(\"{file}\"); print(plasmids()[0].wanted);"
    );
    assert_eq!(d.run(&text), ["5.0", "1", "[\"AmpR\"]", "100.0"]);
}
