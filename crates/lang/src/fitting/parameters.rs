//! What is fitted: parameters of all data sets, and those that each of some has for itself.

use rhai::{Array, Dynamic, Identifier, Map};

use super::sets::Sets;
use super::wishes::Method;
use crate::LangError;
use crate::number::{kind, only};
use crate::series::Unit;
use bioxen_study::{Parameter, Range, Scale};

/// A parameter with the unit of its values.
#[derive(Debug, Clone)]
pub(super) struct Fitted {
    /// What is varied; its name is `scale`, or `scale.mutant` for one of a data set's own.
    pub(super) parameter: Parameter,
    /// The unit of its values.
    pub(super) unit: Unit,
    /// The name that the function knows.
    pub(super) name: Identifier,
    /// The data set to which it belongs, if not to all.
    pub(super) own: Option<Identifier>,
}

/// The keys of a parameter's map.
const KEYS: [&str; 5] = ["log", "max", "min", "own", "start"];

fn wrong(what: String, got: &Dynamic) -> LangError {
    LangError::WrongType {
        what,
        expected: "a number or a quantity, or a map with start, min, max, log and own",
        got: kind(got),
    }
}

/// The parameters of a map: a number is where one starts; a map says `start`, `min`, `max`, `log` and `own`.
///
/// # Errors
/// When one says something else, or has no start.
pub(super) fn parameters(
    given: &Map,
    sets: &Sets,
    method: Method,
) -> Result<Vec<Fitted>, LangError> {
    let mut all = Vec::new();
    for (name, value) in given {
        let map = value
            .read_lock::<Map>()
            .map(|map| map.clone())
            .unwrap_or_else(|| [("start".into(), value.clone())].into_iter().collect());
        only("a parameter of fit", &map, &KEYS)?;
        match own(name, &map, sets)? {
            None => all.push(one(name, None, &map, map.get("start"), method)?),
            Some(names) => {
                for set in names {
                    // Starts may differ, too.
                    let start = map.get("start").map(|start| match start.read_lock::<Map>() {
                        Some(starts) => starts.get(set.as_str()).cloned(),
                        None => Some(start.clone()),
                    });
                    let start = start.flatten();
                    all.push(one(name, Some(set), &map, start.as_ref(), method)?);
                }
            }
        }
    }
    Ok(all)
}

/// The data sets each of which has the parameter for itself.
fn own(name: &str, map: &Map, sets: &Sets) -> Result<Option<Vec<Identifier>>, LangError> {
    let Some(value) = map.get("own").filter(|value| !value.is_unit()) else { return Ok(None) };
    let what = || format!("`own` of `{name}` of fit");
    let wrong = |expected, got| Err(LangError::WrongType { what: what(), expected, got });
    if value.as_bool().is_ok_and(|own| !own) {
        return Ok(None);
    }
    if !sets.are_named() {
        let expected = "left out, since what was measured is one data set without a name";
        return wrong(expected, kind(value));
    }
    if value.as_bool().is_ok() {
        let names = sets.all.iter().filter_map(|set| set.name.as_deref().map(Identifier::from));
        return Ok(Some(names.collect()));
    }
    let expected = "true, or an array of the names of data sets";
    let Some(names) = value.read_lock::<Array>().map(|array| array.to_vec()) else {
        return wrong(expected, kind(value));
    };
    let mut found: Vec<Identifier> = Vec::new();
    for name in &names {
        let Ok(text) = name.clone().into_string() else { return wrong(expected, kind(name)) };
        sets.known(&text, "data set")?;
        if !found.iter().any(|known| known == text.as_str()) {
            found.push(text.as_str().into());
        }
    }
    if found.is_empty() {
        return wrong(expected, "an empty array".to_owned());
    }
    found.sort();
    Ok(Some(found))
}

fn one(
    name: &Identifier,
    own: Option<Identifier>,
    map: &Map,
    start: Option<&Dynamic>,
    method: Method,
) -> Result<Fitted, LangError> {
    let both = map.get("min").zip(map.get("max"));
    let (first, unit) = match (start, both) {
        (Some(start), _) => {
            Unit::of(start).ok_or_else(|| wrong(format!("the start of `{name}` of fit"), start))?
        }
        // A search needs none.
        (None, Some((low, _))) if method != Method::Local => {
            Unit::of(low).ok_or_else(|| wrong(format!("`min` of `{name}` of fit"), low))?
        }
        (None, _) => {
            return Err(LangError::Missing {
                what: "min",
                needs: "needs a start in a parameter of fit",
            });
        }
    };
    let label = own.as_ref().map_or_else(|| name.to_string(), |own| format!("{name}.{own}"));
    let mut parameter = Parameter::new(label, first);
    for (key, end) in [("min", &mut parameter.low), ("max", &mut parameter.high)] {
        if let Some(value) = map.get(key) {
            let read = unit.read(value);
            *end = read.ok_or_else(|| wrong(format!("`{key}` of `{name}` of fit"), value))?;
        }
    }
    if let Some(value) = map.get("log")
        && value.as_bool().map_err(|_| wrong(format!("`log` of `{name}` of fit"), value))?
    {
        parameter = parameter.log();
    }
    if start.is_none() {
        parameter.start = range(&parameter)?.at(0.5);
    }
    Ok(Fitted { parameter, unit, name: name.clone(), own })
}

/// The range of a parameter, for a search.
///
/// # Errors
/// When it has no bounds.
pub(super) fn range(parameter: &Parameter) -> Result<Range, LangError> {
    let missing = match (parameter.low.is_finite(), parameter.high.is_finite()) {
        (true, true) => None,
        (true, false) => Some("`max`"),
        (false, true) => Some("`min`"),
        (false, false) => Some("`min` and `max`"),
    };
    if let Some(missing) = missing {
        return Err(LangError::Noticed {
            message: format!(
                "a search needs the bounds of `{}`; it lacks {missing}",
                parameter.name
            ),
            help: vec![format!(
                "write `#{{min: .., max: ..}}`; the method \"local\" needs a start only"
            )],
        });
    }
    let range = Range::new(parameter.name.as_str(), parameter.low, parameter.high)?;
    Ok(if parameter.scale == Scale::Log { range.log()? } else { range })
}

/// Values under the names that the function knows; those that data sets have for themselves in maps.
///
/// # Errors
/// As `give`.
pub(super) fn named(
    fitted: &[Fitted],
    values: &[f64],
    give: impl Fn(Unit, f64) -> Result<Dynamic, LangError>,
) -> Result<Map, LangError> {
    let mut map = Map::new();
    for (fitted, x) in fitted.iter().zip(values) {
        let value = give(fitted.unit, *x)?;
        place(&mut map, fitted, value);
    }
    Ok(map)
}

/// Puts something of a parameter where its value stands.
pub(super) fn place(map: &mut Map, fitted: &Fitted, value: Dynamic) {
    let Some(own) = &fitted.own else {
        map.insert(fitted.name.clone(), value);
        return;
    };
    let inner = map.entry(fitted.name.clone()).or_insert_with(|| Map::new().into());
    if let Some(mut inner) = inner.write_lock::<Map>() {
        inner.insert(own.clone(), value);
    }
}
