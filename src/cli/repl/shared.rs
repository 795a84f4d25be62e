//! A session that others share, as the partner of a dialogue.

mod keys;
mod log;
mod router;
mod shares;

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bioxen::client::{Channel, Client, News, Outcome, Pending, Told};
use bioxen::engine::Interrupt;
use bioxen::lang::Answer;
use serde_json::{Value, json};

use super::super::ask::Keyboard;
use super::super::failure::Failure;
use super::files::is_ended;
use super::partner::{Came, Moment, Partner, Shares, VmLine};
use super::screen::Screen;
use keys::{Keys, Pressed};
pub(crate) use log::{came_back, entries as log_lines, foreign as foreign_line, when};
pub(super) use router::{Presses, Printer, Router};

/// Between two looks at keys.
const LOOK: Duration = Duration::from_millis(50);
/// For what is told of a cell to come after its answer.
const REST: Duration = Duration::from_secs(5);
/// For a cell to begin before it is told for whom it waits.
const WAITING: Duration = Duration::from_secs(1);
/// For an answer while somebody types; a session that is busy gives none.
const PATIENCE: Duration = Duration::from_millis(300);

/// The forms of a picture that was shown.
type Forms = std::collections::BTreeMap<String, Value>;

/// A session that others share.
pub(crate) struct Shared {
    client: Arc<Client>,
    told: Receiver<Told>,
    router: Router,
    presses: Presses,
    screen: Rc<RefCell<Screen>>,
    keyboard: Option<Rc<RefCell<Keyboard>>>,
    /// Ends questions.
    questions: Interrupt,
    moment: Moment,
    /// The picture that was shown last.
    figure: Option<Forms>,
    /// Whether the last value was one.
    last_was_figure: bool,
    /// What is typed while a cell is waited for.
    keys: Keys,
    /// The answer to an interrupt, while it is still to come.
    interrupting: Option<Pending>,
}

/// How far a cell has come.
struct Cell {
    pending: Pending,
    shows: bool,
    /// Whether the session told that it is idle again.
    idle: bool,
    outcome: Option<(Outcome, Value)>,
    answered: Option<Instant>,
    sent: Instant,
    /// Whether it has begun, or it was told who is before it.
    begun: bool,
}

impl Shared {
    pub(super) fn new(
        client: Arc<Client>,
        told: Receiver<Told>,
        screen: Rc<RefCell<Screen>>,
        keyboard: Option<Rc<RefCell<Keyboard>>>,
        (presses, questions): (Presses, Interrupt),
    ) -> Result<Self, Failure> {
        let (router, told) = Router::start(told, &client)?;
        let moment = Moment::default();
        let (figure, last_was_figure) = (None, false);
        let keys = Keys::new(keyboard.is_some());
        let shared = Self {
            client,
            told,
            router,
            presses,
            screen,
            keyboard,
            questions,
            moment,
            figure,
            last_was_figure,
            keys,
            interrupting: None,
        };
        Ok(shared)
    }

    /// Whom one has come to, in lines. Kernels of others know nothing of it.
    pub(super) fn greeting(&mut self) -> Vec<String> {
        let Ok(people) = self.client.people() else { return Vec::new() };
        // One that is busy tells its time when it is idle.
        if people["execution_state"] == "idle"
            && let Ok(pending) =
                self.client.ask(Channel::Shell, "bioxen_request", json!({"ask": "state"}))
            && let Ok(Some(state)) = pending.within(PATIENCE)
        {
            self.take_moment(&state.content);
        }
        log::greeting(&people, self.client.who())
    }

    fn take_moment(&mut self, told: &Value) {
        if let Some(minutes) = told["time_min"].as_f64() {
            self.moment.minutes = minutes;
            self.moment.vm = told["vm"].as_str().map(str::to_owned);
        }
        if let Some(seed) = told["seed"].as_u64() {
            self.moment.seed = seed;
        }
    }

    /// Shows what was told while a cell is waited for.
    fn show(&mut self, cell: &mut Cell, one: Told) -> Result<(), Failure> {
        if one.request != cell.pending.request {
            if let Some(line) = self.router.foreign(&one) {
                self.screen.borrow_mut().note(&line)?;
            }
            return Ok(());
        }
        let mut screen = self.screen.borrow_mut();
        match one.news {
            News::Stream { error, text } => screen.stream(error, &text)?,
            News::Shown { name: Some(name), data, again, .. } if name.starts_with("run-") => {
                screen.meter(plain(&data), again)?;
            }
            News::Shown { data, value, .. } => {
                let picture = data.contains_key("image/png");
                if value {
                    self.last_was_figure = picture;
                }
                if picture {
                    self.figure = Some(data.clone());
                }
                if !value || cell.shows {
                    show_forms(&mut screen, &data)?;
                }
            }
            News::Failed { trace, message, .. } => {
                let text =
                    if trace.is_empty() { format!("error: {message}") } else { trace.join("\n") };
                screen.trace(&text)?;
            }
            News::Ask { prompt, .. } => {
                drop(screen);
                self.answer(&prompt)?;
            }
            News::State { busy: false } => cell.idle = true,
            News::Input { .. } => cell.begun = true,
            _ => {}
        }
        Ok(())
    }

