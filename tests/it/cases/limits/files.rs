//! What is no file is refused and waited for by nobody; what is no text is no reason to panic.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use super::{bioxen, done, ended, started, text};

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn named_pipes_are_refused_by_every_command() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["p.rhai", "p.toml", "p.json", "p.xml", "p.gb", "p.gff3", "p.fna", "p.genome"] {
        pipe(&folder.path().join(name));
    }
    symlink("p.rhai", folder.path().join("link.rhai")).unwrap();
    fs::write(folder.path().join("s.gff3"), "##gff-version 3\n").unwrap();
    let calls: [&[&str]; 18] = [
        &["run", "p.rhai"],
        &["run", "link.rhai"],
        &["check", "p.rhai"],
        &["top", "p.rhai", "--json"],
        &["config", "show", "p.toml"],
        &["config", "show", "p.json"],
        &["config", "validate", "p.toml"],
        &["package", "info", "p.toml"],
        &["package", "info", "p.xml"],
        &["package", "validate", "p.toml", "p.xml"],
        &["genome", "info", "./p.genome"],
        &["genome", "validate", "p.genome"],
        &["genome", "import", "p.gb", "-o", "new.genome"],
        &["genome", "import", "p.gff3", "-o", "new.genome"],
        &["genome", "import", "s.gff3", "--fasta", "p.fna", "-o", "new.genome"],
        &["sbml", "run", "p.xml", "--t-end", "1", "--points", "2"],
        &["sbml", "export", "p.rhai", "--vm", "a", "-o", "new.xml"],
        &["docs", "--check", "p.rhai"],
    ];
    for call in calls {
        let output = done(folder.path(), call);
        let said = format!("{}{}", text(&output.stderr), text(&output.stdout));
        assert!(matches!(output.status.code(), Some(1 | 2)), "{call:?}: {said}");
        assert!(call[0] == "docs" || said.contains("a named pipe"), "{call:?}: {said}");
    }
    assert!(!folder.path().join("new.genome").exists());
}

#[test]
fn named_pipes_are_refused_by_every_function() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["p.rhai", "p.toml", "p.xml", "p.genome", "p.state"] {
        pipe(&folder.path().join(name));
    }
    let cell = "let cell = quick_start_vm(\"ecoli\", \"demo\");";
    for call in [
        "import \"p\" as p;".to_owned(),
        "load_hypervisor(\"p.state\");".to_owned(),
        "load_vm(\"p.state\");".to_owned(),
        "create_from_config(\"a\", \"p.toml\");".to_owned(),
        "create_bio_vm(\"a\", \"ecoli\", \"basic\", #{genome_file: \"p.genome\"});".to_owned(),
        format!("{cell} cell.install_package(\"p.toml\");"),
        format!("{cell} cell.install_package(\"p.xml\");"),
        format!("{cell} cell.add_plasmid(\"p.genome\");"),
    ] {
        fs::write(folder.path().join("s.rhai"), &call).unwrap();
        let output = done(folder.path(), &["run", "s.rhai"]);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{call}: {said}");
        assert!(said.contains("a named pipe"), "{call}: {said}");
    }
}

#[test]
fn other_things_than_files_are_named() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("d.rhai")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("s.rhai")).unwrap();
    for (name, found) in [("s.rhai", "a socket"), ("/dev/zero", "a device"), ("d.rhai", "a folder")]
    {
        let output = done(folder.path(), &["run", name]);
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains(found), "{}", text(&output.stderr));
    }
    for (name, found) in [("s", "a socket"), ("d", "a directory")] {
        fs::write(folder.path().join("main.rhai"), format!("import \"{name}\" as x;")).unwrap();
        let output = done(folder.path(), &["run", "main.rhai"]);
        assert_eq!(output.status.code(), Some(1));
        assert!(text(&output.stderr).contains(found), "{}", text(&output.stderr));
    }
}

#[test]
fn what_a_shell_hands_over_is_a_script() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = bioxen(folder.path());
    command.args(["run", "/dev/stdin"]).stdin(std::process::Stdio::piped());
    let mut child = started(command);
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"print(6 * 7);").unwrap();
    assert_eq!(text(&ended(child, "/dev/stdin").stdout), "42\n");
}

#[test]
fn paths_that_are_no_text_are_paths() {
    let folder = tempfile::tempdir().unwrap();
    let odd = OsStr::from_bytes(b"o\xffdd");
    fs::create_dir(folder.path().join(odd)).unwrap();
    let script = Path::new(odd).join("s.rhai");
    let program = "quick_start_vm(\"ecoli\", \"demo\"); let t = run(1.min); t.to_csv(\"t.csv\"); \
                   plot_resources(t).show(); print(\"done\");";
    fs::write(folder.path().join(&script), program).unwrap();
    let out = Path::new(odd).join("out");
    for more in [&[][..], &["--json"], &["--report"]] {
        let mut command = bioxen(folder.path());
        command.arg("run").arg(&script).arg("--out").arg(&out).args(more);
        if more == ["--report"] {
            command.arg(Path::new(odd).join("r.html"));
        }
        let output = ended(started(command), "run");
        assert_eq!(output.status.code(), Some(0), "{more:?}: {}", text(&output.stderr));
        assert!(folder.path().join(&out).join("t.csv").exists());
        if more == ["--json"] {
            let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
            assert_eq!(json["output"][0], "done");
        }
    }
    // Every other argument: right or refused, but no panic.
    let calls: [&[&str]; 20] = [
        &[],
        &["run"],
        &["run", "--seed"],
        &["run", "--allow-read"],
        &["check"],
        &["check", "--json"],
        &["config", "template"],
        &["config", "show"],
        &["config", "validate"],
        &["config", "validate", "--json"],
        &["package", "info"],
        &["package", "validate"],
        &["genome", "info"],
        &["genome", "validate"],
        &["genome", "validate", "--json"],
        &["genome", "import"],
        &["sbml", "run"],
        &["top"],
        &["docs"],
        &["new"],
    ];
    for call in calls {
        let mut command = bioxen(folder.path());
        command.args(call).arg(odd);
        let output = ended(started(command), "odd");
        let code = output.status.code();
        assert!(matches!(code, Some(0..=2)), "{call:?}: {code:?} {}", text(&output.stderr));
        assert!(!text(&output.stderr).contains("panicked"), "{call:?}");
    }
}
