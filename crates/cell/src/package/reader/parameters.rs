//! Parameters of a package: numbers that a user may give, and the places that use them.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Table, genes, name_of, needed, tables, text_of};
use crate::package::model::Parameter;
use bioxen_base::nearest::{hint, nearest};
use bioxen_base::problem::Problems;
use bioxen_base::units::short;

/// Values of parameters, by their names.
pub type Given = BTreeMap<String, f64>;

const KEYS: [&str; 6] = ["name", "default", "min", "max", "unit", "description"];

/// The numbers in whose place a formula may stand, beside those of a gene.
const NUMBERS: [&str; 15] = [
    "mrna_per_min",
    "times",
    "copies",
    "leak",
    "rpu",
    "molecules",
    "half",
    "n",
    "half_um",
    "minutes_per_time_unit",
    "max_fold",
    "kd",
    "kcat_per_min",
    "km",
    "rate",
];
fn is_number(key: &str) -> bool {
    NUMBERS.iter().chain(&genes::NUMBERS).any(|number| *number == key)
}

/// The tables that have such numbers.
const TABLES: [&str; 10] = [
    "gene",
    "promoter",
    "operon",
    "repressor",
    "activator",
    "inducer",
    "guide",
    "protease",
    "small_rna",
    "model",
];
/// The longest formula [characters].
const LONGEST: usize = 200;

/// Reads the parameters, takes the values that are given, and puts numbers in the place of formulas. The
/// values become the defaults of the table, so that it means the same when it is read again.
pub(super) fn settle(found: &mut Problems, map: &mut Table, given: &Given) -> Vec<Parameter> {
    let mut all: Vec<Parameter> = Vec::new();
    for (path, table) in tables(found, map, "parameter") {
        let parameter = parameter(found, table, &path, given);
        if all.iter().any(|other| !parameter.name.is_empty() && other.name == parameter.name) {
            let what = format!("is `{}`, as of another parameter", parameter.name);
            found.add(&format!("{path}name"), &what);
        }
        if parameter.name == "time_unit" {
            found.add(&format!("{path}name"), "is `time_unit`, which is an option of its own");
        }
        all.push(parameter);
    }
    for name in given.keys().filter(|name| !all.iter().any(|p| &p.name == *name)) {
        let names = || all.iter().map(|p| p.name.as_str());
        let valid = match all.as_slice() {
            [] => "the package has none".to_owned(),
            _ => format!("valid: {}", names().collect::<Vec<_>>().join(", ")),
        };
        found.add(name, &format!("is no parameter{}; {valid}", hint(nearest(name, names()))));
    }
    if let Some(Value::Array(written)) = map.get_mut("parameter") {
        for (table, parameter) in written.iter_mut().filter_map(Value::as_object_mut).zip(&all) {
            table.insert("default".to_owned(), parameter.value.into());
        }
    }
    put(found, map, "", &all);
    all
}

fn parameter(found: &mut Problems, table: &Table, path: &str, given: &Given) -> Parameter {
    found.keys(table, path, &KEYS);
    let name = name_of(found, table, path, "name").unwrap_or_default();
    let finite = |_: f64| true;
    needed(found, table, path, "default");
    let default = found.number(table, path, "default", "that is finite", finite);
    let min = found.number(table, path, "min", "that is finite", finite);
    let max = found.number(table, path, "max", "that is finite", finite);
    let parameter = Parameter {
        value: given.get(&name).copied().or(default).unwrap_or(1.0),
        min: min.unwrap_or(f64::NEG_INFINITY),
        max: max.unwrap_or(f64::INFINITY),
        unit: text_of(found, table, path, "unit", false).unwrap_or_default(),
        description: text_of(found, table, path, "description", false).unwrap_or_default(),
        name,
    };
    if parameter.min > parameter.max {
        found.add(&format!("{path}min"), "is above max");
    }
    let fits = |x: f64| x.is_finite() && (parameter.min..=parameter.max).contains(&x);
    if default.is_some_and(|default| !fits(default)) {
        found.add(&format!("{path}default"), "is outside of min and max");
    }
    if let Some(given) = given.get(&parameter.name).filter(|given| !fits(**given)) {
        found.add(
            &parameter.name,
            &format!("is {}, and must be {}", short(*given), parameter.range()),
        );
    }
    parameter
}

/// Puts numbers in the place of formulas in a table and those below it.
fn put(found: &mut Problems, map: &mut Map<String, Value>, path: &str, all: &[Parameter]) {
    for (key, value) in map.iter_mut() {
        let here = format!("{path}{key}");
        match value {
            Value::String(formula) if is_number(key) => match evaluate(formula, all) {
                Ok(number) => *value = number.into(),
                Err(what) => found.add(&here, &format!("is `{formula}`, and {what}")),
            },
            Value::Object(inner) if TABLES.contains(&key.as_str()) => {
                put(found, inner, &format!("{here}."), all);
            }
            Value::Array(array) if TABLES.contains(&key.as_str()) => {
                for (i, inner) in array.iter_mut().enumerate() {
                    if let Value::Object(inner) = inner {
                        put(found, inner, &format!("{here}[{i}]."), all);
                    }
                }
            }
            _ => {}
        }
    }
}

