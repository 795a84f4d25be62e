//! Packages that scripts write.

use serde_json::{Map, Value};

use super::super::error::PackageError;
use super::super::model::Package;
use super::{Given, KEYS, TYPES, of_table};
use bioxen_base::problem::{Problem, Problems};

/// What scripts may call the arrays of tables, and what files do.
const PLURALS: [(&str, &str); 7] = [
    ("genes", "gene"),
    ("promoters", "promoter"),
    ("operons", "operon"),
    ("parameters", "parameter"),
    ("guides", "guide"),
    ("proteases", "protease"),
    ("small_rnas", "small_rna"),
];

/// A package that a script writes: what nobody else reads may be left out, which are version, description,
/// licence, sources and types. Tables of genes, promoters and operons may be called `genes`, `promoters`,
/// `operons`, `guides`, `proteases` and `small_rnas`; errors call them as the script does.
///
/// # Errors
/// Those of [`read_with`].
pub fn from_table(
    mut map: Map<String, Value>,
    origin: &str,
    given: &Given,
) -> Result<Package, PackageError> {
    let unknown = unknown_keys(&map);
    let mut renamed = Vec::new();
    for (plural, key) in PLURALS {
        let Some(value) = map.remove(plural) else { continue };
        if map.insert(key.to_owned(), value).is_some() {
            let problem = Problem::new(plural, &format!("and `{key}` are the same: give one"));
            let origin = origin.to_owned();
            return Err(PackageError::Invalid { origin, problems: vec![problem] });
        }
        renamed.push((plural, key));
    }
    // `default` is a word of the script language.
    for parameter in map.get_mut("parameter").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(table) = parameter.as_object_mut()
            && !table.contains_key("default")
            && let Some(value) = table.remove("value")
        {
            table.insert("default".to_owned(), value);
        }
    }
    let usual = [
        ("version", Value::from("0.0.0")),
        ("description", "written in a script".into()),
        ("licence", "that of the script".into()),
        ("sources", vec!["the script"].into()),
        ("types", TYPES.to_vec().into()),
    ];
    for (key, value) in usual {
        map.entry(key).or_insert(value);
    }
    let beside = |_: &str| Err("a script writes genes, not models".to_owned());
    of_table(map, None, origin, given, &beside).map_err(|error| match error {
        PackageError::Invalid { origin, problems } => {
            let known = |problem: &Problem| unknown.iter().any(|own| own.path == problem.path);
            let others = problems.into_iter().filter(|problem| !known(problem));
            let others = others.map(|problem| as_written(problem, &renamed));
            PackageError::Invalid {
                origin,
                problems: unknown.iter().cloned().chain(others).collect(),
            }
        }
        error => error,
    })
}

/// Keys that are none, among those that a script has.
fn unknown_keys(map: &Map<String, Value>) -> Vec<Problem> {
    let plural = |key: &str| PLURALS.iter().find(|(_, of)| *of == key).map(|(plural, _)| *plural);
    let valid: Vec<&str> = KEYS.into_iter().map(|key| plural(key).unwrap_or(key)).collect();
    let singular = |key: &String| KEYS.contains(&key.as_str());
    let others = map.iter().filter(|(key, _)| !singular(key));
    let others = others.map(|(key, value)| (key.clone(), value.clone())).collect();
    let mut found = Problems::default();
    found.keys(&others, "", &valid);
    found.0
}

/// A problem with the keys of the script in its path.
fn as_written(problem: Problem, renamed: &[(&str, &str)]) -> Problem {
    let Problem { path, what } = problem;
    let end = path.find(['[', '.']).unwrap_or(path.len());
    let (first, rest) = path.split_at(end);
    match renamed.iter().find(|(_, key)| *key == first) {
        Some((plural, _)) => Problem { path: format!("{plural}{rest}"), what },
        None => Problem { path, what },
    }
}
