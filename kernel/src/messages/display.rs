//! A value in the forms that front ends show.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::told::{Remains, Told};

/// A value in the forms that it has, by their kinds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Forms {
    /// As text.
    #[serde(rename = "text/plain", skip_serializing_if = "Option::is_none")]
    pub plain: Option<String>,
    /// As Markdown.
    #[serde(rename = "text/markdown", skip_serializing_if = "Option::is_none")]
    pub markdown: Option<String>,
    /// As a part of a page.
    #[serde(rename = "text/html", skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
    /// As a picture that scales.
    #[serde(rename = "image/svg+xml", skip_serializing_if = "Option::is_none")]
    pub svg: Option<String>,
    /// As a picture of pixels, in base 64.
    #[serde(rename = "image/png", skip_serializing_if = "Option::is_none")]
    pub png: Option<String>,
    /// As a page, in base 64.
    #[serde(rename = "application/pdf", skip_serializing_if = "Option::is_none")]
    pub pdf: Option<String>,
    /// As a specification of Vega-Lite.
    #[serde(rename = "application/vnd.vegalite.v5+json", skip_serializing_if = "Option::is_none")]
    pub vega: Option<Value>,
    /// In other forms, which cells of Rust can have.
    #[serde(flatten)]
    pub others: BTreeMap<String, Value>,
}

impl Forms {
    /// How much all of them are [bytes].
    pub fn size(&self) -> usize {
        let texts = [&self.plain, &self.markdown, &self.html, &self.svg, &self.png, &self.pdf];
        let vega = self.vega.as_ref().map_or(0, |vega| vega.to_string().len());
        let others =
            self.others.iter().map(|(kind, content)| kind.len() + content.to_string().len());
        texts.into_iter().flatten().map(String::len).sum::<usize>() + vega + others.sum::<usize>()
    }
}

/// How large a picture is shown [pixels of the page].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Size {
    /// Its width.
    pub width: f64,
    /// Its height.
    pub height: f64,
}

/// What is said of forms beside.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sizes {
    /// The size of the picture of pixels.
    #[serde(rename = "image/png", skip_serializing_if = "Option::is_none")]
    pub png: Option<Size>,
}

/// What is said for this session of a front end only.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Transient {
    /// The name of what is shown, by which it is updated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_id: Option<String>,
}

/// A value that is shown.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Shown {
    /// Its forms.
    pub data: Forms,
    /// What is said of them beside.
    #[serde(default)]
    pub metadata: Sizes,
    /// Its name.
    #[serde(default)]
    pub transient: Transient,
}

impl Shown {
    /// What shows nothing but forms.
    pub fn new(data: Forms) -> Self {
        Self { data, ..Self::default() }
    }

    /// The same under a name.
    pub fn named(mut self, id: impl Into<String>) -> Self {
        self.transient.display_id = Some(id.into());
        self
    }

    /// What of it remains: its text, under its name.
    fn text(&self) -> Remains<'_> {
        match &self.data.plain {
            Some(text) => Remains::Block(self.transient.display_id.as_deref(), Cow::Borrowed(text)),
            None => Remains::Nothing,
        }
    }
}

/// What everyone is shown; of its forms some can be left out.
pub trait DisplayData: Told {
    /// The value.
    fn shown(&mut self) -> &mut Shown;
}

/// `display_data`.
impl Told for Shown {
    const MSG_TYPE: &'static str = "display_data";

    fn remains(&self) -> Remains<'_> {
        self.text()
    }
}

impl DisplayData for Shown {
    fn shown(&mut self) -> &mut Shown {
        self
    }
}

/// `update_display_data`: what takes the place of what has its name.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Updated(pub Shown);

impl Told for Updated {
    const MSG_TYPE: &'static str = "update_display_data";

    fn remains(&self) -> Remains<'_> {
        self.0.text()
    }
}

/// `execute_result`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExecuteResult {
    /// The number of the cell.
    pub execution_count: i64,
    /// Its value.
    #[serde(flatten)]
    pub shown: Shown,
}

impl Told for ExecuteResult {
    const MSG_TYPE: &'static str = "execute_result";

    fn remains(&self) -> Remains<'_> {
        self.shown.text()
    }
}

impl DisplayData for ExecuteResult {
    fn shown(&mut self) -> &mut Shown {
        &mut self.shown
    }
}
