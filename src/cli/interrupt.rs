//! The effects of Ctrl-C and of the signals that end a program.

use std::sync::atomic::{AtomicI32, Ordering};
#[cfg(unix)]
use std::time::{Duration, Instant};

/// The signal of Ctrl-C, by its number in every system.
const CTRL_C: i32 = 2;

/// The last signal that came.
static LAST: AtomicI32 = AtomicI32::new(CTRL_C);

/// A wish that came from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wish {
    /// The user pressed Ctrl-C.
    Interrupt,
    /// The program is to end: the terminal is gone, or somebody asks.
    End,
}

impl Wish {
    /// Ends the program: with 130 after Ctrl-C, as if nobody had listened when it is to end.
    pub(crate) fn follow(self) {
        #[cfg(unix)]
        if self == Self::End {
            // It does not come back unless it fails.
            let _ = signal_hook::low_level::emulate_default_handler(LAST.load(Ordering::Relaxed));
        }
        std::process::exit(i32::from(exit_code()));
    }
}

/// How a program ends that was asked to: 128 and the number of the signal, as shells say it; 130
/// after Ctrl-C, 143 after a request to end, 129 when the terminal is gone.
pub(crate) fn exit_code() -> u8 {
    u8::try_from(128 + LAST.load(Ordering::Relaxed)).unwrap_or(130)
}

/// Calls `f` with each wish, on a thread of its own. Where that cannot be had, a wish ends the
/// program, as it does by itself.
pub(crate) fn listen(f: impl Fn(Wish) + Send + 'static) {
    #[cfg(unix)]
    {
        use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
        let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP]) else {
            return;
        };
        std::thread::spawn(move || {
            for signal in signals.forever() {
                LAST.store(signal, Ordering::Relaxed);
                f(if signal == SIGINT { Wish::Interrupt } else { Wish::End });
            }
        });
    }
    #[cfg(not(unix))]
    let _ = ctrlc::set_handler(move || f(Wish::Interrupt));
}

/// Calls `f` with the first wish, which lets the program end cleanly. A second one ends it at once.
pub(crate) fn listen_once(f: impl Fn() + Send + 'static) {
    #[cfg(unix)]
    {
        /// What comes within this belongs to the first: some send several signals.
        const TOGETHER: Duration = Duration::from_millis(200);
        let first: std::cell::Cell<Option<Instant>> = std::cell::Cell::new(None);
        listen(move |wish| match first.get() {
            None => {
                first.set(Some(Instant::now()));
                f();
            }
            Some(first) if first.elapsed() < TOGETHER => {}
            Some(_) => wish.follow(),
        });
    }
    #[cfg(not(unix))]
    listen(move |_| f());
}
