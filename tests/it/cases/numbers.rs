//! Pauses, snapshots and scans: silent wrong numbers.

use bioxen::lang::WorldOptions;

use crate::desk::Desk;

const SOLVERS: [&str; 3] = ["stochastic", "tau_leap", "deterministic"];

fn desk() -> Desk {
    Desk::with(WorldOptions::default())
}

/// What each solver prints.
fn with_each_solver(text: &str) -> Vec<(&'static str, Vec<String>)> {
    let run = |solver| (solver, desk().run(&format!("solver(\"{solver}\"); seed(1);\n{text}")));
    SOLVERS.map(run).to_vec()
}

/// Ten seconds of life change 30 000 proteins by some hundreds, however long a pause was: and what
/// comes after it does not know of it at all.
#[test]
fn a_paused_vm_goes_on_as_if_no_time_had_passed() {
    let text = "
        for pause in [10.s, 30.min, 2.h] {
            let id = `c${pause.in_seconds().to_int()}`;
            let cell = create_bio_vm(id, \"ecoli\", \"basic\", #{chassis: \"on_\" + id, resource_limits: #{max_ribosomes: 2000}});
            attach(cell.id); seed(1);
            cell.start(); cell.start_transcription(\"tufA\"); cell.add_plasmid(\"pBR322\");
            install_package(\"repressilator_model\"); install_package(\"toggle_switch\");
            run(60.min);
            let before = cell.protein(\"tufA\");
            cell.pause(); let t = run(pause);
            let end = cell.protein(\"tufA\");
            cell.resume(); run(10.s);
            let after = cell.protein(\"tufA\");
            print(`${before == end} ${after - before < 0.02 * before} ${after > 0.98 * before}`);
        }";
    for (solver, printed) in with_each_solver(text) {
        assert_eq!(printed, ["true true true"; 3], "{solver}");
    }
}

/// The smallest: keep, run on, put back, run again. After an hour the host has 3 % fewer ribosomes,
/// and the VM makes so much less; among the same surroundings it lives the same life to the bit.
#[test]
fn a_restored_vm_goes_on_where_it_was() {
    let text = "
        let cell = create_bio_vm(\"c\", \"ecoli\", \"basic\", #{resource_limits: #{max_ribosomes: 2000}});
        cell.start(); start_transcription(\"tufA\"); cell.add_plasmid(\"pBR322\");
        install_package(\"repressilator_model\");
        run(30.min);
        let s = cell.snapshot(); let all = snapshot_all();
        let first = run(30.s);
        run(1.h);
        cell.restore(s);
        let again = run(30.s);
        print(first[\"tufA\"][0] == again[\"tufA\"][0]);
        print((first[\"tufA\"][3] - again[\"tufA\"][3]).abs() < 0.005 * first[\"tufA\"][3]);
        restore_all(all);
        cell.stop_transcription(\"tufA\"); cell.remove_plasmid(\"pBR322\");
        remove_package(\"repressilator_model\"); cell.set_priority(5);
        cell.restore(s);
        let same = run(30.s);
        print(same.names() == first.names());
        for name in first.names() { for i in 0..4 {
            let a = first[name][i]; let b = same[name][i];
            if a != b && (!means || (a - b).abs() > 1e-5 * a.abs() + 1e-5) { print(name); }
        } }";
    // What is put back begins a new integration, whose tolerance is 1e-7.
    for solver in SOLVERS {
        let means = solver == "deterministic";
        let printed =
            desk().run(&format!("solver(\"{solver}\"); seed(1); let means = {means};\n{text}"));
        assert_eq!(printed, ["true"; 3], "{solver}");
    }
}

/// A snapshot from later lives in an earlier time as well: nobody waits for a clock.
#[test]
fn a_snapshot_lives_in_an_earlier_time() {
    let text = "
        let cell = create_bio_vm(\"c\", \"ecoli\", \"basic\", #{resource_limits: #{max_ribosomes: 2000}});
        let start = snapshot_all();
        cell.start(); start_transcription(\"tufA\"); install_package(\"repressilator_model\");
        run(2.h);
        let s = cell.snapshot();
        restore_all(start);
        cell.restore(s);
        let t = run(10.min);
        print(t.final(\"tufA\") != t[\"tufA\"][0]);
        print(t.final(\"repressilator_model.PX\") != t[\"repressilator_model.PX\"][0]);";
    for (solver, printed) in with_each_solver(text) {
        assert_eq!(printed, ["true", "true"], "{solver}");
    }
}

/// Every point of a scan begins with the same cell; the first one comes again as it was.
#[test]
fn every_point_of_a_scan_meets_the_same_cell() {
    let text = "
        let cell = create_bio_vm(\"c\", \"ecoli\", \"basic\", #{resource_limits: #{max_ribosomes: 20000}});
        cell.start(); cell.add_plasmid(\"pBR322\"); run(1.5.s);
        let events = 0; at(5.min, || add_inducer(\"IPTG\", 1.mM)); every(2.min, || ());
        let start = snapshot_all(); save_hypervisor(\"start.state\");
        let rows = [];
        for s in [0.1, 10, 100, 0.1] {
            restore_all(start);
            cell.start_transcription(\"tufA\", #{strength: s});
            let t = run(20.min);
            rows.push(t.to_string() + t[\"tufA\"].to_string() + t[\"host.growth_rate_per_h\"].to_string());
        }
        print(rows[0] == rows[3]); print(rows[0] != rows[1]);
        let files = [];
        for s in [0.1, 10, 0.1] {
            load_hypervisor(\"start.state\");
            at(5.min, || add_inducer(\"IPTG\", 1.mM));
            start_transcription(\"tufA\", #{strength: s});
            let t = run(20.min);
            files.push(t.to_string() + t[\"tufA\"].to_string() + t[\"host.growth_rate_per_h\"].to_string());
        }
        print(files[0] == files[2]); print(files[0] == rows[0]);";
    for (solver, printed) in with_each_solver(text) {
        assert_eq!(printed, ["true"; 4], "{solver}");
    }
}

/// All chassis, VMs, media, solvers, intervals and events go back, and what came since is gone.
#[test]
fn everything_goes_back() {
    let mut d = desk();
    d.run(
        "let a = quick_start_vm(\"ecoli\", \"a\"); create_chassis(\"poor\", 0.1);
        let b = create_bio_vm(\"b\", \"ecoli\", \"basic\", #{chassis: \"poor\"}); b.start();
        attach(\"a\"); run(1.min); let tick = every(1.min, || print(\"tick\"));
        let then = snapshot_all(); save_hypervisor(\"then\");",
    );
    assert_eq!(
        d.value("then"),
        "snapshot of everything: chassis `ecoli` at 1 min with a; chassis `poor` at 0 s with b"
    );
    d.run(
        "b.stop(); terminate_vm(\"a\"); quick_start_vm(\"syn3a\", \"c\"); solver(\"deterministic\");
        sample_every(1.min); seed(9); add_inducer(\"IPTG\", 1.mM); start_batch(0.1); tick.cancel();
        at(3.min, || print(\"later\")); create_chassis(\"rich\", 1.0); use_chassis(\"rich\"); run(1.min);",
    );
    assert_eq!(d.printed.take(), [""; 0]);
    d.run("restore_all(then); save_hypervisor(\"again\");");
    let file = |name: &str| std::fs::read(d.folder.path().join(name)).unwrap();
    assert_eq!(file("then"), file("again"));
    assert_eq!(
        d.value("list_vms().to_string() + current_chassis() + current_vm().id"),
        "[\"a\", \"b\"]ecolia"
    );
    assert_eq!(d.run("run(2.min);"), ["tick", "tick"]);
    // A handle of an event that is gone means no other one.
    d.run("let late = at(9.min, || ()); restore_all(then); let other = at(9.min, || ());");
    d.transcript(
        r#"
        late.cancel() => false
        other.cancel() => true
        at(now(), || restore_all(then)); run(1.s) !! a run is under way
        "#,
    );
}

/// Whoever restores a VM is told what it meets, once, and where the way wholly back is.
#[test]
fn a_vm_that_meets_another_host_is_told() {
    let mut d = desk();
    let setting = "let cell = create_bio_vm(\"c\", \"ecoli\", \"basic\", #{resource_limits: #{max_ribosomes: 20000}});
        cell.start(); let snap = cell.snapshot();";
    d.run(setting);
    d.run("cell.restore(snap); let all = snapshot_all();");
    assert_eq!(d.remarks.take(), [""; 0], "nothing has changed");
    d.run("cell.start_transcription(\"tufA\", #{strength: 10}); run(1.h);");
    d.remarks.take();
    d.run("cell.restore(snap);");
    let remarks = d.remarks.take();
    assert_eq!(remarks.len(), 1, "{remarks:?}");
    assert!(remarks[0].contains("VM `c` meets another host than it left at 0 s"), "{remarks:?}");
    assert!(remarks[0].contains("alone it grows by"), "{remarks:?}");
    assert!(remarks[0].contains("restore_all"), "{remarks:?}");
    for (change, said) in [
        ("set_nutrient(0.1);", "medium of quality 0.1 (was 0.3)"),
        ("add_inducer(\"IPTG\", 1.mM);", "another medium"),
        ("start_batch(0.1);", "a batch culture (was a medium that is renewed)"),
    ] {
        d.run(&format!("restore_all(all); {change} cell.restore(snap);"));
        let remarks = d.remarks.take();
        assert!(remarks.len() == 1 && remarks[0].contains(said), "{change}: {remarks:?}");
    }
    d.run(
        "restore_all(all); cell.save(\"c.vm\"); cell.destroy(); create_chassis(\"other\", 0.3);
        use_chassis(\"other\"); let cell = load_vm(\"c.vm\"); cell.restore(snap);",
    );
    let remarks = d.remarks.take();
    assert!(remarks[0].contains("it was on chassis `ecoli`, and is on `other`"), "{remarks:?}");
    d.run("restore_all(all); let cell = vm(\"c\"); cell.restore(snap);");
    assert_eq!(d.remarks.take(), [""; 0], "everything is back");
}

/// Runs of any lengths, samples, events and conditions add up to one run, off the whole seconds, too.
#[test]
fn where_a_run_is_cut_changes_nothing() {
    let setting = "let cell = create_bio_vm(\"c\", \"ecoli\", \"basic\", #{resource_limits: #{max_ribosomes: 2000}});
        cell.start(); start_transcription(\"tufA\"); cell.add_plasmid(\"pBR322\");
        install_package(\"repressilator_model\"); manage_operons([\"lac\"], \"release\"); start_batch(0.5);";
    let ways = [
        "run(100.s);",
        "run(0.3.s); run(1.s); run(33.s); run(65.7.s);",
        "sample_every(0.7.s); run(100.s);",
        "sample_every(1.min); when(|| protein(\"tufA\") < 0, || ()); run(100.s);",
        "every(3.3.s, || cell.status()); at(50.5.s, || cell.operons()); run(99.999.s); run(0.001.s);",
        "save_hypervisor(\"x\"); run(42.42.s); save_hypervisor(\"x\"); load_hypervisor(\"x\"); run(57.58.s);",
        "run(10.5.s); let s = snapshot_all(); run(77.s); restore_all(s); run(89.5.s);",
    ];
    for batch in [true, false] {
        for solver in SOLVERS {
            let of = |way: &str| {
                let mut d = desk();
                let setting = if batch {
                    setting.to_owned()
                } else {
                    setting.replace("start_batch(0.5);", "")
                };
                d.run(&format!("solver(\"{solver}\"); {setting} {way} sample_every(10.s); save_hypervisor(\"end\");"));
                let text = std::fs::read_to_string(d.folder.path().join("end")).unwrap();
                let body = text.split_once('\n').unwrap().1.to_owned();
                let trace = d.value("run(20.s).to_string() + run(1.min)[\"tufA\"].to_string()");
                (body, trace)
            };
            let whole = of(ways[0]);
            for way in &ways[1..] {
                let cut = of(way);
                assert!(cut == whole, "{solver}, batch {batch}: {way}\n{cut:?}\n{whole:?}");
            }
        }
    }
}

/// A model that was lived as a mean goes on from there by chance, wherever the next run is cut.
#[test]
fn a_change_of_solver_within_a_step_takes_back_nothing() {
    let of = |way: &str| {
        desk().run(&format!(
            "solver(\"deterministic\"); let cell = quick_start_vm(\"ecoli\");
             install_package(\"repressilator_model\"); run(14.s); solver(\"stochastic\"); {way}
             let t = run(1.min);
             for name in t.names() {{
                 if name.contains(\"repressilator_model\") {{ print(name + t[name].to_string()); }}
             }}"
        ))
    };
    let whole = of("run(1.s);");
    assert_eq!(of("run(0.001.s); run(0.999.s);"), whole);
    assert_eq!(of("run(0.25.s); run(0.5.s); run(0.25.s);"), whole);
}

/// What is closed feels the medium as well: neither goes first.
/// What a closed promoter would feel changes with the proteins that are left, and nothing else with it.
#[test]
fn a_run_beside_a_closed_toggle_can_be_cut() {
    let of = |runs: &str| {
        let mut d = desk();
        d.run(&format!(
            "solver(\"deterministic\"); let cell = quick_start_vm(\"ecoli\"); \
             install_package(\"toggle_switch\"); run(10.s); cell.stop(); \
             quick_start_vm(\"ecoli\", \"b\"); {runs} save_hypervisor(\"end\");"
        ));
        std::fs::read_to_string(d.folder.path().join("end")).unwrap()
    };
    assert_eq!(of("run(1.min);"), of("run(14.s); run(46.s);"));
}

#[test]
fn the_order_of_closing_and_inducing_does_not_matter() {
    let of = |way: &str| {
        let mut d = desk();
        d.run(&format!(
            "let cell = quick_start_vm(\"ecoli\"); manage_operons([\"lac\"], \"release\");
             {way} save_hypervisor(\"end\");"
        ));
        let text = std::fs::read_to_string(d.folder.path().join("end")).unwrap();
        text.split_once("\"genes\"").unwrap().1.split_once("\"log\"").unwrap().0.to_owned()
    };
    let (stop, induce) = ("stop_transcription([\"lacZ\"]);", "add_inducer(\"IPTG\", 0.1.mM);");
    assert_eq!(of(&format!("{stop} {induce}")), of(&format!("{induce} {stop}")));
    // And a promoter of a package that answers to proteins.
    let before = "install_package(\"toggle_switch\"); run(30.s);";
    let stop = "cell.stop();";
    assert_eq!(of(&format!("{before} {stop} {induce}")), of(&format!("{before} {induce} {stop}")));
}
