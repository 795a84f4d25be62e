//! `bioxen man`: pages for man.

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, CommandFactory};

use super::failure::Failure;

/// Write the man pages
///
/// One for bioxen and one for each of its commands, such as bioxen-run.1, into a folder. Without a
/// folder the page of bioxen is printed.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bioxen man ~/.local/share/man/man1
  bioxen man | man -l -")]
pub(crate) struct ManArgs {
    /// The folder; it is made if it is not there
    dir: Option<PathBuf>,
}

/// Does what the arguments say.
pub(crate) fn run(args: &ManArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let command = super::Arguments::command();
    let Some(dir) = &args.dir else {
        return Ok(clap_mangen::Man::new(command).render(out)?);
    };
    let cannot = |e: std::io::Error| Failure::Usage {
        message: format!("cannot write into `{}`: {e}", dir.display()),
    };
    std::fs::create_dir_all(dir).map_err(cannot)?;
    clap_mangen::generate_to(command, dir).map_err(cannot)?;
    writeln!(out, "wrote the pages into {}; see them with `man bioxen`", dir.display())?;
    Ok(())
}
