//! The smaller commands: new, doctor, completions, man, check, and run again with each change.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const BIOXEN: &str = env!("CARGO_BIN_EXE_bioxen");

/// A command at home in a folder.
fn command(home: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(BIOXEN);
    command.args(arguments).current_dir(home).stdin(Stdio::null()).env("HOME", home);
    for name in ["XDG_DATA_HOME", "XDG_CONFIG_HOME", "JUPYTER_DATA_DIR", "JUPYTER_PATH"] {
        command.env_remove(name);
    }
    command.env_remove("VIRTUAL_ENV").env_remove("CONDA_PREFIX");
    command
}

fn bioxen(home: &Path, arguments: &[&str]) -> Output {
    command(home, arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn names_that_are_wrong_are_answered_with_the_nearest() {
    let home = tempfile::tempdir().unwrap();
    let told = |arguments: &[&str]| {
        let output = bioxen(home.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty());
        text(&output.stderr)
    };
    assert!(told(&["chek", "a.rhai"]).contains("'check'"));
    assert!(told(&["rn", "a.rhai"]).contains("'run'"));
    assert!(told(&["genome", "lst"]).contains("'list'"));
    assert!(told(&["run", "a.rhai", "--sead", "1"]).contains("'--seed'"));
    assert!(told(&["completions", "fsh"]).contains("'fish'"));
    assert!(told(&["new", "--type", "ecoil", "--yes"]).contains("did you mean `ecoli`?"));
    // A script in the place of a command.
    fs::write(home.path().join("mine.rhai"), "1").unwrap();
    assert!(told(&["mine.rhai"]).contains("bioxen run mine.rhai"));
}

/// What the README and `bioxen --help` say of exit codes.
#[test]
fn exit_codes_are_the_same_for_all_commands() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("wrong.rhai"), "rum(1.min)").unwrap();
    fs::write(home.path().join("right.rhai"), "print(1);").unwrap();
    let cases: [(&[&str], i32); 18] = [
        (&["run", "right.rhai"], 0),
        (&["check", "right.rhai"], 0),
        (&["doctor"], 0),
        (&["new", "--yes"], 0),
        (&["completions", "bash"], 0),
        (&["man"], 0),
        (&["run", "wrong.rhai"], 1),
        (&["run", "wrong.rhai", "--json"], 1),
        (&["check", "wrong.rhai"], 1),
        (&["check", "wrong.rhai", "--json"], 1),
        (&["genome", "validate", "right.rhai"], 1),
        (&["new", "a b", "--type", "ecoli"], 1),
        (&["run", "none.rhai"], 2),
        (&["run", "-", "--watch"], 2),
        (&["check", "none.rhai"], 2),
        (&["new"], 2),
        (&["new", "--max-atp", "much"], 2),
        (&["nothing"], 2),
    ];
    for (arguments, code) in cases {
        let output = bioxen(home.path(), arguments);
        let err = text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {err}");
        // An error is told on standard error, unless it is part of the JSON that was asked for.
        let json = arguments.contains(&"--json");
        assert_eq!(err.is_empty(), code == 0 || json, "{arguments:?}: {err}");
    }
}

#[test]
fn check_tells_what_is_wrong_as_json() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("a.rhai"), "let x = 1;\nrum(x); stat_transcription([\"lacZ\"])")
        .unwrap();
    let output = bioxen(home.path(), &["check", "a.rhai", "--json"]);
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(value["valid"], false);
    assert_eq!(value["problems"].as_array().unwrap().len(), 2, "{value}");
    assert_eq!(value["problems"][0]["line"], 2);
    assert_eq!(value["problems"][0]["column"], 1);
    assert_eq!(value["problems"][0]["length"], 3);
    assert!(value["problems"][1]["message"].as_str().unwrap().contains("did you mean"));
    fs::write(home.path().join("a.rhai"), "run(1.min);").unwrap();
    let output = bioxen(home.path(), &["check", "a.rhai", "--json"]);
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(value["problems"], serde_json::json!([]));
}

