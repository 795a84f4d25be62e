//! What was measured: one set of values, or several with names.

use rhai::{Array, Dynamic, Map};

use super::Wishes;
use crate::api::tables::column_names;
use crate::cells;
use crate::number::kind;
use crate::series::{Series, Unit};
use crate::text::counted;
use crate::{LangError, Table};
use bioxen_base::nearest::nearest;

/// Values that were measured under one condition.
#[derive(Debug, Clone)]
pub(super) struct Set {
    /// Its name, unless it is the only one and has none.
    pub(super) name: Option<String>,
    /// The unit of its values.
    pub(super) unit: Unit,
    /// How many values were given, those that are missing included.
    pub(super) given: usize,
    /// Which of them were measured.
    pub(super) places: Vec<usize>,
    /// These.
    pub(super) values: Vec<f64>,
    /// Where each of the given ones was measured, if that is known.
    pub(super) x: Option<Series>,
}

impl Set {
    /// What is said of it: `the values of fit`, or with its name.
    fn what(name: Option<&str>) -> String {
        name.map_or_else(
            || "the values of fit".to_owned(),
            |n| format!("the values of `{n}` of fit"),
        )
    }

    /// Reads an array. `()` and NaN stand for what was not measured. `units` are those of the sets before: values
    /// of one kind are counted in one unit.
    fn read(name: Option<&str>, array: &[Dynamic], units: &[Unit]) -> Result<Self, LangError> {
        let what = || Self::what(name);
        if array.is_empty() {
            let (expected, got) = ("an array with something in it", "an empty one".to_owned());
            return Err(LangError::WrongType { what: what(), expected, got });
        }
        let wrong = |i: usize, expected, got: &str| LangError::WrongType {
            what: what(),
            expected,
            got: format!("{got} (number {i}, counted from 0)"),
        };
        let mut unit = None;
        let (mut places, mut values) = (Vec::new(), Vec::new());
        for (i, value) in array.iter().enumerate().filter(|(_, value)| !value.is_unit()) {
            let all = "numbers, or quantities of one kind";
            let unit = match unit {
                Some(unit) => unit,
                None => {
                    let known = units.iter().find(|known| known.read(value).is_some()).copied();
                    let own = || Unit::of(value).map(|(_, unit)| unit);
                    *unit.insert(known.or_else(own).ok_or_else(|| wrong(i, all, &kind(value)))?)
                }
            };
            let x = unit.read(value).ok_or_else(|| wrong(i, all, &kind(value)))?;
            if x.is_infinite() {
                return Err(wrong(
                    i,
                    "finite numbers, or () where nothing was measured",
                    &x.to_string(),
                ));
            }
            if !x.is_nan() {
                places.push(i);
                values.push(x);
            }
        }
        let (Some(unit), false) = (unit, values.is_empty()) else {
            return Err(LangError::WrongType {
                what: what(),
                expected: "at least one number that was measured",
                got: format!("{}, all unknown", counted(array.len(), "value")),
            });
        };
        let name = name.map(str::to_owned);
        Ok(Self { name, unit, given: array.len(), places, values, x: None })
    }

    /// How it is called in tables and texts.
    pub(super) fn label(&self) -> &str {
        self.name.as_deref().unwrap_or("measured")
    }
}

/// All that was measured.
#[derive(Debug, Clone)]
pub(super) struct Sets {
    /// The sets, in the order of their names.
    pub(super) all: Vec<Set>,
}

impl Sets {
    /// Reads what was given to `fit`: an array, a map of arrays, or a table with the names of its columns.
    ///
    /// # Errors
    /// When it is none of these, or holds something that was not measured.
    pub(super) fn read(measured: &Dynamic, wishes: &Wishes) -> Result<Self, LangError> {
        if let Some(table) = measured.read_lock::<Table>() {
            return Self::of_table(&table, wishes);
        }
        if let Some(y) = &wishes.y {
            let expected = "left out, since what was measured is no table";
            return Err(LangError::WrongType { what: "y".into(), expected, got: kind(y) });
        }
        let mut sets = if let Some(array) = measured.read_lock::<Array>() {
            Self { all: vec![Set::read(None, &array, &[])?] }
        } else if let Some(map) = measured.read_lock::<Map>() {
            Self::named(map.iter().map(|(name, value)| (name.to_string(), value.clone())))?
        } else {
            return Err(LangError::WrongType {
                what: "what was measured, for fit,".to_owned(),
                expected: "an array of values, a map of names and arrays, or a table with the option y",
                got: kind(measured),
            });
        };
        if let Some(x) = &wishes.x {
            sets.place(x)?;
        }
        Ok(sets)
    }

    fn named(given: impl Iterator<Item = (String, Dynamic)>) -> Result<Self, LangError> {
        let (mut all, mut units): (Vec<Set>, Vec<Unit>) = (Vec::new(), Vec::new());
        for (name, value) in given {
            let Some(array) = value.read_lock::<Array>() else {
                let (what, expected) = (Set::what(Some(&name)), "an array of what was measured");
                return Err(LangError::WrongType { what, expected, got: kind(&value) });
            };
            let set = Set::read(Some(&name), &array, &units)?;
            units.push(set.unit);
            all.push(set);
        }
        if all.is_empty() {
            let (expected, got) = ("at least one data set", "an empty map".to_owned());
            return Err(LangError::WrongType { what: Set::what(None), expected, got });
        }
        Ok(Self { all })
    }

