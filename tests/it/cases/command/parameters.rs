//! Parameters of scripts: declared, set, checked, listed and told.

use std::fs;

use bioxen::lang::parameters::{Given, from_json, from_toml};
use bioxen::session::Session;
use serde_json::{Value, json};

use super::{bioxen, refusal};
use crate::desk::cells;

/// One of each type.
const ALL: &str = r#"
let dose = param("dose", 50.uM, #{min: 0.uM, max: 5.mM, help: "IPTG in the medium"});
let rate = param("rate", 0.5, #{unit: "1/h", min: 0});
let runs = param("runs", 3, #{min: 1, max: 10});
let kind = param("kind", "ecoli", #{choices: ["ecoli", "syn3a"]});
let noisy = param("noisy", true);
let length = param("length", 10.min);
let size = param("size", 5.kb);
let share = param("share", 40.percent);
let doses = param("doses", [1.mM, 2.mM], #{max: 1000.mM});
let low = param("low", -5.uM);
[dose, rate, runs, kind, noisy, length, size, share, doses, low]
"#;

fn session() -> Session {
    Session::new(bioxen::lang::WorldOptions::default(), Box::new(|_| {})).unwrap()
}

fn with(given: &[(&str, &str)], text: &str) -> Result<String, String> {
    let mut session = session();
    let given = given.iter().map(|(n, v)| ((*n).to_owned(), Given::Text((*v).to_owned())));
    session.set_parameters(given.collect());
    let outcome = session.eval(text, "test");
    outcome.map(Option::unwrap_or_default).map_err(|error| error.message)
}

#[test]
fn parameters_have_the_type_of_their_default() {
    let defaults = "[50 uM, 0.5, 3, \"ecoli\", true, 10 min, 5 kb, 40 %, [1 mM, 2 mM], -5 uM]";
    assert_eq!(with(&[], ALL).unwrap(), defaults);
    let set = [
        ("dose", "1.mM"),
        ("rate", "2 1/h"),
        ("runs", "1e1"),
        ("kind", "syn3a"),
        ("noisy", "false"),
        ("length", "1.5 h"),
        ("size", "7.5.kb"),
        ("share", "25%"),
        ("doses", "[3 uM, 4.nM]"),
        ("low", "-1 \u{b5}M"),
    ];
    let expected = "[1 mM, 2.0, 10, \"syn3a\", false, 1.5 h, 7.5 kb, 25 %, [3 uM, 4 nM], -1 uM]";
    assert_eq!(with(&set, ALL).unwrap(), expected);
    // A number stays one with a point, and the text of a string is as it is.
    assert_eq!(with(&[("x", "2")], "param(\"x\", 0.5)").unwrap(), "2.0");
    assert_eq!(with(&[("x", " a=b ")], "param(\"x\", \"\")").unwrap(), " a=b ");
    assert_eq!(with(&[("x", "")], "param(\"x\", [1, 2])").unwrap(), "[]");
    assert_eq!(with(&[("x", "1, 2.5")], "param(\"x\", [1, 2.0])").unwrap(), "[1.0, 2.5]");
    // Every form of call.
    for text in
        ["\"x\".param(1)", "fn f() { param(\"x\", 1) } f()", "let f = || param(\"x\", 1); f.call()"]
    {
        assert_eq!(with(&[("x", "7")], text).unwrap(), "7", "{text}");
    }
}

#[test]
fn values_that_do_not_fit_a_parameter_are_refused() {
    for [name, value, expected] in cells(
        r#"
        dose | 5 | parameter `dose` must be a concentration, such as 1 mM, 50 uM or 10 nM, not `5`
        dose | 5 min | parameter `dose` must be a concentration, such as 1 mM, 50 uM or 10 nM, not the time 5 min
        dose | 5 mm | parameter `dose` has the unknown unit `mm` (did you mean `mM`?); valid: mM, uM, nM
        dose | 10 mM | parameter `dose` must be from 0 uM to 5 mM, not 10 mM
        rate | -1 | parameter `rate` must be at least 0.0, not -1.0
        rate | 2 1/min | must be a number, such as 0.5 [1/h], not `2 1/min`
        rate | inf | must be a number
        runs | 2.5 | parameter `runs` must be a whole number, such as 3, not `2.5`
        kind | ecol | must be one of "ecoli", "syn3a", not "ecol" (did you mean `ecoli`?)
        noisy | yes | must be true or false, not `yes`
        doses | 1 mM, 2 M | entry 1 of parameter `doses` has the unknown unit `M`
        doses | 2 mM, 2000 mM | entry 1 of parameter `doses` must be at most 1000 mM, not 2000 mM
        "#,
    ) {
        let error = with(&[(name, value)], ALL).unwrap_err();
        assert!(error.contains(expected), "{name}={value}: {error}");
    }
    for [text, expected] in cells(
        r#"
        param("x", 1, #{min: 2}) | the default of parameter `x` must be at least 2, not 1
        param("x", 1, #{min: 2, max: 1}) | `min` of parameter `x` is 2, above its `max`, 1
        param("x", 1.mM, #{max: 5}) | `max` of parameter `x` must be a concentration
        param("x", "a", #{min: 1}) | parameter `x` is a string, which has no `min`
        param("x", 1.mM, #{unit: "min"}) | `unit` of parameter `x` has the unknown unit `min`
        param("x", 1, #{hlp: ""}) | unknown option `hlp` of param (did you mean `help`?)
        param("x", []) | an empty one tells none
        param("x", [1, "a"]) | this one has several
        param("x", #{}) | must be a number, a string, a truth value, a quantity or an array of one of these, not a map
        param("a b", 1) | `a b` cannot be the name of a parameter
        param("x", 1); param("x", 2) | parameter `x` has the default 2 here and 1 before
        param("x", 1); param("x", 1.0) | parameter `x` has the type number here and whole number before
        for i in 0..20000 { param(`x${i}`, i) } | more than 10000 parameters
        "#,
    ) {
        let error = with(&[], text).unwrap_err();
        assert!(error.contains(expected), "{text}: {error}");
    }
    // Another text may declare it anew.
    let mut session = session();
    session.eval("param(\"x\", 1)", "one").unwrap();
    assert_eq!(session.eval("param(\"x\", 2.5)", "two").unwrap().as_deref(), Some("2.5"));
}

#[test]
fn parameters_can_be_set_in_a_dialogue() {
    let mut session = session();
    let mut gives = |text: &str, expected: &str| {
        let value = session.eval(text, "test").map(Option::unwrap_or_default);
        assert_eq!(value.unwrap_or_else(|error| error.message), expected, "{text}");
    };
    gives("set_param(\"dose\", \"1 mM\")", "1 mM");
    gives("param(\"dose\", 5.uM, #{max: 2.mM})", "1 mM");
    gives("set_param(\"dose\", \"3 mM\")", "parameter `dose` must be at most 2 mM, not 3 mM");
    gives("param(\"dose\", 5.uM)", "1 mM");
    gives("set_param(\"dose\", ())", "5 uM");
    gives("param(\"dose\", 5.uM)", "5 uM");
    gives("set_param(\"other\", #{a: 1}).a", "1");
}

#[test]
fn parameters_are_read_from_files() {
    for all in [
        from_toml("dose = \"1 mM\"\nruns = 4\ndoses = [\"1 mM\"]\nrate = 2\nshare = { value = 10, unit = \"percent\" }").unwrap(),
        from_json(r#"{"dose": "1 mM", "runs": 4.0, "doses": ["1 mM"], "rate": 2, "share": {"value": 10, "unit": "%"}}"#).unwrap(),
    ] {
        let mut session = session();
        session.set_parameters(all);
        let expected = "[1 mM, 2.0, 4, \"ecoli\", true, 10 min, 5 kb, 10 %, [1 mM], -5 uM]";
        assert_eq!(session.eval(ALL, "test").unwrap().as_deref(), Some(expected));
    }
    let told =
        |outcome: Result<_, bioxen::lang::LangError>| outcome.map(drop).unwrap_err().to_string();
    assert!(
        told(from_toml("a = 1\nb = ")).starts_with("in line 2: "),
        "{}",
        told(from_toml("a = 1\nb = "))
    );
    assert!(told(from_json("[1]")).contains("must hold an object"));
    let mut session = session();
    session.set_parameters(from_json(r#"{"x": "2"}"#).unwrap());
    let error = session.eval("param(\"x\", 1)", "test").unwrap_err();
    assert!(
        error.message.contains("must be a whole number, such as 3, not the string \"2\""),
        "{error}"
    );
}

#[test]
fn the_command_sets_lists_and_tells_parameters() {
    let home = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(home.path().join(name), text).unwrap();
    write("s.rhai", ALL);
    write("p.toml", "runs = 7\ndose = \"2 mM\"\n");
    let json_of = |arguments: &[&str]| -> Value {
        let output = bioxen(home.path(), arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let told = json_of(&["run", "s.rhai", "--params", "p.toml", "--set", "dose=1.mM", "--json"]);
    assert_eq!(told["value"][0], json!({"value": 1.0, "unit": "mM"}));
    assert_eq!(
        told["parameters"]["dose"],
        json!({"value": {"value": 1.0, "unit": "mM"}, "set": true})
    );
    assert_eq!(told["parameters"]["runs"], json!({"value": 7, "set": true}));
    assert_eq!(told["parameters"]["rate"], json!({"value": 0.5, "set": false}));
    let list = json_of(&["run", "s.rhai", "--help-params", "--json"]);
    assert_eq!(list["complete"], true);
    assert_eq!(list["parameters"].as_array().unwrap().len(), 10);
    assert_eq!(list["parameters"][0]["max"], json!({"value": 5.0, "unit": "mM"}));
    assert_eq!(list["parameters"][9]["default"], json!({"value": -5.0, "unit": "uM"}));
    let output = bioxen(home.path(), &["run", "s.rhai", "--help-params"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.contains(
            "dose    concentration, default 50 uM, from 0 uM to 5 mM\n        IPTG in the medium\n"
        ),
        "{text}"
    );
    assert!(text.contains("rate    number [1/h], default 0.5, at least 0.0\n"), "{text}");
    // Nothing runs where it can be seen before.
    write("w.rhai", "print(\"ran\"); param(\"dose\", 1.mM);");
    for (arguments, expected) in [
        (
            &["--set", "dos=1.mM"][..],
            "error: --set dos: unknown parameter `dos` (did you mean `dose`?); valid: dose\n",
        ),
        (&["--set", "dose=1"], "error: --set dose: parameter `dose` must be a concentration"),
        (
            &["--set", "dose=1.mM", "--set", "dose=2.mM"],
            "error: --set gives the parameter `dose` twice",
        ),
        (&["--params", "p.toml"], "error: --params p.toml: unknown parameter `runs`"),
        (&["--params", "q.toml"], "error: --params cannot be read: `q.toml`"),
        (&["--params", "w.rhai"], "must end in .toml or .json"),
        (&["--set", "dose"], "must be a name and a value, such as dose=1.mM"),
    ] {
        let all: Vec<&str> = ["run", "w.rhai"].iter().chain(arguments).copied().collect();
        let output = bioxen(home.path(), &all);
        let told = String::from_utf8(output.stderr.clone()).unwrap();
        assert_eq!(
            (output.status.code(), output.stdout.len()),
            (Some(2), 0),
            "{arguments:?} {told}"
        );
        assert!(told.contains(expected), "{arguments:?}: {told}");
    }
    // What only a run can tell.
    write("c.rhai", "let name = \"do\" + \"se\";\nparam(name, 1.mM);\nprint(\"ran\");");
    let (code, told) = refusal(home.path(), &["run", "c.rhai", "--set", "dos=1.mM"]);
    assert_eq!(code, Some(2));
    assert!(
        told.contains("--set dos: unknown parameter `dos` (did you mean `dose`?); valid: dose"),
        "{told}"
    );
    let list =
        String::from_utf8(bioxen(home.path(), &["run", "c.rhai", "--help-params"]).stdout).unwrap();
    assert!(
        list.contains("line 2: a parameter whose name, default or options are calculated"),
        "{list}"
    );
    // A part that is not reached may ask for it.
    write("u.rhai", "if false { param(\"n\", 1); }");
    assert!(bioxen(home.path(), &["run", "u.rhai", "--set", "n=2"]).status.success());
    // The report has them.
    let output =
        bioxen(home.path(), &["run", "s.rhai", "--set", "dose=1.mM", "--report", "r.html"]);
    assert!(output.status.success());
    let page = fs::read_to_string(home.path().join("r.html")).unwrap();
    assert!(page.contains("dose = 1 mM (set); doses = [1 mM, 2 mM] (default)"), "{page}");
}

#[test]
fn checking_finds_parameters_that_cannot_be() {
    let session = session();
    let found = |text: &str| -> Vec<(String, usize)> {
        let all = session.check(text, "test").err().unwrap_or_default();
        all.into_iter().map(|d| (d.message, d.position.map_or(0, |p| p.0))).collect()
    };
    assert_eq!(found(ALL), []);
    let all = found(
        "param(\"x\", 1.mM, #{max: 5.min});\nparam(\"y\", 1, #{hlp: \"\"});\nparam(\"z\", 1);\nparam(\"z\", 2);\nparam(\"ok\", 1 + 1);",
    );
    assert_eq!(all.len(), 3, "{all:?}");
    assert!(
        all[0].0.starts_with("`max` of parameter `x` must be a concentration") && all[0].1 == 1,
        "{all:?}"
    );
    assert!(
        all[1].0.starts_with("unknown option `hlp` of param (did you mean `help`?)"),
        "{all:?}"
    );
    assert_eq!(
        all[2],
        ("parameter `z` has the default 2 here and 1 before; give it one".to_owned(), 4)
    );
    // A function of the script itself is no business of ours.
    let own = found("fn param(a, b) { a } param(1, 2);");
    assert!(own.len() == 1 && own[0].0.contains("takes the place of"), "{own:?}");
}

#[test]
fn values_are_data_in_json() {
    let mut session = session();
    session
        .eval(
            "let cell = create_bio_vm(\"c\", \"ecoli\"); cell.start(); let t = run(1.min);",
            "test",
        )
        .unwrap();
    let mut json_of = |text: &str| {
        session.eval(text, "test").unwrap();
        session.last_json()
    };
    assert_eq!(
        json_of("#{a: [1, 2.5, true], q: 90.s}"),
        json!({"a": [1, 2.5, true], "q": {"value": 90.0, "unit": "s"}})
    );
    assert_eq!(json_of("40.percent"), json!({"value": 40.0, "unit": "percent"}));
    let trace = json_of("t");
    assert_eq!(trace["columns"][0]["name"], "time");
    assert_eq!(trace["columns"][0]["unit"], "min");
    let length = trace["columns"][0]["values"].as_array().unwrap().len();
    assert!(
        length > 1
            && trace["columns"].as_array().unwrap().iter().all(|c| c["values"]
                .as_array()
                .unwrap()
                .len()
                == length)
    );
    let ensemble = json_of("ensemble(2, 30.s)");
    assert_eq!(ensemble["repetitions"].as_array().unwrap().len(), 2);
    assert!(ensemble["repetitions"][1]["columns"][1]["values"][0].is_number());
}

#[test]
fn small_concentrations_and_single_repetitions_are_told_as_they_are() {
    let mut session = session();
    session
        .eval("let cell = quick_start_vm(\"ecoli\", \"c\"); start_transcription(\"lacZ\");", "test")
        .unwrap();
    let error = session.eval("add_inducer(\"IPTG\", -5.uM)", "test").unwrap_err();
    assert!(error.message.contains("-5 uM of IPTG are not possible"), "{error}");
    let mut drawn = |text: &str| {
        session.eval(text, "test").unwrap();
        let figure = session.last_figure().unwrap();
        let bytes = figure.encode("a.json", &bioxen::engine::StopToken::new()).unwrap();
        String::from_utf8(bytes).unwrap()
    };
    let one = drawn("plot(ensemble(1, 30.s), [\"lacZ.mrna\"])");
    assert!(one.contains("one repetition") && !one.contains("± sd"), "{one}");
    assert!(drawn("plot(ensemble(2, 30.s), [\"lacZ.mrna\"])").contains("mean ± sd"));
}
