//! The parameters of a script as options of a command.

use std::io::Write;
use std::path::{Path, PathBuf};

use bioxen::durable;
use bioxen::lang::LangError;
use bioxen::lang::parameters::{AllGiven, Given, from_json, from_toml};
use bioxen::session::{Declared, Session, given};
use clap::Args;
use serde_json::json;

use super::super::failure::Failure;
use super::super::output::name;
use super::super::source::Source;

/// The largest file of parameters [bytes].
const LARGEST: u64 = 16 << 20;

/// What is set from outside.
#[derive(Debug, Args)]
pub(super) struct ParameterArgs {
    /// Set a parameter of the script, such as --set dose=1.mM or --set dose="1 mM"; may be repeated
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = given)]
    set: Vec<(String, Given)>,
    /// Set parameters from a file, TOML or JSON: dose = "1 mM"; --set comes before it
    #[arg(long, value_name = "FILE")]
    params: Option<PathBuf>,
    /// List the parameters of the script without running it; with --json for programs
    #[arg(long)]
    help_params: bool,
}

fn usage<T>(message: String) -> Result<T, Failure> {
    Err(Failure::Usage { message })
}

impl ParameterArgs {
    /// Whether the parameters are to be listed.
    pub(super) fn is_help(&self) -> bool {
        self.help_params
    }

    /// What is set, and by which option.
    ///
    /// # Errors
    /// When the file cannot be read, or a name is given twice.
    fn all(&self) -> Result<AllGiven, Failure> {
        let mut all = match &self.params {
            Some(path) => read(path)?,
            None => AllGiven::new(),
        };
        for (place, (name, given)) in self.set.iter().enumerate() {
            if self.set[..place].iter().any(|(before, _)| before == name) {
                return usage(format!("--set gives the parameter `{name}` twice"));
            }
            all.insert(name.clone(), given.clone());
        }
        Ok(all)
    }

    /// Where a parameter was set.
    fn option(&self, parameter: &str) -> String {
        match &self.params {
            Some(path) if !self.set.iter().any(|(name, _)| name == parameter) => {
                format!("--params {}", name(path))
            }
            _ => format!("--set {parameter}"),
        }
    }

    /// Sets the parameters of a session. What can be seen to be wrong is told before the script runs.
    ///
    /// # Errors
    /// When what is set does not fit the script.
    pub(super) fn set(&self, session: &mut Session, source: &Source) -> Result<(), Failure> {
        let all = self.all()?;
        if all.is_empty() {
            return Ok(());
        }
        let declared = session.declared_parameters(&source.text, &source.name);
        declared.check(&all).or_else(|error| usage(self.told(&error)))?;
        session.set_parameters(all);
        Ok(())
    }

    /// What was set and not asked for by a script that ran to its end.
    ///
    /// # Errors
    /// When there is such.
    pub(super) fn check_asked(&self, session: &Session, source: &Source) -> Result<(), Failure> {
        let declared = || session.declared_parameters(&source.text, &source.name);
        let unasked = session.unasked_parameters();
        let Some(declared) = (!unasked.is_empty()).then(declared) else { return Ok(()) };
        // A part of the script that was not reached may ask for it.
        let is_declared = |error: &LangError| match error {
            LangError::Parameter(error) => {
                declared.all.iter().any(|d| error.name() == Some(d.name.as_str()))
            }
            _ => false,
        };
        match unasked.iter().find(|error| !is_declared(error)) {
            Some(error) => usage(self.told(error)),
            None => Ok(()),
        }
    }

    fn told(&self, error: &LangError) -> String {
        let parameter = match error {
            LangError::Parameter(error) => error.name(),
            _ => None,
        };
        match parameter {
            Some(parameter) => format!("{}: {error}", self.option(parameter)),
            None => error.to_string(),
        }
    }
}

fn read(path: &Path) -> Result<AllGiven, Failure> {
    let file = name(path);
    let ending = path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
    let reader = match ending.as_deref() {
        Some("toml") => from_toml,
        Some("json") => from_json,
        _ => return usage(format!("--params `{file}` must end in .toml or .json")),
    };
    match durable::read_text(path, LARGEST) {
        Ok(text) => reader(&text).or_else(|error| usage(format!("--params `{file}`: {error}"))),
        Err(error) => usage(format!("--params cannot be read: {}", said(path, &error))),
    }
}

/// What the system says, with the name of the file once.
fn said(path: &Path, error: &std::io::Error) -> String {
    let (file, said) = (name(path), error.to_string());
    if said.contains(&file) { said } else { format!("`{file}`: {said}") }
}

/// Lists the parameters of a script.
///
/// # Errors
/// When the list cannot be written.
pub(super) fn list(
    session: &Session,
    source: &Source,
    is_json: bool,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let declared = session.declared_parameters(&source.text, &source.name);
    if is_json {
        let all: Vec<_> = declared.all.iter().map(|d| d.json()).collect();
        let report = json!({
            "script": source.name,
            "parameters": all,
            "complete": declared.is_complete(),
            "unread_lines": declared.unread,
        });
        writeln!(out, "{}", serde_json::to_string_pretty(&report)?)?;
        return Ok(());
    }
    if declared.all.is_empty() && declared.is_complete() {
        writeln!(out, "{} has no parameters", source.name)?;
    }
    let width = declared.all.iter().map(|d| d.name.chars().count()).max().unwrap_or(0);
    for parameter in &declared.all {
        writeln!(out, "{:width$}  {}", parameter.name, parameter.summary())?;
        for line in parameter.help().iter().flat_map(|help| help.lines()) {
            writeln!(out, "{:width$}  {line}", "")?;
        }
    }
    tell_unread(&declared, out)
}

fn tell_unread(declared: &Declared, out: &mut dyn Write) -> Result<(), Failure> {
    if !declared.unread.is_empty() {
        let lines: Vec<String> = declared.unread.iter().map(ToString::to_string).collect();
        let line = if lines.len() == 1 { "line" } else { "lines" };
        writeln!(
            out,
            "{line} {}: a parameter whose name, default or options are calculated, or wrong, cannot be listed \
             without running the script",
            lines.join(", ")
        )?;
    }
    if declared.hidden {
        writeln!(out, "there may be more, in imported scripts, in strings or behind an error")?;
    }
    Ok(())
}
