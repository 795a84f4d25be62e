//! `bioxen sweep summary`.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use super::super::super::failure::Failure;

/// Show the results of a sweep
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bioxen sweep summary dose.sweep")]
pub(in super::super) struct SummaryArgs {
    /// The folder of the sweep
    folder: PathBuf,
}

/// Does what the arguments say.
pub(in super::super) fn summary(args: &SummaryArgs, out: &mut dyn Write) -> Result<(), Failure> {
    Ok(writeln!(out, "{}", args.folder.display())?)
}
