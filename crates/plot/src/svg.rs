//! The list of shapes as SVG text.
//!
//! It has no ids and classes, and no styles that reach beyond the picture. So one HTML page may hold many
//! figures that do not affect each other. Parts are marked with `data-role`, and further `data-`
//! attributes hold their facts. On a page narrower than the picture, the picture shrinks.

use std::fmt::Write;

use crate::follow;
use crate::font::{STACK, Weight, style_sheet};
use crate::sheet::{Anchor, Group, Ink, Label, Shape};

/// What stands around the shapes.
pub(crate) struct Head<'a> {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) title: &'a str,
    pub(crate) description: &'a str,
    pub(crate) embed_font: bool,
    /// Whether the colours follow the page.
    pub(crate) follow: bool,
}

/// The whole document.
pub(crate) fn write(head: &Head, shapes: &[Shape]) -> String {
    let (w, h) = (head.width, head.height);
    let mut out = String::new();
    out.push_str("<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\"");
    push(&mut out, format_args!(" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\""));
    attribute(&mut out, "font-family", STACK);
    out.push_str(" style=\"max-width:100%;height:auto\" text-rendering=\"geometricPrecision\"");
    if head.follow {
        push(&mut out, format_args!(" {}=\"auto\"", follow::MARK));
    }
    out.push_str(">\n");
    element(&mut out, "title", head.title);
    element(&mut out, "desc", head.description);
    if head.embed_font {
        push(&mut out, format_args!("<style>{}</style>\n", style_sheet()));
    }
    if head.follow {
        push(&mut out, format_args!("<style>{}</style>\n", follow::style_sheet()));
    }
    for shape in shapes {
        one(&mut out, shape);
    }
    out.push_str("</svg>\n");
    out
}

fn one(out: &mut String, shape: &Shape) {
    match shape {
        Shape::Open(group) => open(out, group),
        Shape::Close => out.push_str("</g>\n"),
        Shape::Line { points, width, color, dash } => {
            out.push_str("<polyline fill=\"none\" stroke-linejoin=\"round\"");
            paint(out, "stroke", *color);
            push(out, format_args!(" stroke-width=\"{}\"", Steps(*width as i32)));
            let lengths: Vec<String> = dash.lengths().iter().map(u8::to_string).collect();
            if !lengths.is_empty() {
                attribute(out, "stroke-dasharray", &lengths.join(" "));
            }
            places(out, points);
        }
        Shape::Area { points, color } => {
            out.push_str("<polygon");
            paint(out, "fill", *color);
            places(out, points);
        }
        Shape::Rect { from, to, color } => {
            push(out, format_args!("<rect x=\"{}\" y=\"{}\"", Steps(from.0), Steps(from.1)));
            let (w, h) = (Steps(to.0.saturating_sub(from.0)), Steps(to.1.saturating_sub(from.1)));
            push(out, format_args!(" width=\"{w}\" height=\"{h}\""));
            paint(out, "fill", *color);
            out.push_str("/>\n");
        }
        Shape::Disc { center, radius, color } => {
            push(
                out,
                format_args!("<circle cx=\"{}\" cy=\"{}\"", Steps(center.0), Steps(center.1)),
            );
            push(out, format_args!(" r=\"{}\"", Steps(*radius as i32)));
            paint(out, "fill", *color);
            out.push_str("/>\n");
        }
        Shape::Text(label) => text(out, label),
    }
}

fn open(out: &mut String, group: &Group) {
    out.push_str("<g");
    attribute(out, "data-role", group.role);
    for (name, value) in &group.facts {
        attribute(out, name, value);
    }
    out.push_str(">\n");
    if !group.title.is_empty() {
        element(out, "title", &group.title);
    }
}

fn text(out: &mut String, label: &Label) {
    let (x, y) = (Steps(label.stand.at.0), Steps(label.stand.at.1));
    push(out, format_args!("<text x=\"{x}\" y=\"{y}\""));
    push(out, format_args!(" font-size=\"{}\"", Steps(label.font.0.round() as i32)));
    if label.font.1 == Weight::Bold {
        out.push_str(" font-weight=\"600\"");
    }
    match label.stand.anchor {
        Anchor::Start => {}
        Anchor::Middle => out.push_str(" text-anchor=\"middle\""),
        Anchor::End => out.push_str(" text-anchor=\"end\""),
    }
    if label.stand.upwards {
        push(out, format_args!(" transform=\"rotate(-90 {x} {y})\""));
    }
    paint(out, "fill", label.color);
    out.push('>');
    escape(out, &label.text);
    out.push_str("</text>\n");
}

fn places(out: &mut String, points: &[(i32, i32)]) {
    out.push_str(" points=\"");
    for (i, (x, y)) in points.iter().enumerate() {
        let blank = if i == 0 { "" } else { " " };
        push(out, format_args!("{blank}{},{}", Steps(*x), Steps(*y)));
    }
    out.push_str("\"/>\n");
}

fn paint(out: &mut String, what: &str, color: Ink) {
    let (r, g, b) = color.rgb;
    push(out, format_args!(" {what}=\"#{r:02x}{g:02x}{b:02x}\""));
    if color.alpha < 1.0 {
        push(out, format_args!(" {what}-opacity=\"{:.2}\"", color.alpha));
    }
}

fn element(out: &mut String, name: &str, content: &str) {
    push(out, format_args!("<{name}>"));
    escape(out, content);
    push(out, format_args!("</{name}>\n"));
}

fn attribute(out: &mut String, name: &str, value: &str) {
    push(out, format_args!(" {name}=\""));
    escape(out, value);
    out.push('"');
}

/// Writes text so that XML reads it back; what XML 1.0 cannot hold at all becomes U+FFFD.
fn escape(out: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(' '),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
}

fn push(out: &mut String, text: std::fmt::Arguments) {
    // Writing to a string cannot fail.
    let _ = out.write_fmt(text);
}

/// Steps printed as pixels, without a needless `.0`.
struct Steps(i32);

impl std::fmt::Display for Steps {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        let (whole, rest) = (self.0 / 10, (self.0 % 10).abs());
        let minus = if self.0 < 0 && whole == 0 { "-" } else { "" };
        if rest == 0 { write!(f, "{whole}") } else { write!(f, "{minus}{whole}.{rest}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_print_as_pixels() {
        let text: Vec<String> =
            [0, 5, -5, 10, -10, -15, 1234].map(|v| Steps(v).to_string()).to_vec();
        assert_eq!(text, ["0", "0.5", "-0.5", "1", "-1", "-1.5", "123.4"]);
    }

    #[test]
    fn text_is_escaped() {
        let mut out = String::new();
        escape(&mut out, "a<b>&\"c\"\u{1}\n");
        assert_eq!(out, "a&lt;b&gt;&amp;&quot;c&quot;\u{fffd} ");
    }
}
