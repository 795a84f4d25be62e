//! The optional parts: notebooks.

use std::env;
use std::path::{Path, PathBuf};

use bioxen::durable;

use super::super::terminal::variable;
use super::Check;

/// The longest kernel.json [bytes].
const LARGEST: u64 = 1 << 20;
const GROUP: &str = "notebooks (optional)";
const KERNEL: &str = "bioxen-kernel";

/// Whether notebooks can run a cell.
pub(super) fn checks() -> Vec<Check> {
    let program = on_path(KERNEL);
    let mut all = vec![match &program {
        Some(path) => Check::ok(GROUP, "kernel's program", path.display().to_string()),
        None => Check::missing(
            GROUP,
            "kernel's program",
            format!("no {KERNEL} beside this program or in PATH"),
            "cargo install --path kernel",
        ),
    }];
    let folders: Vec<PathBuf> =
        places().into_iter().map(|place| place.join("kernels/bioxen")).collect();
    all.push(match folders.iter().find(|folder| folder.join("kernel.json").is_file()) {
        None => Check::missing(
            GROUP,
            "kernel",
            format!("not installed in any of {} folders of Jupyter", folders.len()),
            format!("{KERNEL} install --user"),
        ),
        Some(folder) => match starts(folder) {
            Ok(program) => Check::ok(
                GROUP,
                "kernel",
                format!("installed in {}, starts {program}", folder.display()),
            ),
            Err(reason) => {
                Check::missing(GROUP, "kernel", reason, format!("{KERNEL} install --user"))
            }
        },
    });
    let jupyter = ["jupyter-lab", "jupyter-notebook", "jupyter"].iter().find_map(|p| on_path(p));
    all.push(match jupyter {
        Some(path) => Check::ok(GROUP, "Jupyter", path.display().to_string()),
        None => Check::missing(GROUP, "Jupyter", "not in PATH", "pip install jupyterlab"),
    });
    all
}

/// The program that a kernel's folder says, if it is there.
fn starts(folder: &Path) -> Result<String, String> {
    let file = folder.join("kernel.json");
    let text = durable::read(&file, LARGEST).map_err(|e| format!("{}: {e}", file.display()))?;
    let value: serde_json::Value =
        serde_json::from_slice(&text).map_err(|e| format!("{} is no JSON: {e}", file.display()))?;
    let program = value["argv"][0].as_str().unwrap_or_default();
    if Path::new(program).is_file() || on_path(program).is_some() {
        Ok(program.to_owned())
    } else {
        Err(format!("{} starts `{program}`, which is not there", file.display()))
    }
}

/// Where Jupyter looks for kernels, in its order: `jupyter --paths` lists them.
fn places() -> Vec<PathBuf> {
    let folder = |name: &str| variable(name).map(PathBuf::from);
    let mut all: Vec<PathBuf> =
        variable("JUPYTER_PATH").map(|v| env::split_paths(&v).collect()).unwrap_or_default();
    let in_home = |path: &str| folder("HOME").map(|home| home.join(path));
    let user = folder("JUPYTER_DATA_DIR").or_else(|| {
        if cfg!(windows) {
            folder("APPDATA").map(|data| data.join("jupyter"))
        } else if cfg!(target_os = "macos") {
            in_home("Library/Jupyter")
        } else {
            let data = folder("XDG_DATA_HOME").or_else(|| in_home(".local/share"));
            data.map(|data| data.join("jupyter"))
        }
    });
    all.extend(user);
    let active = folder("VIRTUAL_ENV").or_else(|| folder("CONDA_PREFIX"));
    all.extend(active.map(|prefix| prefix.join("share/jupyter")));
    all.extend(["/usr/local/share/jupyter", "/usr/share/jupyter"].map(PathBuf::from));
    all
}

/// A program beside this one, or in `PATH`.
fn on_path(name: &str) -> Option<PathBuf> {
    let name = format!("{name}{}", env::consts::EXE_SUFFIX);
    let beside = env::current_exe().ok().and_then(|exe| exe.parent().map(Path::to_owned));
    let path = variable("PATH").unwrap_or_default();
    let found = beside.into_iter().chain(env::split_paths(&path)).map(|dir| dir.join(&name));
    found.into_iter().find(|file| file.is_file())
}
