//! Where Jupyter looks for kernels.

use std::env;
use std::path::PathBuf;

use clap::Args;

use super::failure::Failure;

/// Which of the places.
#[derive(Debug, Clone, Args)]
pub(super) struct Place {
    /// For the current user (the default)
    #[arg(long, conflicts_with_all = ["prefix", "sys_prefix"])]
    user: bool,
    /// Under DIR/share/jupyter
    #[arg(long, value_name = "DIR", conflicts_with = "sys_prefix")]
    prefix: Option<PathBuf>,
    /// In the active Python environment
    #[arg(long)]
    sys_prefix: bool,
    /// Name of the kernel
    #[arg(long, default_value = "bioxen")]
    pub(super) name: String,
}

fn variable(name: &str) -> Option<PathBuf> {
    env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from)
}

/// Whether a text can be the name of a kernel or of a session, and of a file.
pub(super) fn is_name(text: &str) -> bool {
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    !text.is_empty() && text.chars().all(good) && !text.starts_with('.')
}

impl Place {
    /// The folder of the kernel.
    pub(super) fn folder(&self) -> Result<PathBuf, Failure> {
        if !is_name(&self.name) {
            return Err(Failure::Name { name: self.name.clone() });
        }
        let data = if let Some(prefix) = &self.prefix {
            prefix.join("share/jupyter")
        } else if self.sys_prefix {
            let active = variable("VIRTUAL_ENV").or_else(|| variable("CONDA_PREFIX"));
            let what = "active Python environment";
            active.ok_or(Failure::NoPlace { what })?.join("share/jupyter")
        } else {
            user_data().ok_or(Failure::NoPlace { what: "home folder" })?
        };
        Ok(data.join("kernels").join(&self.name))
    }
}

/// The user's folder of Jupyter, as `jupyter_core.paths.jupyter_data_dir` has it.
fn user_data() -> Option<PathBuf> {
    if let Some(folder) = variable("JUPYTER_DATA_DIR") {
        return Some(folder);
    }
    if cfg!(windows) {
        return Some(variable("APPDATA")?.join("jupyter"));
    }
    if cfg!(target_os = "macos") {
        return Some(variable("HOME")?.join("Library/Jupyter"));
    }
    let data = variable("XDG_DATA_HOME").or_else(|| Some(variable("HOME")?.join(".local/share")));
    Some(data?.join("jupyter"))
}
