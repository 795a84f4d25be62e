//! What closures catch, what keys and copies are when they are changed, and what is said of it.

use std::cell::RefCell;
use std::rc::Rc;

use bioxen::lang::{Output, WorldOptions};
use bioxen::session::{Diagnostic, Session};

use crate::desk::cells;

/// What texts of one session print, remarks included, and how the last ends.
fn run(texts: &[&str]) -> (Vec<String>, Result<Option<String>, Diagnostic>) {
    let dir = tempfile::tempdir().unwrap();
    let lib = "fn made() { let all = []; for i in 0..3 { all.push(|| i); } all }";
    std::fs::write(dir.path().join("lib.rhai"), lib).unwrap();
    let printed = Rc::new(RefCell::new(Vec::new()));
    let sink = printed.clone();
    let show = move |output| {
        if let Output::Text(text) | Output::Remark(text) = output {
            sink.borrow_mut().push(text);
        }
    };
    let read_dir = dir.path().to_owned();
    let options = WorldOptions { read_dir, seed: 1, ..WorldOptions::default() };
    let mut session = Session::new(options, Box::new(show)).unwrap();
    let mut last = Ok(None);
    for text in texts {
        last = session.eval(text, "case.rhai").map_err(|error| *error);
    }
    let lines = printed.borrow().clone();
    (lines, last)
}

fn printed(text: &str) -> Vec<String> {
    let (lines, outcome) = run(&[text]);
    outcome.unwrap_or_else(|error| panic!("{error}"));
    lines
}

fn wrong(text: &str) -> Diagnostic {
    run(&[text]).1.unwrap_err()
}

#[test]
fn a_closure_keeps_the_loop_variable_of_its_turn() {
    let cell = "quick_start_vm(\"ecoli\");";
    let each = format!("{cell} for i in 1..4 {{ at(i.min, || print(i)) }} run(4.min);");
    assert_eq!(printed(&each), ["1", "2", "3"]);
    let doses = format!(
        "{cell} for (d, i) in [1.uM, 10.uM, 100.uM] {{ at((i + 1).min, || add_inducer(\"IPTG\", d)); }} \
         run(5.min); print(medium().IPTG);"
    );
    assert_eq!(printed(&doses), ["0.111 mM"]);
    let call = "print(all.map(|f| f.call()));";
    for (text, given) in [
        ("let all = []; for c in \"ab\" { all.push(|| c); }", "[a, b]"),
        ("let all = []; for k in #{x: 1, y: 2}.keys() { all.push(|| k); }", "[\"x\", \"y\"]"),
        ("let all = []; for (x, i) in [5, 6] {all.push(|| [x].map(|y| y + i));}", "[[5], [7]]"),
        (
            "let all = []; for i in 0..2 { for j in 0..2 { all.push(|| `${i}${j}`); } }",
            "[\"00\", \"01\", \"10\", \"11\"]",
        ),
        ("let all = []; let n = 0; while n < 2 { let m = n; all.push(|| m); n += 1; }", "[0, 1]"),
        (
            "let all = []; let n = 0; loop { let m = n; all.push(|| m); n += 1; if n > 1 { break; } }",
            "[0, 1]",
        ),
        ("fn f() { let a = []; for i in 0..2 { a.push(|| i); } a } let all = f();", "[0, 1]"),
        (
            "let g = || { let a = []; for i in 0..2 { a.push(|| i); } a }; let all = g.call();",
            "[0, 1]",
        ),
        ("import \"lib\" as lib; let all = lib::made();", "[0, 1, 2]"),
        (
            "let v = quick_start_vm(\"ecoli\"); let all = v.execute(\"let a = []; for i in 0..2 { a.push(|| i); } a\").value;",
            "[0, 1]",
        ),
        // Within a turn the variable is one.
        (
            "let all = []; for i in [1, 2] { let up = || { i += 10; }; up.call(); all.push(|| i); }",
            "[11, 12]",
        ),
    ] {
        assert_eq!(printed(&format!("{text} {call}")), [given], "{text}");
    }
    let (lines, _) = run(&["let all = [];", "for i in 0..2 { all.push(|| i); }", call]);
    assert_eq!(lines, ["[0, 1]"]);
}

#[test]
fn places_are_those_of_the_users_text() {
    let error = wrong("let all = [];\nfor i in 0..2 { all.push(|| nix(i)); } all[0].call();");
    assert_eq!(error.position, Some((2, 29)), "{error}");
    assert_eq!(error.line, "for i in 0..2 { all.push(|| nix(i)); } all[0].call();");
    assert_eq!(error.trace[0].position, Some((2, 47)), "{error}");
    let error = wrong("let m = #{}; for i in 0..1 { let f = || i; m.count += 1; }");
    assert_eq!((error.position, error.length), (Some((1, 46)), 5), "{error}");
}

