//! Parameters of a script: values that are set from outside, with defaults in the script.

mod declaration;
mod error;
mod file;
mod kind;
mod read;

pub use declaration::{Declaration, Limits};
pub use error::ParameterError;
pub use file::{from_json, from_toml};
pub use kind::Kind;
pub use read::{quantity, shown};

use std::collections::{BTreeMap, BTreeSet};

use rhai::Dynamic;
use serde::{Deserialize, Serialize};

use super::error::LangError;
use bioxen_base::nearest::nearest;

/// The most parameters of a session; who has more makes their names in a loop.
const MOST: usize = 10_000;

/// What is given for a parameter.
#[derive(Debug, Clone)]
pub enum Given {
    /// A text whose meaning depends on the type of the parameter, such as `1 mM` or `3`.
    Text(String),
    /// A value, such as one of a file; a quantity may be a text with its unit.
    Value(Dynamic),
}

/// Given values by the names of their parameters.
pub type AllGiven = BTreeMap<String, Given>;

/// A parameter that a script has asked for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Asked<V = Dynamic> {
    /// How it was declared.
    pub declaration: Declaration<V>,
    /// What the script got.
    pub value: V,
    /// Whether that was given, and is not the default.
    pub is_set: bool,
}

impl<V> Asked<V> {
    /// The same with other values, in the order in which checkpoints number them.
    pub(crate) fn try_map<W, E>(
        self,
        mut of: impl FnMut(V) -> Result<W, E>,
    ) -> Result<Asked<W>, E> {
        let declaration = self.declaration.try_map(&mut of)?;
        Ok(Asked { declaration, value: of(self.value)?, is_set: self.is_set })
    }
}

/// The parameters of a session.
#[derive(Debug, Clone, Default)]
pub struct Parameters {
    given: AllGiven,
    asked: BTreeMap<String, Asked>,
    /// Those that the text under way has asked for.
    fresh: BTreeSet<String>,
}

impl Parameters {
    /// All that was given, by name.
    pub(crate) fn all_given(&self) -> &AllGiven {
        &self.given
    }

    /// The parameters of a session that goes on.
    pub(crate) fn again(given: Vec<(String, Given)>, asked: Vec<Asked>) -> Self {
        let asked = asked.into_iter().map(|asked| (asked.declaration.name.clone(), asked));
        let (given, asked) = (given.into_iter().collect(), asked.collect());
        Self { given, asked, fresh: BTreeSet::new() }
    }

    /// How many a script has asked for.
    pub fn asked_for(&self) -> usize {
        self.asked.len()
    }

    /// What was asked for elsewhere was asked for here.
    pub fn learn(&mut self, other: Self) {
        for (name, asked) in other.asked {
            self.fresh.insert(name.clone());
            self.asked.entry(name).or_insert(asked);
        }
    }

    /// Another text begins, which may declare everything anew.
    pub fn begin(&mut self) {
        self.fresh.clear();
    }

    /// Forgets what was asked for; what was given stays.
    pub fn forget(&mut self) {
        self.asked.clear();
        self.fresh.clear();
    }

    /// What was given so far is replaced.
    pub fn give(&mut self, given: AllGiven) {
        self.given = given;
    }

    /// What was asked for, by name.
    pub fn asked(&self) -> impl Iterator<Item = &Asked> {
        self.asked.values()
    }

    /// The value of a parameter.
    ///
    /// # Errors
    /// When the text has asked for it with another default, or what was given does not fit.
    pub fn ask(&mut self, declaration: Declaration) -> Result<Dynamic, LangError> {
        let name = declaration.name.clone();
        if let Some(before) = self.asked.get(&name)
            && self.fresh.contains(&name)
        {
            declaration.agree(&before.declaration)?;
        } else if self.asked.len() >= MOST {
            return Err(ParameterError::TooMany { most: MOST }.into());
        }
        let given = self.given.get(&name).map(|given| declaration.take(given)).transpose()?;
        let is_set = given.is_some();
        let value = given.unwrap_or_else(|| declaration.default.clone());
        self.fresh.insert(name.clone());
        self.asked.insert(name, Asked { declaration, value: value.clone(), is_set });
        Ok(value)
    }

    /// Gives a value for a parameter, or takes it back with nothing. The answer is what `param` gives from now
    /// on; where nobody has asked for it yet, the value as it is.
    ///
    /// # Errors
    /// When it does not fit what has been asked for.
    pub fn set(&mut self, name: &str, value: Dynamic) -> Result<Dynamic, LangError> {
        declaration::check_name(name)?;
        if !self.given.contains_key(name) && self.given.len() >= MOST {
            return Err(ParameterError::TooMany { most: MOST }.into());
        }
        let (is_set, given) = (!value.is_unit(), Given::Value(value.clone()));
        let value = match self.asked.get_mut(name) {
            Some(asked) => {
                let default = asked.declaration.default.clone();
                asked.value = if is_set { asked.declaration.take(&given)? } else { default };
                asked.is_set = is_set;
                asked.value.clone()
            }
            None => value,
        };
        if is_set {
            self.given.insert(name.to_owned(), given);
        } else {
            self.given.remove(name);
        }
        Ok(value)
    }

    /// What was given and nobody has asked for.
    pub fn unasked(&self) -> Vec<ParameterError> {
        let names = self.given.keys().filter(|name| !self.asked.contains_key(*name));
        names.map(|name| unknown(name, self.asked.keys().map(String::as_str))).collect()
    }
}

fn unknown<'a>(name: &str, valid: impl Iterator<Item = &'a str> + Clone) -> ParameterError {
    let near = nearest(name, valid.clone()).map(str::to_owned);
    let valid = valid.map(str::to_owned).collect();
    ParameterError::Unknown { given: name.to_owned(), nearest: near, valid }
}

/// Holds what is given against what is declared. If the declarations are not all, unknown names pass.
///
/// # Errors
/// The first that does not fit.
pub fn check(
    declared: &[Declaration],
    is_complete: bool,
    given: &AllGiven,
) -> Result<(), LangError> {
    for (name, value) in given {
        match declared.iter().find(|declaration| declaration.name == *name) {
            Some(declaration) => declaration.take(value).map(drop)?,
            None if is_complete => {
                return Err(unknown(name, declared.iter().map(|d| d.name.as_str())).into());
            }
            None => {}
        }
    }
    Ok(())
}
