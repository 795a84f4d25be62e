//! The session of Rust: one cell after the other.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bioxen_rust::protocol::{Ask, End, Forms, Item, Stage, Told, Unable, Why};
use evcxr::{CommandContext, Error, EvalCallbacks, EvalOutputs};

use crate::inbox::Control;
use crate::outlet::Outlet;
use crate::prelude;
use crate::pump::{Pump, Seen};
use crate::render::Page;
use crate::tidy::tidy;
use crate::toolchain;
use crate::wishes::Wishes;

/// The variable that is there after a cell which has come to its end.
const REACHED: &str = "bioxen_reached";
/// The first cell. Its `?` tells evcxr that cells have one: without it, evcxr compiles each cell as one that has none,
/// and must then guess from the errors of the compiler that it has.
const FIRST: &str = "bioxen::start(); \"1\".parse::<i32>()?;";
/// The names of the crate `bioxen` that are not for users.
const HIDDEN: [&str; 5] = [REACHED, "begin", "partial", "start", "Running"];

/// The session of Rust.
pub(crate) struct Cells {
    context: CommandContext,
    outlet: Outlet,
    wishes: Wishes,
    pump: Pump,
    folder: PathBuf,
    /// What cells have from the beginning.
    first: String,
    /// Whether cells have `bioxen::engine`.
    has_engine: bool,
}

impl Cells {
    /// Begins one.
    ///
    /// # Errors
    /// When cells cannot be compiled.
    pub(crate) fn start(folder: &Path, outlet: Outlet, control: Control) -> Result<Self, Unable> {
        let begun = CommandContext::new();
        let (context, outputs) = begun.map_err(|error| toolchain::reason(error.to_string()))?;
        let stop = control.stop.clone();
        stop.learn(context.process_handle());
        let pump = Pump::new(outputs, outlet.clone(), stop);
        let wishes = Wishes::new(control, outlet.clone(), folder);
        let folder = folder.to_owned();
        let mut cells =
            Self { context, outlet, wishes, pump, folder, first: String::new(), has_engine: false };
        cells.outlet.tell(&Told::Stage { stage: Stage::Preparing });
        let unable = |message: String| Unable::Other { message };
        prelude::write(&cells.folder).map_err(|error| unable(error.to_string()))?;
        let first = prelude::dependency(&cells.folder, false);
        let first = format!(":offline 1\n{first}\nuse bioxen::print;");
        cells.first = first.clone();
        cells.quietly(&first).and_then(|()| cells.quietly(FIRST)).map_err(unable)?;
        Ok(cells)
    }

    /// Does what is asked.
    pub(crate) fn answer(&mut self, ask: Ask) {
        match ask {
            Ask::Execute { id, name, code, colour } => {
                let page = Page { name: &name, code: &code, colour, put_in: first_line(&code) };
                let end = self.execute(id, page);
                if code.lines().any(|line| line.trim() == ":clear") {
                    // It has taken the crate `bioxen` as well.
                    self.has_engine = false;
                    let first = self.first.clone();
                    let _ = self.quietly(&first).and_then(|()| self.quietly(FIRST));
                }
                let died = matches!(end, End::Failed { why: Why::Died | Why::Interrupted, .. });
                self.outlet.tell(&Told::Ended { id, end });
                tidy(&self.folder.join("work"));
                self.wishes.control().stop.reap();
                if died {
                    // In a new process; one that cannot have it shows its panics as Rust does.
                    let _ = self.quietly("bioxen::start();");
                }
            }
            Ask::Complete { id, code, position } => {
                let told = self.complete(id, &code, position);
                self.outlet.tell(&told);
            }
            Ask::Inspect { id, code, position } => {
                self.wishes.control().stop.begin(id);
                let position = end_of_word(&code, boundary(&code, position));
                let found = self.context.hover_at(&code, position).ok();
                let found = found.filter(|(text, _)| text != "No documentation found");
                self.wishes.control().stop.end();
                self.outlet.tell(&Told::Inspected { id, found });
            }
            // These do not come this way.
            Ask::Interrupt { .. } | Ask::Answer { .. } => {}
        }
    }

