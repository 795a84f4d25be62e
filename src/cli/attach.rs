//! `bioxen attach`: a dialogue with a session that runs elsewhere.

mod far;
mod notebook;

use std::path::{Path, PathBuf};

use bioxen::client::{Client, Connection, Line, Registry, connect, find_offered, relay};
use clap::Args;

use super::failure::Failure;
use super::repl;

/// Attach to a session, on this machine or on another one
///
/// Everybody who is attached sees what everybody evaluates. Tab completes, ?name explains, Ctrl-C
/// interrupts your evaluation, twice within a second it asks whether to leave; Ctrl-D and :detach
/// leave the session, which goes on. :help lists the commands. If the input is a pipe, only results
/// are printed.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bioxen session start lab
  bioxen attach lab
  bioxen attach lab --as ada
  echo 'list_vms()' | bioxen attach lab
  bioxen attach eva/class
  bioxen attach me@lab.example.org:lab
  bioxen attach --notebook lesson.ipynb
  bioxen session attach lab

Exit codes: 0 all went well, 1 a line of a pipe failed or the session is gone, 2 the call was wrong.")]
pub(crate) struct AttachArgs {
    /// NAME of a session, USER/NAME of one that USER shares with a group of yours, USER@HOST:NAME of one on
    /// another machine, or a connection file
    #[arg(value_name = "SESSION", required_unless_present = "notebook")]
    session: Option<String>,
    /// Who you are, as the others see it [default: your login name]
    #[arg(long = "as", value_name = "NAME")]
    who: Option<String>,
    /// Attach to the kernel of a notebook that is open in Jupyter
    #[arg(long, value_name = "FILE", conflicts_with = "session")]
    notebook: Option<PathBuf>,
    #[command(flatten)]
    dialogue: repl::DialogueArgs,
    /// Pass messages through standard input and output, for `bioxen attach` on another machine
    #[arg(long, conflicts_with_all = ["notebook", "plain", "pictures", "no_history"])]
    stdio: bool,
    #[command(flatten)]
    far: far::FarArgs,
}

/// Does what the arguments say.
pub(crate) fn run(args: &AttachArgs) -> Result<(), Failure> {
    let line = reach(args)?;
    if args.stdio {
        return Ok(relay(line, std::io::stdin(), std::io::stdout())?);
    }
    let who = args.who.clone().unwrap_or_else(login_name);
    let who = who.trim();
    let fits = |c: char| c.is_alphanumeric() || " ._-@'()+".contains(c);
    if who.is_empty() || who.chars().count() > 64 || !who.chars().all(fits) {
        let message =
            "a name has 1 to 64 letters, digits, spaces and . _ - @ ' ( ) +; --as gives another"
                .to_owned();
        return Err(Failure::Usage { message });
    }
    let (client, told) = Client::open(line, who)?;
    repl::attach(client, told, &args.dialogue)
}

fn reach(args: &AttachArgs) -> Result<Line, Failure> {
    if let Some(file) = &args.notebook {
        return Ok(connect(&notebook::connection(file)?)?);
    }
    let session = args.session.as_deref().unwrap_or_default();
    if let Some(place) = far::Place::of(session) {
        return far::reach(&place, &args.far);
    }
    let path = Path::new(session);
    if session.ends_with(".json") && path.is_file() {
        return Ok(connect(&Connection::read(path)?)?);
    }
    if let Some((user, name)) = session.split_once('/') {
        return Ok(connect(&find_offered(user, name)?)?);
    }
    Ok(connect(&Registry::own()?.find(session)?)?)
}

/// Who this is, as far as the system knows.
pub(crate) fn login_name() -> String {
    let known = ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(super::terminal::variable);
    known.or_else(account).unwrap_or_else(|| "somebody".to_owned())
}

/// The name of this user's account: services and containers often have no variable that tells it.
#[cfg(unix)]
fn account() -> Option<String> {
    let own = rustix::process::geteuid().as_raw().to_string();
    let all = std::fs::read_to_string("/etc/passwd").ok()?;
    let name = |line: &str| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == own).then(|| name.to_owned())
    };
    all.lines().find_map(name)
}

#[cfg(not(unix))]
fn account() -> Option<String> {
    None
}
