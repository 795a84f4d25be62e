//! Options of a kernel that is a session of its own.

use clap::Args;

use super::failure::Failure;
use super::place::is_name;
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
}

impl Sharing {
    /// How the session is shared, if there is one.
    pub(super) fn shared(&self) -> Result<Option<Shared>, Failure> {
        let Some(name) = self.session.clone() else { return Ok(None) };
        if !is_name(&name) {
            return Err(Failure::SessionName { name });
        }
        Ok(Some(Shared { name, policy: self.policy, owner: self.owner.clone() }))
    }
}
