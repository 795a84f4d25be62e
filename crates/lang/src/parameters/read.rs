//! Values from what is given: texts with units, and data.

use rhai::{Array, Dynamic, Map};

use super::error::ParameterError;
use super::kind::Kind;
use crate::error::LangError;
use crate::number::{kind, plain};
use crate::quantity::{amount, seconds};
use bioxen_base::nearest::nearest;
use bioxen_base::units::{
    Concentration, ConcentrationUnit, Duration, Kilobases, Percent, TimeUnit, short,
};

/// The longest part of a value that an error repeats [characters].
const LONGEST: usize = 60;

/// A number of a unit; nothing if there is no such unit.
///
/// # Errors
/// When it is out of range.
pub fn quantity(number: f64, unit: &str) -> Option<Result<Dynamic, LangError>> {
    let time = |unit: TimeUnit| {
        seconds(number * unit.seconds()).map(|time| Dynamic::from(Duration::new(time, unit)))
    };
    let amount = |unit| Ok(Dynamic::from(Concentration::new(number, unit)));
    Some(match unit {
        "s" => time(TimeUnit::Second),
        "min" => time(TimeUnit::Minute),
        "h" => time(TimeUnit::Hour),
        "kb" => Ok(Dynamic::from(Kilobases(number))),
        "percent" | "%" => Ok(Dynamic::from(Percent(number))),
        "mM" => amount(ConcentrationUnit::Millimolar),
        "uM" | "\u{b5}M" | "\u{3bc}M" => amount(ConcentrationUnit::Micromolar),
        "nM" => amount(ConcentrationUnit::Nanomolar),
        _ => return None,
    })
}

/// A value as an error and a list show it.
pub fn shown(value: &Dynamic) -> String {
    let text = if let Some(array) = value.read_lock::<Array>() {
        let all: Vec<String> = array.iter().take(LONGEST).map(shown).collect();
        format!("[{}]", all.join(", "))
    } else if let Ok(text) = value.clone().into_string() {
        format!("\"{text}\"")
    } else if let Some((number, unit)) = amount(value) {
        format!("{} {}", short(number), if unit == "percent" { "%" } else { unit })
    } else if let Ok(number) = value.as_float() {
        if number.fract() == 0.0 && number.abs() < 1e15 {
            format!("{number:.1}")
        } else {
            short(number)
        }
    } else {
        value.to_string()
    };
    cut(&text)
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}..", &text[..end]),
        None => text.to_owned(),
    }
}

/// For which parameter something is read.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    /// Its name.
    pub(super) name: &'a str,
    /// What is read, in words.
    pub(super) what: &'a str,
    /// The unit of plain numbers.
    pub(super) unit: Option<&'a str>,
}

