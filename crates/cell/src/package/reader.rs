//! Reads packages strictly: all problems are reported at once, each with its path.

mod genes;
mod guides;
mod known;
mod parameters;
mod promoters;
mod proteases;
mod sbml;
mod scripted;
mod small_rnas;

use serde_json::{Map, Value};

use super::error::PackageError;
use super::model::{About, Construct, Effects, Package, PackagedGene, Relations, Requirement};
use bioxen_base::problem::{Problem, Problems};
use known::Known;
pub use parameters::Given;
pub use sbml::{from_sbml, in_file, same_unit};
pub use scripted::from_table;

/// The largest package that is read [bytes].
pub const LONGEST: usize = 1 << 20;
/// The largest model that is read [bytes].
pub const LONGEST_MODEL: usize = 8 << 20;
/// The most genes of a package; also of its promoters and of its operons.
pub const MOST_GENES: usize = 100;
/// The most requirements of one kind, and regulators of a promoter.
const MOST_LINKS: usize = 32;
/// The longest name [characters].
const LONGEST_NAME: usize = 64;
/// The longest description, source or product [characters].
const LONGEST_TEXT: usize = 1000;

/// The biological types that a package may suit.
pub const TYPES: [&str; 3] = ["syn3a", "ecoli", "minimal_cell"];

const KEYS: [&str; 16] = [
    "name",
    "version",
    "description",
    "licence",
    "sources",
    "types",
    "dependencies",
    "conflicts",
    "parameter",
    "gene",
    "promoter",
    "operon",
    "guide",
    "protease",
    "small_rna",
    "model",
];

type Table = Map<String, Value>;

/// Reads a package from its TOML text. `origin` is what errors call it; `beside` gives the text of
/// a file that lies beside it, which a package with a model names.
///
/// # Errors
/// When the text is too large, no TOML, or says what cannot be: all of it is told.
///
/// # Examples
/// ```
/// use bioxen_cell::package::read;
/// let text = r#"
/// name = "marker"
/// version = "1.0.0"
/// description = "a protein that is always made"
/// licence = "CC0-1.0"
/// sources = ["Leveau and Lindow 2001, J. Bacteriol. 183:6752"]
/// types = ["ecoli"]
/// [[gene]]
/// name = "gfp"
/// length_aa = 238
/// [[promoter]]
/// name = "Pc"
/// mrna_per_min = 1.0
/// [[operon]]
/// name = "marker"
/// promoter = "Pc"
/// genes = ["gfp"]
/// "#;
/// let package = read(text, "marker.toml", &|_| Err("there is none".into()))?;
/// assert_eq!(package.label(), "marker 1.0.0");
/// let error = read(&text.replace("licence", "license"), "marker.toml", &|_| Err("none".into()));
/// assert!(error.unwrap_err().to_string().contains("license is an unknown key (did you mean `licence`?)"));
/// # Ok::<(), bioxen_cell::package::PackageError>(())
/// ```
pub fn read(
    text: &str,
    origin: &str,
    beside: &dyn Fn(&str) -> Result<String, String>,
) -> Result<Package, PackageError> {
    read_with(text, origin, &Given::new(), beside)
}

/// The same with values of its parameters.
///
/// # Errors
/// Those of [`read`], and when a value is given for what is no parameter, or one that it must not have.
///
/// # Examples
/// ```
/// use bioxen_cell::package::{Strength, read_with};
/// # let text = r#"
/// # name = "marker"
/// # version = "1.0.0"
/// # description = "a protein that is always made"
/// # licence = "CC0-1.0"
/// # sources = ["an example"]
/// # types = ["ecoli"]
/// # [[gene]]
/// # name = "gfp"
/// # length_aa = 238
/// # [[operon]]
/// # name = "marker"
/// # promoter = "Pc"
/// # genes = ["gfp"]
/// # [[parameter]]
/// # name = "strength"
/// # default = 1.0
/// # [[promoter]]
/// # name = "Pc"
/// # mrna_per_min = "2 * strength"
/// # "#;
/// let given = [("strength".to_owned(), 4.0)].into();
/// let package = read_with(text, "marker.toml", &given, &|_| Err("there is none".into()))?;
/// assert_eq!(package.construct.promoters[0].strength, Strength::MrnaPerMin(8.0));
/// # Ok::<(), bioxen_cell::package::PackageError>(())
/// ```
pub fn read_with(
    text: &str,
    origin: &str,
    given: &Given,
    beside: &dyn Fn(&str) -> Result<String, String>,
) -> Result<Package, PackageError> {
    if text.len() > LONGEST {
        let origin = origin.to_owned();
        return Err(PackageError::TooLarge { origin, bytes: text.len(), limit: LONGEST });
    }
    let syntax = |e: toml::de::Error| PackageError::Syntax {
        origin: origin.to_owned(),
        reason: bioxen_base::problem::syntax(text, e.span().map(|span| span.start), e.message()),
    };
    let map: Table = toml::from_str(text).map_err(syntax)?;
    // The file itself is kept if it alone says what the package is.
    let text = given.is_empty().then(|| text.to_owned());
    of_table(map, text, origin, given, beside)
}

