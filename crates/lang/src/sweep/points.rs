//! Which points a sweep has: combinations of values, rows of values, or what an array lists.

use rhai::{Array, Dynamic, Map};

use super::elsewhere::{self, Elsewhere};
use crate::LangError;
use crate::number::{kind, only, whole};
use crate::series::Unit;
use bioxen_study::design::Design;

/// The most points that a sweep may have, repeats included.
const MOST: usize = 100_000;

/// The options that say what the rows are.
const OWN: [&str; 4] = ["repeats", "seed", "zip", "name"];

/// How the points are made and run.
#[derive(Debug, Clone)]
pub struct Plan {
    /// How often each point is run.
    pub(super) repeats: usize,
    /// The seed of all random streams, if not that of the cells.
    pub(super) seed: Option<u64>,
    zip: bool,
    /// The name of the column of plain values.
    name: String,
    /// Whether all points have the same random numbers.
    pub(super) alike: bool,
    /// What computes the rows, if not this process.
    pub(super) elsewhere: Option<Elsewhere>,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            repeats: 1,
            seed: None,
            zip: false,
            name: "value".to_owned(),
            alike: false,
            elsewhere: None,
        }
    }
}

impl Plan {
    /// Each point once, all with the same random numbers.
    pub(super) fn alike() -> Self {
        Self { alike: true, ..Self::default() }
    }

    /// Reads the options of `sweep`.
    ///
    /// # Errors
    /// When a key is unknown, or a value is not what it must be.
    pub fn read(options: &Map) -> Result<Self, LangError> {
        only("sweep", options, &[&OWN[..], &elsewhere::OPTIONS[..]].concat())?;
        let mut plan = Self::default();
        if let Some(value) = options.get("repeats") {
            let expected = "a whole number from 1 to 100000";
            plan.repeats = whole("repeats", value, 1..=100_000, expected)? as usize;
        }
        if let Some(value) = options.get("seed") {
            plan.seed =
                Some(whole("seed", value, 0..=i64::MAX, "a whole number, zero or more")? as u64);
        }
        if let Some(value) = options.get("zip") {
            plan.zip = value.as_bool().map_err(|_| wrong("zip", "true or false", value))?;
        }
        if let Some(value) = options.get("name") {
            plan.name =
                value.clone().into_string().map_err(|_| wrong("name", "a string", value))?;
        }
        plan.elsewhere = Elsewhere::read(options)?;
        Ok(plan)
    }

    /// The options that say what the rows are, wherever they are computed.
    pub(super) fn options(&self) -> Map {
        let mut options = Map::new();
        options.insert("repeats".into(), Dynamic::from_int(self.repeats as i64));
        options.insert("zip".into(), self.zip.into());
        options.insert("name".into(), self.name.clone().into());
        if let Some(seed) = self.seed {
            options.insert("seed".into(), Dynamic::from_int(seed as i64));
        }
        options
    }
}

/// One point.
#[derive(Debug, Clone)]
pub(crate) struct Point {
    /// What the function is given.
    pub(super) argument: Dynamic,
    /// What the table tells of it, in the order of the names.
    pub(super) values: Vec<Dynamic>,
}

/// All points of a sweep.
#[derive(Debug, Clone)]
pub(crate) struct Points {
    /// The names of the parameters.
    pub(super) names: Vec<String>,
    pub(super) list: Vec<Point>,
}

impl Points {
    /// The numbers from 0, under a name.
    pub(super) fn numbered(name: &str, count: usize) -> Self {
        let point = |number: usize| {
            let number = Dynamic::from_int(number as i64);
            Point { argument: number.clone(), values: vec![number] }
        };
        Self { names: vec![name.to_owned()], list: (0..count).map(point).collect() }
    }

    /// The points of a design, with the unit of each of its coordinates: the function is given maps.
    ///
    /// # Errors
    /// When a value has no quantity, such as a time that is too long.
    pub(crate) fn of_design(design: &Design, units: &[Unit]) -> Result<Self, LangError> {
        let point = |values: &Vec<f64>| {
            let values: Vec<Dynamic> = values
                .iter()
                .zip(units)
                .map(|(x, unit)| unit.give(*x))
                .collect::<Result<_, _>>()?;
            let names = design.names.iter().map(|name| name.as_str().into());
            let map: Map = names.zip(values.iter().cloned()).collect();
            Ok(Point { argument: map.into(), values })
        };
        let list = design.points.iter().map(point).collect::<Result<_, LangError>>()?;
        Ok(Self { names: design.names.clone(), list })
    }

