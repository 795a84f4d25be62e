//! The life cycle of a VM.

use std::fmt;

use super::HypervisorError;

/// Where a VM is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VmState {
    /// Its DNA is known, nothing runs.
    Created,
    /// Its genes are expressed.
    Running,
    /// Frozen: no reaction fires, its ribosomes have gone back to the host, everything is kept.
    Paused,
    /// Its mRNA is lost and its DNA unmapped; the proteins it made are diluted as the host grows.
    Stopped,
    /// What its genes do could not be simulated any more; it is frozen, its ribosomes have gone
    /// back to the host.
    Error,
}

/// What moves a VM from one state to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Transition {
    /// Begin to run.
    Start,
    /// Give everything up.
    Stop,
    /// Freeze.
    Pause,
    /// Go on after a pause.
    Resume,
}

/// The whole life cycle: from which state what leads where. Besides, a VM can be destroyed in any
/// state, and comes into [`VmState::Error`] from running when what its genes do cannot be simulated
/// any more. What is not here is refused.
pub const TRANSITIONS: [(VmState, Transition, VmState); 7] = [
    (VmState::Created, Transition::Start, VmState::Running),
    (VmState::Running, Transition::Pause, VmState::Paused),
    (VmState::Running, Transition::Stop, VmState::Stopped),
    (VmState::Paused, Transition::Resume, VmState::Running),
    (VmState::Paused, Transition::Stop, VmState::Stopped),
    (VmState::Stopped, Transition::Start, VmState::Running),
    (VmState::Error, Transition::Stop, VmState::Stopped),
];

impl Transition {
    const ALL: [Self; 4] = [Self::Start, Self::Stop, Self::Pause, Self::Resume];

    /// The name of the function that does it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Stop => "stop",
            Self::Pause => "pause",
            Self::Resume => "resume",
        }
    }
}

impl VmState {
    /// All states.
    pub const ALL: [Self; 5] =
        [Self::Created, Self::Running, Self::Paused, Self::Stopped, Self::Error];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Stopped => "stopped",
            Self::Error => "error",
        }
    }

    /// The state after a transition, if it is in the table.
    pub fn after(self, transition: Transition) -> Option<Self> {
        let mut rows = TRANSITIONS.iter();
        rows.find(|(from, by, _)| (*from, *by) == (self, transition)).map(|(_, _, to)| *to)
    }

    /// The same, with an error that names what is allowed.
    ///
    /// # Errors
    /// When the transition is not allowed in this state.
    pub fn try_after(self, id: &str, transition: Transition) -> Result<Self, HypervisorError> {
        self.after(transition).ok_or_else(|| HypervisorError::Transition {
            id: id.to_owned(),
            state: self,
            wanted: transition.name(),
            allowed: Transition::ALL
                .into_iter()
                .filter(|t| self.after(*t).is_some())
                .map(Transition::name)
                .collect(),
        })
    }
}

impl fmt::Display for VmState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_names_the_way_out() {
        let error = VmState::Created.try_after("demo", Transition::Pause).unwrap_err();
        assert_eq!(
            error.to_string(),
            "VM `demo` is in the state created, in which it cannot pause; it can: start"
        );
    }

    /// The whole table, by hand: for each state what is allowed, and where it leads.
    #[test]
    fn the_table_of_transitions_is_complete() {
        use Transition::{Pause, Resume, Start, Stop};
        use VmState::{Created, Error, Paused, Running, Stopped};
        let table = [
            (Created, vec![(Start, Running)]),
            (Running, vec![(Stop, Stopped), (Pause, Paused)]),
            (Paused, vec![(Stop, Stopped), (Resume, Running)]),
            (Stopped, vec![(Start, Running)]),
            (Error, vec![(Stop, Stopped)]),
        ];
        for (state, allowed) in table {
            for transition in Transition::ALL {
                let leads = allowed.iter().find(|(t, _)| *t == transition).map(|(_, to)| *to);
                assert_eq!(state.after(transition), leads, "{state} {transition:?}");
            }
        }
    }

    #[test]
    fn nothing_starts_twice() {
        assert_eq!(VmState::Running.after(Transition::Start), None);
        assert_eq!(VmState::Stopped.after(Transition::Start), Some(VmState::Running));
        assert_eq!(VmState::Paused.after(Transition::Resume), Some(VmState::Running));
    }
}
