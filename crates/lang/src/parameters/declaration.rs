//! The declaration of a parameter: `param(name, default, options)`.

use std::cmp::Ordering;

use rhai::{Array, Dynamic, Map};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Given;
use super::error::ParameterError;
use super::kind::Kind;
use super::read::{Reader, shown};
use crate::error::LangError;
use crate::number::{kind, only};
use crate::quantity::{as_json, order};
use bioxen_base::nearest::nearest;

/// The keys of the options.
const OPTIONS: [&str; 5] = ["min", "max", "unit", "help", "choices"];

/// A parameter as a script declares it, with its values as `V`; a checkpoint has their places.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Declaration<V = Dynamic> {
    /// The name.
    pub name: String,
    /// The type of its values.
    pub kind: Kind,
    /// Its value where none is given.
    pub default: V,
    /// Between what it may be.
    pub limits: Limits<V>,
    /// What is said of it.
    note: Note,
    /// What it may be; anything, if there are none.
    pub choices: Vec<V>,
}

impl<V> Declaration<V> {
    /// The same with other values, in the order in which checkpoints number them.
    pub(crate) fn try_map<W, E>(
        self,
        mut of: impl FnMut(V) -> Result<W, E>,
    ) -> Result<Declaration<W>, E> {
        let choices = self.choices.into_iter().map(&mut of).collect::<Result<_, _>>()?;
        let default = of(self.default)?;
        let min = self.limits.min.map(&mut of).transpose()?;
        let max = self.limits.max.map(&mut of).transpose()?;
        let (name, kind, note) = (self.name, self.kind, self.note);
        Ok(Declaration { name, kind, default, limits: Limits { min, max }, note, choices })
    }
}

/// The least and the most that a value may be.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Limits<V = Dynamic> {
    /// The least.
    pub min: Option<V>,
    /// The most.
    pub max: Option<V>,
}

impl Limits {
    fn hold(&self, value: &Dynamic) -> bool {
        let below = self.min.as_ref().is_some_and(|min| is_less(value, min));
        let above = self.max.as_ref().is_some_and(|max| is_less(max, value));
        !below && !above
    }

    /// In words, if there are any.
    fn words(&self) -> Option<String> {
        Some(match (&self.min, &self.max) {
            (Some(min), Some(max)) => format!("from {} to {}", shown(min), shown(max)),
            (Some(min), None) => format!("at least {}", shown(min)),
            (None, Some(max)) => format!("at most {}", shown(max)),
            (None, None) => return None,
        })
    }
}

/// What is said of a parameter.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Note {
    /// The unit of a plain number.
    unit: Option<String>,
    /// What it is.
    help: Option<String>,
}

/// Whether a parameter may have a name.
pub(super) fn check_name(name: &str) -> Result<(), LangError> {
    let begins = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
    if begins && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.')) {
        return Ok(());
    }
    Err(ParameterError::BadName { name: name.to_owned() }.into())
}

impl Declaration {
    /// Checks a declaration.
    ///
    /// # Errors
    /// When its name, default or options cannot be.
    pub fn new(name: &str, default: &Dynamic, options: &Map) -> Result<Self, LangError> {
        check_name(name)?;
        only("param", options, &OPTIONS)?;
        let default = default.flatten_clone();
        let kind = match default.read_lock::<Array>() {
            Some(array) => {
                let wrong = |why| ParameterError::BadArray { name: name.to_owned(), why };
                Kind::List(Box::new(Kind::of_all(&array).map_err(wrong)?))
            }
            None => Kind::of_one(&default).ok_or_else(|| {
                let got = kind(&default);
                ParameterError::BadDefault { name: name.to_owned(), got }
            })?,
        };
        let mut it = Self {
            name: name.to_owned(),
            default: Dynamic::UNIT,
            limits: Limits::default(),
            note: Note {
                unit: it_is(text(name, options, "unit")?),
                help: it_is(text(name, options, "help")?),
            },
            choices: Vec::new(),
            kind,
        };
        it.check_unit()?;
        it.limits = Limits { min: it.limit(options, "min")?, max: it.limit(options, "max")? };
        if let (Some(min), Some(max)) = (&it.limits.min, &it.limits.max)
            && is_less(max, min)
        {
            let (name, min, max) = (it.name.clone(), shown(min), shown(max));
            return Err(ParameterError::Limits { name, min, max }.into());
        }
        if let Some(choices) = options.get("choices") {
            let what = format!("`choices` of parameter `{name}`");
            let all = Kind::List(Box::new(it.kind.one().clone()));
            let choices = it.reader(&what).value(&all, choices)?;
            it.choices = choices.into_array().unwrap_or_default();
        }
        let what = format!("the default of parameter `{name}`");
        it.default = it.reader(&what).value(&it.kind, &default)?;
        it.check(&what, &it.default)?;
        Ok(it)
    }

    fn check_unit(&self) -> Result<(), LangError> {
        let Some(unit) = &self.note.unit else { return Ok(()) };
        let valid = self.kind.one().units();
        if valid.is_empty() || valid.contains(&unit.as_str()) {
            return Ok(());
        }
        let nearest = nearest(unit, valid.iter().copied()).map(str::to_owned);
        let what = format!("`unit` of parameter `{}`", self.name);
        let (name, given, valid) = (self.name.clone(), unit.clone(), valid.to_vec());
        Err(ParameterError::Unit { what, name, given, nearest, valid }.into())
    }

