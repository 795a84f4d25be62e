//! Permissions and limits of scripts: options of every front end that runs scripts.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use crate::lang::{Allowed as Folders, FrontEnd, Limits, Operations};
use crate::options::whole;
use bioxen_lab::Places;
use bioxen_remote::{Allowed, RemotePlaces};

/// The deepest nesting that has room on the stack in a debug build, too.
const DEEPEST: u64 = 256;

/// The options. A front end flattens them into its own, so that all of them have the same.
///
/// # Examples
/// ```
/// use bioxen::lang::FrontEnd;
/// use bioxen::permissions::Permissions;
/// use clap::{Args, FromArgMatches};
/// let command = Permissions::augment_args(clap::Command::new("front-end"));
/// let matches = command.try_get_matches_from(["front-end", "--max-operations", "1000"])?;
/// let permissions = Permissions::from_arg_matches(&matches)?;
/// assert_eq!(permissions.limits().operations.text, Some(1000));
/// assert!(permissions.allowed(FrontEnd::Command).write.is_empty());
/// # Ok::<(), clap::Error>(())
/// ```
#[derive(Debug, Args, Clone, Default)]
pub struct Permissions {
    /// Folder below which the script may write, besides the output folder; repeatable
    #[arg(long, value_name = "DIR", help_heading = "What the script may do")]
    allow_write: Vec<PathBuf>,
    /// Folder below which the script may read, besides its own folder; repeatable
    #[arg(long, value_name = "DIR", help_heading = "What the script may do")]
    allow_read: Vec<PathBuf>,
    /// Machine on which the script may run VMs, or host of a pool in which it may make machines, as it names it,
    /// or * for all; repeatable
    #[arg(long, value_name = "HOST", help_heading = "What the script may do")]
    allow_remote: Vec<String>,
    /// Folder of a plug-in that is loaded before anything else; repeatable
    #[arg(long, value_name = "DIR", help_heading = "Plug-ins")]
    plugin: Vec<PathBuf>,
    /// Folder in which load_plugin looks for plug-ins by their names, besides those of BIOXEN_PLUGINS; repeatable
    #[arg(long, value_name = "DIR", help_heading = "Plug-ins")]
    plugins: Vec<PathBuf>,
    /// Most operations of the script [default: no limit]
    #[arg(long, value_name = "N", help_heading = "What the script may use up",
          value_parser = whole::<u64>(1..=u64::MAX))]
    max_operations: Option<u64>,
    /// Most operations of a script that execute(..) runs on a VM [default: 100000000]
    #[arg(long, value_name = "N", help_heading = "What the script may use up",
          value_parser = whole::<u64>(1..=u64::MAX))]
    max_execute_operations: Option<u64>,
    /// Deepest nesting of function calls [default: 64]
    #[arg(long, value_name = "N", help_heading = "What the script may use up",
          value_parser = whole::<u64>(1..=DEEPEST))]
    max_call_depth: Option<u64>,
    /// Deepest nesting of expressions; inside functions half of it [default: 96]
    #[arg(long, value_name = "N", help_heading = "What the script may use up",
          value_parser = whole::<u64>(8..=DEEPEST))]
    max_expression_depth: Option<u64>,
    /// Longest string in bytes [default: 16777216]
    #[arg(long, value_name = "N", help_heading = "What the script may use up",
          value_parser = whole::<u64>(1..=u64::MAX))]
    max_string: Option<u64>,
    /// Most values of an array [default: 4000000]
    #[arg(long, value_name = "N", help_heading = "What the script may use up",
          value_parser = whole::<u64>(1..=u64::MAX))]
    max_array: Option<u64>,
    /// Most keys of a map [default: 1000000]
    #[arg(long, value_name = "N", help_heading = "What the script may use up",
          value_parser = whole::<u64>(1..=u64::MAX))]
    max_map: Option<u64>,
    /// Most memory of the whole program in MiB [default: 4096, or three quarters of what there is]
    #[arg(long, value_name = "N", help_heading = "What the script may use up",
          value_parser = whole::<u64>(64..=1 << 40))]
    max_memory: Option<u64>,
}

/// The folders in which plug-ins are looked for by their names: those given, and then those of the variable
/// `BIOXEN_PLUGINS` of the environment.
pub fn plugin_folders(given: &[PathBuf]) -> Vec<PathBuf> {
    let named = std::env::var_os("BIOXEN_PLUGINS").unwrap_or_default();
    let named = std::env::split_paths(&named).filter(|folder| !folder.as_os_str().is_empty());
    given.iter().cloned().chain(named).collect()
}

/// The folder in which machines of pools are written down before they are made, if there is a home folder.
pub fn machines() -> Option<PathBuf> {
    let named =
        |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let state = named("XDG_STATE_HOME")
        .or_else(|| named("LOCALAPPDATA"))
        .or_else(|| named("HOME").map(|home| home.join(".local/state")))?;
    Some(state.join("bioxen").join("machines"))
}

/// Opens places on machines that the user has allowed.
pub fn places(allowed: &[String]) -> Arc<dyn Places> {
    let allowed = Allowed::hosts(allowed.iter().cloned());
    Arc::new(RemotePlaces::new(allowed).with_journal(machines()))
}

/// Places, all of which are closed with this value: declared before a session, it ends after it. What went wrong
/// is told on standard error.
#[derive(Debug)]
pub struct Closing(Arc<dyn Places>);

impl Closing {
    /// Of places.
    pub fn of(places: &Arc<dyn Places>) -> Self {
        Self(Arc::clone(places))
    }
}

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.close(&mut |line| {
            // Nothing is left to be done if it cannot be told.
            let _ = writeln!(std::io::stderr(), "{line}");
        });
    }
}

impl Permissions {
    /// The folders that the user has allowed. Errors about other folders name the options of `front`.
    pub fn allowed(&self, front: FrontEnd) -> Folders {
        Folders {
            write: self.allow_write.clone(),
            read: self.allow_read.clone(),
            front,
            closed_by: None,
        }
    }

    /// The folders of plug-ins that are loaded before anything else.
    pub fn load(&self) -> Vec<PathBuf> {
        self.plugin.clone()
    }

    /// The folders in which plug-ins are looked for by their names.
    pub fn plugins(&self) -> Vec<PathBuf> {
        plugin_folders(&self.plugins)
    }

    /// Opens places on the machines that the user has allowed.
    pub fn places(&self) -> Arc<dyn Places> {
        places(&self.allow_remote)
    }

    /// The limits that the user has set, and the usual ones.
    pub fn limits(&self) -> Limits {
        let usual = Limits::default();
        let or = |given: Option<u64>, usual: usize| {
            given.map_or(usual, |n| usize::try_from(n).unwrap_or(usize::MAX))
        };
        Limits {
            operations: Operations {
                text: self.max_operations,
                on_vm: self.max_execute_operations.or(usual.operations.on_vm),
            },
            call_depth: or(self.max_call_depth, usual.call_depth),
            expression_depth: or(self.max_expression_depth, usual.expression_depth),
            string_bytes: or(self.max_string, usual.string_bytes),
            array_values: or(self.max_array, usual.array_values),
            map_keys: or(self.max_map, usual.map_keys),
            memory_bytes: self.max_memory.map_or(usual.memory_bytes, |mib| mib << 20),
            shown_bytes: usual.shown_bytes,
        }
    }
}
