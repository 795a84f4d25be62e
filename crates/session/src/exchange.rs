//! Variables as values for programs in other languages, and back.

use std::sync::Arc;

use rhai::{Array, Blob, Dynamic, Map, Scope, is_valid_identifier};

use super::Session;
use super::data::facts;
use bioxen_base::nearest::{hint, nearest};
use bioxen_base::visible::visible;
use bioxen_engine::Trajectory;
use bioxen_exchange::file::DEPTH;
use bioxen_exchange::{Cells, Column, ExchangeError, Quantity, Table as Crossing, Value};
use bioxen_lang::cells::{quantity, unit_of};
use bioxen_lang::limits::Limits;
use bioxen_lang::number::kind;
use bioxen_lang::quantity::amount;
use bioxen_lang::{Ensemble, Fit, Population, Status, Table, Trace};
use bioxen_table::{Column as Own, TableError, Values};

/// The units that quantities of the language have.
const UNITS: &str = "s, min, h, kb, %, mM, uM, nM";

/// Why a value cannot cross.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CrossError {
    /// There is no such variable.
    #[error("there is no variable `{}`{}; there are: {}", visible(name), hint(nearest.as_deref()), listed(known))]
    Unknown {
        /// What was asked for.
        name: String,
        /// The nearest name.
        nearest: Option<String>,
        /// All names.
        known: Vec<String>,
    },
    /// No variable can have the name.
    #[error(
        "`{}` cannot be the name of a variable; use letters, digits and `_`, and no word of the language",
        visible(name)
    )]
    Name {
        /// What was given.
        name: String,
    },
    /// The variable is a constant.
    #[error(
        "`{name}` is a constant of the session and cannot be changed; put the value under another name"
    )]
    Constant {
        /// Its name.
        name: String,
    },
    /// It has no form that crosses.
    #[error(
        "`{place}` is {what}, which cannot cross; numbers, quantities, texts, truth values, arrays, maps, traces, \
         tables, fits and the status of a VM can"
    )]
    NoForm {
        /// Where it stands, as `dose.times[2]`.
        place: String,
        /// What it is.
        what: String,
    },
    /// Values hold each other too deeply.
    #[error("`{place}` holds values inside of values more than {DEPTH} deep")]
    Deep {
        /// Where.
        place: String,
    },
    /// The language has no such unit.
    #[error("`{place}` is in `{}`, which is no unit of a quantity; valid: {UNITS}", visible(unit))]
    Unit {
        /// Where.
        place: String,
        /// What was given.
        unit: String,
    },
    /// It is larger than the limits of scripts allow.
    #[error("`{place}` has {has} {what}, and scripts may have {most}")]
    Large {
        /// Where.
        place: String,
        /// How many it has.
        has: usize,
        /// Of what.
        what: &'static str,
        /// How many there may be.
        most: usize,
    },
    /// A table is none.
    #[error(transparent)]
    Table {
        /// Why not.
        #[from]
        source: TableError,
    },
    /// A table is none.
    #[error(transparent)]
    Exchange {
        /// Why not.
        #[from]
        source: ExchangeError,
    },
}

