//! Quotas that decide a result are told.

use std::cell::RefCell;
use std::fs;
use std::process::Command;
use std::rc::Rc;

use bioxen::lang::{Output, WorldOptions};
use bioxen::session::Session;

/// A session, with the remarks that it made.
fn desk() -> (Session, Rc<RefCell<Vec<String>>>) {
    let remarks = Rc::new(RefCell::new(Vec::new()));
    let sink = remarks.clone();
    let take = move |output| {
        if let Output::Remark(text) = output {
            sink.borrow_mut().push(text);
        }
    };
    (Session::new(WorldOptions::default(), Box::new(take)).unwrap(), remarks)
}

fn value(session: &mut Session, text: &str) -> String {
    match session.eval(text, "test") {
        Ok(value) => value.unwrap_or_default(),
        Err(error) => panic!("{error}"),
    }
}

/// Evaluates a script, and gives its value and the remarks.
fn told(text: &str) -> (String, Vec<String>) {
    let (mut session, remarks) = desk();
    let value = value(&mut session, text);
    let remarks = remarks.borrow().clone();
    (value, remarks)
}

#[test]
fn a_quota_that_decides_a_scan_is_told_once_for_each_run() {
    for solver in ["deterministic", "stochastic", "tau_leap"] {
        let (_, remarks) = told(&format!(
            r#"
            solver("{solver}");
            for s in [0.05, 2, 8] {{
                let id = `s${{(s * 100).to_int()}}`;
                create_chassis(id, 0.3); use_chassis(id);
                let cell = create_bio_vm(id, "ecoli", "basic", #{{chassis: id}});
                cell.start(); cell.start_transcription("lacZ", #{{strength: s}});
                run(40.min);
            }}"#
        ));
        // At a twentieth of the open promoter the quota is not reached.
        assert_eq!(remarks.len(), 2, "{solver}: {remarks:?}");
        for (remark, id) in remarks.iter().zip(["s200", "s800"]) {
            let what = format!("{id} held back at its quota of 100 ribosomes, ");
            assert!(remark.starts_with(&what), "{remark}");
            assert!(remark.contains("% of the time"), "{remark}");
            assert!(remark.contains(&format!("vm(\"{id}\").set_limits(#{{max_ribosomes: ..}})")));
            assert!(remark.contains("#{resource_limits: #{max_ribosomes: ..}}"), "{remark}");
        }
    }
}

#[test]
fn the_first_example_of_the_readme_says_that_it_meets_its_quota() {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let example = readme.split("```rhai\n").nth(1).and_then(|t| t.split("```").next()).unwrap();
    let without_files = example.replace(".save(\"resources.svg\")", "");
    let (mut session, remarks) = desk();
    value(&mut session, &without_files);
    assert_eq!(remarks.borrow().len(), 1, "{:?}", remarks.borrow());
    assert!(remarks.borrow()[0].starts_with("demo held back at its quota of 100 ribosomes"));
    assert!(value(&mut session, "trace.to_string()").contains("\nnote: demo held back"));
}

/// The time told is the time in which the VM held all it may hold.
#[test]
fn the_share_of_the_time_is_what_the_trace_shows() {
    for solver in ["deterministic", "stochastic"] {
        let (shares, _) = told(&format!(
            r#"
            solver("{solver}"); sample_every(1.s);
            let cell = quick_start_vm("ecoli", "a");
            cell.start_transcription("lacZ", #{{strength: 3}});
            let t = run(20.min);
            let held = 0;
            for x in t["a.ribosomes"] {{ if x > 99.999 {{ held += 1; }} }}
            `${{100.0 * held / t.times().len()}} ${{cell.status().held_back[0].share}}`"#
        ));
        let shares: Vec<f64> = shares.split(' ').map(|x| x.parse().unwrap()).collect();
        assert!((10.0..99.0).contains(&shares[0]), "{solver}: {shares:?}");
        assert!((shares[0] - shares[1]).abs() < 2.0, "{solver}: {shares:?}");
    }
}

#[test]
fn every_kind_of_limit_is_told() {
    let (record, remarks) = told(
        r#"
        let cell = quick_start_vm("ecoli", "a", #{resource_limits: #{max_ribosomes: 5000, max_atp: 0.1}});
        cell.start_transcription("lacZ", #{strength: 8});
        run(20.min);
        let held = cell.status().held_back;
        `${held.len()} ${held[0].by} ${held[0].limit} ${held[0].speed < 1.0}`"#,
    );
    assert_eq!(record, "1 atp 0.1 true");
    assert!(
        remarks[0].starts_with("a held back at its share of 0.1 % of the ATP, "),
        "{remarks:?}"
    );
    assert!(remarks[0].contains("set_limits(#{max_atp: ..})"), "{remarks:?}");

    let (_, remarks) = told(
        r#"
        for id in ["a", "b"] {
            let cell = quick_start_vm("ecoli", id, #{resource_limits: "host"});
            let strong = ["tufA", "ompA", "gapA", "rplL", "rpsA", "lpp", "eno", "metE", "ompC", "ahpC", "tpiA"];
            cell.start_transcription(strong, #{strength: 1000});
        }
        solver("deterministic");
        run(3.h);"#,
    );
    assert_eq!(remarks.len(), 2, "{remarks:?}");
    assert!(remarks[0].contains("which the host cannot meet"), "{remarks:?}");
}

/// What is told is told of the whole run, however many parts it has, and nobody is told twice.
#[test]
fn a_run_with_events_is_one_run() {
    let script = |events: &str| {
        format!(
            r#"
            let cell = quick_start_vm("ecoli", "a");
            cell.start_transcription("lacZ");
            {events}
            run(20.min);
            cell.status().held_back[0].share"#
        )
    };
    let (plain, told_once) = told(&script(""));
    let (watched, again) = told(&script("every(1.min, || ()); when(|| false, || ());"));
    assert_eq!((plain, told_once.len()), (watched, again.len()));
    assert_eq!(told_once, again);
    // The next run tells of itself.
    let (both, remarks) = told(
        r#"
        let cell = quick_start_vm("ecoli", "a");
        cell.start_transcription("lacZ");
        run(20.min);
        let before = cell.status().held_back.len();
        cell.set_limits("host");
        run(20.min);
        `${before} ${cell.status().held_back.len()}`"#,
    );
    assert_eq!((both.as_str(), remarks.len()), ("1 0", 1));
}

#[test]
fn many_vms_are_told_in_one_sentence() {
    let (_, remarks) = told(
        r#"
        create_bio_vms("c_{}", 12, "ecoli", #{resource_limits: #{max_ribosomes: 20}});
        broadcast("c_*", || { start(); start_transcription("lacZ"); });
        solver("deterministic");
        run(20.min);"#,
    );
    let [remark] = remarks.as_slice() else { panic!("{remarks:?}") };
    assert!(remark.contains("so were 11 others"), "{remark}");
}

#[test]
fn an_ensemble_tells_of_all_its_runs_at_once() {
    let (text, remarks) = told(
        r#"
        let cell = quick_start_vm("ecoli", "a");
        cell.start_transcription("lacZ");
        let e = ensemble(4, 20.min);
        e.to_string() + e.repetition(2).notes()[0]"#,
    );
    assert_eq!(remarks.len(), 1, "{remarks:?}");
    assert_eq!(text.matches("a held back at its quota of 100 ribosomes").count(), 2, "{text}");
}

#[test]
fn traces_and_figures_keep_what_they_are_told() {
    let (mut session, _) = desk();
    let script = r#"
        let cell = quick_start_vm("ecoli", "a");
        cell.start_transcription("lacZ");
        let first = run(20.min);
        let both = first + run(20.min);
        let parts = [both, both.select(["lacZ"]), both.between(10.min, 20.min)];
        parts.map(|t| t.notes().len())"#;
    assert_eq!(value(&mut session, script), "[2, 2, 2]");
    for figure in ["plot_resources(first)", "plot(first)", "plot(first, \"lacZ\")"] {
        let shown = session.eval_rich(figure, "test").unwrap().unwrap();
        let svg = shown.svg(&bioxen::engine::StopToken::new()).unwrap();
        assert!(svg.contains("held back at its quota of 100 ribosomes"), "{figure}");
    }
    let card = session.eval_rich("cell", "test").unwrap().unwrap();
    let html = card.html(&bioxen::engine::StopToken::new()).unwrap();
    assert!(html.contains("held back") && html.contains("at its quota of 100 ribosomes"), "{html}");
    // Who was not held back is not told so.
    let other =
        value(&mut session, "create_chassis(\"o\", 0.3); use_chassis(\"o\"); run(1.min).notes()");
    assert_eq!(other, "[]");
}

#[test]
fn report_and_json_carry_it() {
    let home = tempfile::tempdir().unwrap();
    let script = "let cell = quick_start_vm(\"ecoli\", \"a\");\ncell.start_transcription(\"lacZ\");\nrun(20.min)";
    fs::write(home.path().join("s.rhai"), script).unwrap();
    let bioxen = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bioxen"));
        let output = command.args(arguments).current_dir(home.path()).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        output
    };
    let output = bioxen(&["run", "s.rhai", "--json", "--report", "page.html"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("a held back at its quota"));
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let held = &told["vms"][0]["held_back"][0];
    assert_eq!((&held["by"], &held["limit"]), (&"ribosomes".into(), &100.0.into()));
    assert!(held["share"].as_f64().is_some_and(|share| share > 30.0 && share < 100.0), "{held}");
    let page = fs::read_to_string(home.path().join("page.html")).unwrap();
    assert!(
        page.contains("<th scope=\"row\">Held back in the last run</th><td>at its quota of 100")
    );
    assert!(page.matches("held back at its quota of 100 ribosomes").count() >= 2);
    // Nothing of it hides in --quiet but the remark.
    let output = bioxen(&["run", "s.rhai", "--quiet"]);
    assert!(output.stderr.is_empty());
}

#[test]
fn limits_of_a_living_vm_change_and_what_is_allocated_follows() {
    let (mut session, _) = desk();
    value(
        &mut session,
        "let c = quick_start_vm(\"ecoli\", \"c\"); c.start_transcription(\"lacZ\"); run(20.min);",
    );
    let limits = "let l = c.resource_limits(); \
                  `${l.max_ribosomes} ${l.max_atp} ${l.max_memory_kb} ${l.ribosomes} ${c.get_ribosome_allocation()}`";
    assert_eq!(value(&mut session, limits), "100.0 90.0 500.0 100.0 100.0");
    value(&mut session, "c.set_limits(#{max_ribosomes: 400});");
    assert_eq!(value(&mut session, limits), "400.0 90.0 500.0 400.0 400.0");
    // What was allocated by hand stays, unless it is too much.
    value(
        &mut session,
        "c.allocate_ribosomes(150); c.set_limits(#{max_ribosomes: 1000, max_atp: 50});",
    );
    assert_eq!(value(&mut session, limits), "1000.0 50.0 500.0 1000.0 150.0");
    value(&mut session, "set_limits(#{max_ribosomes: 120})");
    assert_eq!(value(&mut session, limits), "120.0 50.0 500.0 120.0 120.0");
    for (wrong, why) in [
        ("c.set_limits(#{max_ribosomes: 1e6})", "exceed"),
        ("c.set_limits(#{max_ribosomes: -1})", "negative"),
        ("c.set_limits(#{max_ribosomes: 0})", "0"),
        ("c.set_limits(#{max_memory_kb: 1})", "in use"),
        ("c.set_limits(#{max_ribosome: 5})", "max_ribosomes"),
        ("c.set_limits(\"hots\")", "host"),
        ("c.set_limits(5)", "a map"),
        ("c.set_limits(#{max_atp: 101})", "100"),
    ] {
        let error = session.eval(wrong, "test").unwrap_err().to_string();
        assert!(error.contains(why), "{wrong}: {error}");
        assert_eq!(value(&mut session, limits), "120.0 50.0 500.0 120.0 120.0", "{wrong}");
    }
}

#[test]
fn the_host_alone_may_limit() {
    let (mut session, remarks) = desk();
    let script = r#"
        solver("deterministic");
        let c = create_bio_vm("c", "ecoli", #{resource_limits: "host"});
        c.start(); c.start_transcription("tufA", #{strength: 300});
        set_nutrient(1.0);
        run(5.h);
        c.status().engaged_ribosomes"#;
    let engaged: f64 = value(&mut session, script).parse().unwrap();
    assert!(engaged > 1000.0, "{engaged}");
    // Nothing but the host, whose own part of the ribosomes no tenant can take.
    let of_quota = remarks.borrow().iter().filter(|r| r.contains("at its")).count();
    assert_eq!(of_quota, 0, "{:?}", remarks.borrow());
    // It is saved, loaded, cloned and written into configurations like every other limit.
    let folder = tempfile::tempdir().unwrap();
    let options = WorldOptions {
        out_dir: folder.path().to_owned(),
        read_dir: folder.path().to_owned(),
        ..WorldOptions::default()
    };
    let mut session = Session::new(options, Box::new(|_| {})).unwrap();
    let script = r#"
        let c = quick_start_vm("ecoli", "c", #{resource_limits: "host"});
        c.save("c.state"); c.save_config("c.toml");
        c.destroy();
        let again = load_vm("c.state");
        let made = create_from_config("d", "c.toml");
        clone_vm("c", "e");
        ["c", "d", "e"].map(|id| vm(id).resource_limits().max_ribosomes == vm("c").resource_limits().max_ribosomes)"#;
    assert_eq!(value(&mut session, script), "[true, true, true]");
    fs::write(
        folder.path().join("host.toml"),
        "biological_type = \"ecoli\"\nresource_limits = \"host\"\n",
    )
    .unwrap();
    let same =
        "create_from_config(\"f\", \"host.toml\").resource_limits() == vm(\"c\").resource_limits()";
    assert_eq!(value(&mut session, same), "true");
}

#[test]
fn every_form_of_making_a_vm_takes_a_configuration() {
    let (mut session, _) = desk();
    let script = r#"
        let limits = #{resource_limits: #{max_ribosomes: 300}};
        create_bio_vm("a", "ecoli", limits);
        create_vm("b", "syn3a", limits);
        create_bio_vm("c", "ecoli", "basic", limits);
        quick_start_vm("ecoli", "d", limits);
        create_bio_vms("e_{}", 2, "minimal_cell", limits);
        list_vms().map(|id| vm(id).resource_limits().max_ribosomes)"#;
    assert_eq!(value(&mut session, script), format!("[{}]", ["300.0"; 6].join(", ")));
    // A configuration that is wrong leaves no VM behind.
    let wrong = "quick_start_vm(\"ecoli\", \"x\", #{resource_limits: #{max_ribosomes: -5}})";
    assert!(session.eval(wrong, "test").is_err());
    assert_eq!(value(&mut session, "list_vms().len()"), "6");
}
