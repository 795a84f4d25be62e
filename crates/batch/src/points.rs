//! The points of a plan, in their one order.

use bioxen_base::nearest::{hint, nearest};
use bioxen_base::problem::Problems;
use bioxen_study::Range;
use bioxen_study::design::{self, Design};
use bioxen_table::units::factor;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::chosen::whole;
use crate::error::BatchError;
use crate::setting::Setting;

/// The most points of a plan: each is written into the lock.
pub(crate) const MOST_POINTS: usize = 1_000_000;
/// How many valid names a message has.
const NAMED: usize = 20;
const KINDS: [&str; 4] = ["grid", "zip", "latin_hypercube", "sobol"];

/// The names of parameters and the values of each point.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Points {
    /// The names, in the order of the alphabet.
    pub names: Vec<String>,
    /// A value for each name.
    pub points: Vec<Vec<Setting>>,
}

/// What a plan says of one parameter.
enum Axis {
    /// The same at each point.
    Fixed(Setting),
    /// These in turn.
    List(Vec<Setting>),
    /// Between two ends, in the unit of the lower one.
    Between { low: f64, high: f64, unit: Option<String>, log: bool, steps: Option<u64> },
}

impl Points {
    /// A point in words, such as `dose = 1 mM, strength = 2`; nothing where there are no parameters.
    pub fn describe(&self, point: u64) -> String {
        let Some(values) = self.points.get(point as usize) else { return String::new() };
        let one = |(name, value): (&String, &Setting)| format!("{name} = {value}");
        self.names.iter().zip(values).map(one).collect::<Vec<_>>().join(", ")
    }

    /// Reads the parts `parameters` and `design` of a plan.
    pub(crate) fn read(plan: &Map<String, Json>, seed: u64, problems: &mut Problems) -> Self {
        let design = problems.section(plan, "design", &["kind", "points", "seed"]);
        let kind = design.and_then(|d| d.get("kind"));
        let kind = kind.and_then(|kind| problems.one_of("design.kind", kind, &KINDS));
        let kind = kind.unwrap_or_else(|| KINDS[0].to_owned());
        let of_design = |key, problems: &mut Problems| {
            design.and_then(|d| whole(d, "design.", key, 0..=u64::MAX, problems))
        };
        let count = of_design("points", problems);
        let design_seed = of_design("seed", problems).unwrap_or(seed);
        let none = Map::new();
        let given = match plan.get("parameters") {
            None => &none,
            Some(Json::Object(map)) => map,
            Some(_) => {
                problems.add("parameters", "must be a table of names and lists of values");
                &none
            }
        };
        let before = problems.0.len();
        let axes: Vec<(String, Axis)> = given
            .iter()
            .filter_map(|(name, value)| Some((name.clone(), axis(name, value, problems)?)))
            .collect();
        let names: Vec<String> = axes.iter().map(|(name, _)| name.clone()).collect();
        let empty = Self { names: names.clone(), points: Vec::new() };
        if problems.0.len() > before {
            return empty;
        }
        let made = match kind.as_str() {
            "grid" | "zip" if count.is_some() => Err(format!(
                "design.points is for latin_hypercube and sobol; a {kind} has as many points as its lists say"
            )),
            "grid" => grid(&axes),
            "zip" => zip(&axes),
            _ => filled(&kind, &axes, count, design_seed),
        };
        match made {
            Ok(points) => Self { names, points },
            Err(what) => {
                problems.add("", &what);
                empty
            }
        }
    }
}

/// Reads what stands behind a name.
fn axis(name: &str, value: &Json, problems: &mut Problems) -> Option<Axis> {
    let path = format!("parameters.{name}");
    let wrong = "must be a value, a list of values, or a table such as {from = \"0.01 mM\", to = \"1 mM\", \
                 steps = 5, log = true}; an array of the script is a text here: [\"[1, 2]\", \"[3, 4]\"]";
    if let Some(setting) = Setting::of(value) {
        return Some(Axis::Fixed(setting));
    }
    let is_endless = |value: &Json| value.is_null();
    if is_endless(value) || value.as_array().is_some_and(|all| all.iter().any(is_endless)) {
        problems.add(&path, "has a value that is no number or endless; give finite numbers");
        return None;
    }
    match value {
        Json::Array(all) if all.is_empty() => {
            problems.add(&path, "has no values; give at least one");
            None
        }
        Json::Array(all) => match all.iter().map(Setting::of).collect::<Option<Vec<Setting>>>() {
            Some(list) if has_units_in_part(&list) => {
                problems.add(&path, "has a unit at some of its values only; give all of them one");
                None
            }
            Some(list) => Some(Axis::List(list)),
            None => {
                problems.add(&path, wrong);
                None
            }
        },
        Json::Object(map) => between(&path, map, problems),
        _ => {
            problems.add(&path, wrong);
            None
        }
    }
}

