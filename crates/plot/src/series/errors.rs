//! Error bars.

use plotters::coord::ranged1d::Ranged;
use plotters::style::{Color, RGBColor};

use super::{Pen, pixels};
use crate::PlotError;
use crate::chart::{Chart, Trace};
use crate::figure::Scale;
use crate::sheet::Group;

/// The width of the bars [steps].
const WIDTH: u32 = 12;
/// Half the width of a cap [px].
const CAP: f64 = 3.5;
/// The largest number of bars drawn for one series.
const MOST: usize = 2_000;

/// An error bar that is seen, as places from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Reach {
    pub(crate) x: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// Whether its lower and its upper end are seen, and not beyond the axis.
    pub(crate) caps: (bool, bool),
}

/// The error bars of a series. Of very many every n-th is kept.
pub(crate) fn reaches(chart: &Chart, trace: &Trace) -> Vec<Reach> {
    let Some((low, high)) = &trace.series.error else { return Vec::new() };
    let rows = trace.x.iter().zip(trace.upper.iter()).zip(low.iter().zip(high));
    let all: Vec<Reach> =
        rows.filter_map(|((x, y), (low, high))| reach(chart, *x, *y, (*low, *high))).collect();
    let every = all.len().div_ceil(MOST).max(1);
    all.into_iter().step_by(every).collect()
}

fn reach(chart: &Chart, x: f64, y: f64, (low, high): (f64, f64)) -> Option<Reach> {
    let x = chart.x.fraction(x).filter(|x| (0.0..=1.0).contains(x))?;
    if !y.is_finite() {
        return None;
    }
    // Zero and less lie beyond the foot of a logarithmic axis.
    let log = chart.y.scale == Scale::Log;
    let place = |v: f64| chart.y.fraction(v).or((log && v <= 0.0).then_some(-1.0));
    let own = place(y)?;
    let (low, high) = (place(low).unwrap_or(own), place(high).unwrap_or(own));
    let (low, high) = (low.min(high), high.max(low));
    let seen = low <= 1.0 && high >= 0.0 && low < high;
    let caps = (low >= 0.0 && low != own, high <= 1.0 && high != own);
    seen.then(|| Reach { x, low: low.clamp(0.0, 1.0), high: high.clamp(0.0, 1.0), caps })
}

impl<X, Y> Pen<'_, '_, X, Y>
where
    X: Ranged<ValueType = f64>,
    Y: Ranged<ValueType = f64>,
{
    /// Draws the error bars.
    pub(super) fn errors(&mut self, color: RGBColor) -> Result<(), PlotError> {
        let all = reaches(self.chart, self.trace);
        if all.is_empty() {
            return Ok(());
        }
        self.canvas.sheet.open(Group { role: "errors", ..Group::default() });
        let style = color.stroke_width(WIDTH);
        // Caps that would touch tell nothing.
        let room = f64::from(self.columns() as u32) / all.len() as f64;
        let cap = CAP.min(room * 0.4);
        for Reach { x, low, high, caps } in all {
            let (from, to) = (pixels(self.context, (x, low)), pixels(self.context, (x, high)));
            self.canvas.line(&[from, to], style)?;
            for (end, _) in [(from, caps.0), (to, caps.1)].into_iter().filter(|e| e.1) {
                self.canvas.line(&[(end.0 - cap, end.1), (end.0 + cap, end.1)], style)?;
            }
        }
        self.canvas.sheet.close();
        Ok(())
    }
}
