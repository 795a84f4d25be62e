//! VMs, their quotas, seeds, configurations and states.

mod files;
mod genes;
mod living;
mod polymerases;
mod populations;
mod quotas;
mod states;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::desk::{Desk, desk};

/// Copies go on from what they were, with each way to come back, and under each solver.
#[test]
fn plasmids_do_not_jump_when_a_vm_comes_back() {
    for solver in ["deterministic", "stochastic", "tau_leap"] {
        let text = format!(
            "solver(\"{solver}\"); seed(3);
            let a = quick_start_vm(\"ecoli\", \"a\", #{{resource_limits: \"host\"}});
            a.add_plasmid(\"pBR322\", 40); run(40.min);
            let before = a.get_plasmid_count(\"pBR322\");
            let kept = a.snapshot(); a.save(\"a.vm\"); let all = snapshot_all();
            fn show(before) {{
                let there = vm(\"a\").get_plasmid_count(\"pBR322\");
                let t = run(10.s);
                let after = t.final(\"a.pBR322.copies\");
                let jump = (after - before).abs();
                print(there == before && t[\"a.pBR322.copies\"][0] == before && jump < 0.05 * before);
            }}
            a.pause(); run(13.min); a.resume(); show(before);
            restore_all(all); run(13.min); a.restore(kept); show(before);
            restore_all(all); a.stop(); run(13.min); a.start(); show(before);
            restore_all(all); a.destroy(); run(13.min); load_vm(\"a.vm\"); show(before);
            restore_all(all); a.pause(); a.save(\"p.vm\"); a.destroy(); run(13.min);
            load_vm(\"p.vm\").resume(); show(before);"
        );
        assert_eq!(desk().run(&text), ["true"; 5], "{solver}");
    }
}

/// After a pause the deterministic run is still the mean of the stochastic ones.
#[test]
fn the_mean_after_a_pause_is_that_of_the_chances() {
    let text = "
        let a = quick_start_vm(\"ecoli\", \"a\", #{resource_limits: \"host\"});
        a.add_plasmid(\"pBR322\", 30); run(40.min);
        a.pause(); run(13.min); a.resume(); let start = snapshot_all();
        let before = a.get_plasmid_count(\"pBR322\");
        let e = ensemble(60, 10.min);
        let sum = 0.0; for x in e[\"pBR322.copies\"] { sum += x[x.len() - 1]; }
        solver(\"deterministic\");
        let mean = run(10.min).final(\"pBR322.copies\");
        let chance = sum / 60;
        print((mean / chance - 1.0).abs() < 0.1);";
    assert_eq!(desk().run(text), ["true"]);
}

/// With a seed of its own, a VM does not know who was made before it.
#[test]
fn a_seed_of_its_own_is_the_whole_of_a_vms_chance() {
    let life =
        "let a = create_bio_vm(\"a\", \"ecoli\", #{seed: 4, resource_limits: \"host\"}); a.start();
        a.add_plasmid(\"pBR322\"); a.start_transcription(\"lacZ\"); let t = run(20.min);
        print(t[\"a.lacZ\"]); print(t[\"a.pBR322.copies\"]);";
    let alone = desk().run(life);
    let after = desk().run(&format!("create_bio_vm(\"idle\", \"syn3a\").destroy(); {life}"));
    assert_eq!(alone, after);
    let other = desk().run(&life.replace("seed: 4", "seed: 5"));
    assert_ne!(alone, other);
    // Without one it has the stream of its place.
    let shared = life.replace("seed: 4, ", "");
    let after = format!("create_bio_vm(\"idle\", \"syn3a\").destroy(); {shared}");
    assert_ne!(desk().run(&shared), desk().run(&after));
}

#[test]
fn names_of_what_is_recorded_are_no_ids() {
    for id in ["host", "culture"] {
        let error = desk().message(&format!("create_bio_vm(\"{id}\", \"ecoli\")"));
        assert!(error.contains("cannot be the id of a VM"), "{error}");
    }
}

#[test]
fn many_vms_are_made_wholly_or_not_at_all_when_stopped() {
    let mut d = desk();
    d.run("create_bio_vms(\"y{}\", 200, \"ecoli\"); save_hypervisor(\"many.state\");");
    d.run("terminate_vm(\"y1\")");
    for text in ["create_bio_vms(\"x{}\", 1000, \"ecoli\")", "load_hypervisor(\"many.state\")"] {
        // Asked again and again: an evaluation that has not begun is not stopped.
        let (stop, done) = (d.session.interrupt(), Arc::new(AtomicBool::new(false)));
        let seen = Arc::clone(&done);
        let stopper = std::thread::spawn(move || {
            while !seen.load(Ordering::Relaxed) {
                stop.stop();
                std::thread::yield_now();
            }
        });
        let error = d.session.eval(text, "test").unwrap_err();
        done.store(true, Ordering::Relaxed);
        stopper.join().unwrap();
        assert!(error.interrupted, "{text}: {error}");
        assert_eq!(d.run("print(list_vms().len())"), ["199"], "{text}");
    }
}
