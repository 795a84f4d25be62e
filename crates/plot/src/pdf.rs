//! The list of shapes as one page of PDF (ISO 32000-1), for print and LaTeX.
//!
//! Letters are outlines. Each is defined once and then placed, so no font is needed. The page has no date
//! and no random name: the same picture gives the same bytes.

use std::collections::BTreeMap;
use std::fmt::Write;

use ab_glyph::{Font, GlyphId, OutlineCurve};

use crate::PlotError;
use crate::font::{Fonts, Weight, units_per_em};
use crate::sheet::{Anchor, Ink, Label, STEPS, Shape};
use bioxen_engine::StopToken;

/// Points of the page for a CSS px: 72 points and 96 px make an inch.
const POINTS: f64 = 0.75;
/// How far the handles of a curve stand from its ends where four curves make a circle.
const CIRCLE: f64 = 0.552_284_75;

/// What stands around the shapes.
pub(crate) struct Page<'a> {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) title: &'a str,
}

/// The whole document.
pub(crate) fn write(
    page: &Page,
    fonts: &Fonts,
    shapes: &[Shape],
    stop: &StopToken,
) -> Result<Vec<u8>, PlotError> {
    let mut content = Content { fonts, out: String::new(), glyphs: Vec::new(), alphas: Vec::new() };
    let (w, h) = (f64::from(page.width) * POINTS, f64::from(page.height) * POINTS);
    // Shapes have their y downwards and are in steps.
    let step = POINTS / STEPS;
    push(&mut content.out, format_args!("{step} 0 0 -{step} 0 {h} cm 1 j\n"));
    for shape in shapes {
        PlotError::unless_stopped(stop)?;
        content.shape(shape);
    }
    Ok(content.document(page, (w, h)))
}

/// What is drawn, and what it needs.
struct Content<'a> {
    fonts: &'a Fonts,
    out: String,
    /// The letters that occur; each is an object.
    glyphs: Vec<(Weight, GlyphId)>,
    /// How opaque something is, in 255ths.
    alphas: Vec<u8>,
}