impl Reader<'_> {
    fn wrong(&self, kind: &Kind, got: String) -> LangError {
        let expected = match self.unit {
            Some(unit) if kind.units().is_empty() => format!("{} [{unit}]", kind.expected()),
            _ => kind.expected(),
        };
        let (what, name) = (self.what.to_owned(), self.name.to_owned());
        ParameterError::WrongType { what, name, expected, got }.into()
    }

    /// A value that must have a type.
    ///
    /// # Errors
    /// When it has another one.
    pub(super) fn value(&self, of: &Kind, value: &Dynamic) -> Result<Dynamic, LangError> {
        let value = value.flatten_clone();
        if let Kind::List(one) = of {
            let array = value.read_lock::<Array>().map(|array| array.clone());
            let array = array.ok_or_else(|| self.wrong(of, kind(&value)))?;
            return self.all(&array, |reader, value| reader.value(one, value));
        }
        let fits = Kind::of_one(&value).is_some_and(|found| found == *of);
        if fits && !value.is_float() {
            return Ok(value);
        }
        let found = match of {
            Kind::Number => plain(&value).filter(|x| x.is_finite()).map(Dynamic::from_float),
            Kind::Whole => value.as_float().ok().and_then(whole),
            _ => None,
        };
        if let Some(found) = found {
            return Ok(found);
        }
        if let Ok(text) = value.clone().into_string()
            && (!of.units().is_empty() || self.unit.is_some() && plain_kind(of))
        {
            return self.text(of, &text);
        }
        // As results of programs have it: {"value": 1, "unit": "mM"}.
        if let Some((number, unit)) = parts(&value).filter(|_| !of.units().is_empty()) {
            return self.with_unit(of, number, &unit);
        }
        Err(self.wrong(of, kind(&value)))
    }

    /// A text that stands for a value.
    ///
    /// # Errors
    /// When it does not.
    pub(super) fn text(&self, of: &Kind, given: &str) -> Result<Dynamic, LangError> {
        let text = given.trim();
        let wrong = || self.wrong(of, format!("`{}`", cut(text)));
        let bare = |text: &str| match self.unit {
            Some(unit) => text.strip_suffix(unit).unwrap_or(text).trim_end().to_owned(),
            None => text.to_owned(),
        };
        match of {
            Kind::Text => Ok(given.into()),
            Kind::Truth => text.parse::<bool>().map(Dynamic::from).map_err(|_| wrong()),
            Kind::Number => finite(&bare(text)).map(Dynamic::from_float).ok_or_else(wrong),
            Kind::Whole => {
                let text = bare(text);
                let found = text.parse::<i64>().ok().map(Dynamic::from_int);
                found.or_else(|| finite(&text).and_then(whole)).ok_or_else(wrong)
            }
            Kind::List(one) => {
                let inner = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
                let items: Vec<&str> = inner.unwrap_or(text).split(',').map(unquoted).collect();
                let items = if items == [""] { Vec::new() } else { items };
                self.all(&items, |reader, item| reader.text(one, item))
            }
            _ => {
                let start = text.trim_end_matches(|c: char| c.is_alphabetic() || c == '%').len();
                let (number, unit) = text.split_at(start);
                let number = number.trim_end();
                // As scripts write it: `1.mM`, `1.5.mM`.
                let number = finite(number).or_else(|| finite(number.strip_suffix('.')?));
                let number = number.filter(|_| !unit.is_empty());
                self.with_unit(of, number.ok_or_else(wrong)?, unit)
            }
        }
    }

    fn with_unit(&self, of: &Kind, number: f64, unit: &str) -> Result<Dynamic, LangError> {
        let Some(found) = quantity(number, unit) else {
            let valid = of.units().to_vec();
            let nearest = nearest(unit, valid.iter().copied()).map(str::to_owned);
            let (what, name, given) = (self.what.into(), self.name.into(), cut(unit));
            return Err(ParameterError::Unit { what, name, given, nearest, valid }.into());
        };
        let found = found?;
        if Kind::of_one(&found).as_ref() == Some(of) {
            Ok(found)
        } else {
            Err(self.wrong(of, kind(&found)))
        }
    }

    fn all<T>(
        &self,
        items: &[T],
        read: impl Fn(&Reader<'_>, &T) -> Result<Dynamic, LangError>,
    ) -> Result<Dynamic, LangError> {
        let one = |(place, item): (usize, &T)| {
            let what = format!("entry {place} of {}", self.what);
            read(&Reader { what: &what, ..*self }, item)
        };
        items.iter().enumerate().map(one).collect::<Result<Array, _>>().map(Dynamic::from)
    }
}

fn plain_kind(kind: &Kind) -> bool {
    matches!(kind, Kind::Number | Kind::Whole)
}

fn finite(text: &str) -> Option<f64> {
    let begins = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '+'));
    text.parse::<f64>().ok().filter(|x| x.is_finite() && begins)
}

fn whole(number: f64) -> Option<Dynamic> {
    (number.fract() == 0.0 && number.abs() < 9e15).then(|| Dynamic::from_int(number as i64))
}

fn unquoted(item: &str) -> &str {
    let item = item.trim();
    let within = |quote| item.strip_prefix(quote)?.strip_suffix(quote);
    within('"').or_else(|| within('\'')).unwrap_or(item)
}

/// The number and the unit of a map of both.
fn parts(value: &Dynamic) -> Option<(f64, String)> {
    let map = value.read_lock::<Map>()?;
    let number = plain(map.get("value")?)?;
    (map.len() == 2).then_some((number, map.get("unit")?.clone().into_string().ok()?))
}
