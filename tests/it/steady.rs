//! Steady states and their branches, as scripts find them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bioxen::engine::Interrupt;

use crate::desk::{cells, desk};

const SWITCH: &str = "let s = quick_start_vm(\"ecoli\", \"s\"); install_package(\"toggle_switch\");
    solver(\"deterministic\"); sample_every(10.h); medium(#{aTc: 5.nM});
    let dose = |p| medium(#{IPTG: p.iptg});";

/// What a script can see of the laboratory.
const SEEN: &str =
    "[now(), medium(), s.status(), s.protein(\"gfp_toggle\"), steady_state()].to_string()";

#[test]
fn a_long_run_ends_at_the_steady_state() {
    let mut d = desk();
    d.value("let cell = quick_start_vm(\"ecoli\"); cell.set_limits(#{max_ribosomes: 3000});");
    d.value(
        "solver(\"deterministic\"); start_transcription([\"lacZ\", \"recA\"]); sample_every(10.h);",
    );
    d.value("let s = steady_state();");
    assert_eq!(d.value("now()"), "0 s");
    d.value("let r = run(300.h);");
    for name in ["lacZ", "recA.mrna", "host.growth_rate_per_h", "default.ribosomes"] {
        let (state, run) = (
            d.number(&format!("s.values.final(\"{name}\")")),
            d.number(&format!("r.final(\"{name}\")")),
        );
        assert!((state / run - 1.0).abs() < 1e-6, "{name}: {state} {run}");
    }
    // From there nothing is left to do.
    assert!((d.number("steady_state().growth_rate") - d.number("s.growth_rate")).abs() < 1e-9);
    assert_eq!(d.value("s.genes.columns()"), "[\"vm\", \"gene\", \"mrna\", \"protein\"]");
    assert_eq!(d.value("s.stable && s.reached && s.told == []"), "true");
    assert!(
        (d.number("s.doubling_time.in_minutes()") - 60.0 * 2f64.ln() / d.number("s.growth_rate"))
            .abs()
            < 1e-4
    );
}

/// Item 5 of the studies: the folds of the toggle switch, confirmed by integration within 1 %.
#[test]
fn long_runs_confirm_the_folds_of_the_toggle_switch() {
    let mut d = desk();
    d.value(SWITCH);
    let before = d.value(SEEN);
    d.value("let found = continuation(#{iptg: [0.uM, 100.uM]}, dose, #{of: \"gfp_toggle\"});");
    assert_eq!(d.value(SEEN), before);
    d.transcript(
        r#"
        found.folds.len() => 2
        found.told.len() => 0
        let end = |p| { medium(#{IPTG: p.from}); run(60.h); medium(#{IPTG: p.to}); run(500.h).final("gfp_toggle") };
            let up = found.folds[0]; let down = found.folds[1];
            let ends = sweep([#{from: 0.uM, to: 0.99 * up}, #{from: 0.uM, to: 1.01 * up},
            #{from: 200.uM, to: 1.01 * down}, #{from: 200.uM, to: 0.99 * down}], end)["result"];
        "#,
    );
    let ends: Vec<f64> = (0..4).map(|i| d.number(&format!("ends[{i}]"))).collect();
    assert!(ends[0] < 100.0 && ends[1] > 1000.0, "{ends:?}");
    assert!(ends[2] > 600.0 && ends[3] < 50.0, "{ends:?}");
    // A run stands on a stable part of the branch: those of the table nearest to the dose say the same.
    d.value("let low = found.table.filter(|row| row.branch == 1); let high = found.table.filter(|row| row.branch == 3);");
    assert!(d.number("low[\"gfp_toggle\"][low.len() - 2]") > ends[0]);
    d.transcript(
        r#"
        low["stable"].all(|x| x) && high["stable"].all(|x| x) => true
        found.table.filter(|row| row.branch == 2)["stable"].all(|x| !x) => true
        found.points["special"] => ["fold", "fold"]
        // The published equations, without a host, turn within 1 % of where the cell does without aTc.
        medium(#{aTc: 0.nM});
        "#,
    );
    let fold = d.number("continuation(#{iptg: [0.uM, 60.uM]}, dose).folds[0]");
    assert!((fold / 39.2323 - 1.0).abs() < 0.01, "{fold}");
}

#[test]
fn the_branch_is_the_same_from_either_end_and_on_a_logarithmic_axis() {
    let mut d = desk();
    d.value(SWITCH);
    let up = "continuation(#{iptg: [0.1.uM, 200.uM]}, dose, #{of: \"gfp_toggle\"";
    for more in [
        ", direction: \"down\"",
        ", log: true",
        ", start: 30.uM",
        ", direction: \"down\", log: true",
    ] {
        for i in 0..2 {
            let first = d.number(&format!("{up}}}).folds[{i}]"));
            let other = d.number(&format!("{up}{more}}}).folds[{i}]"));
            assert!((first / other - 1.0).abs() < 1e-6, "{more}: {first} {other}");
        }
    }
    // On the same stretch of the same range, states are the same as those that steady_state() finds.
    d.value("let t = continuation(#{iptg: [0.uM, 50.uM]}, dose, #{of: [\"gfp_toggle\", \"host.growth_rate_per_h\"]}).table;");
    d.value("medium(#{IPTG: t[\"iptg\"][20]});");
    let direct = d.number("steady_state().values.final(\"gfp_toggle\")");
    assert!((direct / d.number("t[\"gfp_toggle\"][20]") - 1.0).abs() < 1e-6);
}

#[test]
fn any_condition_of_the_cell_can_be_followed() {
    let mut d = desk();
    // Without a VM there is the host.
    d.transcript(
        r#"
        let g = continuation(#{q: [0.1, 1.0]}, |p| set_nutrient(p.q));
        g.of => ["host.growth_rate_per_h"]
        g.table["stable"].all(|x| x) => true
        set_nutrient(1.0);
        "#,
    );
    let last = d.number("let y = g.table[\"host.growth_rate_per_h\"]; y[y.len() - 1]");
    assert!((last / d.number("steady_state().growth_rate") - 1.0).abs() < 1e-6);
    // A quota that begins to bind is a corner.
    d.transcript(
        r#"
        let c = quick_start_vm("ecoli", "c"); c.set_limits(#{max_ribosomes: 3000}); start_transcription(["lacZ"], #{strength: 2000.0});
        let q = continuation(#{quota: [10, 3000]}, |p| c.allocate_ribosomes(p.quota), #{of: ["c.ribosomes", "lacZ"]});
        q.told => []
        q.folds => []
        let x = q.table["quota"]; x[x.len() - 1] => 3000.0
        // A parameter that changes nothing.
        let flat = continuation(#{nothing: [0.0, 1.0]}, |p| p.nothing, #{of: "lacZ"});
        let y = flat.table["lacZ"]; abs(y[0] / y[y.len() - 1] - 1.0) < 1e-9 => true
        "#,
    );
}

#[test]
fn an_oscillation_begins_at_a_hopf_point() {
    let mut d = desk();
    d.value("quick_start_vm(\"ecoli\", \"r\"); install_package(\"repressilator\");");
    assert_eq!(
        d.value("let s = steady_state(); [s.stable, s.reached, s.told.len()]"),
        "[false, false, 1]"
    );
    d.value("let f = continuation(#{atc: [0.uM, 10.uM]}, |p| medium(#{aTc: p.atc}), #{of: \"tetR_lite\"});");
    assert!(d.value("f.points[\"special\"]").contains("Hopf point"), "{}", d.value("f.points"));
    assert_eq!(d.value("f.folds"), "[]");
    assert!(d.value("f.told").contains("a run does not come to the first state"));
}

#[test]
fn the_figure_shows_stable_parts_unstable_ones_and_folds() {
    let mut d = desk();
    d.value(SWITCH);
    d.value("let f = continuation(#{iptg: [0.uM, 100.uM]}, dose, #{of: [\"gfp_toggle\", \"lacI_toggle\"]});");
    d.value("plot(f).save(\"branch_of_a_test.svg\");");
    let text = std::fs::read_to_string(d.folder.path().join("branch_of_a_test.svg")).unwrap();
    for part in ["gfp_toggle, unstable", "fold", "iptg [uM]", "stroke-dasharray"] {
        assert!(text.contains(part), "{part}");
    }
    d.value("plot(f, #{y: \"gfp_toggle\", log: \"y\", labels: #{x: \"IPTG\"}, title: \"T\"})");
    d.value("plot(f.table, #{x: \"iptg\", y: \"gfp_toggle\", group: \"branch\", style: \"line\"})");
    for [call, says] in cells(
        r#"
        plot(#{a: 1}) | continuation
        plot(f, #{y: "gfp"}) | gfp_toggle
        plot(f, #{log: "z"}) | log
        plot(f, #{colour: "red"}) | unknown option `colour`
        f.table = 3; plot(f) | the table that `continuation` gives
        "#,
    ) {
        assert!(d.wrong(call).to_string().contains(says), "{call}: {}", d.wrong(call));
    }
}

#[test]
fn errors_say_what_is_wrong() {
    let mut d = desk();
    d.value(SWITCH);
    for (call, says) in [
        ("steady_state(#{runn: true})", "did you mean `run`"),
        ("steady_state(#{run: 1})", "true or false"),
        ("continuation(#{}, dose)", "a map of one name"),
        ("continuation(#{a: [0, 1], b: [0, 1]}, dose)", "a map of 2 names"),
        ("continuation(#{iptg: 1.uM}, dose)", "an array of two"),
        ("continuation(#{iptg: [1.uM, 0.uM]}, dose)", "below the upper"),
        ("continuation(#{iptg: [1.uM, 1.uM]}, dose)", "below the upper"),
        ("continuation(#{iptg: [0.uM, 1.min]}, dose)", "of one kind"),
        ("continuation(#{iptg: [0.0, 0.0 / 0.0]}, dose)", "iptg"),
        ("continuation(#{iptg: [0.0, 1.0 / 0.0]}, dose)", "iptg"),
        ("continuation(#{iptg: [0.uM, 1.uM]}, dose, #{log: true})", "above 0"),
        ("continuation(#{iptg: [0.uM, 1.uM]}, dose, #{start: 2.uM})", "within the range"),
        ("continuation(#{iptg: [0.uM, 1.uM]}, dose, #{direction: \"left\"})", "direction"),
        (
            "continuation(#{iptg: [0.uM, 1.uM]}, dose, #{of: \"gfp_togle\"})",
            "did you mean `gfp_toggle`",
        ),
        ("continuation(#{iptg: [0.uM, 1.uM]}, dose, #{most_points: 0})", "most_points"),
        ("continuation(#{iptg: [0.0, 1.0]}, dose)", "concentration"),
        ("continuation(#{iptg: [0.uM, 1.uM]}, |p| p.itpg)", "itpg"),
        ("continuation(#{iptg: [0.uM, 1.uM]}, |p| throw \"no\")", "no"),
        ("continuation(#{iptg: [0.uM, 1.uM]}, |p| exit())", "exit"),
        ("start_batch(0.1); steady_state()", "end_batch()"),
        ("continuation(#{iptg: [0.uM, 1.uM]}, dose)", "batch culture"),
        (
            "end_batch(); install_package(\"repressilator_model\"); steady_state()",
            "repressilator_model",
        ),
    ] {
        let error = d.wrong(call).to_string();
        assert!(error.contains(says), "{call}: {error}");
    }
}

#[test]
fn a_function_that_fails_later_ends_the_branch() {
    let mut d = desk();
    d.value(SWITCH);
    d.value("let f = continuation(#{iptg: [0.uM, 100.uM]}, |p| { if p.iptg > 20.uM { throw \"a wall\" } dose.call(p) }, #{of: \"gfp_toggle\"});");
    assert!(d.value("f.told").contains("a wall"), "{}", d.value("f.told"));
    let last = d.number("let x = f.table[\"iptg\"]; x[x.len() - 1]");
    assert!((19.99..=20.0).contains(&last), "{last}");
    // One that takes a gene away half way, and one that makes a VM.
    for change in
        ["remove_package(\"toggle_switch\")", "create_bio_vm(\"more\", \"ecoli\").start()"]
    {
        d.value(&format!("let f = continuation(#{{iptg: [0.uM, 100.uM]}}, |p| {{ if p.iptg > 20.uM {{ {change}; }} dose.call(p) }}, #{{of: \"gfp_toggle\"}});"));
        assert!(d.value("f.told").contains("which VMs and genes"), "{}", d.value("f.told"));
    }
}

#[test]
fn it_works_wherever_functions_are_called() {
    let mut d = desk();
    d.value(SWITCH);
    let direct = d.value("steady_state().values.final(\"gfp_toggle\")");
    for call in [
        "fn f() { steady_state().values.final(\"gfp_toggle\") } f()",
        "let g = || steady_state().values.final(\"gfp_toggle\"); g.call()",
        "sweep([1, 2], |x| steady_state().values.final(\"gfp_toggle\"))[\"result\"][1]",
    ] {
        assert_eq!(d.value(call), direct, "{call}");
    }
    let fold = d.value("continuation(#{iptg: [0.uM, 100.uM]}, dose).folds[0]");
    assert_eq!(d.value("sweep([1], |x| continuation(#{iptg: [0.uM, 100.uM]}, |p| medium(#{IPTG: p.iptg})).folds[0])[\"result\"][0]"), fold);
    // In an event the state is that under the conditions of then; nothing is missed.
    d.value("let seen = []; at(5.min, || seen += steady_state().values.final(\"gfp_toggle\"));");
    assert!(d.value("steady_state().told").contains("events"));
    d.value("run(10.min);");
    assert_eq!(d.value("seen.len()"), "1");
    assert!((d.number("seen[0]") / direct.parse::<f64>().unwrap() - 1.0).abs() < 1e-6);
    d.value("at(20.min, || continuation(#{iptg: [0.uM, 1.uM]}, dose));");
    assert!(d.wrong("run(30.min)").to_string().contains("run"));
    // A VM that is stopped has less and less of its proteins; one that is paused keeps them.
    d.value("s.pause();");
    assert_eq!(
        d.value("steady_state().values.final(\"gfp_toggle\") == s.protein(\"gfp_toggle\")"),
        "true"
    );
    d.value("s.resume(); s.stop();");
    assert!(d.number("steady_state().values.final(\"gfp_toggle\")") < 1e-9);
    // Two chassis: that of the current VM.
    d.value("create_chassis(\"rich\", 1.0); use_chassis(\"rich\");");
    assert!(d.number("steady_state().growth_rate") > 1.5);
}

#[test]
fn an_interrupt_ends_it() {
    let mut d = desk();
    d.value(SWITCH);
    let interrupt: Interrupt = d.session.interrupt();
    let over = Arc::new(AtomicBool::new(false));
    let ended = over.clone();
    // Again and again, since one that comes before the evaluation ends nothing.
    let stopper = std::thread::spawn(move || {
        while !ended.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(200));
            interrupt.stop();
        }
    });
    let text = "loop { continuation(#{iptg: [0.uM, 100.uM]}, dose, #{most_points: 100000}); }";
    let error = d.wrong(text);
    over.store(true, Ordering::Relaxed);
    assert!(error.interrupted, "{error}");
    stopper.join().unwrap();
    assert_eq!(d.value("now()"), "0 s");
}
