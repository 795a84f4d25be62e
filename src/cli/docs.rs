//! `bioxen docs`: the reference of the language.

use std::io::Write;
use std::path::{Path, PathBuf};

use bioxen::durable;
use bioxen::lang::{Catalogue, WorldOptions, definitions, reference};
use bioxen::session::Session;
use clap::Args;

use super::failure::Failure;
use super::output::{DEFINITIONS, REFERENCE, name};

/// The longest reference that is compared [bytes].
const LONGEST: u64 = 64 << 20;

/// Write the reference of the process language
///
/// It is generated from the declarations of the functions, so it always agrees with them.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bioxen docs
  bioxen docs --check
  bioxen docs --search half-life
  bioxen docs --json | jq '.functions[].name'
  bioxen docs --definitions .rhai
  bioxen docs --plugin plugins/phage_t7

Exit codes: 0 written or current, 1 --check found the file stale.")]
pub(crate) struct DocsArgs {
    /// The file to write or to check
    #[arg(default_value = "docs/reference.md")]
    file: PathBuf,
    /// Only check whether the file is current
    #[arg(long, conflicts_with = "json")]
    check: bool,
    /// Print the reference as JSON and write no file
    #[arg(long)]
    json: bool,
    /// Find functions whose documentation contains these words, the best match first
    #[arg(long, value_name = "WORDS", conflicts_with_all = ["json", "check", "definitions"])]
    search: Option<String>,
    /// Write definitions of the language for editors (.d.rhai) into this folder
    #[arg(long, value_name = "DIR", conflicts_with_all = ["json", "check"])]
    definitions: Option<PathBuf>,
    /// Print the reference of the plug-in in this folder and write no file; with --json as JSON
    #[arg(long, value_name = "DIR", conflicts_with_all = ["check", "definitions", "search"])]
    plugin: Option<PathBuf>,
    /// Replace the file even if an earlier call did not write it
    #[arg(long)]
    force: bool,
}

/// Does what the arguments say.
pub(crate) fn run(args: &DocsArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let session = Session::new(WorldOptions::default(), Box::new(|_| {}))?;
    if let Some(folder) = &args.plugin {
        let loaded = session.read_plugin(folder)?;
        if args.json {
            let mut own = Catalogue::default();
            loaded.tell(&mut own);
            let reference = reference::as_json(&own);
            writeln!(out, "{}", serde_json::to_string_pretty(&reference)?)?;
        } else {
            write!(out, "{}", reference::of_plugin(&loaded))?;
        }
        return Ok(());
    }
    if let Some(words) = &args.search {
        let found = session.catalogue().search(words);
        for function in &found {
            writeln!(out, "{}\n    {}", function.signature(), function.summary())?;
        }
        if found.is_empty() {
            let message = format!("no function has `{words}` in its documentation");
            return Err(Failure::Usage { message });
        }
        return Ok(());
    }
    if args.json {
        let reference = reference::as_json(session.catalogue());
        writeln!(out, "{}", serde_json::to_string_pretty(&reference)?)?;
        return Ok(());
    }
    if let Some(folder) = &args.definitions {
        let file = folder.join(definitions::FILE);
        make_folder(folder)?;
        let text = definitions::definitions(session.catalogue());
        DEFINITIONS.write(&file, text.as_bytes(), args.force)?;
        writeln!(out, "wrote {}", name(&file))?;
        return Ok(());
    }
    let (file, text) = (name(&args.file), reference::markdown(session.catalogue()));
    if args.check {
        // A file that cannot be read is as stale as one that says something else.
        let present = durable::read_text(&args.file, LONGEST);
        if present.is_ok_and(|present| present == text) {
            writeln!(out, "{file} is current")?;
            return Ok(());
        }
        if !args.file.exists() {
            return Err(Failure::Absent { file: args.file.clone() });
        }
        return Err(Failure::Stale { file: args.file.clone() });
    }
    REFERENCE.check(&args.file, args.force)?;
    if let Some(folder) = args.file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        make_folder(folder)?;
    }
    REFERENCE.write(&args.file, text.as_bytes(), args.force)?;
    writeln!(out, "wrote {file}")?;
    Ok(())
}

fn make_folder(folder: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).map_err(|error| Failure::Usage {
        message: format!("cannot make the folder `{}`: {error}", name(folder)),
    })
}
