//! The target of plotters: a list of shapes in tenths of a pixel, from which SVG and PNG are made.
//!
//! Plotters addresses whole pixels only. Drawing ten times as large and dividing afterwards gives curves
//! a tenth of a pixel's precision; one list for both formats keeps them alike.

use std::cell::RefCell;
use std::convert::Infallible;
use std::rc::Rc;

use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
    FontStyle, FontTransform,
};

use crate::font::{CAP_HEIGHT, Weight};

/// The steps of a CSS pixel.
pub(crate) const STEPS: f64 = 10.0;

/// A length [px] in steps.
pub(crate) fn steps(px: f64) -> i32 {
    (px * STEPS).round() as i32
}

/// One drawn thing; all places and lengths in steps.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shape {
    /// What follows, until the matching `Close`, belongs together.
    Open(Group),
    Close,
    Line {
        points: Vec<BackendCoord>,
        width: u32,
        color: Ink,
        dash: Dash,
    },
    Area {
        points: Vec<BackendCoord>,
        color: Ink,
    },
    Rect {
        from: BackendCoord,
        to: BackendCoord,
        color: Ink,
    },
    Disc {
        center: BackendCoord,
        radius: u32,
        color: Ink,
    },
    Text(Label),
}

/// A colour, `alpha` from 0 for invisible to 1 for opaque.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Ink {
    pub(crate) rgb: (u8, u8, u8),
    pub(crate) alpha: f64,
}

impl From<BackendColor> for Ink {
    fn from(color: BackendColor) -> Self {
        Self { rgb: color.rgb, alpha: color.alpha.clamp(0.0, 1.0) }
    }
}

/// A named part of the picture, found again by its role.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Group {
    /// What the part is: `panel`, `series`, `legend` and so on.
    pub(crate) role: &'static str,
    /// A text shown when the pointer rests on it; none if empty.
    pub(crate) title: String,
    /// Facts about it, written as `data-` attributes.
    pub(crate) facts: Vec<(&'static str, String)>,
}

/// The pattern of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Dash {
    #[default]
    Solid,
    Dashed,
    Dotted,
    Mixed,
}

impl Dash {
    /// The pattern of the n-th round through the colours.
    pub(crate) fn of_round(round: usize) -> Self {
        match round % 4 {
            0 => Self::Solid,
            1 => Self::Dashed,
            2 => Self::Dotted,
            _ => Self::Mixed,
        }
    }

    /// The lengths of strokes and gaps [px]; none for a solid line.
    pub(crate) fn lengths(self) -> &'static [u8] {
        match self {
            Self::Solid => &[],
            Self::Dashed => &[6, 4],
            Self::Dotted => &[2, 3],
            Self::Mixed => &[8, 3, 2, 3],
        }
    }
}

/// A line of text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Label {
    pub(crate) stand: Stand,
    /// The steps per em, and the weight.
    pub(crate) font: (f64, Weight),
    pub(crate) color: Ink,
    pub(crate) text: String,
}

/// Where a text stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stand {
    /// The point the text hangs on: on the baseline.
    pub(crate) at: BackendCoord,
    pub(crate) anchor: Anchor,
    /// Whether the text runs upwards.
    pub(crate) upwards: bool,
}

/// Which part of a text is at its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

#[derive(Default)]
struct State {
    shapes: Vec<Shape>,
    dash: Dash,
}

/// A handle on the list while plotters draws on it.
#[derive(Clone, Default)]
pub(crate) struct Sheet(Rc<RefCell<State>>);

impl Sheet {
    /// The backend to give to plotters, for a picture of this size [px].
    pub(crate) fn backend(&self, width: u32, height: u32, em: f64) -> Recorder {
        let size = (width.saturating_mul(10), height.saturating_mul(10));
        Recorder { sheet: self.clone(), size, em }
    }

    /// Begins a named part.
    pub(crate) fn open(&self, group: Group) {
        self.push(Shape::Open(group));
    }

    /// Ends the part begun last.
    pub(crate) fn close(&self) {
        self.push(Shape::Close);
    }

    /// Sets the pattern of the lines to come.
    pub(crate) fn dash(&self, dash: Dash) {
        self.0.borrow_mut().dash = dash;
    }

    /// The shapes drawn so far.
    pub(crate) fn take(&self) -> Vec<Shape> {
        std::mem::take(&mut self.0.borrow_mut().shapes)
    }

    fn push(&self, shape: Shape) {
        self.0.borrow_mut().shapes.push(shape);
    }
}

/// The drawing backend that writes the list.
pub(crate) struct Recorder {
    sheet: Sheet,
    size: (u32, u32),
    /// Plotters' size of a text over its em; see [`crate::font::Fonts::line_height`].
    em: f64,
}

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

impl DrawingBackend for Recorder {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, point: BackendCoord, color: BackendColor) -> Drawn {
        let to = (point.0.saturating_add(1), point.1.saturating_add(1));
        self.sheet.push(Shape::Rect { from: point, to, color: color.into() });
        Ok(())
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Drawn {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn {
        if fill {
            self.sheet.push(Shape::Rect { from, to, color: style.color().into() });
            return Ok(());
        }
        let (a, b) = ((to.0, from.1), (from.0, to.1));
        self.draw_path([from, a, to, b, from], style)
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        let mut points: Vec<BackendCoord> = path.into_iter().collect();
        points.dedup();
        let (width, color) = (style.stroke_width(), Ink::from(style.color()));
        if points.len() > 1 && color.alpha > 0.0 && width > 0 {
            let dash = self.sheet.0.borrow().dash;
            self.sheet.push(Shape::Line { points, width, color, dash });
        }
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        center: BackendCoord,
        radius: u32,
        style: &S,
        _fill: bool,
    ) -> Drawn {
        self.sheet.push(Shape::Disc { center, radius, color: style.color().into() });
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        vert: I,
        style: &S,
    ) -> Drawn {
        let mut points: Vec<BackendCoord> = vert.into_iter().collect();
        points.dedup();
        if points.len() > 2 {
            self.sheet.push(Shape::Area { points, color: style.color().into() });
        }
        Ok(())
    }

    fn draw_text<T: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &T,
        pos: BackendCoord,
    ) -> Drawn {
        if text.is_empty() {
            return Ok(());
        }
        let size = style.size() / self.em;
        let drop = match style.anchor().v_pos {
            VPos::Top => CAP_HEIGHT * size,
            VPos::Center => CAP_HEIGHT * size / 2.0,
            VPos::Bottom => 0.0,
        };
        let drop = drop.round() as i32;
        let upwards = matches!(style.transform(), FontTransform::Rotate270);
        let at = if upwards { (pos.0 + drop, pos.1) } else { (pos.0, pos.1 + drop) };
        let anchor = match style.anchor().h_pos {
            HPos::Left => Anchor::Start,
            HPos::Center => Anchor::Middle,
            HPos::Right => Anchor::End,
        };
        let weight = match style.style() {
            FontStyle::Bold => Weight::Bold,
            FontStyle::Normal | FontStyle::Oblique | FontStyle::Italic => Weight::Regular,
        };
        let color = style.color().into();
        let text = text.to_owned();
        let (stand, font) = (Stand { at, anchor, upwards }, (size, weight));
        self.sheet.push(Shape::Text(Label { stand, font, color, text }));
        Ok(())
    }
}
