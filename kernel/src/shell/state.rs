//! What a session is between two cells.

use bioxen::lang::Status;

use super::Shell;
use crate::messages::{After, MonitorData, Prompt, Reply, SessionState, Vms};
use crate::wire::Incoming;

impl Shell {
    /// Answers what the session is now.
    pub(super) fn state(&self, message: &Incoming) {
        let (time_min, seed) = self.session.time_and_seed();
        let statuses = self.session.statuses();
        let rows = statuses.iter().map(|status| Status(status.clone()).rows()).collect();
        let state = SessionState {
            vm: self.session.current_vm(),
            time_min,
            seed,
            statuses,
            rows,
            variables: self.session.variables(),
        };
        self.reply(message, &Reply::Ok(state));
    }

    /// What a prompt shows after a cell.
    pub(super) fn after(&self) -> After {
        let (time_min, _) = self.session.time_and_seed();
        After { bioxen: Prompt { vm: self.session.current_vm(), time_min } }
    }

    /// Tells dashboards, and whoever asks, how the VMs are.
    pub(super) fn report(&self) {
        let monitors = self.comms.monitors();
        // The kernel of a notebook is asked by nobody else.
        if !monitors.any() && !self.around.together.is_session() {
            return;
        }
        let (time_min, _) = self.session.time_and_seed();
        let vms = self.session.statuses();
        if monitors.any() {
            monitors.send(&MonitorData::Status { time_min, vms: vms.clone() });
        }
        self.around.together.see(Vms { time_min, vms });
    }
}
