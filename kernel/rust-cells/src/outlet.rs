//! What is told to the front end.

use std::io::{Stdout, Write, stdout};
use std::sync::{Arc, Mutex, PoisonError};

use bioxen_rust::protocol::Told;

/// The way to the front end, for all threads.
#[derive(Debug, Clone)]
pub(crate) struct Outlet {
    out: Arc<Mutex<Stdout>>,
}

impl Outlet {
    pub(crate) fn new() -> Self {
        Self { out: Arc::new(Mutex::new(stdout())) }
    }

    /// Tells something, as one line.
    pub(crate) fn tell(&self, told: &Told) {
        let Ok(mut line) = serde_json::to_string(told) else { return };
        line.push('\n');
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        // A front end that is gone is noticed where it is read.
        let _ = out.write_all(line.as_bytes()).and_then(|()| out.flush());
    }
}
