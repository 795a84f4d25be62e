//! The `bioxen` command.
mod cli {
    pub(crate) mod genome;
}

use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Run genomes as virtual machines inside one measured, resource-limited host cell
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Genome(cli::genome::GenomeArgs),
}

fn main() -> ExitCode {
    let Command::Genome(args) = Arguments::parse().command;
    match cli::genome::run(&args, &mut std::io::stdout().lock(), &mut std::io::stderr().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Nothing is left to be done if the error cannot be printed either.
            let _ = writeln!(std::io::stderr(), "error: {failure}");
            ExitCode::FAILURE
        }
    }
}