    fn limit(&self, options: &Map, option: &'static str) -> Result<Option<Dynamic>, LangError> {
        let Some(value) = options.get(option) else { return Ok(None) };
        let (name, kind) = (self.name.clone(), self.kind.word());
        if !self.kind.is_ordered() {
            return Err(ParameterError::NoOrder { name, kind, option }.into());
        }
        let what = format!("`{option}` of parameter `{name}`");
        self.reader(&what).value(self.kind.one(), value).map(Some)
    }

    fn reader<'a>(&'a self, what: &'a str) -> Reader<'a> {
        Reader { name: &self.name, what, unit: self.note.unit.as_deref() }
    }

    /// The value that something given stands for.
    ///
    /// # Errors
    /// When it has another type, is beyond the limits, or not among the choices.
    pub fn take(&self, given: &Given) -> Result<Dynamic, LangError> {
        let what = format!("parameter `{}`", self.name);
        let value = match given {
            Given::Text(text) => self.reader(&what).text(&self.kind, text),
            Given::Value(value) => self.reader(&what).value(&self.kind, value),
        }?;
        self.check(&what, &value)?;
        Ok(value)
    }

    fn check(&self, what: &str, value: &Dynamic) -> Result<(), LangError> {
        if let Some(array) = value.read_lock::<Array>() {
            let mut all = array.iter().enumerate();
            return all.try_for_each(|(place, value)| {
                self.check(&format!("entry {place} of {what}"), value)
            });
        }
        let (what, name, got) = (what.to_owned(), self.name.clone(), shown(value));
        if !self.limits.hold(value) {
            let limits = self.limits.words().unwrap_or_default();
            return Err(ParameterError::OutOfRange { what, name, limits, got }.into());
        }
        if !self.choices.is_empty() && !self.choices.iter().any(|choice| is_equal(choice, value)) {
            let choices: Vec<String> = self.choices.iter().map(shown).collect();
            let nearest = nearest(&got, choices.iter().map(String::as_str));
            let nearest = nearest.map(|text| text.trim_matches('"').to_owned());
            let choices = choices.clone();
            return Err(ParameterError::NotAChoice { what, name, got, nearest, choices }.into());
        }
        Ok(())
    }

    /// Whether another declaration of the same name says the same.
    ///
    /// # Errors
    /// In what they differ.
    pub fn agree(&self, before: &Self) -> Result<(), LangError> {
        let differ = |part, now: String, before: String| {
            let name = self.name.clone();
            Err(ParameterError::Twice { name, part, now, before }.into())
        };
        if self.kind != before.kind {
            return differ("type", self.kind.word(), before.kind.word());
        }
        if !is_equal(&self.default, &before.default) {
            return differ("default", shown(&self.default), shown(&before.default));
        }
        Ok(())
    }

    /// What it is.
    pub fn help(&self) -> Option<&str> {
        self.note.help.as_deref()
    }

    /// One line: type, default, limits, choices.
    pub fn summary(&self) -> String {
        let unit = self.note.unit.as_ref().filter(|_| self.kind.one().units().is_empty());
        let unit = unit.map(|unit| format!(" [{unit}]")).unwrap_or_default();
        let mut line = format!("{}{unit}, default {}", self.kind.word(), shown(&self.default));
        if let Some(limits) = self.limits.words() {
            line = format!("{line}, {limits}");
        }
        if !self.choices.is_empty() {
            let choices: Vec<String> = self.choices.iter().map(shown).collect();
            line = format!("{line}, one of {}", choices.join(", "));
        }
        line
    }

    /// For programs.
    pub fn json(&self) -> Value {
        let choices: Vec<Value> = self.choices.iter().map(as_json).collect();
        json!({
            "name": self.name,
            "type": self.kind.word(),
            "default": as_json(&self.default),
            "min": self.limits.min.as_ref().map(as_json),
            "max": self.limits.max.as_ref().map(as_json),
            "unit": self.note.unit,
            "choices": if choices.is_empty() { Value::Null } else { choices.into() },
            "help": self.note.help,
        })
    }
}

/// An empty text says nothing.
fn it_is(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

fn text(name: &str, options: &Map, option: &str) -> Result<Option<String>, LangError> {
    let Some(value) = options.get(option) else { return Ok(None) };
    let text = value.clone().into_string();
    text.map(Some).map_err(|_| {
        let what = format!("`{option}` of parameter `{name}`");
        let (name, expected, got) = (name.to_owned(), "a string".to_owned(), kind(value));
        ParameterError::WrongType { what, name, expected, got }.into()
    })
}

fn is_less(a: &Dynamic, b: &Dynamic) -> bool {
    order("param", a, b).is_ok_and(|order| order == Ordering::Less)
}

fn is_equal(a: &Dynamic, b: &Dynamic) -> bool {
    if let (Some(a), Some(b)) = (a.read_lock::<Array>(), b.read_lock::<Array>()) {
        return a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| is_equal(a, b));
    }
    match (a.clone().into_string(), b.clone().into_string()) {
        (Ok(a), Ok(b)) => a == b,
        _ => match (a.as_bool(), b.as_bool()) {
            (Ok(a), Ok(b)) => a == b,
            _ => order("param", a, b).is_ok_and(|order| order == Ordering::Equal),
        },
    }
}
