//! docs/standard-functions.md names everything of Rhai's standard library that a script can call.

use std::collections::BTreeSet;
use std::path::Path;

use bioxen::lang::FnDoc;
use bioxen::lang::catalogue::FnForm;

use super::{desk, wrong};

fn page() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/standard-functions.md");
    std::fs::read_to_string(path).unwrap()
}

/// The names in the first cells of the tables: `f(..)`, and `.p` of `x.p`.
fn named(page: &str) -> BTreeSet<String> {
    let rows = page.lines().filter(|line| line.starts_with("| `"));
    let cells = rows.map(|row| row.trim_start_matches('|').split(" | ").next().unwrap());
    cells
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .map(|call| match call.split_once('(') {
            Some((name, _)) => name.rsplit('.').next().unwrap().to_owned(),
            None => format!(".{}", call.rsplit('.').next().unwrap()),
        })
        .collect()
}

/// What of Rhai's standard library is reachable: functions, and properties after a dot.
fn reachable() -> BTreeSet<String> {
    let desk = desk();
    let catalogue = desk.session.catalogue();
    let all = catalogue.standard().iter();
    // What ours do for all numbers is in the reference.
    let number = |f: &FnDoc| f.first_type().is_some_and(|t| t == "number" || t == "integer");
    let ours = |f: &FnDoc| {
        let named = catalogue.functions().iter().filter(|other| other.name == f.name);
        number(f) && named.clone().any(|o| o.first_type() == Some("any"))
    };
    all.filter(|f| f.form != FnForm::Operator && !ours(f))
        .map(|f| if f.form == FnForm::Property { format!(".{}", f.name) } else { f.name.clone() })
        .collect()
}

#[test]
fn all_of_rhai_that_can_be_called_is_named_and_nothing_else() {
    let (named, reachable) = (named(&page()), reachable());
    let missing: Vec<&String> = reachable.difference(&named).collect();
    assert!(missing.is_empty(), "not on the page: {missing:?}");
    let desk = desk();
    let catalogue = desk.session.catalogue();
    // Words that Rhai itself knows, and names that are also of ours for other values.
    let known = |name: &str| {
        let bare = name.trim_start_matches('.');
        ["print", "debug"].contains(&bare) || !catalogue.named(bare).is_empty()
    };
    let gone: Vec<&String> =
        named.difference(&reachable).filter(|name| !known(name.as_str())).collect();
    assert!(gone.is_empty(), "not there: {gone:?}");
}

#[test]
fn the_examples_of_the_page_hold() {
    let page = page();
    let examples: Vec<&str> =
        page.split("```rhai\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert!(examples.len() >= 6, "{}", examples.len());
    for example in examples {
        let value = desk().session.eval(example, "example").unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(value.as_deref(), Some("true"), "{example}");
    }
}

#[test]
fn what_is_switched_off_says_so() {
    for call in [
        "let x = 1; take(x)",
        "let x = [1]; x.take()",
        "let x = 1; x.tag",
        "let x = 1; x.tag = 2;",
        "let x = 1; tag(x)",
        "let x = \"a\"; set_tag(x, 2)",
        "get_fn_metadata_list()",
        "get_fn_metadata_list(\"run\")",
        "eval(\"1\")",
    ] {
        let error = wrong(call);
        assert!(error.message.contains("is switched off"), "{call}: {error}");
    }
    let found = desk().session.check("let x = 1; take(x);", "case").unwrap_err();
    assert_eq!(found[0].message, wrong("let x = 1; take(x);").message);
}