/// The value of a formula: numbers and names with `*` and `/` between them, from left to right.
fn evaluate(formula: &str, all: &[Parameter]) -> Result<f64, String> {
    if formula.chars().count() > LONGEST {
        return Err(format!("a formula has at most {LONGEST} characters"));
    }
    let mut value = 1.0;
    let mut divides = false;
    let mut rest = formula;
    loop {
        let end = rest.find(['*', '/']).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let factor = factor(word.trim(), all)?;
        value = if divides { value / factor } else { value * factor };
        let Some(operator) = after.chars().next() else { break };
        divides = operator == '/';
        rest = &after[1..];
    }
    value.is_finite().then_some(value).ok_or_else(|| "it is no finite number".to_owned())
}

fn factor(word: &str, all: &[Parameter]) -> Result<f64, String> {
    let form = "a formula has numbers and names of parameters, with * and / between them";
    if word.is_empty() {
        return Err(form.to_owned());
    }
    if word.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return word.parse().map_err(|_| format!("`{word}` is no number; {form}"));
    }
    if let Some(known) = all.iter().find(|p| p.name == word) {
        return Ok(known.value);
    }
    let near = hint(nearest(word, all.iter().map(|p| p.name.as_str())));
    Err(format!("there is no parameter `{word}`{near}; {form}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_have_numbers_names_and_two_operators() {
        let all = [Parameter { name: "P3".into(), value: 5.0, ..Parameter::default() }];
        for (formula, value) in
            [("P3", 5.0), ("2 * P3", 10.0), ("P3/2*4", 10.0), (" 1e-3*P3 ", 0.005), ("7", 7.0)]
        {
            assert_eq!(evaluate(formula, &all), Ok(value), "{formula}");
        }
        for (formula, told) in [
            ("", "numbers and names"),
            ("*", "numbers and names"),
            ("P3 *", "numbers and names"),
            ("P4", "no parameter `P4`"),
            ("P3 + 1", "no parameter `P3 + 1`"),
            ("2x", "no number"),
            ("P3/0", "no finite number"),
            (&"P3*".repeat(100), "at most 200"),
        ] {
            let error = evaluate(formula, &all).unwrap_err();
            assert!(error.contains(told), "{formula}: {error}");
        }
    }

    const TEXT: &str = concat!(
        crate::package::about!("marker"),
        r#"
parameter = [{name = "strength", default = 1.0, min = 0.5, max = 10}, {name = "aa", default = 238}]
gene = [{name = "gfp", length_aa = "aa"}]
operon = [{name = "marker", promoter = "P", genes = ["gfp"]}]
[[promoter]]
name = "P"
mrna_per_min = "2 * strength"
repressor = [{name = "R", molecules = "strength / 2", half = 3}]
"#
    );

    fn read(given: &[(&str, f64)]) -> Result<crate::package::Package, String> {
        let given = given.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
        let nothing = |_: &str| Err("none".to_owned());
        super::super::read_with(TEXT, "x", &given, &nothing).map_err(|error| error.to_string())
    }

    #[test]
    fn a_package_that_is_written_out_is_the_same_package() {
        use crate::package::{Source, Strength};
        assert_eq!(read(&[]).unwrap().construct.promoters[0].strength, Strength::MrnaPerMin(2.0));
        let package = read(&[("strength", 4.0)]).unwrap();
        assert_eq!(package.construct.promoters[0].strength, Strength::MrnaPerMin(8.0));
        let source = &package.construct.promoters[0].regulators[0].source;
        assert_eq!(source, &Source::Constant { name: "R".into(), molecules: 2.0 });
        assert_eq!((package.construct.genes[0].length_aa, package.parameters[0].value), (238, 4.0));
        let again = crate::package::read(&package.text, "x", &|_| Err("none".into())).unwrap();
        assert_eq!(again, package);
    }

    #[test]
    fn what_must_not_be_given_is_told() {
        for (name, value, told) in [
            ("strenght", 1.0, "did you mean `strength`?"),
            ("strength", 20.0, "from 0.5 to 10"),
            ("strength", f64::NAN, "from 0.5 to 10"),
            ("aa", 1.5, "length_aa"),
            ("aa", f64::INFINITY, "a finite number"),
        ] {
            let error = read(&[(name, value)]).unwrap_err();
            assert!(error.contains(told), "{name} {value}: {error}");
        }
    }
}
