//! The output of a running script for its front end.

use super::display::Display;
use bioxen_cell::hypervisor::{Progress, Sample};

/// One thing to show.
#[derive(Debug, Clone)]
pub enum Output {
    /// A line that the script printed.
    Text(String),
    /// A remark about what the script does, which is no result: the output of `debug`.
    Remark(String),
    /// What was shown so far is to go; if it waits, only when the next thing is shown.
    Clear {
        /// Whether it waits.
        wait: bool,
    },
    /// A value that the script showed.
    Display {
        /// Its number in the session, from 1.
        id: u64,
        /// Whether it takes the place of what was shown under that number before.
        update: bool,
        /// What it is.
        value: Box<Display>,
    },
    /// A file that was written.
    File(std::path::PathBuf),
    /// How far a run is; comes often, so take every hundredth second's.
    Progress(Progress),
    /// How far a sweep is.
    Points {
        /// The points that are done.
        done: usize,
        /// All points.
        of: usize,
    },
    /// The resources at a sample of a run.
    Sample(Sample),
    /// A run has ended.
    RunEnded,
}

impl Output {
    /// The text of it [bytes], for whoever keeps it.
    pub(super) fn bytes(&self) -> usize {
        let beside = std::mem::size_of::<Self>();
        match self {
            Self::Text(text) | Self::Remark(text) => text.len() + beside,
            Self::Display { value, .. } => value.text.len() + beside,
            Self::File(path) => path.as_os_str().len() + beside,
            _ => 0,
        }
    }
}

/// What came of asking the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// A line, without its end.
    Line(String),
    /// The input has ended.
    End,
    /// Nobody may be asked now.
    Refused,
    /// The user interrupted instead of answering.
    Interrupted,
}

/// How a front end asks the user: it is given the prompt.
pub type InputHook = Box<dyn FnMut(&str) -> Answer>;
