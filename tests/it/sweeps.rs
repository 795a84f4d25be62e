//! `sweep`: each point lives in a copy of the whole laboratory, on all threads, and nothing is changed.

use std::cell::RefCell;
use std::rc::Rc;

use bioxen::lang::{Output, WorldOptions};

use crate::desk::{Desk, desk, on_any_threads};

/// A laboratory with chance, a plasmid, an event and a variable that closures catch.
const LABORATORY: &str = "
    let cell = quick_start_vm(\"ecoli\");
    cell.set_limits(#{max_ribosomes: 2000});
    start_transcription([\"lacZ\"]);
    let factor = 2;
    let seen = [];
    every(3.min, || { seen.push(now()); });
    run(5.min);";

/// What there is beside the sweep.
const REST: &str = "[now(), list_vms(), events().len(), cell.protein(\"lacZ\"), seen, factor, run(1.min).final(\"lacZ.mrna\")].to_string()";

#[test]
fn nothing_is_changed_afterwards() {
    let (mut swept, mut left) = (desk(), desk());
    for desk in [&mut swept, &mut left] {
        desk.value(LABORATORY);
    }
    swept.value(
        "sweep([1, 2, 3], |x| {
            factor += x; seen.push(x); terminate_vm(\"default\"); create_chassis(`c${x}`, 0.5);
            cancel_all(); let c = quick_start_vm(\"syn3a\", \"other\"); run(2.min); x
        });",
    );
    assert_eq!(swept.value(REST), left.value(REST));
}

#[test]
fn the_first_point_is_the_run_that_the_cells_would_make_and_others_have_other_chance() {
    let mut d = desk();
    d.value(LABORATORY);
    let swept = d.value(
        "let t = sweep([1, 1, 1], |x| run(10.min).final(\"lacZ.protein\")); t[\"result\"].to_string()",
    );
    let own = d.value("run(10.min).final(\"lacZ.protein\")");
    let values: Vec<f64> =
        swept.trim_matches(['[', ']']).split(", ").map(|x| x.parse().unwrap()).collect();
    assert_eq!(values[0], own.parse::<f64>().unwrap());
    assert!(values[0] != values[1] && values[1] != values[2], "{values:?}");
}

/// A VM that the function makes has other chance at each repeat, too.
#[test]
fn a_vm_that_is_made_at_a_point_has_chance_of_its_own() {
    let mut d = desk();
    let text = d.value(
        "let all = sweep([1], |x| {
            let c = quick_start_vm(\"ecoli\", \"new\"); start_transcription([\"lacZ\"]);
            run(10.min).final(\"lacZ.protein\")
        }, #{repeats: 6})[\"result\"]; all.dedup(); all.len()",
    );
    assert!(text.parse::<i64>().unwrap() > 3, "{text}");
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    let text = "sweep(#{a: [1, 2], b: [0.5, 2.0]}, |p| {
            start_transcription([\"lacA\"], #{strength: p.b});
            print(p); when(|| now() > 7.min, || { seen.push(0); });
            #{mrna: run(5.min).final(\"lacA.mrna\"), seen: seen.len(), a2: p.a * factor}
        }, #{repeats: 3}).to_string()";
    let one = on_any_threads(|| {
        let points = Rc::new(RefCell::new(Vec::new()));
        let done = points.clone();
        let options = WorldOptions { seed: 1, ..WorldOptions::default() };
        let mut d = Desk::heard(options, move |output| {
            if let Output::Points { done: points, of } = output {
                done.borrow_mut().push((*points, *of));
            }
        });
        d.value(LABORATORY);
        let table = d.value(text);
        assert_eq!(points.borrow().last(), Some(&(12, 12)));
        (table, d.printed.take(), d.remarks.take())
    });
    assert_eq!(one.0.lines().count(), 14, "{}", one.0);
}

#[test]
fn points_are_all_combinations_or_rows_or_what_is_listed() {
    let mut d = desk();
    let columns = |d: &mut Desk, call: &str| {
        d.value(&format!("let t = {call}; t.columns().map(|n| `${{n}} ${{t[n]}}`).to_string()"))
    };
    assert_eq!(
        columns(&mut d, "sweep(#{a: [1, 2], b: [3, 4]}, |p| p.a + p.b)"),
        r#"["a [1, 1, 2, 2]", "b [3, 4, 3, 4]", "result [4, 5, 5, 6]"]"#
    );
    assert_eq!(
        columns(&mut d, "sweep(#{a: [1, 2], b: [3, 4]}, |p| p.a + p.b, #{zip: true})"),
        r#"["a [1, 2]", "b [3, 4]", "result [4, 6]"]"#
    );
    assert_eq!(
        columns(&mut d, "sweep([5, 6], |x, i| #{i: i, twice: 2 * x}, #{name: \"x\"})"),
        r#"["x [5, 6]", "i [0, 1]", "twice [10, 12]"]"#
    );
    d.transcript(
        r#"
        sweep(1..=3, |x| 2 * x)["result"].to_string() => [2, 4, 6]
        sweep(0..3, |x| x)["value"].to_string() => [0, 1, 2]
        sweep(#{a: [1, 2], b: [3]}, |p| p.a, #{zip: true}) !! `b` of sweep with zip
        sweep([], |x| x) !! at least one value
        sweep(3, |x| x) !! an array of values
        sweep(0..200000, |x| x) !! at most 100000
        sweep(-9223372036854775807..9223372036854775807, |x| x) !! at most 100000
        sweep(#{a: 1}, |x| x) !! `a` of sweep
        sweep([1, #{a: 2}], |x| 1) !! value 0 of sweep
        sweep([1], |x| 1, #{repeat: 2}) !! unknown option `repeat`
        sweep([1], |x| #{value: 2}) !! under another name
        sweep([1, 2], |x| run(1.min)) !! not a trace
        sweep([1, 2], |x| x, #{repeats: 90000}) !! at most 100000
        "#,
    );
}

#[test]
fn an_error_names_the_point_and_the_place() {
    let mut d = desk();
    d.value("let cell = quick_start_vm(\"ecoli\");");
    let error = d.wrong(
        "sweep(#{dose: [1.mM, 2.mM], k: [1, 2]}, |p| {\n    if p.dose == 2.mM { start_transcription([\"lacQ\"]); }\n    1\n})",
    );
    assert!(error.message.contains("no gene `lacQ`"), "{error}");
    assert_eq!(error.position.map(|(line, _)| line), Some(2), "{error}");
    let shown = error.render(false);
    assert!(shown.contains("in the point dose = 2 mM, k = 1 (3 of 4)"), "{shown}");
    assert_eq!(d.value("cell.transcribing().len()"), "0");
    // What is thrown is caught as everywhere, with words that are the same.
    let caught = d.value(
        "let m = (); try { sweep([1], |x| missing_function(x)) } catch (e) { m = e.message; } m",
    );
    assert!(caught.contains("there is no function `missing_function`"), "{caught}");
    let inside = d.value(
        "sweep([1], |x| { let m = (); try { missing_function(x) } catch (e) { m = e.message; } m }).row(0).result",
    );
    assert_eq!(caught, format!("{inside}, at point value = 1 (1 of 1)"));
    let error = d.wrong("sweep([1], |x| exit(3))");
    assert!(error.message.contains("exit() cannot end the script"), "{error}");
}

#[test]
fn a_sweep_is_called_from_everywhere() {
    let mut d = desk();
    d.value(LABORATORY);
    d.value("fn twice(x) { 2 * x } const TEN = 10;");
    let first = |d: &mut Desk, text: &str| d.value(&format!("{text}.row(1).result"));
    assert_eq!(first(&mut d, "sweep([1, 2], |x| twice(x) + global::TEN)"), "14");
    d.value("fn inner() { sweep([1, 2], |x| twice(x)) }");
    assert_eq!(first(&mut d, "inner()"), "4");
    assert_eq!(first(&mut d, "sweep([1, 2], |y| sweep([y], |x| twice(x)).row(0).result)"), "4");
    assert_eq!(first(&mut d, "sweep([3, 4], Fn(\"twice\"))"), "8");
    assert_eq!(first(&mut d, "[1, 2].sweep(|x| x)"), "2");
    let error = d.wrong("at(6.min, || { sweep([1], |x| x); }); run(2.min)");
    assert!(error.message.contains("under way") || error.message.contains("run"), "{error}");
    assert_eq!(
        d.value("cancel_all(); cell.execute(\"sweep([1, 2], |x| x + 1).row(1).result\").value"),
        "3"
    );
}

#[test]
fn what_held_a_vm_back_is_told_once_for_all_points() {
    let mut d = desk();
    d.value("let cell = quick_start_vm(\"ecoli\"); start_transcription([\"tufA\"]);");
    d.value("sweep([1, 2, 3, 4], |x| run(10.min).final(\"tufA.protein\"));");
    let lines = d.remarks.take();
    let held = lines.iter().filter(|line| line.contains("held back")).count();
    assert_eq!(held, 1, "{lines:?}");
}

/// What a point prints interrupts the sweep, which keeps the points before it.
#[test]
fn a_sweep_that_is_interrupted_keeps_its_points() {
    let interrupt = Rc::new(RefCell::new(None::<bioxen::engine::Interrupt>));
    let (asked, points) = (interrupt.clone(), Rc::new(RefCell::new(0)));
    let done = points.clone();
    let mut d = Desk::heard(WorldOptions::default(), move |output| {
        if let Output::Points { done: now, .. } = output {
            *done.borrow_mut() = *now;
            if *now == 2 {
                asked.borrow().iter().for_each(bioxen::engine::Interrupt::stop);
            }
        }
    });
    *interrupt.borrow_mut() = Some(d.session.interrupt());
    let text = "sweep([1, 2, 3, 4], |x| { if x > 2 { loop {} } 10 * x })";
    assert!(d.wrong(text).interrupted);
    assert_eq!(d.value("interrupted_table()[\"result\"].to_string()"), "[10, 20]");
}

/// Parameters that are set reach the points, and what the points show has numbers of its own.
#[test]
fn a_point_has_the_parameters_and_shows_beside_the_script() {
    let shown = Rc::new(RefCell::new(Vec::new()));
    let told = shown.clone();
    let mut d = Desk::heard(WorldOptions::default(), move |output| {
        if let Output::Display { id, update, value } = output {
            told.borrow_mut().push((*id, *update, value.text.clone()));
        }
    });
    let text = "set_param(\"base\", 40); let first = display(\"first\");
        let t = sweep([1, 2], |x| {
            let own = display(`own ${x}`); own.update(`new ${x}`); first.update(`by ${x}`);
            x + param(\"base\", 1)
        }); display(\"last\"); t[\"result\"].to_string()";
    assert_eq!(d.value(text), "[41, 42]");
    let all = shown.take();
    let all: Vec<(u64, bool, &str)> = all.iter().map(|(i, u, t)| (*i, *u, t.as_str())).collect();
    let right = [
        (1, false, "first"),
        (2, false, "own 1"),
        (2, true, "new 1"),
        (1, true, "by 1"),
        (3, false, "own 2"),
        (3, true, "new 2"),
        (1, true, "by 2"),
        (4, false, "last"),
    ];
    assert_eq!(all, right);
}

/// What the points give is kept within the memory that a script may use.
#[test]
fn a_sweep_ends_at_the_limit_of_memory() {
    let folder = tempfile::tempdir().unwrap();
    let text =
        "sweep(linspace(1, 4000, 4000), |x| { let s = \"0123456789\"; s.pad(60000, \"x\"); s });";
    std::fs::write(folder.path().join("much.rhai"), text).unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_bioxen"));
    command.args(["run", "much.rhai", "--max-memory", "100"]).current_dir(folder.path());
    let output = command.output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && told.contains("100 MiB of memory"), "{told}");
}

/// Designs fill the ranges, and their quantities have units.
#[test]
fn designs_are_points_for_a_sweep() {
    let mut d = desk();
    let text =
        "let d = latin_hypercube(#{k: [1, 100], dose: [1.uM, 1.mM]}, 10, #{log: true, seed: 2});";
    d.value(text);
    d.transcript(
        r#"
        d.len() => 10
        // One in each tenth of the logarithm.
        d.map(|p| floor(5.0 * log(p.k)).to_int()).order().to_string() => [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
        d.all(|p| p.dose >= 1.uM && p.dose <= 1.mM) => true
        sobol(#{k: [0, 1]}, 4).map(|p| p.k).to_string() => [0.0, 0.5, 0.75, 0.25]
        sweep(sobol(#{k: [0, 8]}, 4), |p| p.k * 2).row(1).result => 8.0
        sobol(#{k: [0, 1]}, 4, #{log: ["kk"]}) !! did you mean `k`
        sobol(#{k: [0, 1]}, 4, #{log: true}) !! `k`
        "#,
    );
}

#[test]
fn scripts_that_an_earlier_text_has_imported_are_known_at_the_points() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("lib.rhai"), "fn twice(x) { 2 * x }").unwrap();
    let options = WorldOptions { read_dir: folder.path().to_owned(), ..WorldOptions::default() };
    let mut session = bioxen::session::Session::new(options, Box::new(|_| {})).unwrap();
    session.eval("import \"lib\" as lib;", "first").unwrap();
    let table = "sweep([1, 4], |x| lib::twice(x))[\"result\"].to_string()";
    assert_eq!(session.eval(table, "second").unwrap().as_deref(), Some("[2, 8]"));
}
