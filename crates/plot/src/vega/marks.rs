//! Error bars, boxes and violins in Vega-Lite.

use serde_json::{Map, Value, json};

use super::Layers;
use crate::body::{Body, Shape};
use crate::chart::Trace;
use crate::figure::Scale;

/// The most error bars of one series; of more every n-th is kept.
const MOST_ERRORS: usize = 2_000;
/// The most points of one box.
const MOST_POINTS: usize = 500;
/// The width of a cap [px].
const CAP: u32 = 7;

impl Layers<'_> {
    /// The bars and the caps of a series' errors.
    pub(super) fn errors(&self, trace: &Trace) -> Vec<Value> {
        let Some((low, high)) = &trace.series.error else { return Vec::new() };
        let rows = trace.x.iter().zip(trace.upper.iter()).zip(low.iter().zip(high));
        let all: Vec<_> = rows.filter(|((x, y), _)| x.is_finite() && y.is_finite()).collect();
        let foot = self.chart.y.ends().0;
        let log = self.chart.y.scale == Scale::Log;
        let (mut bars, mut caps) = (Vec::new(), Vec::new());
        for ((x, y), (low, high)) in all.iter().step_by(all.len().div_ceil(MOST_ERRORS).max(1)) {
            if log && *y <= &0.0 {
                continue;
            }
            let mut end = |v: f64| {
                // A logarithmic axis has no place for zero: the bar runs to its foot.
                if log && v <= 0.0 {
                    return foot.min(**y);
                }
                if v.is_finite() && v != **y {
                    caps.push(Value::Object(self.row(trace, **x, v)));
                }
                if v.is_finite() { v } else { **y }
            };
            let (low, high) = (end(**low), end(**high));
            let mut bar = self.row(trace, **x, high);
            bar.insert("y2".into(), json!(low));
            bars.push(Value::Object(bar));
        }
        let rule = json!({"type": "rule", "clip": true});
        let tick = across(f64::from(CAP), 1.2);
        let (mut between, mut up) = (self.between(), self.up());
        if trace.series.style.stands() {
            // A bar of the same colour would hide them.
            for encoding in [&mut between, &mut up] {
                encoding.insert("color".into(), json!({"value": self.ink}));
            }
        }
        vec![self.layer(rule, between, bars), self.layer(tick, up, caps)]
    }

    /// The parts of boxes and violins.
    pub(super) fn bodies(&self, trace: &Trace) -> Vec<Value> {
        let wide = self.pixels(trace.width);
        let mut parts = Parts::default();
        for body in &trace.bodies {
            self.body(trace, body, &mut parts);
        }
        let Parts { lines, caps, bodies, medians, points, outlines } = parts;
        let rule = json!({"type": "rule", "clip": true});
        let body = json!({"type": "bar", "width": wide, "opacity": 0.4, "clip": true});
        let point = json!({"type": "point", "filled": true, "size": 18, "clip": true});
        let mut all =
            vec![self.layer(rule, self.between(), lines), self.layer(body, self.between(), bodies)];
        for outline in outlines {
            let mark = json!({"type": "line", "filled": true, "opacity": 0.4, "strokeWidth": 1, "clip": true});
            let mut encoding = self.up();
            encoding.insert("order".into(), json!({"field": "order", "type": "quantitative"}));
            all.push(self.layer(mark, encoding, outline));
        }
        all.push(self.layer(across(wide * 0.5, 1.2), self.up(), caps));
        all.push(self.layer(across(wide, 2.0), self.up(), medians));
        all.push(self.layer(point, self.up(), points));
        all.retain(|l| l["data"]["values"].as_array().is_some_and(|v| !v.is_empty()));
        all
    }

    fn body(&self, trace: &Trace, body: &Body, parts: &mut Parts) {
        let row = |y: f64| self.row(trace, body.x, y);
        let every = body.points.len().div_ceil(MOST_POINTS).max(1);
        parts.points.extend(body.points.iter().step_by(every).map(|y| Value::Object(row(*y))));
        let Some(Shape { ends, quartiles: [first, median, third], outline }) = &body.shape else {
            return;
        };
        let pair = |low: f64, high: f64| {
            let mut bar: Map<String, Value> = row(high);
            bar.insert("y2".into(), json!(low));
            Value::Object(bar)
        };
        parts.medians.push(Value::Object(row(*median)));
        if outline.is_empty() {
            parts.lines.extend([pair(ends.0, *first), pair(*third, ends.1)]);
            parts.caps.extend([ends.0, ends.1].map(|y| Value::Object(row(y))));
            parts.bodies.push(pair(*first, *third));
            return;
        }
        parts.lines.push(pair(*first, *third));
        let half = trace.width / 2.0;
        let left = outline.iter().map(|(y, part)| (-half * part, *y));
        let right = outline.iter().rev().map(|(y, part)| (half * part, *y));
        let path = left.chain(right).enumerate().map(|(i, (dx, y))| {
            // Beside the name of its own place, also where it reaches to the border of the next.
            let mut at = self.row(trace, body.x, y);
            let moved = |v: Option<&Value>| json!(v.and_then(Value::as_f64).map(|v| v + dx));
            let which = if at.contains_key("dx") { "dx" } else { "x" };
            at.insert(which.into(), moved(at.get(which)));
            at.insert("order".into(), json!(i));
            Value::Object(at)
        });
        parts.outlines.push(path.collect());
    }
}

/// A short line across, so wide and so thick [px].
fn across(wide: f64, thick: f64) -> Value {
    let wide = (wide * 10.0).round() / 10.0;
    json!({"type": "tick", "orient": "horizontal", "size": wide, "thickness": thick, "clip": true})
}

/// Rows of data for each kind of mark.
#[derive(Default)]
struct Parts {
    lines: Vec<Value>,
    caps: Vec<Value>,
    bodies: Vec<Value>,
    medians: Vec<Value>,
    points: Vec<Value>,
    /// One list for each violin.
    outlines: Vec<Vec<Value>>,
}
