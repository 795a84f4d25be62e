//! A script as the model of a sweep.

mod sent;

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Instant;

use bioxen::batch::{
    BatchError, Cell, Model, Outcome, Output as Given, Plan, Row, Run, SENT, Samples, Stopped,
};
use bioxen::durable;
use bioxen::exchange::{Cells, Table, Value};
use bioxen::lang::parameters::{AllGiven, Given as Parameter, Kind};
use bioxen::lang::{Allowed, FrontEnd, Output, WorldOptions};
use bioxen::session::{Diagnostic, Session};
use indicatif::HumanDuration;

use super::super::failure::Failure;
use super::WorkArgs;
use super::stopper::Stopper;

/// The largest script [bytes].
const LARGEST: u64 = 64 << 20;
/// The longest remark that is kept [characters].
const LONGEST: usize = 500;
/// How deep maps of outputs may be nested.
const DEEPEST: usize = 8;

/// What evaluates the rows of a sweep: a script, or what a session has sent.
pub(super) fn model<'a>(
    run: &'a Run,
    stopper: &'a Stopper,
) -> Result<Box<dyn Model + 'a>, Failure> {
    if run.lock().script == SENT {
        return Ok(Box::new(sent::Sent::new(run, stopper)?));
    }
    Ok(Box::new(Script::new(run, stopper)?))
}

/// A script whose parameters are those of a row.
struct Script<'a> {
    run: &'a Run,
    text: String,
    name: String,
    scratch: Scratch,
    stopper: &'a Stopper,
}

impl<'a> Script<'a> {
    /// The script of a sweep; `stopper` ends the row that is computed.
    fn new(run: &'a Run, stopper: &'a Stopper) -> Result<Self, Failure> {
        let text = script(run)?;
        let scratch = Scratch::new();
        let name = run.lock().script.clone();
        Ok(Self { run, text, name, scratch, stopper })
    }

    /// What the row sets.
    fn given(&self, row: Row) -> AllGiven {
        let points = &self.run.lock().points;
        let values = points.points.get(row.point as usize).into_iter().flatten();
        let named = points.names.iter().zip(values);
        named.map(|(name, value)| (name.clone(), Parameter::Text(value.to_string()))).collect()
    }

    fn session(&self, row: Row, remarks: &Rc<RefCell<Vec<String>>>) -> Result<Session, String> {
        let options = WorldOptions {
            out_dir: self.scratch.0.clone(),
            read_dir: self.run.inputs(),
            allowed: Allowed { front: FrontEnd::Command, ..Allowed::default() },
            seed: row.seed,
            ..WorldOptions::default()
        };
        let told = remarks.clone();
        let take = move |output| {
            if let Output::Remark(text) = output {
                told.borrow_mut().push(text.chars().take(LONGEST).collect());
            }
        };
        Session::new(options, Box::new(take)).map_err(|error| error.to_string())
    }
}

/// A folder for the files that scripts write, which nobody keeps.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        use std::sync::atomic::{AtomicUsize, Ordering};
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("bioxen-sweep-{}-{number}", std::process::id());
        Self(std::env::temp_dir().join(name))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Where nothing was written there is nothing to remove.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Model for Script<'_> {
    fn evaluate(&mut self, row: Row) -> Result<Outcome, Stopped> {
        let failed = |why: String| Stopped::Failed { why };
        let remarks = Rc::new(RefCell::new(Vec::new()));
        let mut session = self.session(row, &remarks).map_err(failed)?;
        let declared = session.declared_parameters(&self.text, &self.name);
        let given = self.given(row);
        declared.check(&given).map_err(|error| failed(error.to_string()))?;
        session.set_parameters(given);
        session.begin_turn();
        self.stopper.attend(session.interrupt());
        let outcome = session.eval(&self.text, &self.name);
        if self.stopper.is_stopped() {
            return Err(Stopped::Interrupted);
        }
        if let Err(diagnostic) = outcome {
            return Err(failed(in_a_line(&diagnostic)));
        }
        let lost: Vec<String> = session.failures().iter().map(ToString::to_string).collect();
        if !lost.is_empty() {
            return Err(failed(lost.join("; ")));
        }
        if let Some(code) = session.exit_code() {
            return Err(failed(format!("the script ended with exit({code}), and gave no value")));
        }
        if let Some(error) = session.unasked_parameters().first() {
            return Err(failed(error.to_string()));
        }
        let value = session.last_out().map_err(|error| failed(error.to_string()))?;
        let mut outcome = Outcome::default();
        gather("", &value, DEEPEST, &mut outcome).map_err(failed)?;
        outcome.remarks = remarks.take();
        check(&outcome, &self.run.lock().wanted.outputs).map_err(failed)?;
        Ok(outcome)
    }
}

