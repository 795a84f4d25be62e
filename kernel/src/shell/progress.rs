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
            line: None,
            live: None,
            unsent: None,
        }
    }

    /// Takes note of how far a run is; called often.
    pub(super) fn update(&mut self, progress: &Progress) {
        let now = Instant::now();
        let started = *self.started.get_or_insert(now);
        self.last = Some(*progress);
        if now - started < PATIENCE || self.shown.is_some_and(|last| now - last < REFRESH) {
            return;
        }
        self.shown = Some(now);
        let known = self.line.is_some();
        let id = self.line.get_or_insert_with(|| format!("run-{}", random_hex(1)));
        let shown = content(progress, id, now - started, false);
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
        let line = (self.last.take(), self.line.take(), self.started);
        if let (Some(progress), Some(id), Some(started)) = line {
            let content = content(&progress, &id, started.elapsed(), true);
            self.screen.show(&Updated(content));
        }
        (self.started, self.shown, self.sampled) = (None, None, None);
    }
}

/// A sample as dashboards get it.
fn dashboard(sample: &Sample, progress: Option<&Progress>) -> MonitorData {
    let share = |vm: &VmSample| VmShare {
        id: vm.id.to_string(),
        ribosomes: vm.ribosomes,
        atp_share: vm.atp_share,
    };
    MonitorData::Sample {
        time_min: sample.now.minutes(),
        start_min: progress.map(|p| p.start.minutes()),
        end_min: progress.map(|p| p.end.minutes()),
        events: progress.map(|p| p.events),
        growth_rate_per_h: sample.growth_per_h,
        ribosomes: sample.ribosomes,
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
    let (text, html) = if ended {
        let text = format!("ran {done:.1} min in {seconds:.1} s; {rest}");
        let html = format!("<span class=\"bioxen-run\">{text}</span>");
        (text, html)
    } else {
        let speed = if seconds > 0.0 { done / seconds } else { 0.0 };
        let tail = format!("{percent:.0} %  {rest}, {speed:.0} min/s");
        let full = (percent / 5.0) as usize;
        let text = format!("[{}{}] {tail}", "=".repeat(full), " ".repeat(20 - full));
        // The page's own element, so that it has the page's colours.
        let html = format!(
            "<span class=\"bioxen-run\"><progress max=\"100\" value=\"{percent:.1}\"></progress> \
             {tail}</span>"
        );
        (text, html)
    };
    Shown::new(Forms { plain: Some(text), html: Some(html), ..Forms::default() }).named(id)
}
