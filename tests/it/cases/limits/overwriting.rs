//! Nothing is replaced that nobody asked to replace, and what is replaced stays what it was.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;

use super::{done, text};

const SCRIPT: &str = "quick_start_vm(\"ecoli\", \"demo\"); print(\"done\");";
const GENES: &str = "LOCUS       X  60 bp    DNA     linear   BCT 01-JAN-2020
FEATURES             Location/Qualifiers
     CDS             1..60
                     /gene=\"aaaA\"
ORIGIN
        1 atggcagcag cagcagcagc agcagcagca gcagcagcag cagcagcagc agcagcataa
//
";

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().mode() & 0o7777
}

/// Calls that write the file `t`, which is there.
fn calls(target: &str) -> Vec<Vec<&str>> {
    vec![
        vec!["run", "s.rhai", "--report", target],
        vec!["sbml", "export", "s.rhai", "--vm", "demo", "-o", target],
        vec![
            "sbml", "run", "m.xml", "--t-end", "1", "--points", "2", "--solver", "ode", "--out",
            target,
        ],
        vec!["docs", target],
        vec!["new", "--yes", "-o", target],
        vec!["genome", "import", "g.gb", "-o", target],
    ]
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("s.rhai"), SCRIPT).unwrap();
    fs::write(folder.path().join("g.gb"), GENES).unwrap();
    let model = done(folder.path(), &["sbml", "export", "s.rhai", "--vm", "demo", "-o", "m.xml"]);
    assert!(model.status.success(), "{}", text(&model.stderr));
    folder
}

#[test]
fn files_of_another_kind_are_replaced_by_force_only() {
    let folder = folder();
    let target = folder.path().join("mine.rhai");
    for call in calls("mine.rhai") {
        for kept in [SCRIPT, "<html>my page</html>", "<?xml version=\"1.0\"?><sbml/>", "a,b\n1,2\n"]
        {
            fs::write(&target, kept).unwrap();
            let output = done(folder.path(), &call);
            let said = text(&output.stderr);
            assert!(matches!(output.status.code(), Some(1 | 2)), "{call:?}: {said}");
            assert!(said.contains("mine.rhai") && said.contains("--force"), "{call:?}: {said}");
            assert_eq!(fs::read_to_string(&target).unwrap(), kept, "{call:?}");
            // Nothing has run, and nothing is left.
            assert_eq!(text(&output.stdout), "", "{call:?}");
        }
        let output = done(folder.path(), &[&call[..], &["--force"]].concat());
        assert!(output.status.success(), "{call:?}: {}", text(&output.stderr));
        assert_ne!(fs::read_to_string(&target).unwrap(), "a,b\n1,2\n", "{call:?}");
    }
}

#[test]
fn a_call_that_is_repeated_replaces_its_own_results() {
    let folder = folder();
    for (i, call) in calls("result").iter().take(4).enumerate() {
        let target = folder.path().join("result");
        let _ = fs::remove_file(&target);
        for _ in 0..2 {
            let output = done(folder.path(), call);
            assert!(output.status.success(), "{i}: {}", text(&output.stderr));
        }
    }
    for pages in [["man", "pages"], ["docs", "--definitions=editor"]] {
        for _ in 0..2 {
            assert!(done(folder.path(), &pages).status.success());
        }
    }
    let page = folder.path().join("pages/bioxen-run.1");
    fs::write(&page, "mine").unwrap();
    assert_eq!(done(folder.path(), &["man", "pages"]).status.code(), Some(2));
    assert_eq!(fs::read_to_string(&page).unwrap(), "mine");
    assert!(done(folder.path(), &["man", "pages", "--force"]).status.success());
    // What is written by hand is never replaced unasked, though we have begun it.
    for call in &calls("result")[4..] {
        fs::remove_file(folder.path().join("result")).unwrap();
        assert!(done(folder.path(), call).status.success());
        assert!(!done(folder.path(), call).status.success(), "{call:?}");
    }
}

