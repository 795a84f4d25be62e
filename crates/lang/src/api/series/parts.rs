//! What the functions of arrays share.

use std::ops::{Range, RangeInclusive};

use rhai::{Array, Dynamic, EvalAltResult, NativeCallContext, Position};

use crate::display::text_of;
use crate::error::raise;
use crate::number::{kind, number, whole};
use crate::series::{Series, Unit, spaced};
use crate::{LangError, RhaiResultOf};

/// The numbers of an array, with their mean and variance.
pub(super) fn spread(
    function: &'static str,
    values: &[Dynamic],
) -> RhaiResultOf<(Series, (f64, f64))> {
    let series = Series::read(function, values).map_err(raise)?;
    let moments = series.spread().map_err(raise)?;
    Ok((series, moments))
}

/// The whole numbers of an array of nothing else.
fn integers(values: &[Dynamic]) -> Option<Vec<i64>> {
    values.iter().map(|value| value.as_int().ok()).collect()
}

fn too_large(what: &str) -> Box<EvalAltResult> {
    raise(LangError::TooLarge { what: what.to_owned() })
}

pub(super) fn running_sums(values: &[Dynamic]) -> RhaiResultOf<Array> {
    if values.is_empty() {
        return Ok(Array::new());
    }
    let series = Series::read("cumsum", values).map_err(raise)?;
    if let Some(integers) = integers(values) {
        let mut sum = 0_i64;
        let next = |n: i64| {
            sum = sum.checked_add(n).ok_or_else(|| too_large("a sum of cumsum"))?;
            Ok(Dynamic::from_int(sum))
        };
        return integers.into_iter().map(next).collect();
    }
    let mut sum = 0.0;
    let next = |x: &f64| {
        sum += x;
        series.give(sum).map_err(raise)
    };
    series.values.iter().map(next).collect()
}

pub(super) fn differences(values: &[Dynamic]) -> RhaiResultOf<Array> {
    let series = Series::read("diff", values).map_err(raise)?;
    if let Some(integers) = integers(values) {
        let next = |pair: &[i64]| {
            let difference = pair[1].checked_sub(pair[0]);
            difference.map(Dynamic::from_int).ok_or_else(|| too_large("a difference of diff"))
        };
        return integers.windows(2).map(next).collect();
    }
    let next = |pair: &[f64]| series.give(pair[1] - pair[0]).map_err(raise);
    series.values.windows(2).map(next).collect()
}

/// Numbers between two ends.
pub(super) fn numbers_between(
    function: &'static str,
    from: &Dynamic,
    to: &Dynamic,
    count: &Dynamic,
    logarithmic: bool,
) -> RhaiResultOf<Array> {
    let wrong = |what: &str, expected, value: &Dynamic| {
        let what = format!("{what} of {function}");
        raise(LangError::WrongType { what, expected, got: kind(value) })
    };
    let finite = "a finite number or quantity";
    let first = Unit::of(from).filter(|(x, _)| x.is_finite());
    let (first, unit) = first.ok_or_else(|| wrong("from", finite, from))?;
    let last = unit.read(to).filter(|x| x.is_finite());
    let last = last.ok_or_else(|| wrong("to", "finite and of the same kind as the first", to))?;
    let expected = "a whole number from 2 to 1000000";
    let what = format!("the count of {function}");
    let count = whole(&what, count, 2..=1_000_000, expected).map_err(raise)? as usize;
    let Some(mut all) = spaced(first, last, count, logarithmic) else {
        let expected = "both more than 0, or both less";
        return Err(wrong("from", expected, from));
    };
    let end = all.pop();
    let mut given: Array =
        all.iter().map(|x| unit.give(*x)).collect::<Result<_, _>>().map_err(raise)?;
    given.push(unit.give(end.unwrap_or(last)).map_err(raise)?);
    Ok(given)
}

/// The part of an array in a range of places, or from a place to the end.
pub(super) fn part(values: &[Dynamic], range: &Dynamic) -> Result<Array, LangError> {
    let length = values.len();
    if let Some(range) = range.clone().try_cast::<Range<i64>>() {
        return between(values, range.start, range.end, &format!("{}..{}", range.start, range.end));
    }
    if let Some(range) = range.clone().try_cast::<RangeInclusive<i64>>() {
        let (start, end) = (*range.start(), *range.end());
        let told = format!("{start}..={end}");
        // What ends with the last element ends before none.
        let behind = if end == -1 { Some(length as i64) } else { end.checked_add(1) };
        let behind = behind.ok_or_else(|| LangError::Slice { length, part: told.clone() })?;
        return between(values, start, behind, &told);
    }
    let expected = "a range of places, such as 1..4, or a place, such as -3";
    let start = whole("the range of slice", range, i64::MIN..=i64::MAX, expected)?;
    between(values, start, length as i64, &format!("from {start} on"))
}

/// The part of an array from a place up to another.
pub(super) fn part_between(
    values: &[Dynamic],
    from: &Dynamic,
    to: &Dynamic,
) -> Result<Array, LangError> {
    let expected = "a whole number";
    let from = whole("from of slice", from, i64::MIN..=i64::MAX, expected)?;
    let to = whole("to of slice", to, i64::MIN..=i64::MAX, expected)?;
    between(values, from, to, &format!("from {from} to {to}"))
}

fn between(values: &[Dynamic], from: i64, to: i64, told: &str) -> Result<Array, LangError> {
    let length = values.len();
    let place = |n: i64| {
        let n = if n < 0 { n.checked_add(length as i64)? } else { n };
        usize::try_from(n).ok().filter(|n| *n <= length)
    };
    let none = || LangError::Slice { length, part: told.to_owned() };
    let (from, to) = place(from).zip(place(to)).ok_or_else(none)?;
    values.get(from..to).map(<[Dynamic]>::to_vec).ok_or_else(none)
}

/// The values of an array as one text.
pub(super) fn text_between(
    context: &NativeCallContext,
    values: &[Dynamic],
    separator: &str,
) -> RhaiResultOf<String> {
    let most = context.engine().max_string_size();
    let mut text = String::new();
    for (i, value) in values.iter().enumerate() {
        if i > 0 {
            text.push_str(separator);
        }
        text.push_str(&text_of(context, value));
        if most > 0 && text.len() > most {
            let what = "Length of string".to_owned();
            return Err(EvalAltResult::ErrorDataTooLarge(what, Position::NONE).into());
        }
    }
    Ok(text)
}

/// The digits of `round`.
pub(crate) fn digits(value: &Dynamic) -> RhaiResultOf<i64> {
    number("the digits of round", value).map_err(raise)?;
    let expected = "a whole number from -400 to 400";
    whole("the digits of round", value, -400..=400, expected).map_err(raise)
}
