//! A picture being drawn: plotters' area on a sheet, with its fonts and colours.

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::element::{Circle, PathElement, Polygon, Rectangle, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{
    Color, FontDesc, FontFamily, FontStyle, FontTransform, RGBAColor, RGBColor, ShapeStyle,
    TextStyle,
};
use tiny_skia::Pixmap;

use crate::font::{FAMILY, Fonts, Weight};
use crate::layout::{MARGIN, TITLE, TITLE_LINE};
use crate::palette::Palette;
use crate::pdf;
use crate::sheet::{Group, Recorder, Shape, Sheet, steps};
use crate::svg::{self, Head};
use crate::{Options, PlotError, Theme, raster};
use bioxen_engine::StopToken;

/// An empty picture with a background.
pub(crate) struct Canvas {
    pub(crate) sheet: Sheet,
    pub(crate) root: DrawingArea<Recorder, Shift>,
    pub(crate) fonts: &'static Fonts,
    pub(crate) palette: Palette,
    width: u32,
    height: u32,
    /// Set when the picture is not wanted any more.
    stop: StopToken,
}

impl Canvas {
    /// A picture of this size [px], until `stop` is set.
    pub(crate) fn new(
        width: u32,
        height: u32,
        options: &Options,
        stop: &StopToken,
    ) -> Result<Self, PlotError> {
        let fonts = Fonts::get()?;
        let sheet = Sheet::default();
        let em = fonts.line_height(1.0, Weight::Regular);
        let root = sheet.backend(width, height, em).into_drawing_area();
        let palette = Palette::of(options.theme);
        let stop = stop.clone();
        let canvas = Self { sheet, root, fonts, palette, width, height, stop };
        canvas.sheet.open(Group { role: "background", ..Group::default() });
        canvas.rect(
            (0.0, 0.0),
            (f64::from(width), f64::from(height)),
            &palette.background.filled(),
        )?;
        canvas.sheet.close();
        Ok(canvas)
    }

    /// An error if the picture is not wanted any more.
    pub(crate) fn unless_stopped(&self) -> Result<(), PlotError> {
        PlotError::unless_stopped(&self.stop)
    }

    /// How plotters is to write text of this size [px].
    pub(crate) fn style(&self, size: f64, weight: Weight, color: RGBColor) -> TextStyle<'static> {
        let style = match weight {
            Weight::Regular => FontStyle::Normal,
            Weight::Bold => FontStyle::Bold,
        };
        let height = self.fonts.line_height(size, Weight::Regular) * crate::sheet::STEPS;
        FontDesc::new(FontFamily::Name(FAMILY), height, style).color(&color)
    }

    /// Writes a text; `at` [px] is its left end, middle or right end, at half the height of a capital.
    pub(crate) fn text(
        &self,
        text: &str,
        at: (f64, f64),
        anchor: HPos,
        style: &TextStyle<'static>,
    ) -> Result<(), PlotError> {
        let style = style.pos(Pos::new(anchor, VPos::Center));
        self.root.draw(&Text::new(text, place(at), style))?;
        Ok(())
    }

    /// The same, running upwards.
    pub(crate) fn upwards(
        &self,
        text: &str,
        at: (f64, f64),
        style: &TextStyle<'static>,
    ) -> Result<(), PlotError> {
        self.text(text, at, HPos::Center, &style.transform(FontTransform::Rotate270))
    }

    /// Writes the lines of the title, if there is one, into the upper left corner.
    pub(crate) fn title(&self, lines: &[String]) -> Result<(), PlotError> {
        let style = self.style(TITLE, Weight::Bold, self.palette.ink);
        for (i, line) in lines.iter().enumerate() {
            let y = MARGIN + TITLE / 2.0 + i as f64 * TITLE_LINE;
            self.text(line, (MARGIN, y), HPos::Left, &style)?;
        }
        Ok(())
    }

    /// Draws a line through places [px].
    pub(crate) fn line(&self, places: &[(f64, f64)], style: ShapeStyle) -> Result<(), PlotError> {
        let points: Vec<_> = places.iter().copied().map(place).collect();
        self.root.draw(&PathElement::new(points, style))?;
        Ok(())
    }

    /// Fills a polygon [px].
    pub(crate) fn area(&self, places: &[(f64, f64)], color: RGBAColor) -> Result<(), PlotError> {
        let points: Vec<_> = places.iter().copied().map(place).collect();
        self.root.draw(&Polygon::new(points, color.filled()))?;
        Ok(())
    }

    /// Fills or outlines a rectangle between two corners [px].
    pub(crate) fn rect(
        &self,
        from: (f64, f64),
        to: (f64, f64),
        style: &ShapeStyle,
    ) -> Result<(), PlotError> {
        self.root.draw(&Rectangle::new([place(from), place(to)], *style))?;
        Ok(())
    }

    /// Draws a marker; its form changes with the round through the colours.
    pub(crate) fn marker(
        &self,
        at: (f64, f64),
        radius: f64,
        round: usize,
        color: RGBColor,
    ) -> Result<(), PlotError> {
        let (x, y) = at;
        let wide = radius * 1.25;
        match round % 4 {
            0 => {
                let radius = steps(radius).unsigned_abs();
                self.root.draw(&Circle::new(place(at), radius, color.filled()))?;
            }
            1 => {
                let corners = [(x, y - wide), (x + wide, y + radius), (x - wide, y + radius)];
                self.area(&corners, color.mix(1.0))?;
            }
            2 => {
                let half = radius * 0.9;
                self.rect((x - half, y - half), (x + half, y + half), &color.filled())?;
            }
            _ => {
                let corners = [(x, y - wide), (x + wide, y), (x, y + wide), (x - wide, y)];
                self.area(&corners, color.mix(1.0))?;
            }
        }
        Ok(())
    }

    /// Draws a disc through which what is behind can be seen.
    pub(crate) fn dot(
        &self,
        at: (f64, f64),
        radius: f64,
        color: RGBAColor,
    ) -> Result<(), PlotError> {
        let radius = steps(radius).unsigned_abs();
        self.root.draw(&Circle::new(place(at), radius, color.filled()))?;
        Ok(())
    }

    /// Ends the drawing.
    pub(crate) fn finish(self, title: String, description: String) -> Picture {
        let Self { sheet, width, height, fonts, stop, .. } = self;
        Picture { width, height, fonts, title, description, shapes: sheet.take(), stop }
    }
}