/// Whether some values are quantities, and others are numbers alone.
fn has_units_in_part(list: &[Setting]) -> bool {
    let is_number = |value: &Setting| matches!(value, Setting::Whole(_) | Setting::Number(_));
    list.iter().any(|value| value.known_quantity().is_some()) && list.iter().any(is_number)
}

fn between(path: &str, map: &Map<String, Json>, problems: &mut Problems) -> Option<Axis> {
    problems.keys(map, &format!("{path}."), &["from", "to", "steps", "log"]);
    let mut end = |key: &str| {
        let found = map.get(key).and_then(Setting::of);
        let found = found.as_ref().and_then(Setting::quantity);
        let found = found.map(|(number, unit)| (number, unit.map(str::to_owned)));
        if found.is_none() {
            let at = format!("{path}.{key}");
            problems.add(&at, "must be a number, or a number with a unit such as \"0.1 mM\"");
        }
        found
    };
    let (low, unit) = end("from")?;
    let (high, high_unit) = end("to")?;
    let log = match map.get("log") {
        None => false,
        Some(Json::Bool(log)) => *log,
        Some(_) => {
            problems.add(&format!("{path}.log"), "must be true or false");
            return None;
        }
    };
    let high = match (&unit, &high_unit) {
        (Some(unit), Some(other)) => match factor(path, Some(other), unit) {
            Ok(factor) => factor.of(high),
            Err(error) => {
                problems.add(path, &error.to_string());
                return None;
            }
        },
        (None, None) => high,
        _ => {
            problems.add(path, "has a unit at one end only; give both ends one");
            return None;
        }
    };
    if low >= high {
        problems.add(path, "must go up: `from` is less than `to`");
        return None;
    }
    if log && low <= 0.0 {
        problems.add(path, "has equal ratios (`log`), and so begins above zero");
        return None;
    }
    let steps = whole(map, &format!("{path}."), "steps", 2..=MOST_POINTS as u64, problems);
    Some(Axis::Between { low, high, unit, log, steps })
}

/// A value of a range, in its unit.
fn in_unit(x: f64, unit: Option<&str>) -> Setting {
    match unit {
        None => Setting::Number(x),
        Some(unit) => Setting::Text(format!("{x:?} {unit}")),
    }
}

/// The values of a parameter that has them written out, or steps.
fn values(name: &str, axis: &Axis) -> Result<Vec<Setting>, String> {
    match axis {
        Axis::Fixed(setting) => Ok(vec![setting.clone()]),
        Axis::List(list) => Ok(list.clone()),
        Axis::Between { low, high, unit, log, steps } => {
            let Some(steps) = steps else {
                return Err(format!(
                    "parameters.{name} has no `steps`; give how many values there are"
                ));
            };
            let make = if *log { design::logspace } else { design::linspace };
            let numbers = make(*low, *high, *steps as usize).map_err(|e| e.to_string())?;
            Ok(numbers.into_iter().map(|x| in_unit(x, unit.as_deref())).collect())
        }
    }
}

fn grid(axes: &[(String, Axis)]) -> Result<Vec<Vec<Setting>>, String> {
    let lists: Result<Vec<Vec<Setting>>, String> = axes.iter().map(|(n, a)| values(n, a)).collect();
    let lists = lists?;
    let count = lists.iter().try_fold(1usize, |n, list| n.checked_mul(list.len()));
    within(count)?;
    let mut points = vec![Vec::with_capacity(lists.len())];
    for list in &lists {
        let longer = |point: Vec<Setting>| {
            list.iter().map(move |value| {
                let mut point = point.clone();
                point.push(value.clone());
                point
            })
        };
        points = points.into_iter().flat_map(longer).collect();
    }
    Ok(points)
}

