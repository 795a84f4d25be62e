//! The axes of rectangles.

use plotters::style::Color;
use plotters::style::text_anchor::HPos;

use super::{Side, Spans, Tiles};
use crate::PlotError;
use crate::canvas::Canvas;
use crate::figure::Axis;
use crate::font::{Fonts, Weight};
use crate::layout::{LABEL, MARGIN, Plot, SMALL, TICK_GAP};
use crate::sheet::Group;
use crate::ticks::Ticks;

/// From one name of a row to the next [px].
const NAMED: f64 = 12.0;

/// What stands beside the vertical axis.
pub(super) struct Beside {
    /// Places from 0 at the foot to 1 at the top, and what stands there.
    marks: Vec<(f64, String)>,
    label: String,
    /// The widest of these [px].
    pub(super) width: f64,
    numbers: bool,
}

impl Beside {
    pub(super) fn of(tiles: &Tiles, spans: &Spans, height: f64, fonts: &Fonts, inner: f64) -> Self {
        let width = |text: &str| fonts.width(text, SMALL, Weight::Regular);
        let (marks, label, numbers) = match (&tiles.side, &spans.y) {
            (Side::Numbers(axis), Some(span)) => {
                let ticks = Ticks::of(axis, span, (height / 50.0).round() as usize);
                let label = ticks.label(axis);
                (ticks.marks, label, true)
            }
            (Side::Numbers(axis), None) => (Vec::new(), axis.text(), true),
            (Side::Rows { label, names, .. }, _) => {
                let mut free = f64::NEG_INFINITY;
                let mut marks = Vec::new();
                for (y, name) in names {
                    let Some(place) = spans.up(*y) else { continue };
                    let at = (1.0 - place) * height;
                    if at >= free {
                        free = at + NAMED;
                        marks.push((place, name.clone()));
                    }
                }
                (marks, label.clone(), false)
            }
        };
        let widest = marks.iter().map(|mark| width(&mark.1)).fold(0.0, f64::max).min(inner * 0.28);
        Self { marks, label, width: widest, numbers }
    }
}

pub(super) fn axes(
    canvas: &Canvas,
    tiles: &Tiles,
    spans: &Spans,
    plot: &Plot,
    side: &Beside,
) -> Result<(), PlotError> {
    let palette = canvas.palette;
    let facts = |names: [&'static str; 2], axis: &Axis| {
        names.into_iter().zip([axis.label.clone(), axis.unit.clone()]).collect::<Vec<_>>()
    };
    let mut all = facts(["data-x-label", "data-x-unit"], &tiles.x);
    if let Side::Numbers(axis) = &tiles.side {
        all.extend(facts(["data-y-label", "data-y-unit"], axis));
    }
    canvas.sheet.open(Group { role: "axes", facts: all, ..Group::default() });
    let muted = palette.muted.stroke_width(10);
    let small = canvas.style(SMALL, Weight::Regular, palette.muted);
    let label = canvas.style(LABEL, Weight::Regular, palette.ink);
    let ticks = Ticks::of(&tiles.x, &spans.x, (plot.width() / 75.0).round() as usize);
    canvas.line(&[(plot.left, plot.bottom), (plot.right, plot.bottom)], muted)?;
    canvas.line(&[(plot.left, plot.top), (plot.left, plot.bottom)], muted)?;
    for (place, number) in &ticks.marks {
        let x = plot.x(*place);
        canvas.line(&[(x, plot.bottom), (x, plot.bottom + TICK_GAP / 2.0)], muted)?;
        let y = plot.bottom + TICK_GAP + SMALL / 2.0;
        canvas.text(number, (x, y), HPos::Center, &small)?;
    }
    let room = plot.width();
    let text = canvas.fonts.elide(&ticks.label(&tiles.x), LABEL, Weight::Regular, room);
    let y = plot.bottom + TICK_GAP + SMALL + 6.0 + LABEL / 2.0;
    canvas.text(&text, ((plot.left + plot.right) / 2.0, y), HPos::Center, &label)?;
    for (place, name) in &side.marks {
        let y = plot.y(*place);
        if side.numbers {
            canvas.line(&[(plot.left - TICK_GAP / 2.0, y), (plot.left, y)], muted)?;
        }
        let name = canvas.fonts.elide(name, SMALL, Weight::Regular, side.width + 1.0);
        canvas.text(&name, (plot.left - TICK_GAP, y), HPos::Right, &small)?;
    }
    let room = plot.bottom - plot.top + 14.0;
    let text = canvas.fonts.elide(&side.label, LABEL, Weight::Regular, room);
    canvas.upwards(&text, (MARGIN + LABEL / 2.0, plot.middle()), &label)?;
    canvas.sheet.close();
    Ok(())
}
