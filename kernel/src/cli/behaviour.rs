//! The behaviour of a kernel: options at its start, which `install` writes into `kernel.json`.

use std::path::PathBuf;

use bioxen::lang::{FrontEnd, WorldOptions};
use bioxen::permissions::Permissions;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Command};

use super::failure::Failure;
use crate::keep::Durable;
use crate::serve::Settings;
use crate::shell::Form;
use crate::together::Shared;

#[derive(Debug, Clone, Args)]
pub(super) struct Behaviour {
    /// Most text that one cell may print [MB]
    #[arg(long, value_name = "MB", default_value_t = 16, value_parser = bioxen::options::whole::<u16>(1..=1024))]
    output_limit: u16,
    /// Do not write cells to the user's history file
    #[arg(long)]
    no_history: bool,
    /// Form of figures, unless a cell chooses another by %%svg and the like [default: png; all in a session]
    #[arg(long, value_name = "FORM", value_enum)]
    figures: Option<Form>,
    /// Run no cells of Rust, which may do all that the user may
    #[arg(long, help_heading = "What the script may do")]
    no_rust: bool,
    #[command(flatten)]
    permissions: Permissions,
}

impl Behaviour {
    pub(super) fn settings(&self, shared: Option<Shared>, durable: Option<Durable>) -> Settings {
        let usual = if shared.is_some() { Form::All } else { Form::default() };
        Settings {
            output_limit: usize::from(self.output_limit) << 20,
            history: !self.no_history,
            figures: self.figures.unwrap_or(usual),
            rust: !self.no_rust,
            world: WorldOptions {
                allowed: self.permissions.allowed(FrontEnd::Kernel),
                limits: self.permissions.limits(),
                places: Some(self.permissions.places()),
                plugins: self.permissions.plugins(),
                load: self.permissions.load(),
                ..WorldOptions::default()
            },
            shared,
            durable,
        }
    }
}

/// Those of the options that a call gave, as arguments of another call. Folders are those that they
/// are here, since a kernel is started in the folder of its notebook.
pub(super) fn given(matches: &ArgMatches) -> Result<Vec<String>, Failure> {
    let options = Behaviour::augment_args(Command::new("options"));
    let mut arguments = Vec::new();
    for option in options.get_arguments() {
        let (id, Some(long)) = (option.get_id().as_str(), option.get_long()) else { continue };
        if matches.value_source(id) != Some(ValueSource::CommandLine) {
            continue;
        }
        if !option.get_action().takes_values() {
            arguments.push(format!("--{long}"));
            continue;
        }
        for value in matches.get_raw(id).into_iter().flatten() {
            let is_folder = matches!(id, "allow_write" | "allow_read" | "plugin" | "plugins");
            let value = if is_folder {
                std::path::absolute(PathBuf::from(value))?.into_os_string()
            } else {
                value.to_owned()
            };
            let text = value.into_string().map_err(|value| Failure::NotText {
                given: value.to_string_lossy().into_owned(),
            })?;
            arguments.extend([format!("--{long}"), text]);
        }
    }
    Ok(arguments)
}
