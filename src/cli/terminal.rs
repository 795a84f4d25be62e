//! What the terminal can show.

mod background;
mod encode;
mod pictures;
#[cfg(unix)]
mod query;
mod sixel;
mod style;

use std::cell::OnceCell;
use std::io::{self, IsTerminal};

use bioxen::lang::FigureValue;
use bioxen::plot::{Options, PlotError, Theme};

pub(crate) use pictures::Pictures;
#[cfg(unix)]
pub(crate) use query::Modes;
pub(crate) use style::Style;

/// Columns where nothing is known.
const COLUMNS: usize = 80;
/// Lines of a figure that is made of characters.
const FIGURE_LINES: usize = 18;
/// Columns that a picture fills at most.
const PICTURE_COLUMNS: usize = 84;
/// Pixels of a cell where the terminal does not say: width and height.
const CELL: (usize, usize) = (9, 18);

/// A terminal, or a pipe in its place.
#[derive(Debug)]
pub(crate) struct Terminal {
    /// Somebody sits in front of it.
    pub(crate) interactive: bool,
    /// It may be made beautiful: bars, sparklines, pictures, a line editor.
    pub(crate) rich: bool,
    /// How words are marked.
    pub(crate) style: Style,
    chosen: Option<Pictures>,
    pictures: OnceCell<Pictures>,
    dark: OnceCell<bool>,
}

impl Terminal {
    /// What standard input and output are; `plain` makes nothing of them, `chosen` says how
    /// pictures are shown.
    pub(crate) fn find(plain: bool, chosen: Option<Pictures>) -> Self {
        let interactive = io::stdin().is_terminal() && io::stdout().is_terminal();
        let rich = interactive && !plain && !is_dumb();
        let chosen = chosen.or_else(|| Pictures::wanted(&variable));
        let style = Style::new(rich && !unwanted_colour());
        Self { interactive, rich, style, chosen, pictures: OnceCell::new(), dark: OnceCell::new() }
    }

    /// Characters in a line, now.
    pub(crate) fn columns(&self) -> usize {
        if self.interactive { columns() } else { COLUMNS }
    }

    /// How pictures are shown. Asks the terminal if its name does not tell, once.
    pub(crate) fn pictures(&self) -> Pictures {
        if let Some(chosen) = self.chosen {
            return chosen;
        }
        if !self.rich {
            return Pictures::Text;
        }
        if let Some(known) = self.pictures.get().copied().or_else(|| Pictures::named(&variable)) {
            return known;
        }
        match ask() {
            Some(found) => *self.pictures.get_or_init(|| found),
            // Somebody is typing: another time.
            None => Pictures::Text,
        }
    }

    /// Whether its background is dark. Asks the terminal, once, if nothing else tells.
    fn is_dark(&self) -> bool {
        let asked = || {
            #[cfg(unix)]
            if self.rich {
                return query::background().and_then(|answer| background::of_answer(&answer));
            }
            None
        };
        let find =
            || variable("COLORFGBG").and_then(|v| background::of_variable(&v)).or_else(asked);
        *self.dark.get_or_init(|| find().unwrap_or(false))
    }

    /// A figure as what is to be printed.
    ///
    /// # Errors
    /// When it cannot be drawn.
    pub(crate) fn figure(&self, value: &FigureValue) -> Result<String, PlotError> {
        let (columns, pictures) = (self.columns(), self.pictures());
        if pictures == Pictures::Text {
            let wide = columns.saturating_sub(2).min(PICTURE_COLUMNS);
            let text = value.figure.to_text(wide, FIGURE_LINES, self.style.colour)?;
            return Ok(text.trim_end().to_owned());
        }
        let columns = columns.min(PICTURE_COLUMNS);
        // Kitty and iTerm2 fit a sharp picture into the columns; sixels are pixels of the screen.
        let (width, scale) = match pictures {
            Pictures::Sixel => sixel::fit(value.options.width, columns * cell().0),
            _ => (value.options.width, 2.0),
        };
        let theme = match value.options.theme {
            Theme::Auto if self.is_dark() => Theme::Dark,
            theme => theme,
        };
        let text = || value.figure.to_text(columns, FIGURE_LINES, self.style.colour);
        // A figure that is too large for so few columns may still be written.
        let Ok(png) = value.figure.to_png(&Options { width, scale, theme, ..value.options }) else {
            return text();
        };
        match encoded(pictures, &png, columns) {
            Some(shown) => Ok(shown),
            None => text(),
        }
    }

    /// A picture that is drawn already; nothing if the terminal shows none.
    pub(crate) fn png(&self, png: &[u8]) -> Option<String> {
        encoded(self.pictures(), png, self.columns().min(PICTURE_COLUMNS))
    }
}

/// A picture in the form that a terminal reads; nothing if it reads none.
fn encoded(pictures: Pictures, png: &[u8], columns: usize) -> Option<String> {
    match pictures {
        Pictures::Kitty => Some(encode::kitty(png, columns)),
        Pictures::Iterm2 => Some(encode::iterm2(png, columns)),
        Pictures::Sixel => sixel::of_png(png),
        Pictures::Text => None,
    }
}

/// Columns of the terminal, whichever stream leads to it.
pub(crate) fn columns() -> usize {
    terminal_size::terminal_size().map_or(COLUMNS, |(width, _)| usize::from(width.0).max(20))
}

/// A variable of the environment, unless it is empty.
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Whether the terminal says that it can only print.
pub(crate) fn is_dumb() -> bool {
    variable("TERM").is_some_and(|term| matches!(term.as_str(), "dumb" | "cons25" | "emacs"))
}

/// Whether the user wants no colours (<https://no-color.org>).
pub(crate) fn unwanted_colour() -> bool {
    variable("NO_COLOR").is_some()
}

/// Pixels of a character.
fn cell() -> (usize, usize) {
    #[cfg(unix)]
    if let Some(cell) = query::cell() {
        return cell;
    }
    CELL
}

/// What the terminal answers; nothing if it could not be asked.
fn ask() -> Option<Pictures> {
    #[cfg(unix)]
    return query::device_attributes().map(|answer| Pictures::of_attributes(&answer));
    #[cfg(not(unix))]
    Some(Pictures::Text)
}
