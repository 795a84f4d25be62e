//! `bioxen check`: is a script right, without running it?

use std::io::Write;
use std::path::PathBuf;

use bioxen::lang::WorldOptions;
use bioxen::session::Session;
use clap::Args;

use super::failure::Failure;
use super::source;

/// Parse a script and resolve its names, without running it
///
/// Ends with 0 if nothing is wrong and with 1 otherwise.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bioxen check my_protocol.rhai
  bioxen check - < my_protocol.rhai")]
pub(crate) struct CheckArgs {
    /// The script; - for standard input
    file: PathBuf,
}

/// Does what the arguments say.
pub(crate) fn run(args: &CheckArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let source = source::read(&args.file)?;
    let session = Session::new(WorldOptions::default(), Box::new(|_| {}))?;
    session.check(&source.text, &source.name).map_err(Failure::Check)?;
    writeln!(out, "{}: nothing wrong found", source.name)?;
    Ok(())
}