#[test]
fn a_closure_may_use_what_its_chain_of_calls_begins_with() {
    let cell = "let c = quick_start_vm(\"ecoli\"); let t = run(1.min);";
    for (text, given) in [
        ("print(c.genes(\"lacZ\").map(|g| c.gene(g).tpm > 0));", "[true]"),
        (
            "print(t.names().filter(|n| n == \"host.ribosomes\" && t.final(n) > 1));",
            "[\"host.ribosomes\"]",
        ),
        ("let a = [1, 2, 4]; print(a.map(|x| x / a[0]));", "[1, 2, 4]"),
        ("let a = [1, 2, 4]; print(a.filter(|x| x > a[0] && a.len() == 3));", "[2, 4]"),
        ("let m = #{x: 2}; print(m.keys().map(|k| m[k]));", "[2]"),
        ("let m = #{x: 2}; print(m.map(|k, v| v * m.x));", "#{\"x\": 4}"),
        // What is shared stays shared.
        (
            "let a = [1]; let f = || a.len(); a.push(2); a[0] += 5; print([f.call(), a]);",
            "[2, [6, 2]]",
        ),
        ("let again = || { t = 5; }; again.call(); print(t);", "5"),
    ] {
        assert_eq!(printed(&format!("{cell} {text}")), [given], "{text}");
    }
    let error = wrong("let a = [2, 1]; let f = || a.len();\na.sort(|x, y| x - a[0]);");
    assert!(error.message.contains("what the call is changing"), "{error}");
}

#[test]
fn a_key_that_is_not_there_cannot_be_added_to() {
    for (text, key) in [
        ("d.x += 1", "x"),
        ("d[\"zz\"] -= 1", "zz"),
        ("let k = \"q\"; d[k] *= 2", "q"),
        ("d.inner.y **= 2", "y"),
        ("d[\"inner\"].y %= 2", "y"),
        ("d.list[0].z <<= 2", "z"),
        ("d.x /= 1", "x"),
        ("d.x |= 1", "x"),
    ] {
        let maps = "let d = #{inner: #{}, list: [#{}]};";
        let lines = printed(&format!("{maps} try {{ {text} }} catch (e) {{ print(e) }} print(d);"));
        assert!(lines[0].starts_with(&format!("the map has no key `{key}`")), "{lines:?}");
        assert_eq!(lines[1], "#{\"inner\": #{}, \"list\": [#{}]}", "{text}");
    }
    let text = "let d = #{n: 3, m: #{k: 4}}; let a = [1]; d.n *= 2; d.m.k -= 1; a[0] += 4; d.fresh = 1; print([d, a]);\n\
                fn f() { this.n += 1; } d.f(); print(d.n); let s = #{t: \"a\"}; s.t += \"b\"; print(s.t);";
    assert_eq!(printed(text), ["[#{\"fresh\": 1, \"m\": #{\"k\": 3}, \"n\": 6}, [5]]", "7", "ab"]);
    assert!(wrong("let a = [1]; a[3] += 1;").message.contains("no element 3"));
}

#[test]
fn what_shows_what_was_cannot_be_assigned_to() {
    let cell = "let c = quick_start_vm(\"ecoli\"); let t = run(1.min); let s = c.status();\
                let e = ensemble(2, 10.s);";
    for [text, what] in cells(
        r#"
        t["host.ribosomes"][0] = 3.0; | a trace cannot be changed
        t["host.ribosomes"] = 3; | a trace cannot be changed
        t["host.ribosomes"][0] += 3.0; | a trace cannot be changed
        e["host.ribosomes"][0][0] = 3.0; | an ensemble cannot be changed
        s["state"] = 3; | a status cannot be changed
        t["host.ribosomes"].push(1); | a trace cannot be changed
        "#,
    ) {
        assert!(wrong(&format!("{cell} {text}")).message.starts_with(what), "{text}");
    }
    let read = "print(t[\"host.ribosomes\"].len() > 1); print(s[\"transcribing\"].len()); print(e[\"host.ribosomes\"][0].len() > 1);";
    assert_eq!(printed(&format!("{cell} {read}")), ["true", "0", "true"]);
}

#[test]
fn a_function_that_takes_the_place_of_another_is_told() {
    let text = "fn run(x) { x }\nprint(run(1.min));";
    let lines = printed(text);
    assert!(
        lines.iter().any(|l| l.starts_with("the function `run` of this text takes")),
        "{lines:?}"
    );
    let session = Session::new(WorldOptions::default(), Box::new(|_| {})).unwrap();
    let found = session.check(text, "case.rhai").unwrap_err();
    assert_eq!((found.len(), found[0].position), (1, Some((1, 4))), "{found:?}");
    assert_eq!(session.check("fn my_run(x) { run(x) }", "case.rhai"), Ok(()));
}

