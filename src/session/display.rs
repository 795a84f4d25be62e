//! A value as a front end shows it: one meaning, as many forms as it has.

use rhai::{Dynamic, Map};
use serde_json::Value;

use super::html;
use crate::lang::api::figures::usual_figure;
use crate::lang::{FigureValue, Status, Table, Trace};
use crate::plot::{Options, Theme};

/// A value in every form it has; a front end takes the best that it can show.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Display {
    /// As plain text; every value has it.
    pub text: String,
    /// As HTML that follows the theme of the page.
    pub html: Option<String>,
    /// As Markdown.
    pub markdown: Option<String>,
    /// As a picture that scales.
    pub svg: Option<String>,
    /// As a picture of pixels, two for each pixel of the page.
    pub png: Option<Vec<u8>>,
    /// As a Vega-Lite specification with its data.
    pub vega_lite: Option<Value>,
}

impl Display {
    /// Plain text only.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// A figure that is soon replaced by another: as text and as HTML only, which is drawn quickest.
    pub fn sketch(figure: &FigureValue) -> Self {
        let inline = Options { embed_font: false, ..figure.options };
        let html = || {
            let svg = figure.figure.to_svg(&inline).ok()?;
            Some(format!("<div class=\"bioxen-figure\">{svg}</div>"))
        };
        Self {
            text: format!("figure `{}`", figure.figure.title()),
            html: if inline.theme == Theme::Auto { html() } else { None },
            ..Self::default()
        }
    }

    /// A figure. A form in which it cannot be drawn is left out. As HTML it is there only if it is to
    /// follow its page: an SVG that stands in the page itself, without a font of its own.
    pub fn figure(figure: &FigureValue) -> Self {
        Self {
            svg: figure.figure.to_svg(&figure.options).ok(),
            png: figure.figure.to_png(&figure.options).ok(),
            vega_lite: figure.figure.to_vega_lite(&figure.options).ok(),
            ..Self::sketch(figure)
        }
    }

    /// A table, with names and units as its head.
    pub fn table(table: &Table) -> Self {
        let html = Some(html::table(table));
        Self { text: table.to_string(), html, ..Self::default() }
    }
}

/// The figure that a value is, or shows as.
pub(super) fn figure_of(value: &Dynamic) -> Option<FigureValue> {
    if let Some(figure) = value.read_lock::<FigureValue>() {
        return Some(figure.clone());
    }
    value.read_lock::<Trace>().and_then(|trace| usual_figure(&trace).ok())
}

/// A value that prints itself as `text`.
pub(super) fn display(value: &Dynamic, text: String) -> Display {
    if let Some(figure) = value.read_lock::<FigureValue>() {
        return Display::figure(&figure);
    }
    if let Some(trace) = value.read_lock::<Trace>() {
        // A trace of nothing that can be drawn is shown in words only.
        let figure = usual_figure(&trace).map(|figure| Display::figure(&figure));
        return Display { text, ..figure.unwrap_or_default() };
    }
    if let Some(table) = value.read_lock::<Table>() {
        return Display::table(&table);
    }
    if let Some(status) = value.read_lock::<Status>() {
        let html = Some(html::records(&status.rows()));
        return Display { text, html, ..Display::default() };
    }
    if let Some(map) = value.read_lock::<Map>() {
        let rows: Vec<(&str, String)> =
            map.iter().map(|(key, value)| (key.as_str(), value.to_string())).collect();
        let html = Some(html::records(&rows));
        return Display { text, html, ..Display::default() };
    }
    Display::plain(text)
}
