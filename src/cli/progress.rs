//! A progress bar for runs that take their time, on a terminal only.

use std::time::{Duration, Instant};

use bioxen::hypervisor::Progress;
use indicatif::{HumanDuration, ProgressBar, ProgressStyle};

use super::terminal::columns;

/// A run shorter than this shows no bar.
const PATIENCE: Duration = Duration::from_millis(500);
/// Time between two looks of the bar.
const REFRESH: Duration = Duration::from_millis(100);

/// The bar of a terminal of 80 columns or more.
const WIDE: &str = "{bar:20} {percent:>3} %  {msg}";
/// The bar of a narrow terminal.
const NARROW: &str = "{percent:>3} % {msg}";

/// The bar of one run after the other.
pub(crate) struct Bar {
    enabled: bool,
    started: Option<Instant>,
    shown: Option<Instant>,
    bar: Option<ProgressBar>,
}

impl Bar {
    /// A bar, or none.
    pub(crate) fn new(enabled: bool) -> Self {
        Self { enabled, started: None, shown: None, bar: None }
    }

    /// Takes note of how far a run is; called often.
    pub(crate) fn update(&mut self, p: Progress) {
        let (done, whole) = (p.now - p.start, p.end - p.start);
        self.show(done.seconds() / whole.seconds(), |wide, passed| {
            let speed = done.minutes() / passed.as_secs_f64();
            let (minutes, growth) = (p.now.minutes(), p.growth_per_h);
            if wide {
                format!("cell time {minutes:.1} min, {speed:.0} min/s, growth {growth:.3} 1/h")
            } else {
                format!("{minutes:.0} min, {speed:.0} min/s, {growth:.2} 1/h")
            }
        });
    }

    /// Takes note of how many points of a sweep are done.
    pub(crate) fn points(&mut self, done: usize, of: usize) {
        self.counted("points", done, of);
    }

    /// Takes note of how many starts of a fit are done.
    pub(crate) fn starts(&mut self, done: usize, of: usize) {
        self.counted("starts", done, of);
    }

    /// Takes note of how many rows of a sweep are done.
    pub(crate) fn rows(&mut self, done: u64, of: u64) {
        self.counted("rows", done as usize, of as usize);
    }

    /// Takes note of how many shards of a sweep are done.
    pub(crate) fn shards(&mut self, done: u64, of: u64) {
        self.counted("shards", done as usize, of as usize);
    }

    fn counted(&mut self, what: &str, done: usize, of: usize) {
        self.show(done as f64 / of as f64, |wide, passed| {
            let left = passed.mul_f64(of.saturating_sub(done) as f64 / done.max(1) as f64);
            let left = HumanDuration(left);
            if wide {
                format!("{done} of {of} {what}, {left} left")
            } else {
                format!("{done}/{of}, {left} left")
            }
        });
    }

    /// Shows a part of the whole and what there is to say, given whether there is room and the time that
    /// has passed.
    fn show(&mut self, part: f64, message: impl FnOnce(bool, Duration) -> String) {
        if !self.enabled {
            return;
        }
        let now = Instant::now();
        let started = *self.started.get_or_insert(now);
        if now - started < PATIENCE || self.shown.is_some_and(|last| now - last < REFRESH) {
            return;
        }
        self.shown = Some(now);
        let wide = columns() >= 80;
        let bar = self.bar.get_or_insert_with(|| {
            let bar = ProgressBar::new(1000);
            // A template that cannot be parsed leaves the plain bar.
            let template = if wide { WIDE } else { NARROW };
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style.progress_chars("=> "));
            }
            bar
        });
        bar.set_position((1000.0 * part) as u64);
        bar.set_message(message(wide, now - started));
    }

    /// Takes the bar away, so that something can be printed or the run is over.
    pub(crate) fn clear(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        self.started = None;
        self.shown = None;
    }
}
