//! The state of the watched cell, and the display settings of the user.

use std::collections::VecDeque;

use bioxen::hypervisor::{Sample, VmSample};

use super::News;
use super::feed::Row;

/// Samples and lines that are kept.
const MOST_SAMPLES: usize = 1_000;
const MOST_LINES: usize = 200;
/// Minutes of cell time in a second; the last is as fast as it goes.
const SPEEDS: [u32; 9] = [1, 2, 5, 10, 20, 60, 300, 1_200, 0];

/// Whether the cell lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Phase {
    Running,
    /// With the error if it failed.
    Ended(Option<String>),
}

/// By what the VMs are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Ribosomes,
    Atp,
    Name,
}

impl Sort {
    /// The next, round and round.
    pub(super) fn next(self) -> Self {
        match self {
            Self::Ribosomes => Self::Atp,
            Self::Atp => Self::Name,
            Self::Name => Self::Ribosomes,
        }
    }

    /// Its name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ribosomes => "ribosomes",
            Self::Atp => "ATP",
            Self::Name => "name",
        }
    }
}

/// Everything that is known.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) name: String,
    pub(super) samples: VecDeque<Sample>,
    lines: VecDeque<String>,
    pub(super) phase: Phase,
    pub(super) paused: bool,
    pub(super) sort: Sort,
    speed: u32,
    /// Cell time when the VMs were asked [min], and what they said.
    asked_min: f64,
    /// Whether they were asked.
    all_known: bool,
    statuses: Vec<Row>,
    /// Whether somebody else's session is watched, which nobody here holds back.
    pub(super) attached: bool,
}

impl Model {
    pub(super) fn new(name: &str, speed: u32) -> Self {
        Self {
            name: name.to_owned(),
            samples: VecDeque::new(),
            lines: VecDeque::new(),
            phase: Phase::Running,
            paused: false,
            sort: Sort::Ribosomes,
            speed,
            asked_min: 0.0,
            all_known: false,
            statuses: Vec::new(),
            attached: false,
        }
    }

    /// Takes note of something.
    pub(super) fn take(&mut self, news: News) {
        match news {
            News::Sample(sample) => {
                self.samples.push_back(sample);
                if self.samples.len() > MOST_SAMPLES {
                    self.samples.pop_front();
                }
            }
            News::Line(text) => {
                self.lines.extend(text.lines().map(str::to_owned));
                let over = self.lines.len().saturating_sub(MOST_LINES);
                self.lines.drain(..over);
            }
            News::Status(now_min, statuses) => {
                (self.asked_min, self.statuses) = (now_min, statuses);
                self.all_known = true;
            }
            News::Ended(error) => self.phase = Phase::Ended(error),
        }
    }

    /// What was printed, the oldest first.
    pub(super) fn lines(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().map(String::as_str)
    }

    /// Minutes of cell time in a second; 0 for no limit.
    pub(super) fn speed(&self) -> u32 {
        self.speed
    }

    /// Speeds up, at last without limit.
    pub(super) fn faster(&mut self) {
        let faster = SPEEDS.iter().find(|s| **s > self.speed && self.speed > 0);
        self.speed = faster.copied().unwrap_or(0);
    }

    /// Slows down.
    pub(super) fn slower(&mut self) {
        let limit = if self.speed == 0 { u32::MAX } else { self.speed };
        let slower = SPEEDS.iter().rev().find(|s| **s > 0 && **s < limit);
        self.speed = slower.copied().unwrap_or(1);
    }

    /// Cell time at the last sample [min].
    pub(super) fn now_min(&self) -> f64 {
        self.samples.back().map_or(self.asked_min, |s| s.now.minutes())
    }

    /// The host in a line.
    pub(super) fn host(&self) -> String {
        match self.samples.back() {
            None => "nothing has run yet".to_owned(),
            Some(s) => format!(
                "{:.1} min  growth {:.3} 1/h  ribosomes {:.0}  ATP {:.1} %",
                s.now.minutes(),
                s.growth_per_h,
                s.ribosomes,
                s.atp_percent
            ),
        }
    }

    /// The VMs in the order wanted.
    pub(super) fn rows(&self) -> Vec<Row> {
        let samples = self.samples.back().map_or(&[][..], |sample| &sample.vms);
        let of_sample = |vm: &VmSample| Row {
            has: vm.clone(),
            state: "running".to_owned(),
            phase: String::new(),
        };
        // The VMs themselves know best who there is; until they are asked, the last sample does.
        let of_status = |status: &Row| {
            let sample = samples.iter().find(|vm| vm.id == status.has.id);
            let without = || VmSample { atp_share: 0.0, ..status.has.clone() };
            Row { has: sample.cloned().unwrap_or_else(without), ..status.clone() }
        };
        let mut rows: Vec<Row> = match self.all_known {
            true => self.statuses.iter().map(of_status).collect(),
            false => samples.iter().map(of_sample).collect(),
        };
        // What is no number comes last.
        let by = |x: f64, y: f64| y.total_cmp(&x);
        rows.sort_by(|a, b| match self.sort {
            Sort::Ribosomes => by(a.has.ribosomes, b.has.ribosomes),
            Sort::Atp => by(a.has.atp_share, b.has.atp_share),
            Sort::Name => a.has.id.cmp(&b.has.id),
        });
        rows
    }
}