/// An error as a cell of a table holds it: `no such gene (dose.rhai, line 3, column 7)`.
fn in_a_line(diagnostic: &Diagnostic) -> String {
    let message = diagnostic.message.replace('\n', " ");
    let file = &diagnostic.source_name;
    match diagnostic.position {
        Some((line, column)) => format!("{message} ({file}, line {line}, column {column})"),
        None => message,
    }
}

/// Looks whether a row gives what the plan says.
fn check(outcome: &Outcome, wanted: &[String]) -> Result<(), String> {
    let given: Vec<&str> = outcome
        .outputs
        .iter()
        .map(|output| output.name.as_str())
        .chain(outcome.samples.iter().flat_map(|s| s.columns.iter().map(|c| c.0.as_str())))
        .collect();
    if given.is_empty() {
        return Err("the script gives nothing; its last line must be a number, or a map of such: \
                    #{mrna: trace.final(\"lacZ.mrna\")}"
            .to_owned());
    }
    match wanted.iter().find(|name| !given.contains(&name.as_str())) {
        None => Ok(()),
        Some(name) => Err(format!(
            "the plan wants the output `{name}`, and the script gives {}",
            given.iter().take(20).copied().collect::<Vec<_>>().join(", ")
        )),
    }
}

/// What a value gives: a number is the output `value`, a map gives one for each name, a trace samples.
fn gather(name: &str, value: &Value, left: usize, outcome: &mut Outcome) -> Result<(), String> {
    let named = || if name.is_empty() { "value".to_owned() } else { name.to_owned() };
    let mut give = |value: Option<Cell>, unit: Option<String>| {
        outcome.outputs.push(Given { name: named(), unit, value });
        Ok(())
    };
    match value {
        Value::Nothing if name.is_empty() => Ok(()),
        Value::Nothing => give(None, None),
        Value::Truth(truth) => give(Some(Cell::Truth(*truth)), None),
        Value::Whole(whole) => give(Some(Cell::Whole(*whole)), None),
        Value::Number(number) if number.is_nan() => give(None, None),
        Value::Number(number) => give(Some(Cell::Number(*number)), None),
        Value::Text(text) => give(Some(Cell::Text(text.clone())), None),
        Value::Quantity(q) => give(Some(Cell::Number(q.amount)), Some(q.unit.clone())),
        Value::Map(map) if left > 0 => {
            for (key, value) in map {
                let name = if name.is_empty() { key.clone() } else { format!("{name}.{key}") };
                gather(&name, value, left - 1, outcome)?;
            }
            Ok(())
        }
        Value::Table(table) => {
            outcome.samples.push(samples(name, table)?);
            Ok(())
        }
        other => Err(format!(
            "the output `{}` is {}; an output is a number, a quantity, a text, a truth value, a trace, or a map \
             of such",
            named(),
            other.kind()
        )),
    }
}

