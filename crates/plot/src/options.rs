//! The size and the colours of a figure.

/// Size, theme and resolution of a picture.
///
/// ```
/// use bioxen_plot::{Options, Theme};
///
/// let options = Options { theme: Theme::Dark, ..Options::default() };
/// assert_eq!(options.width, 680);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// The width [CSS px].
    pub width: u32,
    /// The height [CSS px], or [`Options::AUTO_HEIGHT`] to let it grow with the panels.
    pub height: u32,
    /// The colours.
    pub theme: Theme,
    /// The pixels of a PNG per CSS px.
    pub scale: f64,
    /// Whether an SVG carries its font (about 42 kB), so that it looks the same anywhere.
    pub embed_font: bool,
}

impl Options {
    /// The value of `height` that lets the height grow with the number of panels.
    pub const AUTO_HEIGHT: u32 = 0;
    /// The largest number of pixels in a picture: 64 million, 256 MB while it is drawn.
    pub const MOST_PIXELS: u64 = 64_000_000;
}

impl Default for Options {
    fn default() -> Self {
        Self {
            width: 680,
            height: Self::AUTO_HEIGHT,
            theme: Theme::default(),
            scale: 2.0,
            embed_font: true,
        }
    }
}

/// The colours of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// An SVG follows the page around it, or else the reader's choice of light or dark; all other
    /// forms are light.
    #[default]
    Auto,
    /// Dark ink on white.
    Light,
    /// Light ink on near-black.
    Dark,
}

impl Theme {
    /// The names of the themes.
    pub const NAMES: [&str; 3] = ["auto", "light", "dark"];

    /// The theme of a name.
    ///
    /// ```
    /// use bioxen_plot::Theme;
    ///
    /// assert_eq!(Theme::named("dark"), Some(Theme::Dark));
    /// assert_eq!(Theme::named("pink"), None);
    /// ```
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "auto" => Some(Self::Auto),
            "light" => Some(Self::Light),
            "dark" => Some(Self::Dark),
            _ => None,
        }
    }
}
