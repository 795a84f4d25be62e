//! What a session has sent as the model of a sweep.

use std::cell::RefCell;
use std::rc::Rc;

use bioxen::batch::{Cell, Model, Outcome, Output as Given, Row, Run, Stopped};
use bioxen::durable;
use bioxen::exchange::Value;
use bioxen::lang::{Output, WorldOptions};
use bioxen::session::Session;

use super::super::super::failure::Failure;
use super::super::stopper::Stopper;
use super::{LONGEST, Scratch};

/// The largest session that is read [bytes].
const LARGEST: u64 = 4 << 30;
/// What the table calls a value without a name.
const RESULT: &str = "result";

/// A function with its laboratory, called at the points of a sweep.
pub(super) struct Sent<'a> {
    session: Session,
    remarks: Rc<RefCell<Vec<String>>>,
    stopper: &'a Stopper,
    _scratch: Scratch,
}

impl<'a> Sent<'a> {
    /// What was sent with a sweep.
    pub(super) fn new(run: &'a Run, stopper: &'a Stopper) -> Result<Self, Failure> {
        let wrong = |why: String| Failure::Usage {
            message: format!("cannot read `{}`: {why}", run.script().display()),
        };
        let bytes = durable::read(&run.script(), LARGEST).map_err(|e| wrong(e.to_string()))?;
        let (scratch, remarks) = (Scratch::new(), Rc::new(RefCell::new(Vec::new())));
        let options = WorldOptions {
            out_dir: scratch.0.clone(),
            read_dir: run.inputs(),
            ..WorldOptions::default()
        };
        let told: Rc<RefCell<Vec<String>>> = Rc::clone(&remarks);
        let take = move |output| {
            if let Output::Remark(text) = output {
                told.borrow_mut().push(text.chars().take(LONGEST).collect());
            }
        };
        let mut session = Session::new(options, Box::new(take))?;
        session.restore(&bytes).map_err(|error| wrong(error.to_string()))?;
        Ok(Self { session, remarks, stopper, _scratch: scratch })
    }
}

impl Model for Sent<'_> {
    fn evaluate(&mut self, row: Row) -> Result<Outcome, Stopped> {
        self.remarks.borrow_mut().clear();
        self.session.begin_turn();
        self.stopper.attend(self.session.interrupt());
        let value = self.session.sweep_row(row.number);
        self.session.end_turn();
        if self.stopper.is_stopped() {
            return Err(Stopped::Interrupted);
        }
        let failed = |why: String| Stopped::Failed { why };
        let value = value.map_err(|diagnostic| failed(diagnostic.message.clone()))?;
        let mut outcome = Outcome { remarks: self.remarks.take(), ..Outcome::default() };
        let values = match value {
            Value::Map(map) => map.into_iter().collect(),
            value => vec![(RESULT.to_owned(), value)],
        };
        for (name, value) in values {
            let (value, unit) = match value {
                Value::Nothing => (None, None),
                Value::Truth(truth) => (Some(Cell::Truth(truth)), None),
                Value::Whole(whole) => (Some(Cell::Whole(whole)), None),
                Value::Number(number) => (Some(Cell::Number(number)), None),
                Value::Text(text) => (Some(Cell::Text(text)), None),
                Value::Quantity(q) => (Some(Cell::Number(q.amount)), Some(q.unit)),
                other => {
                    return Err(failed(format!(
                        "`{name}` is {}; the function of a sweep gives a number, a quantity, a string, or a map of such",
                        other.kind()
                    )));
                }
            };
            outcome.outputs.push(Given { name, unit, value });
        }
        Ok(outcome)
    }
}
