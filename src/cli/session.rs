//! `bioxen session`: sessions that live on when their front ends go.

mod board;
mod list;
mod share;
mod start;

use std::io::{self, Write};
use std::thread::sleep;
use std::time::{Duration, Instant};

use bioxen::client::{Client, ClientError, Registry, Standing, connect};
use clap::{Args, Subcommand};

use super::attach::login_name;
use super::failure::Failure;
use super::repl::log_lines;

/// For a session to end by itself.
const FAREWELL: Duration = Duration::from_secs(60);

/// Start, list and stop sessions that live on when their front ends go
///
/// A session is a BioXen that runs in the background. People attach to it with `bioxen attach`, with
/// JupyterLab or jupyter console, work in it together, and leave it; it goes on until it is stopped.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bioxen session start lab
  bioxen session list
  bioxen session log lab
  bioxen session stop lab")]
pub(crate) struct SessionArgs {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    Start(start::StartArgs),
    List(list::ListArgs),
    Stop(StopArgs),
    Log(LogArgs),
    Share(share::ShareArgs),
    Unshare(share::UnshareArgs),
    Board(board::BoardArgs),
    Attach(super::attach::AttachArgs),
}

/// Stop a session
///
/// What it evaluates is interrupted. If it was started with --durable, `session start NAME --durable`
/// brings it back.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bioxen session stop lab

Exit codes: 0 it has ended, 1 it does not, 2 the call was wrong.")]
struct StopArgs {
    /// Its name
    name: String,
}

/// Show what was evaluated in a session, by whom, and what it showed
///
/// Of a session that has ended, what its process printed is shown.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bioxen session log lab
  bioxen session log lab --last 100
  bioxen session log lab --json")]
struct LogArgs {
    /// Its name
    name: String,
    /// How many texts
    #[arg(long, short = 'n', value_name = "N", default_value_t = 20)]
    last: usize,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Does what the arguments say.
pub(crate) fn run(args: &SessionArgs) -> Result<(), Failure> {
    match &args.task {
        Task::Start(args) => start::run(args),
        Task::List(args) => list::run(args),
        Task::Stop(args) => stop(&args.name),
        Task::Log(args) => log(args),
        Task::Share(args) => share::run(args),
        Task::Unshare(args) => share::unshare(args),
        Task::Board(args) => board::run(args),
        Task::Attach(args) => super::attach::run(args),
    }
}

/// A client of a session of this user.
fn client(registry: &Registry, name: &str) -> Result<Client, ClientError> {
    let (client, _) = Client::open(connect(&registry.find(name)?)?, &login_name())?;
    Ok(client)
}

fn stop(name: &str) -> Result<(), Failure> {
    let registry = Registry::own()?;
    client(&registry, name)?.shut_down()?;
    let begun = Instant::now();
    // The lock is the last that it gives up.
    while registry.standing(name) == Standing::Runs {
        if begun.elapsed() > FAREWELL {
            let reason = format!("it was asked to end {} s ago and has not", FAREWELL.as_secs());
            return Err(ClientError::Gone { reason }.into());
        }
        sleep(Duration::from_millis(20));
    }
    registry.sweep(name)?;
    writeln!(io::stderr(), "{name} has ended")?;
    Ok(())
}

fn log(args: &LogArgs) -> Result<(), Failure> {
    let registry = Registry::own()?;
    let mut out = io::stdout().lock();
    match client(&registry, &args.name) {
        Ok(client) => {
            let told = client.log(args.last)?;
            if args.json {
                writeln!(out, "{}", serde_json::to_string_pretty(&told["entries"])?)?;
                return Ok(());
            }
            for line in log_lines(&told) {
                writeln!(out, "{line}")?;
            }
            Ok(())
        }
        Err(error @ (ClientError::Unknown { .. } | ClientError::Stale { .. })) => {
            let file = registry.log(&args.name);
            match bioxen::durable::read(&file, 1 << 30) {
                Ok(text) if !args.json => {
                    writeln!(io::stderr(), "note: {} has ended; its process printed:", args.name)?;
                    out.write_all(&text)?;
                    Ok(())
                }
                _ => Err(error.into()),
            }
        }
        Err(error) => Err(error.into()),
    }
}
