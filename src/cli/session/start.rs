//! `bioxen session start`.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::Receiver;
use std::thread::sleep;
use std::time::Duration;

use bioxen::client::{
    Client, ClientError, Connection, News, Outcome, Pending, Registry, Started, Told, connect,
};
use clap::{Args, ValueEnum};

use super::super::attach::login_name;
use super::super::failure::Failure;
use super::super::output::name;
use super::super::repl::came_back;
use super::super::source;
use super::share::share;

/// Between two looks whether the session answers.
const LOOK: Duration = Duration::from_millis(20);
/// For a script to fail before it is left to the session.
const SOON: Duration = Duration::from_secs(2);
/// What is shown of what a process printed that has ended [bytes].
const TOLD: usize = 2000;
/// The name of the program that is a session.
const KERNEL: &str = "bioxen-kernel";

/// Who may interrupt what somebody else evaluates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Policy {
    /// Everybody.
    Free,
    /// Everybody, but only with force.
    Own,
    /// Only whoever has started the session, with force.
    Owner,
}

/// Start a session in the background
///
/// It goes on when this terminal is closed, until `bioxen session stop` ends it or the machine is
/// switched off. With --durable it comes back from its last checkpoint when it is started again.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bioxen session start lab
  bioxen session start lab --durable --script scripts/two_tenants.rhai
  bioxen session start class --interrupts owner
  bioxen session start class --group students
  bioxen session start lab -- --allow-write results --max-operations 100000000

Exit codes: 0 it runs, 1 it cannot run or its script failed (then it runs), 2 the call was wrong.")]
pub(super) struct StartArgs {
    /// What it is called: letters, digits, - and _
    name: String,
    /// Keep checkpoints, from which it comes back after it was killed or the machine was restarted
    #[arg(long)]
    durable: bool,
    /// A script that is evaluated first
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,
    /// Share it with the members of a group of this machine, who come in by `bioxen attach YOU/NAME`
    #[arg(long, value_name = "GROUP")]
    group: Option<String>,
    /// Who may interrupt what others evaluate
    #[arg(long, value_enum, value_name = "WHO", default_value = "own")]
    interrupts: Policy,
    /// Options of `bioxen-kernel`, which is the session: see `bioxen-kernel --help`
    #[arg(last = true, value_name = "OPTIONS")]
    kernel: Vec<String>,
}

/// Starts a session and waits until it answers.
pub(super) fn run(args: &StartArgs) -> Result<(), Failure> {
    let script = args.script.as_deref().map(source::read).transpose()?;
    let program = kernel()?;
    let registry = Registry::own()?;
    let Started { connection, log } = match registry.begin(&args.name) {
        // It comes back, which is what checkpoints are for.
        Err(ClientError::Stale { .. }) if args.durable => {
            registry.sweep(&args.name)?;
            writeln!(io::stderr(), "note: {} had ended unexpectedly; it starts again", args.name)?;
            registry.begin(&args.name)?
        }
        begun => begun?,
    };
    let outcome = begin(args, &registry, &program, &connection, log);
    let client = match outcome {
        Ok(client) => client,
        Err(failure) => {
            // What it has begun is taken away; its log stays.
            let _ = registry.sweep(&args.name);
            return Err(failure);
        }
    };
    let (client, told) = client;
    let shared = args.group.as_deref().map(|group| share(&client, &args.name, group));
    let shared = shared.transpose().inspect_err(|_| {
        // It was to be shared or not to be.
        let _ = client.shut_down();
    })?;
    let failed = match script {
        Some(source) => evaluated(&client, &told, &source.text)?,
        None => None,
    };
    for line in came_back(&client.people()?) {
        writeln!(io::stderr(), "{line}")?;
    }
    let mut out = io::stdout();
    writeln!(out, "{} runs; `bioxen attach {}` attaches to it", args.name, args.name)?;
    writeln!(out, "connection file: {}", connection.display())?;
    if let Some(shared) = shared {
        writeln!(out, "{shared}")?;
    }
    match failed {
        None => Ok(()),
        Some(message) => Err(Failure::Session {
            message: format!(
                "the script failed: {message}; `bioxen session log {}` tells more",
                args.name
            ),
        }),
    }
}

/// Has the script evaluated; why it failed, if it does so soon. It is the session's from here on, however
/// long it takes.
fn evaluated(
    client: &Client,
    told: &Receiver<Told>,
    text: &str,
) -> Result<Option<String>, Failure> {
    let cell = client.execute(text, false)?;
    let begins = |one: Told| {
        let news = matches!(one.news, News::Input { .. } | News::Failed { .. });
        one.request == cell.request && news
    };
    told.iter().any(begins);
    let answer = cell.within(SOON)?;
    Ok(match answer.map(|answer| Pending::read(answer).0) {
        Some(Outcome::Failed { message, .. }) => Some(message),
        _ => None,
    })
}

type Begun = (Client, Receiver<Told>);

fn begin(
    args: &StartArgs,
    registry: &Registry,
    program: &Path,
    connection: &Path,
    log: fs::File,
) -> Result<Begun, Failure> {
    let mut command = Command::new(program);
    command.arg("-f").arg(connection).args(["--session", &args.name]);
    let policy = args.interrupts.to_possible_value();
    let policy = policy.as_ref().map_or("own", |policy| policy.get_name());
    command.args(["--policy", policy, "--owner", &login_name()]);
    if args.durable {
        command.arg("--durable").arg(registry.checkpoints(&args.name)?);
    }
    command.args(&args.kernel);
    let errors = log.try_clone()?;
    command.stdin(Stdio::null()).stdout(log).stderr(errors);
    let mut child = command.spawn().map_err(|error| Failure::Session {
        message: format!("cannot start `{}`: {error}", name(program)),
    })?;
    loop {
        // Its sockets are there one after the other.
        let line = Connection::read(connection).and_then(|it| connect(&it));
        if let Ok(line) = line {
            return Ok(Client::open(line, &login_name())?);
        }
        if let Some(message) = ended(&mut child, registry, &args.name)? {
            return Err(Failure::Session { message });
        }
        sleep(LOOK);
    }
}

/// What a process printed that has ended already.
fn ended(child: &mut Child, registry: &Registry, name: &str) -> io::Result<Option<String>> {
    let Some(status) = child.try_wait()? else { return Ok(None) };
    let said = fs::read(registry.log(name)).unwrap_or_default();
    let said = String::from_utf8_lossy(&said[said.len().saturating_sub(TOLD)..]).into_owned();
    let said = said.trim();
    let said = said.strip_prefix("error: ").unwrap_or(said);
    Ok(Some(match said {
        "" => format!("the session has ended at once ({status})"),
        said => format!("the session has ended at once: {said}"),
    }))
}

/// The program that is a session: beside this one, or on the `PATH`.
fn kernel() -> Result<PathBuf, Failure> {
    let file = format!("{KERNEL}{}", std::env::consts::EXE_SUFFIX);
    let beside = std::env::current_exe().ok().and_then(|own| Some(own.parent()?.join(&file)));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).map(|folder| folder.join(&file));
    beside.into_iter().chain(on_path).find(|file| file.is_file()).ok_or_else(|| {
        let message = format!(
            "there is no `{KERNEL}` beside this program or on the PATH; \
             `cargo install --path kernel` installs it"
        );
        Failure::Session { message }
    })
}
