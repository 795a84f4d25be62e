//! Proteases, small RNAs and guides in scripts: however a VM is kept, it goes on with the same life.

use std::fs;
use std::path::Path;

use bioxen::session::Session;

use super::language::{eval, session, wrong};
use super::parts::PARTS;

const SOLVERS: [&str; 2] = ["stochastic", "deterministic"];

/// All that the package has, and the genes of the genome that it acts on, at the end of a run.
const LIFE: &str = r#"
let t = run(13.min);
["first", "second", "cas", "lacZ"].map(|name| [t.final(name + ".mrna"), t.final(name + ".protein")])
    + [t.final("sg.mrna"), t.final("small.mrna")]
"#;

/// A VM that has lived for a while with the package.
fn lived(folder: &Path, solver: &str) -> Session {
    fs::write(folder.join("parts.toml"), PARTS).unwrap();
    let mut session = session(folder);
    let text = format!(
        "solver(\"{solver}\"); let cell = create_bio_vm(\"a\", \"ecoli\", \"basic\", #{{resource_limits: \"host\"}}); \
         cell.start(); cell.start_transcription([\"lacZ\"]); install_package(\"parts.toml\"); run(20.min);"
    );
    eval(&mut session, &text);
    session
}

/// The numbers in a text.
fn numbers(text: &str) -> Vec<f64> {
    text.split(['[', ']', ',', ' ']).filter_map(|word| word.parse().ok()).collect()
}

fn close(one: &str, other: &str) -> bool {
    let (one, other) = (numbers(one), numbers(other));
    one.len() == 10
        && one.len() == other.len()
        && one.iter().zip(&other).all(|(a, b)| (a - b).abs() <= 1e-5 * a.abs().max(1e-3))
}

#[test]
fn what_is_kept_lives_the_same_life() {
    for solver in SOLVERS {
        let folder = tempfile::tempdir().unwrap();
        let life = eval(&mut lived(folder.path(), solver), LIFE);
        assert_eq!(numbers(&life).len(), 10, "{life}");
        assert!(numbers(&life)[..9].iter().filter(|number| **number > 0.0).count() >= 6, "{life}");
        // Whatever is kept as a whole goes on to the bit.
        for keep in [
            "",
            "let moment = snapshot_all(); run(7.min); restore_all(moment);",
            "save_hypervisor(\"all.cell\"); run(3.min); load_hypervisor(\"out/all.cell\");",
            "package_info(\"parts\"); cell.snapshot(); packages();",
        ] {
            let mut session = lived(folder.path(), solver);
            eval(&mut session, keep);
            assert_eq!(eval(&mut session, LIFE), life, "{solver}: {keep}");
        }
        let checkpoint = lived(folder.path(), solver).checkpoint().unwrap();
        let mut another = session(folder.path());
        another.restore(&checkpoint.bytes).unwrap();
        assert_eq!(eval(&mut another, LIFE), life, "{solver}: a checkpoint");
        // A VM by itself goes on as it was, since the host has stayed the same.
        for keep in [
            "let kept = cell.snapshot(); cell.remove_package(\"parts\"); cell.restore(kept);",
            "cell.save(\"a.vm\"); cell.destroy(); let cell = load_vm(\"out/a.vm\");",
        ] {
            let mut session = lived(folder.path(), solver);
            eval(&mut session, keep);
            let again = eval(&mut session, LIFE);
            assert!(close(&again, &life), "{solver}: {keep}: {again} {life}");
            assert!(solver == "deterministic" || again == life, "{keep}: {again} {life}");
        }
    }
}

#[test]
fn runs_in_pieces_are_one_run() {
    for solver in SOLVERS {
        let folder = tempfile::tempdir().unwrap();
        let life = eval(&mut lived(folder.path(), solver), LIFE);
        for (pieces, last) in [
            ("run(5.min);", "run(8.min)"),
            ("run(0.5.s); run(61.25.s);", "run(13.min - 61.75.s)"),
            ("for i in 0..12 { run(1.min); }", "run(1.min)"),
        ] {
            let mut session = lived(folder.path(), solver);
            eval(&mut session, pieces);
            let again = eval(&mut session, &LIFE.replace("run(13.min)", last));
            assert_eq!(again, life, "{solver}: {pieces}");
        }
    }
}

/// The copy has chance of its own, and the same equations.
#[test]
fn a_copy_has_the_same_queue_and_pairs() {
    let folder = tempfile::tempdir().unwrap();
    let state = "[\"first\", \"second\", \"lacZ\"].map(|g| [VM.mrna(g), VM.protein(g)])";
    for solver in SOLVERS {
        let mut session = lived(folder.path(), solver);
        let life = eval(&mut lived(folder.path(), solver), LIFE);
        eval(&mut session, "let copy = clone_vm(\"a\", \"b\");");
        let of = |session: &mut Session, vm: &str| eval(session, &state.replace("VM", vm));
        assert_eq!(of(&mut session, "cell"), of(&mut session, "copy"), "{solver}");
        let info = "[\"proteases\", \"small_rnas\", \"guides\"].map(|key| VM.packages()[0][key])";
        let told = eval(&mut session, &info.replace("VM", "copy"));
        assert_eq!(told, eval(&mut session, &info.replace("VM", "cell")));
        eval(&mut session, "cell.destroy(); attach(\"b\");");
        let again = eval(&mut session, LIFE);
        assert!(solver == "stochastic" || close(&again, &life), "{again} {life}");
        assert_ne!(of(&mut session, "copy"), "[]");
    }
}

#[test]
fn what_is_removed_and_installed_again_begins_anew() {
    for solver in SOLVERS {
        let folder = tempfile::tempdir().unwrap();
        let mut once = session(folder.path());
        let mut twice = session(folder.path());
        fs::write(folder.path().join("parts.toml"), PARTS).unwrap();
        let make = format!(
            "solver(\"{solver}\"); let cell = create_bio_vm(\"a\", \"ecoli\", \"basic\", #{{resource_limits: \"host\"}}); \
             cell.start(); cell.start_transcription([\"lacZ\"]);"
        );
        let install = "install_package(\"parts.toml\");";
        eval(&mut once, &format!("{make}{install}"));
        let again = format!("{make}{install} remove_package(\"parts\"); {install}");
        eval(&mut twice, &again);
        assert_eq!(eval(&mut once, LIFE), eval(&mut twice, LIFE), "{solver}");
        // Nothing is left of it, neither its molecules nor its queue.
        eval(&mut once, "remove_package(\"parts\");");
        assert_eq!(eval(&mut once, "packages()"), "[]");
        let error = wrong(&mut once, "cell.protein(\"first\")");
        assert!(error.contains("first"), "{error}");
        assert_eq!(eval(&mut once, "run(1.min).names().contains(\"first.mrna\")"), "false");
    }
}

#[test]
fn a_paused_vm_stands_still() {
    for solver in SOLVERS {
        let folder = tempfile::tempdir().unwrap();
        let mut session = lived(folder.path(), solver);
        let state = "[\"first\", \"second\", \"cas\", \"lacZ\"].map(|g| [cell.mrna(g), cell.protein(g)]) \
                     + [cell.mrna(\"sg\"), cell.mrna(\"small\")]";
        let before = eval(&mut session, state);
        eval(&mut session, "cell.pause(); run(30.min);");
        assert_eq!(eval(&mut session, state), before, "{solver}");
        eval(&mut session, "cell.resume(); run(5.min);");
        assert_ne!(eval(&mut session, state), before, "{solver}");
    }
}
