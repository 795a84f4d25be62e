//! `bioxen completions`: completion in shells.

use std::io::Write;

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::failure::Failure;

/// Print the completion script for a shell
///
/// Write the output to a file that the shell reads; the examples show the usual places.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bioxen completions bash > ~/.local/share/bash-completion/completions/bioxen
  bioxen completions zsh > ~/.zfunc/_bioxen
  bioxen completions fish > ~/.config/fish/completions/bioxen.fish")]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Does what the arguments say.
pub(crate) fn run(args: &CompletionsArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut super::Arguments::command(), "bioxen", &mut text);
    Ok(out.write_all(&text)?)
}
