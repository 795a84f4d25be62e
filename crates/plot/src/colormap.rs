//! Colours for numbers, and the bar that explains them.

use plotters::style::text_anchor::HPos;
use plotters::style::{Color, RGBColor};

use crate::PlotError;
use crate::canvas::Canvas;
use crate::figure::Axis;
use crate::font::{Fonts, Weight};
use crate::layout::{LABEL, SMALL, TICK_GAP};
use crate::sheet::Group;
use crate::span::Span;
use crate::ticks::Ticks;

/// Viridis of Smith and van der Walt (matplotlib, CC0) at 17 equal steps, red, green and blue: its lightness
/// rises evenly, also for the colour blind and in grey.
const VIRIDIS: [u32; 17] = [
    0x440154, 0x48186a, 0x472d7b, 0x424086, 0x3b528b, 0x33638d, 0x2c728e, 0x26828e, 0x21918c,
    0x1fa088, 0x28ae80, 0x3fbc73, 0x5ec962, 0x84d44b, 0xaddc30, 0xd8e219, 0xfde725,
];

/// The number of different colours: few enough for neighbours of one colour to be drawn as one.
pub(crate) const LEVELS: u8 = 64;
/// The width of the bar, and the air before it [px].
const BAR: f64 = 14.0;
pub(crate) const BAR_GAP: f64 = 16.0;

/// The level of a place from 0 to 1.
pub(crate) fn level(place: f64) -> u8 {
    (place.clamp(0.0, 1.0) * f64::from(LEVELS - 1)).round() as u8
}

/// The colour of a level.
pub(crate) fn color(level: u8) -> RGBColor {
    let at = f64::from(level.min(LEVELS - 1)) / f64::from(LEVELS - 1) * 16.0;
    let below = at.floor() as usize;
    let stop = |i: usize| VIRIDIS.get(i.min(16)).copied().unwrap_or_default().to_be_bytes();
    let ([_, r, g, b], [_, to_r, to_g, to_b]) = (stop(below), stop(below + 1));
    let mix =
        |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * at.fract()).round() as u8;
    RGBColor(mix(r, to_r), mix(g, to_g), mix(b, to_b))
}

/// The colour of a level among the 6 x 6 x 6 of a terminal of 256 colours.
pub(crate) fn terminal(level: u8) -> u8 {
    let RGBColor(r, g, b) = color(level);
    // The steps of xterm's cube: 0, 95, 135, 175, 215, 255.
    let step = |v: u8| [48, 115, 155, 195, 235].iter().filter(|edge| v >= **edge).count() as u8;
    16 + 36 * step(r) + 6 * step(g) + step(b)
}

/// The sign of a level where there are no colours.
pub(crate) fn sign(level: u8) -> char {
    let signs = ['·', '░', '▒', '▓', '█'];
    let at = usize::from(level.min(LEVELS - 1)) * signs.len() / usize::from(LEVELS);
    signs.get(at).copied().unwrap_or('█')
}

/// The bar of a colour scale.
pub(crate) struct ColorBar<'a> {
    pub(crate) axis: &'a Axis,
    pub(crate) span: Span,
    ticks: Ticks,
}

impl<'a> ColorBar<'a> {
    /// A bar so many px high.
    pub(crate) fn new(axis: &'a Axis, span: Span, height: f64) -> Self {
        let ticks = Ticks::of(axis, &span, (height / 34.0).round().min(7.0) as usize);
        Self { axis, span, ticks }
    }

    /// The width of the bar with everything at its side [px].
    pub(crate) fn width(&self, fonts: &Fonts) -> f64 {
        let widest = self
            .ticks
            .marks
            .iter()
            .map(|m| fonts.width(&m.1, SMALL, Weight::Regular))
            .fold(0.0, f64::max);
        BAR_GAP + BAR + TICK_GAP + widest + 8.0 + LABEL
    }

    /// Draws the bar at the right of a plot that ends at `left`.
    pub(crate) fn draw(
        &self,
        canvas: &Canvas,
        left: f64,
        (top, bottom): (f64, f64),
    ) -> Result<(), PlotError> {
        let (low, high) = self.span.ends();
        let facts = vec![
            ("data-label", self.axis.label.clone()),
            ("data-unit", self.axis.unit.clone()),
            ("data-low", format!("{low:?}")),
            ("data-high", format!("{high:?}")),
        ];
        canvas.sheet.open(Group { role: "scale", facts, ..Group::default() });
        let (from, to) = (left + BAR_GAP, left + BAR_GAP + BAR);
        let y = |place: f64| bottom - place * (bottom - top);
        // Each level reaches down to the foot, so that no seam shows between two.
        for level in (0..LEVELS).rev() {
            let upper = y(f64::from(level + 1) / f64::from(LEVELS));
            canvas.rect((from, upper), (to, bottom), &color(level).filled())?;
        }
        let small = canvas.style(SMALL, Weight::Regular, canvas.palette.muted);
        for (place, number) in &self.ticks.marks {
            let at = y(*place);
            let line = canvas.palette.muted.stroke_width(10);
            canvas.line(&[(to, at), (to + TICK_GAP / 2.0, at)], line)?;
            canvas.text(number, (to + TICK_GAP, at), HPos::Left, &small)?;
        }
        let style = canvas.style(LABEL, Weight::Regular, canvas.palette.ink);
        let text = self.ticks.label(self.axis);
        let text = canvas.fonts.elide(&text, LABEL, Weight::Regular, bottom - top + 14.0);
        let right = left + self.width(canvas.fonts) - LABEL / 2.0;
        canvas.upwards(&text, (right, (top + bottom) / 2.0), &style)?;
        canvas.sheet.close();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_runs_from_dark_to_light() {
        assert_eq!((color(0).0, color(0).1, color(0).2), (68, 1, 84));
        let last = color(LEVELS - 1);
        assert_eq!((last.0, last.1, last.2), (253, 231, 37));
        let light = |l: u8| {
            let c = color(l);
            0.2126 * f64::from(c.0) + 0.7152 * f64::from(c.1) + 0.0722 * f64::from(c.2)
        };
        assert!((1..LEVELS).all(|l| light(l) > light(l - 1)));
        assert_eq!((level(-1.0), level(0.5), level(2.0)), (0, 32, LEVELS - 1));
    }
}
