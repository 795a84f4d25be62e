//! Plasmids in scripts.

use super::{desk, wrong};
use crate::desk::cells;

#[test]
fn scripts_bring_plasmids_in_and_take_them_out() {
    let mut d = desk();
    let text = "let cell = quick_start_vm(\"ecoli\");\n\
        cell.add_plasmid(\"pBR322\", 20);\n\
        print(get_plasmid_count()); print(plasmids()[0].name); print(plasmids()[0].wanted);\n\
        let trace = run(2.h);\n\
        print(trace.final(\"pBR322.copies\") == get_plasmid_count(\"pBR322\"));\n\
        print(trace.final(\"bla\") > 100.0); print(trace.final(\"tetA.mrna\") > 0.0);\n\
        remove_plasmid(\"pBR322\"); print(get_plasmid_count()); print(plasmids().len());\n\
        print(event_log().filter(|e| e.kind == \"division\").len() > 1);\n\
        run(1.min);";
    d.session.eval(text, "test").unwrap();
    assert_eq!(
        d.printed.take(),
        ["14", "pBR322", "20.0", "true", "true", "true", "0", "0", "true"]
    );
}

#[test]
fn a_plasmid_may_come_from_a_file() {
    let mut d = desk();
    let facts = bioxen::genome::plasmid::shipped_plasmid("pACYC184").unwrap();
    let text = bioxen::genome::write(facts.genome());
    let text = text.replace("pACYC184", "mine").replace("x-copies: 11", "x-copies: 5");
    std::fs::write(d.folder.path().join("mine.genome"), text).unwrap();
    let text = "quick_start_vm(\"ecoli\"); add_plasmid(\"mine.genome\"); run(1.min);\n\
        print(plasmids()[0].wanted); print(plasmids()[0].genes);\n\
        save_hypervisor(\"c.state\"); load_hypervisor(\"c.state\"); print(plasmids()[0].name);";
    d.session.eval(text, "test").unwrap();
    assert_eq!(d.printed.take(), ["5.0", "[\"tetA\", \"cat\"]", "mine"]);
    std::fs::write(d.folder.path().join("bad.genome"), "nothing").unwrap();
    let error = d.session.eval("add_plasmid(\"bad.genome\")", "test").unwrap_err();
    assert!(error.message.contains("bad.genome"), "{error}");
}

#[test]
fn mistakes_with_plasmids_are_explained() {
    for [text, expected] in cells(
        r#"
        quick_start_vm("ecoli"); add_plasmid("pUC18") | did you mean `pUC19`?
        quick_start_vm("syn3a"); add_plasmid("pUC19") | add_plasmid is for ecoli only
        quick_start_vm("syn3a"); get_plasmid_count() | get_plasmid_count is for ecoli only
        quick_start_vm("syn3a"); remove_plasmid("x") | remove_plasmid is for ecoli only
        quick_start_vm("ecoli"); add_plasmid("pUC19", "many") | copies of add_plasmid
        create_bio_vm("a", "ecoli"); add_plasmid("pUC19") | start it first
        quick_start_vm("ecoli"); get_plasmid_count("pUC19") | it has none
        quick_start_vm("ecoli"); add_plasmid("../x.genome") | ../x.genome
        "#,
    ) {
        let error = wrong(text);
        assert!(error.message.contains(expected), "{text}: {}", error.message);
    }
    let session = desk().session;
    let text = "let c = create_bio_vm(\"a\", \"ecoli\"); c.add_plasmid(\"pUC19\"); \
                c.start_transcription([\"bla\", \"lacZ\"]);";
    session.check(text, "x.rhai").unwrap();
    let found = session.check("quick_start_vm(\"ecoli\"); add_plasmid(\"pUC1\")", "x.rhai");
    let found = found.unwrap_err();
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].message.contains("did you mean `pUC19`?"), "{found:?}");
}
