//! What is typed to the front end and not to the cell: `:status`, `?name`.

use std::time::Instant;

use bioxen::nearest::{hint, nearest};

use super::super::failure::Failure;
use super::Repl;

/// What comes after a line.
pub(super) enum Next {
    /// Another line.
    GoOn,
    /// The end.
    Leave,
}

/// The commands: name, what follows it, what it does.
const COMMANDS: [(&str, &str, &str); 6] = [
    ("help", "[NAME]", "explains a function, a variable, a VM or a gene; ?NAME and NAME? do, too"),
    ("vms", "", "lists the VMs"),
    ("status", "", "shows the status of all VMs"),
    ("time", "TEXT", "evaluates a text and tells how long it took"),
    ("reset", "", "stops everything and begins anew at time zero"),
    ("quit", "", "leaves, as Ctrl-D does"),
];

impl Repl {
    /// Does what a command says; nothing if the line is none.
    pub(super) fn command(&mut self, typed: &str) -> Result<Option<Next>, Failure> {
        if let Some(name) = typed.strip_prefix('?').or_else(|| questioned(typed)) {
            self.explain(name.trim())?;
            return Ok(Some(Next::GoOn));
        }
        let Some(command) = typed.strip_prefix(':') else { return Ok(None) };
        let (name, rest) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
        match name {
            "help" | "h" if rest.is_empty() => self.overview()?,
            "help" | "h" => self.explain(rest.trim())?,
            "vms" | "status" => self.vms(name == "status")?,
            "time" => {
                let (started, before) = (Instant::now(), self.session.borrow().time_and_seed().0);
                self.evaluate(rest)?;
                let took = started.elapsed().as_secs_f64();
                let lived = self.session.borrow().time_and_seed().0 - before;
                let cell = format!("{took:.3} s for {lived} min of cell time");
                self.screen.borrow_mut().line(&cell)?;
            }
            "reset" => self.session.borrow_mut().reset()?,
            "quit" | "q" | "exit" => return Ok(Some(Next::Leave)),
            other => {
                self.failed = true;
                let near = nearest(other, COMMANDS.iter().map(|c| c.0));
                let text = format!("error: there is no command `:{other}`{}", hint(near));
                self.screen.borrow_mut().error(&text)?;
            }
        }
        Ok(Some(Next::GoOn))
    }

    fn explain(&mut self, name: &str) -> Result<(), Failure> {
        if name.is_empty() {
            return self.overview();
        }
        let session = self.session.borrow();
        let name = name.trim_end_matches("()");
        if let Some(help) = session.help(name, true) {
            return Ok(self.screen.borrow_mut().markdown(&help)?);
        }
        self.failed = true;
        let near = nearest(name, session.catalogue().names());
        let text = format!("error: nothing is known of `{name}`{}", hint(near));
        Ok(self.screen.borrow_mut().error(&text)?)
    }

    fn overview(&mut self) -> Result<(), Failure> {
        let mut screen = self.screen.borrow_mut();
        for (name, rest, does) in COMMANDS {
            screen.line(&format!("{:<14}  {does}", format!(":{name} {rest}").trim_end()))?;
        }
        screen.line("")?;
        screen.line("Begin with: let cell = quick_start_vm(\"ecoli\");")?;
        screen.line("Then: start_transcription([\"lacZ\"]); plot(run(10.min), [\"lacZ\"])")?;
        Ok(())
    }

    fn vms(&mut self, whole: bool) -> Result<(), Failure> {
        let session = self.session.borrow();
        let current = session.current_vm();
        let mut screen = self.screen.borrow_mut();
        let all = session.statuses();
        if all.is_empty() {
            screen.line("There is no VM; quick_start_vm(\"ecoli\") makes one.")?;
        }
        for status in all {
            if whole {
                screen.line(&bioxen::lang::Status(status).to_string())?;
                screen.line("")?;
            } else {
                let mark = if current.as_deref() == Some(&status.id) { '*' } else { ' ' };
                let (kind, state) = (status.biological_type, status.state);
                screen.line(&format!("{mark} {:<16}  {kind:<12}  {state}", status.id))?;
            }
        }
        Ok(())
    }
}

/// The name of `name?`.
fn questioned(typed: &str) -> Option<&str> {
    let name = typed.strip_suffix('?')?;
    name.chars().all(|c| c.is_alphanumeric() || c == '_').then_some(name)
}