#[test]
fn new_takes_all_answers_as_options() {
    let home = tempfile::tempdir().unwrap();
    let arguments =
        ["new", "tiny", "--type", "syn3a", "--max-ribosomes", "30", "--no-start", "-o", "t.rhai"];
    let output = bioxen(home.path(), &arguments);
    let line = "let tiny = create_bio_vm(\"tiny\", \"syn3a\", \"basic\", \
                #{resource_limits: #{max_ribosomes: 30}});\n";
    assert_eq!(text(&output.stdout), line);
    let written = fs::read_to_string(home.path().join("t.rhai")).unwrap();
    assert_eq!(written, format!("// Run it: bioxen run t.rhai\n{line}"));
    assert!(bioxen(home.path(), &["check", "t.rhai"]).status.success());
    // A file that is there is kept unless it is to be replaced.
    let again = bioxen(home.path(), &arguments);
    assert_eq!(again.status.code(), Some(2));
    assert!(text(&again.stderr).contains("--force replaces it"));
    let mut forced = arguments.to_vec();
    forced.push("--force");
    assert!(bioxen(home.path(), &forced).status.success());
    // Without a terminal nothing is asked.
    let output = bioxen(home.path(), &["new"]);
    assert!(text(&output.stderr).contains("give NAME and --type, or --yes"));
    let output = bioxen(home.path(), &["new", "x", "--type", "ecoli", "--max-atp", "500"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("500"), "{}", text(&output.stderr));
}

#[test]
fn a_script_asks_by_the_lines_of_standard_input() {
    use std::io::Write;
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("a.rhai"), "let g = input(`gene? `); print(g + input() + \"!\")")
        .unwrap();
    let run = |input: &[u8]| {
        let mut child = command(home.path(), &["run", "a.rhai"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        child.wait_with_output().unwrap()
    };
    assert_eq!(text(&run(b"lac\r\nZ\n").stdout), "lacZ!\n");
    let short = run(b"lac\n");
    assert_eq!(short.status.code(), Some(1));
    assert!(text(&short.stderr).contains("the input has ended"), "{}", text(&short.stderr));
}

#[test]
fn doctor_tells_what_is_here_and_what_is_missing() {
    let home = tempfile::tempdir().unwrap();
    let report = |home: &Path| -> serde_json::Value {
        let output = bioxen(home, &["doctor", "--json"]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let find = |report: &serde_json::Value, name: &str| -> serde_json::Value {
        let checks = report["checks"].as_array().unwrap();
        checks.iter().find(|c| c["name"] == name).unwrap().clone()
    };
    let first = report(home.path());
    assert_eq!(
        (&first["version"], &first["works"]),
        (&env!("CARGO_PKG_VERSION").into(), &true.into())
    );
    assert!(find(&first, "genomes")["found"].as_str().unwrap().contains("ecoli (4"));
    assert!(find(&first, "host cell")["found"].as_str().unwrap().contains("grows by 1."));
    // Installed kernels of the machine itself are looked for last.
    if !Path::new("/usr/local/share/jupyter/kernels/bioxen").exists() {
        assert_eq!(find(&first, "kernel")["state"], "missing");
        assert_eq!(find(&first, "kernel")["advice"], "bioxen-kernel install --user");
    }
    let kernel = home.path().join(if cfg!(target_os = "macos") {
        "Library/Jupyter/kernels/bioxen"
    } else {
        ".local/share/jupyter/kernels/bioxen"
    });
    fs::create_dir_all(&kernel).unwrap();
    fs::write(kernel.join("kernel.json"), "{\"argv\": [\"/nowhere/kernel\"]}").unwrap();
    let broken = find(&report(home.path()), "kernel");
    assert!(broken["found"].as_str().unwrap().contains("which is not there"), "{broken}");
    let specification = serde_json::json!({ "argv": [BIOXEN] });
    fs::write(kernel.join("kernel.json"), specification.to_string()).unwrap();
    assert_eq!(find(&report(home.path()), "kernel")["state"], "ok");
    let output = command(home.path(), &["doctor"]).env("NO_COLOR", "1").output().unwrap();
    let shown = text(&output.stdout);
    for part in ["program\n", "terminal\n", "  ok       version", "pictures", "history"] {
        assert!(shown.contains(part), "{shown}");
    }
    assert!(!shown.contains('\u{1b}'));
}

#[test]
fn completions_are_there_for_the_shells() {
    let home = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish"] {
        let script = text(&bioxen(home.path(), &["completions", shell]).stdout);
        for word in ["doctor", "completions", "seed", "steady"] {
            assert!(script.contains(word), "{word} for {shell}");
        }
    }
}

/// Where there is a bash, it completes by them.
#[cfg(unix)]
#[test]
fn bash_completes_commands_and_options() {
    let home = tempfile::tempdir().unwrap();
    let script = home.path().join("bioxen.bash");
    fs::write(&script, bioxen(home.path(), &["completions", "bash"]).stdout).unwrap();
    let complete = |words: &str, count: usize| {
        let ask = format!(
            "source {}; COMP_WORDS=({words}); COMP_CWORD={count}; \
             _bioxen bioxen \"${{COMP_WORDS[$COMP_CWORD]}}\" x; echo \"${{COMPREPLY[*]}}\"",
            script.display()
        );
        Command::new("bash").args(["--norc", "-c", &ask]).output()
    };
    let Ok(output) = complete("bioxen do", 1) else { return };
    assert_eq!(text(&output.stdout).trim(), "docs doctor", "{}", text(&output.stderr));
    let output = complete("bioxen run --wa", 2).unwrap();
    assert_eq!(text(&output.stdout).trim(), "--watch");
}

#[test]
fn there_is_a_man_page_for_each_command() {
    let home = tempfile::tempdir().unwrap();
    let output = bioxen(home.path(), &["man", "pages"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    for name in ["bioxen", "bioxen-run", "bioxen-genome-import", "bioxen-sbml-run", "bioxen-man"] {
        let page = fs::read_to_string(home.path().join(format!("pages/{name}.1"))).unwrap();
        assert!(page.contains(&format!(".TH {name} 1")), "{name}: {}", &page[..300]);
        assert!(page.contains("Examples:"), "{name}");
    }
    assert!(text(&bioxen(home.path(), &["man"]).stdout).contains(".TH bioxen 1"));
}

/// The lines of a child as they come.
#[cfg(unix)]
fn lines(stream: impl std::io::Read + Send + 'static) -> std::sync::mpsc::Receiver<String> {
    use std::io::BufRead;
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for line in std::io::BufReader::new(stream).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

#[cfg(unix)]
#[test]
fn a_watched_script_runs_again_with_each_change() {
    use std::time::Duration;
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("a.rhai");
    fs::write(&file, "print(\"first\");").unwrap();
    let mut child = command(home.path(), &["run", "a.rhai", "--watch"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (out, err) = (lines(child.stdout.take().unwrap()), lines(child.stderr.take().unwrap()));
    let next = |lines: &std::sync::mpsc::Receiver<String>, part: &str| {
        while let Ok(line) = lines.recv_timeout(Duration::from_secs(300)) {
            if line.contains(part) {
                return;
            }
        }
        panic!("`{part}` did not come");
    };
    next(&out, "first");
    next(&err, "-- watching a.rhai; Ctrl-C ends --");
    // A mistake is told, and the next change is waited for.
    fs::write(&file, "rum(\"second\");").unwrap();
    next(&err, "there is no function `rum`");
    next(&err, "watching");
    // A run that is under way is given up for the next version.
    fs::write(&file, "print(\"third\"); run(20000.h);").unwrap();
    next(&out, "third");
    fs::write(&file, "print(\"the fourth and last\");").unwrap();
    next(&out, "the fourth and last");
    assert!(!home.path().join("out/interrupted.csv").exists());
    next(&err, "watching");
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
}
