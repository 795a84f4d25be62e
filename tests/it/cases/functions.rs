//! Functions that users look for.

mod cells;
mod ensembles;
mod front;
mod numbers;
mod page;
mod plates;
mod relations;
mod tables;
mod traces;

use bioxen::lang::catalogue::FnForm;

use crate::desk::{Desk, desk};

#[test]
fn arrays_have_their_statistics() {
    desk().transcript(
        r#"
        sd([2, 4, 4, 4, 5, 5, 7, 9]) == sqrt(32 / 7) => true
        variance([1, 2, 3, 4, 5]) => 2.5
        let a = [3, 1, 2]; [a.median(), a.sd(), a.variance(), a.len()] => [2.0, 1.0, 1.0, 3]
        median([4, 1, 3, 2]) => 2.5
        quantile([4, 1, 3, 2], 0.25) => 1.75
        quantile([1.5], 0.9) => 1.5
        cv2([1, 2, 3]) == 0.25 && fano([1, 2, 3]) == 0.5 => true
        median([5.min, 1.min, 90.s]) => 1.5 min
        sd([1.mM, 3000.uM, 2.mM]) => 1 mM
        quantile([10.percent, 20.percent], 0.5) => 15 %
        cumsum([1, 2, 3]) => [1, 3, 6]
        cumsum([0.5, 1]) => [0.5, 1.5]
        cumsum([1.min, 30.s]) => [1 min, 1.5 min]
        diff([1, 4, 9]) => [3, 5]
        diff([7]) => []
        diff([1.min, 90.s]) => [0.5 min]
        [argmax([3, 9, 9]), argmin([3, 9, 1, 1])] => [1, 2]
        argmax([1.min, 90.s]) => 1
        is_finite(fano([-1, 1])) || is_finite(cv2([0, 0])) => false
        "#,
    );
    let mut d = desk();
    for function in ["sd", "variance", "median", "cumsum", "diff", "argmax", "argmin", "cv2"] {
        if function != "cumsum" {
            d.refused(&format!("{function}([])"), "an array with something in it");
        }
        d.refused(&format!("{function}([1, \"x\"])"), "number 1, counted from 0");
        d.refused(&format!("{function}([1, 2.min])"), "numbers, or quantities of one kind");
        d.refused(&format!("{function}([1, 0.0 / 0.0])"), "finite numbers");
    }
    d.transcript(
        r#"
        sd([1]) !! sd needs at least 2 values, and has 1
        variance([1.min, 2.min]) !! (`sd` takes quantities, too)
        fano([1.min, 2.min]) !! plain numbers
        quantile([1, 2], 50) !! a number from 0 to 1
        cumsum([9223372036854775807, 1]) !! too large
        diff([-9223372036854775807, 9223372036854775807]) !! too large
        "#,
    );
}

#[test]
fn arrays_have_parts_and_are_joined() {
    desk().transcript(
        r#"
        let a = [10, 20, 30, 40, 50]; a.slice(1..4) => [20, 30, 40]
        a.slice(1..=3) => [20, 30, 40]
        a.slice(-2) => [40, 50]
        a.slice(-3..-1) => [30, 40]
        a.slice(0..=-1) == a => true
        a.slice(2, 4) => [30, 40]
        a.slice(5..5) => []
        slice(a, 0..1) => [10]
        a.len() => 5
        ["lacZ", "lacY"].join(", ") => lacZ, lacY
        [1, 2.5, 3.min, true, [1, "x"]].join("; ") => 1; 2.5; 3 min; true; [1, "x"]
        [].join(", ") =>
        "#,
    );
    let mut d = desk();
    d.transcript(
        r#"
        [1, 2].slice(1..4) !! an array of 2 has no part 1..4
        [1, 2].slice(-3) !! has no part from -3 on
        [1, 2].slice(1..0) !! has no part 1..0
        let a = [1, 2, 3]; a[0..2] !! a part of an array is taken by slice
        [1, 2].slice("x") !! a range of places, such as 1..4
        let s = "x"; for i in 0..20 { s += s; } let a = []; a.pad(40, s); a.join("") !! too large
        "#,
    );
}