    fn execute(&mut self, id: u64, page: Page<'_>) -> End {
        self.outlet.tell(&Told::Stage { stage: Stage::Compiling });
        self.wishes.control().stop.begin(id);
        self.pump.begin(id);
        let before = self.variables();
        if !self.has_engine
            && prelude::wants_engine(page.code)
            && let Err(end) = self.bring_engine(page)
        {
            self.pump.finish(false);
            self.wishes.control().stop.end();
            return end;
        }
        let is_code = page.put_in.is_some();
        let begins = format!("bioxen::begin!({id}); let {REACHED} = ();");
        let outcome = self.evaluate(&with_line(page.code, page.put_in, &begins));
        let out_of_step = is_code && outcome.is_ok() && !self.wishes.has_ended(id);
        if out_of_step {
            self.wishes.control().stop.end_all();
            // This one finds that the process has ended, and evcxr starts another.
            let _ = self.quietly("bioxen::start();");
        }
        let seen = self.pump.finish(is_code && outcome.is_ok() && !out_of_step);
        let interrupted = self.wishes.control().stop.end();
        match outcome {
            Ok(_) if out_of_step && interrupted => self.interrupted(page, &before, &seen),
            Ok(_) if out_of_step => {
                let message =
                    "the cell is out of step: it has printed a line that only evcxr may print"
                        .to_owned();
                let rendered = page.with_help(&message, &[lost(&before), STAYS.to_owned()]);
                End::Failed { why: Why::Died, message, rendered }
            }
            Ok(outputs)
                if !is_code || self.context.variables_and_types().any(|(n, _)| n == REACHED) =>
            {
                End::Done { forms: forms(outputs) }
            }
            Ok(_) => self.ended_early(page, &seen),
            Err(_) if interrupted => self.interrupted(page, &before, &seen),
            Err(error) => self.failed(page, error, &before),
        }
    }

    /// A cell that has not come to its end, though its process has not ended.
    fn ended_early(&self, page: Page<'_>, seen: &Seen) -> End {
        let Some(panic) = seen.panics.last() else {
            let message = format!("`?` has ended the cell: {}", seen.last_line.trim());
            let rendered = page.plain(&message);
            return End::Failed { why: Why::Early, message, rendered };
        };
        let source = self.context.last_source().unwrap_or_default();
        let line = source.lines().nth(panic.line.saturating_sub(1));
        // A panic in another crate has another file.
        let line = line.filter(|_| panic.file == "src/lib.rs");
        let rendered = page.panic(&panic.message, line);
        End::Failed {
            why: Why::Panic,
            message: format!("the cell panicked: {}", panic.message),
            rendered,
        }
    }

    /// What an interrupt has cost.
    fn interrupted(&self, page: Page<'_>, before: &BTreeMap<String, String>, seen: &Seen) -> End {
        let message = "interrupted".to_owned();
        let help = if seen.begun {
            vec![lost(before), STAYS.to_owned()]
        } else {
            vec!["the cell had not begun to run: Rust has all its variables".to_owned()]
        };
        let rendered = page.with_help(&message, &help);
        End::Failed { why: Why::Interrupted, message, rendered }
    }

    fn failed(&self, page: Page<'_>, error: Error, before: &BTreeMap<String, String>) -> End {
        match error {
            Error::CompilationErrors(errors) => {
                let is_command = errors.iter().all(|e| e.json.is_null());
                let (message, rendered) = page.compilation(&errors);
                End::Failed {
                    why: if is_command { Why::Command } else { Why::Compile },
                    message,
                    rendered,
                }
            }
            Error::SubprocessTerminated(said) => {
                let last = said.lines().last().unwrap_or_default();
                let status = last.split_once("with status: ").map_or(last, |(_, status)| status);
                let message = format!("the cell has ended the process of Rust ({status})");
                let rendered = page.with_help(&message, &[lost(before), STAYS.to_owned()]);
                End::Failed { why: Why::Died, message, rendered }
            }
            error => {
                let said = error.to_string();
                let mut lines = said.lines();
                let message = lines.next().unwrap_or_default().to_owned();
                let rest: Vec<String> = lines.map(str::to_owned).collect();
                let help = if rest.is_empty() { Vec::new() } else { vec![rest.join("\n")] };
                let rendered = page.with_help(&message, &help);
                End::Failed { why: Why::Compile, message, rendered }
            }
        }
    }

    /// Gives cells `bioxen::engine`.
    fn bring_engine(&mut self, page: Page<'_>) -> Result<(), End> {
        let failed = |why, message: String| {
            let rendered = page.plain(&message);
            Err(End::Failed { why, message, rendered })
        };
        if let Err(message) = prelude::sources() {
            return failed(Why::Compile, message);
        }
        self.outlet.tell(&Told::Stage { stage: Stage::Engine });
        match self.quietly(&prelude::dependency(&self.folder, true)) {
            Ok(()) => {
                self.has_engine = true;
                self.outlet.tell(&Told::Stage { stage: Stage::Compiling });
                Ok(())
            }
            Err(_) if self.wishes.control().stop.is_interrupted() => {
                failed(Why::Interrupted, "interrupted".to_owned())
            }
            Err(said) => {
                failed(Why::Compile, format!("`bioxen::engine` cannot be compiled: {said}"))
            }
        }
    }

    fn complete(&mut self, id: u64, code: &str, position: usize) -> Told {
        self.wishes.control().stop.begin(id);
        let position = boundary(code, position);
        let found = self.context.completions(code, position);
        self.wishes.control().stop.end();
        let Ok(found) = found else {
            return Told::Completed { id, start: position, end: position, items: Vec::new() };
        };
        let all =
            found.completions.into_iter().filter(|item| !HIDDEN.contains(&item.code.as_str()));
        let items = all
            .map(|item| Item { code: item.code, kind: item.kind.to_owned(), label: item.label })
            .collect();
        Told::Completed { id, start: found.start_offset, end: found.end_offset, items }
    }

