//! Interrupts: everything that takes long ends soon, and what was reached is kept.
//!
//! There is no bound here, since a machine may do much else: what does not end hangs. The times that
//! are printed
//! (`cargo test --release --test it interrupts -- --nocapture --test-threads 1`) are those of
//! `docs/performance.md`.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::{Desk, desk, interrupted_at};

/// Evaluates a text that would take long, interrupts it, and says how long it took to end.
#[allow(clippy::print_stdout, reason = "who measures reads it")]
fn interrupted(desk: &mut Desk, name: &str, text: &str) -> Duration {
    let (stop, over) = (desk.session.interrupt(), AtomicBool::new(false));
    let (error, took) = std::thread::scope(|scope| {
        let asked = scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(150));
            let at = Instant::now();
            // An evaluation that has not begun yet forgets it.
            while !over.load(Ordering::Relaxed) {
                stop.stop();
                std::thread::sleep(Duration::from_millis(5));
            }
            at
        });
        let error = desk.session.eval(text, "test").expect_err(text);
        let ended = Instant::now();
        over.store(true, Ordering::Relaxed);
        (error, ended.saturating_duration_since(asked.join().unwrap()))
    });
    assert!(error.interrupted, "{name}: {error}");
    println!("interrupt of {name}: {:.1} ms", 1e3 * took.as_secs_f64());
    took
}

/// The VMs are at the time of the host, and the session goes on.
fn goes_on(desk: &mut Desk) {
    let eval = |desk: &mut Desk, text: &str| {
        desk.session.eval(text, "test").unwrap_or_else(|e| panic!("{text}\n{e}"))
    };
    assert_eq!(eval(desk, "kept").as_deref(), Some("7"));
    let (before, _) = desk.session.time_and_seed();
    if let Some(trace) = desk.session.take_interrupted() {
        assert!(trace.columns.iter().all(|c| c.values.len() == trace.times.len()));
        assert_eq!(trace.times.last(), Some(&before), "the last row is where the cell is");
    }
    eval(desk, "run(1.min)");
    let (after, _) = desk.session.time_and_seed();
    assert!((after - before - 1.0).abs() < 1e-9);
}

fn ready(setup: &str) -> Desk {
    let mut desk = desk();
    desk.session.eval(&format!("let kept = 7; {setup}"), "setup").unwrap_or_else(|e| panic!("{e}"));
    desk
}

const WHOLE: &str = "create_bio_vm(\"demo\", \"ecoli\", \"basic\", #{resource_limits: #{max_ribosomes: 5000, \
                     max_memory_kb: 5000}}); start(); allocate_memory(5000); allocate_ribosomes(5000); \
                     start_transcription(coding_genes(), #{tpm: 1.0});";

#[test]
fn loops_of_scripts() {
    let mut desk = ready("");
    interrupted(&mut desk, "a loop", "loop {}");
    interrupted(&mut desk, "a loop that catches errors", "loop { try { throw 1 } catch { } }");
    interrupted(&mut desk, "a loop of calls", "fn f(n) { n + 1 } let x = 0; loop { x = f(x); }");
    interrupted(
        &mut desk,
        "a loop over an array",
        "let a = []; a.pad(1000000, 1); loop { a.map(|x| x + 1); }",
    );
    goes_on(&mut desk);
}

#[test]
fn runs_of_whole_genomes() {
    let mut desk = ready(WHOLE);
    interrupted(
        &mut desk,
        "a stochastic run of all E. coli genes",
        "sample_every(1.h); run(5000.h)",
    );
    goes_on(&mut desk);
    interrupted(&mut desk, "the same in small steps", "loop { run(1.s); }");
    goes_on(&mut desk);
}

#[test]
fn deterministic_runs() {
    let mut desk = ready(&format!("{WHOLE} solver(\"deterministic\"); sample_every(1.s);"));
    interrupted(
        &mut desk,
        "a deterministic run of all E. coli genes",
        "run(2.h); loop { run(1.min); }",
    );
    goes_on(&mut desk);
}

#[test]
fn events_and_conditions() {
    let mut desk = ready("quick_start_vm(\"ecoli\"); start_transcription([\"lacZ\"]);");
    interrupted(&mut desk, "an endless event", "at(now() + 1.min, || loop {}); run(2.min)");
    interrupted(&mut desk, "an endless condition", "run_until(|| { loop {} true }, 2.min)");
    goes_on(&mut desk);
}

