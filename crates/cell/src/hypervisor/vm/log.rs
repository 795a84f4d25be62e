//! The log of a VM, with cell times.

use std::collections::VecDeque;
use std::fmt;

use serde::{Deserialize, Serialize};

use bioxen_base::units::Time;

/// The most entries that are kept; the oldest go first.
pub const LOG_LENGTH: usize = 10_000;

/// What kind of thing happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogKind {
    /// The VM was made, copied or brought back.
    Origin,
    /// It moved in its life cycle.
    LifeCycle,
    /// It was allocated a resource.
    Allocation,
    /// Promoters were opened or closed.
    Transcription,
    /// Operons were taken into the hand or released.
    Operon,
    /// Plasmids or packages came or went.
    Genome,
    /// The cell divided.
    Division,
    /// Something went wrong.
    Failure,
}

impl LogKind {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Origin => "origin",
            Self::LifeCycle => "life cycle",
            Self::Allocation => "allocation",
            Self::Transcription => "transcription",
            Self::Operon => "operon",
            Self::Genome => "genome",
            Self::Division => "division",
            Self::Failure => "failure",
        }
    }
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// Cell time.
    pub time: Time,
    /// What kind of thing it is.
    pub kind: LogKind,
    /// What happened, in words.
    pub what: String,
}

impl fmt::Display for LogEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>10}  {:<13}  {}", self.time.to_string(), self.kind.name(), self.what)
    }
}

/// The entries of one VM, in the order of their time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Log {
    entries: VecDeque<LogEntry>,
}

impl Log {
    /// Adds an entry; beyond [`LOG_LENGTH`] the oldest is forgotten.
    pub fn add(&mut self, time: Time, kind: LogKind, what: String) {
        if self.entries.len() == LOG_LENGTH {
            self.entries.pop_front();
        }
        self.entries.push_back(LogEntry { time, kind, what });
    }

    /// All entries, the oldest first.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = &LogEntry> {
        self.entries.iter()
    }
}

/// The first names of a list, and how many more there are.
pub(super) fn some_of(names: &[String]) -> String {
    match names {
        few if few.len() <= 6 => few.join(", "),
        many => format!("{} and {} more", many[..5].join(", "), many.len() - 5),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_entries_go_first() {
        let mut log = Log::default();
        for i in 0..LOG_LENGTH + 3 {
            log.add(Time::from_seconds(i as f64), LogKind::Allocation, format!("{i}"));
        }
        assert_eq!(log.entries().len(), LOG_LENGTH);
        assert_eq!(log.entries().next().unwrap().what, "3");
    }
}
