//! Any kind of picture.

use serde_json::Value;

use crate::canvas::Picture;
use crate::depict::Depict;
use crate::{Figure, GenomeMap, HeatMap, Options, PlotError, Tiles};
use bioxen_engine::StopToken;

/// A picture of one of the kinds there are, which front ends show alike.
///
/// ```
/// use bioxen_plot::{Axis, Drawing, Figure, Options, Panel, Series};
///
/// let series = vec![Series::line("lacZ", vec![0.0, 1.0], vec![0.0, 3.0])];
/// let panel = Panel { x: Axis::new("Time", "min"), series, ..Panel::default() };
/// let drawing = Drawing::from(Figure { title: "Induction".into(), panels: vec![panel] });
/// assert_eq!(drawing.title(), "Induction");
/// assert!(drawing.to_svg(&Options::default())?.starts_with("<svg"));
/// # Ok::<(), bioxen_plot::PlotError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum Drawing {
    /// Curves, areas, bars and points on axes.
    Figure(Figure),
    /// A table of values as colours.
    HeatMap(HeatMap),
    /// A circular genome.
    GenomeMap(GenomeMap),
    /// Cells that live and divide, or numbers of cells, as rectangles.
    Tiles(Tiles),
}

impl Drawing {
    /// The title.
    pub fn title(&self) -> &str {
        match self {
            Self::Figure(f) => &f.title,
            Self::HeatMap(h) => &h.title,
            Self::GenomeMap(g) => &g.title,
            Self::Tiles(t) => &t.title,
        }
    }

    /// Whether it can be drawn in this size.
    ///
    /// # Errors
    /// [`PlotError::Size`] if not, [`PlotError::Interrupted`] when `stop` is set.
    pub fn check_size(&self, options: &Options, stop: &StopToken) -> Result<(), PlotError> {
        match self.picture(options, stop) {
            Err(error @ (PlotError::Size { .. } | PlotError::Interrupted)) => Err(error),
            // What else is wrong is told where it is drawn.
            _ => Ok(()),
        }
    }

    /// As SVG text.
    ///
    /// # Errors
    /// [`PlotError`] if there is nothing to draw, or not in this size.
    pub fn to_svg(&self, options: &Options) -> Result<String, PlotError> {
        self.kind().svg(options)
    }

    /// As a PNG file's content.
    ///
    /// # Errors
    /// [`PlotError`] if there is nothing to draw, or not in this size.
    pub fn to_png(&self, options: &Options) -> Result<Vec<u8>, PlotError> {
        self.kind().png(options)
    }

    /// As SVG, which ends early when `stop` is set: millions of values take a while to be thinned.
    ///
    /// # Errors
    /// [`PlotError::Interrupted`] then; and those of [`Self::to_svg`].
    pub fn to_svg_until(&self, options: &Options, stop: &StopToken) -> Result<String, PlotError> {
        Ok(self.picture(options, stop)?.svg(options))
    }

    /// As PNG, which ends early when `stop` is set: large pictures take long to paint and to pack.
    ///
    /// # Errors
    /// [`PlotError::Interrupted`] then; and those of [`Self::to_png`].
    pub fn to_png_until(&self, options: &Options, stop: &StopToken) -> Result<Vec<u8>, PlotError> {
        self.picture(options, stop)?.png(options)
    }

    /// As PDF, one page without a margin, which ends early when `stop` is set.
    ///
    /// # Errors
    /// [`PlotError::Interrupted`] then; and those of [`Self::to_svg`].
    pub fn to_pdf_until(&self, options: &Options, stop: &StopToken) -> Result<Vec<u8>, PlotError> {
        self.picture(options, stop)?.pdf()
    }

    fn kind(&self) -> &dyn Depict {
        match self {
            Self::Figure(f) => f,
            Self::HeatMap(h) => h,
            Self::GenomeMap(g) => g,
            Self::Tiles(t) => t,
        }
    }

    fn picture(&self, options: &Options, stop: &StopToken) -> Result<Picture, PlotError> {
        self.kind().picture(options, stop)
    }

    /// As a Vega-Lite 5 specification with its data.
    ///
    /// # Errors
    /// [`PlotError`] if there is nothing to draw.
    pub fn to_vega_lite(&self, options: &Options) -> Result<Value, PlotError> {
        match self {
            Self::Figure(f) => f.to_vega_lite(options),
            Self::HeatMap(h) => h.to_vega_lite(options),
            Self::GenomeMap(g) => g.to_vega_lite(options),
            Self::Tiles(t) => t.to_vega_lite(options),
        }
    }

    /// As lines of text, `width` characters wide and about `height` lines high; see
    /// [`Figure::to_text`].
    ///
    /// # Errors
    /// [`PlotError`] if there is nothing to draw.
    pub fn to_text(&self, width: usize, height: usize, colour: bool) -> Result<String, PlotError> {
        match self {
            Self::Figure(f) => f.to_text(width, height, colour),
            Self::HeatMap(h) => h.to_text(width, height, colour),
            Self::GenomeMap(g) => g.to_text(width, height, colour),
            Self::Tiles(t) => t.to_text(width, height, colour),
        }
    }
}

/// Each kind of drawing is one.
macro_rules! drawings {
    ($($kind:ident),*) => {
        $(impl From<$kind> for Drawing {
            fn from(drawing: $kind) -> Self {
                Self::$kind(drawing)
            }
        })*
    };
}

drawings!(Figure, HeatMap, GenomeMap, Tiles);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Panel, Series};

    #[test]
    fn a_drawing_that_is_not_wanted_any_more_is_given_up() {
        let series = vec![Series::line("lacZ", vec![0.0, 1.0], vec![0.0, 3.0])];
        let panel = Panel { series, ..Panel::default() };
        let drawing = Drawing::from(Figure { title: "t".into(), panels: vec![panel] });
        let (options, stop) = (Options::default(), StopToken::new());
        assert_eq!(drawing.to_svg_until(&options, &stop).ok(), drawing.to_svg(&options).ok());
        assert_eq!(drawing.to_png_until(&options, &stop).ok(), drawing.to_png(&options).ok());
        stop.stop();
        let svg = drawing.to_svg_until(&options, &stop);
        assert!(matches!(svg, Err(PlotError::Interrupted)));
        let png = drawing.to_png_until(&options, &stop);
        assert!(matches!(png, Err(PlotError::Interrupted)));
    }
}