    /// Answers a question of a cell.
    fn answer(&self, prompt: &str) -> Result<(), Failure> {
        self.questions.begin();
        let answer = self.keyboard.as_ref().map(|keyboard| keyboard.borrow_mut().ask(prompt));
        match answer {
            Some(Answer::Line(line)) => Ok(self.client.answer(&line)?),
            // Nobody can say anything; the cell ends.
            _ => Ok(self.client.interrupt(false)?),
        }
    }

    /// What keys ask for while a cell is waited for; whether the session is left.
    fn heed(&mut self) -> Result<bool, Failure> {
        match self.presses.take() {
            0 => {}
            1 => self.begin_interrupt(false)?,
            _ => {
                // The first press is meant as ever.
                self.begin_interrupt(false)?;
                let Some(keyboard) = self.keyboard.clone() else { return Ok(true) };
                self.questions.begin();
                let answer = keyboard.borrow_mut().ask("leave the session? It goes on. [y/N] ");
                if matches!(answer, Answer::Line(line) if line.trim().eq_ignore_ascii_case("y")) {
                    return Ok(true);
                }
            }
        }
        self.end_interrupt()?;
        match self.keys.pressed() {
            Pressed::Nothing => {}
            Pressed::Leave => return Ok(true),
            Pressed::Interrupt { force } => self.begin_interrupt(force)?,
            Pressed::People => {
                let lines = log::people(&self.client.people()?, self.client.who());
                self.screen.borrow_mut().lines(&lines)?;
            }
        }
        Ok(false)
    }

    fn begin_interrupt(&mut self, force: bool) -> Result<(), Failure> {
        let asked = json!({"force": force});
        self.interrupting = Some(self.client.ask(Channel::Control, "interrupt_request", asked)?);
        Ok(())
    }

    /// Shows what the session says to an interrupt, if it has said something.
    fn end_interrupt(&mut self) -> Result<(), Failure> {
        let Some(pending) = &self.interrupting else { return Ok(()) };
        let Some(answer) = pending.within(Duration::ZERO)? else { return Ok(()) };
        self.interrupting = None;
        if let (Outcome::Failed { message, .. }, _) = Pending::read(answer) {
            let text =
                format!("{message} (:interrupt force); :detach leaves the session, which goes on");
            self.screen.borrow_mut().error(&text)?;
        }
        Ok(())
    }

    /// Says, once, for whom a cell waits.
    fn tell_waiting(&self, cell: &mut Cell) -> Result<(), Failure> {
        if cell.begun || self.keyboard.is_none() || cell.sent.elapsed() < WAITING {
            return Ok(());
        }
        cell.begun = true;
        let asked =
            self.client.ask(Channel::Control, "bioxen_request", json!({"ask": "people"}))?;
        let Some(people) = asked.within(PATIENCE)? else { return Ok(()) };
        let running = &people.content["running"];
        if running.is_object() && running["msg_id"] != cell.pending.request.as_str() {
            let text = format!("waiting: {}; :interrupt force, :detach", log::running(running));
            self.screen.borrow_mut().note(&text)?;
        }
        Ok(())
    }

    /// Waits for a cell and shows what is told meanwhile; whether the session is left.
    fn follow(&mut self, cell: &mut Cell) -> Result<bool, Failure> {
        loop {
            match self.told.recv_timeout(LOOK) {
                Ok(one) => self.show(cell, one)?,
                Err(RecvTimeoutError::Timeout) => self.tell_waiting(cell)?,
                // The answer says why.
                Err(RecvTimeoutError::Disconnected) => {
                    cell.outcome = Some(cell.pending.outcome()?);
                    return Ok(false);
                }
            }
            if self.heed()? {
                return Ok(true);
            }
            // All is told, and the answer is on its way.
            let wait = if cell.idle { LOOK } else { Duration::ZERO };
            if cell.outcome.is_none()
                && let Some(message) = cell.pending.within(wait)?
            {
                cell.outcome = Some(Pending::read(message));
                cell.answered = Some(Instant::now());
            }
            let late = cell.answered.is_some_and(|at| at.elapsed() > REST);
            if cell.outcome.is_some() && (cell.idle || late) {
                return Ok(false);
            }
        }
    }

