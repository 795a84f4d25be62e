//! Which of the three protocols for pictures a terminal has, if any.

use clap::ValueEnum;

/// How figures are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Pictures {
    /// Kitty's graphics protocol: kitty, Ghostty, Konsole.
    Kitty,
    /// iTerm2's inline images: iTerm2, WezTerm, mintty.
    Iterm2,
    /// Sixels, as the VT340 had them: foot, mlterm, contour, xterm with them, tmux with them.
    Sixel,
    /// Braille characters, which every terminal has.
    Text,
}

/// Konsole knows kitty's protocol since this version.
const KONSOLE: u32 = 220_400;

impl Pictures {
    /// Its name in options and reports.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Kitty => "kitty",
            Self::Iterm2 => "iterm2",
            Self::Sixel => "sixel",
            Self::Text => "text",
        }
    }

    /// What the user wants, by `BIOXEN_PICTURES`.
    pub(super) fn wanted(variable: &dyn Fn(&str) -> Option<String>) -> Option<Self> {
        Self::from_str(&variable("BIOXEN_PICTURES")?, true).ok()
    }

    /// What the terminal's name says; nothing if it has to be asked.
    pub(super) fn named(variable: &dyn Fn(&str) -> Option<String>) -> Option<Self> {
        let term = variable("TERM").unwrap_or_default();
        let program = variable("TERM_PROGRAM").unwrap_or_default();
        // What is between us and the terminal passes on only what it says itself.
        if variable("TMUX").is_some() || ["tmux", "screen"].iter().any(|m| term.starts_with(m)) {
            return None;
        }
        if matches!(term.as_str(), "linux" | "xterm-mono" | "vt100" | "vt220") {
            return Some(Self::Text);
        }
        let konsole = variable("KONSOLE_VERSION").and_then(|v| v.parse::<u32>().ok());
        if variable("KITTY_WINDOW_ID").is_some()
            || matches!(term.as_str(), "xterm-kitty" | "xterm-ghostty")
            || program == "ghostty"
            || konsole.is_some_and(|version| version >= KONSOLE)
        {
            return Some(Self::Kitty);
        }
        if matches!(program.as_str(), "iTerm.app" | "WezTerm" | "mintty")
            || variable("LC_TERMINAL").as_deref() == Some("iTerm2")
        {
            return Some(Self::Iterm2);
        }
        if ["foot", "mlterm", "contour", "yaft"].iter().any(|name| term.starts_with(name))
            || term.contains("sixel")
        {
            return Some(Self::Sixel);
        }
        None
    }

    /// What an answer to the question for primary device attributes says, such as
    /// `ESC [ ? 62 ; 4 c`: attribute 4 is sixel graphics.
    pub(super) fn of_attributes(answer: &[u8]) -> Self {
        let text = String::from_utf8_lossy(answer);
        let attributes = text.split_once("\x1b[?").and_then(|(_, rest)| rest.split_once('c'));
        let sixel = attributes.is_some_and(|(list, _)| list.split(';').skip(1).any(|n| n == "4"));
        if sixel { Self::Sixel } else { Self::Text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(pairs: &[(&str, &str)]) -> Option<Pictures> {
        let find = |name: &str| {
            pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        };
        Pictures::named(&find)
    }

    #[test]
    fn terminals_are_known_by_their_names() {
        assert_eq!(named(&[("TERM", "xterm-kitty")]), Some(Pictures::Kitty));
        assert_eq!(named(&[("TERM", "xterm-ghostty")]), Some(Pictures::Kitty));
        assert_eq!(named(&[("KONSOLE_VERSION", "230802")]), Some(Pictures::Kitty));
        assert_eq!(named(&[("KONSOLE_VERSION", "210000"), ("TERM", "xterm")]), None);
        assert_eq!(named(&[("TERM_PROGRAM", "iTerm.app")]), Some(Pictures::Iterm2));
        assert_eq!(named(&[("TERM_PROGRAM", "WezTerm")]), Some(Pictures::Iterm2));
        assert_eq!(named(&[("TERM", "foot-extra")]), Some(Pictures::Sixel));
        assert_eq!(named(&[("TERM", "linux")]), Some(Pictures::Text));
        assert_eq!(named(&[("TERM", "xterm-256color")]), None);
    }

    #[test]
    fn a_multiplexer_hides_the_terminal() {
        assert_eq!(named(&[("TERM", "xterm-kitty"), ("TMUX", "/tmp/1")]), None);
        assert_eq!(named(&[("TERM", "screen.xterm"), ("KITTY_WINDOW_ID", "1")]), None);
    }

    #[test]
    fn attribute_4_means_sixels() {
        let of = Pictures::of_attributes;
        assert_eq!(of(b"\x1b[?62;4;22c"), Pictures::Sixel);
        assert_eq!(of(b"\x1b[?64;22;4c"), Pictures::Sixel);
        // The first number is the class of the terminal: a VT132 is no VT340.
        assert_eq!(of(b"\x1b[?4;6c"), Pictures::Text);
        assert_eq!(of(b"\x1b[?1;2c"), Pictures::Text);
        assert_eq!(of(b"\x1b[?62;44c"), Pictures::Text);
        for strange in ["", "c", "\x1b[?", "\x1b[?;;;", "4c", "\x1b[?c"] {
            assert_eq!(of(strange.as_bytes()), Pictures::Text, "{strange:?}");
        }
    }
}
