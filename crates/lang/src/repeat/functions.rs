//! A function of the script in many repetitions.

use rhai::{Dynamic, FnPtr, Map, NativeCallContext};

use crate::api::tables::rows_of;
use crate::number::kind;
use crate::sweep::{self, Columns};
use crate::value::{Ensemble, Trace};
use crate::world::with;
use crate::{LangError, Population, RhaiResultOf, Table};
use bioxen_engine::{Column, Trajectory};

/// The column of the number of a repetition.
const NUMBER: &str = "repetition";

/// Calls a function some times, each with other random numbers. Gives an ensemble of its runs if it gives runs, or else a
/// table of what it gives.
///
/// # Errors
/// Those of the function; and if what it gives is not of one kind, or runs differ in their times or quantities.
pub fn of_function(
    context: &NativeCallContext,
    count: usize,
    function: &FnPtr,
    seed: Option<u64>,
) -> RhaiResultOf<Dynamic> {
    let mut given = Given::default();
    let mut check = |value: &Dynamic| given.check(value);
    let values = sweep::repetitions(context, (count, seed), function, &mut check)?;
    with(context, |world| {
        if given.runs.is_empty() {
            return table(values).map(Dynamic::from);
        }
        let runs = std::mem::take(&mut given.runs);
        Ok(Dynamic::from(Ensemble::new(runs, Vec::new(), world.interrupt.clone())))
    })
}

/// What the function gave so far.
struct Given {
    runs: Vec<Trajectory>,
    columns: Columns,
    any: bool,
}

impl Default for Given {
    fn default() -> Self {
        let columns = Columns::new("ensemble", vec![NUMBER.to_owned()]);
        Self { runs: Vec::new(), columns, any: false }
    }
}

impl Given {
    /// Takes what it gave in the next repetition.
    fn check(&mut self, value: &Dynamic) -> Result<(), LangError> {
        let first = !std::mem::replace(&mut self.any, true);
        let run = run(value)?;
        let Some(run) = run.filter(|_| first || !self.runs.is_empty()) else {
            if !self.runs.is_empty() || value.is::<Population>() {
                return Err(wrong(value));
            }
            return self.columns.check(value);
        };
        if let Some(known) = self.runs.first() {
            let names = |run: &Trajectory| -> Vec<String> {
                run.columns.iter().map(|column| column.name.clone()).collect()
            };
            if known.times != run.times || names(known) != names(&run) {
                let number = self.runs.len();
                return Err(LangError::Noticed {
                    message: format!(
                        "the run of repetition {number} has other times or quantities than that of repetition 0"
                    ),
                    help: vec![
                        "let the function run for the same time with the same genes each time, or give numbers: #{cv2: p.cv2(\"lacZ\")}"
                            .to_owned(),
                    ],
                });
            }
        }
        self.runs.push(run);
        Ok(())
    }
}

fn wrong(value: &Dynamic) -> LangError {
    LangError::WrongType {
        what: "what the function given to ensemble gives".to_owned(),
        expected: "what a run gives, or a number, a quantity, a string, or a map of such, each time of the same kind",
        got: kind(value),
    }
}

/// A trace, or what the run of a population gives.
fn run(value: &Dynamic) -> Result<Option<Trajectory>, LangError> {
    if let Some(trace) = value.read_lock::<Trace>() {
        return Ok(Some((*trace.0).clone()));
    }
    let Some(table) = value.read_lock::<Table>() else { return Ok(None) };
    let Some(time) = table.columns().first().filter(|column| column.name() == "time") else {
        return Err(wrong(value));
    };
    let table = if time.unit().is_none_or(|unit| unit == "min") {
        table.clone()
    } else {
        table.converted("time", "min")?
    };
    let to = "an ensemble";
    let times = table.column("time")?.numbers(to)?.to_vec();
    let column = |column: &bioxen_table::Column| -> Result<Column, LangError> {
        Ok(Column {
            name: column.name().to_owned(),
            unit: column.unit().unwrap_or_default().to_owned(),
            values: column.numbers(to)?.to_vec(),
            ..Column::default()
        })
    };
    let columns = table.columns().iter().skip(1).map(column).collect::<Result<_, _>>()?;
    Ok(Some(Trajectory { time_unit: "min".to_owned(), times, columns, ..Trajectory::default() }))
}

/// A row for each repetition.
fn table(values: Vec<Dynamic>) -> Result<Table, LangError> {
    let mut names = vec![NUMBER.to_owned()];
    let mut rows = Vec::with_capacity(values.len());
    for (number, value) in values.into_iter().enumerate() {
        let results = match value.try_cast_result::<Map>() {
            Ok(map) => map,
            Err(value) => Map::from([("result".into(), value)]),
        };
        let mut row = Map::from([(NUMBER.into(), Dynamic::from_int(number as i64))]);
        for (name, value) in results {
            if !names.iter().any(|known| known == name.as_str()) {
                names.push(name.to_string());
            }
            row.insert(name.as_str().into(), value);
        }
        rows.push(row);
    }
    rows_of(rows, &names)
}
