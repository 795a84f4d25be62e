//! `bioxen config`: configurations of VMs.

use std::io::Write;
use std::path::{Path, PathBuf};

use bioxen::factory::config_file::{ConfigError, Format, VmConfig, template};
use bioxen::hypervisor::{BiologicalType, PluginType};
use bioxen::lang::WorldOptions;
use bioxen::permissions;
use bioxen::session::Session;
use clap::{Args, Subcommand};

use super::failure::Failure;
use super::output::name;

/// Write, check and show configurations of VMs
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bioxen config template ecoli > my.toml
  bioxen config validate my.toml
  bioxen config show my.toml --json
  bioxen config schema > vm.schema.json")]
pub(crate) struct ConfigArgs {
    #[command(subcommand)]
    command: ConfigCommand,
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Print a template of a configuration, as TOML with comments
    #[command(after_help = "Example:\n  bioxen config template syn3a > my.toml")]
    Template {
        /// syn3a, ecoli or minimal_cell
        #[arg(default_value = "ecoli")]
        biological_type: String,
    },
    /// Print a configuration with all its defaults filled in
    #[command(after_help = "Example:\n  bioxen config show my.toml --json")]
    Show {
        /// A .toml or .json file
        file: PathBuf,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Report all problems of configurations
    #[command(after_help = "Example:\n  bioxen config validate *.toml")]
    Validate {
        /// .toml or .json files
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Print the JSON Schema of configurations, which editors use for completion
    #[command(after_help = "Example:\n  bioxen config schema > vm.schema.json")]
    Schema,
}

/// Does what the arguments say.
pub(crate) fn run(args: &ConfigArgs, out: &mut dyn Write) -> Result<(), Failure> {
    match &args.command {
        ConfigCommand::Template { biological_type } => {
            let biological_type = BiologicalType::parse(biological_type)
                .map_err(|e| Failure::Usage { message: e.to_string() })?;
            write!(out, "{}", template(biological_type))?;
        }
        ConfigCommand::Show { file, json } => {
            let types = types_of(file).map_err(|message| Failure::Config { message })?;
            let read = VmConfig::load_among(file, &types).map_err(failed)?;
            let format = if *json { Format::Json } else { Format::Toml };
            write!(out, "{}", read.config.text(format))?;
        }
        ConfigCommand::Validate { files, json } => return validate(files, *json, out),
        ConfigCommand::Schema => {
            writeln!(out, "{}", serde_json::to_string_pretty(&VmConfig::schema())?)?;
        }
    }
    Ok(())
}

fn failed(error: ConfigError) -> Failure {
    Failure::Config { message: error.to_string() }
}

fn validate(files: &[PathBuf], json: bool, out: &mut dyn Write) -> Result<(), Failure> {
    let mut wrong = 0;
    for file in files {
        let types = match types_of(file) {
            Ok(types) => types,
            Err(problem) => {
                wrong += 1;
                tell(&name(file), &[problem], &[], json, out)?;
                continue;
            }
        };
        let (problems, notes) = match VmConfig::load_among(file, &types) {
            Ok(read) => {
                let folder = file.parent().unwrap_or(Path::new("."));
                let genome = read.config.to_config_among(folder, &types).err();
                let problems = genome.map(|error| format!("genome_file: {error}"));
                (problems.into_iter().collect(), read.notes)
            }
            Err(ConfigError::Invalid { problems, .. }) => {
                (problems.iter().map(ToString::to_string).collect(), Vec::new())
            }
            Err(error) => (vec![error.to_string()], Vec::new()),
        };
        wrong += usize::from(!problems.is_empty());
        tell(&name(file), &problems, &notes, json, out)?;
    }
    all_can_be_used(wrong, files.len(), "configurations")
}

/// An error if some of what was looked at cannot be used.
pub(super) fn all_can_be_used(wrong: usize, of: usize, what: &str) -> Result<(), Failure> {
    if wrong == 0 {
        return Ok(());
    }
    Err(Failure::Config { message: format!("{wrong} of {of} {what} cannot be used") })
}

/// The biological types of the plug-ins that a configuration names, or why one of these cannot be used.
fn types_of(file: &Path) -> Result<Vec<PluginType>, String> {
    // What is wrong with the file otherwise is told by who reads it.
    let named = VmConfig::plugins_in(file).unwrap_or_default();
    if named.is_empty() {
        return Ok(Vec::new());
    }
    let folder = file.parent().unwrap_or(Path::new("."));
    let options = WorldOptions {
        load: named.iter().map(|plugin| folder.join(plugin)).collect(),
        plugins: permissions::plugin_folders(&[]),
        ..WorldOptions::default()
    };
    let told = |error: &dyn std::fmt::Display| format!("plugins: {error}");
    let session = Session::new(options, Box::new(|_| {})).map_err(|error| told(&error))?;
    let types = session.plugins().into_iter().map(|plugin| plugin.biological_type());
    Ok(types
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| told(&error))?
        .into_iter()
        .flatten()
        .collect())
}

/// Prints what is wrong with a file, and what there is to say about it otherwise.
pub(super) fn tell(
    file: &str,
    problems: &[String],
    notes: &[String],
    json: bool,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    if json {
        let line = serde_json::json!({"file": file, "problems": problems, "notes": notes});
        return writeln!(out, "{line}");
    }
    for note in notes {
        writeln!(out, "{file}: note: {note}")?;
    }
    for problem in problems {
        // What cannot be read names its file itself.
        let told = problem.strip_prefix(file).filter(|rest| rest.starts_with([':', ' ']));
        let problem = told.map_or(problem.as_str(), |rest| rest.trim_start_matches([':', ' ']));
        writeln!(out, "{file}: {problem}")?;
    }
    if problems.is_empty() {
        writeln!(out, "{file}: good")?;
    }
    Ok(())
}
