//! A figure in the hands of a script.

use std::sync::Arc;

use crate::LangError;
use bioxen_engine::StopToken;
use bioxen_plot::{Drawing, Options};

/// A figure with its size and theme.
#[derive(Debug, Clone)]
pub struct FigureValue {
    /// What it shows.
    pub figure: Arc<Drawing>,
    /// How it looks.
    pub options: Options,
}

impl FigureValue {
    /// A picture and how it is to look.
    pub fn new(drawing: impl Into<Drawing>, options: Options) -> Self {
        Self { figure: Arc::new(drawing.into()), options }
    }

    /// As a file of the kind that the ending of `path` says; `.json` is Vega-Lite.
    ///
    /// # Errors
    /// When the ending is none of `.svg`, `.png`, `.pdf` and `.json`, nothing can be drawn, or `stop` is set.
    pub fn encode(&self, path: &str, stop: &StopToken) -> Result<Vec<u8>, LangError> {
        let ending = path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        match ending.as_str() {
            "svg" => Ok(self.figure.to_svg_until(&self.options, stop)?.into_bytes()),
            "png" => Ok(self.figure.to_png_until(&self.options, stop)?),
            "pdf" => Ok(self.figure.to_pdf_until(&self.options, stop)?),
            "json" => {
                let specification = self.figure.to_vega_lite(&self.options)?;
                Ok(format!("{specification}\n").into_bytes())
            }
            _ => Err(LangError::Ending {
                path: path.to_owned(),
                expected: ".svg, .png, .pdf or .json",
            }),
        }
    }
}
