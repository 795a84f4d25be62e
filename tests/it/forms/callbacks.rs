//! What a function of the script raises, and what ends a script, comes through every function that
//! calls one.

use std::sync::OnceLock;

use bioxen::lang::{FnDoc, Limits, Operations};

use super::values::{setup, value_for};
use super::{desk, limited};

/// What takes a function and does not call it, or not on the thread of the script: `sweeps::`, `fits::`, `sensitivities::`, `steady::` and `cases::vms::living`
/// try this.
const NEVER_CALL: [&str; 15] = [
    "name",
    "is_anonymous",
    "to_string",
    "to_debug",
    "print",
    "debug",
    "sweep",
    "ensemble",
    "fit",
    "continuation",
    "sensitivity",
    "morris",
    "sobol_indices",
    "==",
    "!=",
];
/// The most parameters of a function that is given.
const MOST_PARAMETERS: usize = 3;

/// All functions of the language, Rhai's own as well, that take a function.
fn takers() -> Vec<FnDoc> {
    let desk = desk();
    let catalogue = desk.session.catalogue();
    let all = catalogue.functions().iter().chain(catalogue.standard());
    all.filter(|f| f.types().any(|t| t == "function"))
        .filter(|f| !NEVER_CALL.contains(&f.name.as_str()))
        .cloned()
        .collect()
}

/// A text that calls a function with closures of so many parameters and such a body.
fn call(function: &FnDoc, parameters: usize, body: &str) -> String {
    let names: Vec<String> = (0..parameters).map(|i| format!("x{i}")).collect();
    let closure = format!("|{}| {body}", names.join(", "));
    let arguments: Vec<String> = (0..function.parameters.len())
        .map(|i| match function.parameters[i].of.as_str() {
            "function" => closure.clone(),
            "array" => "[3, 1, 2, 2, 5, 4, 0, 7]".to_owned(),
            "map" => "#{a: 1, b: 2}".to_owned(),
            _ => value_for(function, i),
        })
        .collect();
    let mut given = vec!["taken".to_owned()];
    given.extend(arguments.iter().skip(1).cloned());
    // Events of a population happen while it runs.
    let run =
        if function.first_type() == Some("Population") { "taken.run(30.s)" } else { "run(30.s)" };
    format!(
        "let taken = {};\nlet given = {}({});\n{run};",
        arguments[0],
        function.name,
        given.join(", ")
    )
}

/// All takers, with the numbers of parameters with which each calls its closure.
fn fitting() -> &'static [(FnDoc, Vec<usize>)] {
    static ALL: OnceLock<Vec<(FnDoc, Vec<usize>)>> = OnceLock::new();
    ALL.get_or_init(|| {
        let counts = |function: &FnDoc| -> Vec<usize> {
            let reached = |n: &usize| {
                let mut desk = desk();
                desk.value(&setup(function));
                let told = desk.attempt(&call(function, *n, "{ throw `reached` }"));
                told.is_err_and(|error| error.message == "reached")
            };
            (0..=MOST_PARAMETERS).filter(reached).collect()
        };
        takers().into_iter().map(|f| (counts(&f), f)).map(|(counts, f)| (f, counts)).collect()
    })
}

fn signature(function: &FnDoc) -> String {
    format!("{}({})", function.name, function.types().collect::<Vec<_>>().join(", "))
}

#[test]
fn what_a_closure_raises_comes_through_every_function_that_calls_one() {
    let all = fitting();
    assert!(all.len() > 25, "{}", all.len());
    let mut wrong = Vec::new();
    for (function, fits) in all {
        if fits.is_empty() {
            wrong.push(format!("{}: its closure is never called", signature(function)));
        }
        for &parameters in fits {
            for (body, message) in [
                ("{ nothing_of_this_name(1) }", "there is no function `nothing_of_this_name`"),
                ("{ mrna(`none`) }", "no gene `none`"),
                ("{ #{}.missing }", "the map has no key `missing`"),
                ("{ [][7] }", "the array has no element 7"),
                ("{ 1 + () }", "`+` cannot be applied to"),
            ] {
                let mut desk = desk();
                desk.value(&setup(function));
                let text = call(function, parameters, body);
                match desk.attempt(&text) {
                    Ok(_) => wrong.push(format!("{text}\nis right")),
                    Err(error) => {
                        if !error.message.contains(message) {
                            wrong.push(format!("{text}\n{error}"));
                        }
                        // The place is in the closure, which stands in the second line, or is told
                        // by the event that called it.
                        let placed = error.position.is_some_and(|(line, _)| line <= 2);
                        if !placed {
                            wrong.push(format!("{text}\nelsewhere: {error}"));
                        }
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn no_function_that_calls_one_swallows_a_limit_or_lets_it_be_caught() {
    let operations = Operations { text: Some(50_000), ..Operations::default() };
    let limits = || Limits { operations, ..Limits::default() };
    let mut wrong = Vec::new();
    for (function, fits) in fitting() {
        for &parameters in fits {
            for (body, message) in [
                ("{ loop {} }", "used up the operations"),
                ("{ let s = `a`; loop { s += s; } }", "too large"),
            ] {
                let mut desk = limited(limits());
                desk.value(&setup(function));
                let text = call(function, parameters, body);
                let text = format!("try {{\n{text}\n}} catch (any) {{ print(`caught`); }}");
                let told = desk.attempt(&text);
                if !told.as_ref().is_err_and(|error| error.message.contains(message)) {
                    wrong.push(format!("{text}\n{told:?}"));
                }
                if desk.printed.borrow().iter().any(|line| line == "caught") {
                    wrong.push(format!("{text}\nis caught"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn a_closure_with_other_parameters_is_told_with_the_function_that_was_given_it() {
    let mut wrong = Vec::new();
    for function in &takers() {
        let mut desk = desk();
        desk.value(&setup(function));
        let text = call(function, 7, "true");
        match desk.attempt(&text) {
            Ok(_) => wrong.push(format!("{text}\nis right")),
            Err(error) => {
                let named = error.message.contains(&format!("given to `{}`", function.name));
                if !named || error.message.contains("``") {
                    wrong.push(format!("{text}\n{error}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn what_should_be_true_or_false_is_nothing_else() {
    let mut desk = desk();
    for call in ["filter", "index_of", "find", "some", "all", "drain", "retain"] {
        for value in ["1", "()", "`yes`", "0.0"] {
            let text = format!("let list = [1, 2]; list.{call}(|x| {value})");
            let error = desk.attempt(&text).unwrap_err();
            assert!(error.message.contains("must be true or false"), "{text}: {error}");
            assert_eq!(desk.value("list"), "[1, 2]");
        }
    }
    for call in ["filter", "drain", "retain"] {
        let error = desk.attempt(&format!("#{{a: 1}}.{call}(|k, v| v)")).unwrap_err();
        assert!(error.message.contains("must be true or false"), "{call}: {error}");
    }
}
