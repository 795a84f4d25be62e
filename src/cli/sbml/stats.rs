//! The cost of a simulation.

use serde::Serialize;

/// What `--stats` prints.
#[derive(Debug, Serialize)]
pub(super) struct Stats {
    /// Reactions that happened, in all runs together; 0 for differential equations.
    events: u64,
    /// The simulation alone [s].
    seconds: f64,
    /// Time per event, on all threads together [ns].
    ns_per_event: Option<f64>,
    /// From the parsed model to the first step [s].
    setup_seconds: f64,
    /// The most memory that was in use [bytes]; none where the system does not tell.
    peak_memory_bytes: Option<u64>,
}

impl Stats {
    pub(super) fn new(events: u64, seconds: f64, setup_seconds: f64) -> Self {
        let ns_per_event = (events > 0).then(|| seconds * 1e9 / events as f64);
        Stats { events, seconds, ns_per_event, setup_seconds, peak_memory_bytes: peak_memory() }
    }
}

/// The high-water mark of resident memory, as Linux tells it.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmHWM:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}
