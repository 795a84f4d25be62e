//! The `bioxen` command.

mod cli;

use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Run genomes as virtual machines inside one measured, resource-limited host cell.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Read and simulate SBML models.
    #[command(subcommand)]
    Sbml(cli::sbml::Command),
}

fn main() -> ExitCode {
    let Command::Sbml(command) = Arguments::parse().command;
    match cli::sbml::run(&command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to be done if even this fails.
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}
