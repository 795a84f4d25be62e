//! `execute_request`.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Instant;

use bioxen::lang::files;
use bioxen::session::Display;
use bioxen::session::lex::{Kind, lex};

use super::Shell;
use super::assist::help_bundle;
use super::magic;
use super::present::{Failure, bundle};
use crate::messages::{
    CellReply, CellState, ExecuteInput, ExecuteRequest, ExecuteResult, Expression, Payload, Reply,
    Shown,
};
use crate::post::Channel;
use crate::screen::Stream;
use crate::wire::Incoming;

/// What is said of a cell that calls `exit`.
const EXITED: &str = "`exit` has ended this cell; the kernel goes on. The front end ends a kernel: \
                      in JupyterLab Kernel > Shut Down Kernel, in a console Ctrl-D\n";
/// What is said of an interrupt once a run was interrupted.
const RECORDED: &str =
    "help: `interrupted_trace()` gives what the last interrupted run had recorded";

/// What a cell gave.
#[derive(Debug, Default)]
struct Outcome {
    value: Option<Display>,
    /// The value in all its forms.
    content: Option<Shown>,
    payload: Vec<Payload>,
}

impl Outcome {
    /// Its value in short.
    fn text(&self) -> Option<String> {
        let value = self.value.as_ref().map(|d| d.short().to_owned());
        // That of Rust has its forms alone.
        value.or_else(|| self.content.as_ref()?.data.plain.clone())
    }
}

impl Shell {
    /// Executes a cell and answers. Gives the cells behind it that are to be given up: those that
    /// were there before anyone could know that this one failed.
    pub(super) fn execute(
        &mut self,
        message: &Incoming,
        request: &ExecuteRequest,
    ) -> Vec<Incoming> {
        let (code, silent) = (request.code.as_str(), request.silent);
        let store = !silent && request.store_history && !code.trim().is_empty();
        if store {
            self.count += 1;
        }
        let count = self.count;
        let (screen, together) = (self.around.screen.clone(), self.around.together.clone());
        // Where several people work, the log has what programs evaluate silently, too.
        let logged = (!silent || together.is_session()).then_some(count);
        together.begin(message, code, logged, || self.session.begin_turn());
        screen.begin(&message.parent, silent);
        screen.show(&ExecuteInput { code: code.to_owned(), execution_count: count });
        self.asker.begin(message, request);
        if !silent && let Some(remark) = self.remark.take() {
            screen.print(Stream::Err, &remark);
        }
        self.note(&message.who(), code);
        self.for_a_guest = message.caller.door.is_for_guests();
        let outcome = self.evaluate(code, &format!("In[{count}]")).and_then(|o| self.drawn(o));
        let user_expressions = match &outcome {
            Ok(_) => self.expressions(&message.who(), &request.user_expressions),
            Err(_) => BTreeMap::new(),
        };
        if store {
            let output = outcome.as_ref().ok().and_then(Outcome::text);
            self.history.add(count, code, output);
        }
        self.wishes.form.set(self.wishes.usual);
        self.wishes.live.set(false);
        let failed = outcome.is_err();
        let (outcome, payload) = match outcome {
            Ok(Outcome { content, mut payload, .. }) => {
                if is_farewell(code) {
                    // A console would end the session for everybody.
                    payload.push(Payload::AskExit { keepkernel: together.is_session() });
                }
                if let Some(shown) = content {
                    screen.show_counted(ExecuteResult { execution_count: count, shown });
                }
                (Reply::done(), payload)
            }
            Err(mut failure) => {
                if failure.ename == Failure::INTERRUPTED
                    && let Some(who) = together.interrupted_by()
                {
                    failure.traceback.push(format!("note: `{who}` has interrupted it"));
                }
                let content = failure.content();
                screen.show(&content);
                (Reply::Error(content), Vec::new())
            }
        };
        screen.flush();
        together.end(cell_state(&outcome), || self.session.end_turn());
        for text in request.user_expressions.values() {
            together.aside(&message.who(), text, count);
        }
        self.report();
        let given_up = if failed && request.stop_on_error {
            self.take_queued_cells(&message.header.session)
        } else {
            Vec::new()
        };
        let reply = CellReply { outcome, execution_count: count, user_expressions, payload };
        self.around.post.reply_with(Channel::Shell, message, &reply, &self.after());
        given_up
    }

    /// Draws what a cell gave, which a user may interrupt as well.
    fn drawn(&self, mut outcome: Outcome) -> Result<Outcome, Failure> {
        if let Some(value) = &outcome.value {
            let content = bundle(value, self.wishes.form.get(), &self.wishes.stop());
            outcome.content = Some(content.ok_or_else(Failure::interrupted)?);
        }
        Ok(outcome)
    }

    /// Evaluates a cell with what it begins with.
    fn evaluate(&mut self, code: &str, name: &str) -> Result<Outcome, Failure> {
        let (magic, rest) = magic::read(code)?;
        let mut outcome = Outcome::default();
        if let Some(path) = magic.file {
            let written = files::write(Path::new("."), &self.allowed, &path, rest.as_bytes());
            let path = written.map_err(|e| Failure::new("FileError", e.to_string()))?;
            self.around
                .screen
                .print(Stream::Out, &format!("written: {}\n", bioxen::visible::path(&path)));
            return Ok(outcome);
        }
        if !magic.help.is_empty() {
            let pages: Vec<String> = magic
                .help
                .iter()
                .map(|(n, detail)| self.help(n, *detail))
                .collect::<Result<_, _>>()?;
            let help = help_bundle(&pages.join("\n\n---\n\n"));
            outcome.payload.push(Payload::Page { data: Box::new(help), start: 0 });
        }
        if let Some(form) = magic.form {
            self.wishes.form.set(form);
        }
        self.wishes.live.set(magic.live);
        let start = Instant::now();
        if magic.rust && self.for_a_guest {
            let text = "only who has started the session evaluates Rust, which may do all that this user may";
            return Err(Failure::new("NotYours", text));
        }
        if magic.rust {
            let content = self.run_rust(&rest, name);
            self.say_time(magic.time, start);
            outcome.content = content?;
            return Ok(outcome);
        }
        let value = match &magic.vm {
            Some(id) => self.on_vm(id, &rest, name),
            // A cell that only asks evaluates nothing.
            None if rest.trim().is_empty() => Ok(None),
            None => self.run(&rest, name),
        };
        self.say_time(magic.time, start);
        outcome.value = value?;
        Ok(outcome)
    }

