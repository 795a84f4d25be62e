//! Values, functions, events and the laboratory.

use super::life::{Life, live_on};

/// A session that is kept and restored between these texts differs in nothing.
fn lives_on(texts: &[&str]) {
    assert_eq!(live_on(texts), [""; 0]);
}

#[test]
fn nothing_is_kept_and_restored() {
    lives_on(&[]);
}

#[test]
fn plain_values_are_kept_to_the_bit() {
    lives_on(&[
        "let x = 0.1 + 0.2; let n = 0.0 / 0.0; let i = 1.0 / 0.0; let z = -0.0; let tiny = 5e-324;",
        "let whole = 9007199254740993; let yes = true; let c = 'é'; let s = \"a\\x00b\"; let b = blob(3, 7);",
        "let t = 90.s; let m = 1.5.min; let k = 3.kb; let p = 12.percent; let u = 50.uM; let r = 1..4; let q = 1..=4;",
        "let list = [1, 2.5, \"x\", [(), #{a: [0.5, 1.5]}], 1.0]; let many = [1.0, 2.0, 0.0 / 0.0, -0.0, 1.0 / 0.0];",
        "const LIMIT = 3; const MAP = #{a: 1};",
        "LIMIT = 4",
        "MAP.a = 2",
        "print([x, n, i, 1.0 / z, tiny, whole, yes, c, s, b, t, m, k, p, u, r, q, list, many, LIMIT]);",
        "for j in r { print(j) } u + 1.mM",
        "variables()",
        "fn limit() { global::LIMIT } limit()",
    ]);
}

#[test]
fn functions_and_closures_work_on() {
    lives_on(&[
        "fn grow(x) { x * 2 } fn grow(x, y) { grow(x) + y } fn fib(n) { if n < 2 { n } else { fib(n - 1) + fib(n - 2) } }",
        "let base = 10; let add = |x| x + base; let named = Fn(\"grow\"); let bound = |a, b| a + b; let five = bound.curry(5);",
        "base += 1; [add.call(1), named.call(4), five.call(6)]",
        "fn grow(x) { x * 3 }",
        "[grow(1), grow(1, 2), fib(15)]",
        "let count = 0; let up = || { count += 1; count }; let down = || { count -= 1; count };",
        "up.call(); up.call(); down.call(); count",
        "let fs = []; for i in 0..3 { fs.push(|| i * base) } let m = #{f: |x| fs[x].call()};",
        "m.f(2) + m.f(0)",
        "let inner = |x| [x].map(|y| y + base); inner.call(3)",
        "add.call(\"x\")",
        "let broken = |x| x.nothing; broken.call(1)",
        "try { throw \"a\" } catch (e) { e }",
        "fn catching() { try { let a = [1]; a[7] } catch (wrong) { wrong.message } } catching()",
        "catching()",
        "let round = (); round = #{f: |n| if n == 0 { 0 } else { 1 + round.f.call(n - 1) }}; round.f.call(4)",
        "count = 100; [up.call(), count]",
        "variables().len()",
    ]);
}

#[test]
fn the_laboratory_lives_on_with_its_events() {
    lives_on(&[
        "seed(5); let vm = create_bio_vm(\"demo\", \"ecoli\"); vm.start(); solver(\"stochastic\"); sample_every(10.s);",
        "start_transcription([\"lacZ\", \"lacY\"]); let trace = run(1.min); trace.mean(\"lacZ.mrna\")",
        "let seen = []; let first = at(90.s, || { seen.push(now()); print(\"at\") }); let every_one = every(20.s, || seen.push(1));",
        "let mark = when(|| now() > 100.s, || { print(`when ${seen.len()}`) });",
        "run(30.s); seen.len()",
        "cancel(first)",
        "let s = vm.status(); let e = ensemble(2, 1.min); let table = trace.table([\"lacZ.mrna\"]); run(45.s); seen",
        "pause(); cancel(every_one); run(10.s)",
        "resume(); add_plasmid(\"pBR322\", 15); install_package(\"gfp_reporter\"); run(7.5.s)",
        "create_chassis(\"other\", 0.3); use_chassis(\"other\"); create_bio_vm(\"b\", \"syn3a\").start(); run(20.s)",
        "at(now() + 5.s, || print(`other ${now()}`)); use_chassis(\"ecoli\"); run(10.s); use_chassis(\"other\"); run(10.s)",
        "nothing_of_the_kind()",
        "table.len() + trace[\"lacZ.mrna\"].len() + e[\"lacZ.mrna\"].len()",
        "attach(\"demo\"); print(s); status().state",
    ]);
}