/// A trace, whose first column is the time.
fn samples(name: &str, table: &Table) -> Result<Samples, String> {
    let wrong = || {
        format!(
            "the output `{}` is a table, and not a trace; a table with a column `time` of numbers can stand in for \
             one",
            if name.is_empty() { "value" } else { name }
        )
    };
    let mut times = None;
    let mut columns = Vec::new();
    for column in table.columns() {
        let numbers = match &column.cells {
            Cells::Number(_) | Cells::Whole(_) => column.numbers().map_err(|e| e.to_string())?,
            _ => return Err(wrong()),
        };
        let named = column.name.as_str();
        if named == "time" && times.is_none() {
            times = Some(numbers);
        } else {
            let full = if name.is_empty() { named.to_owned() } else { format!("{name}.{named}") };
            let unit = (!column.unit.is_empty()).then(|| column.unit.clone());
            columns.push((full, unit, numbers));
        }
    }
    Ok(Samples { times: times.ok_or_else(wrong)?, columns })
}

/// The parameters of a script that are texts or arrays, whatever their values look like.
pub(super) fn texts(path: &Path) -> Result<Vec<String>, Failure> {
    // What is wrong with the script itself is told when it runs.
    let Ok(text) = durable::read_text(path, LARGEST) else { return Ok(Vec::new()) };
    let session = Session::new(WorldOptions::default(), Box::new(|_| {}))?;
    let declared = session.declared_parameters(&text, "the script");
    let is_text = |kind: &Kind| matches!(kind, Kind::Text | Kind::List(_));
    Ok(declared.all.into_iter().filter(|d| is_text(&d.kind)).map(|d| d.name).collect())
}

/// Holds the values of all points against what the script declares.
fn check_points(run: &Run) -> Result<(), Failure> {
    if run.lock().script == SENT {
        return Ok(());
    }
    let text = script(run)?;
    let session = Session::new(WorldOptions::default(), Box::new(|_| {}))?;
    let declared = session.declared_parameters(&text, &run.lock().script);
    let points = &run.lock().points;
    for (point, values) in points.points.iter().enumerate() {
        let named = points.names.iter().zip(values);
        let given = named.map(|(name, v)| (name.clone(), Parameter::Text(v.to_string()))).collect();
        declared.check(&given).map_err(|error| Failure::Usage {
            message: format!("point {point} ({}): {error}", points.describe(point as u64)),
        })?;
    }
    Ok(())
}

/// The text of the script.
fn script(run: &Run) -> Result<String, Failure> {
    let path = run.script();
    durable::read_text(&path, LARGEST).map_err(|error| Failure::Usage {
        message: format!("cannot read the script `{}`: {error}", path.display()),
    })
}

/// Runs the first row, so that what is wrong with the script is told before a thousand jobs fail.
pub(super) fn trial(
    run: &Run,
    plan: &Plan,
    work: &WorkArgs,
    stopper: &Stopper,
) -> Result<(), Failure> {
    check_points(run)?;
    let mut script = model(run, stopper)?;
    let started = Instant::now();
    let outcome = match script.evaluate(run.lock().row(0)) {
        Ok(outcome) => outcome,
        Err(Stopped::Interrupted) => {
            return Err(Failure::Interrupted { note: "interrupted at the first row".to_owned() });
        }
        Err(Stopped::Failed { why }) => {
            let point = match run.lock().points.describe(0) {
                told if told.is_empty() => "the first row".to_owned(),
                told => format!("the first row ({told})"),
            };
            let why = why.strip_prefix("error: ").unwrap_or(&why);
            return Err(Failure::from(BatchError::Outputs(format!(
                "{point} fails, so nothing was started: {why}"
            ))));
        }
    };
    bioxen::batch::check(run, &outcome)?;
    let (took, rows) = (started.elapsed(), plan.rows());
    if work.is_watched() {
        let workers = work.workers().min(run.lock().shards.count);
        let all = took.mul_f64(rows as f64 / workers as f64);
        let on_cores =
            if workers == 1 { "one core".to_owned() } else { format!("{workers} cores") };
        let local = format!("; about {} on {on_cores} of this machine", HumanDuration(all));
        eprint(&format!("{rows} rows in {} shards{local}", run.lock().shards.count));
    }
    Ok(())
}

fn eprint(line: &str) {
    use std::io::Write;
    // A note that nobody can read is no reason to fail.
    let _ = writeln!(std::io::stderr(), "{line}");
}
