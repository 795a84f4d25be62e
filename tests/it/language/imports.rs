//! Scripts that import scripts.

use std::fs;
use std::path::Path;

use super::{Desk, desk};

fn with(files: &[(&str, &str)]) -> Desk {
    let desk = desk();
    files.iter().for_each(|(path, text)| desk.write(path, text));
    desk
}

/// The whole of an error in a protocol.
fn wrong(desk: &mut Desk, text: &str) -> String {
    desk.session.eval(text, "protocol.rhai").expect_err(text).to_string()
}

#[test]
fn functions_and_constants_are_imported_from_the_folder_and_below() {
    let mut d = with(&[
        ("genes.rhai", "fn lac() { [\"lacZ\"] } export const STRENGTH = 2;"),
        ("lib/outer.rhai", "import \"inner\" as inner; fn twice(n) { inner::once(n) * 2 }"),
        ("lib/inner.rhai", "fn once(n) { n + 1 }"),
    ]);
    assert_eq!(d.value("import \"genes\" as mine; mine::lac()"), "[\"lacZ\"]");
    // What was imported stays, as variables and functions do.
    assert_eq!(d.value("mine::STRENGTH + mine::lac().len()"), "3");
    let text = "import \"lib/outer.rhai\" as outer; outer::twice(20)";
    assert_eq!(d.value(text), "42");
    let text = "fn f() { import \"./lib/inner\" as i; i::once(1) } f()";
    assert_eq!(d.value(text), "2");
    let text =
        "create_bio_vm(\"demo\", \"ecoli\").execute(`import \"genes\" as g; g::lac()`).value";
    assert_eq!(d.value(text), "[\"lacZ\"]");
}

#[test]
fn a_script_is_run_once_and_again_when_it_has_changed() {
    let mut d = with(&[("a.rhai", "import \"b\" as b; print(\"a runs\"); fn n() { b::n() }")]);
    fs::write(d.folder.path().join("b.rhai"), "fn n() { 1 }").unwrap();
    let text = "import \"a\" as x; import \"a\" as y; x::n() + y::n()";
    assert_eq!(d.value(text), "2");
    assert_eq!(d.value(text), "2");
    assert_eq!(*d.printed.borrow(), ["a runs"]);
    // What it imports has changed.
    fs::write(d.folder.path().join("b.rhai"), "fn n() { 5 }").unwrap();
    assert_eq!(d.value(text), "10");
    assert_eq!(*d.printed.borrow(), ["a runs", "a runs"]);
}

#[test]
fn nothing_outside_of_the_folder_is_imported() {
    let mut d = with(&[("sub/a.rhai", "import \"../b\" as b;"), ("b.rhai", "")]);
    let other = tempfile::tempdir().unwrap();
    fs::write(other.path().join("secret.rhai"), "export const KEY = 1;").unwrap();
    let whole = other.path().join("secret").display().to_string();
    let mut bad = vec!["../secret", "sub/../../secret", "/etc/passwd", "..", "", "sub/../b"];
    bad.push(&whole);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(other.path(), d.folder.path().join("link")).unwrap();
        let file = other.path().join("secret.rhai");
        std::os::unix::fs::symlink(file, d.folder.path().join("file.rhai")).unwrap();
        bad.extend(["link/secret", "file"]);
    }
    for path in bad {
        let said = wrong(&mut d, &format!("import {path:?} as x;"));
        assert!(said.contains("from the folder of the script and below only"), "{path}: {said}");
    }
    let said = wrong(&mut d, "import \"sub/a\" as x;");
    assert!(said.contains("`../b` cannot be imported"), "{said}");
    // A link that stays inside is none that leads out.
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("b.rhai", d.folder.path().join("inside.rhai")).unwrap();
        d.value("import \"inside\" as x;");
    }
}

