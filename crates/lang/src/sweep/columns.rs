//! What a function may give at the points of a sweep: values that a table can hold, of one kind in each column.

use rhai::{Dynamic, Map};

use crate::LangError;
use crate::cells;
use crate::number::kind;
use crate::value::Trace;

/// The columns so far.
pub(crate) struct Columns {
    /// Our function that asks for it.
    to: &'static str,
    /// The names of the parameters, and `repeat`.
    own: Vec<String>,
    /// What the function gave under each name first, if it was something.
    first: Vec<(String, Dynamic)>,
}

impl Columns {
    /// None yet beside those of the points.
    pub(crate) fn new(to: &'static str, own: Vec<String>) -> Self {
        Self { to, own, first: Vec::new() }
    }

    /// Takes what the function gave at the next point.
    ///
    /// # Errors
    /// When a table cannot hold it, or not below what it gave before.
    pub(crate) fn check(&mut self, value: &Dynamic) -> Result<(), LangError> {
        let Some(map) = value.read_lock::<Map>() else { return self.one("result", value, true) };
        map.iter().try_for_each(|(name, value)| self.one(name, value, false))
    }

    fn one(&mut self, name: &str, value: &Dynamic, alone: bool) -> Result<(), LangError> {
        let to = format!("what the function given to {} gives", self.to);
        if !alone && self.own.iter().any(|known| known == name) {
            return Err(LangError::WrongType {
                what: format!("{to} as `{name}`"),
                expected: "under another name, since a parameter has this one",
                got: kind(value),
            });
        }
        let what = if alone { to.clone() } else { format!("{to} as `{name}`") };
        if value.is::<Trace>() {
            return Err(LangError::WrongType {
                what,
                expected: "a number, a quantity, a string, or a map of such, as `|v| run(10.min).final(\"lacZ\")`",
                got: kind(value),
            });
        }
        let fits = |values: &[Dynamic]| cells::column(self.to, name, values).is_ok();
        if !fits(std::slice::from_ref(value)) {
            return Err(LangError::WrongType {
                what,
                expected: match alone {
                    true => "a number, a quantity, a string, a truth value, (), or a map of such",
                    false => "a number, a quantity, a string, a truth value, or ()",
                },
                got: kind(value),
            });
        }
        let first = self.first.iter().find(|(known, _)| known == name);
        match first {
            Some((_, first)) if !fits(&[first.clone(), value.clone()]) => {
                Err(LangError::WrongType {
                    what,
                    expected: "of the kind that it gave at the points before, or ()",
                    got: kind(value),
                })
            }
            Some(_) => Ok(()),
            None if value.is_unit() => Ok(()),
            None => {
                self.first.push((name.to_owned(), value.clone()));
                Ok(())
            }
        }
    }
}
