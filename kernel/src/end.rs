//! How a kernel ends.

use std::sync::mpsc::Sender;
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use bioxen::engine::Interrupt;

/// Time between two looks at the parent.
const LOOK: Duration = Duration::from_millis(500);

/// Ends the kernel when the process that started it is gone. Jupyter says who that is; a kernel
/// that was started by hand is nobody's orphan.
///
/// The death signal of Linux is no help here: it comes when the thread ends that started the
/// kernel, and clients start kernels on threads that do not last.
pub(crate) fn watch_parent(end: Sender<()>) {
    #[cfg(unix)]
    if std::env::var_os("JPY_PARENT_PID").is_some_and(|pid| !pid.is_empty() && pid != "1") {
        let parent = std::os::unix::process::parent_id();
        thread::spawn(move || {
            while std::os::unix::process::parent_id() == parent {
                thread::sleep(LOOK);
            }
            // Whoever waits for it may be gone.
            let _ = end.send(());
        });
    }
    #[cfg(not(unix))]
    drop(end);
}

/// Leaves the terminal from which the kernel was started, so that it does not end with it.
///
/// # Errors
/// When the kernel leads a group of processes, as one that a shell started.
pub(crate) fn leave_terminal() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use nix::unistd::{getpid, getsid, setsid};
        // Whoever started it may have done so already. In a container the leader of the session may be
        // outside; its number is 0 then.
        if getsid(None).is_ok_and(|session| session == getpid()) {
            return Ok(());
        }
        setsid()?;
    }
    Ok(())
}

/// Whether a terminal that is closed ends the kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HangUp {
    /// It does.
    Ends,
    /// It does not.
    Ignored,
}

/// SIGINT interrupts, SIGTERM ends, and so does SIGHUP unless it is ignored. Gives where the first signal
/// that ends stands, once it came.
///
/// # Errors
/// When the system refuses to hand signals over.
pub(crate) fn watch_signals(
    evaluation: Interrupt,
    end: Sender<()>,
    hang_up: HangUp,
) -> std::io::Result<Arc<OnceLock<i32>>> {
    let came = Arc::new(OnceLock::new());
    #[cfg(unix)]
    {
        use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
        let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP])?;
        let first = came.clone();
        thread::spawn(move || {
            for signal in &mut signals {
                if signal == SIGHUP && hang_up == HangUp::Ignored {
                    continue;
                }
                evaluation.stop();
                if signal != SIGINT {
                    let _ = first.set(signal);
                    let _ = end.send(());
                }
            }
        });
    }
    #[cfg(not(unix))]
    drop((evaluation, end, hang_up));
    Ok(came)
}
