//! Rectangles on two axes, coloured by a value: cells that live and divide, numbers of cells.

mod axes;
mod paint;
mod text;
mod vega;

use crate::canvas::Picture;
use crate::depict::Depict;
use crate::figure::Axis;
use crate::span::{Fit, Span};
use crate::{Options, PlotError};
use bioxen_engine::StopToken;

/// Rectangles on two axes, coloured by a value, with lines and words.
///
/// ```
/// use bioxen_plot::{Axis, Options, Side, Tile, Tiles};
///
/// let cell = Tile { x: (0.0, 30.0), y: (0.0, 1.0), value: (800.0, 1600.0), name: "cell 0".into() };
/// let tiles = Tiles {
///     x: Axis::new("Time", "min"),
///     side: Side::Rows { label: "Cells".into(), rows: 1.0, names: vec![] },
///     value: Axis::new("dnaK", "molecules"),
///     tiles: vec![cell],
///     ..Tiles::default()
/// };
/// assert!(tiles.to_svg(&Options::default())?.contains("dnaK [molecules]"));
/// # Ok::<(), bioxen_plot::PlotError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tiles {
    /// The title; none if empty.
    pub title: String,
    /// What a reader must know, such as what is left out; stands below the title.
    pub note: String,
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub side: Side,
    /// What the colours mean.
    pub value: Axis,
    /// The rectangles; later ones hide those before them.
    pub tiles: Vec<Tile>,
    /// Lines through places [unit of x, unit of y].
    pub lines: Vec<Rule>,
    /// Words in the corners: whether at the right, whether at the top, and which.
    pub corners: Vec<(bool, bool, String)>,
    /// The most that a rectangle is high [px], so that it becomes a stroke.
    pub thickest: Option<f64>,
}

/// A rectangle.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tile {
    /// From left to right [unit of x].
    pub x: (f64, f64),
    /// Its two other ends [unit of y].
    pub y: (f64, f64),
    /// The values at its left and right end, which the colour runs between; grey where not finite.
    pub value: (f64, f64),
    /// What it is, shown when the pointer rests on it.
    pub name: String,
}

/// A line.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rule {
    /// The places that it connects.
    pub through: Vec<(f64, f64)>,
    /// Whether it is dashed and in front of the rectangles, as a threshold is; else it is behind them.
    pub dashed: bool,
}

/// The vertical axis.
#[derive(Debug, Clone, PartialEq)]
pub enum Side {
    /// Numbers, from the foot upwards.
    Numbers(Axis),
    /// Rows, from the top downwards.
    Rows {
        /// What they are.
        label: String,
        /// How many there are.
        rows: f64,
        /// Names of places among them; those that would overlap are left out.
        names: Vec<(f64, String)>,
    },
}

impl Default for Side {
    fn default() -> Self {
        Self::Numbers(Axis::default())
    }
}

/// What all axes show.
pub(crate) struct Spans {
    x: Span,
    /// None for rows.
    y: Option<Span>,
    rows: f64,
    value: Span,
}

impl Spans {
    /// The height of a place, from 0 at the foot to 1 at the top.
    fn up(&self, y: f64) -> Option<f64> {
        match &self.y {
            Some(span) => span.fraction(y),
            None => Some(1.0 - y / self.rows).filter(|place| place.is_finite()),
        }
    }

    /// Where a rectangle lies: left, right, foot and top, from 0 to 1; none if it is outside.
    fn place(&self, tile: &Tile) -> Option<[f64; 4]> {
        let (left, right) = (self.x.fraction(tile.x.0)?, self.x.fraction(tile.x.1)?);
        let (a, b) = (self.up(tile.y.0)?, self.up(tile.y.1)?);
        let (foot, top) = (a.min(b), a.max(b));
        let seen = left <= 1.0 && right >= 0.0 && foot <= 1.0 && top >= 0.0 && left <= right;
        seen.then(|| [left, right, foot, top].map(|place| place.clamp(0.0, 1.0)))
    }
}

impl Depict for Tiles {
    fn picture(&self, options: &Options, stop: &StopToken) -> Result<Picture, PlotError> {
        paint::paint(self, options, stop)
    }
}

impl Tiles {
    /// The picture as SVG text, deterministic like [`Figure::to_svg`](crate::Figure::to_svg).
    ///
    /// # Errors
    /// [`PlotError`] if there is nothing to plot, or if a range or the size is impossible.
    pub fn to_svg(&self, options: &Options) -> Result<String, PlotError> {
        self.svg(options)
    }

    /// The picture as a PNG file's content.
    ///
    /// # Errors
    /// As [`Tiles::to_svg`].
    pub fn to_png(&self, options: &Options) -> Result<Vec<u8>, PlotError> {
        self.png(options)
    }

    fn spans(&self) -> Result<Spans, PlotError> {
        let nothing = || PlotError::NothingToPlot { figure: self.title.clone() };
        let ends = self.tiles.iter().flat_map(|t| [t.x.0, t.x.1]);
        let x = Span::of(&self.x, Fit::Tight, ends)?.ok_or_else(nothing)?;
        let (y, rows) = match &self.side {
            Side::Numbers(axis) => {
                let ends = self.tiles.iter().flat_map(|t| [t.y.0, t.y.1]);
                (Some(Span::of(axis, Fit::Tight, ends)?.ok_or_else(nothing)?), 1.0)
            }
            Side::Rows { rows, .. } => (None, rows.max(1.0)),
        };
        let values = self.tiles.iter().flat_map(|t| [t.value.0, t.value.1]);
        let zero = self.value.counts().then_some(0.0);
        let value = Span::measured(&self.value, Fit::Tight, values.chain(zero))?;
        // Where no value is known, all is grey.
        let value = value.unwrap_or_else(|| Span::empty(self.value.drawn_scale()));
        Ok(Spans { x, y, rows, value })
    }

    /// In how many pieces of one colour each rectangle is drawn, when all may have so many.
    fn pieces(&self, most: usize) -> usize {
        (most / self.tiles.len().max(1)).clamp(1, 24)
    }
}

impl Tile {
    /// The value at a part of its width.
    fn at(&self, part: f64) -> f64 {
        let (from, to) = self.value;
        if from == to { from } else { from * (1.0 - part) + to * part }
    }
}
