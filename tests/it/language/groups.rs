//! Groups, copies, texts on a VM, and what VMs tell of their resources.

use bioxen::lang::{Limits, WorldOptions};
use bioxen::session::Session;

use super::{Desk, desk};
use crate::desk::cells;

#[test]
fn groups_are_made_and_addressed_by_patterns() {
    let mut d = desk();
    d.value("create_bio_vms(\"colony_{}\", 3, \"ecoli\"); create_bio_vm(\"other\", \"syn3a\")");
    assert_eq!(d.value("list_vms()"), r#"["colony_1", "colony_2", "colony_3", "other"]"#);
    let text = "broadcast(\"colony_*\", || { start(); current_vm().id })";
    assert_eq!(d.value(text), r#"["colony_1", "colony_2", "colony_3"]"#);
    assert_eq!(d.value("current_vm().id"), "colony_1");
    assert_eq!(d.value("vm(\"other\").status().to_string().contains(\"created\")"), "true");
    // One of them cannot: none is changed.
    let before = d.session.statuses();
    let error = d.session.eval("broadcast(\"*\", || stop())", "test").unwrap_err();
    assert!(error.message.contains("cannot stop"), "{error}");
    assert_eq!(d.session.statuses(), before);
    for [text, expected] in cells(
        r#"
        create_bio_vms("colony_{}", 5, "ecoli") | there is a VM `colony_1` already
        create_bio_vms("x", 5, "ecoli") | with {} where the number goes
        create_bio_vms("x{}", 0, "ecoli") | a whole number from 1 to 1000
        create_bio_vms("x{}", 2, "yeast") | unknown biological type
        broadcast("colny_1", || start()) | did you mean `colony_1`?
        quick_start_vm("ecoli", "other") | there is a VM `other` already
        "#,
    ) {
        let error = d.session.eval(text, "test").unwrap_err();
        assert!(error.message.contains(expected), "{text}: {error}");
        assert_eq!(d.session.statuses(), before, "{text}");
    }
}

#[test]
fn texts_run_on_a_vm_and_tell_what_came_of_them() {
    let mut d = desk();
    d.value("quick_start_vm(\"ecoli\", \"a\"); let b = quick_start_vm(\"ecoli\", \"b\");");
    let text = "let r = execute_vm_sync(\"b\", `start_transcription([\"lacZ\"]); print(\"hello\"); \
                run(1.min); current_vm().id`);";
    d.value(text);
    d.transcript(
        r#"
        r.value => b
        r.output => ["hello"]
        r.elapsed => 1 min
        r.trace.times().len() => 7
        type_of(r.error) => ()
        current_vm().id => a
        "#,
    );
    assert!(d.printed.borrow().is_empty());
    let before = d.session.statuses();
    let said = d.value("b.execute(`run(1.min);\nstart_transcription([\"nosuch\"])`).error");
    assert!(said.contains("line 2: VM `b` (ecoli) has no gene `nosuch`"), "{said}");
    assert_eq!(d.session.statuses(), before, "what a failed text did is undone");
    let said = d.value("b.execute(\"1 +\").error");
    assert!(!said.is_empty());
    let error = d.session.eval("execute_vm_sync(\"c\", \"1\")", "test").unwrap_err();
    assert!(error.message.contains("there is no VM `c`"), "{error}");
    let nested = "fn nest(n) { `1 + 1` } let r = b.execute(`current_vm().execute(\"6 * 7\").value`); r.value";
    assert_eq!(d.value(nested), "42");
}

#[test]
fn texts_that_run_themselves_end() {
    let mut d = desk();
    d.value("let b = quick_start_vm(\"ecoli\", \"b\");");
    let text = "let t = `let r = input(); current_vm().execute(r)`; b.execute(t).to_string()";
    d.session.set_input(Some(Box::new(|_| {
        bioxen::lang::Answer::Line("let r = input(); current_vm().execute(r)".to_owned())
    })));
    let said = d.value(text);
    assert!(said.contains("texts run texts more than 4 deep"), "{said}");
    d.value("print(1)");
    assert_eq!(d.printed.borrow().len(), 1);
}

#[test]
fn a_restored_vm_lives_the_same_life_again() {
    let mut d = desk();
    let text = "
        let cell = quick_start_vm(\"ecoli\", \"demo\");
        start_transcription([\"lacZ\"]);
        run(3.min);
        let before = cell.snapshot();
        let m = molecules(\"lacZ\").to_string();
        run(3.min);
        cell.restore(before);";
    d.value(text);
    d.transcript(
        r#"
        molecules("lacZ").to_string() == m => true
        before => snapshot of VM `demo` at 3 min
        clone_vm("demo", "copy"); run(5.min);
        vm("copy").transcribing() == cell.transcribing() => true
        "#,
    );
    let own = "vm(\"copy\").protein(\"lacZ\") == cell.protein(\"lacZ\")";
    assert_eq!(d.value(own), "false", "a copy has chance of its own");
    d.transcript(
        r#"
        vm("copy").restore(before) !! snapshot of VM `demo`
        clone_vm("demo", "copy") !! there is a VM `copy` already
        clone_vm("dmeo", "x") !! did you mean `demo`?
        clone_vm("demo", "1") !! must begin with a letter
        "#,
    );
}

#[test]
fn resources_add_up() {
    let mut d = desk();
    d.transcript(
        r#"
        quick_start_vm("ecoli"); start_transcription(["lacZ"]); run(10.min);
        resource_limits().ribosomes => 100.0
        get_ribosome_allocation() => 100.0
        let u = resource_usage(); let f = available_resources();
        [u.ribosomes > 0.0, u.atp > 0.0] => [true, true]
        [u.ribosomes + f.ribosomes, u.memory_kb + f.memory_kb, u.atp + f.atp].map(|x| round(x)) => [100.0, 500.0, 90.0]
        get_atp_level() > 50.0 => true
        biological_type() + get_vm_type() => ecolibasic
        genes("lac?") => ["lacA", "lacY", "lacZ", "lacI"]
        gene("lacZ").locus_tag => b0344
        gene("lacZ").protein_length => 1024
        "#,
    );
}

#[test]
fn statistics_of_traces() {
    let mut d = desk();
    let text = "quick_start_vm(\"ecoli\"); start_transcription([\"lacZ\"]); run(30.min);
        let t = run(60.min);
        let m = t.mean(\"lacZ.mrna\");
        let s = t.sd(\"lacZ.mrna\");";
    d.value(text);
    let near = |a: &str, b: &str| format!("abs({a} - {b}) < 1e-9");
    assert_eq!(d.value(&near("t.fano(\"lacZ.mrna\")", "s * s / m")), "true");
    assert_eq!(d.value(&near("t.cv2(\"lacZ.mrna\")", "s * s / m / m")), "true");
    assert_eq!(d.value("t.select([\"lacZ\"]).names()"), r#"["default.lacZ.protein"]"#);
    d.value("stop_transcription([\"lacZ\"]); solver(\"deterministic\"); run(60.min);");
    // Without mRNA a stable protein is lost by dilution: ln 2 over the growth rate of the host.
    let text = "let u = run(60.min); let half = u.half_life(\"lacZ.protein\").in_minutes(); \
                abs(half * u.mean(\"host.growth_rate_per_h\") / 60.0 - 0.6931) < 0.02";
    assert_eq!(d.value(text), "true");
    let error = d.session.eval("u.half_life(\"lacZ.nothing\")", "test").unwrap_err();
    assert!(error.message.contains("the trace has no `lacZ.nothing`"), "{error}");
    d.value("t.select([\"lacZ\"]).to_json(\"t.json\")");
    let json = std::fs::read_to_string(d.folder.path().join("t.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["columns"][0]["values"].as_array().unwrap().len(), 361);
}

#[test]
fn ensembles_are_the_same_on_any_number_of_threads() {
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let mut d = desk();
        d.value("quick_start_vm(\"ecoli\"); start_transcription([\"lacZ\"]); seed(7);");
        // The session stays on this thread; its parallel work goes to the pool of its caller.
        pool.in_place_scope(|_| {
            d.value("let e = ensemble(12, 3.min); e.final(\"lacZ.mrna\") + e.mean(\"lacZ.mrna\")")
        })
    };
    let one = run(1);
    assert_eq!(one, run(3));
    let mut d = desk();
    d.value(
        "quick_start_vm(\"ecoli\"); start_transcription([\"lacZ\"]); let e = ensemble(8, 2.min);",
    );
    assert_eq!(d.value("now()"), "0 s", "the cell stays where it is");
    let text = "let s = 0.0; for i in 0..8 { s += e.repetition(i).final(\"lacZ.mrna\"); } \
                let m = e.mean(\"lacZ.mrna\"); abs(s / 8 - m[m.len() - 1]) < 1e-12";
    assert_eq!(d.value(text), "true");
    d.transcript(
        r#"
        e.final("lacZ.mrna").len() => 8
        ensemble(0, 1.min) !! from 1 to 100000
        ensemble(10, 5) !! must be a time
        ensemble(100000, 1000.h) !! more than can be recorded
        e.repetition(8) !! counted from 0
        e.mean("lacz") !! did you mean `lacZ`?
        e.quantile("lacZ", 50) !! a number from 0 to 1
        "#,
    );
}

#[test]
fn what_a_text_on_a_vm_leaves_acts_on_that_vm() {
    let mut d = desk();
    let printed = |d: &Desk| d.printed.take();
    let text = r##"
        let a = create_bio_vm("a", "ecoli"); let b = create_bio_vm("b", "syn3a");
        let n = 100;
        let r = b.execute(#"
            let n = 3; fn g(x) { x + ten() } fn ten() { 10 }
            at(1.min, || print(`${n} ${g(1)} on ${current_vm().id}`));
            when(|| now() >= 90.s, || at(now() + 1.s, || print(`later ${g(2)}`)));
            #{f: |x| g(x) + n, all: [|| current_vm().id, Fn("ten")]}
        "#).value;
        run(2.min);"##;
    d.value(text);
    assert_eq!(printed(&d), ["3 11 on b", "later 12"]);
    assert_eq!(d.value("[r.f.call(2), r.all[0].call(), current_vm().id]"), "[15, \"b\", \"a\"]");
    assert_eq!(d.value("r.all[1].call()"), "10");
    // Its mistakes are told with the VM, and it ends with it.
    let error = d.session.eval("r.f.call(#{})", "test").unwrap_err();
    assert!(error.message.contains("the text on VM `b`"), "{error}");
    d.value("b.execute(\"every(1.min, || print(1)); when(|| true, || print(2));\"); b.destroy();");
    d.value("run(3.min);");
    assert_eq!(printed(&d), [""; 0]);
    let error = d.session.eval("r.f.call(1)", "test").unwrap_err();
    assert!(error.message.contains("there is no VM `b`"), "{error}");
}

#[test]
fn events_of_the_session_happen_also_while_a_text_runs_the_cell() {
    let mut d = desk();
    let text = "
        let a = create_bio_vm(\"a\", \"ecoli\"); let b = create_bio_vm(\"b\", \"syn3a\");
        fn where_it_is() { current_vm().id } let n = 3;
        every(1.min, || print(`${n} on ${where_it_is()}`));
        when(|| now() > 90.s, || print(`when on ${where_it_is()}`));
        b.execute(`run(2.min); current_vm().id`)";
    let r = d.value(text);
    assert!(r.contains("\"value\": \"b\"") && r.contains("\"error\": ()"), "{r}");
    assert!(r.contains("[\"3 on a\", \"when on a\", \"3 on a\"]"), "{r}");
    assert_eq!(d.value("run(1.min); current_vm().id"), "a");
    assert_eq!(d.printed.take(), ["3 on a"]);
}

#[test]
fn a_closure_of_a_text_on_a_vm_has_the_limits_of_such_texts() {
    let mut d = desk();
    d.value("let cell = create_bio_vm(\"demo\", \"ecoli\"); let f = cell.execute(`|g| g.call(g)`).value;",
    );
    let error = d.session.eval("f.call(f)", "test").unwrap_err();
    assert!(
        error.message.contains("nested too deeply") || error.message.contains("overflow"),
        "{error}"
    );
    let mut limits = Limits::default();
    limits.operations.on_vm = Some(1000);
    let options = WorldOptions { limits, ..WorldOptions::default() };
    let mut session = Session::new(options, Box::new(|_| {})).unwrap();
    let text = "let cell = create_bio_vm(\"demo\", \"ecoli\");
        let f = cell.execute(`|n| { let i = 0; while i < n { i += 1; } i }`).value;
        cell.execute(`at(1.min, || { loop {} });`); f.call(10)";
    assert_eq!(session.eval(text, "test").unwrap().as_deref(), Some("10"));
    for text in ["f.call(10000)", "run(2.min)"] {
        let error = session.eval(text, "test").unwrap_err();
        assert!(error.message.contains("used up the operations"), "{error}");
    }
}
