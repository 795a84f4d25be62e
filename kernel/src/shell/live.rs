//! A figure of the resources that grows while a run goes on.

use std::time::{Duration, Instant};

use bioxen::engine::{StopToken, Trajectory};
use bioxen::hypervisor::Sample;
use bioxen::lang::FigureValue;
use bioxen::plot::{Options, resources};
use bioxen::session::Display;

use super::present::{self, Form};
use crate::messages::{Shown, Updated};
use crate::screen::Screen;
use crate::wire::random_hex;

/// Samples that are drawn at most; when there are more, every second one is left out.
const MOST: usize = 600;
/// Time between two drawings.
const REFRESH: Duration = Duration::from_millis(100);
/// How many times longer than it takes to draw a figure the next one is waited for.
const SPARE: u32 = 9;

/// The figure of one run.
#[derive(Debug)]
pub(super) struct Live {
    trace: Trajectory,
    /// Of so many samples one is kept.
    stride: usize,
    /// How many samples there were.
    count: usize,
    /// The name of the figure, once it is there.
    id: Option<String>,
    next: Option<Instant>,
    /// How the whole figure is sent.
    form: Form,
}

impl Live {
    pub(super) fn new(form: Form) -> Self {
        let trace = Trajectory { time_unit: "min".into(), ..Trajectory::default() };
        Self { trace, stride: 1, count: 0, id: None, next: None, form }
    }

    /// Takes a sample and shows the figure when it is time for that.
    pub(super) fn sample(&mut self, sample: &Sample, screen: &Screen) {
        if self.count.is_multiple_of(self.stride) {
            self.add(sample);
        }
        self.count += 1;
        if self.trace.times.len() > 1 && self.next.is_none_or(|next| Instant::now() >= next) {
            self.show(screen, present::sketch);
        }
    }

    /// Shows the figure for the last time.
    pub(super) fn end(&mut self, screen: &Screen) {
        if self.trace.times.len() > 1 {
            // It shows what there was, also of a run that was interrupted.
            let form = self.form;
            self.show(screen, |figure| present::bundle(figure, form, &StopToken::new()));
        }
    }

    fn show(&mut self, screen: &Screen, draw: impl Fn(&Display) -> Option<Shown>) {
        let start = Instant::now();
        let known = self.id.is_some();
        let id = self.id.get_or_insert_with(|| format!("live-{}", random_hex(1)));
        let figure = FigureValue::new(resources(&self.trace, "Resources"), Options::default());
        if let Some(shown) = draw(&Display::figure(figure)) {
            let shown = shown.named(id.clone());
            if known {
                screen.show(&Updated(shown));
            } else {
                screen.show(&shown);
            }
        }
        let taken = start.elapsed();
        self.next = Some(start + REFRESH.max(taken * SPARE));
    }

    /// Adds a row. A VM that is new had nothing before, and one that is gone has nothing any more.
    fn add(&mut self, sample: &Sample) {
        let rows = self.trace.times.len();
        self.trace.times.push(sample.now.minutes());
        for column in sample.columns() {
            match self.trace.columns.iter_mut().find(|c| c.name == column.name) {
                Some(known) => known.values.extend(column.values),
                None => {
                    let values = [vec![0.0; rows], column.values].concat();
                    self.trace.columns.push(bioxen::engine::Column { values, ..column });
                }
            }
        }
        for column in &mut self.trace.columns {
            column.values.resize(rows + 1, 0.0);
        }
        if rows >= MOST {
            self.stride *= 2;
            thin(&mut self.trace.times);
            self.trace.columns.iter_mut().for_each(|column| thin(&mut column.values));
        }
    }
}

/// Keeps every second value, the first among them.
fn thin(values: &mut Vec<f64>) {
    let mut keep = false;
    values.retain(|_| {
        keep = !keep;
        keep
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use bioxen::hypervisor::VmSample;
    use bioxen::units::Time;

    fn sample(minute: usize, ids: &[&str]) -> Sample {
        let vm = |id: &&str| VmSample {
            id: (*id).into(),
            ribosomes: 5.0,
            polymerases: 2.0,
            atp_share: 1.0,
        };
        Sample {
            now: Time::from_minutes(minute as f64),
            growth_per_h: 1.0,
            ribosomes: 9.0,
            polymerases: 4.0,
            atp_percent: 90.0,
            vms: ids.iter().map(vm).collect(),
        }
    }

    #[test]
    fn rows_stay_rows_when_vms_come_and_go() {
        let mut live = Live::new(Form::Png);
        live.add(&sample(0, &["a"]));
        live.add(&sample(1, &["a", "b"]));
        live.add(&sample(2, &["b"]));
        let values = |name: &str| {
            let columns = &live.trace.columns;
            columns.iter().find(|c| c.name == name).map(|c| c.values.clone()).unwrap()
        };
        assert_eq!(values("a.ribosomes"), [5.0, 5.0, 0.0]);
        assert_eq!(values("b.ribosomes"), [0.0, 5.0, 5.0]);
        assert_eq!(values("host.growth_rate_per_h").len(), 3);
    }

    #[test]
    fn long_runs_are_drawn_with_fewer_samples() {
        let mut live = Live::new(Form::Png);
        for minute in 0..10_000 {
            if minute % live.stride == 0 {
                live.add(&sample(minute, &["a"]));
            }
        }
        let times = &live.trace.times;
        assert!(times.len() <= MOST + 1 && times.len() > MOST / 4, "{}", times.len());
        let steps: Vec<f64> = times.windows(2).map(|w| w[1] - w[0]).collect();
        assert!(steps.iter().all(|s| *s == steps[0]), "evenly: {:?}", &steps[..5]);
    }
}