fn of_table(
    mut map: Table,
    text: Option<String>,
    origin: &str,
    given: &Given,
    beside: &dyn Fn(&str) -> Result<String, String>,
) -> Result<Package, PackageError> {
    let mut found = Problems::default();
    found.keys(&map, "", &KEYS);
    found.printable(&map);
    let parameters = parameters::settle(&mut found, &mut map, given);
    let settled: Vec<Problem> = found.0.clone();
    let name = name_of(&mut found, &map, "", "name").unwrap_or_default();
    let version = version(&mut found, &map);
    let description = text_of(&mut found, &map, "", "description", true).unwrap_or_default();
    let licence = text_of(&mut found, &map, "", "licence", true).unwrap_or_default();
    let sources = texts(&mut found, &map, "", "sources", true);
    let types = types(&mut found, &map);
    let dependencies = requirements(&mut found, &map, "dependencies", &name);
    let conflicts = requirements(&mut found, &map, "conflicts", &name);
    let genes = genes::genes(&mut found, &map);
    let known = Known { genes: &genes, depends: !dependencies.is_empty() };
    let promoters = promoters::promoters(&mut found, &map, &known);
    let operons = genes::operons(&mut found, &map, &genes, &promoters);
    let guides = guides::guides(&mut found, &map, &known, &promoters);
    let proteases = proteases::proteases(&mut found, &map, &known);
    let small_rnas = small_rnas::small_rnas(&mut found, &map, &known);
    let model = sbml::model(&mut found, &map, origin, beside)?;
    if model.is_some() != genes.is_empty() && found.0.is_empty() {
        found.add("", "a package has either genes or a model, and one of them");
    }
    let text = text.map_or_else(|| toml::to_string(&map), Ok);
    let text = text.unwrap_or_else(|error| {
        // What is wrong was told already, if it is that.
        if found.0.is_empty() {
            found.add("", &format!("cannot be written as TOML: {error}"));
        }
        String::new()
    });
    // A formula that is none was told already; that it is no number, either, is no news.
    let told = |problem: &Problem| settled.iter().any(|known| known.path == problem.path);
    let news = found.0.split_off(settled.len());
    found.0.extend(news.into_iter().filter(|problem| !told(problem)));
    match version {
        Some(version) if found.0.is_empty() => Ok(Package {
            name,
            version,
            about: About { description, licence, sources, types },
            relations: Relations { dependencies, conflicts },
            parameters,
            construct: Construct {
                genes: genes.into_iter().map(|gene| gene.1).collect(),
                promoters,
                operons,
            },
            effects: Effects { guides, proteases, small_rnas },
            model,
            text,
        }),
        _ => Err(PackageError::Invalid { origin: origin.to_owned(), problems: found.0 }),
    }
}

/// A key that must be there.
fn needed<'a>(found: &mut Problems, map: &'a Table, path: &str, key: &str) -> Option<&'a Value> {
    let value = map.get(key);
    if value.is_none() {
        found.add(&format!("{path}{key}"), "is missing");
    }
    value
}

/// A text, if the key is there.
fn text_of(found: &mut Problems, map: &Table, path: &str, key: &str, must: bool) -> Option<String> {
    let value = if must { needed(found, map, path, key)? } else { map.get(key)? };
    text_value(found, &format!("{path}{key}"), value)
}

fn text_value(found: &mut Problems, path: &str, value: &Value) -> Option<String> {
    let text = value.as_str().map(str::trim);
    match text {
        Some(text) if !text.is_empty() && text.chars().count() <= LONGEST_TEXT => {
            Some(text.to_owned())
        }
        _ => {
            found.add(path, &format!("must be a text of 1 to {LONGEST_TEXT} characters"));
            None
        }
    }
}

/// Texts in an array; none where the key is missing.
fn texts(found: &mut Problems, map: &Table, path: &str, key: &str, must: bool) -> Vec<String> {
    let value = if must { needed(found, map, path, key) } else { map.get(key) };
    let Some(value) = value else { return Vec::new() };
    let path = format!("{path}{key}");
    let Some(array) = value.as_array().filter(|a| a.len() <= MOST_GENES) else {
        found.add(&path, &format!("must be an array of at most {MOST_GENES} texts"));
        return Vec::new();
    };
    let all = array.iter().enumerate();
    all.filter_map(|(i, value)| text_value(found, &format!("{path}[{i}]"), value)).collect()
}

