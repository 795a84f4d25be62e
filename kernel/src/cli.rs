//! The command line of the kernel.

mod doctor;
mod failure;
mod install;
mod place;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::serve::{Settings, serve};
use failure::Failure;

/// BioXen in notebooks: a Jupyter kernel
#[derive(Debug, Parser)]
#[command(name = "bioxen-kernel", version, args_conflicts_with_subcommands = true)]
#[command(after_help = "Examples:
  bioxen-kernel install --user
  bioxen-kernel doctor
  jupyter lab")]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    run: RunArgs,
}

#[derive(Debug, Args)]
struct RunArgs {
    /// Run a kernel that listens where this file says; front ends do so
    #[arg(long, short = 'f', value_name = "FILE")]
    connection_file: Option<PathBuf>,
    /// Text that one cell may print [MB]
    #[arg(long, value_name = "MB", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=1024))]
    output_limit: u16,
    /// Remember no cells in the user's history file
    #[arg(long)]
    no_history: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    Install(install::InstallArgs),
    Uninstall(install::UninstallArgs),
    Doctor(doctor::DoctorArgs),
}

/// Does what the command line says.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match (cli.command, cli.run.connection_file) {
        (Some(Command::Install(args)), _) => install::install(&args),
        (Some(Command::Uninstall(args)), _) => install::uninstall(&args),
        (Some(Command::Doctor(args)), _) => doctor::doctor(&args),
        (None, Some(file)) => {
            let output_limit = usize::from(cli.run.output_limit) << 20;
            let settings = Settings { output_limit, history: !cli.run.no_history };
            serve(&file, &settings).map_err(|source| Failure::Serve { source })
        }
        (None, None) => Err(Failure::NothingToDo),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Nobody is left to tell when this fails.
            let _ = writeln!(io::stderr(), "error: {failure}");
            ExitCode::FAILURE
        }
    }
}
