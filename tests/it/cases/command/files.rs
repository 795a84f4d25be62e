//! Files that are read and written.

use std::fs;
use std::path::Path;

use super::{bioxen, refusal, with_model};

const PLASMID: &str = "LOCUS       demo 600 bp DNA circular\nFEATURES             Location/Qualifiers\n     \
                       CDS             1..600\n                     /gene=\"myGFP\"\nORIGIN\n//\n";

/// No command replaces what it reads, be it by a link, and not with --force.
#[test]
fn an_input_is_never_replaced() {
    let home = with_model();
    let path = |name: &str| home.path().join(name);
    fs::write(path("x.gb"), PLASMID).unwrap();
    fs::write(path("s.rhai"), "quick_start_vm(\"ecoli\", \"a\");").unwrap();
    fs::hard_link(path("x.gb"), path("hard.gb")).unwrap();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(path("x.gb"), path("link.gb")).unwrap();
        std::os::unix::fs::symlink(path("s.rhai"), path("link.html")).unwrap();
    }
    let mut calls: Vec<Vec<&str>> = vec![
        vec!["genome", "import", "x.gb", "-o", "x.gb", "--force"],
        vec!["genome", "import", "x.gb", "-o", "./x.gb", "--force"],
        vec!["genome", "import", "x.gb", "-o", "hard.gb", "--force"],
        vec!["genome", "import", "x.gb", "--fasta", "m.xml", "-o", "m.xml", "--force"],
        vec!["genome", "import", "x.gb", "--tpm", "m.xml", "-o", "m.xml", "--force"],
        vec!["sbml", "run", "m.xml", "--t-end", "1", "--out", "m.xml", "--force"],
        vec!["sbml", "export", "s.rhai", "--vm", "a", "-o", "s.rhai", "--force"],
        vec!["run", "s.rhai", "--report", "s.rhai", "--force"],
    ];
    if cfg!(unix) {
        calls.push(vec!["genome", "import", "x.gb", "-o", "link.gb", "--force"]);
        calls.push(vec!["run", "s.rhai", "--report", "link.html", "--force"]);
    }
    let contents = |name: &str| fs::read(path(name)).unwrap();
    let before = ["x.gb", "m.xml", "s.rhai"].map(contents);
    for call in calls {
        let (code, told) = refusal(home.path(), &call);
        assert_eq!(code, Some(2), "{call:?}: {told}");
        assert!(told.contains("which is read; give") || told.contains("is what is read"), "{told}");
        assert_eq!(["x.gb", "m.xml", "s.rhai"].map(contents), before, "{call:?}");
    }
}

/// What is wrong with a name cannot break the message, nor turn it around.
#[cfg(unix)]
#[test]
fn names_of_files_are_shown_so_that_they_break_nothing() {
    let home = tempfile::tempdir().unwrap();
    let script = "run(10.s).to_csv(\"a\\nwrote b\\u202e.csv\");";
    fs::write(home.path().join("s.rhai"), script).unwrap();
    let output = bioxen(home.path(), &["run", "s.rhai"]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(told, "wrote out/a\\nwrote b\\u202e.csv\n");
    let (_, told) = refusal(home.path(), &["run", "no\nsuch\u{202e}.rhai"]);
    assert!(told.contains("`no\\nsuch\\u202e.rhai`") && told.lines().count() == 1, "{told}");
}

/// An id with a line break breaks no message.
#[test]
fn names_in_messages_break_no_line() {
    let home = tempfile::tempdir().unwrap();
    let calls = ["vm(X)", "create_bio_vm(X, \"ecoli\")", "run(10.s)[X]", "create_bio_vm(\"a\", X)"];
    for call in calls {
        fs::write(home.path().join("s.rhai"), call.replace('X', "\"x\\ny\"")).unwrap();
        let (_, told) = refusal(home.path(), &["run", "s.rhai"]);
        let first = told.lines().next().unwrap();
        assert!(first.starts_with("error: ") && first.contains("`x\\ny`"), "{told}");
    }
    let (_, told) = refusal(home.path(), &["new", "a", "--type", "x\ny"]);
    assert!(told.contains("`x\\ny`"), "{told}");
}

/// A folder or a pipe in the place of a state is told for what it is.
#[cfg(unix)]
#[test]
fn what_is_no_file_is_told_for_what_it_is() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir_all(home.path().join("out/dir.vm")).unwrap();
    let pipe = home.path().join("out/pipe.vm");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for (name, what) in [("dir.vm", "directory"), ("pipe.vm", "pipe")] {
        fs::write(home.path().join("s.rhai"), format!("load_vm(\"{name}\")")).unwrap();
        let (_, told) = refusal(home.path(), &["run", "s.rhai"]);
        assert!(told.contains(what) && !told.contains("No such file"), "{told}");
    }
}