#[test]
fn circles_are_refused() {
    let mut d = with(&[
        ("a.rhai", "import \"b\" as b;"),
        ("b.rhai", "import \"c\" as c;"),
        ("c.rhai", "import \"b\" as b;"),
        ("self.rhai", "import \"self\" as s;"),
    ]);
    d.refused("import \"a\" as a;", "imports itself: b.rhai imports c.rhai imports b.rhai");
    d.refused("import \"self\" as a;", "self.rhai imports self.rhai");
    // The next one is not disturbed by the one that failed.
    fs::write(d.folder.path().join("c.rhai"), "fn one() { 1 }").unwrap();
    d.value("import \"a\" as a;");
}

#[test]
fn errors_name_the_script_and_the_place_in_it() {
    let mut d = with(&[
        ("lib/work.rhai", "fn work(n) {\n    run(n)\n}\n"),
        ("broken.rhai", "let x = 1;\nlet y = (x + ;\n"),
        ("fails.rhai", "let x = 1;\nvm(\"nobody\");\n"),
        ("outer.rhai", "\nimport \"fails\" as f;\n"),
    ]);
    for (text, expected) in [
        (
            "import \"lib/work\" as w;\n\nw::work(5);",
            vec![
                "the duration of run must be a time",
                " --> lib/work.rhai:2:9",
                "2 |     run(n)",
                "in the function `work`, called at protocol.rhai:3:4",
            ],
        ),
        (
            "import \"broken\" as b;",
            vec![
                " --> broken.rhai:2:",
                "2 | let y = (x + ;",
                "in the script `broken.rhai`, imported at protocol.rhai:1:8",
            ],
        ),
        (
            "let a = 1; import \"outer\" as o;",
            vec![
                "there is no VM `nobody`",
                " --> fails.rhai:2:4",
                "in the script `fails.rhai`, imported at outer.rhai:2:8",
                "in the script `outer.rhai`, imported at protocol.rhai:1:19",
            ],
        ),
        (
            "import \"nowhere\" as n;",
            vec!["there is no file `nowhere.rhai` beside the script", " --> protocol.rhai:1:8"],
        ),
    ] {
        let said = wrong(&mut d, text);
        for part in expected {
            assert!(said.contains(part), "{text}: `{part}` is not in\n{said}");
        }
    }
    let said = wrong(&mut d, "import \"fails\" as units;");
    assert!(said.contains("`units` is the name of a part of the language"), "{said}");
}

#[test]
fn folders_and_what_is_no_text_are_no_scripts() {
    let mut d = with(&[("dir.rhai/x", "")]);
    fs::write(d.folder.path().join("bytes.rhai"), [0xff, 0xfe]).unwrap();
    d.refused("import \"dir\" as x;", "it is a directory, not a file");
    d.refused("import \"bytes\" as x;", "it is not UTF-8 text");
    assert!(Path::new(d.folder.path()).exists());
}

#[test]
fn closures_of_imported_scripts_live_on() {
    let mut d = with(&[
        ("outer.rhai", "import \"inner\" as inner; fn pass(n) { inner::adds(n) }"),
        (
            "inner.rhai",
            "fn adds(n) { |x| x + n + one() } fn one() { 1 } const F = |x| x * 7; export F;
             fn watch() { every(1.min, || print(`at ${now()}: ${one()}`)); }",
        ),
    ]);
    let text = "import \"outer\" as outer; import \"inner\" as inner; outer::pass(2).call(3)";
    assert_eq!(d.value(text), "6");
    assert_eq!(d.value("let f = inner::adds(10); f.call(1) + inner::F.call(3)"), "33");
    d.value("inner::watch();");
    d.value("run(2.min);");
    assert_eq!(*d.printed.borrow(), ["at 1 min: 1", "at 2 min: 1"]);
    assert_eq!(d.value("f.call(1)"), "12");
    // A text on a VM imports for itself, and what it leaves goes on with that.
    let text = "let r = create_bio_vm(\"demo\", \"ecoli\").execute(`import \"inner\" as own;
        at(now() + 1.s, || print(own::adds(5).call(1))); || own::adds(6).call(1)`); r.value.call()";
    assert_eq!(d.value(text), "8");
    d.printed.take();
    d.value("run(2.s);");
    assert_eq!(*d.printed.borrow(), ["7"]);
}