impl Content<'_> {
    fn shape(&mut self, shape: &Shape) {
        match shape {
            Shape::Open(_) | Shape::Close => {}
            Shape::Line { points, width, color, dash } => {
                self.ink("RG", *color);
                let lengths: Vec<String> =
                    dash.lengths().iter().map(|px| (f64::from(*px) * STEPS).to_string()).collect();
                push(&mut self.out, format_args!("{width} w [{}] 0 d ", lengths.join(" ")));
                self.path(points);
                self.out.push_str("S\n");
            }
            Shape::Area { points, color } => {
                self.ink("rg", *color);
                self.path(points);
                self.out.push_str("f\n");
            }
            Shape::Rect { from, to, color } => {
                self.ink("rg", *color);
                let (w, h) = (to.0.saturating_sub(from.0), to.1.saturating_sub(from.1));
                push(&mut self.out, format_args!("{} {} {w} {h} re f\n", from.0, from.1));
            }
            Shape::Disc { center, radius, color } => {
                self.ink("rg", *color);
                self.disc(*center, f64::from(*radius));
            }
            Shape::Text(label) => self.text(label),
        }
    }

    /// Sets a colour and how opaque it is.
    fn ink(&mut self, operator: &str, ink: Ink) {
        let alpha = (ink.alpha * 255.0).round() as u8;
        let place = self.alphas.iter().position(|a| *a == alpha).unwrap_or_else(|| {
            self.alphas.push(alpha);
            self.alphas.len() - 1
        });
        let part =
            |value: u8| f64::from((f64::from(value) / 255.0 * 1000.0).round() as i32) / 1000.0;
        let (r, g, b) = ink.rgb;
        push(
            &mut self.out,
            format_args!("/A{place} gs {} {} {} {operator} ", part(r), part(g), part(b)),
        );
    }

    fn path(&mut self, points: &[(i32, i32)]) {
        for (i, (x, y)) in points.iter().enumerate() {
            push(&mut self.out, format_args!("{x} {y} {} ", if i == 0 { "m" } else { "l" }));
        }
    }

    fn disc(&mut self, (x, y): (i32, i32), r: f64) {
        let (x, y, k) = (f64::from(x), f64::from(y), r * CIRCLE);
        push(&mut self.out, format_args!("{:.1} {y:.1} m ", x + r));
        for (a, b) in [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)] {
            // From (a, b) a quarter on, to (-b, a).
            let first = (x + a * r - b * k, y + b * r + a * k);
            let second = (x - b * r + a * k, y + a * r + b * k);
            let end = (x - b * r, y + a * r);
            for (x, y) in [first, second, end] {
                push(&mut self.out, format_args!("{x:.1} {y:.1} "));
            }
            self.out.push_str("c ");
        }
        self.out.push_str("f\n");
    }

    /// The letters, placed by the same widths that the layout used.
    fn text(&mut self, label: &Label) {
        let face = self.fonts.face(label.font.1);
        let unit = label.font.0 / units_per_em(face);
        let width = self.fonts.width(&label.text, label.font.0, label.font.1);
        let mut pen = match label.stand.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => -width / 2.0,
            Anchor::End => -width,
        };
        self.ink("rg", label.color);
        let (x, y) = (f64::from(label.stand.at.0), f64::from(label.stand.at.1));
        for letter in label.text.chars() {
            let glyph = face.glyph_id(letter);
            if face.outline(glyph).is_some() {
                let name = (label.font.1, glyph);
                let place = self.glyphs.iter().position(|g| *g == name).unwrap_or_else(|| {
                    self.glyphs.push(name);
                    self.glyphs.len() - 1
                });
                let turn = if label.stand.upwards {
                    format!("0 {:.5} {:.5} 0 {x:.1} {:.1}", -unit, -unit, y - pen)
                } else {
                    format!("{unit:.5} 0 0 {:.5} {:.1} {y:.1}", -unit, x + pen)
                };
                push(&mut self.out, format_args!("q {turn} cm /G{place} Do Q "));
            }
            pen += f64::from(face.h_advance_unscaled(glyph)) * unit;
        }
        self.out.push('\n');
    }

    /// The objects of the file, and where each begins.
    fn document(self, page: &Page, (w, h): (f64, f64)) -> Vec<u8> {
        let first_glyph = 6;
        let numbered = |name: char, count: usize, value: &dyn Fn(usize) -> String| {
            (0..count).map(|i| format!("/{name}{i} {}", value(i))).collect::<Vec<_>>().join(" ")
        };
        let alphas = numbered('A', self.alphas.len(), &|i| {
            let alpha = f64::from(self.alphas.get(i).copied().unwrap_or(255)) / 255.0;
            format!("<< /ca {alpha:.3} /CA {alpha:.3} >>")
        });
        let glyphs = numbered('G', self.glyphs.len(), &|i| format!("{} 0 R", first_glyph + i));
        let mut objects = vec![
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
            format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {w} {h}] /Contents 4 0 R /Resources << \
                 /ExtGState << {alphas} >> /XObject << {glyphs} >> >> >>"
            ),
            stream("", &self.out),
            format!("<< /Title {} /Producer (BioXen) >>", string(page.title)),
        ];
        objects.extend(self.glyphs.iter().map(|(weight, glyph)| self.glyph(*weight, *glyph)));
        let mut file = String::from("%PDF-1.4\n");
        let mut places = BTreeMap::new();
        for (i, object) in objects.iter().enumerate() {
            places.insert(i, file.len());
            push(&mut file, format_args!("{} 0 obj\n{object}\nendobj\n", i + 1));
        }
        let table = file.len();
        let count = objects.len() + 1;
        push(&mut file, format_args!("xref\n0 {count}\n0000000000 65535 f \n"));
        for place in places.values() {
            push(&mut file, format_args!("{place:010} 00000 n \n"));
        }
        push(
            &mut file,
            format_args!(
                "trailer\n<< /Size {count} /Root 1 0 R /Info 5 0 R >>\nstartxref\n{table}\n%%EOF\n"
            ),
        );
        file.into_bytes()
    }

    /// A letter as an object, in the units of its font; it has the colour of where it is used.
    fn glyph(&self, weight: Weight, glyph: GlyphId) -> String {
        let face = self.fonts.face(weight);
        let em = units_per_em(face);
        let mut out = String::new();
        let mut last = None;
        for curve in face.outline(glyph).map(|o| o.curves).unwrap_or_default() {
            let (from, to) = match curve {
                OutlineCurve::Line(a, b)
                | OutlineCurve::Quad(a, _, b)
                | OutlineCurve::Cubic(a, _, _, b) => (a, b),
            };
            if last != Some(from) {
                push(&mut out, format_args!("{:.0} {:.0} m ", from.x, from.y));
            }
            last = Some(to);
            let handles = match curve {
                OutlineCurve::Line(..) => {
                    push(&mut out, format_args!("{:.0} {:.0} l ", to.x, to.y));
                    continue;
                }
                OutlineCurve::Cubic(_, a, b, _) => [(a.x, a.y), (b.x, b.y)],
                // The same curve has its handles two thirds of the way to the one that it has.
                OutlineCurve::Quad(_, q, _) => [from, to].map(|end| {
                    (end.x + (q.x - end.x) * 2.0 / 3.0, end.y + (q.y - end.y) * 2.0 / 3.0)
                }),
            };
            for (x, y) in handles.into_iter().chain([(to.x, to.y)]) {
                push(&mut out, format_args!("{x:.0} {y:.0} "));
            }
            out.push_str("c ");
        }
        out.push('f');
        let box_ = format!("/Type /XObject /Subtype /Form /BBox [-{em} -{em} {0} {0}] ", 3.0 * em);
        stream(&box_, &out)
    }
}

