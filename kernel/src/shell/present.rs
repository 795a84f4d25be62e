//! Values and errors in the forms that front ends show.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bioxen::engine::StopToken;
use bioxen::session::{Diagnostic, Display};
use clap::ValueEnum;

use crate::messages::{Failed, Forms, Shown, Size};

/// Width of a pixel of a picture, in pixels of the page.
const PIXEL: f64 = 0.5;

/// How figures are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Form {
    /// A picture of pixels, which all front ends and all converters take.
    #[default]
    Png,
    /// A picture that scales, and nothing beside it.
    Svg,
    /// A page of PDF for LaTeX, beside the PNG.
    Pdf,
    /// A picture in the page, in the colours of its theme, beside the PNG.
    Html,
    /// A Vega-Lite specification with its data, beside the PNG.
    Vega,
    /// SVG and PNG, and characters for terminals; for sessions that notebooks and terminals share.
    All,
}

/// The size of a figure of characters.
const TEXT: (usize, usize) = (78, 18);

/// The content of `display_data`: a value in the forms that it has, a figure in one form and what
/// shows it where that is not known. Nothing if the drawing was interrupted.
pub(super) fn bundle(display: &Display, form: Form, stop: &StopToken) -> Option<Shown> {
    let mut shown = Shown::default();
    let data = &mut shown.data;
    data.plain = Some(display.short().to_owned());
    data.markdown.clone_from(&display.markdown);
    if form == Form::Html || display.figure.is_none() {
        data.html = display.html(stop);
    }
    match form {
        Form::Svg => data.svg = display.svg(stop),
        Form::All => {
            data.svg = display.svg(stop);
            if let Some(text) = characters(display) {
                data.plain = Some(text);
            }
        }
        Form::Pdf => data.pdf = display.pdf(stop).map(|bytes| STANDARD.encode(bytes)),
        Form::Vega => data.vega = display.vega_lite(),
        Form::Png | Form::Html => {}
    }
    if form != Form::Svg
        && let Some(png) = display.png(stop)
    {
        let size = |(width, height)| Size { width: width * PIXEL, height: height * PIXEL };
        shown.metadata.png = png_size(&png).map(size);
        data.png = Some(STANDARD.encode(png));
    }
    (!stop.is_stopped()).then_some(shown)
}

/// A figure as characters, without colours.
fn characters(display: &Display) -> Option<String> {
    let figure = display.figure.as_ref()?;
    let text = figure.figure.to_text(TEXT.0, TEXT.1, false).ok()?;
    Some(text.trim_end().to_owned())
}

/// The same of a value that is soon replaced by another: the forms that are made quickest.
pub(super) fn sketch(display: &Display) -> Option<Shown> {
    let html = Some(display.html(&StopToken::new())?);
    let plain = Some(display.text.clone());
    Some(Shown::new(Forms { plain, html, ..Forms::default() }))
}

/// Width and height, which stand at fixed places (PNG specification, section 11.2.1).
fn png_size(png: &[u8]) -> Option<(f64, f64)> {
    let number = |at: usize| {
        let bytes: [u8; 4] = png.get(at..at + 4)?.try_into().ok()?;
        Some(f64::from(u32::from_be_bytes(bytes)))
    };
    Some((number(16)?, number(20)?))
}

/// What went wrong with a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    /// Its kind.
    pub(super) ename: &'static str,
    /// What it says.
    pub(super) evalue: String,
    /// The same with the place, for a terminal.
    pub(super) traceback: Vec<String>,
}

impl Failure {
    /// Something that is not in the text.
    pub(super) fn new(ename: &'static str, evalue: impl Into<String>) -> Self {
        let evalue = evalue.into();
        let traceback = vec![format!("{RED}error{PLAIN}: {evalue}")];
        Self { ename, evalue, traceback }
    }

    /// The kind of an error that says that someone interrupted the cell.
    pub(super) const INTERRUPTED: &'static str = "Interrupted";

    /// What was interrupted before it could be shown.
    pub(super) fn interrupted() -> Self {
        Self::new(Self::INTERRUPTED, "interrupted")
    }

    /// As the content of a message.
    pub(super) fn content(self) -> Failed {
        let Self { ename, evalue, traceback } = self;
        Failed { ename: ename.to_owned(), evalue, traceback }
    }
}

impl From<&Diagnostic> for Failure {
    fn from(diagnostic: &Diagnostic) -> Self {
        let ename = if diagnostic.interrupted { Self::INTERRUPTED } else { "ScriptError" };
        let traceback = diagnostic.render(true).lines().map(str::to_owned).collect();
        Self { ename, evalue: diagnostic.message.clone(), traceback }
    }
}

const RED: &str = "\u{1b}[1;31m";
const PLAIN: &str = "\u{1b}[0m";

#[cfg(test)]
mod tests {
    use super::*;
    use bioxen::lang::FigureValue;
    use bioxen::plot::{Figure, Options, Panel, Series};

    #[test]
    fn errors_have_a_red_caret() {
        let d = Diagnostic {
            message: "no `x`".into(),
            source_name: "In[3]".into(),
            position: Some((2, 5)),
            line: "let x | y".into(),
            length: 2,
            ..Diagnostic::default()
        };
        let failure = Failure::from(&d);
        assert_eq!(failure.ename, "ScriptError");
        assert!(failure.traceback[0].contains('\u{1b}') && failure.traceback[0].contains("no `x`"));
        assert!(failure.traceback[1].contains("In[3]:2:5"), "{:?}", failure.traceback);
        assert!(failure.traceback[4].contains("^^"), "{:?}", failure.traceback);
    }

    #[test]
    fn pictures_say_their_size() {
        let series = vec![Series::line("lacZ", vec![0.0, 1.0], vec![0.0, 3.0])];
        let panel = Panel { series, ..Panel::default() };
        let figure = Figure { title: "Induction".into(), panels: vec![panel] };
        let options = Options { width: 400, height: 200, ..Options::default() };
        let display = Display::figure(FigureValue::new(figure, options));
        let stop = StopToken::new();
        let content = bundle(&display, Form::Png, &stop).unwrap();
        assert_eq!(content.metadata.png, Some(Size { width: 400.0, height: 200.0 }));
        let kinds = |shown: &Shown| {
            serde_json::to_value(&shown.data)
                .unwrap()
                .as_object()
                .unwrap()
                .keys()
                .cloned()
                .collect::<Vec<_>>()
        };
        for (form, expected) in [
            (Form::Png, &["image/png", "text/plain"][..]),
            (Form::Svg, &["image/svg+xml", "text/plain"]),
            (Form::Pdf, &["application/pdf", "image/png", "text/plain"]),
            (Form::Html, &["image/png", "text/html", "text/plain"]),
            (Form::Vega, &["application/vnd.vegalite.v5+json", "image/png", "text/plain"]),
            (Form::All, &["image/png", "image/svg+xml", "text/plain"]),
        ] {
            assert_eq!(kinds(&bundle(&display, form, &stop).unwrap()), expected, "{form:?}");
        }
        let text = bundle(&display, Form::All, &stop).unwrap().data.plain.unwrap();
        assert!(text.starts_with("Induction\n") && text.contains('\u{28c0}'), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= TEXT.0), "{text}");
        assert!((10..=TEXT.1).contains(&text.lines().count()), "{text}");
        assert_eq!(kinds(&sketch(&display).unwrap()), ["text/html", "text/plain"]);
        stop.stop();
        assert_eq!(bundle(&display, Form::Png, &stop), None);
    }
}