#[test]
fn genes_that_were_given_are_no_guess() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("x.gb"), PLASMID).unwrap();
    let call =
        ["genome", "import", "x.gb", "--plasmid", "--constitutive", "myGFP", "-o", "x.genome"];
    let output = bioxen(home.path(), &call);
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("transcribed by themselves, as given: myGFP"), "{told}");
    assert!(!told.contains("markers"), "{told}");
}

#[test]
fn a_name_that_is_nearly_one_is_answered_with_it() {
    let (_, told) = refusal(Path::new("."), &["genome", "info", "e.coli"]);
    assert!(
        told.contains("there is no shipped genome `e.coli`") && told.contains("ecoli"),
        "{told}"
    );
    let (_, told) = refusal(Path::new("."), &["genome", "info", "none.genome"]);
    assert!(told.contains("none.genome: cannot be read"), "{told}");
}

#[test]
fn a_file_that_is_no_toml_is_told_in_one_line() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("p.toml"), "name = \"a\"\nx=\n").unwrap();
    fs::write(home.path().join("q.toml"), "name = \"a\n").unwrap();
    for command in ["package", "config"] {
        let output = bioxen(home.path(), &[command, "validate", "p.toml", "q.toml"]);
        let told = String::from_utf8(output.stdout).unwrap();
        assert!(told.contains("line 2, column 3: after `x=`: a value is missing"), "{told}");
        assert!(told.contains("line 1") && told.lines().count() == 2, "{told}");
        assert!(!told.contains("TOML parse error"), "{told}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_named_once() {
    let home = tempfile::tempdir().unwrap();
    for arguments in [
        &["package", "validate", "no.toml"][..],
        &["config", "validate", "no.toml"],
        &["package", "info", "no.toml"],
        &["sbml", "run", "no.toml", "--t-end", "1"],
    ] {
        let output = bioxen(home.path(), arguments);
        let told = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert_eq!(told.matches("no.toml").count(), 1, "{arguments:?} {told}");
    }
}

/// What a model leaves open is told; what leaps cannot do, steps can.
#[test]
fn a_model_without_units_sizes_and_leaps_is_told_so() {
    let home = with_model();
    let path = home.path().join("m.xml");
    let timed = fs::read_to_string(&path).unwrap();
    let told = |text: &str, solver: &str| {
        fs::write(&path, text).unwrap();
        let call = ["sbml", "run", "m.xml", "--t-end", "1", "--points", "2", "--solver", solver];
        String::from_utf8(bioxen(home.path(), &call).stderr).unwrap()
    };
    let bare = told(&timed.replace(" timeUnits=\"second\"", ""), "ssa");
    assert!(bare.contains("warning: the model states no known unit of time"), "{bare}");
    assert!(!bare.contains("no size"), "{bare}");
    assert_eq!(told(&timed, "ssa"), "");
    let sizeless = told(&timed.replace(" size=\"1\"", ""), "ssa");
    assert_eq!(
        sizeless,
        "warning: the compartment `cell` states no size: it is taken as 1, so that amounts and concentrations are the same numbers\n"
    );
    let event = "<listOfEvents><event id=\"e\" useValuesFromTriggerTime=\"true\"><trigger initialValue=\"true\" persistent=\"true\">\
        <math xmlns=\"http://www.w3.org/1998/Math/MathML\"><apply><gt/><ci>X</ci><cn>1</cn></apply></math></trigger>\
        </event></listOfEvents></model>";
    let watched = timed.replace("</model>", event);
    assert_eq!(told(&watched, "ssa"), "");
    let refused = told(&watched, "tau");
    assert!(
        refused.contains("tau-leaping")
            && refused.contains("(--solver ssa can, and --solver ode may do)"),
        "{refused}"
    );
}
