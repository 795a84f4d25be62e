//! The dialogue through pipes.

use std::io::Write;
use std::process::{Command, Stdio};

use super::{BIOXEN, fed};

/// Exit code, standard output and standard error of a session that reads bytes from a pipe.
fn piped(input: &[u8]) -> (Option<i32>, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let output = fed(folder.path(), &["repl"], input);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_pipe_gets_results_only() {
    let (code, out, err) =
        piped(b"let x = 20;\nfn twice(n) {\n    2 * n\n}\ntwice(x) + 2\nprint(`a`)\n");
    assert_eq!((code, out.as_str(), err.as_str()), (Some(0), "42\na\n", ""));
    // A semicolon keeps a value to itself.
    assert_eq!(piped(b"6 * 7;\n6 * 7; // words\n6 * 7 // more\n").1, "42\n");
}

#[test]
fn exit_ends_a_pipe_with_its_code() {
    assert_eq!(piped(b"print(1)\nexit(4)\nprint(2)\n"), (Some(4), "1\n".into(), String::new()));
    assert_eq!(piped(b"exit()\nprint(2)\n"), (Some(0), String::new(), String::new()));
    assert_eq!(piped(b"fn f() { exit(300) }\nf()\nprint(2)").0, Some(1));
    assert_eq!(piped(b"exit(\"done\")\nprint(2)").0, Some(0));
    assert_eq!(piped(b"nothing_of_this()\nexit()\n").0, Some(1));
    let script = |text: &str| {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.rhai"), text).unwrap();
        let run = |arguments: &[&str]| {
            let output =
                Command::new(BIOXEN).args(arguments).current_dir(&folder).output().unwrap();
            output.status.code()
        };
        [run(&["run", "a.rhai"]), run(&["run", "a.rhai", "--json"])]
    };
    assert_eq!(script("exit(4); print(2)"), [Some(4); 2]);
    assert_eq!(script("exit(); print(2)"), [Some(0); 2]);
}

#[test]
fn lines_may_end_as_on_windows_and_the_last_not_at_all() {
    let (code, out, err) = piped(b"let x = [1,\r\n2];\r\nx.len()\r\n:time x\r\n40 + 2");
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(out.starts_with("2\n[1, 2]\n0.0") && out.ends_with(" s\n42\n"), "{out:?}");
}

#[test]
fn a_wrong_line_of_a_pipe_is_told_and_the_others_go_on() {
    let (code, out, err) = piped(b"let x = 1;\nrum(1.min)\nx + 1\n:hepl\n?run_untli\n1 + (2");
    assert_eq!((code, out.as_str()), (Some(1), "2\n"));
    assert!(err.contains("there is no function `rum` (did you mean `run`?)"), "{err}");
    assert!(err.contains("there is no command `:hepl` (did you mean `:help`?)"), "{err}");
    assert!(err.contains("nothing is known of `run_untli` (did you mean `run_until`?)"), "{err}");
    assert!(!out.contains('\u{1b}') && !err.contains('\u{1b}'));
}

#[test]
fn commands_answer() {
    let text = "let cell = quick_start_vm(\"ecoli\", \"demo\");\n:vms\n:status\n?start\nlacZ?\n\
                \"lacZ\"?\ncell.stop?\n:hist start\n:reset\n:vms\n:quit\n1";
    let (code, out, err) = piped(text.as_bytes());
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(out.starts_with("* demo "), "{out}");
    assert!(out.contains("biological type     ecoli"), "{out}");
    assert!(out.contains("    start()\n"), "{out}");
    assert_eq!(out.matches("locus tag             b0344").count(), 2, "{out}");
    assert!(out.contains("    stop()\n"), "{out}");
    assert!(out.contains("\n?start\n:hist start\n"), "{out}");
    assert!(
        out.ends_with("There is no VM; :new or quick_start_vm(\"ecoli\") makes one.\n"),
        "{out}"
    );
}

#[test]
fn what_a_command_takes_is_told() {
    let (code, out, err) = piped(
        b":vms now\n:save\n:time\n:plot\n:new\n:attach\n:attach nobody\n:new mine\n?:save\n:load no.rhai\n",
    );
    assert_eq!(code, Some(1));
    let expected = [
        ":vms takes nothing, and got `now`",
        "which file? :save FILE",
        "what is to be timed? :time EXPR",
        "nothing to plot yet",
        "there is no terminal to ask questions at",
        "there is no VM",
        "there is no VM `nobody`; :new or",
        "there is no terminal to ask questions at",
        "cannot read the script `no.rhai`",
    ];
    let errors: Vec<&str> = err.lines().filter(|l| l.starts_with("error:")).collect();
    assert_eq!(errors.len(), expected.len(), "{err}");
    for (line, part) in errors.iter().zip(expected) {
        assert!(line.contains(part), "{line} for {part}");
    }
    assert!(out.contains(":save FILE writes this session"), "{out}");
    // What fails is no line to learn from.
    assert!(!out.contains("attach("), "{out}");
}

#[test]
fn a_trace_is_told_in_clean_text() {
    let (code, out, err) =
        piped(b"let cell = quick_start_vm(\"ecoli\", \"demo\");\nrun(1.min)\n:plot\n#{a: 1}\n");
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(out.starts_with("trace of "), "{out}");
    assert!(out.contains("host.growth_rate_per_h         [1/h]           1.087 .. 1.087"), "{out}");
    // The figure in braille, on demand only.
    assert_eq!(out.matches("Time [min]").count(), 1, "{out}");
    assert!(out.ends_with("#{\"a\": 1}\n") && !out.contains('\u{1b}'), "{out}");
}

#[test]
fn a_session_is_saved_as_a_script_that_repeats_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.rhai");
    let name = file.display();
    let text = format!(
        "let x = 20\nrum(3)\nfn twice(n) {{\n  2 * n\n}}\nprint(twice(x) + 2) // yes\n:save {name}\n\
         :save {name}\n:save -f {name}\n:reset\n:load {name}\nx"
    );
    let (code, out, err) = piped(text.as_bytes());
    assert_eq!((code, out.as_str()), (Some(1), "42\n42\n20\n"), "{err}");
    assert!(err.contains("is there already; :save -f"), "{err}");
    let saved = std::fs::read_to_string(&file).unwrap();
    assert!(saved.contains("// This failed: there is no function `rum`"), "{saved}");
    assert!(saved.contains("print(twice(x) + 2); // yes\n"), "{saved}");
    let run = Command::new(BIOXEN).arg("run").arg(&file).output().unwrap();
    assert_eq!(String::from_utf8(run.stdout).unwrap(), "42\n");
}

