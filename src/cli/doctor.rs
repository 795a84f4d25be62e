//! `bioxen doctor`: what works, what is missing, and what to do about it.

mod checks;
mod jupyter;

use std::io::Write;

use clap::Args;
use serde::Serialize;

use super::failure::Failure;
use super::repl::markdown::fold;
use super::terminal::Terminal;

/// Check what works in this installation, and what is missing
///
/// Checks the program itself, its genomes and its host cell, the terminal, the files of the user,
/// and the requirements of optional parts. The exit code is 1 only if BioXen itself does not work.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bioxen doctor
  bioxen doctor --json | jq '.checks[] | select(.state != \"ok\")'

Exit codes: 0 BioXen works, 1 something that it needs does not work.")]
pub(crate) struct DoctorArgs {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    /// It is as it should be.
    Ok,
    /// An optional part is not there.
    Missing,
    /// BioXen does not work.
    Failed,
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Check {
    /// What it belongs to.
    group: &'static str,
    /// What was looked at.
    name: &'static str,
    state: State,
    /// What was found.
    found: String,
    /// What would mend it.
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<String>,
}

impl Check {
    fn ok(group: &'static str, name: &'static str, found: impl Into<String>) -> Self {
        Self { group, name, state: State::Ok, found: found.into(), advice: None }
    }

    fn missing(
        group: &'static str,
        name: &'static str,
        found: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        let (found, advice) = (found.into(), Some(advice.into()));
        Self { group, name, state: State::Missing, found, advice }
    }

    fn of<E: std::fmt::Display>(
        group: &'static str,
        name: &'static str,
        outcome: Result<String, E>,
    ) -> Self {
        match outcome {
            Ok(found) => Self::ok(group, name, found),
            Err(error) => {
                Self { group, name, state: State::Failed, found: error.to_string(), advice: None }
            }
        }
    }
}

/// Does what the arguments say.
pub(crate) fn run(args: &DoctorArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let terminal = Terminal::find(false, None);
    let mut all = checks::program();
    all.extend(checks::terminal(&terminal));
    all.extend(checks::files());
    all.extend(jupyter::checks());
    let works = all.iter().all(|check| check.state != State::Failed);
    if args.json {
        let report = serde_json::json!({
            "version": env!("CARGO_PKG_VERSION"),
            "works": works,
            "checks": all,
        });
        writeln!(out, "{}", serde_json::to_string_pretty(&report)?)?;
    } else {
        print(&all, &terminal, out)?;
    }
    if works { Ok(()) } else { Err(Failure::Reported) }
}

fn print(all: &[Check], terminal: &Terminal, out: &mut dyn Write) -> Result<(), Failure> {
    let style = terminal.style;
    // A pipe has lines as long as they are.
    let columns = if terminal.interactive { terminal.columns() } else { usize::MAX };
    let wide = all.iter().map(|check| check.name.chars().count()).max().unwrap_or(0);
    let mut group = "";
    for check in all {
        if check.group != group {
            if !group.is_empty() {
                writeln!(out)?;
            }
            group = check.group;
            writeln!(out, "{}", style.bold(group))?;
        }
        let (mark, code) = match check.state {
            State::Ok => ("ok     ", "32"),
            State::Missing => ("missing", "33"),
            State::Failed => ("failed ", "1;31"),
        };
        let indent = wide + 13;
        let room = columns.saturating_sub(indent).max(24);
        let mut lines = fold(&check.found, room).into_iter();
        let first = lines.next().unwrap_or_default();
        writeln!(out, "  {}  {:<wide$}  {first}", style.paint(code, mark), check.name)?;
        for line in lines {
            writeln!(out, "{:indent$}{line}", "")?;
        }
        for line in check.advice.iter().flat_map(|a| fold(&format!("-> {a}"), room)) {
            writeln!(out, "{:indent$}{}", "", style.dim(&line))?;
        }
    }
    Ok(())
}
