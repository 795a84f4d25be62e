//! docs/features.md says what is true: its tests and functions exist, and no function is missing.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use bioxen::lang::WorldOptions;
use bioxen::lang::catalogue::FnForm;
use bioxen::session::Session;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn page() -> String {
    fs::read_to_string(root().join("docs/features.md")).unwrap()
}

/// The cells of the rows of a page, without headings, with the section they stand in.
fn rows(page: &str) -> Vec<(String, Vec<String>)> {
    let mut section = String::new();
    let mut rows = Vec::new();
    for line in page.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            section = title.to_owned();
        } else if line.starts_with('|')
            && !line.starts_with("|---")
            && !line.starts_with("| what |")
            && !line.starts_with("| call |")
        {
            let cells = line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned());
            rows.push((section.clone(), cells.collect()));
        }
    }
    rows
}

/// What stands between backticks.
fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

/// Whether a file holds a test of a name: a function below an attribute that makes it one, or one
/// of a `proptest!`.
fn holds(file: &Path, name: &str) -> bool {
    let Ok(text) = fs::read_to_string(file) else { return false };
    let wanted = format!("fn {name}(");
    let Some(at) = text.find(&wanted) else { return false };
    text[..at].contains("#[test]") || text[..at].contains("proptest!")
}

/// Whether `module::name` is a test, in tests/it, in tests/remote or beside the code.
fn is_test(path: &str) -> bool {
    let Some((module, name)) = path.rsplit_once("::") else { return false };
    let module = module.replace("::", "/");
    let (first, rest) = module.split_once('/').unwrap_or((&module, "lib"));
    let layer = root().join("crates").join(first).join("src").join(rest);
    let homes = ["tests/it", "tests", "src", "crates/base/src", "crates/cell/src"];
    let mut places: Vec<PathBuf> = homes.map(|home| root().join(home).join(&module)).to_vec();
    places.push(layer);
    places
        .iter()
        .any(|file| holds(&file.with_extension("rs"), name) || holds(&file.join("tests.rs"), name))
}

#[test]
fn every_test_that_is_named_exists() {
    let mut found = 0;
    for (_, cells) in rows(&page()) {
        let tests: Vec<&str> = quoted(cells.last().unwrap()).collect();
        assert!(!tests.is_empty(), "no test shows: {}", cells[0]);
        for test in tests {
            assert!(is_test(test), "`{test}`, which is to show `{}`, does not exist", cells[0]);
            found += 1;
        }
    }
    assert!(found > 80, "{found}");
    assert!(!is_test("archive::no_such_test") && !is_test("nowhere::at_all"));
}

#[test]
fn every_function_is_named_and_every_name_is_a_function() {
    let session = Session::new(WorldOptions::default(), Box::new(|_| {})).unwrap();
    let functions = session.catalogue().functions().iter();
    let known: BTreeSet<&str> = functions
        .filter(|f| f.form != FnForm::Operator && !f.documentation.is_empty())
        .map(|f| f.name.as_str())
        .collect();
    let rows = rows(&page());
    let named: BTreeSet<&str> = rows
        .iter()
        .filter(|(_, cells)| cells.len() == 3)
        .flat_map(|(_, cells)| quoted(&cells[1]))
        .collect();
    let missing: Vec<_> = known.difference(&named).collect();
    assert!(missing.is_empty(), "docs/features.md has no line for {missing:?}");
    let unknown: Vec<_> = named.difference(&known).collect();
    assert!(unknown.is_empty(), "docs/features.md names {unknown:?}, which the language has not");
}

#[test]
fn what_is_named_is_documented_and_has_its_bare_form() {
    let session = Session::new(WorldOptions::default(), Box::new(|_| {})).unwrap();
    let catalogue = session.catalogue();
    for (section, cells) in rows(&page()) {
        if cells.len() != 3 {
            continue;
        }
        for name in quoted(&cells[1]) {
            let declared = catalogue.named(name);
            assert!(declared.iter().any(|f| !f.documentation.is_empty()), "{section}: {name}");
            assert!(session.inspect(name, 1, false).is_some(), "{section}: {name}");
            // What a VM can do is called on the current one as well.
            for function in declared.iter().filter(|f| f.of_vm && f.form == FnForm::Function) {
                let bare = function.parameters.len() - 1;
                assert!(catalogue.arities(name).contains(&bare), "{name} has no bare form");
            }
        }
    }
}

#[test]
fn every_script_that_is_named_exists() {
    for (_, cells) in rows(&page()).iter().filter(|(section, _)| section == "Workflows") {
        assert!(root().join(&cells[1]).is_file(), "{}", cells[1]);
    }
}