#[test]
fn what_is_no_data_is_named() {
    let mut life = Life::new();
    life.says("let n = 1; create_bio_vm(\"demo\", \"ecoli\").start(); let f = run(1.min).plot(); let both = [1, f];");
    let left: Vec<String> =
        life.state().left_out.iter().map(|l| format!("{}: {}", l.name, l.kind)).collect();
    assert_eq!(left, ["f: Figure", "both: array"]);
    let mut again = Life::from(&life.state());
    assert!(again.says("n").contains("1"));
    assert!(again.says("f").contains("there is no variable `f`"), "{}", again.says("f"));
}

#[test]
fn results_and_parameters_are_kept() {
    lives_on(&[
        "set_param(\"dose\", \"2 mM\"); let dose = param(\"dose\", 50.uM, #{min: 0.uM, help: \"IPTG\"}); \
         let type = param(\"type\", \"ecoli\", #{choices: [\"ecoli\", \"syn3a\"]});",
        "let times = [0, 2, 4, 8]; let found = fit(#{start: 100.0, rate: #{start: 1.0, log: true}}, \
         |p| times.map(|t| p.start * exp(-p.rate * t)), [98.0, 61.0, 35.5, 13.2]);",
        "create_bio_vm(\"a\", \"ecoli\").start(); start_transcription([\"lacZ\"]); let t = run(20.s); \
         let table = t.table([\"lacZ.mrna\"]); let colony = population(3);",
        "let everything = snapshot_all(); let told = status(); let many = ensemble(2, 10.s);",
        "param(\"dose\", 50.uM, #{min: 0.uM, help: \"IPTG\"})",
        "set_param(\"dose\", ()); param(\"dose\", 50.uM, #{min: 0.uM, help: \"IPTG\"})",
        "print(found); [found.values, found.aic]",
        "print(table); print(told); table.len()",
        "colony.run(1.min); print(colony); colony.cells()",
        "run(10.s).mean(\"lacZ.mrna\")",
        "restore_all(everything); now()",
        "run(10.s).mean(\"lacZ.mrna\")",
        "many.mean(\"lacZ.mrna\")",
    ]);
}

#[test]
fn functions_of_texts_on_a_vm_go_on_happening() {
    lives_on(&[
        "create_bio_vm(\"a\", \"ecoli\").start(); create_bio_vm(\"b\", \"ecoli\").start();",
        "execute_vm_sync(\"b\", `fn twice(x) { 2 * x } let k = 3; at(now() + 30.s, || print(twice(k))); \
         every(20.s, || { stop_transcription([\"lacZ\"]); k += 1; print(k) }); start_transcription([\"lacZ\"]);`).error",
        "run(25.s);",
        "run(30.s);",
        "list_vms().len()",
    ]);
    let mut life = Life::new();
    life.says("create_bio_vm(\"a\", \"ecoli\").start(); let f = execute_vm_sync(\"a\", \"|x| x + 1\").value;");
    let left = life.state().left_out;
    assert!(
        left.len() == 1 && left[0].name == "f" && left[0].why.contains("a text that ran on a VM")
    );
}

#[test]
fn a_session_that_was_reset_or_has_failed_is_kept_too() {
    let mut life = Life::new();
    life.says("let x = 1; const C = 2; fn f() { 1 } create_bio_vm(\"a\", \"ecoli\").start(); every(1.min, || f());");
    life.says("throw #{a: 1}");
    life.session.reset().unwrap();
    let mut again = Life::from(&life.state());
    for text in [
        "let y = 5; at(10.s, || print(y));",
        "x",
        "f()",
        "create_bio_vm(\"a\", \"ecoli\").start(); run(20.s);",
        "exit(3)",
    ] {
        assert_eq!(life.says(text), again.says(text));
    }
    let last = Life::from(&life.state());
    assert_eq!((last.session.exit_code(), life.session.exit_code()), (Some(3), Some(3)));
    assert_eq!(last.session.history().iter().count(), life.session.history().iter().count());
}
