//! `bioxen check`: checks a script without running it.

use std::io::Write;
use std::path::PathBuf;

use bioxen::lang::WorldOptions;
use bioxen::permissions::plugin_folders;
use bioxen::session::{Diagnostic, Session};
use clap::Args;
use serde_json::json;

use super::failure::Failure;
use super::source;

/// Parse a script and resolve its names, without running it
///
/// The exit code is 0 if nothing is wrong, otherwise 1.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bioxen check my_protocol.rhai
  bioxen check my_protocol.rhai --json
  bioxen check - < my_protocol.rhai")]
pub(crate) struct CheckArgs {
    /// The script; - for standard input
    file: PathBuf,
    /// Folder of a plug-in that the script finds loaded; repeatable
    #[arg(long, value_name = "DIR")]
    plugin: Vec<PathBuf>,
    /// Folder in which load_plugin looks for plug-ins by their names, besides those of BIOXEN_PLUGINS; repeatable
    #[arg(long, value_name = "DIR")]
    plugins: Vec<PathBuf>,
    /// Print JSON for editors: each problem with line and column (from 1) and a suggestion
    #[arg(long)]
    json: bool,
}

/// Does what the arguments say.
pub(crate) fn run(args: &CheckArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let source = source::read(&args.file)?;
    let options = WorldOptions {
        read_dir: source.folder.clone(),
        plugins: plugin_folders(&args.plugins),
        load: args.plugin.clone(),
        ..WorldOptions::default()
    };
    let session = Session::new(options, Box::new(|_| {}))?;
    let outcome = session.check(&source.text, &source.name);
    if args.json {
        let problems = outcome.as_ref().err().map_or(&[][..], |all| all.as_slice());
        let problems: Vec<_> = problems.iter().map(Diagnostic::json).collect();
        let report = json!({ "file": source.name, "valid": outcome.is_ok(), "problems": problems });
        writeln!(out, "{}", serde_json::to_string_pretty(&report)?)?;
        return outcome.map_err(|_| Failure::Reported);
    }
    outcome.map_err(Failure::Check)?;
    writeln!(out, "{}: nothing wrong found", source.name)?;
    Ok(())
}
