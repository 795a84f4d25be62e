//! A circular genome: an arc for each gene, coloured by value or by class.

mod text;
mod vega;

use std::collections::BTreeMap;
use std::f64::consts::TAU;

use plotters::style::text_anchor::HPos;
use plotters::style::{Color, RGBColor};

use crate::canvas::{Canvas, Picture};
use crate::colormap::{BAR_GAP, ColorBar, color, level};
use crate::depict::Depict;
use crate::figure::Axis;
use crate::font::{Fonts, Weight};
use crate::layout::{LABEL, LINE, MARGIN, SMALL, check_size, title_height, title_lines};
use crate::palette::Palette;
use crate::sheet::Group;
use crate::span::{Fit, Span};
use crate::ticks::{decimal, decimal_text, nice_step};
use crate::{Options, PlotError};
use bioxen_engine::StopToken;

/// The room for the legend or colour bar at the right [px].
const SIDE: f64 = 170.0;

/// A circular map: genes of the forward strand outside, of the reverse strand inside, position 1 at the
/// top and positions rising clockwise.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GenomeMap {
    /// The title; none if empty.
    pub title: String,
    /// What stands in the middle, such as the organism.
    pub name: String,
    /// The genome's length [bp].
    pub length: u64,
    /// The genes.
    pub genes: Vec<MapGene>,
    /// What gives them their colours.
    pub colours: ColourBy,
}

/// What gives genes their colours.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum ColourBy {
    /// Their classes.
    #[default]
    Class,
    /// Their values, of this meaning.
    Value(Axis),
}

/// A gene on a circular map.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MapGene {
    /// The name, shown when the pointer rests on the gene.
    pub name: String,
    /// The first position, counted from 1 [bp].
    pub start: u64,
    /// The last position [bp]; before `start` if the gene runs over the origin.
    pub end: u64,
    /// Whether it lies on the forward strand.
    pub forward: bool,
    /// Its value, such as its expression; grey if absent or not finite.
    pub value: Option<f64>,
    /// Its class, such as its function; grey if absent.
    pub class: Option<String>,
}

impl Depict for GenomeMap {
    fn picture(&self, options: &Options, stop: &StopToken) -> Result<Picture, PlotError> {
        /// The room around the circle for its scale [px].
        const AROUND: f64 = 34.0;
        let colours = self.colours()?;
        let title = title_lines(&self.title, options, Fonts::get()?);
        let head = if title.is_empty() { 0.0 } else { title_height(&title) + 12.0 };
        let width = f64::from(options.width);
        let side = if width < 2.2 * SIDE { 0.0 } else { SIDE };
        let wide = width - 2.0 * MARGIN - side;
        let height = if options.height == Options::AUTO_HEIGHT {
            2.0 * MARGIN + head + wide.min(560.0)
        } else {
            f64::from(options.height)
        };
        let height =
            check_size(options, height.ceil(), 2.0 * MARGIN + head + 160.0, "for the circle")?;
        let canvas = Canvas::new(options.width, height, options, stop)?;
        canvas.title(&title)?;
        let high = f64::from(height) - 2.0 * MARGIN - head;
        let ring = Ring {
            centre: (MARGIN + wide / 2.0, MARGIN + head + high / 2.0),
            radius: wide.min(high) / 2.0 - AROUND,
            length: self.length as f64,
        };
        self.scale(&canvas, &ring)?;
        for gene in &self.genes {
            let shade = colours.of(gene, &canvas.palette);
            self.gene(&canvas, &ring, gene, shade)?;
        }
        self.middle(&canvas, &ring)?;
        if side > 0.0 {
            let (left, top) = (width - MARGIN - SIDE, MARGIN + head + 8.0);
            let bottom = (f64::from(height) - MARGIN - 8.0).min(top + 240.0);
            colours.explain(&canvas, left, (top, bottom))?;
        }
        let description = format!(
            "Circular map of {}: {} genes on {} bp.",
            self.name,
            self.genes.len(),
            self.length
        );
        let title = if self.title.is_empty() { &self.name } else { &self.title };
        Ok(canvas.finish(title.clone(), description))
    }
}

