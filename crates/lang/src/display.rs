//! A value as front ends show it, in all its forms.

pub(crate) mod html;
pub(crate) mod markdown;

pub use html::{escape as escape_html, table_script_digest};

use rhai::{Array, Dynamic, ImmutableString, Map, NativeCallContext};
use serde_json::Value;

use super::RhaiResultOf;
use super::api::figures::usual_figure;
use super::error::LangError;
use super::value::{FigureValue, Fit, Plate, Population, Status, Table, Trace, Vm, table_text};
use super::world::{World, with};
use bioxen_engine::StopToken;
use bioxen_plot::{Options, Theme};

/// A value as it is shown; a front end takes the best form that it can show. Figures are drawn when
/// they are asked for, since no front end needs all of their forms.
#[derive(Debug, Clone, Default)]
pub struct Display {
    /// As plain text; every value has it.
    pub text: String,
    /// The same in short, if that is long.
    brief: Option<String>,
    /// As Markdown, for values that are no figures.
    pub markdown: Option<String>,
    /// The figure that it is, or shows as.
    pub figure: Option<FigureValue>,
    table: Option<String>,
}

impl Display {
    /// Plain text only.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// Its text, in short if that is long.
    pub fn short(&self) -> &str {
        self.brief.as_ref().unwrap_or(&self.text)
    }

    /// A figure.
    pub fn figure(figure: FigureValue) -> Self {
        let text = format!("figure `{}`", figure.figure.title());
        Self { text, figure: Some(figure), ..Self::default() }
    }

    /// A table, with names and units as its head.
    pub fn table(table: &Table) -> Self {
        Self {
            text: table_text(table),
            markdown: Some(markdown::table(table)),
            table: Some(html::table(table)),
            ..Self::default()
        }
    }

    /// Names and values, a row each, of what prints itself as `text`.
    pub fn records(text: String, rows: &[(impl AsRef<str>, String)]) -> Self {
        Self {
            text,
            markdown: Some(markdown::records(rows)),
            table: Some(html::records(rows)),
            ..Self::default()
        }
    }

    /// A value, whose text and those of the values in it `shown` gives.
    pub fn of(value: &Dynamic, shown: &dyn Fn(&Dynamic) -> String, world: &World) -> Self {
        if let Some(array) = value.read_lock::<Array>() {
            let (text, brief) = (shown(value), brief(&array, shown));
            let Some((head, rows)) = records_of(&array, shown) else {
                return Self { text, brief, ..Self::default() };
            };
            return Self {
                text,
                brief,
                markdown: Some(markdown::list(&head, &rows, array.len())),
                table: Some(html::list(&head, &rows, array.len())),
                figure: None,
            };
        }
        let text = shown(value);
        if let Some(figure) = value.read_lock::<FigureValue>() {
            return Self::figure(figure.clone());
        }
        if let Some(trace) = value.read_lock::<Trace>() {
            // A trace of nothing that can be drawn is shown in words only.
            return Self { text, figure: usual_figure(&trace).ok(), ..Self::default() };
        }
        if let Some(table) = value.read_lock::<Table>() {
            return Self::table(&table);
        }
        if let Some(fit) = value.read_lock::<Fit>() {
            return Self {
                text,
                markdown: Some(fit.markdown.clone()),
                table: Some(fit.html.clone()),
                ..Self::default()
            };
        }
        if let Some(plate) = value.read_lock::<Plate>() {
            return Self::records(text, &crate::api::plates::facts(&plate));
        }
        if let Some(population) = value.read_lock::<Population>() {
            return Self::records(text, &population.facts());
        }
        if let Some(status) = value.read_lock::<Status>() {
            return Self::records(text, &status.rows());
        }
        if let Some(vm) = value.read_lock::<Vm>() {
            // A VM is shown as it is now.
            return match world.lab.status(&vm.id) {
                Ok(status) => Self::records(text, &Status(status).rows()),
                Err(_) => Self::plain(text),
            };
        }
        if let Some(map) = value.read_lock::<Map>() {
            let rows: Vec<(&str, String)> =
                map.iter().map(|(key, value)| (key.as_str(), shown(value))).collect();
            return Self::records(text, &rows);
        }
        Self::plain(text)
    }

