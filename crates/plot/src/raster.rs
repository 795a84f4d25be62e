//! The list of shapes as a PNG, with smoothed edges.

use std::io::Write;

use ab_glyph::{Font, OutlineCurve, Point};
use tiny_skia::{
    Color, FillRule, LineCap, LineJoin, Paint, PathBuilder, Pixmap, Rect, Stroke, StrokeDash,
    Transform,
};

use crate::PlotError;
use crate::font::{Fonts, units_per_em};
use crate::sheet::{Anchor, Dash, Ink, Label, STEPS, Shape};
use bioxen_engine::StopToken;

/// How much of a picture is packed between two looks at whether it is still wanted [bytes].
const CHUNK: usize = 1 << 20;

/// Paints the shapes on a picture of `width` x `height` pixels, `scale` pixels to the px.
pub(crate) fn paint(
    mut pixmap: Pixmap,
    scale: f64,
    fonts: &Fonts,
    shapes: &[Shape],
    stop: &StopToken,
) -> Result<Vec<u8>, PlotError> {
    let step = (scale / STEPS) as f32;
    for shape in shapes {
        PlotError::unless_stopped(stop)?;
        one(&mut pixmap, step, fonts, shape);
    }
    pack(pixmap, stop)
}

/// Packs the picture, a few rows at a time.
fn pack(pixmap: Pixmap, stop: &StopToken) -> Result<Vec<u8>, PlotError> {
    let failed = |e: png::EncodingError| PlotError::Encode { source: Box::new(e) };
    let mut packed = Vec::new();
    let mut encoder = png::Encoder::new(&mut packed, pixmap.width(), pixmap.height());
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    let mut header = encoder.write_header().map_err(failed)?;
    let mut stream = header.stream_writer().map_err(failed)?;
    // The background covers everything, so that no pixel is stored as darker than it is.
    for rows in pixmap.data().chunks(CHUNK) {
        PlotError::unless_stopped(stop)?;
        stream.write_all(rows).map_err(|e| failed(e.into()))?;
    }
    stream.finish().map_err(failed)?;
    header.finish().map_err(failed)?;
    Ok(packed)
}

fn one(pixmap: &mut Pixmap, step: f32, fonts: &Fonts, shape: &Shape) {
    let view = Transform::from_scale(step, step);
    match shape {
        Shape::Open(_) | Shape::Close => {}
        Shape::Line { points, width, color, dash } => {
            if let Some(path) = polyline(points, false) {
                let stroke = Stroke {
                    width: *width as f32,
                    line_join: LineJoin::Round,
                    line_cap: LineCap::Butt,
                    dash: pattern(*dash),
                    ..Stroke::default()
                };
                pixmap.stroke_path(&path, &brush(*color), &stroke, view, None);
            }
        }
        Shape::Area { points, color } => {
            if let Some(path) = polyline(points, true) {
                pixmap.fill_path(&path, &brush(*color), FillRule::Winding, view, None);
            }
        }
        Shape::Rect { from, to, color } => {
            let (l, t, r, b) = (from.0 as f32, from.1 as f32, to.0 as f32, to.1 as f32);
            if let Some(rect) = Rect::from_ltrb(l, t, r, b) {
                pixmap.fill_rect(rect, &brush(*color), view, None);
            }
        }
        Shape::Disc { center, radius, color } => {
            if let Some(path) =
                PathBuilder::from_circle(center.0 as f32, center.1 as f32, *radius as f32)
            {
                pixmap.fill_path(&path, &brush(*color), FillRule::Winding, view, None);
            }
        }
        Shape::Text(label) => text(pixmap, step, fonts, label),
    }
}

fn polyline(points: &[(i32, i32)], closed: bool) -> Option<tiny_skia::Path> {
    let mut path = PathBuilder::with_capacity(points.len() + 1, points.len());
    let mut points = points.iter().map(|(x, y)| (*x as f32, *y as f32));
    let (x, y) = points.next()?;
    path.move_to(x, y);
    for (x, y) in points {
        path.line_to(x, y);
    }
    if closed {
        path.close();
    }
    path.finish()
}

fn pattern(dash: Dash) -> Option<StrokeDash> {
    let lengths: Vec<f32> = dash.lengths().iter().map(|px| f32::from(*px) * STEPS as f32).collect();
    if lengths.is_empty() { None } else { StrokeDash::new(lengths, 0.0) }
}

fn brush(ink: Ink) -> Paint<'static> {
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    let alpha = (ink.alpha * 255.0).round() as u8;
    paint.set_color(Color::from_rgba8(ink.rgb.0, ink.rgb.1, ink.rgb.2, alpha));
    paint
}

/// Fills the outlines of the letters, placed by the same widths that the layout used.
fn text(pixmap: &mut Pixmap, step: f32, fonts: &Fonts, label: &Label) {
    let face = fonts.face(label.font.1);
    let unit = (label.font.0 / units_per_em(face)) as f32;
    let width = fonts.width(&label.text, label.font.0, label.font.1) as f32;
    let mut pen = match label.stand.anchor {
        Anchor::Start => 0.0,
        Anchor::Middle => -width / 2.0,
        Anchor::End => -width,
    };
    let mut path = PathBuilder::new();
    for letter in label.text.chars() {
        let glyph = face.glyph_id(letter);
        if let Some(outline) = face.outline(glyph) {
            // Outlines have y upwards, the picture has it downwards.
            let place = |p: Point| (pen + p.x * unit, -p.y * unit);
            contours(&mut path, &outline.curves, place);
        }
        pen += face.h_advance_unscaled(glyph) * unit;
    }
    let Some(path) = path.finish() else { return };
    let mut view = Transform::from_scale(step, step)
        .pre_translate(label.stand.at.0 as f32, label.stand.at.1 as f32);
    if label.stand.upwards {
        view = view.pre_rotate(-90.0);
    }
    pixmap.fill_path(&path, &brush(label.color), FillRule::Winding, view, None);
}

/// Adds a glyph's curves; a curve that does not begin where the last one ended begins a contour.
fn contours(path: &mut PathBuilder, curves: &[OutlineCurve], place: impl Fn(Point) -> (f32, f32)) {
    let mut last: Option<Point> = None;
    for curve in curves {
        let (from, to) = match *curve {
            OutlineCurve::Line(a, b) => (a, b),
            OutlineCurve::Quad(a, _, b) => (a, b),
            OutlineCurve::Cubic(a, _, _, b) => (a, b),
        };
        if last != Some(from) {
            if last.is_some() {
                path.close();
            }
            let (x, y) = place(from);
            path.move_to(x, y);
        }
        let (x, y) = place(to);
        match *curve {
            OutlineCurve::Line(..) => path.line_to(x, y),
            OutlineCurve::Quad(_, a, _) => {
                let (ax, ay) = place(a);
                path.quad_to(ax, ay, x, y);
            }
            OutlineCurve::Cubic(_, a, b, _) => {
                let ((ax, ay), (bx, by)) = (place(a), place(b));
                path.cubic_to(ax, ay, bx, by, x, y);
            }
        }
        last = Some(to);
    }
    if last.is_some() {
        path.close();
    }
}
