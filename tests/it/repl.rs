//! The dialogue: through pipes, and in a real pseudo-terminal.

use std::io::Write;
use std::process::{Command, Stdio};

const BIOXEN: &str = env!("CARGO_BIN_EXE_bioxen");

/// Exit code, standard output and standard error of a session that reads a text from a pipe.
fn piped(text: &str) -> (Option<i32>, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(BIOXEN)
        .arg("repl")
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_pipe_gets_results_only() {
    let (code, out, err) =
        piped("let x = 20;\nfn twice(n) {\n    2 * n\n}\ntwice(x) + 2\nprint(`a`)\n");
    assert_eq!((code, out.as_str(), err.as_str()), (Some(0), "42\na\n", ""));
}

#[test]
fn a_wrong_line_of_a_pipe_is_told_and_the_others_go_on() {
    let (code, out, err) = piped("let x = 1;\nrum(1.min)\nx + 1\n:hepl\n?run_untli\n1 + (2");
    assert_eq!((code, out.as_str()), (Some(1), "2\n"));
    assert!(err.contains("there is no function `rum` (did you mean `run`?)"), "{err}");
    assert!(err.contains("there is no command `:hepl` (did you mean `help`?)"), "{err}");
    assert!(err.contains("nothing is known of `run_untli` (did you mean `run_until`?)"), "{err}");
    assert!(!out.contains('\u{1b}') && !err.contains('\u{1b}'));
}

#[test]
fn commands_answer() {
    let text = "let cell = quick_start_vm(\"ecoli\", \"demo\");\n:vms\n:status\n?start\nlacZ?\n:reset\n:vms\n:quit\n1";
    let (code, out, err) = piped(text);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(out.starts_with("* demo "), "{out}");
    assert!(out.contains("biological type     ecoli"), "{out}");
    assert!(out.contains("    start()\n"), "{out}");
    assert!(out.contains("locus tag             b0344"), "{out}");
    assert!(out.ends_with("There is no VM; quick_start_vm(\"ecoli\") makes one.\n"), "{out}");
}

#[cfg(unix)]
mod terminal {
    use super::BIOXEN;
    use rexpect::session::{PtySession, spawn_command};
    use std::process::Command;

    /// A session at a terminal, whose history is in a folder.
    fn start(folder: &std::path::Path) -> PtySession {
        let mut command = Command::new(BIOXEN);
        command.current_dir(folder).env("XDG_DATA_HOME", folder).env("NO_COLOR", "1");
        command.env("TERM", "xterm");
        let mut session = spawn_command(command, Some(20_000)).unwrap();
        session.exp_string("Ctrl-D leaves.").unwrap();
        session.exp_string("bioxen> ").unwrap();
        session
    }

    fn leave(mut session: PtySession) {
        session.send_control('d').unwrap();
        session.exp_eof().unwrap();
    }

    #[test]
    fn statements_of_several_lines_are_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let mut s = start(folder.path());
        s.send_line("fn thrice(n) {").unwrap();
        s.send_line("3 * n").unwrap();
        s.send_line("}").unwrap();
        s.exp_string("bioxen> ").unwrap();
        s.send_line("thrice(1111)").unwrap();
        s.exp_string("3333").unwrap();
        leave(s);
    }

    #[test]
    fn tab_completes_and_the_prompt_tells_vm_and_time() {
        let folder = tempfile::tempdir().unwrap();
        let mut s = start(folder.path());
        s.send_line("let cell = quick_start_vm(\"ecoli\", \"demo\");").unwrap();
        s.exp_string("demo> ").unwrap();
        s.send("supported_bio\t").unwrap();
        s.send_line("()").unwrap();
        s.exp_string("[\"syn3a\", \"ecoli\", \"minimal_cell\"]").unwrap();
        s.send_line("run(90.s).times().len()").unwrap();
        s.exp_string("demo 1.5 min> ").unwrap();
        leave(s);
    }

    #[test]
    fn an_interrupt_ends_a_run_and_keeps_the_session() {
        let folder = tempfile::tempdir().unwrap();
        let mut s = start(folder.path());
        s.send_line("let kept = 4321; quick_start_vm(\"ecoli\"); start_transcription([\"lacZ\"]);")
            .unwrap();
        s.exp_string("default> ").unwrap();
        s.send_line("run(20000.h)").unwrap();
        std::thread::sleep(std::time::Duration::from_millis(500));
        s.send_control('c').unwrap();
        s.exp_string("interrupted at").unwrap();
        s.exp_string("min> ").unwrap();
        s.send_line("kept + 1111").unwrap();
        s.exp_string("5432").unwrap();
        s.send_line("loop {}").unwrap();
        std::thread::sleep(std::time::Duration::from_millis(300));
        s.send_control('c').unwrap();
        s.exp_string("interrupted").unwrap();
        s.exp_string("min> ").unwrap();
        // While a line is typed it is given up.
        s.send("1 + ").unwrap();
        s.flush().unwrap();
        s.exp_string("1 + ").unwrap();
        s.send_control('c').unwrap();
        s.exp_string("min> ").unwrap();
        s.send_line("kept * 2").unwrap();
        s.exp_string("8642").unwrap();
        leave(s);
    }

    #[test]
    fn history_goes_from_one_session_to_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let mut s = start(folder.path());
        s.send_line("1000 + 234").unwrap();
        s.exp_string("1234").unwrap();
        leave(s);
        assert!(folder.path().join("bioxen/history.txt").is_file());
        let mut s = start(folder.path());
        s.send("\x1b[A").unwrap();
        s.flush().unwrap();
        s.exp_string("1000 + 234").unwrap();
        s.send_line("").unwrap();
        s.exp_string("1234").unwrap();
        leave(s);
    }
}
