//! `bioxen session share` and `unshare`.

use std::io::{self, Write};
use std::path::Path;

use bioxen::client::{Client, Registry, can_offer, offer, withdraw};
use clap::Args;

use super::super::attach::login_name;
use super::super::failure::Failure;

/// Share a session with the members of a group of this machine
///
/// They attach with `bioxen attach YOU/NAME`, and can do everything in the session that you can, but for
/// ending it and sharing it. Each of them is seen under the name of the own account. A session is shared
/// with one group at a time; when it is shared anew, those who came in before leave.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bioxen session share lab --group students
  bioxen session unshare lab

Files of groups are in folders of /tmp, or of the folder that BIOXEN_GROUP_DIR names.

Exit codes: 0 it is shared, 1 it is not, 2 the call was wrong.")]
pub(super) struct ShareArgs {
    /// Its name
    name: String,
    /// A group of this machine, of which you are a member
    #[arg(long, value_name = "GROUP")]
    group: String,
}

/// Share a session with nobody any more
///
/// The members of the group who are there leave it, and the key that they had opens nothing any more.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  bioxen session unshare lab

Exit codes: 0 it is shared with nobody, 1 nobody knows, 2 the call was wrong.")]
pub(super) struct UnshareArgs {
    /// Its name
    name: String,
}

/// Shares.
pub(super) fn run(args: &ShareArgs) -> Result<(), Failure> {
    let client = super::client(&Registry::own()?, &args.name)?;
    let said = share(&client, &args.name, &args.group)?;
    writeln!(io::stdout(), "{said}")?;
    Ok(())
}

/// Shares a session, and says how its guests come in.
pub(super) fn share(client: &Client, name: &str, group: &str) -> Result<String, Failure> {
    can_offer(group)?;
    let people = client.people()?;
    let folder = people["folder"].as_str().unwrap_or("/");
    if is_home(Path::new(folder)) {
        let message = format!(
            "the session was started in {folder}, and its scripts read all files below: a group would read your home; \
             start it in a folder of its own"
        );
        return Err(Failure::Session { message });
    }
    // Whoever is there leaves before the sockets of the new ones are there.
    client.unshare()?;
    let file = offer(name, group)?;
    if let Err(error) = client.share(&file) {
        let _ = withdraw(name);
        return Err(error.into());
    }
    Ok(format!("shared with {group}: `bioxen attach {}/{name}` attaches to it", login_name()))
}

/// Whether a folder is the user's home, or has it below.
fn is_home(folder: &Path) -> bool {
    std::env::var_os("HOME").is_some_and(|home| {
        let whole = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        whole(Path::new(&home)).starts_with(whole(folder))
    })
}

/// Shares no more.
pub(super) fn unshare(args: &UnshareArgs) -> Result<(), Failure> {
    let was_shared = super::client(&Registry::own()?, &args.name)?.unshare()?;
    withdraw(&args.name)?;
    let said =
        if was_shared { "is shared no more; its guests have left" } else { "was not shared" };
    writeln!(io::stdout(), "{} {said}", args.name)?;
    Ok(())
}
