//! A call never changes what it is given.

use std::thread;

use bioxen::lang::FnDoc;
use bioxen::lang::catalogue::FnForm;

use super::values::{AGAIN, setup, value_for};
use super::{Desk, calls, desk};

/// A text in which values stand under names, and the call of something with these names.
type Form = fn(&mut Desk, &[String], Call<'_>) -> Vec<String>;

/// How a call with such arguments is written.
type Call<'a> = &'a dyn Fn(&[String]) -> String;

/// How many threads share the functions.
const THREADS: usize = 4;

/// All forms of argument, and of where a call stands.
const FORMS: [(&str, Form); 12] = [
    ("literals", literals),
    ("variables", variables),
    ("constants", constants),
    ("entries of a map", entries),
    ("elements of an array", elements),
    ("loop variables", loop_variables),
    ("parameters", parameters),
    ("variables of a closure", caught),
    ("arguments of a closure", closure),
    ("variables of an event", event),
    ("parameters in an imported script", imported),
    ("variables in a text on a VM", on_vm),
];

fn names(prefix: &str, count: usize) -> Vec<String> {
    (0..count).map(|i| format!("{prefix}{i}")).collect()
}

/// A text that keeps how the names are before a call, and one that lists in `changed` those that are
/// another thing then.
fn watch(names: &[String]) -> (String, String) {
    let list: Vec<String> = names.iter().map(|name| format!("to_debug({name})")).collect();
    let keep = format!("let kept_before = [{}];\n", list.join(", "));
    let tests: Vec<String> = names
        .iter()
        .enumerate()
        .map(|(i, name)| {
            format!(
                "if to_debug({name}) != kept_before[{i}] {{ changed.push(`{name}: \
                 ${{kept_before[{i}]}} is now ${{to_debug({name})}}`); }}\n"
            )
        })
        .collect();
    (keep, format!("let changed = [];\n{}", tests.concat()))
}

fn lets(names: &[String], values: &[String]) -> String {
    let pairs = names.iter().zip(values);
    pairs.map(|(name, value)| format!("let {name} = {value};\n")).collect()
}

/// What a text that ends with an array of texts has found.
fn found(value: Option<String>) -> Vec<String> {
    let value = value.unwrap_or_default();
    if value == "[]" { Vec::new() } else { vec![value] }
}

/// The same of a text that a limit may end.
fn found_in(desk: &mut Desk, text: &str) -> Vec<String> {
    desk.attempt(text).map(found).unwrap_or_default()
}

/// A call that may fail, between the two parts of a text of its own.
fn at_top(desk: &mut Desk, setup: &str, names: &[String], call: Call<'_>) -> Vec<String> {
    let (keep, check) = watch(names);
    if desk.attempt(&format!("{setup}{keep}")).is_err() {
        return vec![format!("cannot be written: {setup}")];
    }
    let _ = desk.attempt(&format!("{};", call(names)));
    found(desk.attempt(&format!("{check} changed")).unwrap())
}

fn literals(desk: &mut Desk, values: &[String], call: Call<'_>) -> Vec<String> {
    // Nothing can change; it must only not end the test.
    let bracketed: Vec<String> = values.iter().map(|value| format!("({value})")).collect();
    let _ = desk.attempt(&format!("{};", call(&bracketed)));
    Vec::new()
}

fn variables(desk: &mut Desk, values: &[String], call: Call<'_>) -> Vec<String> {
    let names = names("a", values.len());
    at_top(desk, &lets(&names, values), &names, call)
}

fn constants(desk: &mut Desk, values: &[String], call: Call<'_>) -> Vec<String> {
    let names = names("C", values.len());
    let setup = lets(&names, values).replace("let ", "const ");
    at_top(desk, &setup, &names, call)
}

fn entries(desk: &mut Desk, values: &[String], call: Call<'_>) -> Vec<String> {
    let rows: Vec<String> = values.iter().enumerate().map(|(i, v)| format!("a{i}: {v}")).collect();
    let names: Vec<String> = (0..values.len()).map(|i| format!("held.a{i}")).collect();
    at_top(desk, &format!("let held = #{{{}}};\n", rows.join(", ")), &names, call)
}

fn elements(desk: &mut Desk, values: &[String], call: Call<'_>) -> Vec<String> {
    let names: Vec<String> = (0..values.len()).map(|i| format!("list[{i}]")).collect();
    at_top(desk, &format!("let list = [{}];\n", values.join(", ")), &names, call)
}

/// A call inside of something, where its error is caught.
fn inside(names: &[String], call: Call<'_>) -> String {
    let (keep, check) = watch(names);
    format!("{keep} try {{ {}; }} catch {{}}\n{check} changed", call(names))
}

fn loop_variables(desk: &mut Desk, values: &[String], call: Call<'_>) -> Vec<String> {
    let names = names("each", values.len());
    let heads: String =
        names.iter().zip(values).map(|(name, v)| format!("for {name} in [{v}] {{\n")).collect();
    let (keep, check) = watch(&names);
    let ends = "}".repeat(values.len());
    let call = call(&names);
    let text = format!(
        "let all = [];\n{heads}{keep} try {{ {call}; }} catch {{}}\n{check} all += changed; {ends} all"
    );
    found_in(desk, &text)
}

fn parameters(desk: &mut Desk, values: &[String], call: Call<'_>) -> Vec<String> {
    let (inner, outer) = (names("p", values.len()), names("v", values.len()));
    let (keep, check) = watch(&outer);
    let text = format!(
        "fn probe({}) {{ {} }}\n{}{}",
        inner.join(", "),
        inside(&inner, call),
        lets(&outer, values),
        keep,
    );
    if desk.attempt(&text).is_err() {
        return vec![format!("cannot be written: {text}")];
    }
    found_in(desk, &format!("let seen = probe({});\n{check} changed + seen", outer.join(", ")))
}

fn caught(desk: &mut Desk, values: &[String], call: Call<'_>) -> Vec<String> {
    let names = names("s", values.len());
    let body = format!("{};", call(&names));
    let setup = format!("{}let keep = || {{ {body} }};\n", lets(&names, values));
    let (keep, check) = watch(&names);
    if desk.attempt(&format!("{setup}{keep}")).is_err() {
        return vec![format!("cannot be written: {setup}")];
    }
    // Once directly, now that closures share the variables, and once from inside of one.
    let _ = desk.attempt(&body);
    let _ = desk.attempt("keep.call();");
    found(desk.attempt(&format!("{check} changed")).unwrap())
}

fn closure(desk: &mut Desk, values: &[String], call: Call<'_>) -> Vec<String> {
    let (inner, outer) = (names("p", values.len()), names("w", values.len()));
    let setup = format!(
        "{}let ask = |{}| {{ {} }};\n",
        lets(&outer, values),
        inner.join(", "),
        inside(&inner, call)
    );
    let (keep, check) = watch(&outer);
    if desk.attempt(&format!("{setup}{keep}")).is_err() {
        return vec![format!("cannot be written: {setup}")];
    }
    found_in(desk, &format!("let seen = ask.call({});\n{check} changed + seen", outer.join(", ")))
}

fn event(desk: &mut Desk, values: &[String], call: Call<'_>) -> Vec<String> {
    let names = names("e", values.len());
    let (keep, check) = watch(&names);
    let text = format!(
        "{}{keep}let set = at(now() + 1.s, || {{ {}; }});\n",
        lets(&names, values),
        call(&names)
    );
    if desk.attempt(&text).is_err() {
        return vec![format!("cannot be written: {text}")];
    }
    let _ = desk.attempt("run(2.s);");
    let _ = desk.attempt("set.cancel();");
    found(desk.attempt(&format!("{check} changed")).unwrap())
}

fn imported(desk: &mut Desk, values: &[String], call: Call<'_>) -> Vec<String> {
    let (inner, outer) = (names("p", values.len()), names("i", values.len()));
    let text = format!("fn probe({}) {{ {} }}\n", inner.join(", "), inside(&inner, call));
    std::fs::write(desk.folder.path().join("probe.rhai"), text).unwrap();
    let (keep, check) = watch(&outer);
    let text = format!(
        "import \"probe\" as probes; {}{keep}\nlet seen = probes::probe({});\n{check} changed + seen",
        lets(&outer, values),
        outer.join(", ")
    );
    found_in(desk, &text)
}

fn on_vm(desk: &mut Desk, values: &[String], call: Call<'_>) -> Vec<String> {
    // What the session has made is not there.
    let own = "let trace = (); let cells = (); let fault = (); ";
    let names = names("t", values.len());
    let text = format!("{own}{}{}", lets(&names, values), inside(&names, call));
    let Ok(_) = desk.attempt(&format!("let text = {};", quoted(&text))) else {
        return vec![format!("cannot be written: {text}")];
    };
    found_in(desk, "let r = vm(\"demo\").execute(text); if r.error == () { r.value } else { [] }")
}

/// A text as a string of the language.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

/// Whether the documentation says that a variable is changed.
fn changes(function: &FnDoc) -> bool {
    let bullets = function.bullets();
    bullets.iter().any(|(_, text)| text.contains("a variable is changed"))
        || ["for_each", "sort_by"].contains(&function.name.as_str())
        // `a += b`, and not `a == b`.
        || function.form == FnForm::Operator
            && function.name.ends_with('=')
            && !["==", "!=", "<=", ">="].contains(&function.name.as_str())
}

fn nothing_is_changed(functions: &[FnDoc]) {
    let mut wrong = Vec::new();
    for function in functions {
        let values: Vec<String> =
            (0..function.parameters.len()).map(|i| value_for(function, i)).collect();
        let count = calls::of(function, &values).len();
        let mut desk = desk();
        desk.value(&setup(function));
        for (form, check) in FORMS {
            for way in 0..count {
                desk.value(AGAIN);
                let call = |names: &[String]| calls::of(function, names)[way].clone();
                for changed in check(&mut desk, &values, &call) {
                    wrong.push(format!("{} with {form}: {changed}", call(&values)));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_function_changes_what_it_is_given() {
    let mut all = desk().session.catalogue().functions().to_vec();
    all.retain(|function| !changes(function));
    thread::scope(|threads| {
        for part in all.chunks(all.len().div_ceil(THREADS)) {
            threads.spawn(|| nothing_is_changed(part));
        }
    });
}

/// The forms themselves notice a function that does change what it is given.
#[test]
fn a_change_would_be_noticed() {
    let mut desk = desk();
    desk.value("quick_start_vm(`ecoli`, `demo`);");
    let values = ["[1, 2]".to_owned(), "3".to_owned()];
    for (form, check) in FORMS {
        let call = |names: &[String]| format!("{}.push({})", names[0], names[1]);
        let changed = check(&mut desk, &values, &call);
        let expected = !["literals", "constants"].contains(&form);
        assert_eq!(!changed.is_empty(), expected, "{form}: {changed:?}");
    }
}
