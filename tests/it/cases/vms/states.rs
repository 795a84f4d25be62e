//! What is known, what is there, and what is left: found by using it.

use super::desk;

/// Ribosomes that a host has not are nobody's.
#[test]
fn optimize_allocation_gives_what_the_host_has() {
    let mut d = desk();
    d.run(
        "let one = quick_start_vm(\"ecoli\", \"one\", #{resource_limits: \"host\"}); \
         one.start_transcription(\"tufA\"); \
         let two = quick_start_vm(\"syn3a\", \"two\", #{resource_limits: #{max_memory_kb: 1000}}); \
         two.start_transcription(\"*\"); run(20.min); \
         let host = run(10.s).final(\"host.ribosomes\"); \
         let before = one.get_ribosome_allocation() + two.get_ribosome_allocation(); \
         optimize_allocation(); \
         let after = one.get_ribosome_allocation() + two.get_ribosome_allocation();",
    );
    assert_eq!(d.run("print(one.get_ribosome_allocation() <= host + 1e-6)"), ["true"]);
    assert_eq!(d.run("print(after <= before + 1e-6)"), ["true"]);
    // Once more changes nothing.
    let again = "let a = one.get_ribosome_allocation(); optimize_allocation(); \
                 print(abs(one.get_ribosome_allocation() - a) < 1e-6 * a)";
    assert_eq!(d.run(again), ["true"]);
}

#[test]
fn what_is_available_is_what_others_have_left() {
    let mut d = desk();
    d.run(
        "solver(\"deterministic\"); for p in [1, 5] { \
         let g = quick_start_vm(\"ecoli\", \"g\" + p, #{resource_limits: \"host\"}); \
         g.set_priority(p); g.start_transcription(\"tufA\", #{strength: 60}); } run(20.min);",
    );
    let text = "print(vm(\"g1\").available_resources().ribosomes == \
                vm(\"g5\").available_resources().ribosomes)";
    assert_eq!(d.run(text), ["true"]);
    assert_eq!(d.run("print(vm(\"g1\").available_resources().ribosomes < 2000)"), ["true"]);
}

/// Of nothing there is no spread.
#[test]
fn a_quantity_that_no_repetition_knows_has_no_spread() {
    let mut d = desk();
    d.run(
        "at(2.min, || { create_bio_vm(\"late\", \"syn3a\").start(); }); \
         let e = ensemble(3, 4.min, #{sample_every: 1.min});",
    );
    for of in ["mean", "sd", "variance"] {
        let text = format!("print(e.{of}(\"late.ribosomes\")[0].to_string())");
        assert_eq!(d.run(&text), ["NaN"], "{of}");
    }
}

/// A VM that is in one repetition only is not one without molecules in the others.
#[test]
fn a_vm_that_is_not_there_is_not_known() {
    let mut d = desk();
    d.run(
        "let k = 0; at(1.min, || { k += 1; if k == 1 { \
         let cell = create_bio_vm(\"late\", \"ecoli\"); cell.start(); \
         cell.start_transcription([\"lacZ\"]); } }); \
         let e = ensemble(2, 3.min, #{sample_every: 1.min});",
    );
    assert_eq!(d.run("print(e.final(\"late.lacZ.mrna\")[1].to_string())"), ["NaN"]);
}

#[test]
fn copies_are_whole_under_chance() {
    let mut d = desk();
    d.run(
        "quick_start_vm(\"ecoli\", \"demo\"); add_plasmid(\"pUC19\", 7); solver(\"deterministic\"); \
         run(5.min); solver(\"stochastic\"); let t = run(30.s);",
    );
    let text = "let c = t[\"pUC19.copies\"]; c.remove(0); print(c.all(|x| x == floor(x)))";
    assert_eq!(d.run(text), ["true"]);
}

#[test]
fn a_snapshot_is_of_the_vm_and_not_of_its_name() {
    let mut d = desk();
    d.run("let cell = quick_start_vm(\"ecoli\", \"demo\"); let s = cell.snapshot(); terminate_vm(\"demo\"); let other = create_bio_vm(\"demo\", \"syn3a\");");
    d.refused("other.restore(s)", "was another one when the snapshot was taken");
    assert_eq!(d.run("print(other.biological_type())"), ["syn3a"]);
}

#[test]
fn events_of_a_text_end_with_its_vm() {
    let mut d = desk();
    d.run(
        "quick_start_vm(\"ecoli\", \"demo\"); execute_vm_sync(\"demo\", \"at(5.min, || stop())\");",
    );
    assert_eq!(d.run("print(events().len())"), ["1"]);
    assert_eq!(d.run("terminate_vm(\"demo\"); print(events().len())"), ["0"]);
}

#[test]
fn an_event_cannot_run_an_ensemble() {
    desk().transcript(
        "
        at(1.min, || ensemble(2, 1.min));
        run(2.min) !! a run is under way
        ",
    );
}

/// Who names nothing does not mean everything.
#[test]
fn an_empty_list_of_quantities_is_refused() {
    let mut d = desk();
    d.run("let t = run(1.min);");
    for text in ["plot(t, [])", "plot_heatmap(t, [])", "ensemble(2, 1.min, #{quantities: []})"] {
        d.refused(text, "not an empty array");
    }
}

#[test]
fn patterns_take_genes_of_several_vms() {
    let mut d = desk();
    d.run(
        "for id in [\"a\", \"b\"] { quick_start_vm(\"ecoli\", id).start_transcription([\"lacZ\"]); } \
         let t = run(1.min);",
    );
    for (pattern, names) in [
        ("*.lacZ", "[\"a.lacZ.protein\", \"b.lacZ.protein\"]"),
        ("a.lac?", "[\"a.lacA.protein\", \"a.lacY.protein\", \"a.lacZ.protein\"]"),
        ("?.lacZ.mrna", "[\"a.lacZ.mrna\", \"b.lacZ.mrna\"]"),
    ] {
        let text = format!("print(t.select(\"{pattern}\").names())");
        assert_eq!(d.run(&text), [names], "{pattern}");
    }
}

/// What a trace says of who was held back is of the time that it was said of.
#[test]
fn notes_of_joined_traces_say_of_which_run() {
    let mut d = desk();
    d.run(
        "quick_start_vm(\"ecoli\", \"demo\", #{resource_limits: #{max_ribosomes: 1}}); \
         start_transcription(\"tufA\", #{strength: 50}); let a = run(10.min); let b = run(10.min);",
    );
    let notes = d.run("for note in (a + b).notes() { print(note) }");
    assert_eq!(notes.len(), 2, "{notes:?}");
    assert!(notes[0].contains("(in the run from 0 s to 10 min)"), "{notes:?}");
    assert!(notes[1].contains("(in the run from 10 min to 20 min)"), "{notes:?}");
    let part = d.run("for note in b.between(15.min, 20.min).notes() { print(note) }");
    assert!(part[0].contains("(in the run from 10 min to 20 min)"), "{part:?}");
    let once = d.run("for note in (a + b).between(1.min, 2.min).notes() { print(note) }");
    assert_eq!(once, notes);
}

#[test]
fn a_little_sugar_is_not_none() {
    let mut d = desk();
    d.run("medium(#{glucose: 1.uM})");
    d.remarked("hardly any carbon source now");
}