fn listed(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

impl Session {
    /// The value of a variable for programs in other languages. A trace is a table whose first column is `time`.
    /// The status of a VM and a fit are maps; an ensemble is a map with `repetitions`.
    ///
    /// # Errors
    /// When there is no such variable, or what it holds has no form that crosses, as a closure.
    ///
    /// # Examples
    /// ```
    /// use bioxen_exchange::{Quantity, Value};
    /// use bioxen_session::Session;
    /// let mut session = Session::new(Default::default(), Box::new(|_| {}))?;
    /// session.eval("let dose = 50.uM; let trace = run(1.min);", "example")?;
    /// let dose = Quantity { amount: 50.0, unit: "uM".into() };
    /// assert_eq!(session.value_of("dose")?, Value::Quantity(dose));
    /// let trace = session.value_of("trace")?;
    /// assert_eq!(trace.table()?.columns()[0].name, "time");
    /// let wrong = session.value_of("does").unwrap_err().to_string();
    /// assert_eq!(wrong, "there is no variable `does` (did you mean `dose`?); there are: dose, trace");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn value_of(&self, name: &str) -> Result<Value, CrossError> {
        let Some(value) = self.scope.get(name) else {
            let known: Vec<String> = self.variables().into_iter().map(|(name, ..)| name).collect();
            let nearest = nearest(name, known.iter().map(String::as_str)).map(str::to_owned);
            return Err(CrossError::Unknown { name: name.to_owned(), nearest, known });
        };
        bioxen_lang::stack::roomy(|| out(value, name, DEPTH))
    }

    /// What the last text gave, as [`Self::value_of`] gives a variable.
    ///
    /// # Errors
    /// When it has no form that crosses.
    ///
    /// # Examples
    /// ```
    /// use bioxen_exchange::Value;
    /// use bioxen_session::Session;
    /// let mut session = Session::new(Default::default(), Box::new(|_| {}))?;
    /// session.eval("1 + 1", "example")?;
    /// assert_eq!(session.last_out()?, Value::Whole(2));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn last_out(&self) -> Result<Value, CrossError> {
        bioxen_lang::stack::roomy(|| out_of(&self.last, "the last value"))
    }

    /// Gives a variable a value that comes from elsewhere; makes the variable if there is none. Nothing has
    /// changed after an error.
    ///
    /// # Errors
    /// When no variable can have the name, it is a constant, or the value has no form in the language.
    ///
    /// # Examples
    /// ```
    /// use bioxen_exchange::Value;
    /// use bioxen_session::Session;
    /// let mut session = Session::new(Default::default(), Box::new(|_| {}))?;
    /// session.set_value("counts", Value::from(vec![1_i64, 2]))?;
    /// assert_eq!(session.eval("counts.len()", "example")?.as_deref(), Some("2"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn set_value(&mut self, name: &str, value: Value) -> Result<(), CrossError> {
        let text = format!("let {name} = 0;");
        if !is_valid_identifier(name) || self.engine.compile(text).is_err() {
            return Err(CrossError::Name { name: name.to_owned() });
        }
        let limits = self.world.borrow().options.limits;
        let value = bioxen_lang::stack::roomy(|| into(value, name, DEPTH, &limits))?;
        match self.scope.is_constant(name) {
            Some(true) => return Err(CrossError::Constant { name: name.to_owned() }),
            Some(false) => give(&mut self.scope, name, value),
            None => drop(self.scope.push_dynamic(name.to_owned(), value)),
        }
        Ok(())
    }
}

/// Closures that have caught the variable see its new value.
fn give(scope: &mut Scope<'static>, name: &str, value: Dynamic) {
    let Some(variable) = scope.get_mut(name) else { return };
    if variable.is_shared()
        && let Some(mut shared) = variable.write_lock::<Dynamic>()
    {
        *shared = value;
        return;
    }
    *variable = value;
}

/// A value of the language.
///
/// # Errors
/// When it has no form that crosses.
pub(super) fn out_of(value: &Dynamic, place: &str) -> Result<Value, CrossError> {
    out(value, place, DEPTH)
}

/// A value of the language; `place` is where it stands.
fn out(value: &Dynamic, place: &str, left: usize) -> Result<Value, CrossError> {
    let left = left.checked_sub(1).ok_or_else(|| CrossError::Deep { place: place.to_owned() })?;
    if value.is_shared() {
        return out(&value.flatten_clone(), place, left + 1);
    }
    if let Some(map) = value.read_lock::<Map>() {
        let entry = |(key, v): (&rhai::Identifier, &Dynamic)| {
            Ok((key.to_string(), out(v, &format!("{place}.{key}"), left)?))
        };
        return map.iter().map(entry).collect::<Result<_, _>>().map(Value::Map);
    }
    if let Some(array) = value.read_lock::<Array>() {
        let all = array.iter().enumerate();
        let all = all.map(|(i, v)| match v.as_float() {
            // Of numbers there may be many.
            Ok(x) => Ok(Value::Number(x)),
            Err(_) => out(v, &format!("{place}[{i}]"), left),
        });
        return all.collect::<Result<_, _>>().map(Value::List);
    }
    if let Some(bytes) = value.read_lock::<Blob>() {
        return Ok(Value::List(bytes.iter().map(|byte| Value::from(*byte)).collect()));
    }
    if let Some(status) = value.read_lock::<Status>() {
        return Ok(of_json(&serde_json::to_value(&status.0).unwrap_or_default()));
    }
    if let Some(fit) = value.read_lock::<Fit>() {
        let entry = |(key, v): (&rhai::Identifier, &Dynamic)| {
            Ok((key.to_string(), out(v, &format!("{place}.{key}"), left)?))
        };
        return fit.told.iter().map(entry).collect::<Result<_, _>>().map(Value::Map);
    }
    if let Some(trace) = value.read_lock::<Trace>() {
        return of_trajectory(&trace.0);
    }
    if let Some(table) = value.read_lock::<Table>() {
        return of_table(&table);
    }
    if let Some(population) = value.read_lock::<Population>() {
        return Ok(Value::Map(facts(&population).collect()));
    }
    if let Some(ensemble) = value.read_lock::<Ensemble>() {
        let runs = ensemble.runs.iter().map(of_trajectory).collect::<Result<_, _>>()?;
        return Ok(Value::from([("repetitions", Value::List(runs))]));
    }
    if let Some((amount, unit)) = amount(value) {
        let unit = if unit == "percent" { "%" } else { unit }.to_owned();
        return Ok(Value::Quantity(Quantity { amount, unit }));
    }
    if value.is_unit() {
        return Ok(Value::Nothing);
    }
    let whole = value.as_int().map(Value::from);
    let number = || value.as_float().map(Value::from);
    let truth = || value.as_bool().map(Value::from);
    let letter = || value.as_char().map(|letter| Value::from(letter.to_string()));
    let found = whole.or_else(|_| number()).or_else(|_| truth()).or_else(|_| letter());
    found.or_else(|_| value.clone().into_string().map(Value::from)).map_err(|_| {
        let what = if value.is_fnptr() { "a closure".to_owned() } else { kind(value) };
        CrossError::NoForm { place: place.to_owned(), what }
    })
}

