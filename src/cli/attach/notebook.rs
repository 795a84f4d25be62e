//! The kernel of a notebook that is open in Jupyter.
//!
//! A Jupyter server writes its address and token into a file of Jupyter's runtime folder, and tells its
//! sessions at `/api/sessions`
//! (<https://jupyter-server.readthedocs.io/en/latest/developers/rest-api.html>); the kernel's connection file
//! lies in the same folder.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::time::Duration;

use bioxen::client::Connection;
use serde_json::Value;

use super::super::failure::Failure;
use super::super::output::name;
use super::super::terminal::variable;

/// For a server to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// The longest answer that is read [bytes].
const LONGEST: u64 = 64 << 20;

/// The connection file of the kernel of a notebook.
pub(super) fn connection(file: &Path) -> Result<Connection, Failure> {
    let usage = |message: String| Failure::Usage { message };
    let wanted = fs::canonicalize(file)
        .map_err(|error| usage(format!("cannot find `{}`: {error}", name(file))))?;
    let folder = runtime_folder().ok_or_else(|| {
        usage("no runtime folder of Jupyter is known; set JUPYTER_RUNTIME_DIR".to_owned())
    })?;
    let mut servers = 0;
    for server in servers_in(&folder) {
        let Some(sessions) = sessions_of(&server) else { continue };
        servers += 1;
        let root = server["root_dir"].as_str().unwrap_or_default();
        for session in sessions.as_array().into_iter().flatten() {
            let path = session["path"].as_str().unwrap_or_default();
            // JupyterLab adds to the path when several kernels belong to a notebook.
            let path = path.split("-jvsc-").next().unwrap_or(path);
            if fs::canonicalize(Path::new(root).join(path)).is_ok_and(|found| found == wanted) {
                let kernel = session["kernel"]["id"].as_str().unwrap_or_default();
                return Ok(Connection::read(&folder.join(format!("kernel-{kernel}.json")))?);
            }
        }
    }
    Err(usage(match servers {
        0 => format!("no Jupyter server runs that `{}` could be open in", name(file)),
        _ => {
            format!("`{}` is open in no Jupyter server of this user, or has no kernel", name(file))
        }
    }))
}

/// Where Jupyter keeps what runs, as `jupyter --runtime-dir` tells it.
fn runtime_folder() -> Option<PathBuf> {
    if let Some(folder) = variable("JUPYTER_RUNTIME_DIR") {
        return Some(folder.into());
    }
    let data = variable("JUPYTER_DATA_DIR").map(PathBuf::from);
    let home = || variable("HOME").map(PathBuf::from);
    let data = data.or_else(|| {
        if cfg!(target_os = "macos") {
            return Some(home()?.join("Library/Jupyter"));
        }
        let share = variable("XDG_DATA_HOME").map(PathBuf::from);
        Some(share.or_else(|| Some(home()?.join(".local/share")))?.join("jupyter"))
    });
    Some(data?.join("runtime"))
}

/// What the servers of a folder say of themselves.
fn servers_in(folder: &Path) -> Vec<Value> {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    let ours = files.filter(|file| {
        let name = file.file_name().to_string_lossy().into_owned();
        name.starts_with("jpserver-") && name.ends_with(".json")
    });
    let read = |file: fs::DirEntry| {
        let bytes = bioxen::durable::read(&file.path(), 1 << 20).ok()?;
        serde_json::from_slice(&bytes).ok()
    };
    ours.filter_map(read).collect()
}

/// The sessions of a server; nothing if it does not answer.
fn sessions_of(server: &Value) -> Option<Value> {
    let (host, port) = (server["hostname"].as_str()?, server["port"].as_u64()?);
    let base = server["base_url"].as_str().unwrap_or("/");
    let token = server["token"].as_str().unwrap_or_default();
    let address = (host, u16::try_from(port).ok()?).to_socket_addrs().ok()?.next()?;
    // The token goes nowhere else than to this machine.
    if !address.ip().is_loopback() {
        return None;
    }
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    let request = format!(
        "GET {base}api/sessions HTTP/1.0\r\nHost: {host}:{port}\r\nAuthorization: token {token}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = Vec::new();
    stream.take(LONGEST).read_to_end(&mut answer).ok()?;
    let answer = String::from_utf8(answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let good = head.lines().next()?.split_whitespace().nth(1)? == "200";
    good.then(|| serde_json::from_str(body).ok()).flatten()
}