#[test]
fn an_exit_ends_the_script_from_wherever_it_is() {
    let cell = "let v = quick_start_vm(\"ecoli\");";
    for text in [
        "v.execute(\"at(1.min, || exit(5));\"); run(3.min);",
        "v.execute(\"|| exit(5)\").value.call();",
        "at(1.min, || exit(5)); run(3.min);",
    ] {
        let (lines, outcome) = run(&[&format!("{cell} {text} print(\"after\");")]);
        assert_eq!((outcome.unwrap().as_deref(), lines.len()), (Some("5"), 0), "{text}");
    }
}

#[test]
fn json_has_quantities_as_their_text() {
    let text = "print(#{t: 5.min, c: 1.mM, p: 40.percent, l: 5.kb, a: [1, 2.5, (), 'c', true]}.to_json());\n\
                print([1.5.h].to_json()); quick_start_vm(\"ecoli\"); print(medium().to_json()); at(5.min, || 1);\n\
                let e = events()[0]; let caught = 1.mM; let f = || caught; print(#{x: caught}.to_json());\n\
                print(parse_json(#{t: 5.min, x: 1.5, n: ()}.to_json()));";
    assert_eq!(
        printed(text),
        [
            "{\"a\":[1,2.5,null,\"c\",true],\"c\":\"1 mM\",\"l\":\"5 kb\",\"p\":\"40 %\",\"t\":\"5 min\"}",
            "[\"1.5 h\"]",
            "{\"glucose\":\"22.2 mM\"}",
            "{\"x\":\"1 mM\"}",
            "#{\"n\": (), \"t\": \"5 min\", \"x\": 1.5}",
        ]
    );
    for [text, what] in cells(
        r#"
        #{a: [1, #{vm: quick_start_vm("ecoli")}]}.to_json() | a VM under `a[1].vm` has no form in JSON
        #{f: || 1}.to_json() | a function under `f` has no form in JSON
        #{x: 0.0 / 0.0}.to_json() | the plain number NaN under `x` has no form
        parse_json("{a") | this text is no JSON: key must be a string, in its line 1 at character 2
        parse_json("[1,") | this text is no JSON: it ends in the middle
        "#,
    ) {
        let message = wrong(text).message;
        assert!(message.starts_with(what), "{message}");
    }
}

/// Data whose quantities are texts, such as `"5 min"`.
fn in_words(value: serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::Array(all) => all.into_iter().map(in_words).collect(),
        Value::Object(map) => match (map.len(), map.get("value"), map.get("unit")) {
            (2, Some(value), Some(Value::String(unit))) => {
                let number = value.as_f64().unwrap_or(f64::NAN);
                format!("{} {unit}", bioxen::units::short(number)).into()
            }
            _ => Value::Object(map.into_iter().map(|(key, v)| (key, in_words(v))).collect()),
        },
        other => other,
    }
}

/// What the language gives as records has a form in JSON, and this form says the same.
#[test]
fn records_of_the_language_have_a_form_in_json() {
    let mut session = Session::new(WorldOptions::default(), Box::new(|_| {})).unwrap();
    let begin = "let cell = quick_start_vm(\"ecoli\"); start_transcription([\"lacZ\"]); at(1.h, || 1);\n\
                 every(30.min, || 2); when(|| false, || 3); start_batch(0.05); run(1.min);";
    session.eval(begin, "case").unwrap();
    for value in [
        "events()",
        "events()[0]",
        "event_log()",
        "culture()",
        "medium()",
        "resource_limits()",
        "health()",
        "operons()",
        "packages()",
        "plasmids()",
        "gene(\"lacZ\")",
        "cell.status()",
        "list_vms()",
        "variables()",
        "package_info(\"gfp_reporter\")",
        "package_catalogue()",
        "list_chassis()",
        "#{all: [cell.status(), #{at: events()}]}",
    ] {
        let text = session.eval(&format!("({value}).to_json()"), "case");
        let text = text.unwrap_or_else(|e| panic!("{value}: {e}")).unwrap();
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        session.eval(value, "case").unwrap();
        assert_eq!(json, in_words(session.last_json()), "{value}");
    }
    let state = session.eval("parse_json(cell.status().to_json()).state", "case").unwrap();
    assert_eq!(state.as_deref(), Some("running"));
    let found = session.eval("run(cell.status())", "case").unwrap_err();
    assert!(found.message.contains("a status"), "{found}");
}
