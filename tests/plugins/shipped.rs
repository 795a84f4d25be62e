//! The examples of the plug-ins that ship, in every front end.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use super::{copy, root};

/// The plug-ins, and what their examples leave behind.
const EXAMPLES: [(&str, &[&str]); 2] = [
    ("bacillus_subtilis", &["trace.csv", "cell.vm"]),
    ("phage_t7", &["trace.csv", "t7.svg", "cell.vm"]),
];

/// The example of a README, whose results are written down.
fn example(name: &str) -> String {
    let page = fs::read_to_string(root().join("plugins").join(name).join("README.md")).unwrap();
    let lines = page.lines().skip_while(|line| !line.starts_with("    "));
    let lines: Vec<&str> = lines.map_while(|line| line.strip_prefix("    ")).collect();
    assert!(lines.len() >= 5, "{lines:?}");
    let text = lines.join("\n");
    let kept = text
        .replace(
            "print(run(10.min).final(\"gapA\"));",
            "let trace = run(10.min);\nprint(trace.final(\"gapA\"));",
        )
        .replace(
            "figure_style(\"phage_t7_print\"));",
            "figure_style(\"phage_t7_print\")).save(\"t7.svg\");",
        );
    assert_ne!(kept, text, "{name}");
    format!(
        "{kept}\ntrace.to_csv(\"trace.csv\");\ncell.save(\"cell.vm\");\nprint(cell.status());\n"
    )
}

/// A folder with the plug-in and the example.
fn folder(name: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let there = folder.path().join("plugins").join(name);
    copy(&root().join("plugins").join(name), &there);
    fs::write(folder.path().join("example.rhai"), example(name)).unwrap();
    folder
}

fn bioxen(folder: &Path, arguments: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bioxen"));
    command.args(arguments).current_dir(folder).env_remove("BIOXEN_PLUGINS");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn the_examples_give_the_same_bytes_in_a_script_and_in_the_dialogue() {
    for (name, files) in EXAMPLES {
        let (script, dialogue) = (folder(name), folder(name));
        let run = ["run", "--seed", "1", "--out", "out", "example.rhai"];
        let of_script = bioxen(script.path(), &run, "");
        assert!(of_script.status.success(), "{name}: {}", text(&of_script.stderr));
        let repl = ["repl", "--seed", "1", "--out", "out"];
        let of_dialogue = bioxen(dialogue.path(), &repl, &example(name));
        assert!(of_dialogue.status.success(), "{name}: {}", text(&of_dialogue.stderr));
        for line in text(&of_script.stdout).lines() {
            assert!(text(&of_dialogue.stdout).contains(line), "{name}: {line}");
        }
        for file in files {
            let of = |folder: &tempfile::TempDir| {
                fs::read(folder.path().join("out").join(file)).unwrap()
            };
            assert!(of(&script) == of(&dialogue), "{name}: {file}");
            assert!(of(&script).len() > 100, "{name}: {file}");
        }
    }
}

/// What a script finds wrong before it runs, and what an installed plug-in lists without one.
#[test]
fn the_examples_are_checked_and_their_plugins_listed() {
    for (name, _) in EXAMPLES {
        let folder = folder(name);
        let check = bioxen(folder.path(), &["check", "example.rhai"], "");
        assert!(check.status.success(), "{name}: {}", text(&check.stderr));
        let near = example(name).replace(&format!("plugins/{name}"), &format!("plugins/{name}s"));
        fs::write(folder.path().join("near.rhai"), near).unwrap();
        let check = bioxen(folder.path(), &["check", "near.rhai"], "");
        let said = format!("{}{}", text(&check.stderr), text(&check.stdout));
        assert!(!check.status.success() && said.contains(&format!("{name}s")), "{said}");
        let list = bioxen(folder.path(), &["plugin", "list", "--plugins", "plugins"], "");
        assert!(text(&list.stdout).contains(name), "{}", text(&list.stdout));
    }
}