#[test]
fn scripts_do_not_replace_scripts() {
    let folder = tempfile::tempdir().unwrap();
    let script = "quick_start_vm(\"ecoli\"); let t = run(1.min); t.to_csv(\"t.csv\"); \
                  t.to_csv(\"t.csv\"); t.to_csv(\"s.rhai\");";
    fs::write(folder.path().join("s.rhai"), script).unwrap();
    for _ in 0..2 {
        let output = done(folder.path(), &["run", "s.rhai", "--out", "."]);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert_eq!(fs::read_to_string(folder.path().join("s.rhai")).unwrap(), script);
        assert!(folder.path().join("t.csv").exists());
    }
}

#[test]
fn what_is_replaced_keeps_its_mode_and_links_stay_links() {
    let folder = tempfile::tempdir().unwrap();
    let script = "quick_start_vm(\"ecoli\"); let t = run(1.min); t.to_csv(\"t.csv\");";
    fs::write(folder.path().join("s.rhai"), script).unwrap();
    let at = |name: &str| folder.path().join(name);
    let run = |expected: i32| {
        let output = done(folder.path(), &["run", "s.rhai", "--out", "out"]);
        assert_eq!(output.status.code(), Some(expected), "{}", text(&output.stderr));
        text(&output.stderr)
    };
    run(0);
    fs::write(at("usual"), "").unwrap();
    assert_eq!(mode(&at("out/t.csv")), mode(&at("usual")), "a new file has the usual mode");
    fs::set_permissions(at("out/t.csv"), fs::Permissions::from_mode(0o640)).unwrap();
    run(0);
    assert_eq!(mode(&at("out/t.csv")), 0o640);
    // A link inside of the folder is followed; one that leads out is refused.
    fs::rename(at("out/t.csv"), at("out/other.csv")).unwrap();
    symlink("other.csv", at("out/t.csv")).unwrap();
    fs::write(at("out/other.csv"), "old").unwrap();
    run(0);
    assert!(at("out/t.csv").symlink_metadata().unwrap().is_symlink());
    assert!(fs::read_to_string(at("out/other.csv")).unwrap().starts_with("time"));
    assert_eq!(mode(&at("out/other.csv")), 0o640);
    fs::remove_file(at("out/t.csv")).unwrap();
    fs::write(at("secret"), "kept").unwrap();
    symlink("../secret", at("out/t.csv")).unwrap();
    run(1);
    assert_eq!(fs::read_to_string(at("secret")).unwrap(), "kept");
    assert!(at("out/t.csv").symlink_metadata().unwrap().is_symlink());
    // What is write-protected stays as it is.
    fs::remove_file(at("out/t.csv")).unwrap();
    fs::write(at("out/t.csv"), "mine").unwrap();
    fs::set_permissions(at("out/t.csv"), fs::Permissions::from_mode(0o444)).unwrap();
    assert!(run(1).contains("write-protected"));
    assert_eq!(fs::read_to_string(at("out/t.csv")).unwrap(), "mine");
    // Nothing of all this has left a temporary file.
    let left = fs::read_dir(at("out")).unwrap().count();
    assert_eq!(left, 2);
}

#[test]
fn a_killed_writer_leaves_what_others_sweep() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    fs::create_dir(&out).unwrap();
    let left = out.join(".bioxen-0123456789abcdef.part");
    fs::write(&left, "half").unwrap();
    let past = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
    fs::File::options().write(true).open(&left).unwrap().set_modified(past).unwrap();
    let script = "quick_start_vm(\"ecoli\"); run(1.min).to_csv(\"t.csv\");";
    fs::write(folder.path().join("s.rhai"), script).unwrap();
    assert!(done(folder.path(), &["run", "s.rhai"]).status.success());
    assert!(out.join("t.csv").exists() && !left.exists());
}