/// A place [px] in plotters' coordinates.
fn place(at: (f64, f64)) -> (i32, i32) {
    (steps(at.0), steps(at.1))
}

/// A finished picture.
pub(crate) struct Picture {
    width: u32,
    height: u32,
    fonts: &'static Fonts,
    title: String,
    description: String,
    shapes: Vec<Shape>,
    stop: StopToken,
}

impl Picture {
    /// The picture as SVG.
    pub(crate) fn svg(&self, options: &Options) -> String {
        let head = Head {
            width: self.width,
            height: self.height,
            title: &self.title,
            description: &self.description,
            embed_font: options.embed_font,
            follow: options.theme == Theme::Auto,
        };
        svg::write(&head, &self.shapes)
    }

    /// The picture as PDF, if it is wanted to the end.
    pub(crate) fn pdf(&self) -> Result<Vec<u8>, PlotError> {
        let page = pdf::Page { width: self.width, height: self.height, title: &self.title };
        pdf::write(&page, self.fonts, &self.shapes, &self.stop)
    }

    /// The picture as PNG, if it is wanted to the end.
    pub(crate) fn png(&self, options: &Options) -> Result<Vec<u8>, PlotError> {
        let pixels = |px: u32| (f64::from(px) * options.scale).round() as u32;
        let pixmap =
            Pixmap::new(pixels(self.width), pixels(self.height)).ok_or(PlotError::Size {
                width: self.width,
                height: self.height,
                scale: options.scale,
                least_width: 1,
                least_height: 1,
                holds: "for anything".to_owned(),
                most: Options::MOST_PIXELS,
            })?;
        raster::paint(pixmap, options.scale, self.fonts, &self.shapes, &self.stop)
    }
}
