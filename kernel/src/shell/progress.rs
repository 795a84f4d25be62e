//! The progress of a long run: one line that is updated in place, and samples for dashboards.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bioxen::hypervisor::{Progress, Sample, VmSample};

use super::comms::Monitors;
use super::live::Live;
use super::present::Form;
use crate::messages::{Forms, MonitorData, Shown, Updated, VmShare};
use crate::screen::Screen;
use crate::wire::random_hex;

/// A run shorter than this shows nothing.
const PATIENCE: Duration = Duration::from_millis(400);
/// Time between two updates.
const REFRESH: Duration = Duration::from_millis(100);

/// The line of one run after the other.
#[derive(Debug)]
pub(super) struct Meter {
    screen: Arc<Screen>,
    monitors: Monitors,
    started: Option<Instant>,
    shown: Option<Instant>,
    sampled: Option<Instant>,
    last: Option<Progress>,
    /// How many points of a sweep are done, and how many there are.
    points: Option<(usize, usize)>,
    /// The name of the line, once it is there.
    line: Option<String>,
    /// The figure that follows, if it was asked for.
    live: Option<Live>,
    /// A sample that dashboards have not been sent.
    unsent: Option<Sample>,
}

impl Meter {
    pub(super) fn new(screen: Arc<Screen>, monitors: Monitors) -> Self {
        Self {
            screen,
            monitors,
            started: None,
            shown: None,
            sampled: None,
            last: None,
            points: None,
            line: None,
            live: None,
            unsent: None,
        }
    }

    /// Takes note of how far a run is; called often.
    pub(super) fn update(&mut self, progress: &Progress) {
        self.last = Some(*progress);
        self.show(|id, taken| content(progress, id, taken, false));
    }

    /// Takes note of how many points of a sweep are done.
    pub(super) fn points(&mut self, done: usize, of: usize) {
        self.points = Some((done, of));
        self.show(|id, taken| points((done, of), id, taken, false));
    }

    /// Shows a line, or updates it, when it is time for that.
    fn show(&mut self, content: impl FnOnce(&str, Duration) -> Shown) {
        let now = Instant::now();
        let started = *self.started.get_or_insert(now);
        if now - started < PATIENCE || self.shown.is_some_and(|last| now - last < REFRESH) {
            return;
        }
        self.shown = Some(now);
        let known = self.line.is_some();
        let id = self.line.get_or_insert_with(|| format!("run-{}", random_hex(1)));
        let shown = content(id, now - started);
        if known {
            self.screen.show(&Updated(shown));
        } else {
            self.screen.show(&shown);
        }
    }

    /// Takes a sample, for dashboards and, if it was asked for, for the figure.
    pub(super) fn sample(&mut self, sample: &Sample, live: Option<Form>) {
        if let Some(form) = live {
            self.live.get_or_insert_with(|| Live::new(form)).sample(sample, &self.screen);
        }
        if !self.monitors.any() {
            return;
        }
        let now = Instant::now();
        if self.sampled.is_some_and(|last| now - last < REFRESH) {
            self.unsent = Some(sample.clone());
            return;
        }
        self.sampled = Some(now);
        self.unsent = None;
        self.monitors.send(&dashboard(sample, self.last.as_ref()));
    }

    /// Turns the line into a summary, and completes the figure.
    pub(super) fn end(&mut self) {
        if let Some(mut live) = self.live.take() {
            live.end(&self.screen);
        }
        if let Some(sample) = self.unsent.take() {
            self.monitors.send(&dashboard(&sample, self.last.as_ref()));
        }
        let (last, swept) = (self.last.take(), self.points.take());
        if let (Some(id), Some(started)) = (self.line.take(), self.started) {
            let taken = started.elapsed();
            let run = || last.map(|progress| content(&progress, &id, taken, true));
            if let Some(shown) = swept.map(|done| points(done, &id, taken, true)).or_else(run) {
                self.screen.show(&Updated(shown));
            }
        }
        (self.started, self.shown, self.sampled) = (None, None, None);
    }
}

/// A sample as dashboards get it.
fn dashboard(sample: &Sample, progress: Option<&Progress>) -> MonitorData {
    let share = |vm: &VmSample| VmShare {
        id: vm.id.to_string(),
        ribosomes: vm.ribosomes,
        polymerases: vm.polymerases,
        atp_share: vm.atp_share,
    };
    MonitorData::Sample {
        time_min: sample.now.minutes(),
        start_min: progress.map(|p| p.start.minutes()),
        end_min: progress.map(|p| p.end.minutes()),
        events: progress.map(|p| p.events),
        growth_rate_per_h: sample.growth_per_h,
        ribosomes: sample.ribosomes,
        polymerases: sample.polymerases,
        atp_percent: sample.atp_percent,
        vms: sample.vms.iter().map(share).collect(),
    }
}

/// A count in at most four digits.
fn short(count: u64) -> String {
    match count {
        0..10_000 => count.to_string(),
        10_000..10_000_000 => format!("{} k", count / 1000),
        _ => format!("{} M", count / 1_000_000),
    }
}

fn content(p: &Progress, id: &str, taken: Duration, ended: bool) -> Shown {
    let done = (p.now - p.start).minutes();
    let whole = (p.end - p.start).minutes();
    let percent = if whole > 0.0 { (100.0 * done / whole).clamp(0.0, 100.0) } else { 100.0 };
    let (now, growth, seconds) = (p.now.minutes(), p.growth_per_h, taken.as_secs_f64());
    let events = match p.events {
        0 => String::new(),
        count => format!("{} events, ", short(count)),
    };
    let rest = format!("cell time {now:.1} min, {events}host growth {growth:.3} 1/h");
    if ended {
        return line(id, format!("ran {done:.1} min in {seconds:.1} s; {rest}"), None);
    }
    let speed = if seconds > 0.0 { done / seconds } else { 0.0 };
    line(id, format!("{rest}, {speed:.0} min/s"), Some(percent))
}

/// How far a sweep is, or what it was.
fn points((done, of): (usize, usize), id: &str, taken: Duration, ended: bool) -> Shown {
    let seconds = taken.as_secs_f64();
    if ended {
        return line(id, format!("{done} of {of} points in {seconds:.1} s"), None);
    }
    let left = seconds * (of - done) as f64 / done.max(1) as f64;
    line(
        id,
        format!("{done} of {of} points, {left:.0} s left"),
        Some(100.0 * done as f64 / of as f64),
    )
}

/// A line, with a bar if it is not the last.
fn line(id: &str, tail: String, percent: Option<f64>) -> Shown {
    let (text, html) = if let Some(percent) = percent {
        let tail = format!("{percent:.0} %  {tail}");
        let full = (percent / 5.0) as usize;
        let text = format!("[{}{}] {tail}", "=".repeat(full), " ".repeat(20 - full));
        // The page's own element, so that it has the page's colours.
        let html = format!(
            "<span class=\"bioxen-run\"><progress max=\"100\" value=\"{percent:.1}\"></progress> \
             {tail}</span>"
        );
        (text, html)
    } else {
        let html = format!("<span class=\"bioxen-run\">{tail}</span>");
        (tail, html)
    };
    Shown::new(Forms { plain: Some(text), html: Some(html), ..Forms::default() }).named(id)
}