    /// An answer that comes at once, or none.
    pub(super) fn quickly(client: &Client, kind: &str, content: Value) -> Option<Value> {
        let pending = client.ask(Channel::Shell, kind, content).ok()?;
        Some(pending.within(PATIENCE).ok()??.content)
    }
}

impl Partner for Shared {
    fn evaluate(&mut self, text: &str, _: &str, shows: bool) -> Result<Came, Failure> {
        self.presses.forget();
        self.router.listen(true);
        let pending = self.client.execute(text, self.keyboard.is_some())?;
        let shows = shows && !is_ended(text);
        let mut cell = Cell {
            pending,
            shows,
            idle: false,
            outcome: None,
            answered: None,
            sent: Instant::now(),
            begun: false,
        };
        self.last_was_figure = false;
        let left = self.follow(&mut cell);
        self.router.listen(false);
        self.interrupting = None;
        // What belongs to others is for the next prompt.
        self.told.try_iter().for_each(|one| self.router.hand_back(&one));
        self.screen.borrow_mut().settle()?;
        if left? {
            return Err(Failure::Detached);
        }
        let (outcome, metadata) = cell.outcome.unwrap_or((Outcome::Aborted, Value::Null));
        self.take_moment(&metadata["bioxen"]);
        Ok(match outcome {
            Outcome::Done => Came::default(),
            Outcome::Failed { kind, message } => {
                let failed = message.lines().collect::<Vec<_>>().join(" ");
                Came { failed: Some(failed), interrupted: kind == "Interrupted", exited: false }
            }
            Outcome::Aborted => {
                let failed = "it was not evaluated, since an earlier text failed".to_owned();
                self.screen.borrow_mut().error(&format!("error: {failed}"))?;
                Came { failed: Some(failed), ..Came::default() }
            }
        })
    }

    fn moment(&self) -> Moment {
        self.moment.clone()
    }

    fn vms(&self) -> Result<Vec<VmLine>, Failure> {
        let state = self.client.state()?;
        let all = state["statuses"].as_array().into_iter().flatten().enumerate();
        Ok(all.map(|(i, status)| vm_line(status, &state["rows"][i])).collect())
    }

    fn variables(&self) -> Result<Vec<(String, String, String)>, Failure> {
        let state = self.client.state()?;
        let all = state["variables"].as_array().into_iter().flatten();
        let of = |one: &Value| {
            let text = |i: usize| one[i].as_str().unwrap_or_default().to_owned();
            (text(0), text(1), text(2))
        };
        Ok(all.map(of).collect())
    }

    fn help(&self, name: &str) -> Result<Option<String>, Failure> {
        let content = json!({"code": name, "cursor_pos": name.chars().count(), "detail_level": 1});
        let answer = self.client.ask(Channel::Shell, "inspect_request", content)?.well()?;
        let data = &answer["data"];
        let text = data["text/markdown"].as_str().or_else(|| data["text/plain"].as_str());
        Ok(text.filter(|text| !text.is_empty()).map(str::to_owned))
    }

    fn show_figure(&mut self, of_last_value: bool) -> Result<bool, Failure> {
        let Some(figure) = self.figure.clone().filter(|_| !of_last_value || self.last_was_figure)
        else {
            return Ok(false);
        };
        show_forms(&mut self.screen.borrow_mut(), &figure)?;
        Ok(true)
    }

    fn typed_ahead(&mut self) -> Option<String> {
        self.keys.next_text()
    }

    fn reset(&mut self) -> Result<bool, Failure> {
        let message = "`:reset` would take everything away from everybody who is here; start \
                       another session with `bioxen session start NAME`";
        self.screen.borrow_mut().error(&format!("error: {message}"))?;
        Ok(false)
    }

    fn exit_code(&self) -> Option<u8> {
        None
    }

    fn shared(&mut self) -> Option<&mut dyn Shares> {
        Some(self)
    }
}

fn plain(data: &Forms) -> &str {
    data.get("text/plain").and_then(Value::as_str).unwrap_or_default()
}

/// A value in the best form that the terminal has.
fn show_forms(screen: &mut Screen, data: &Forms) -> Result<(), Failure> {
    let png = data.get("image/png").and_then(Value::as_str);
    let png = png.and_then(|text| STANDARD.decode(text.replace('\n', "")).ok());
    Ok(screen.forms(plain(data), png.as_deref())?)
}

fn vm_line(status: &Value, rows: &Value) -> VmLine {
    let text = |field: &str| status[field].as_str().unwrap_or_default().to_owned();
    let word = |row: &Value, i: usize| row[i].as_str().unwrap_or_default().to_owned();
    let rows = rows.as_array().into_iter().flatten();
    let rows = rows.map(|row| (word(row, 0), word(row, 1))).collect();
    VmLine { id: text("id"), kind: text("biological_type"), state: text("state"), rows }
}