/// A name that traces and scripts can use.
fn name_of(found: &mut Problems, map: &Table, path: &str, key: &str) -> Option<String> {
    let value = needed(found, map, path, key)?;
    let sound = |name: &&str| {
        name.chars().count() <= LONGEST_NAME
            && name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && !RESERVED.contains(name)
    };
    let name = value.as_str().filter(sound);
    if name.is_none() {
        let what = format!(
            "is {value}, and must be a name of up to {LONGEST_NAME} letters, digits and `_` that \
             begins with a letter; {} have a meaning in traces and in tables of cells",
            RESERVED.join(", ")
        );
        found.add(&format!("{path}{key}"), &what);
    }
    name.map(str::to_owned)
}

/// Names that columns of traces and of tables of cells have for another reason.
const RESERVED: [&str; 18] = [
    "mrna",
    "protein",
    "ribosomes",
    "polymerases",
    "atp_share",
    "host",
    "culture",
    "time",
    "size",
    "growth_rate",
    "id",
    "parent",
    "age",
    "fate",
    "born",
    "ended",
    "born_size",
    "cells",
];

fn version(found: &mut Problems, map: &Table) -> Option<semver::Version> {
    let value = needed(found, map, "", "version")?;
    let parsed = value.as_str().map(semver::Version::parse);
    match parsed {
        Some(Ok(version)) => Some(version),
        Some(Err(error)) => {
            found.add("version", &format!("is {value}, and no version such as 1.0.0: {error}"));
            None
        }
        None => {
            found.add("version", &format!("is {value}, and must be a text such as \"1.0.0\""));
            None
        }
    }
}

fn types(found: &mut Problems, map: &Table) -> Vec<String> {
    let given = texts(found, map, "", "types", true);
    if map.get("types").and_then(Value::as_array).is_some_and(Vec::is_empty) {
        found.add("types", &format!("is empty; it has one or more of: {}", TYPES.join(", ")));
    }
    for (i, name) in given.iter().enumerate() {
        found.one_of(&format!("types[{i}]"), &Value::from(name.as_str()), &TYPES);
    }
    given
}

fn requirements(found: &mut Problems, map: &Table, key: &str, own: &str) -> Vec<Requirement> {
    let Some(value) = map.get(key) else { return Vec::new() };
    let Some(table) = value.as_object().filter(|t| t.len() <= MOST_LINKS) else {
        let what = "must be a table of at most 32 packages and versions, such as a = \"^1.2\"";
        found.add(key, what);
        return Vec::new();
    };
    let mut all = Vec::new();
    for (name, versions) in table {
        let path = format!("{key}.{name}");
        if name == own {
            found.add(&path, "is this package itself");
        }
        match versions.as_str().map(semver::VersionReq::parse) {
            Some(Ok(versions)) => all.push(Requirement { name: name.clone(), versions }),
            Some(Err(error)) => {
                found.add(&path, &format!("is {versions}, and no requirement: {error}"));
            }
            None => found.add(&path, "must be a text of versions, such as \"^1.2\" or \"*\""),
        }
    }
    all
}

/// The tables of an array of tables, with their paths.
fn tables<'a>(found: &mut Problems, map: &'a Table, key: &str) -> Vec<(String, &'a Table)> {
    let Some(value) = map.get(key) else { return Vec::new() };
    let Some(array) = value.as_array().filter(|a| a.len() <= MOST_GENES) else {
        found.add(key, &format!("must be an array of at most {MOST_GENES} tables; in a file each begins with [[{key}]]"));
        return Vec::new();
    };
    let mut all = Vec::new();
    for (i, value) in array.iter().enumerate() {
        let path = format!("{key}[{i}].");
        match value.as_object() {
            Some(table) => all.push((path, table)),
            None => found.add(path.trim_end_matches('.'), "must be a table"),
        }
    }
    all
}

/// A whole number in a range, if the key is there.
fn whole(
    found: &mut Problems,
    map: &Table,
    path: &str,
    key: &str,
    range: std::ops::RangeInclusive<u32>,
) -> Option<u32> {
    let words = format!("from {} to {}, a whole one", range.start(), range.end());
    let fits = |x: f64| {
        x.fract() == 0.0 && (f64::from(*range.start())..=f64::from(*range.end())).contains(&x)
    };
    found.number(map, path, key, &words, fits).map(|x| x as u32)
}

/// A number from above 0 to a million.
fn positive(found: &mut Problems, map: &Table, path: &str, key: &str) -> Option<f64> {
    found.number(map, path, key, "above 0, up to a million", |x| x > 0.0 && x <= 1e6)
}