    /// As HTML that follows the theme of its page: a table, or the SVG of a figure that is not of a
    /// theme of its own, without a font. `stop` ends the drawing.
    pub fn html(&self, stop: &StopToken) -> Option<String> {
        let Some(FigureValue { figure, options }) = &self.figure else { return self.table.clone() };
        let inline = Options { embed_font: false, ..*options };
        let draw = || figure.to_svg_until(&inline, stop).ok();
        let svg = (inline.theme == Theme::Auto).then(draw).flatten()?;
        Some(format!("<div class=\"bioxen-figure\">{svg}</div>"))
    }

    /// As a picture that scales, as SVG. Figures have it, unless they cannot be drawn, or `stop` has
    /// ended the drawing.
    pub fn svg(&self, stop: &StopToken) -> Option<String> {
        let FigureValue { figure, options } = self.figure.as_ref()?;
        figure.to_svg_until(options, stop).ok()
    }

    /// As a picture of pixels, two for each pixel of the page, as PNG. Figures have it, unless they
    /// cannot be drawn, or `stop` has ended the drawing.
    pub fn png(&self, stop: &StopToken) -> Option<Vec<u8>> {
        let FigureValue { figure, options } = self.figure.as_ref()?;
        figure.to_png_until(options, stop).ok()
    }

    /// As a page of PDF. Figures have it, unless they cannot be drawn, or `stop` has ended the drawing.
    pub fn pdf(&self, stop: &StopToken) -> Option<Vec<u8>> {
        let FigureValue { figure, options } = self.figure.as_ref()?;
        figure.to_pdf_until(options, stop).ok()
    }

    /// As a Vega-Lite specification with its data. Figures have it, unless they cannot be drawn.
    pub fn vega_lite(&self) -> Option<Value> {
        let FigureValue { figure, options } = self.figure.as_ref()?;
        figure.to_vega_lite(options).ok()
    }
}

/// The most records whose values are put into words for a table, and the most values of an array.
const MOST_RECORDS: usize = 1000;

/// A long array as text: the first values, and how many there are.
fn brief(array: &Array, shown: &dyn Fn(&Dynamic) -> String) -> Option<String> {
    let first = shown(&Dynamic::from(array.get(..MOST_RECORDS)?.to_vec()));
    let first = first.strip_suffix(']').unwrap_or(&first);
    (array.len() > MOST_RECORDS).then(|| format!("{first}, ..] ({} values)", array.len()))
}

/// The keys and values of an array of records that all have the same keys, of the first thousand of
/// them; nothing of anything else. `shown` gives the text of a value.
pub fn records_of(
    array: &Array,
    shown: &dyn Fn(&Dynamic) -> String,
) -> Option<(Vec<String>, Vec<Vec<String>>)> {
    let first: Vec<String> =
        array.first()?.read_lock::<Map>()?.keys().map(ToString::to_string).collect();
    if first.is_empty() {
        return None;
    }
    let is_alike = |value: &Dynamic| {
        value.read_lock::<Map>().is_some_and(|map| {
            map.len() == first.len() && map.keys().zip(&first).all(|(a, b)| a == b.as_str())
        })
    };
    if !array.iter().all(is_alike) {
        return None;
    }
    let row = |value: &Dynamic| -> Option<Vec<String>> {
        Some(value.read_lock::<Map>()?.values().map(shown).collect())
    };
    let rows = array.iter().take(MOST_RECORDS).map(row).collect::<Option<_>>()?;
    Some((first, rows))
}

/// A value as text, in its own way of printing itself, which our types have as a function.
pub fn text_of(context: &NativeCallContext, value: &Dynamic) -> String {
    context
        .call_native_fn::<ImmutableString>("to_string", (value.clone(),))
        .map_or_else(|_| value.to_string(), String::from)
}

/// Shows a value in the front end, below what was shown before or in the place of the one that has
/// the number `instead`. Gives its number.
///
/// # Errors
/// Outside of a session.
pub fn show(
    context: &NativeCallContext,
    value: &Dynamic,
    instead: Option<u64>,
) -> RhaiResultOf<u64> {
    // The text of a value asks nothing of the world, which is in use meanwhile.
    let shown = |value: &Dynamic| text_of(context, value);
    with(context, |world| {
        let display = Display::of(value, &shown, world);
        Ok::<_, LangError>(world.display(display, instead))
    })
}
