//! Lines from a pipe, or from a terminal that can only print.

use bioxen::lang::text::into_plain;
use std::io::{self, Write};

use bioxen::session::{Gatherer, TooLong};

use super::super::failure::Failure;
use super::super::lines::{self, Line};
use super::command::Next;
use super::rust::goes_on;
use super::{Phase, Repl};

/// The longest line that is read [bytes].
const LONGEST: usize = 16 << 20;

impl Repl {
    /// Statement by statement, results only; with `prompting` as a dialogue.
    pub(super) fn pipe(&mut self, prompting: bool) -> Result<(), Failure> {
        let (mut lines, mut rust) = (Gatherer::default(), String::new());
        let (mut number, mut next) = (0, Next::GoOn);
        loop {
            if prompting {
                let prompt = if lines.is_empty() && rust.is_empty() {
                    self.prompt()
                } else {
                    "... ".to_owned()
                };
                write!(io::stdout(), "{prompt}").and_then(|()| io::stdout().flush())?;
            }
            self.phase.set(Phase::Reading);
            let line = read_line();
            self.phase.set(Phase::Between);
            let Some(line) = line? else { break };
            number += 1;
            let line = String::from_utf8(line).map_err(|_| Failure::Usage {
                message: format!("standard input is not UTF-8 text (line {number})"),
            })?;
            let line = if number == 1 { into_plain(line) } else { line };
            let command = lines.is_empty() && line.trim_start().starts_with([':', '?']);
            let text = if !rust.is_empty() || goes_on(line.trim_end()) {
                rust.push_str(&line);
                if rust.len() > LONGEST {
                    return Err(too_long(TooLong));
                }
                if goes_on(rust.strip_suffix('\n').unwrap_or(&rust)) {
                    continue;
                }
                std::mem::take(&mut rust)
            } else if command {
                line
            } else {
                match lines.push(&line, &self.session.borrow()) {
                    Ok(true) => lines.take(),
                    Ok(false) => continue,
                    Err(error) => return Err(too_long(error)),
                }
            };
            next = self.take_from_pipe(&text, prompting)?;
            if next == Next::Leave {
                break;
            }
        }
        let rest = if rust.is_empty() { lines.take() } else { rust };
        if !rest.trim().is_empty() {
            next = self.take_from_pipe(&rest, prompting)?;
        }
        if prompting {
            writeln!(io::stdout())?;
        }
        if next == Next::Leave {
            self.left()?;
        }
        if !prompting && self.failed {
            return Err(Failure::Reported);
        }
        Ok(())
    }

    fn take_from_pipe(&mut self, text: &str, prompting: bool) -> Result<Next, Failure> {
        if !text.trim().is_empty() {
            self.typed.push(text.trim_end().to_owned());
        }
        let next = self.take(text)?;
        if self.interrupted && !prompting {
            let minutes = self.partner.moment().minutes;
            let note =
                format!("interrupted at {minutes:.2} min of cell time; the rest is left out");
            return Err(Failure::Interrupted { note });
        }
        Ok(next)
    }
}

fn too_long(error: TooLong) -> Failure {
    Failure::Usage { message: error.to_string() }
}

/// A line with its end; nothing at the end of the input.
fn read_line() -> Result<Option<Vec<u8>>, Failure> {
    let line = lines::next(LONGEST, None).map_err(|error| Failure::Usage {
        message: format!("cannot read standard input: {error}"),
    })?;
    match line {
        Line::Whole(line) => Ok(Some(line)),
        Line::TooLong => Err(too_long(TooLong)),
        Line::End | Line::Stopped => Ok(None),
    }
}