#[test]
fn ensembles() {
    let mut desk = ready("quick_start_vm(\"ecoli\"); start_transcription([\"lacZ\", \"araB\"]);");
    let before = desk.session.statuses();
    interrupted(&mut desk, "an ensemble", "sample_every(1.h); ensemble(2000, 100.h); loop {}");
    assert_eq!(desk.session.statuses(), before, "an ensemble leaves the cell where it is");
    goes_on(&mut desk);
    let setup = "solver(\"deterministic\"); sample_every(1.s); \
                 let many = ensemble(60, 10.h, #{quantities: [\"lacZ\"]});";
    desk.session.eval(setup, "setup").unwrap();
    let text = "plot(many, [\"lacZ\"], #{ribbon: \"quartiles\"})";
    interrupted(&mut desk, "ribbons of two million values", &format!("loop {{ {text}; }}"));
    interrupted(
        &mut desk,
        "medians of two million values",
        "loop { many.quantile(\"lacZ\", 0.5); }",
    );
}

#[test]
fn plots() {
    let mut desk = ready(
        "quick_start_vm(\"ecoli\"); start_transcription([\"lacZ\"]); sample_every(1.s); let t = run(5.h);",
    );
    let text = "loop { show(plot(t)); plot(t, [\"lacZ\", \"lacZ.mrna\"]).save(\"x.png\"); }";
    interrupted(&mut desk, "plots of 18000 samples", text);
    goes_on(&mut desk);
    interrupted(&mut desk, "the growth law", "loop { plot_growth_law(); }");
    interrupted(&mut desk, "the burden line", "loop { plot_burden(); }");
    let text = "loop { plot(t, [\"lacZ\"], #{width: 4000, height: 4000}).save(\"large.png\"); }";
    interrupted(&mut desk, "a plot of 64 million pixels", text);
    assert!(!desk.folder.path().join("large.png").exists());
    goes_on(&mut desk);
}

#[test]
fn files_of_long_traces() {
    let mut desk = ready("solver(\"deterministic\"); sample_every(0.01.s); let t = run(2.h);");
    for path in ["long.csv", "long.json"] {
        let kind = path.split('.').next_back().unwrap();
        let text = format!("loop {{ t.to_{kind}(\"{path}\"); }}");
        interrupted(&mut desk, &format!("writing a long trace as {kind}"), &text);
    }
    for path in ["long.svg", "long.png"] {
        let text = format!("loop {{ plot_resources(t).save(\"{path}\"); }}");
        interrupted(&mut desk, &format!("drawing a long trace as {path}"), &text);
    }
    desk.session.eval("sample_every(10.s);", "test").unwrap();
    goes_on(&mut desk);
}

#[test]
fn texts_on_a_vm() {
    let mut desk = ready("let cell = quick_start_vm(\"ecoli\", \"demo\");");
    let before = desk.session.statuses();
    let text = "cell.execute(\"start_transcription([`lacZ`]); run(1.min); loop {}\")";
    interrupted(&mut desk, "a text on a VM", text);
    assert_eq!(desk.session.statuses(), before, "what a text that did not end had done is undone");
    goes_on(&mut desk);
}

#[test]
fn an_endless_loop_can_be_interrupted_and_the_session_lives_on() {
    let mut session = interrupted_at(1);
    session.eval("let kept = 7;", "test").unwrap();
    let error = session.eval("print(1); loop {}", "test").unwrap_err();
    assert!(error.interrupted);
    assert_eq!(session.eval("kept", "test").unwrap().as_deref(), Some("7"));
}

#[test]
fn an_interrupted_run_keeps_what_it_recorded() {
    let mut session = interrupted_at(3);
    let setup = "create_bio_vm(\"demo\", \"ecoli\").start(); start_transcription([\"lacZ\"]); \
                 every(1.min, || print(now()));";
    session.eval(setup, "test").unwrap();
    let error = session.eval("run(5000.h)", "test").unwrap_err();
    assert!(error.interrupted, "{error}");
    let trace = session.take_interrupted().unwrap();
    let (now, _) = session.time_and_seed();
    assert!(now >= 3.0, "{now}");
    assert_eq!(trace.times.last(), Some(&now));
    assert!(trace.columns.iter().all(|c| c.values.len() == trace.times.len()));
    session.eval("run(1.min)", "test").unwrap();
}

#[test]
fn what_an_interrupted_text_has_made_can_be_used_by_the_next() {
    let mut session = interrupted_at(1);
    let text = "let runs = ensemble(3, 1.min); print(\"made\"); loop {}";
    assert!(session.eval(text, "test").unwrap_err().interrupted);
    // One that comes too late ends nothing that follows.
    session.interrupt().stop();
    let part = session.eval("runs.between(0.min, 30.s).mean(\"host.ribosomes\").len()", "test");
    assert_eq!(part.unwrap().as_deref(), Some("4"));
}
