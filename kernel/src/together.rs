//! What the people who share a kernel may know of each other: who is here, what runs, what waits, and what
//! was shown. Any thread may ask, also while a cell is executed.

mod hold;
mod log;
mod people;
mod queue;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Mutex, OnceLock};
use std::time::SystemTime;

use crate::messages::{
    CellState, Cells, LogEntries, People, Policy, Process, Remains, RestoredFrom, SharedSession,
    State, Vms,
};
use crate::sync::lock;
use crate::wire::{Incoming, timestamp};
use crate::zmtp::Caller;
pub use hold::{Hold, HoldError};
pub(crate) use hold::{is_at, locked};
use log::Log;
use people::Present;
use queue::Queue;

/// Cells of the log that are told when nobody says how many.
const USUAL: usize = 20;

/// How a session is shared.
#[derive(Debug, Clone)]
pub struct Shared {
    /// Its name.
    pub name: String,
    /// Who may interrupt whose cells.
    pub policy: Policy,
    /// Whose session it is.
    pub owner: Option<String>,
}

/// What is known of a kernel and its people.
#[derive(Debug)]
pub struct Together {
    /// Nothing for the kernel of a notebook.
    shared: Option<Shared>,
    started: String,
    present: Mutex<Present>,
    queue: Mutex<Queue>,
    log: Mutex<Log>,
    vms: Mutex<Vms>,
    restored: OnceLock<RestoredFrom>,
    ends: AtomicBool,
    has_guests: AtomicBool,
}

impl Together {
    /// A kernel that begins, with nobody there.
    pub fn new(shared: Option<Shared>) -> Self {
        Self {
            shared,
            started: timestamp(SystemTime::now()),
            present: Mutex::default(),
            queue: Mutex::default(),
            log: Mutex::default(),
            vms: Mutex::default(),
            restored: OnceLock::new(),
            ends: AtomicBool::new(false),
            has_guests: AtomicBool::new(false),
        }
    }

    /// Whether it is a session of its own, which goes on without its clients.
    pub(crate) fn is_session(&self) -> bool {
        self.shared.is_some()
    }

    /// A message came over a connection, so that its sender is known.
    pub(crate) fn heard(&self, message: &Incoming) {
        lock(&self.present).heard(message);
    }

    /// A connection has gone.
    pub(crate) fn left(&self, connection: u64) {
        lock(&self.present).left(connection);
    }

    /// Hands a message over to the shell, and counts it among those that wait if it is a cell. The lock
    /// keeps both in one order.
    pub(crate) fn hand_over(&self, message: Incoming, inbox: &Sender<Incoming>) {
        let mut queue = lock(&self.queue);
        queue.arrived(&message);
        // The inbox is closed when the kernel ends.
        let _ = inbox.send(message);
    }

    /// A cell begins; `turn` makes it one that can be interrupted. A silent cell is not in the log.
    pub(crate) fn begin(
        &self,
        cell: &Incoming,
        code: &str,
        count: Option<i64>,
        turn: impl FnOnce(),
    ) {
        let mut queue = lock(&self.queue);
        queue.begin(cell, code);
        lock(&self.log).begin(&cell.who(), code, count);
        turn();
    }

    /// The cell has ended; after `turn` nothing interrupts it.
    pub(crate) fn end(&self, state: CellState, turn: impl FnOnce()) {
        let mut queue = lock(&self.queue);
        turn();
        queue.end();
        lock(&self.log).end(state);
    }

    /// Something was evaluated beside a cell.
    pub(crate) fn aside(&self, who: &str, code: &str, count: i64) {
        let mut log = lock(&self.log);
        log.begin(who, code, Some(count));
        log.end(CellState::Ok);
    }

    /// A cell is not executed.
    pub(crate) fn abort(&self, cell: &Incoming, code: &str) {
        lock(&self.queue).gone(cell);
        let mut log = lock(&self.log);
        log.begin(&cell.who(), code, Some(0));
        log.end(CellState::Aborted);
    }

    /// The cell that runs has shown something.
    pub(crate) fn shown(&self, remains: Remains<'_>) {
        lock(&self.log).note(remains);
    }

    /// How the VMs are between two cells.
    pub(crate) fn see(&self, vms: Vms) {
        *lock(&self.vms) = vms;
    }

    /// What the session goes on from; said once.
    pub(crate) fn restored(&self, from: RestoredFrom) {
        let _ = self.restored.set(from);
    }

    /// No further cell begins.
    pub(crate) fn end_all(&self) {
        self.ends.store(true, Ordering::SeqCst);
    }

    /// Whether no further cell begins.
    pub(crate) fn ends(&self) -> bool {
        self.ends.load(Ordering::SeqCst)
    }

    /// Interrupts what runs by `stop`, if `who` may.
    ///
    /// # Errors
    /// Whose cell it is, and what would end it.
    pub(crate) fn interrupt(
        &self,
        who: &str,
        force: bool,
        stop: impl FnOnce(),
    ) -> Result<(), String> {
        // While the lock is held no other cell begins that would be interrupted in place of this one.
        let mut queue = lock(&self.queue);
        if let (Some(shared), Some(whose)) = (&self.shared, queue.whose()) {
            shared.may_interrupt(who, whose, force)?;
            queue.interrupted(who);
        }
        stop();
        Ok(())
    }

