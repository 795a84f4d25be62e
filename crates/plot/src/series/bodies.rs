//! Boxes and violins.

use plotters::coord::ranged1d::Ranged;
use plotters::style::{Color, RGBColor};

use super::{BODY, DOT, Pen, pixels};
use crate::PlotError;
use crate::body::{Body, Shape};
use crate::figure::Style;
use crate::palette::Palette;
use crate::trace::{inside, scatter};

/// The width of outlines, of the line at a median, and of that along the quartiles of a violin [steps].
const OUTLINE: u32 = 12;
const MEDIAN: u32 = 24;
const QUARTILES: u32 = 45;
/// The largest number of points drawn for one box.
const MOST_POINTS: usize = 500;

impl<X, Y> Pen<'_, '_, X, Y>
where
    X: Ranged<ValueType = f64>,
    Y: Ranged<ValueType = f64>,
{
    /// Draws the boxes or violins.
    pub(super) fn bodies(&mut self, color: RGBColor) -> Result<(), PlotError> {
        let trace = self.trace;
        for body in &trace.bodies {
            self.canvas.unless_stopped()?;
            let Some(x) = self.chart.x.fraction(body.x).filter(|x| (0.0..=1.0).contains(x)) else {
                continue;
            };
            if let Some(shape) = &body.shape {
                match trace.series.style {
                    Style::Violin => self.violin(body.x, shape, color)?,
                    _ => self.tukey(body.x, shape, color)?,
                }
            }
            self.points(x, body, color)?;
        }
        Ok(())
    }

    /// A box with its whiskers.
    fn tukey(&mut self, x: f64, shape: &Shape, color: RGBColor) -> Result<(), PlotError> {
        let [first, median, third] = shape.quartiles;
        let wide = self.trace.width / 2.0;
        let line = color.stroke_width(OUTLINE);
        for (from, to) in [(first, shape.ends.0), (third, shape.ends.1)] {
            self.upright(x, (from, to), line)?;
            self.across(x, wide * 0.5, to, line)?;
        }
        let outline = [(-wide, first), (-wide, third), (wide, third), (wide, first)];
        self.outlined(&outline.map(|(dx, y)| (x + dx, y)), color)?;
        self.across(x, wide, median, color.stroke_width(MEDIAN))
    }

    fn violin(&mut self, x: f64, shape: &Shape, color: RGBColor) -> Result<(), PlotError> {
        let wide = self.trace.width / 2.0;
        let left = shape.outline.iter().map(|(y, part)| (x - wide * part, *y));
        let right = shape.outline.iter().rev().map(|(y, part)| (x + wide * part, *y));
        self.outlined(&left.chain(right).collect::<Vec<_>>(), color)?;
        let [first, median, third] = shape.quartiles;
        self.upright(x, (first, third), color.stroke_width(QUARTILES))?;
        self.across(x, wide * 0.5, median, color.stroke_width(MEDIAN))
    }

    fn points(&mut self, x: f64, body: &Body, color: RGBColor) -> Result<(), PlotError> {
        let places: Vec<_> =
            body.points.iter().filter_map(|y| Some((x, self.chart.y.fraction(*y)?))).collect();
        let places: Vec<_> = places.into_iter().filter(inside).collect();
        let cells = (1.0, f64::from(self.rows() as u32) * 2.0);
        for place in scatter(&places, cells, MOST_POINTS) {
            let at = pixels(self.context, place);
            self.canvas.marker(at, DOT * 0.75, Palette::round(self.trace.colour), color)?;
        }
        Ok(())
    }

    /// Fills an outline of values, cut at the borders, and draws its edge.
    fn outlined(&mut self, values: &[(f64, f64)], color: RGBColor) -> Result<(), PlotError> {
        let places: Vec<(f64, f64)> = values.iter().map(|(x, y)| self.pixel(*x, *y)).collect();
        self.canvas.area(&places, color.mix(BODY))?;
        let closed: Vec<_> = places.iter().chain(places.first()).copied().collect();
        self.canvas.line(&closed, color.stroke_width(OUTLINE))
    }

    /// A line upwards between two values, if any of it is seen.
    fn upright(
        &mut self,
        x: f64,
        (from, to): (f64, f64),
        style: plotters::style::ShapeStyle,
    ) -> Result<(), PlotError> {
        self.canvas.line(&[self.pixel(x, from), self.pixel(x, to)], style)
    }

    /// A line to both sides at a value, if that is seen.
    fn across(
        &mut self,
        x: f64,
        half: f64,
        y: f64,
        style: plotters::style::ShapeStyle,
    ) -> Result<(), PlotError> {
        if self.chart.y.fraction(y).is_none_or(|y| !(0.0..=1.0).contains(&y)) {
            return Ok(());
        }
        self.canvas.line(&[self.pixel(x - half, y), self.pixel(x + half, y)], style)
    }

    /// Where a value is on the picture, moved to the border if it is beyond [px].
    fn pixel(&self, x: f64, y: f64) -> (f64, f64) {
        let place = |span: &crate::span::Span, v| span.fraction(v).unwrap_or(0.0).clamp(0.0, 1.0);
        pixels(self.context, (place(&self.chart.x, x), place(&self.chart.y, y)))
    }

    /// The rows that a picture of this height tells apart.
    fn rows(&self) -> usize {
        self.context.plotting_area().dim_in_pixel().1 as usize / crate::sheet::STEPS as usize
    }
}
