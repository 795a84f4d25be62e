//! The command line of the kernel.

mod behaviour;
mod doctor;
mod failure;
mod install;
mod place;
mod sharing;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use bioxen::nearest::nearest;
use bioxen::permissions::Closing;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::serve::serve;
use behaviour::Behaviour;
use failure::Failure;
use sharing::Sharing;

/// BioXen in notebooks: a Jupyter kernel
#[derive(Debug, Parser)]
#[command(name = "bioxen-kernel", version, args_conflicts_with_subcommands = true)]
#[command(after_help = "Examples:
  bioxen-kernel install --user
  bioxen-kernel install --user --allow-write results --max-operations 100000000
  bioxen-kernel doctor
  jupyter lab")]
struct Cli {
    #[command(subcommand)]
    task: Option<Task>,
    #[command(flatten)]
    run: RunArgs,
}

#[derive(Debug, Args)]
struct RunArgs {
    /// Run a kernel with this connection file; front ends do so
    #[arg(long, short = 'f', value_name = "FILE")]
    connection_file: Option<PathBuf>,
    #[command(flatten)]
    behaviour: Behaviour,
    #[command(flatten, next_help_heading = "A session of its own, that people share")]
    sharing: Sharing,
    /// Arguments of front ends that this kernel ignores, such as the file of `jupyter run`
    #[arg(hide = true)]
    ignored: Vec<String>,
}

#[derive(Debug, Subcommand)]
enum Task {
    Install(Box<install::InstallArgs>),
    Uninstall(install::UninstallArgs),
    Doctor(doctor::DoctorArgs),
}

/// What is wrong with a call, with the nearest option. That an option can be given as a value tells nobody
/// anything here.
fn with_nearest(mut error: clap::Error) -> clap::Error {
    let Some(ContextValue::String(given)) = error.get(ContextKind::InvalidArg).cloned() else {
        return error;
    };
    if error.kind() != ErrorKind::UnknownArgument || error.get(ContextKind::SuggestedArg).is_some()
    {
        return error;
    }
    error.remove(ContextKind::Suggested);
    let command = Cli::command();
    let names: Vec<String> = command
        .get_arguments()
        .filter_map(|a| a.get_long())
        .map(|name| format!("--{name}"))
        .collect();
    let given = given.split('=').next().unwrap_or_default();
    if let Some(near) = nearest(given, names.iter().map(String::as_str)) {
        error.insert(ContextKind::SuggestedArg, ContextValue::String(near.to_owned()));
    }
    error
}

/// Prints what is wrong with a call, or the help or version that was asked for.
fn told(error: &clap::Error) -> ExitCode {
    let printed = error.print().and_then(|()| io::stdout().flush());
    match printed {
        Err(failed) if !error.use_stderr() && failed.kind() != io::ErrorKind::BrokenPipe => {
            // Nobody is left to tell when this fails, too.
            let _ = writeln!(io::stderr(), "error: cannot write the output: {failed}");
            ExitCode::FAILURE
        }
        Err(_) if !error.use_stderr() => ExitCode::SUCCESS,
        _ => ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2)),
    }
}

/// Does what the command line says.
pub fn main() -> ExitCode {
    let command = bioxen::options::with_negative_numbers(Cli::command());
    let matches = match command.try_get_matches() {
        Ok(matches) => matches,
        Err(error) => return told(&with_nearest(error)),
    };
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    match perform(cli, &matches) {
        // As shells say it: 128 and the number of the signal.
        Ok(Some(signal)) => ExitCode::from(u8::try_from(128 + signal).unwrap_or(143)),
        Ok(None) => ExitCode::SUCCESS,
        Err(failure) => {
            // Nobody is left to tell when this fails.
            let _ = writeln!(io::stderr(), "error: {failure}");
            failure.exit_code()
        }
    }
}

fn perform(cli: Cli, matches: &ArgMatches) -> Result<Option<i32>, Failure> {
    match (cli.task, cli.run.connection_file) {
        (Some(Task::Install(args)), _) => {
            let own = matches.subcommand().map(|(_, own)| behaviour::given(own));
            install::install(&args, &own.transpose()?.unwrap_or_default()).map(|()| None)
        }
        (Some(Task::Uninstall(args)), _) => install::uninstall(&args).map(|()| None),
        (Some(Task::Doctor(args)), _) => doctor::doctor(&args).map(|()| None),
        (None, Some(file)) => {
            // Nobody is left to tell when this fails.
            let tell: fn(&str) = |text| drop(writeln!(io::stderr(), "{text}"));
            let sharing = &cli.run.sharing;
            let settings = cli.run.behaviour.settings(sharing.shared()?, sharing.durable());
            let _closing = settings.world.places.as_ref().map(Closing::of);
            serve(&file, &settings, tell).map_err(|source| Failure::Serve { source })
        }
        (None, None) => Err(match cli.run.ignored.into_iter().next() {
            Some(given) => Failure::unknown_command(given),
            None => Failure::NothingToDo,
        }),
    }
}

/// What is wrong with the options of a `kernel.json`, in a line.
fn complaint(argv: &[String]) -> Option<String> {
    let error = Cli::command().try_get_matches_from(argv).err()?;
    let text = error.to_string();
    let said = text.lines().take_while(|line| !line.starts_with("Usage")).map(str::trim);
    Some(said.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_call_is_said_with_the_nearest_option() {
        let told = |arguments: &[&str]| {
            let command = bioxen::options::with_negative_numbers(Cli::command());
            let words = ["bioxen-kernel"].iter().chain(arguments);
            let error = with_nearest(command.try_get_matches_from(words).unwrap_err());
            assert_eq!(error.exit_code(), 2, "{arguments:?}");
            error.to_string()
        };
        for (arguments, expected) in [
            (&["--nope"][..], "unexpected argument '--nope' found"),
            (&["--max-operation", "3"], "'--max-operations'"),
            (&["--conection-file=x"], "'--connection-file'"),
            (&["install", "--usr"], "'--user'"),
            (&["--max-operations", "-1"], "must be a whole number of 1 or more"),
            (&["--max-operations", "99999999999999999999999"], "from 1 to 18446744073709551615"),
        ] {
            let told = told(arguments);
            assert!(told.contains(expected), "{arguments:?}: {told}");
            assert!(!told.contains("to pass"), "{arguments:?}: {told}");
        }
    }
}
