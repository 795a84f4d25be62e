//! `bioxen man`: pages for man.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, Command, CommandFactory};

use super::failure::Failure;
use super::output::{PAGE, name};

/// Write the man pages
///
/// Writes one page for bioxen and one for each of its commands, such as bioxen-run.1, into a folder.
/// Without a folder it prints the page of bioxen.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bioxen man ~/.local/share/man/man1
  bioxen man | man -l -")]
pub(crate) struct ManArgs {
    /// The folder; it is created if it does not exist
    dir: Option<PathBuf>,
    /// Replace files of these names even if an earlier call did not write them
    #[arg(long, requires = "dir")]
    force: bool,
}

/// Does what the arguments say.
pub(crate) fn run(args: &ManArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let mut command = super::Arguments::command();
    let Some(dir) = &args.dir else {
        return Ok(clap_mangen::Man::new(command).render(out)?);
    };
    let cannot = |e: std::io::Error| Failure::Usage {
        message: format!("cannot write into `{}`: {e}", name(dir)),
    };
    std::fs::create_dir_all(dir).map_err(cannot)?;
    command = command.disable_help_subcommand(true);
    command.build();
    page(&command, dir, args.force)?;
    writeln!(out, "wrote the pages into {}; see them with `man bioxen`", name(dir))?;
    Ok(())
}

/// The pages of a command and of those below it.
fn page(command: &Command, dir: &Path, force: bool) -> Result<(), Failure> {
    for inner in command.get_subcommands().filter(|inner| !inner.is_hide_set()) {
        page(inner, dir, force)?;
    }
    let page = clap_mangen::Man::new(command.clone());
    let mut text = Vec::new();
    page.render(&mut text)?;
    PAGE.write(&dir.join(page.get_filename()), &text, force)
}
