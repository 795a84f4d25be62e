//! What happens to populations while they live, and many of them at once.

use bioxen::engine::StopToken;

use super::{Desk, desk};
use crate::desk::on_any_threads;

/// A population of cells whose lac operon has a repressor.
const CELLS: &str = "let a = quick_start_vm(\"ecoli\", \"a\", #{resource_limits: \"host\"});
    manage_operons([\"lac\"], \"release\"); start_transcription([\"dnaK\"]);
    fn state(p) { [p.cells(), p.tree(), p.now()].to_string() }";

fn with_cells() -> Desk {
    let mut d = desk();
    d.run(CELLS);
    d
}

#[test]
fn a_run_with_events_is_runs_with_changes_between() {
    let mut d = with_cells();
    for options in
        ["#{}", "#{host: \"own\", noise: \"snapshot\"}", "#{dosage: true, mode: \"colony\"}"]
    {
        // Times within a step, at its end, and at the end of the run.
        let told = d.run(&format!(
            "let p = population(12, {options}); let q = p; let r = p;
            p.at(7.min + 3.s, || add_inducer(\"IPTG\", 1.mM));
            p.every(10.min, || start_transcription([\"adk\"]));
            p.at(25.min, || stop_transcription([\"dnaK\"]));
            let course = p.run(25.min);
            q.run(7.min + 3.s); q.change(|| add_inducer(\"IPTG\", 1.mM));
            q.run(3.min - 3.s); q.change(|| start_transcription([\"adk\"]));
            q.run(10.min); q.change(|| start_transcription([\"adk\"]));
            q.run(5.min); q.change(|| stop_transcription([\"dnaK\"]));
            print(state(p) == state(q));
            print(p.events().map(|e| e.label));
            let times = course[\"time\"];
            print(times.filter(|t| t == 7.min + 3.s || t == 10.min || t == 20.min).len());
            print(times == course.sort(\"time\")[\"time\"] && times.len() == course.unique([\"time\"]).len() && times[0] == 0.min && times[-1] == 25.min);
            print(course[\"adk.mean\"][-1] > 0.0 && course.head(3)[\"adk.mean\"].filter(|x| x != ()).is_empty());
            r.every(1.min, |p| p.mean(\"dnaK\")); r.when(|| false, || ()); r.run(25.min);
            let s = population(12, {options}); for i in 0..25 {{ s.run(1.min); s.change(|| ()); }}
            print(state(r) == state(s));"
        ));
        let expected = ["true", "[\"every(10 min)\"]", "3", "true", "true", "true"];
        assert_eq!(told, expected, "{options}");
    }
    assert_eq!(d.run("print(\"IPTG\" in medium());"), ["false"]);
}

#[test]
fn conditions_are_looked_at_on_one_grid_wherever_runs_end() {
    let mut d = with_cells();
    let told = d.run(
        "sample_every(45.s);
        fn watched() { let p = population(20, #{seed: 5});
            p.when(|p| p.mean(\"dnaK\") > 20.0, |p| { print(`above at ${p.now()}`); add_inducer(\"IPTG\", 1.mM); });
            p.when(|| protein(\"lacZ\") > 5.0, || stop_transcription([\"dnaK\"])); p }
        let p = watched(); let q = watched(); p.run(30.min); let n = 0;
        while q.now() < 30.min { q.run(50.s); n += 1; }
        print(n); print(state(p) == state(q)); print(p.mean(\"lacZ\") > 1.0);",
    );
    assert_eq!(told.len(), 5, "{told:?}");
    assert_eq!(told[0], told[1], "{told:?}");
    assert_eq!(told[2..], ["36", "true", "true"]);
    // Looking alone changes nothing.
    let told = d.run(
        "let p = population(9); let q = p; p.when(|| { add_inducer(\"IPTG\", 1.mM); false }, || ()); p.run(7.min); q.run(7.min);
        print(state(p) == state(q));",
    );
    assert_eq!(told, ["true"]);
}

#[test]
fn events_are_set_and_cancelled_also_while_one_happens() {
    let mut d = with_cells();
    let told = d.run(
        "let p = population(5);
        let tick = p.every(2.min, |p| { print(`tick ${p.now()}`); if p.now() >= 4.min { p.cancel(p.events()[0].handle); } });
        p.at(3.min, |p| { p.at(p.now() + 30.s, |p| print(`later ${p.now()}`)); });
        let copy = p; p.run(9.min); print(p.events().len());
        print(`${copy.events().len()} ${copy.cancel(tick)} ${copy.cancel(tick)} ${copy.cancel_all()}`); copy.run(9.min);
        print(copy.events().len());",
    );
    assert_eq!(told[..3], ["tick 2 min", "later 3.5 min", "tick 4 min"], "{told:?}");
    assert_eq!(told[3..], ["0", "2 true false 1", "0"], "{told:?}");
}

#[test]
fn an_event_that_fails_changes_nothing_and_says_when_it_was() {
    let mut d = with_cells();
    d.run("let p = population(5); p.run(1.min);");
    for (set, said) in [
        ("p.at(3.min, || start_transcription([\"lacQ\"]))", "no gene `lacQ`"),
        ("p.at(3.min, || run(1.min))", "cannot run"),
        (
            "p.at(3.min, || at(1.h, || ()))",
            "an event of the session does not happen in a population",
        ),
        ("p.at(3.min, |p| p.run(1.min))", "cannot run or change while an event of it happens"),
        ("p.every(1.min, || seed(3))", "seed() has no effect on a population"),
        ("p.every(1.min, || solver(\"deterministic\"))", "solver() has no effect"),
        ("p.when(|p| 1, || ())", "true or false"),
        ("p.at(3.min, |a, b| a)", "has 2 parameters"),
        ("p.at(30.s, || ())", "an event cannot be set at 30 s"),
        ("p.every(0.s, || ())", "an interval"),
        ("p.when(|| p.mean(\"dnaK\") > 1.0, || ())", "uses the variable of its own population"),
        ("p.cancel(every(1.h, || ()))", "one of the session"),
        ("p.every(1.h, || ()).cancel()", "one of a population"),
    ] {
        d.run("cancel_all(); p.cancel_all(); let before = state(p);");
        let wrong = d.message(&format!("{set}; p.run(5.min);"));
        assert!(wrong.contains(said), "{set}: {wrong}");
        assert_eq!(d.run("print(state(p) == before);"), ["true"], "{set}");
    }
    d.refused("p.cancel_all(); p.change(|| sample_every(1.min));", "sample_every() has no effect");
}

#[test]
fn events_stay_with_the_script() {
    let mut d = with_cells();
    d.run("let p = population(5); p.at(1.min, || add_inducer(\"IPTG\", 1.mM));");
    d.remarks();
    d.run("p.save(\"p.cells\"); let q = load_population(\"p.cells\");");
    d.remarked("are not saved");
    assert_eq!(d.run("print(`${p.events().len()} ${q.events().len()}`);"), ["1 0"]);
    // Snapshots of the session know nothing of populations, which are values.
    let told = d.run(
        "let all = snapshot_all(); let before = state(p); p.run(3.min); let after = state(p); run(1.min); restore_all(all);
        print(state(p) == after && before != after);",
    );
    assert_eq!(told, ["true"]);
    // Closures that only a population holds live on.
    d.run("let kept = population(3); kept.at(1.min, || print(\"still here\"));");
    for i in 0..300 {
        d.run(&format!("let gone = |a| [a].map(|b| b + {i});"));
    }
    assert_eq!(d.run("kept.run(2.min);"), ["still here"]);
    // A card tells what is to come.
    let card = d.session.eval_rich("q.at(1.h, || ()); q", "cell").unwrap().unwrap();
    let html = card.html(&StopToken::new()).unwrap();
    assert!(html.contains("<td>moran</td>") && html.contains(">events</"), "{html}");
}

#[test]
fn a_session_that_is_kept_has_the_events_of_its_populations() {
    let mut d = with_cells();
    d.run(
        "let limit = 20.0; let p = population(9); let said = p.every(5.min, |p| print(p.now()));
        p.when(|p| p.mean(\"dnaK\") > limit, || add_inducer(\"IPTG\", 1.mM)); p.run(7.min);",
    );
    let kept = d.session.checkpoint().unwrap();
    assert!(kept.left_out.is_empty());
    let mut other = desk();
    other.session.restore(&kept.bytes).unwrap();
    let text = "p.run(20.min); print(state(p)); print(p.cancel(said)); print(p.events().len());";
    let told = d.run(text);
    assert_eq!(told[0], "10 min");
    assert_eq!(told, other.run(text));
}

#[test]
fn points_of_a_sweep_do_not_share_what_events_have_caught() {
    let mut d = with_cells();
    let told = d.run(
        "let seen = []; let p = population(4); p.every(1.min, || seen.push(0));
        let t = sweep(1..=4, |n| { p.run(n.min); #{seen: seen.len()} });
        print(t[\"seen\"].to_string()); print(seen.len());",
    );
    // The closure and the events have caught the same variable.
    assert_eq!(told, ["[1, 2, 3, 4]", "0"]);
}

const MANY: &str = "let many = ensemble(6, || { let p = population(8); p.at(5.min, || add_inducer(\"IPTG\", 1.mM)); p.run(20.min) });
    let table = ensemble(6, |n| { let p = population(8); p.run(20.min); #{n: n, cv2: p.cv2(\"dnaK\"), first: population(4)[\"size\"][0]} });
    print(many.mean(\"dnaK.mean\").to_string()); print(many[\"dnaK.mean\"].to_string()); print(table);";

#[test]
fn many_populations_are_the_same_on_any_number_of_threads() {
    on_any_threads(|| with_cells().run(MANY));
}

#[test]
fn an_ensemble_of_a_function_is_one_of_its_runs_or_a_table() {
    let mut d = with_cells();
    d.run(MANY);
    let told = d.run(
        "print(table.unique(\"cv2\").len()); print(table[\"n\"].to_string()); print(table.unique(\"first\").len());
        let own = population(8); own.at(5.min, || add_inducer(\"IPTG\", 1.mM));
        print(own.run(20.min)[\"dnaK.sd\"] == many[\"dnaK.sd\"][0]);
        print(many.repetitions().len()); print(\"lacZ.q95\" in many.names());
        plot(many, \"dnaK.mean\");
        print(ensemble(3, || run(1.min)).mean(\"dnaK.mrna\") == ensemble(3, || run(1.min)).mean(\"dnaK.mrna\"));
        print(ensemble(2, || 7)[\"result\"].to_string());
        print(ensemble(3, || population(4)[\"size\"][0], #{seed: 4}) == ensemble(3, || population(4)[\"size\"][0], #{seed: 5}));",
    );
    let expected = ["6", "[0, 1, 2, 3, 4, 5]", "6", "true", "6", "true", "true", "[7, 7]", "false"];
    assert_eq!(told, expected);
    d.transcript(
        r#"
        ensemble(3, || population(2)) !! what a run gives, or a number
        ensemble(2, |n| if n == 0 { run(1.min) } else { 1 }) !! each time of the same kind
        ensemble(2, |n| if n == 0 { 1 } else { run(1.min) }) !! ensemble gives
        ensemble(2, |n| run((1 + n).min)) !! other times or quantities
        ensemble(2, |n| population(2).cells()) !! what a run gives
        ensemble(2, || throw "no") !! no
        ensemble(0, || 1) !! 1 to 100000
        ensemble(2, || 1, #{sed: 1}) !! did you mean `seed`?
        ensemble(2, |a, b, c| 1) !! values
        "#,
    );
}

/// What lives with the cell lives in each of a population's cells; what takes no part is said.
#[test]
fn plasmids_packages_and_models_know_populations() {
    let mut d = desk();
    let told = d.run(
        "let a = quick_start_vm(\"ecoli\", \"a\", #{resource_limits: \"host\"});
        a.add_plasmid(\"pBR322\", 20); install_package(\"gfp_reporter\"); start_transcription([\"gfp\"]); run(30.min);
        let p = population(40); p.at(10.min, || stop_transcription([\"gfp\"])); p.run(20.min);
        print(p.mean(\"gfp\") > 1.0); print(p.mean(\"pBR322\") > 5.0 && p.mean(\"pBR322\") < 60.0);",
    );
    assert_eq!(told, ["true", "true"]);
}

#[test]
fn the_size_of_a_cell_has_no_concentration() {
    let mut d = with_cells();
    d.run("let p = population(5); p.run(1.min);");
    d.transcript(
        r#"
        p.concentration("size") !! has no concentration
        p.cv2("size", "concentration") !! has no concentration
        plot_cytometry(p, "size", #{of: "concentration"}) !! has no concentration
        plot_kymograph(p, "size", #{of: "concentration"}) !! has no concentration
        "#,
    );
}