fn of_json(json: &serde_json::Value) -> Value {
    use serde_json::Value as Json;
    match json {
        Json::Null => Value::Nothing,
        Json::Bool(truth) => Value::Truth(*truth),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => Value::Whole(whole),
            None => Value::Number(number.as_f64().unwrap_or(f64::NAN)),
        },
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(values) => Value::List(values.iter().map(of_json).collect()),
        Json::Object(map) => {
            Value::Map(map.iter().map(|(key, value)| (key.clone(), of_json(value))).collect())
        }
    }
}

fn of_trajectory(trace: &Trajectory) -> Result<Value, CrossError> {
    let time = Column::new("time", trace.times.clone()).in_unit(&*trace.time_unit);
    let others =
        trace.columns.iter().map(|c| Column::new(&*c.name, c.values.to_vec()).in_unit(&*c.unit));
    Ok(Crossing::new(std::iter::once(time).chain(others))?.into())
}

fn of_table(table: &Table) -> Result<Value, CrossError> {
    let column = |c: &Own| {
        let cells = match c.values() {
            Values::Number(numbers) => Cells::Number(numbers.to_vec()),
            Values::Whole(numbers) => Cells::Whole(numbers.to_vec()),
            Values::Text(texts) => {
                Cells::Text(texts.iter().map(|text| text.as_ref().map(|t| t.to_string())).collect())
            }
            Values::Truth(truths) => Cells::Truth(truths.to_vec()),
        };
        Column::new(c.name(), cells).in_unit(c.unit().unwrap_or_default())
    };
    Ok(Crossing::new(table.columns().iter().map(column))?.into())
}

/// A value for the language.
fn into(value: Value, place: &str, left: usize, limits: &Limits) -> Result<Dynamic, CrossError> {
    let left = left.checked_sub(1).ok_or_else(|| CrossError::Deep { place: place.to_owned() })?;
    let within = |what, has: usize, most: usize| {
        let place = place.to_owned();
        if has > most { Err(CrossError::Large { place, has, what, most }) } else { Ok(()) }
    };
    Ok(match value {
        Value::Nothing => Dynamic::UNIT,
        Value::Truth(truth) => Dynamic::from_bool(truth),
        Value::Whole(whole) => Dynamic::from_int(whole),
        Value::Number(number) => Dynamic::from_float(number),
        Value::Text(text) => {
            within("bytes", text.len(), limits.string_bytes)?;
            Dynamic::from(text)
        }
        Value::Quantity(Quantity { amount, unit }) => match unit_of(&unit) {
            Some(known) => quantity(amount, Some(known)),
            None => return Err(CrossError::Unit { place: place.to_owned(), unit }),
        },
        Value::List(values) => {
            within("values", values.len(), limits.array_values)?;
            let all = values.into_iter().enumerate();
            let all = all.map(|(i, v)| match v {
                Value::Number(x) => Ok(Dynamic::from_float(x)),
                v => into(v, &format!("{place}[{i}]"), left, limits),
            });
            Dynamic::from_array(all.collect::<Result<_, _>>()?)
        }
        Value::Map(values) => {
            within("keys", values.len(), limits.map_keys)?;
            let entry = |(key, v): (String, Value)| {
                let value = into(v, &format!("{place}.{key}"), left, limits)?;
                Ok((key.into(), value))
            };
            Dynamic::from_map(values.into_iter().map(entry).collect::<Result<Map, CrossError>>()?)
        }
        Value::Table(table) => Dynamic::from(into_table(table)?),
    })
}

fn into_table(table: Crossing) -> Result<Table, TableError> {
    let columns = table.into_columns().into_iter().map(|Column { name, unit, cells }| {
        let values: Values = match cells {
            Cells::Number(cells) => cells.into(),
            Cells::Whole(cells) => cells.into(),
            Cells::Text(cells) => {
                cells.into_iter().map(|cell| cell.map(Arc::from)).collect::<Vec<_>>().into()
            }
            Cells::Truth(cells) => cells.into(),
        };
        let own = Own::new(&name, values);
        if unit.is_empty() { own } else { own.in_unit(&unit) }
    });
    Table::new(columns.collect())
}

#[cfg(test)]
mod tests;
