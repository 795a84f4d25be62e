//! What Ctrl-C and the signals that end a program do.

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
            let _ = signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTERM);
        }
        std::process::exit(130);
    }
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
                f(if signal == SIGINT { Wish::Interrupt } else { Wish::End });
            }
        });
    }
    #[cfg(not(unix))]
    let _ = ctrlc::set_handler(move || f(Wish::Interrupt));
}