    fn evaluate(&mut self, code: &str) -> Result<EvalOutputs, Error> {
        let wishes = &self.wishes;
        let mut callbacks = EvalCallbacks {
            input_reader: &|request| wishes.fulfil(&request.prompt, request.is_password),
        };
        self.context.execute_with_callbacks(code, &mut callbacks)
    }

    /// Evaluates what no user has written.
    fn quietly(&mut self, code: &str) -> Result<(), String> {
        self.evaluate(code).map(drop).map_err(|error| match error {
            Error::CompilationErrors(errors) => {
                let rendered: Vec<String> = errors.iter().map(|e| e.rendered()).collect();
                let first = errors.first().map(|e| e.message()).unwrap_or_default();
                let rendered = rendered.join("\n");
                if rendered.trim().is_empty() { first } else { rendered }
            }
            error => error.to_string(),
        })
    }

    fn variables(&self) -> BTreeMap<String, String> {
        let all = self.context.variables_and_types().filter(|(name, _)| *name != REACHED);
        all.map(|(name, kind)| (name.to_owned(), kind.to_owned())).collect()
    }
}

/// The first line of a cell, from 0, that is code; commands, as `:dep`, come before it.
fn first_line(code: &str) -> Option<usize> {
    code.lines().position(|line| {
        let bare = line.trim_start_matches(' ');
        let passed = line.starts_with('!') || line.starts_with("//") || bare.starts_with(':');
        !passed && !line.trim().is_empty()
    })
}

/// A text with one more line at a place.
fn with_line(code: &str, at: Option<usize>, line: &str) -> String {
    let Some(at) = at else { return code.to_owned() };
    let start = code.split_inclusive('\n').take(at).map(str::len).sum();
    let (before, behind) = code.split_at(start);
    format!("{before}{line}\n{behind}")
}

/// What no interrupt ends.
const STAYS: &str =
    "functions, types, `use` and `:dep` of Rust stay; so do all variables and VMs of BioXen";

/// Says which variables are lost.
fn lost(before: &BTreeMap<String, String>) -> String {
    let names: Vec<String> = before.keys().map(|name| format!("`{name}`")).collect();
    match names.as_slice() {
        [] => "Rust had no variables that could be lost".to_owned(),
        [one] => format!("the variable {one} of Rust is lost"),
        [rest @ .., last] => {
            format!("the variables {} and {last} of Rust are lost", rest.join(", "))
        }
    }
}

/// The forms of a value; what `:vars` lists is for users only.
fn forms(outputs: EvalOutputs) -> Forms {
    let own = |line: &&str| !line.starts_with(&format!("{REACHED}: "));
    let row = format!("<tr><td>{REACHED}</td><td>()</td><tr>");
    let all = outputs.content_by_mime_type.into_iter();
    all.map(|(mime, content)| match mime.as_str() {
        "text/plain" => {
            (mime, content.trim_end().lines().filter(own).collect::<Vec<_>>().join("\n"))
        }
        "text/html" => (mime, content.replace(&row, "")),
        _ => (mime, content),
    })
    .filter(|(_, content)| !content.is_empty())
    .collect()
}

/// The place, or the one before it where a character ends.
fn boundary(code: &str, position: usize) -> usize {
    let position = position.min(code.len());
    (0..=position).rev().find(|at| code.is_char_boundary(*at)).unwrap_or(0)
}

/// Behind the word in which a place is.
fn end_of_word(code: &str, position: usize) -> usize {
    let rest = &code[position..];
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    position + rest.find(|c| !is_word(c)).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_stand_before_the_line_that_is_put_in() {
        let code = "\n:dep a = \"1\"\n// why\n  let x = 1;\nx";
        let at = first_line(code);
        assert_eq!(at, Some(3));
        let whole = with_line(code, at, "begin");
        assert_eq!(whole, "\n:dep a = \"1\"\n// why\nbegin\n  let x = 1;\nx");
        assert_eq!(with_line("x", first_line("x"), "begin"), "begin\nx");
        for none in ["", "\n", ":vars", "!ls\n// no"] {
            assert_eq!(first_line(none), None, "{none}");
            assert_eq!(with_line(none, None, "begin"), none);
        }
    }

    #[test]
    fn what_is_lost_is_named() {
        let of = |names: &[&str]| {
            lost(&names.iter().map(|n| ((*n).to_owned(), String::new())).collect())
        };
        assert_eq!(of(&["a"]), "the variable `a` of Rust is lost");
        assert_eq!(of(&["a", "b", "c"]), "the variables `a`, `b` and `c` of Rust are lost");
        assert!(of(&[]).contains("no variables"));
    }

    #[test]
    fn places_are_those_of_characters_and_words() {
        assert_eq!((boundary("é", 1), boundary("é", 9)), (0, 2));
        assert_eq!(end_of_word("double(1)", 3), 6);
    }
}
