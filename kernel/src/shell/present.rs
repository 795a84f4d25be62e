//! Values and errors in the forms that front ends show.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bioxen::session::{Diagnostic, Display};
use serde_json::{Map, Value, json};

/// Width of a pixel of a picture, in pixels of the page.
const PIXEL: f64 = 0.5;

/// The content of `display_data`: all forms of a value, Vega-Lite only if asked for, since front
/// ends prefer it to pictures.
pub(super) fn bundle(display: &Display, vega: bool) -> Value {
    let mut data = Map::new();
    let mut metadata = Map::new();
    data.insert("text/plain".into(), display.text.clone().into());
    let mut put = |kind: &str, form: &Option<String>| {
        if let Some(text) = form {
            data.insert(kind.into(), text.clone().into());
        }
    };
    let vega = vega.then_some(display.vega_lite.as_ref()).flatten();
    // Front ends prefer HTML even to Vega-Lite.
    put("text/html", if vega.is_some() { &None } else { &display.html });
    put("text/markdown", &display.markdown);
    put("image/svg+xml", &display.svg);
    if let Some(png) = &display.png {
        data.insert("image/png".into(), STANDARD.encode(png).into());
        if let Some((width, height)) = png_size(png) {
            let size = json!({ "width": width * PIXEL, "height": height * PIXEL });
            metadata.insert("image/png".into(), size);
        }
    }
    if let Some(specification) = vega {
        data.insert("application/vnd.vegalite.v5+json".into(), specification.clone());
    }
    json!({ "data": data, "metadata": metadata, "transient": {} })
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

    /// As the content of a message.
    pub(super) fn content(&self) -> Value {
        json!({ "ename": self.ename, "evalue": self.evalue, "traceback": self.traceback })
    }
}

impl From<&Diagnostic> for Failure {
    fn from(diagnostic: &Diagnostic) -> Self {
        let ename = if diagnostic.interrupted { "Interrupted" } else { "ScriptError" };
        let traceback = diagnostic.render(true).lines().map(str::to_owned).collect();
        Self { ename, evalue: diagnostic.message.clone(), traceback }
    }
}

const RED: &str = "\u{1b}[1;31m";
const PLAIN: &str = "\u{1b}[0m";

#[cfg(test)]
mod tests {
    use super::*;

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
        let mut png = vec![0; 24];
        png[18..20].copy_from_slice(&[3, 32]);
        png[22..24].copy_from_slice(&[1, 144]);
        let display = Display { png: Some(png), ..Display::plain("p") };
        let content = bundle(&display, true);
        let size = &content["metadata"]["image/png"];
        assert_eq!((&size["width"], &size["height"]), (&json!(400.0), &json!(200.0)));
        assert_eq!(content["data"].as_object().unwrap().len(), 2);
    }
}
