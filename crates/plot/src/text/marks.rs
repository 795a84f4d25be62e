//! What the series of a panel look like in dots.

use crate::body::Shape;
use crate::chart::{Chart, Trace};
use crate::figure::Style;
use crate::series::reaches;
use crate::text::grid::Grid;
use crate::text::places;
use crate::trace::{clip, inside, runs, stairs, thin};

/// Draws a series; `fill` says whether areas may be filled.
pub(super) fn draw(grid: &mut Grid, chart: &Chart, trace: &Trace, fill: bool) {
    let columns = grid.across();
    if let Some(lower) = trace.lower.as_ref().filter(|_| fill) {
        let pairs = places(chart, trace, lower).zip(places(chart, trace, &trace.upper));
        let mut within = pairs.filter_map(|(l, h)| l.zip(h)).collect::<Vec<_>>();
        within.retain(|(l, _)| (0.0..=1.0).contains(&l.0));
        for pair in within.windows(2) {
            let [(low, high), next] = pair else { continue };
            // The columns up to the next value, or the area would have holes.
            let gap = ((next.0.0 - low.0).abs() * columns as f64).ceil().min(columns as f64);
            let count = (gap as usize).max(1);
            for k in 0..count {
                let t = k as f64 / count as f64;
                let mix = |a: f64, b: f64| a + (b - a) * t;
                let x = mix(low.0, next.0.0);
                let ends = (mix(low.1, next.0.1), mix(high.1, next.1.1));
                grid.bar((x, ends.0), (x, ends.1), trace.colour);
            }
        }
    }
    match trace.series.style {
        Style::Bars => {
            bars(grid, chart, trace);
            errors(grid, chart, trace);
            return;
        }
        Style::Box | Style::Violin => return bodies(grid, chart, trace),
        _ => errors(grid, chart, trace),
    }
    for run in runs(places(chart, trace, &trace.upper)) {
        match (trace.series.style, run.as_slice()) {
            (Style::Points, _) if trace.series.muted => {
                run.iter().filter(|p| inside(p)).for_each(|p| grid.line(&[*p, *p], trace.colour));
            }
            (Style::Points, _) | (_, [_]) => {
                run.iter().filter(|p| inside(p)).for_each(|p| grid.letter(*p, '•', trace.colour));
            }
            (style, _) => {
                let run = if style == Style::Step { stairs(&run) } else { run };
                for part in clip(&thin(run, columns)) {
                    grid.line(&part, trace.colour);
                }
            }
        }
    }
}

fn bars(grid: &mut Grid, chart: &Chart, trace: &Trace) {
    let columns = grid.across();
    let half = trace.width / 2.0;
    let base = chart.y.fraction(0.0).unwrap_or(0.0).clamp(0.0, 1.0);
    for (x, y) in trace.x.iter().zip(trace.upper.iter()) {
        let ends = chart.x.fraction(x - half).zip(chart.x.fraction(x + half));
        let (Some((from, to)), Some(top)) = (ends, chart.y.fraction(*y)) else { continue };
        if from > 1.0 || to < 0.0 || top == base {
            continue;
        }
        let dot = |f: f64| (f.clamp(0.0, 1.0) * (columns - 1) as f64).round() as usize;
        for column in dot(from)..=dot(to) {
            let x = column as f64 / (columns - 1) as f64;
            grid.bar((x, top.min(base)), (x, top.max(base)), trace.colour);
        }
    }
}

/// Error bars with caps.
fn errors(grid: &mut Grid, chart: &Chart, trace: &Trace) {
    let dot = 1.0 / grid.across() as f64;
    for reach in reaches(chart, trace) {
        grid.line(&[(reach.x, reach.low), (reach.x, reach.high)], trace.colour);
        for (y, _) in [(reach.low, reach.caps.0), (reach.high, reach.caps.1)].iter().filter(|e| e.1)
        {
            grid.line(&[(reach.x - dot, *y), (reach.x + dot, *y)], trace.colour);
        }
    }
}

/// Boxes and violins as outlines.
fn bodies(grid: &mut Grid, chart: &Chart, trace: &Trace) {
    let place = |x: f64, y: f64| {
        let (x, y) = (chart.x.fraction(x).unwrap_or(0.0), chart.y.fraction(y).unwrap_or(0.0));
        (x, y.clamp(0.0, 1.0))
    };
    let half = trace.width / 2.0;
    for body in &trace.bodies {
        let x = body.x;
        let within = chart.x.fraction(x).is_some_and(|x| (0.0..=1.0).contains(&x));
        for y in body.points.iter().filter(|_| within) {
            let seen = chart.y.fraction(*y).is_some_and(|y| (0.0..=1.0).contains(&y));
            if seen {
                grid.letter(place(x, *y), '•', trace.colour);
            }
        }
        let Some(Shape { ends, quartiles: [first, median, third], outline }) = &body.shape else {
            continue;
        };
        let mut lines = vec![vec![(x - half, *median), (x + half, *median)]];
        if outline.is_empty() {
            lines.push(vec![(x, ends.0), (x, *first)]);
            lines.push(vec![(x, *third), (x, ends.1)]);
            lines.push(vec![
                (x - half, *first),
                (x - half, *third),
                (x + half, *third),
                (x + half, *first),
                (x - half, *first),
            ]);
        } else {
            lines.push(outline.iter().map(|(y, part)| (x - half * part, *y)).collect());
            lines.push(outline.iter().map(|(y, part)| (x + half * part, *y)).collect());
        }
        for line in lines.iter().filter(|_| within) {
            let places: Vec<_> = line.iter().map(|(x, y)| place(*x, *y)).collect();
            grid.line(&places, trace.colour);
        }
    }
}