    fn of_table(table: &Table, wishes: &Wishes) -> Result<Self, LangError> {
        let valid = || table.names().collect::<Vec<_>>().join(", ");
        let Some(y) = &wishes.y else {
            return Err(LangError::Noticed {
                message: "a fit to a table needs to know which column was measured".to_owned(),
                help: vec![format!(
                    "give the option `y`, a column or an array of these: {}",
                    valid()
                )],
            });
        };
        let names = column_names("y", y)?;
        let values = |name: &str| Ok::<_, LangError>(cells::values(table.column(name)?));
        let mut sets = if y.is_array() {
            let mut columns: Vec<(String, Dynamic)> = Vec::new();
            for name in &names {
                columns.push((name.clone(), values(name)?.into()));
            }
            columns.sort_by(|a, b| a.0.cmp(&b.0));
            Self::named(columns.into_iter())?
        } else {
            Self { all: vec![Set::read(None, &values(&names[0])?, &[])?] }
        };
        match &wishes.x {
            Some(x) if x.is_string() => sets.place(&values(&x.to_string())?.into())?,
            Some(x) => sets.place(x)?,
            None => {}
        }
        Ok(sets)
    }

    /// Takes where the values were measured: an array for all, or a map of arrays by the names of the sets.
    fn place(&mut self, x: &Dynamic) -> Result<(), LangError> {
        let map = x.read_lock::<Map>().map(|map| map.clone());
        if let Some(map) = &map {
            for name in map.keys() {
                self.known(name, "data set")?;
            }
        }
        let mut first: Option<Unit> = None;
        for set in &mut self.all {
            let what = match &set.name {
                Some(name) => format!("x of `{name}` of fit"),
                None => "x of fit".to_owned(),
            };
            let own = match (&map, &set.name) {
                (Some(map), Some(name)) => map.get(name.as_str()).cloned().unwrap_or_default(),
                _ => x.clone(),
            };
            let wrong = |expected, got| LangError::WrongType { what: what.clone(), expected, got };
            let array = own.read_lock::<Array>().map(|array| array.to_vec());
            let expected = "an array with a place for each value that was measured";
            let array = array.ok_or_else(|| wrong(expected, kind(&own)))?;
            if array.len() != set.given {
                return Err(wrong(expected, format!("{} for {}", array.len(), set.given)));
            }
            let mut series = Series::read("x of fit", &array)?;
            if let Some(unit) = first {
                let all: Option<Vec<f64>> = array.iter().map(|x| unit.read(x)).collect();
                let expected = "of the kind that the other data sets have";
                series.values = all.ok_or_else(|| wrong(expected, kind(&array[0])))?;
                series.unit = unit;
            }
            first = Some(series.unit);
            set.x = Some(series);
        }
        Ok(())
    }

    /// How many values were measured.
    pub(super) fn count(&self) -> usize {
        self.all.iter().map(|set| set.values.len()).sum()
    }

    /// All that was measured, one set after the other.
    pub(super) fn measured(&self) -> Vec<f64> {
        self.all.iter().flat_map(|set| set.values.iter().copied()).collect()
    }

    /// Whether the sets have names.
    pub(super) fn are_named(&self) -> bool {
        self.all.iter().all(|set| set.name.is_some())
    }

    /// Whether all are counted in one unit.
    pub(super) fn have_one_unit(&self) -> bool {
        self.all.iter().all(|set| set.unit.symbol() == self.all[0].unit.symbol())
    }

    /// The place of the set of a name.
    ///
    /// # Errors
    /// When there is none.
    pub(super) fn known(&self, name: &str, kind: &'static str) -> Result<usize, LangError> {
        let names = || self.all.iter().filter_map(|set| set.name.as_deref());
        names().position(|known| known == name).ok_or_else(|| LangError::UnknownName {
            kind,
            given: name.to_owned(),
            nearest: nearest(name, names()).map(str::to_owned),
            valid: names().map(str::to_owned).collect(),
        })
    }

    /// The part of values of all sets that belongs to each.
    pub(super) fn parts<'a, T>(&'a self, all: &'a [T]) -> impl Iterator<Item = (&'a Set, &'a [T])> {
        let mut rest = all;
        self.all.iter().map(move |set| {
            let (own, others) = rest.split_at(set.values.len().min(rest.len()));
            rest = others;
            (set, own)
        })
    }

    /// What is said of values that were not measured.
    pub(super) fn missing(&self) -> Vec<String> {
        let gaps = self.all.iter().filter(|set| set.places.len() < set.given);
        let told = |set: &Set| {
            let (missing, of) = (set.given - set.places.len(), counted(set.given, "value"));
            let name = set.name.as_ref().map_or(String::new(), |name| format!(" of `{name}`"));
            let was = if missing == 1 { "is unknown, and was" } else { "are unknown, and were" };
            format!("{missing} of the {of}{name} {was} left out")
        };
        gaps.map(told).collect()
    }
}
