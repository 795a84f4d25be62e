//! Inputs that once took a time which grew with the square of their length, or without end. What is
//! asked for here took hours then.

use std::fs;

use super::{done, run, text};

#[test]
fn a_script_that_is_imported_by_many_ways_is_read_and_run_once() {
    const SCRIPTS: usize = 40;
    let folder = tempfile::tempdir().unwrap();
    for i in 0..SCRIPTS {
        let next = i + 1;
        let imports = if next < SCRIPTS {
            format!("import \"m{next}\" as a;\nimport \"m{next}\" as b;\n")
        } else {
            String::new()
        };
        let own = "fn twice(x) { 2 * x }\nexport const X = 1;\n";
        let script = format!("print({i});\n{imports}{own}");
        fs::write(folder.path().join(format!("m{i}.rhai")), script).unwrap();
    }
    // Twice, since what is known is looked at again.
    let main = "import \"m0\" as m;\nimport \"m0\" as n;\nprint(m::X + n::X);\n";
    fs::write(folder.path().join("main.rhai"), main).unwrap();
    let output = done(folder.path(), &["run", "main.rhai"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let printed = text(&output.stdout);
    let mut expected: Vec<String> = (0..SCRIPTS).map(|i| i.to_string()).collect();
    expected.push("2".to_owned());
    assert_eq!(printed.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn what_few_scripts_import_can_be_named_through_them() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("inner.rhai"), "export const X = 5; fn f() { 6 }").unwrap();
    fs::write(folder.path().join("outer.rhai"), "import \"inner\" as i; fn g() { i::f() }")
        .unwrap();
    fs::write(folder.path().join("main.rhai"), "import \"outer\" as o; print(o::i::X + o::g());")
        .unwrap();
    let output = done(folder.path(), &["run", "main.rhai"]);
    assert_eq!(text(&output.stdout), "11\n", "{}", text(&output.stderr));
}

#[test]
fn imports_that_go_too_deep_or_round_in_circles_are_told() {
    let folder = tempfile::tempdir().unwrap();
    for i in 0..300 {
        let script = format!("import \"m{}\" as a;", i + 1);
        fs::write(folder.path().join(format!("m{i}.rhai")), script).unwrap();
    }
    fs::write(folder.path().join("a.rhai"), "import \"b\" as b;").unwrap();
    fs::write(folder.path().join("b.rhai"), "import \"a\" as a;").unwrap();
    for (script, said) in [("m0.rhai", "more than 64 deep"), ("a.rhai", "imports itself")] {
        let output = done(folder.path(), &["run", script]);
        let err = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{err}");
        assert!(err.contains(said), "{err}");
    }
}

#[test]
fn many_events_cost_little_more_than_few() {
    let script = "let seen = []; for i in 0..200000 { at(i.s, || ()); } \
                  let last = at(300.h, || ()); print(last.cancel()); print(last.cancel());";
    let (code, out, err) = run(script, &[]);
    assert_eq!((code, out.as_str()), (Some(0), "true\nfalse\n"), "{err}");
    // They happen in the order of their times and, at one time, in that of their setting.
    let script = "let seen = []; for i in 0..2000 { let n = i; at(((i * 7) % 10).s, || seen.push(n)); } \
                  run(20.s); let times = seen.map(|n| ((n * 7) % 10) * 10000 + n); \
                  let sorted = times; sorted.sort(); print(seen.len()); print(times == sorted);";
    let (code, out, err) = run(script, &[]);
    assert_eq!((code, out.as_str()), (Some(0), "2000\ntrue\n"), "{err}");
}

/// Texts of a length, all of them wrong.
fn texts(n: usize) -> [(&'static str, String); 9] {
    [
        ("closures without commas", "|a|".repeat(n)),
        ("assignments", format!("let x = 1; {}1;", "x=".repeat(n))),
        ("unknown functions", "f();".repeat(n)),
        ("unknown functions in lines", "f();\n".repeat(n)),
        (
            "unknown genes",
            format!("create_bio_vm(\"a\", \"ecoli\");\n{}", "mrna(\"no\");\n".repeat(n)),
        ),
        ("a raw string that stays open", format!("{}\"{}", "#".repeat(n), "#".repeat(n - 1))),
        ("open brackets", "[".repeat(n)),
        ("functions without an end", "fn ".repeat(n)),
        ("names", format!("let = {};", "a b ".repeat(n))),
    ]
}

#[test]
fn checking_takes_a_time_that_grows_with_the_text() {
    let folder = tempfile::tempdir().unwrap();
    for (what, script) in texts(60_000) {
        fs::write(folder.path().join("s.rhai"), &script).unwrap();
        let output = done(folder.path(), &["check", "s.rhai"]);
        assert_eq!(output.status.code(), Some(1), "{what}: {}", text(&output.stderr));
        // What is wrong is told, and not once for each of sixty thousand mistakes.
        let told = text(&output.stderr);
        assert!(told.matches("error:").count() <= 51, "{what}");
        assert!(told.len() < 1 << 20, "{what}: {} bytes", told.len());
    }
}

#[test]
fn when_not_all_mistakes_are_told_it_is_said() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("s.rhai"), "f();\n".repeat(51)).unwrap();
    let told = text(&done(folder.path(), &["check", "s.rhai"]).stderr);
    assert!(told.contains("these are the first 50; there may be more"), "{told}");
    fs::write(folder.path().join("s.rhai"), "f();\n".repeat(49)).unwrap();
    let told = text(&done(folder.path(), &["check", "s.rhai"]).stderr);
    assert!(!told.contains("there may be more") && told.matches("error:").count() == 49, "{told}");
}
