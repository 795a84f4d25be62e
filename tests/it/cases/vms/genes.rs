//! Genes that a VM may transcribe.

use super::desk;

/// What is listed can be opened, all at once and one by one.
#[test]
fn coding_genes_are_those_that_can_be_transcribed() {
    for config in [
        "create_bio_vm(\"m\", \"minimal_cell\", #{resource_limits: \"host\"})",
        "create_bio_vm(\"m\", \"syn3a\", #{resource_limits: \"host\", custom_params: #{essential_only: true}})",
    ] {
        let mut d = desk();
        let text = format!(
            "let m = {config}; m.start(); let all = m.coding_genes(); \
             let opened = m.start_transcription(\"*\"); print(all.len() > 50); \
             print(opened == all); m.stop_transcription(\"*\"); \
             print(m.start_transcription(m.coding_genes()) == all);"
        );
        assert_eq!(d.run(&text), ["true"; 3], "{config}");
        d.remarked("that fit \"*\" stay closed: VM m may express");
        let error =
            d.message("m.start_transcription(m.genes().filter(|g| m.gene(g).kind == \"CDS\"))");
        assert!(error.len() < 400, "{error}");
    }
    // Without a rule nothing is left out, and nothing is told.
    let mut d = desk();
    d.run("let m = quick_start_vm(\"syn3a\", \"m\", #{resource_limits: \"host\"}); m.start_transcription(\"dna*\");");
    assert_eq!(d.remarks(), "");
}