impl GenomeMap {
    /// The map as SVG text, deterministic like [`Figure::to_svg`](crate::Figure::to_svg). Each gene
    /// tells its name, place and value when the pointer rests on it.
    ///
    /// # Errors
    /// [`PlotError::GenePlace`] for a gene outside the genome, [`PlotError::NothingToPlot`] without genes,
    /// and [`PlotError`] for an impossible size or range.
    ///
    /// ```
    /// use bioxen_plot::{GenomeMap, MapGene, Options};
    ///
    /// let gene = MapGene { name: "dnaA".into(), start: 1, end: 1350, forward: true, ..MapGene::default() };
    /// let map = GenomeMap { name: "Syn3A".into(), length: 543_379, genes: vec![gene], ..GenomeMap::default() };
    /// assert!(map.to_svg(&Options::default())?.contains("dnaA"));
    /// # Ok::<(), bioxen_plot::PlotError>(())
    /// ```
    pub fn to_svg(&self, options: &Options) -> Result<String, PlotError> {
        self.svg(options)
    }

    /// The map as a PNG file's content.
    ///
    /// # Errors
    /// As [`GenomeMap::to_svg`].
    pub fn to_png(&self, options: &Options) -> Result<Vec<u8>, PlotError> {
        self.png(options)
    }