    /// Guests have gone for good: what waits of them is forgotten, and what runs of them is ended by `stop`.
    pub(crate) fn end_what_is_unwelcome(
        &self,
        is_welcome: impl Fn(&Caller) -> bool,
        stop: impl FnOnce(),
    ) {
        let mut queue = lock(&self.queue);
        queue.forget(|caller| !is_welcome(caller));
        if queue.caller().is_some_and(|caller| !is_welcome(caller)) {
            stop();
        }
    }

    /// A message is not answered.
    pub(crate) fn dropped(&self, message: &Incoming) {
        lock(&self.queue).gone(message);
    }

    /// From here on others have accounts of their own, and the user is seen under the own name, too.
    pub(crate) fn shared_with_a_group(&self) {
        self.has_guests.store(true, Ordering::SeqCst);
    }

    /// The name that stands before what the user says, where others could be meant.
    pub(crate) fn own_name(&self) -> Option<&str> {
        let shared = self.shared.as_ref().filter(|_| self.has_guests.load(Ordering::SeqCst))?;
        shared.owner.as_deref()
    }

    /// Who has interrupted the cell that runs, if it was not its own person.
    pub(crate) fn interrupted_by(&self) -> Option<String> {
        lock(&self.queue).by_another().map(str::to_owned)
    }

    /// Who is here, and what runs; for `me`.
    pub(crate) fn people(&self, me: &str) -> People {
        let queue = lock(&self.queue);
        let running = queue.running();
        let shared = self.shared.as_ref();
        People {
            shared: SharedSession {
                session: shared.map(|s| s.name.clone()),
                policy: shared.map_or(Policy::Free, |s| s.policy),
                owner: shared.and_then(|s| s.owner.clone()),
            },
            me: me.to_owned(),
            process: Process {
                pid: std::process::id(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
                folder: std::env::current_dir().ok(),
                started: self.started.clone(),
                memory_bytes: bioxen::lang::memory::in_use(),
            },
            execution_state: if running.is_some() { State::Busy } else { State::Idle },
            vms: lock(&self.vms).vms.len(),
            people: lock(&self.present).told(),
            cells: Cells { running, waiting: queue.waiting() },
            restored: self.restored.get().cloned(),
        }
    }

    /// The last cells.
    pub(crate) fn log(&self, last: Option<i64>) -> LogEntries {
        let last = last.map_or(USUAL, |n| usize::try_from(n).unwrap_or(0));
        LogEntries { entries: lock(&self.log).last(last) }
    }

    /// How the VMs were between the last two cells.
    pub(crate) fn vms(&self) -> Vms {
        lock(&self.vms).clone()
    }
}

impl Shared {
    /// Whether `who` may interrupt a cell of `whose`.
    fn may_interrupt(&self, who: &str, whose: &str, force: bool) -> Result<(), String> {
        let owns = self.owner.as_deref() == Some(who);
        match self.policy {
            _ if who == whose => Ok(()),
            Policy::Free => Ok(()),
            Policy::Owner if !owns => {
                let owner = match &self.owner {
                    Some(owner) => format!("`{owner}`, who owns the session,"),
                    None => "the owner of the session".to_owned(),
                };
                Err(format!("`{whose}` runs this; only {owner} may interrupt it, with force"))
            }
            _ if force => Ok(()),
            _ => Err(format!("`{whose}` runs this; interrupt with force if it must end")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_interrupt_whose_cells() {
        let may = |policy, who: &str, whose: &str, force| {
            let owner = Some("eva".to_owned());
            Shared { name: "lab".into(), policy, owner }.may_interrupt(who, whose, force).is_ok()
        };
        for policy in [Policy::Free, Policy::Own, Policy::Owner] {
            assert!(may(policy, "ben", "ben", false), "{policy:?}");
        }
        assert!(may(Policy::Free, "ben", "ada", false));
        assert!(!may(Policy::Own, "ben", "ada", false) && may(Policy::Own, "ben", "ada", true));
        assert!(!may(Policy::Own, "eva", "ada", false), "an owner says that it is meant, too");
        assert!(
            !may(Policy::Owner, "ben", "ada", true) && !may(Policy::Owner, "eva", "ada", false)
        );
        assert!(may(Policy::Owner, "eva", "ada", true));
    }

    #[test]
    fn refusals_say_whose_it_is() {
        let shared = |policy, owner: Option<&str>| Shared {
            name: "lab".into(),
            policy,
            owner: owner.map(str::to_owned),
        };
        let own = shared(Policy::Own, None).may_interrupt("ben", "ada", false);
        assert_eq!(own.unwrap_err(), "`ada` runs this; interrupt with force if it must end");
        let owner = shared(Policy::Owner, Some("eva")).may_interrupt("ben", "ada", true);
        assert!(owner.unwrap_err().contains("only `eva`, who owns the session, may"));
        let nobody = shared(Policy::Owner, None).may_interrupt("ben", "ada", true);
        assert!(nobody.unwrap_err().contains("only the owner of the session may"));
    }

    #[test]
    fn a_kernel_of_a_notebook_is_everybodys() {
        let together = Together::new(None);
        let mut stopped = false;
        together.interrupt("ben", false, || stopped = true).unwrap();
        assert!(stopped);
        let told = together.people("ben");
        let SharedSession { session, policy, .. } = told.shared;
        assert_eq!((session, policy, told.me.as_str()), (None, Policy::Free, "ben"));
        assert_eq!(told.execution_state, State::Idle);
    }
}
