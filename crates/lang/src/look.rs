//! The options that every figure has.

use rhai::Map;

use crate::LangError;
use crate::number::{kind, number, only};
use crate::value::FigureValue;
use bioxen_base::nearest::nearest;
use bioxen_engine::StopToken;
use bioxen_plot::{Drawing, Options, Theme};

/// The names of these options.
pub const COMMON: [&str; 5] = ["title", "width", "height", "theme", "scale"];

/// How a figure is to look.
#[derive(Debug, Clone, Default)]
pub struct Look {
    /// Size and theme.
    pub options: Options,
    /// The title asked for.
    pub title: Option<String>,
    /// Whether a size was given.
    sized: bool,
}

impl Look {
    /// Reads the options that every figure has; `more` are those that only this function has.
    ///
    /// # Errors
    /// When a key is unknown, or a value is not what it must be.
    pub fn read(
        function: &'static str,
        map: &Map,
        more: &[&'static str],
    ) -> Result<Self, LangError> {
        let valid: Vec<&'static str> = COMMON.iter().chain(more).copied().collect();
        only(function, map, &valid)?;
        let mut options = Options::default();
        if let Some(width) = pixels(map, "width")? {
            options.width = width;
        }
        if let Some(height) = pixels(map, "height")? {
            options.height = height;
        }
        if let Some(theme) = choice(map, "theme", &Theme::NAMES)? {
            options.theme = Theme::named(theme).unwrap_or_default();
        }
        if let Some(value) = map.get("scale") {
            options.scale = number("scale", value)?;
            if !(0.1..=8.0).contains(&options.scale) {
                return Err(LangError::WrongType {
                    what: "scale".to_owned(),
                    expected: "a number of picture elements for each pixel, from 0.1 to 8",
                    got: kind(value),
                });
            }
        }
        let sized = ["width", "height", "scale"].iter().any(|key| map.contains_key(*key));
        Ok(Self { options, title: map.get("title").map(ToString::to_string), sized })
    }

    /// A figure that looks so.
    ///
    /// # Errors
    /// When it does not fit into the size that was given: here, and not first where it is saved.
    pub fn figure(&self, drawing: impl Into<Drawing>) -> Result<FigureValue, LangError> {
        let figure = FigureValue::new(drawing, self.options);
        if self.sized {
            figure.figure.check_size(&self.options, &StopToken::new())?;
        }
        Ok(figure)
    }

    /// The title asked for, or else this one.
    pub fn title(&self, usual: impl Into<String>) -> String {
        self.title.clone().unwrap_or_else(|| usual.into())
    }
}

/// An option that is one of a few names.
///
/// # Errors
/// When it is none of them; the error names the nearest.
pub fn choice<'n>(
    map: &Map,
    key: &'static str,
    valid: &[&'n str],
) -> Result<Option<&'n str>, LangError> {
    let Some(value) = map.get(key) else { return Ok(None) };
    let given = value.to_string();
    match valid.iter().find(|name| **name == given) {
        Some(name) => Ok(Some(name)),
        None => Err(LangError::UnknownName {
            kind: key,
            nearest: nearest(&given, valid.iter().copied()).map(str::to_owned),
            given,
            valid: valid.iter().map(|name| (*name).to_owned()).collect(),
        }),
    }
}

fn pixels(map: &Map, name: &str) -> Result<Option<u32>, LangError> {
    let Some(value) = map.get(name) else { return Ok(None) };
    let pixels = number(name, value)?;
    if (100.0..=4000.0).contains(&pixels) {
        return Ok(Some(pixels as u32));
    }
    Err(LangError::WrongType {
        what: name.to_owned(),
        expected: "a number of pixels from 100 to 4000",
        got: kind(value),
    })
}