#[test]
fn traces_tell_of_extremes_times_and_changes() {
    let mut d = desk();
    d.transcript(
        r#"
        quick_start_vm("ecoli"); solver("deterministic"); start_transcription(["lacZ"]); let t = run(20.min); let x = t["lacZ.mrna"]; let times = t.times();
        t.max("lacZ.mrna") == max(x) && t.min("lacZ.mrna") == min(x) => true
        in_minutes(t.time_of_max("lacZ.mrna")) == times[argmax(x)] => true
        in_minutes(t.time_of_min("lacZ.mrna")) == times[argmin(x)] => true
        t.value_at("lacZ.mrna", 20.s) == x[2] => true
        abs(t.value_at("lacZ.mrna", 25.s) - (x[2] + x[3]) / 2) < 1e-9 => true
        t.value_at("lacZ.mrna", 20.min) == x[-1] => true
        t.fold_change("lacZ.mrna", 5.min, 20.min) == x[-1] / x[30] => true
        t.between(1.min, 20.min).fold_change("lacZ.mrna") == x[-1] / x[6] => true
        t.sd("lacZ.mrna") == sd(x) && t.median("lacZ.mrna") == median(x) => true
        t.max(["lacZ", "host.ribosomes"]).keys() => ["host.ribosomes", "lacZ"]
        t.max("lac?").keys().len() => 3
        t.final("lac*.mrna")["default.lacZ.mrna"] == x[-1] => true
        t.select("*.mrna").names().len() => 3
        t.table("lac*", 10.min).to_string().contains("default.lacY.protein") => true
        t.select(["lacZ", "lac*"]).names().len() => 3
        t.value_at("lacZ", 21.min) !! the trace goes from 0 s to 20 min
        t.fold_change("lacZ") !! `lacZ` is 0 at 0 s
        t.period("lacZ") !! `lacZ` has no period in this trace
        t.max("trp*") !! the trace has no `trp*`
        t.max(5) !! a name or an array of names
        t["lac*"] !! `lac*` is a pattern, and this is for one quantity
        t.max("lacz") !! did you mean `lacZ`?
        run(1.s).sd("host.volume") !! the trace has no
        "#,
    );
}

/// 125 min is that of the published equations, 104 min that of the same genes in a cell that grows.
#[test]
fn the_repressilator_has_its_period() {
    let mut d = desk();
    d.value(
        "quick_start_vm(\"ecoli\"); install_package(\"repressilator_model\"); \
         solver(\"deterministic\"); let t = run(1200.min).between(300.min, 1200.min);",
    );
    let names = d.value("t.names().filter(|n| n.contains(\"repressilator\"))");
    let all: Vec<&str> = names.split('"').skip(1).step_by(2).collect();
    assert!(all.len() >= 6, "{names}");
    for name in all {
        let period = d.number(&format!("in_minutes(t.period(\"{name}\"))"));
        assert!((period - 125.0).abs() < 2.0, "{name}: {period}");
    }
    let mut d = desk();
    d.value(
        "quick_start_vm(\"ecoli\"); install_package(\"repressilator\"); run(30.min); \
         solver(\"deterministic\"); let t = run(2000.min).between(900.min, 2000.min);",
    );
    let periods = d.numbers(
        "t.period([\"lacI_lite\", \"tetR_lite\", \"cI_lite\"]).values().map(|p| in_minutes(p))",
    );
    assert!(periods.iter().all(|p| (p - 104.0).abs() < 3.0), "{periods:?}");
}

#[test]
fn genes_and_operons_are_named_by_patterns() {
    let mut d = desk();
    d.value("quick_start_vm(\"ecoli\");");
    assert_eq!(d.value("start_transcription(\"lac?\").len() >= 3"), "true");
    let open = d.value("transcribing()");
    assert!(open.contains("lacZ") && open.contains("lacI"), "{open}");
    assert_eq!(d.value("stop_transcription([\"lac*\"]); transcribing()"), "[]");
    d.value("manage_operons(\"l*\", \"induce\");");
    assert!(d.value("transcribing()").contains("leuA"));
    d.transcript(
        r#"
        start_transcription("xyz*") !! no gene that can be transcribed fits `xyz*`
        stop_transcription("trp*") !! no gene being transcribed fits `trp*`
        protein("lac*") !! `lac*` is a pattern, and this is for one gene
        gene("lac*") !! genes(pattern)
        manage_operons("xyz*", "induce") !! `xyz*`
        "#,
    );
}