fn zip(axes: &[(String, Axis)]) -> Result<Vec<Vec<Setting>>, String> {
    let mut lists = Vec::with_capacity(axes.len());
    for (name, axis) in axes {
        lists.push((name, matches!(axis, Axis::Fixed(_)), values(name, axis)?));
    }
    let long = lists.iter().filter(|(_, is_fixed, _)| !is_fixed);
    let (first, count) = match long.clone().next() {
        Some((name, _, list)) => (name.as_str(), list.len()),
        None => ("", 1),
    };
    if let Some((name, _, list)) = long.clone().find(|(_, _, list)| list.len() != count) {
        return Err(format!(
            "design.kind is `zip`, and parameters.{first} has {count} values where parameters.{name} has {}",
            list.len()
        ));
    }
    within(Some(count))?;
    let at = |list: &[Setting], i: usize| list.get(i).or(list.first()).cloned();
    Ok((0..count).map(|i| lists.iter().filter_map(|(_, _, l)| at(l, i)).collect()).collect())
}

/// A design that fills space between the ends of ranges.
fn filled(
    kind: &str,
    axes: &[(String, Axis)],
    count: Option<u64>,
    seed: u64,
) -> Result<Vec<Vec<Setting>>, String> {
    let Some(count) = count else {
        return Err(format!("design.points is missing: how many points the design `{kind}` has"));
    };
    within(usize::try_from(count).ok())?;
    let mut ranges = Vec::new();
    for (name, axis) in axes {
        match axis {
            Axis::Fixed(_) => {}
            Axis::List(_) => {
                return Err(format!(
                    "parameters.{name} is a list, and the design `{kind}` wants ranges: \
                     {{from = 0.1, to = 10, log = true}}"
                ));
            }
            Axis::Between { steps: Some(_), .. } => {
                return Err(format!(
                    "parameters.{name}.steps is for a grid; the design is `{kind}`"
                ));
            }
            Axis::Between { low, high, log, .. } => {
                let range = Range::new(name.as_str(), *low, *high).map_err(|e| e.to_string())?;
                let range = if *log { range.log().map_err(|e| e.to_string())? } else { range };
                ranges.push(range);
            }
        }
    }
    let made: Design = if kind == "sobol" {
        design::sobol(&ranges, count as usize, Some(seed))
    } else {
        design::latin_hypercube(&ranges, count as usize, seed)
    }
    .map_err(|error| error.to_string())?;
    let point = |numbers: &Vec<f64>| {
        let mut numbers = numbers.iter();
        let one = |(_, axis): &(String, Axis)| match axis {
            Axis::Fixed(setting) => Some(setting.clone()),
            Axis::Between { unit, .. } => numbers.next().map(|x| in_unit(*x, unit.as_deref())),
            Axis::List(_) => None,
        };
        axes.iter().filter_map(one).collect()
    };
    Ok(made.points.iter().map(point).collect())
}

fn within(count: Option<usize>) -> Result<(), String> {
    match count.filter(|&count| (1..=MOST_POINTS).contains(&count)) {
        Some(_) => Ok(()),
        None => Err(format!("the plan has no points, or more than {MOST_POINTS}")),
    }
}

/// The message for a name that is no parameter of the script.
pub(crate) fn unknown(name: &str, valid: &[String]) -> String {
    let near = hint(nearest(name, valid.iter().map(String::as_str)));
    let mut told = valid.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    if valid.len() > NAMED {
        told.push_str(&format!(" and {} more", valid.len() - NAMED));
    }
    format!("`{name}` is unknown{near}; valid names: {told}")
}

/// The error for a histogram of what has no numbers.
pub(crate) fn no_histogram<'a>(
    name: &str,
    mut outputs: impl Iterator<Item = &'a str>,
    numbers: &[String],
) -> BatchError {
    let why = match outputs.any(|output| output == name) {
        true => format!("`{name}` has no numbers, and so no histogram"),
        false => unknown(name, numbers),
    };
    BatchError::Outputs(format!("statistics.histograms: {why}"))
}
