//! Packages that scripts write.

use serde_json::{Map, Value};

use super::super::error::PackageError;
use super::super::model::Package;
use super::{Given, TYPES, of_table};
use bioxen_base::problem::Problem;

/// A package that a script writes: what nobody else reads may be left out, which are version, description,
/// licence, sources and types. Tables of genes, promoters and operons may be called `genes`, `promoters`,
/// `operons`, `guides`, `proteases` and `small_rnas`.
///
/// # Errors
/// Those of [`read_with`].
pub fn from_table(
    mut map: Map<String, Value>,
    origin: &str,
    given: &Given,
) -> Result<Package, PackageError> {
    for (plural, key) in [
        ("genes", "gene"),
        ("promoters", "promoter"),
        ("operons", "operon"),
        ("parameters", "parameter"),
        ("guides", "guide"),
        ("proteases", "protease"),
        ("small_rnas", "small_rna"),
    ] {
        if let Some(value) = map.remove(plural)
            && map.insert(key.to_owned(), value).is_some()
        {
            let problem = Problem::new(plural, &format!("and `{key}` are the same: give one"));
            let origin = origin.to_owned();
            return Err(PackageError::Invalid { origin, problems: vec![problem] });
        }
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
    of_table(map, None, origin, given, &|_| Err("a script writes genes, not models".to_owned()))
}
