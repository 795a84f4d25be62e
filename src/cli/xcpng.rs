//! `bioxen xcpng`: looks at a pool of XCP-ng, and destroys what killed processes have left in it.

mod check;
mod left;

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use bioxen::factory::config_file::VmConfig;
use bioxen::remote::MachineConfig;
use bioxen_xapi::Journal;
use clap::{Args, Subcommand};

use super::failure::Failure;
use super::interrupt;
use super::output::name;

/// Check a pool of XCP-ng, list the machines made in it, destroy those that are left
///
/// The configuration is that of a VM (`bioxen config template`) with a table [xcpng_config]: docs/xcpng.md.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bioxen xcpng check far.toml
  bioxen xcpng list far.toml --json
  bioxen xcpng gc far.toml
  bioxen xcpng gc far.toml --yes

Exit codes: 0 all went well, 1 something is wrong or could not be destroyed, 2 the call was wrong.")]
pub(crate) struct XcpngArgs {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Say of each part of a configuration whether the pool has it, and change nothing
    Check(CheckArgs),
    /// List the machines that were made in the pool, of others too
    List(ListArgs),
    /// Destroy machines that no process has any more, with their disks; without --yes only say which
    Gc(GcArgs),
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bioxen xcpng check far.toml")]
struct CheckArgs {
    /// Configuration of a VM with a table [xcpng_config]
    config: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bioxen xcpng list far.toml
  bioxen xcpng list far.toml --json")]
struct ListArgs {
    /// Configuration of a VM with a table [xcpng_config]
    config: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bioxen xcpng gc far.toml
  bioxen xcpng gc far.toml --yes
  bioxen xcpng gc far.toml --elsewhere --yes")]
struct GcArgs {
    /// Configuration of a VM with a table [xcpng_config]
    config: PathBuf,
    /// Destroy them
    #[arg(long)]
    yes: bool,
    /// Those of other computers and users as well, which may be in use
    #[arg(long)]
    elsewhere: bool,
}

/// What all tasks need.
struct Pool {
    config: MachineConfig,
    stop: Arc<AtomicBool>,
}

fn wrong(error: &dyn std::fmt::Display) -> Failure {
    Failure::Config { message: error.to_string() }
}

impl Pool {
    fn of(path: &std::path::Path) -> Result<Self, Failure> {
        let file = name(path);
        let read = VmConfig::load(path).map_err(|error| wrong(&error))?.config;
        let Some(table) = read.xcpng_config else {
            let message = format!("{file} has no table [xcpng_config]: see docs/xcpng.md");
            return Err(Failure::Config { message });
        };
        let config =
            MachineConfig::read(&table).map_err(|error| wrong(&format!("{file}: {error}")))?;
        let stop = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&stop);
        interrupt::listen_once(move || told.store(true, std::sync::atomic::Ordering::Relaxed));
        Ok(Self { config, stop })
    }

    /// How a task ends that has failed.
    fn failed(&self, error: &dyn std::fmt::Display) -> Failure {
        if self.stop.load(std::sync::atomic::Ordering::Relaxed) {
            return Failure::Interrupted { note: "interrupted".to_owned() };
        }
        wrong(error)
    }
}

/// The machines that this user's processes have written down.
fn journal() -> Result<Journal, Failure> {
    let folder = bioxen::permissions::machines().ok_or_else(|| {
        wrong(&"the machines are written down in your home folder, and HOME is not set")
    })?;
    Journal::open(&folder).map_err(|error| wrong(&error))
}

/// Does what the arguments say.
pub(crate) fn run(args: &XcpngArgs, out: &mut dyn Write) -> Result<(), Failure> {
    match &args.task {
        Task::Check(args) => check::check(&Pool::of(&args.config)?, out),
        Task::List(args) => left::list(&Pool::of(&args.config)?, args.json, out),
        Task::Gc(args) => left::collect(&Pool::of(&args.config)?, args, out),
    }
}
