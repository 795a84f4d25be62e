//! The command line. Each subcommand has a module. Results go to standard output, everything else
//! to standard error.

mod agent;
mod ask;
mod attach;
mod chassis;
mod check;
mod completions;
mod config;
mod docs;
mod doctor;
#[cfg(test)]
mod examples;
mod failure;
mod genome;
mod interrupt;
mod lines;
mod man;
mod new;
mod output;
mod package;
mod petab;
mod plugin;
mod progress;
mod repl;
mod run;
mod sbml;
mod session;
mod source;
mod sweep;
mod terminal;
mod top;
mod xcpng;

use std::io::{StdoutLock, Write};
use std::path::Path;
use std::process::ExitCode;

use bioxen::nearest::nearest;
use bioxen::options::with_negative_numbers;
use clap::error::{ContextKind, ContextValue};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use failure::Failure;

/// Run genomes as virtual machines inside one measured, resource-limited host cell
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = "Examples:
  bioxen
  bioxen run scripts/lac_induction.rhai --seed 1
  bioxen check my_protocol.rhai
  bioxen new demo --type ecoli --yes
  bioxen genome info ecoli
  bioxen plugin new my_plugin
  bioxen chassis steady --nutrient 0.5 --json
  bioxen sbml run model.xml --t-end 100 --points 101 --runs 1000
  bioxen petab fit problem.yaml --starts 20
  bioxen sweep plan.toml --on slurm
  bioxen doctor

Exit codes: 0 all went well, 1 the work failed, 2 the call was wrong; 130 after Ctrl-C, 143 after
SIGTERM, 129 after SIGHUP (the terminal was closed). A second signal ends the program at once."
)]
struct Arguments {
    /// The command [default: repl]
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Repl(repl::ReplArgs),
    Run(run::RunArgs),
    Check(check::CheckArgs),
    New(new::NewArgs),
    Genome(genome::GenomeArgs),
    Package(package::PackageArgs),
    Plugin(plugin::PluginArgs),
    Chassis(chassis::ChassisArgs),
    Config(config::ConfigArgs),
    Sbml(sbml::SbmlArgs),
    Petab(petab::PetabArgs),
    Sweep(sweep::SweepArgs),
    Shard(sweep::ShardArgs),
    Top(top::TopArgs),
    Session(session::SessionArgs),
    Attach(attach::AttachArgs),
    Xcpng(xcpng::XcpngArgs),
    Agent(agent::AgentArgs),
    Docs(docs::DocsArgs),
    Doctor(doctor::DoctorArgs),
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
}

/// An unknown command may be the name of a script, or a short typing error that clap does not find.
fn with_tip(mut error: clap::Error) -> clap::Error {
    let Some(ContextValue::String(given)) = error.get(ContextKind::InvalidSubcommand) else {
        return error;
    };
    let command = Arguments::command();
    let names = command.get_subcommands().map(clap::Command::get_name);
    let near = nearest(given, names)
        .filter(|_| std::env::args_os().nth(1).is_some_and(|first| first == given.as_str()));
    if Path::new(given).is_file() {
        let tip = format!("to run a script: bioxen run {given}");
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
        error.remove(ContextKind::SuggestedSubcommand);
    } else if let Some(near) = near
        && error.get(ContextKind::SuggestedSubcommand).is_none()
    {
        let near = ContextValue::Strings(vec![near.to_owned()]);
        error.insert(ContextKind::SuggestedSubcommand, near);
    }
    error
}

/// Prints what clap has to say: what is wrong with a call, or the help or version that was asked for.
fn told(error: &clap::Error) -> ExitCode {
    let printed = error.print().and_then(|()| std::io::stdout().flush());
    match printed {
        Err(failed) if !error.use_stderr() => ended(&Failure::Output(failed)),
        _ => ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2)),
    }
}

/// Runs what writes to standard output by itself.
fn released(out: StdoutLock<'_>, run: impl FnOnce() -> Result<(), Failure>) -> Result<(), Failure> {
    drop(out);
    run()
}

/// Tells why a command failed.
fn ended(failure: &Failure) -> ExitCode {
    let mut err = std::io::stderr();
    // Nothing is left to be done if the error cannot be printed either.
    let _ = failure.tell(&mut err).and_then(|()| err.flush());
    failure.exit_code()
}

/// Parses the arguments and does what they say.
pub(crate) fn main() -> ExitCode {
    let command = with_negative_numbers(Arguments::command());
    let arguments = command
        .try_get_matches()
        .and_then(|matches| Arguments::from_arg_matches(&matches))
        .map_err(with_tip);
    let arguments = match arguments {
        Ok(arguments) => arguments,
        Err(error) => return told(&error),
    };
    let (mut out, mut err) = (std::io::stdout().lock(), std::io::stderr());
    let command = arguments.command.unwrap_or_else(|| Command::Repl(repl::ReplArgs::default()));
    let outcome = match command {
        Command::Repl(args) => released(out, || repl::run(&args)),
        // The script's prints and the summary share standard output, one at a time.
        Command::Run(args) => released(out, || run::run(&args)),
        Command::Check(args) => check::run(&args, &mut out),
        Command::New(args) => new::run(&args, &mut out),
        Command::Genome(args) => genome::run(&args, &mut out, &mut err),
        Command::Package(args) => package::run(&args, &mut out),
        Command::Plugin(args) => plugin::run(&args, &mut out),
        Command::Chassis(args) => chassis::run(&args, &mut out),
        Command::Config(args) => config::run(&args, &mut out),
        Command::Sbml(args) => sbml::run(&args, &mut out),
        Command::Petab(args) => petab::run(&args, &mut out),
        Command::Sweep(args) => sweep::run(&args, &mut out),
        Command::Shard(args) => sweep::run_shard(&args, &mut out),
        Command::Top(args) => top::run(&args, &mut out),
        Command::Session(args) => released(out, || session::run(&args)),
        Command::Attach(args) => released(out, || attach::run(&args)),
        Command::Xcpng(args) => xcpng::run(&args, &mut out),
        // The frames of an agent are written by its threads.
        Command::Agent(args) => released(out, || agent::run(&args)),
        Command::Docs(args) => docs::run(&args, &mut out),
        Command::Doctor(args) => doctor::run(&args, &mut out),
        Command::Completions(args) => completions::run(&args, &mut out),
        Command::Man(args) => man::run(&args, &mut out),
    };
    // The end of a text without a last line waits to be written.
    let outcome = outcome.and_then(|()| Ok(std::io::stdout().flush()?));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => ended(&failure),
    }
}