#[test]
fn vms_are_named_by_patterns_where_several_are_meant() {
    let mut d = desk();
    d.transcript(
        r#"
        create_bio_vms("colony_{}", 3, "ecoli"); create_bio_vm("other", "syn3a");
        list_vms("colony_*") => ["colony_1", "colony_2", "colony_3"]
        list_vms("x*") => []
        vm("colony_*") !! is a pattern, and this is for one VM; broadcast(pattern
        attach("colony_*") !! is a pattern, and this is for one VM; broadcast(pattern
        clone_vm("colony_?", "x") !! is a pattern, and this is for one VM; broadcast(pattern
        broadcast("x*", || ()) !! no VM fits `x*`; list_vms() lists them
        broadcast("colny_1", || ()) !! did you mean `colony_1`?
        "#,
    );
}

#[test]
fn events_are_listed_and_cancelled_together() {
    let mut d = desk();
    d.transcript(
        r#"
        quick_start_vm("ecoli"); let count = 0; at(5.min, || ()); every(2.min, || ()); when(|| get_atp_level() < 1, || ());
        events().map(|e| e.kind) => ["at", "every", "when"]
        events().map(|e| e.next) => [5 min, 2 min, ()]
        events()[1].label => every(2 min)
        run(3.min); events()[1].next => 4 min
        events()[0].handle.cancel() => true
        events().len() => 2
        cancel_all() => 2
        [events().len(), cancel_all()] => [0, 0]
        run(10.min).times().len() => 61
        "#,
    );
    let shown = d.session.eval_rich("at(1.h, || ()); events()", "test").unwrap().unwrap();
    let markdown = shown.markdown.unwrap();
    assert!(markdown.starts_with("| handle | kind | label | next |\n"), "{markdown}");
    assert!(markdown.contains("| at | at(60 min) | 60 min |"), "{markdown}");
    assert!(shown.text.starts_with('['), "{}", shown.text);
}

#[test]
fn variables_are_listed() {
    let mut d = desk();
    d.transcript(
        r#"
        variables() => []
        let dose = 50.uM; const N = 3; let cell = quick_start_vm("ecoli", "demo"); let dose = 2;
        variables().map(|v| v.name) => ["dose", "N", "cell"]
        variables()[0].type + variables()[0].value => integer2
        let late = 1; variables().map(|v| v.name).contains("late") => true
        "#,
    );
    assert_eq!(d.value("let long = linspace(0, 1, 200); let v = variables().find(|v| v.name == \"long\"); v.value"), "[0.0, 0.005025125628140704, 0.010050251256281407, ..] (200 values)");
    assert_eq!(
        d.value("fn own(a) { let b = 2; variables().map(|v| v.name) } own(1)"),
        "[\"a\", \"b\"]"
    );
    assert_eq!(d.value("`${variables().len()}`"), d.session.variables().len().to_string());
    // The name is not taken from anybody.
    assert_eq!(d.value("let variables = 5; variables + 1"), "6");
    assert_eq!(d.value("let m = #{variables: 1}; m.variables"), "1");
    let result = d.value("vm(\"demo\").execute(\"variables()\").error");
    assert!(result.contains("in a text on a VM"), "{result}");
    assert!(d.session.check("let x = variables();", "test").is_ok());
    // What is wrong is told where it stands in the text that was written.
    let error = d.session.eval("let n = variables(); n.lenn()", "test").unwrap_err().to_string();
    assert!(error.contains("test:1:24") && !error.contains("_variabls"), "{error}");
}

#[test]
fn words_find_the_functions_that_tell_of_them() {
    let d = desk();
    let first = |words: &str| d.session.catalogue().search(words).first().map(|f| f.name.clone());
    for (words, name) in [
        ("oscillates", "period"),
        ("half-life", "half_life"),
        ("standard deviation", "sd"),
        ("Fano factor", "fano"),
        ("geomspace", "logspace"),
        ("order statistics", "quantile"),
        ("growth phases", "get_growth_phase"),
        ("inducer", "add_inducer"),
    ] {
        assert_eq!(first(words).as_deref(), Some(name), "{words}");
    }
    assert_eq!(first("xylophone"), None);
    assert_eq!(first("  ?! "), None);
    let found = d.session.search("oscillates").unwrap();
    assert!(found.contains("| `period(trace, quantity) -> any` | The period of"), "{found}");
    assert!(d.session.search("xylophone").is_none());
    for (function, _) in d.session.catalogue().functions().iter().zip(0..).step_by(7) {
        let words = function.summary();
        if !words.is_empty() && function.form != FnForm::Operator {
            let found = d.session.catalogue().search(&function.name);
            assert_eq!(found[0].name, function.name);
        }
    }
}

#[test]
fn new_functions_are_completed_and_checked() {
    let mut d = desk();
    d.value("let cells = ensemble(2, 1.min); let t = cells.repetition(0);");
    let offered = |text: &str| -> Vec<String> {
        let found = d.session.complete(text, text.chars().count());
        found.items.into_iter().map(|item| item.text).collect()
    };
    assert!(offered("cells.fa").contains(&"fano".to_owned()));
    assert!(offered("t.time_of").contains(&"time_of_max".to_owned()));
    assert!(offered("[1, 2].cum").contains(&"cumsum".to_owned()));
    assert!(offered("linsp").contains(&"linspace".to_owned()));
    assert!(offered("varia").contains(&"variables".to_owned()));
    let good = "let a = linspace(0, 1, 5); print(a.sd()); print(round(a[0], 2)); \
                print(format(a[1], \".2f\")); for e in events() { e.handle.cancel(); } cancel_all();";
    assert!(d.session.check(good, "test").is_ok());
    assert!(d.session.check("linspcae(0, 1, 5)", "test").is_err());
    assert!(d.session.check("linspace(0, 1)", "test").is_err());
}