fn stream(facts: &str, content: &str) -> String {
    format!("<< {facts}/Length {} >>\nstream\n{content}\nendstream", content.len())
}

/// A text in UTF-16 with its mark, as hexadecimal digits.
fn string(text: &str) -> String {
    let mut out = String::from("<FEFF");
    for unit in text.encode_utf16() {
        push(&mut out, format_args!("{unit:04X}"));
    }
    out.push('>');
    out
}

fn push(text: &mut String, more: std::fmt::Arguments) {
    // Writing to a string cannot fail.
    let _ = text.write_fmt(more);
}

#[cfg(test)]
mod tests {
    use crate::{Axis, Drawing, Figure, Options, Panel, PlotError, Series, Style};
    use bioxen_engine::StopToken;

    fn drawing() -> Drawing {
        let (x, y) = (vec![0.0, 1.0, 2.0], vec![0.0, 3.0, 1.0]);
        let series = vec![
            Series::line("lacZ µ", x.clone(), y.clone()),
            Series::line("seen", x, y).with_style(Style::Points),
        ];
        let panel = Panel { x: Axis::new("Time", "min"), series, ..Panel::default() };
        Drawing::from(Figure { title: "Induction (β)".into(), panels: vec![panel] })
    }

    #[test]
    fn every_object_is_where_the_table_says() {
        let options = Options::default();
        let bytes = drawing().to_pdf_until(&options, &StopToken::new()).unwrap();
        let text = String::from_utf8(bytes.clone()).unwrap();
        let at = text.rsplit("startxref\n").next().unwrap().lines().next().unwrap();
        let table = &text[at.parse::<usize>().unwrap()..];
        let mut lines = table.lines();
        assert_eq!(lines.next(), Some("xref"));
        let count: usize = lines.next().unwrap().rsplit(' ').next().unwrap().parse().unwrap();
        for (number, line) in lines.take(count).enumerate().skip(1) {
            let place: usize = line[..10].parse().unwrap();
            assert!(text[place..].starts_with(&format!("{number} 0 obj\n")), "{number}");
        }
        for part in text.split("/Length ").skip(1) {
            let length: usize = part.split(' ').next().unwrap().parse().unwrap();
            let content = part.split_once("stream\n").unwrap().1;
            assert!(content[length..].starts_with("\nendstream"));
        }
        assert!(text.contains("/MediaBox [0 0 510 "), "680 px are 510 points");
        assert!(text.contains("<FEFF0049006E0064"), "the title");
        assert_eq!(drawing().to_pdf_until(&options, &StopToken::new()).unwrap(), bytes);
    }

    #[test]
    fn letters_are_drawn_once() {
        let text = String::from_utf8(
            drawing().to_pdf_until(&Options::default(), &StopToken::new()).unwrap(),
        )
        .unwrap();
        let used = text.matches(" Do Q").count();
        let drawn = text.matches("/Subtype /Form").count();
        assert!(drawn > 10 && used > drawn, "{used} of {drawn}");
    }

    #[test]
    fn it_is_given_up_when_it_is_not_wanted() {
        let stop = StopToken::new();
        stop.stop();
        let outcome = drawing().to_pdf_until(&Options::default(), &stop);
        assert!(matches!(outcome, Err(PlotError::Interrupted)));
    }
}
