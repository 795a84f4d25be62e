//! Conversion of arguments: integers where numbers are expected, and errors in the words of the language.

use std::ops::{Range, RangeInclusive};
use std::time::Instant;

use rhai::{Array, Dynamic, Map};

use super::Snapshot;
use super::error::LangError;
use super::value::{
    DisplayHandle, Ensemble, EventHandle, FigureValue, Fit, Grouped, Plate, Population, Status,
    Table, Trace, Vm,
};
use bioxen_base::nearest::nearest;
use bioxen_base::units::{Concentration, Duration, Kilobases, Percent, Time, short};

/// What a value is, in words.
pub fn kind(value: &Dynamic) -> String {
    if value.is_unit() {
        return "nothing".to_owned();
    }
    let text = |what: &str| format!("{what} {value}");
    if let Ok(number) = value.as_float() {
        if number.fract() == 0.0 || !number.is_finite() {
            text("the plain number")
        } else {
            format!("the plain number {}", short(number))
        }
    } else if value.is_int() {
        text("the plain number")
    } else if value.is_string() {
        format!("the string \"{value}\"")
    } else if value.is_bool() {
        text("the truth value")
    } else if value.is_array() {
        "an array".to_owned()
    } else if value.is_map() {
        "a map".to_owned()
    } else if let Some(time) = value.clone().try_cast::<Duration>() {
        format!("the time {time}")
    } else if let Some(length) = value.clone().try_cast::<Kilobases>() {
        format!("the DNA length {length}")
    } else if let Some(percent) = value.clone().try_cast::<Percent>() {
        format!("the percentage {percent}")
    } else if let Some(concentration) = value.clone().try_cast::<Concentration>() {
        format!("the concentration {concentration}")
    } else if value.is_char() {
        text("the character")
    } else {
        let known = [
            (value.is::<Vm>(), "a VM"),
            (value.is::<Trace>(), "a trace"),
            (value.is::<FigureValue>(), "a figure"),
            (value.is::<Table>(), "a table"),
            (value.is::<Fit>(), "a fit"),
            (value.is::<Grouped>(), "a table in groups"),
            (value.is::<Plate>(), "a plate"),
            (value.is::<Status>(), "a status"),
            (value.is_fnptr(), "a function"),
            (value.is_blob(), "a row of bytes"),
            (value.is::<Ensemble>(), "an ensemble"),
            (value.is::<Population>(), "a population"),
            (value.is::<Snapshot>(), "a snapshot"),
            (value.is::<EventHandle>(), "an event"),
            (value.is::<DisplayHandle>(), "what `display(..)` gave"),
            (value.is::<LangError>(), "an error"),
            (value.is::<Range<i64>>() || value.is::<RangeInclusive<i64>>(), "a range"),
            (value.is::<Instant>(), "a time of the clock"),
        ];
        let found = known.iter().find(|(is, _)| *is);
        found.map_or("a value of another kind", |(_, name)| name).to_owned()
    }
}

fn wrong(what: &str, expected: &'static str, got: &Dynamic) -> LangError {
    LangError::WrongType { what: what.to_owned(), expected, got: kind(got) }
}

/// A plain number, integer or not.
pub fn plain(value: &Dynamic) -> Option<f64> {
    value.as_float().ok().or_else(|| value.as_int().ok().map(|n| n as f64))
}

/// A number.
///
/// # Errors
/// When it is none.
pub fn number(what: &str, value: &Dynamic) -> Result<f64, LangError> {
    plain(value).ok_or_else(|| wrong(what, "a number", value))
}

/// A whole number; one that was calculated, such as 4.0, is whole, too.
///
/// # Errors
/// When it is none, or out of range; `expected` says what would be right.
pub fn whole(
    what: &str,
    value: &Dynamic,
    range: std::ops::RangeInclusive<i64>,
    expected: &'static str,
) -> Result<i64, LangError> {
    let exact = value.as_float().ok().filter(|x| x.fract() == 0.0 && x.abs() < 9e15);
    let number = value.as_int().ok().or(exact.map(|x| x as i64));
    number.filter(|n| range.contains(n)).ok_or_else(|| wrong(what, expected, value))
}