    fn say_time(&self, wanted: bool, start: Instant) {
        if wanted {
            let seconds = start.elapsed().as_secs_f64();
            self.around.screen.print(Stream::Out, &format!("{}\n", wall_time(seconds)));
        }
    }

    /// What explains a name.
    fn help(&self, name: &str, detail: bool) -> Result<String, Failure> {
        if name.is_empty() || name.starts_with("%%") {
            return Ok(magic::HOW_TO_ASK.to_owned());
        }
        let short = name.rsplit(['.', ':']).next().unwrap_or(name);
        let help = self.session.help(name, detail).or_else(|| self.session.help(short, detail));
        help.or_else(|| self.session.search(name))
            .ok_or_else(|| Failure::new("HelpError", format!("there is no help for `{name}`")))
    }

    /// Evaluates a text on a VM; the one that was current is current again afterwards.
    fn on_vm(&mut self, id: &str, code: &str, name: &str) -> Result<Option<Display>, Failure> {
        let before = self.session.current_vm();
        self.session
            .with_lab(|lab| lab.attach(id))
            .map_err(|error| Failure::new("ScriptError", error.to_string()))?;
        let value = self.run(code, name);
        self.session.with_lab(|lab| match before {
            // A VM that the cell has destroyed cannot be current again.
            Some(before) => drop(lab.attach(&before)),
            None => lab.detach(),
        });
        value
    }

    /// Evaluates a text. Whatever goes wrong inside goes wrong for this text only.
    fn run(&mut self, code: &str, name: &str) -> Result<Option<Display>, Failure> {
        let session = &mut self.session;
        let outcome = catch_unwind(AssertUnwindSafe(|| session.eval_rich(code, name)));
        match outcome {
            Ok(Ok(_)) if self.session.exited() => {
                self.around.screen.print(Stream::Err, EXITED);
                Ok(None)
            }
            Ok(Ok(value)) => Ok(value.filter(|_| !ends_quietly(code))),
            Ok(Err(diagnostic)) => {
                let mut failure = Failure::from(&*diagnostic);
                if diagnostic.interrupted && self.session.has_interrupted_trace() {
                    failure.traceback.push(RECORDED.to_owned());
                }
                Err(failure)
            }
            Err(_) => Err(Failure::new(
                "InternalError",
                "BioXen has made a mistake inside; please report it with this cell",
            )),
        }
    }

    /// Evaluates what a front end wants to know beside.
    fn expressions(
        &mut self,
        who: &str,
        asked: &BTreeMap<String, String>,
    ) -> BTreeMap<String, Expression> {
        let answer = |(key, text): (&String, &String)| {
            self.note(who, text);
            let drawn = self.run(text, key).and_then(|value| {
                bundle(&value.unwrap_or_default(), self.wishes.usual, &self.wishes.stop())
                    .ok_or_else(Failure::interrupted)
            });
            let answer = drawn.map_or_else(|f| Reply::Error(f.content()), Reply::Ok);
            (key.clone(), answer)
        };
        asked.iter().map(answer).collect()
    }
}

/// How a cell ended, for the log.
fn cell_state(outcome: &Reply) -> CellState {
    match outcome {
        Reply::Error(failed) if failed.ename == Failure::INTERRUPTED => CellState::Interrupted,
        Reply::Error(_) => CellState::Error,
        _ => CellState::Ok,
    }
}

/// Whether a cell says nothing but that it is over, upon which consoles end.
fn is_farewell(code: &str) -> bool {
    matches!(code.trim().trim_end_matches(';'), "exit()" | "exit(0)")
}

/// Whether a text ends with a semicolon, which keeps its value from being shown.
fn ends_quietly(code: &str) -> bool {
    let all: Vec<char> = code.chars().collect();
    let tokens = lex(&all);
    let last = tokens.iter().rev().find(|t| !matches!(t.kind, Kind::Comment { .. }));
    last.is_some_and(|t| t.kind == Kind::Sign && all[t.end - 1] == ';')
}

fn wall_time(seconds: f64) -> String {
    if seconds < 1.0 {
        format!("wall time: {:.1} ms", 1000.0 * seconds)
    } else {
        format!("wall time: {seconds:.2} s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn semicolons_at_the_end_are_quiet() {
        for code in ["1;", "1; ", "f(1);  // why\n", "a; /* b */"] {
            assert!(ends_quietly(code), "{code}");
        }
        for code in ["", "1; 2", "\";\"", "// a;", "1 // ;"] {
            assert!(!ends_quietly(code), "{code}");
        }
    }

    #[test]
    fn times_are_readable() {
        assert_eq!(wall_time(0.0123), "wall time: 12.3 ms");
        assert_eq!(wall_time(75.0), "wall time: 75.00 s");
    }
}
