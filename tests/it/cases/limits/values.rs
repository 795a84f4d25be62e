//! Values that hold each other, or more than memory has.

use bioxen::lang::nesting::DEEPEST;
use bioxen::session::Session;

use super::{run, text};

/// Ways in which values come to hold values without end.
const CHAINS: [&str; 6] = [
    "let f = || 1; let n = 0; while n < N { let g = f; f = || g; n += 1; }",
    "let f = || 1; let n = 0; while n < N { let g = [f]; f = || g; n += 1; }",
    "let f = || 1; let n = 0; while n < N { let g = #{k: f}; f = || g; n += 1; }",
    "fn wrap(f) { || f } let f = || 1; for n in 0..N { f = wrap(f); }",
    "let a = [|| 1]; for n in 0..N { let g = a[0]; a[0] = || g; }",
    "let m = #{f: || 1}; for n in 0..N { let g = m; m = #{f: || g}; }",
];

#[test]
fn chains_of_values_end_with_an_error_and_the_session_goes_on() {
    let mut session = Session::new(Default::default(), Box::new(|_| {})).unwrap();
    for chain in CHAINS {
        let whole = chain.replace('N', &(20 * DEEPEST).to_string());
        let error = session.eval(&whole, "test").unwrap_err();
        assert!(error.message.contains("values inside of values"), "{chain}\n{error}");
        assert!(!error.interrupted);
        // What the text has left goes.
        session.eval("let f = (); let a = (); let m = (); let g = ();", "test").unwrap();
        assert_eq!(session.eval("6 * 7", "test").unwrap().as_deref(), Some("42"));
    }
}

#[test]
fn chains_within_the_limit_are_values_like_others() {
    let mut session = Session::new(Default::default(), Box::new(|_| {})).unwrap();
    for chain in CHAINS {
        session.eval(&chain.replace('N', "10000"), "test").unwrap_or_else(|e| panic!("{e}"));
        session.eval("let f = (); let a = (); let m = (); let g = ();", "test").unwrap();
    }
    // A closure that holds itself is no chain.
    let round = "let round = (); round = #{f: |n| if n == 0 { 0 } else { round.f.call(n - 1) }}; \
                 for i in 0..10000 { let x = round; } let f = round.f; f.call(0)";
    assert_eq!(session.eval(round, "test").unwrap().as_deref(), Some("0"));
    session.reset().unwrap();
}

#[test]
fn the_command_ends_a_chain_with_an_error() {
    let (code, out, err) =
        run(&format!("{} print(\"built\");", CHAINS[0].replace('N', "2000000")), &[]);
    assert_eq!((code, out.as_str()), (Some(1), ""), "{err}");
    assert!(err.contains("values inside of values"), "{err}");
    // Below the limit it is built, and goes with the session.
    let (code, out, err) =
        run(&format!("{} print(\"built\");", CHAINS[0].replace('N', "40000")), &[]);
    assert_eq!((code, out.as_str()), (Some(0), "built\n"), "{err}");
}

/// What they begin with.
const HOARDER: &str =
    "let all = []; let f = || 1; let s = \"\"; s.pad(1000000, \"x\"); s += s; s += s;";

/// Rhai counts each of these as little.
const HOARDS: [&str; 5] = [
    "loop { let t = s + all.len(); all.push(|| t); }",
    "loop { let t = s + 1; let g = f; f = || t + g.call(); }",
    "let a = []; a.pad(500000, 1); loop { let b = a; b.push(1); all.push(|| b); }",
    "loop { let t = s + all.len(); all.push((|x| x).curry(t)); }",
    "let n = 0; loop { let t = s + n; at(n.h, || t); n += 1; }",
];

#[test]
fn what_closures_hold_counts() {
    for hoard in HOARDS {
        let (code, out, err) =
            run(&format!("{HOARDER} print(1); {hoard}"), &["--max-memory", "400"]);
        assert_eq!((code, out.as_str()), (Some(1), "1\n"), "{hoard}\n{err}");
        assert!(err.contains("more than 400 MiB of memory"), "{hoard}\n{err}");
        assert!(err.contains("--max-memory"), "{err}");
    }
}

#[test]
fn whoever_has_too_much_can_let_it_go() {
    use std::io::Write;
    let folder = tempfile::tempdir().unwrap();
    let mut command = super::bioxen(folder.path());
    command.args(["repl", "--max-memory", "400"]).stdin(std::process::Stdio::piped());
    let mut child = super::started(command);
    let lines = format!("{HOARDER}\n{}\nall = ();\nprint(\"still here\")\n", HOARDS[0]);
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let output = super::ended(child, "a dialogue");
    assert_eq!(text(&output.stdout), "still here\n", "{}", text(&output.stderr));
    assert_eq!(output.status.code(), Some(1));
}

#[cfg(unix)]
#[test]
fn printed_text_that_is_kept_is_bounded() {
    let script = "let s = \"\"; s.pad(1000000, \"x\"); let d = display(\"a\"); \
                  for i in 0..100000 { print(s); }";
    for (option, more) in [("--json", ""), ("--report", "r.html")] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("s.rhai"), script).unwrap();
        // The shell grants 4 GB of addresses.
        let call = format!("ulimit -v 4000000; exec \"$0\" run s.rhai -q {option} {more}");
        let mut command = std::process::Command::new("sh");
        command.args(["-c", &call, env!("CARGO_BIN_EXE_bioxen")]).current_dir(folder.path());
        let output = super::ended(super::started(command), &call);
        assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
        let told = "the script has shown more than 256 MiB";
        if option == "--json" {
            let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
            assert!(json["error"]["message"].as_str().unwrap().contains(told), "{}", json["error"]);
            assert!(json["output"].as_array().unwrap().len() > 100);
        } else {
            assert!(text(&output.stderr).contains(told));
            assert!(folder.path().join("r.html").metadata().unwrap().len() > 100_000_000);
        }
    }
}

#[test]
fn text_that_a_text_on_a_vm_prints_is_bounded() {
    let mut session = Session::new(Default::default(), Box::new(|_| {})).unwrap();
    session.eval("let cell = quick_start_vm(\"ecoli\", \"demo\");", "test").unwrap();
    let text = "let s = \"\"; s.pad(1000000, \"x\"); for i in 0..100000 { print(s); }";
    let call = format!("let r = cell.execute({text:?}); r.error");
    let error = session.eval(&call, "test").unwrap().unwrap();
    assert!(error.contains("printed more than 16 MiB"), "{error}");
    assert_eq!(session.eval("r.output.len() < 17", "test").unwrap().as_deref(), Some("true"));
    // The next text may print again.
    let next = "cell.execute(\"print(`a`)\").output";
    assert_eq!(session.eval(next, "test").unwrap().as_deref(), Some("[\"a\"]"));
}
