//! `bioxen-kernel doctor`.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use bioxen::lang::WorldOptions;
use bioxen::session::Session;
use clap::Args;
use serde_json::Value;

use super::failure::Failure;
use super::place::Place;
use crate::history::History;
use crate::zmtp::{Endpoint, Role, Socket};

/// Check whether notebooks can use the kernel
#[derive(Debug, Args)]
pub(super) struct DoctorArgs {
    #[command(flatten)]
    place: Place,
}

/// Checks everything that a kernel needs, and says what to do about what is missing.
pub(super) fn doctor(args: &DoctorArgs) -> Result<(), Failure> {
    let folder = args.place.folder()?;
    let checks = [
        ("the kernel is installed", installed(&folder)),
        ("ports of this machine can be opened", port()),
        ("a cell settles and a session answers", session()),
        ("the history of cells can be kept", history()),
    ];
    let mut out = io::stdout();
    let mut count = 0;
    for (what, outcome) in checks {
        match outcome {
            Ok(detail) => writeln!(out, "ok      {what}: {detail}")?,
            Err(reason) => {
                count += 1;
                writeln!(out, "failed  {what}: {reason}")?;
            }
        }
    }
    if count > 0 { Err(Failure::Unwell { count }) } else { Ok(()) }
}

fn installed(folder: &Path) -> Result<String, String> {
    let path = folder.join("kernel.json");
    let advice = "run `bioxen-kernel install` with the same options";
    let text = fs::read(&path).map_err(|e| format!("{}: {e}; {advice}", path.display()))?;
    let value: Value = serde_json::from_slice(&text)
        .map_err(|e| format!("{} is no JSON: {e}; {advice}", path.display()))?;
    let program = value["argv"][0].as_str().unwrap_or("");
    let here = std::env::current_exe().map_err(|e| e.to_string())?;
    if Path::new(program) != here {
        return Err(format!("it starts `{program}`, and this is `{}`; {advice}", here.display()));
    }
    let argv: Vec<String> = serde_json::from_value(value["argv"].clone()).unwrap_or_default();
    match super::complaint(&argv) {
        Some(complaint) => Err(format!("{}: {complaint}; {advice}", path.display())),
        None => Ok(folder.display().to_string()),
    }
}

fn port() -> Result<String, String> {
    let endpoint = Endpoint::Tcp("127.0.0.1".into(), 0);
    let socket = Socket::bind(Role::Echo, &endpoint, &Arc::default(), Arc::new(|_| false))
        .map_err(|e| e.to_string())?;
    Ok(socket.endpoint().to_string())
}

fn session() -> Result<String, String> {
    let options = WorldOptions::default();
    let mut session = Session::new(options, Box::new(|_| {})).map_err(|e| e.to_string())?;
    let value = session.eval("6 * 7", "doctor").map_err(|e| e.to_string())?;
    match value.as_deref() {
        Some("42") => Ok("6 * 7 is 42".into()),
        other => Err(format!("6 * 7 is {other:?}")),
    }
}

fn history() -> Result<String, String> {
    let path = History::usual_path().ok_or("there is no home folder")?;
    History::check(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(path.display().to_string())
}