    fn colours(&self) -> Result<Colours<'_>, PlotError> {
        /// The largest number of classes with a colour of their own.
        const CLASSES: usize = 7;
        if self.genes.is_empty() {
            return Err(PlotError::NothingToPlot { figure: self.title.clone() });
        }
        let outside = |g: &&MapGene| [g.start, g.end].iter().any(|p| *p < 1 || *p > self.length);
        if let Some(gene) = self.genes.iter().find(outside) {
            return Err(PlotError::GenePlace {
                gene: gene.name.clone(),
                start: gene.start,
                end: gene.end,
                length: self.length,
            });
        }
        if let ColourBy::Value(axis) = &self.colours {
            let values = self.genes.iter().filter_map(|g| g.value);
            let span = Span::measured(axis, Fit::Tight, values)?;
            let nothing = || PlotError::NothingToPlot { figure: self.title.clone() };
            return Ok(Colours::Value(axis, span.ok_or_else(nothing)?));
        }
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for class in self.genes.iter().filter_map(|g| g.class.as_deref()) {
            *counts.entry(class).or_default() += 1;
        }
        // The most frequent first; of equally frequent ones the alphabet decides.
        let mut classes: Vec<(&str, usize)> = counts.into_iter().collect();
        classes.sort_by_key(|c| std::cmp::Reverse(c.1));
        Ok(Colours::Class(classes.into_iter().map(|c| c.0).take(CLASSES).collect()))
    }

    fn gene(
        &self,
        canvas: &Canvas,
        ring: &Ring,
        gene: &MapGene,
        shade: RGBColor,
    ) -> Result<(), PlotError> {
        let (from, to) = ring.angles(gene.start, gene.end);
        let band = if gene.forward { (0.885, 1.0) } else { (0.76, 0.875) };
        let strand = if gene.forward { '+' } else { '−' };
        let mut title = format!("{} · {}–{} ({strand})", gene.name, gene.start, gene.end);
        if let (ColourBy::Value(axis), Some(value)) = (&self.colours, gene.value) {
            title.push_str(&format!(" · {value} {}", axis.unit));
        }
        if let Some(class) = &gene.class {
            title.push_str(&format!(" · {class}"));
        }
        let facts = vec![("data-name", gene.name.clone())];
        canvas.sheet.open(Group { role: "gene", title, facts });
        canvas.area(&ring.sector(from, to, band), shade.mix(1.0))?;
        canvas.sheet.close();
        Ok(())
    }

    /// The circle between the strands, and the positions around it.
    fn scale(&self, canvas: &Canvas, ring: &Ring) -> Result<(), PlotError> {
        canvas.sheet.open(Group { role: "axes", ..Group::default() });
        let line = canvas.palette.muted.stroke_width(10);
        let circle: Vec<_> = (0..=360).map(|d| ring.at(f64::from(d) / 360.0 * TAU, 0.88)).collect();
        canvas.line(&circle, line)?;
        let small = canvas.style(SMALL, Weight::Regular, canvas.palette.muted);
        let (unit, per) = if self.length >= 2_000_000 { ("Mb", 6) } else { ("kb", 3) };
        let (digits, power) = nice_step(ring.length / 12.0);
        let step = decimal(digits, power);
        let mut position = 0.0;
        let mut count = 0;
        // The last mark keeps its distance from the first.
        while position < ring.length - step * 0.5 && count < 40 {
            let angle = position / ring.length * TAU;
            canvas.line(&[ring.at(angle, 1.015), ring.at(angle, 1.035)], line)?;
            let text = decimal_text(i128::from(digits) * count, power - per);
            let text = if count == 0 { format!("0 {unit}") } else { text };
            let (x, y) = ring.at(angle, 1.0 + 14.0 / ring.radius);
            let (dx, anchor) = match angle.sin() {
                s if s > 0.2 => (0.0, HPos::Left),
                s if s < -0.2 => (0.0, HPos::Right),
                _ => (0.0, HPos::Center),
            };
            canvas.text(&text, (x + dx, y), anchor, &small)?;
            position += step;
            count += 1;
        }
        canvas.sheet.close();
        Ok(())
    }

    fn middle(&self, canvas: &Canvas, ring: &Ring) -> Result<(), PlotError> {
        let (x, y) = ring.centre;
        let room = ring.radius * 1.3;
        let bold = canvas.style(LABEL + 1.0, Weight::Bold, canvas.palette.ink);
        let name = canvas.fonts.elide(&self.name, LABEL + 1.0, Weight::Bold, room);
        canvas.text(&name, (x, y - 20.0), HPos::Center, &bold)?;
        let plain = canvas.style(SMALL, Weight::Regular, canvas.palette.muted);
        let length = format!("{} bp", decimal_text(i128::from(self.length), 0));
        canvas.text(&length, (x, y), HPos::Center, &plain)?;
        let genes = format!("{} genes", decimal_text(self.genes.len() as i128, 0));
        canvas.text(&genes, (x, y + LINE), HPos::Center, &plain)
    }
}

/// What gives a gene its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shade {
    Level(u8),
    /// A place among the classes.
    Class(usize),
}

/// How genes get their colours.
enum Colours<'a> {
    Value(&'a Axis, Span),
    /// The classes with a colour of their own, the most frequent first.
    Class(Vec<&'a str>),
}

impl Colours<'_> {
    fn of(&self, gene: &MapGene, palette: &Palette) -> RGBColor {
        match self.shade(gene) {
            Some(Shade::Level(level)) => color(level),
            Some(Shade::Class(place)) => palette.series(place),
            None => palette.muted,
        }
    }

    /// The level or class of a gene; `None` if it has none.
    fn shade(&self, gene: &MapGene) -> Option<Shade> {
        match self {
            Self::Value(_, span) => {
                gene.value.and_then(|v| span.fraction(v)).map(|place| Shade::Level(level(place)))
            }
            Self::Class(classes) => {
                let own = gene.class.as_deref()?;
                classes.iter().position(|k| *k == own).map(Shade::Class)
            }
        }
    }

    /// The colour bar or the legend.
    fn explain(
        &self,
        canvas: &Canvas,
        left: f64,
        (top, bottom): (f64, f64),
    ) -> Result<(), PlotError> {
        let classes = match self {
            Self::Value(axis, span) => {
                let foot = bottom - 2.0 * LINE;
                let bar = ColorBar::new(axis, *span, foot - top);
                let edge = left + SIDE - bar.width(canvas.fonts);
                bar.draw(canvas, edge, (top, foot))?;
                let at = (edge + BAR_GAP, bottom - LINE / 2.0);
                return entry(canvas, at, "none", canvas.palette.muted);
            }
            Self::Class(classes) if classes.is_empty() => return Ok(()),
            Self::Class(classes) => classes,
        };
        let own = classes.iter().enumerate().map(|(i, c)| (*c, canvas.palette.series(i)));
        canvas.sheet.open(Group { role: "legend", ..Group::default() });
        for (row, (name, shade)) in own.chain([("other", canvas.palette.muted)]).enumerate() {
            entry(canvas, (left, top + (row as f64 + 0.5) * LINE), name, shade)?;
        }
        canvas.sheet.close();
        Ok(())
    }
}