    /// The points of the values given to `sweep`.
    ///
    /// # Errors
    /// When they are neither an array nor a map of arrays, have no point, or too many.
    pub(super) fn new(values: &Dynamic, plan: &Plan) -> Result<Self, LangError> {
        let points = if let Some(array) = values.read_lock::<Array>() {
            listed(&array, plan)?
        } else if let Some(map) = values.read_lock::<Map>() {
            combined(&map, plan)?
        } else if let Some(numbers) = numbers(values) {
            listed(&numbers?, plan)?
        } else {
            let expected = "an array of values, a range, or a map of names and arrays";
            return Err(wrong("the values of sweep", expected, values));
        };
        let all = points.list.len().saturating_mul(plan.repeats);
        if points.list.is_empty() {
            let got = "no value".to_owned();
            let expected = "at least one value";
            return Err(LangError::WrongType {
                what: "the values of sweep".to_owned(),
                expected,
                got,
            });
        }
        if all > MOST { Err(too_many(all)) } else { Ok(points) }
    }

    /// A point in words: `dose = 0.1 mM, strength = 2`.
    pub(super) fn told(&self, place: usize, shown: &dyn Fn(&Dynamic) -> String) -> String {
        let values = self.names.iter().zip(&self.list[place].values);
        let one = |(name, value): (&String, &Dynamic)| format!("{name} = {}", shown(value));
        values.map(one).collect::<Vec<_>>().join(", ")
    }
}

/// The whole numbers of a range; nothing for what is none.
fn numbers(values: &Dynamic) -> Option<Result<Array, LangError>> {
    let range = values.read_lock::<std::ops::Range<i64>>().map(|range| (range.start, range.end));
    let closed = || {
        let range = values.read_lock::<std::ops::RangeInclusive<i64>>()?;
        Some((*range.start(), range.end().saturating_add(1)))
    };
    let (start, end) = range.or_else(closed)?;
    let count = end.checked_sub(start).and_then(|n| usize::try_from(n.max(0)).ok());
    Some(match count {
        Some(count) if count <= MOST => Ok((start..end).map(Dynamic::from).collect()),
        count => Err(too_many(count.unwrap_or(usize::MAX))),
    })
}

fn wrong(what: &str, expected: &'static str, value: &Dynamic) -> LangError {
    LangError::WrongType { what: what.to_owned(), expected, got: kind(value) }
}

fn too_many(points: usize) -> LangError {
    LangError::WrongType {
        what: "the number of points of sweep".to_owned(),
        expected: "at most 100000",
        got: points.to_string(),
    }
}

/// The points of an array: maps are points with several parameters.
fn listed(array: &[Dynamic], plan: &Plan) -> Result<Points, LangError> {
    let maps = array.iter().filter(|value| value.is_map()).count();
    if maps == 0 {
        let one = |value: &Dynamic| Point { argument: value.clone(), values: vec![value.clone()] };
        return Ok(Points {
            names: vec![plan.name.clone()],
            list: array.iter().map(one).collect(),
        });
    }
    let mut names: Vec<String> = Vec::new();
    for (row, value) in array.iter().enumerate() {
        let Some(map) = value.read_lock::<Map>() else {
            let what = format!("value {row} of sweep (counted from 0)");
            return Err(wrong(&what, "a map, as the others are", value));
        };
        names.extend(
            map.keys()
                .map(ToString::to_string)
                .filter(|key| !names.contains(key))
                .collect::<Vec<_>>(),
        );
    }
    let one = |value: &Dynamic| {
        let map = value.read_lock::<Map>();
        let of = |name: &String| map.as_ref().and_then(|m| m.get(name.as_str()).cloned());
        let values = names.iter().map(|name| of(name).unwrap_or_default()).collect();
        Point { argument: value.clone(), values }
    };
    let list = array.iter().map(one).collect();
    Ok(Points { names, list })
}

/// The points of a map of arrays: all combinations, of which the last name varies fastest, or rows.
fn combined(map: &Map, plan: &Plan) -> Result<Points, LangError> {
    let names: Vec<String> = map.keys().map(ToString::to_string).collect();
    let mut axes: Vec<Array> = Vec::new();
    for (name, value) in map {
        let values = value.clone().try_cast::<Array>();
        let what = || format!("`{name}` of sweep");
        axes.push(values.ok_or_else(|| wrong(&what(), "an array of values", value))?);
    }
    let all = if plan.zip {
        let length = axes.first().map_or(0, Vec::len);
        if let Some(place) = axes.iter().position(|axis| axis.len() != length) {
            return Err(LangError::WrongType {
                what: format!("`{}` of sweep with zip", names[place]),
                expected: "as many values as the others have",
                got: format!("{} for {length}", axes[place].len()),
            });
        }
        length
    } else {
        axes.iter().fold(1, |all: usize, axis| all.saturating_mul(axis.len()))
    };
    if all > MOST {
        return Err(too_many(all));
    }
    let point = |place: usize| {
        let mut rest = place;
        let mut values: Vec<Dynamic> = axes
            .iter()
            .rev()
            .map(|axis| {
                let at = if plan.zip { place } else { rest % axis.len() };
                rest /= axis.len();
                axis[at].clone()
            })
            .collect();
        values.reverse();
        let names = names.iter().map(|name| name.as_str().into());
        let argument: Map = names.zip(values.iter().cloned()).collect();
        Point { argument: argument.into(), values }
    };
    let list = if axes.is_empty() { Vec::new() } else { (0..all).map(point).collect() };
    Ok(Points { names, list })
}