/// A percentage, as a number or with its unit.
///
/// # Errors
/// When it is neither.
pub fn percent(what: &str, value: &Dynamic) -> Result<f64, LangError> {
    plain(value)
        .or_else(|| value.clone().try_cast::<Percent>().map(|p| p.0))
        .ok_or_else(|| wrong(what, "a percentage, such as 40 or 40.percent", value))
}

/// A length of DNA [kb], as a number or with its unit.
///
/// # Errors
/// When it is neither.
pub fn kilobases(what: &str, value: &Dynamic) -> Result<f64, LangError> {
    plain(value)
        .or_else(|| value.clone().try_cast::<Kilobases>().map(|k| k.0))
        .ok_or_else(|| wrong(what, "a DNA length, such as 20 or 20.kb", value))
}

/// A concentration [mM]; a plain number is refused, since nobody knows of what.
///
/// # Errors
/// When it is no concentration.
pub fn concentration(what: &str, value: &Dynamic) -> Result<f64, LangError> {
    let given = value.clone().try_cast::<Concentration>();
    given
        .map(Concentration::millimolar)
        .ok_or_else(|| wrong(what, "a concentration, such as 1.mM, 50.uM or 10.nM", value))
}

/// A time; a plain number is refused, since nobody knows of what.
///
/// # Errors
/// When it is no time.
pub fn time(what: &str, value: &Dynamic) -> Result<Time, LangError> {
    value
        .clone()
        .try_cast::<Duration>()
        .map(Duration::time)
        .ok_or_else(|| wrong(what, "a time, such as 10.min, 30.s or 2.h", value))
}

/// Names: one string or an array of strings.
///
/// # Errors
/// When it is something else.
pub fn names(what: &str, value: &Dynamic) -> Result<Vec<String>, LangError> {
    let expected = "a name or an array of names, such as [\"lacZ\"]";
    if let Ok(one) = value.clone().into_string() {
        return Ok(vec![one]);
    }
    let array = value.clone().try_cast::<Array>().ok_or_else(|| wrong(what, expected, value))?;
    array
        .into_iter()
        .map(|item| item.clone().into_string().map_err(|_| wrong(what, expected, &item)))
        .collect()
}

/// The same, at least one: who names nothing does not mean everything.
///
/// # Errors
/// When it is something else, or an empty array.
pub fn some_names(what: &str, value: &Dynamic) -> Result<Vec<String>, LangError> {
    let names = names(what, value)?;
    if names.is_empty() {
        let expected = "a name or an array of names, such as [\"lacZ\"]; leave it out for all";
        let got = "an empty array".to_owned();
        return Err(LangError::WrongType { what: what.to_owned(), expected, got });
    }
    Ok(names)
}

/// Refuses keys of an option map that are not known.
///
/// # Errors
/// At the first unknown key; the error names the nearest.
pub fn only(
    function: &'static str,
    options: &Map,
    valid: &[&'static str],
) -> Result<(), LangError> {
    match options.keys().find(|key| !valid.contains(&key.as_str())) {
        None => Ok(()),
        Some(key) => Err(LangError::UnknownOption {
            function,
            given: key.to_string(),
            nearest: nearest(key, valid.iter().copied()).map(str::to_owned),
            valid: valid.to_vec(),
        }),
    }
}

/// A map, which an option may be.
///
/// # Errors
/// When it is none.
pub fn map(what: &str, value: &Dynamic) -> Result<Map, LangError> {
    value
        .clone()
        .try_cast::<Map>()
        .ok_or_else(|| wrong(what, "a map, such as #{max_ribosomes: 500}", value))
}
