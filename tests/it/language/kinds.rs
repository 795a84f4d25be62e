//! What only some biological types can do, and how resources are divided.

use super::{desk, wrong};

fn printed(text: &str) -> Vec<String> {
    let mut desk = desk();
    desk.session.eval(text, "protocol.rhai").unwrap();
    desk.printed.take()
}

#[test]
fn a_minimal_cell_refuses_other_genes_before_anything_runs() {
    let error = wrong(
        "let cell = create_bio_vm(\"demo\", \"minimal_cell\"); cell.start();\n\
         let unclear = genes().filter(|g| gene(g).kind == \"CDS\");\n\
         start_transcription(unclear);",
    );
    assert!(error.message.contains("membrane_maintenance only"), "{}", error.message);
    // The text is refused as a whole: its first line has done nothing.
    let error = wrong(
        "let cell = create_bio_vm(\"demo\", \"minimal_cell\"); cell.start();\n\
         cell.execute(\"start_transcription([`dnaA`]); start_transcription([`JCVISYN3A_0029`])\")",
    );
    assert!(error.message.contains("and not JCVISYN3A_0029"), "{}", error.message);
    let lines = printed(
        "let cell = create_bio_vm(\"demo\", \"minimal_cell\"); cell.start();\n\
         let done = cell.execute(\"start_transcription([`dnaA`]); transcribing()\");\n\
         print(done.value); print(get_minimal_functions().keys().len());",
    );
    assert_eq!(lines, ["[\"dnaA\"]", "4"]);
    // A name that the text only builds is refused when it is used, and the text is undone.
    let lines = printed(
        "let cell = create_bio_vm(\"demo\", \"minimal_cell\"); cell.start();\n\
         let r = cell.execute(\"start_transcription([`dnaA`]); print(1); \
         start_transcription([`JCVISYN3A_00${30 - 1}`]); print(2);\");\n\
         print(r.error); print(r.output); print(cell.transcribing());",
    );
    assert!(lines[0].contains("and not JCVISYN3A_0029"), "{lines:?}");
    assert_eq!(lines[1..], ["[\"1\"]", "[]"]);
}

#[test]
fn functions_of_another_type_name_the_types_that_have_them() {
    for (text, types) in [
        ("create_bio_vm(\"demo\", \"ecoli\"); optimize_minimal_metabolism()", "syn3a"),
        ("create_bio_vm(\"demo\", \"syn3a\"); operons()", "ecoli"),
        ("create_bio_vm(\"demo\", \"syn3a\"); manage_operons([\"lac\"], \"induce\")", "ecoli"),
        ("create_bio_vm(\"demo\", \"ecoli\"); get_minimal_functions()", "minimal_cell"),
    ] {
        let error = wrong(text);
        let expected = format!("is for {types} only");
        assert!(error.message.contains(&expected), "{}", error.message);
    }
}

#[test]
fn syn3a_is_restricted_to_its_essential_genes_and_the_effect_is_measured() {
    let lines = printed(
        "let cell = create_bio_vm(\"demo\", \"syn3a\", \"basic\", #{resource_limits: #{max_ribosomes: 100, max_memory_kb: 1000}});\n\
         cell.start(); start_transcription(coding_genes()); solver(\"deterministic\"); run(30.min);\n\
         let done = optimize_minimal_metabolism();\n\
         print(done.closed.len()); print(done.essential_protein_after > done.essential_protein_before);\n\
         print(transcribing().len()); print(get_essential_genes().len());",
    );
    // 270 of the 455 coding genes are essential; what is left is those of them with an abundance.
    assert_eq!(lines[1], "true", "{lines:?}");
    assert_eq!(lines[2], lines[3], "{lines:?}");
    assert!(lines[0].parse::<usize>().unwrap() > 150, "{lines:?}");
}

/// What optimize_allocation predicts is what the cell then does.
#[test]
fn the_predicted_allocation_comes_true() {
    let lines = printed(
        "solver(\"deterministic\");\n\
         let a = create_bio_vm(\"a\", \"ecoli\", \"basic\", #{resource_limits: #{max_ribosomes: 2000}}); a.start();\n\
         let b = create_bio_vm(\"b\", \"ecoli\", \"basic\", #{resource_limits: #{max_ribosomes: 2000}}); b.start();\n\
         a.start_transcription([\"tufA\"]); b.start_transcription([\"lacZ\"]);\n\
         a.allocate_ribosomes(100); b.allocate_ribosomes(300); run(2.h);\n\
         let changes = a.optimize_allocation();\n\
         for change in changes { print(change.speed_after); print(change.after); }\n\
         run(1.min);\n\
         print(a.status().engaged_ribosomes); print(b.status().engaged_ribosomes);",
    );
    let n: Vec<f64> = lines.iter().map(|l| l.parse().unwrap()).collect();
    let [speed_a, after_a, speed_b, after_b, engaged_a, engaged_b] = n[..] else { panic!("{n:?}") };
    assert!((speed_a / speed_b - 1.0).abs() < 1e-6, "{n:?}");
    assert!((after_a + after_b - 400.0).abs() < 1.0 || speed_a > 0.999, "{n:?}");
    assert!((engaged_a / after_a - 1.0).abs() < 0.01, "{n:?}");
    assert!((engaged_b / after_b - 1.0).abs() < 0.01, "{n:?}");
}

#[test]
fn a_vm_keeps_a_log_with_cell_time() {
    let lines = printed(
        "let cell = create_bio_vm(\"demo\", \"ecoli\"); cell.start(); cell.allocate_ribosomes(50);\n\
         start_transcription([\"lacZ\"]); run(2.min); manage_operons([\"lac\"], \"repress\"); cell.pause();\n\
         for entry in event_log() { print(`${entry.time} ${entry.kind}: ${entry.what}`); }",
    );
    assert_eq!(
        lines,
        [
            "0 s origin: created with genome ecoli",
            "0 s life cycle: running by start",
            "0 s allocation: 50 ribosomes",
            "0 s transcription: induced: lacA, lacY, lacZ, strength 1",
            "2 min transcription: repressed: lacA, lacY, lacZ, strength 1",
            "2 min operon: repressed: lac",
            "2 min life cycle: paused by pause",
        ]
    );
}

#[test]
fn a_batch_tells_its_phase_and_what_is_in_the_vessel() {
    let lines = printed(
        "let cell = create_bio_vm(\"a\", \"ecoli\");\n\
         medium(#{glucose: 1.mM});\n\
         print(type_of(culture()));\n\
         start_batch(0.1);\n\
         print(cell.get_growth_phase());\n\
         let trace = run(30.min);\n\
         let c = culture();\n\
         print(c.biomass == trace.final(\"culture.biomass\"));\n\
         print(c.glucose < 1.mM); print(c.growth_rate > 1.0);\n\
         end_batch(); print(type_of(culture()));",
    );
    assert_eq!(lines, ["()", "exponential", "true", "true", "true", "()"]);
    let error = wrong("start_batch(-1)");
    assert!(error.message.contains("a biomass of -1 g/L is not possible"), "{}", error.message);
    let error = wrong("create_bio_vm(\"a\", \"syn3a\").get_growth_phase()");
    assert!(error.message.contains("get_growth_phase is for ecoli only"), "{}", error.message);
}