/// A line of the legend; `at` is its left end, in the middle of its height.
fn entry(
    canvas: &Canvas,
    (x, y): (f64, f64),
    name: &str,
    shade: RGBColor,
) -> Result<(), PlotError> {
    let ink = canvas.style(SMALL, Weight::Regular, canvas.palette.ink);
    let title = name.to_owned();
    canvas.sheet.open(Group { role: "entry", title, facts: vec![] });
    canvas.rect((x, y - 5.0), (x + 10.0, y + 5.0), &shade.filled())?;
    let text = canvas.fonts.elide(name, SMALL, Weight::Regular, SIDE - 16.0);
    canvas.text(&text, (x + 16.0, y), HPos::Left, &ink)?;
    canvas.sheet.close();
    Ok(())
}

/// The circle that positions are mapped to.
struct Ring {
    centre: (f64, f64),
    radius: f64,
    /// The genome's length [bp].
    length: f64,
}

impl Ring {
    /// The place at an angle, clockwise from the top, and a part of the radius.
    fn at(&self, angle: f64, part: f64) -> (f64, f64) {
        let (sin, cos) = angle.sin_cos();
        (self.centre.0 + sin * part * self.radius, self.centre.1 - cos * part * self.radius)
    }

    /// The angles of a gene's ends.
    fn angles(&self, start: u64, end: u64) -> (f64, f64) {
        let angle = |position: f64| position / self.length * TAU;
        let from = angle(start as f64 - 1.0);
        let to = angle(end as f64) + if end < start { TAU } else { 0.0 };
        // A short gene is made wide enough to be seen.
        let least = 0.4 / self.radius.max(1.0);
        (from, to.max(from + least))
    }

    /// The outline of a part of the ring.
    fn sector(&self, from: f64, to: f64, (inner, outer): (f64, f64)) -> Vec<(f64, f64)> {
        // A chord of two degrees leaves the circle by less than a tenth of a px.
        let pieces = ((to - from) / 0.035).ceil().clamp(1.0, 360.0) as usize;
        let along = |i: usize| from + (to - from) * i as f64 / pieces as f64;
        let out = (0..=pieces).map(|i| self.at(along(i), outer));
        let back = (0..=pieces).rev().map(|i| self.at(along(i), inner));
        out.chain(back).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_run_clockwise_from_the_top() {
        let ring = Ring { centre: (100.0, 100.0), radius: 50.0, length: 400.0 };
        let near = |a: (f64, f64), b: (f64, f64)| {
            assert!((a.0 - b.0).abs() < 1e-9 && (a.1 - b.1).abs() < 1e-9, "{a:?} {b:?}");
        };
        let (from, to) = ring.angles(1, 100);
        near(ring.at(from, 1.0), (100.0, 50.0));
        near(ring.at(to, 1.0), (150.0, 100.0));
        // Over the origin: half of the circle, from three quarters to one quarter.
        let (from, to) = ring.angles(301, 100);
        assert!((to - from - TAU / 2.0).abs() < 1e-9);
        near(ring.at(from, 1.0), (50.0, 100.0));
    }
}