/// 100 000 lines of an open block took over 20 s when each line was parsed anew; now the time grows
/// with their number. The bound is wide: what is tested is that it ends.
#[test]
fn an_open_block_is_not_parsed_anew_with_every_line() {
    let mut text = "{\n".repeat(100_000);
    let (code, out, err) = piped(text.as_bytes());
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(err.starts_with("error: "), "{}", &err[..err.len().min(300)]);
    text = format!("let x = [\n{}];\nx.len()\n", "1,\n".repeat(5_000));
    let (code, out, _) = piped(text.as_bytes());
    assert_eq!((code, out.as_str()), (Some(0), "5000\n"));
}

#[test]
fn a_statement_without_end_is_given_up() {
    let text = format!("6 * 7\nlet x = `{}\n1", "a".repeat(17 * 1024 * 1024));
    let (code, out, err) = piped(text.as_bytes());
    assert_eq!((code, out.as_str()), (Some(2), "42\n"));
    assert!(err.contains("not complete after 16 MiB"), "{err}");
}

#[test]
fn input_that_is_no_text_is_named() {
    let (code, out, err) = piped(b"6 * 7\nlet x = \"\xff\xfe\";\n1\n");
    assert_eq!((code, out.as_str()), (Some(2), "42\n"));
    assert_eq!(err, "error: standard input is not UTF-8 text (line 2)\n");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_pipe_with_130() {
    use std::io::{BufRead, BufReader};
    let mut child = Command::new(BIOXEN)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(b"print(\"on its way\"); loop {}\nprint(\"never\")\n").unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut output, &mut rest).unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), rest.as_str()), (Some(130), ""), "{err}");
    assert!(err.contains("the rest is left out"), "{err}");
}
