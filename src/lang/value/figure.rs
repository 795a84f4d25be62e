//! A figure in the hands of a script.

use std::rc::Rc;

use crate::lang::LangError;
use crate::plot::{Figure, Options};

/// A figure with its size and theme.
#[derive(Debug, Clone)]
pub struct FigureValue {
    /// What it shows.
    pub figure: Rc<Figure>,
    /// How it looks.
    pub options: Options,
}

impl FigureValue {
    /// As a file of the kind that the ending of `path` says.
    ///
    /// # Errors
    /// When the ending is neither `.svg` nor `.png`, or nothing can be drawn.
    pub fn encode(&self, path: &str) -> Result<Vec<u8>, LangError> {
        let ending = path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        match ending.as_str() {
            "svg" => Ok(self.figure.to_svg(&self.options)?.into_bytes()),
            "png" => Ok(self.figure.to_png(&self.options)?),
            _ => Err(LangError::Ending { path: path.to_owned(), expected: ".svg or .png" }),
        }
    }
}
