//! The names of places below an axis: beside each other, or upright where they have no room.

use plotters::style::FontTransform;
use plotters::style::text_anchor::HPos;

use crate::PlotError;
use crate::canvas::Canvas;
use crate::font::{Fonts, Weight};
use crate::layout::{SMALL, TICK_GAP};
use crate::ticks::Ticks;

/// The air between two names [px].
const AIR: f64 = 8.0;
/// The most that an upright name may be long [px].
const LONGEST: f64 = 120.0;
/// The least distance of two upright names [px].
const UPRIGHT: f64 = 13.0;

/// How the names stand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Names {
    upright: bool,
    /// The room that they take below the axis' ticks [px].
    pub(crate) height: f64,
}

impl Names {
    /// For the names of an axis of about `width` px.
    pub(crate) fn of(names: &[String], width: f64, fonts: &Fonts) -> Self {
        let widest = names
            .iter()
            .map(|n| fonts.width(&shown(n), SMALL, Weight::Regular))
            .fold(0.0, f64::max);
        let upright = widest > width / names.len().max(1) as f64 - AIR;
        let height = if upright { widest.clamp(SMALL, LONGEST) } else { SMALL };
        Self { upright, height }
    }

    /// Writes them below an axis from `left` to `right` that lies at `bottom` [px].
    pub(crate) fn draw(
        self,
        canvas: &Canvas,
        ticks: &Ticks,
        (left, right): (f64, f64),
        bottom: f64,
    ) -> Result<(), PlotError> {
        let style = canvas.style(SMALL, Weight::Regular, canvas.palette.muted);
        let slot = (right - left) / ticks.marks.len().max(1) as f64;
        let x = |place: f64| left + place * (right - left);
        if !self.upright {
            for (place, name) in &ticks.marks {
                let text = canvas.fonts.elide(&shown(name), SMALL, Weight::Regular, slot - 2.0);
                let y = bottom + TICK_GAP + SMALL / 2.0;
                canvas.text(&text, (x(*place), y), HPos::Center, &style)?;
            }
            return Ok(());
        }
        let upright = style.transform(FontTransform::Rotate270);
        let every = (UPRIGHT / slot).ceil().max(1.0) as usize;
        for (place, name) in ticks.marks.iter().step_by(every) {
            let text = canvas.fonts.elide(&shown(name), SMALL, Weight::Regular, self.height);
            canvas.text(&text, (x(*place), bottom + TICK_GAP), HPos::Right, &upright)?;
        }
        Ok(())
    }
}

/// A name as it is measured: of a hostile one only the beginning, as it is cut anyway.
fn shown(name: &str) -> String {
    const MOST: usize = 400;
    if name.len() <= MOST {
        return name.to_owned();
    }
    let ends = name.chars().take(MOST / 2).chain(['…']);
    let tail: Vec<char> = name.chars().rev().take(MOST / 2).collect();
    ends.chain(tail.into_iter().rev()).collect()
}
