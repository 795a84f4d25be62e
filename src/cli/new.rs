//! `bioxen new`: the script of a VM, question by question.

mod plan;
mod questions;

use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use bioxen::durable;
use bioxen::engine::Interrupt;
use bioxen::lang::Answer;
use clap::Args;

use super::ask::Keyboard;
use super::failure::Failure;
use super::interrupt;
use super::output::name;
pub(crate) use plan::Given;
pub(crate) use questions::{Asker, GivenUp, Trial, fill};

/// Write the script of a VM, question by question
///
/// Asks for the biological type, the name, the VM type and the limits, each with its default, and
/// prints a script that makes this VM. It does not ask for values given as options. Without a
/// terminal it asks nothing: give NAME and --type, or --yes for the defaults.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bioxen new
  bioxen new demo --type ecoli --max-ribosomes 80 --yes
  bioxen new demo --type ecoli -o demo.rhai
  bioxen new --yes | bioxen run -

Exit codes: 0 written, 1 no such VM can be made, 2 the call was wrong, 130 interrupted.")]
pub(crate) struct NewArgs {
    #[command(flatten)]
    given: Given,
    /// Do not ask; use the defaults for everything that is not given
    #[arg(long, short)]
    yes: bool,
    /// Write the script to a file
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace an existing file
    #[arg(long, short, requires = "output")]
    force: bool,
}

/// Does what the arguments say.
pub(crate) fn run(args: &NewArgs, out: &mut dyn Write) -> Result<(), Failure> {
    if let Some(path) = args.output.as_ref().filter(|path| path.exists() && !args.force) {
        let message = format!("`{}` is there already; --force replaces it", name(path));
        return Err(Failure::Usage { message });
    }
    let asked = !args.yes && io::stdin().is_terminal();
    if !asked && !args.yes && !args.given.is_enough() {
        let message = "there is no terminal to ask questions at; give NAME and --type, or --yes \
                       for the defaults (bioxen new --help)";
        return Err(Failure::Usage { message: message.to_owned() });
    }
    let mut trial = Trial::new()?;
    let plan = if asked {
        let dialogue = Interrupt::new();
        let mut questions = Questions(Keyboard::new(dialogue.clone()));
        interrupt::listen_once(move || dialogue.stop());
        fill(&args.given, &mut questions, &mut trial).map_err(|given_up| match given_up {
            GivenUp::Failed(failure) => failure,
            _ => Failure::Interrupted { note: "given up; nothing was written".to_owned() },
        })?
    } else {
        let plan = args.given.plan()?;
        trial.check(&plan).map_err(|message| Failure::Config { message })?;
        plan
    };
    let mut text = String::new();
    if let Some(path) = &args.output {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "// Run it: bioxen run {}", path.display());
    }
    for line in plan.lines() {
        let _ = writeln!(text, "{line}");
    }
    match &args.output {
        None => write!(out, "{text}")?,
        Some(path) => {
            durable::write(path, text.as_bytes()).map_err(|e| Failure::Usage {
                message: format!("cannot write `{}`: {e}", name(path)),
            })?;
            write!(out, "{}", plan.lines().join("\n") + "\n")?;
            writeln!(io::stderr(), "wrote {}", name(path))?;
        }
    }
    Ok(())
}

/// The questions of the menu, at the terminal itself, so that standard output may go to a file.
struct Questions(Keyboard);

impl Asker for Questions {
    fn ask(&mut self, question: &str) -> Result<String, GivenUp> {
        match self.0.ask(question) {
            Answer::Line(line) => Ok(line),
            Answer::Interrupted => Err(GivenUp::Interrupted),
            _ => Err(GivenUp::End),
        }
    }

    fn note(&mut self, text: &str) {
        // A note that nobody can read is no reason to fail.
        let _ = writeln!(io::stderr(), "{text}");
    }
}
