//! Options of a kernel that is a session of its own.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::failure::Failure;
use super::place::is_name;
use crate::keep::Durable;
use crate::messages::Policy;
use crate::together::Shared;

#[derive(Debug, Clone, Args)]
pub(super) struct Sharing {
    /// Run a session of this name, which lives until someone ends it; `bioxen session start` does so
    #[arg(long, value_name = "NAME", requires = "connection_file")]
    session: Option<String>,
    /// Who may interrupt whose cells
    #[arg(long, value_name = "POLICY", value_enum, default_value_t, requires = "session")]
    policy: Policy,
    /// Who may interrupt the cells of others under the policy `owner`
    #[arg(long, value_name = "USER", requires = "session")]
    owner: Option<String>,
    /// Keep the session in this folder, and go on from what is there
    #[arg(long, value_name = "DIR", requires = "session")]
    durable: Option<PathBuf>,
    /// Time between two checkpoints of a durable session, at least [s]
    #[arg(long, value_name = "S", default_value_t = 60, requires = "durable")]
    checkpoint_every: u32,
}

impl Sharing {
    /// Where the session is kept, if it is.
    pub(super) fn durable(&self) -> Option<Durable> {
        let every = Duration::from_secs(self.checkpoint_every.into());
        self.durable.clone().map(|folder| Durable { folder, every })
    }

    /// How the session is shared, if there is one.
    pub(super) fn shared(&self) -> Result<Option<Shared>, Failure> {
        let Some(name) = self.session.clone() else { return Ok(None) };
        if !is_name(&name) {
            return Err(Failure::SessionName { name });
        }
        Ok(Some(Shared { name, policy: self.policy, owner: self.owner.clone() }))
    }
}
