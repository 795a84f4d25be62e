//! Colours, or none.

/// How words are marked: by the sixteen colours that every theme of a terminal defines, or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Style {
    /// Whether there are colours.
    pub(crate) colour: bool,
}

impl Style {
    /// With colours, or without.
    pub(crate) fn new(colour: bool) -> Self {
        Self { colour }
    }

    /// A text between a sequence that selects graphic rendition and its end.
    pub(crate) fn paint(self, code: &str, text: &str) -> String {
        if self.colour && !code.is_empty() && !text.is_empty() {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }

    /// A heading.
    pub(crate) fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }

    /// What may be overlooked.
    pub(crate) fn dim(self, text: &str) -> String {
        self.paint("90", text)
    }

    /// A word of the language in a text.
    pub(crate) fn code(self, text: &str) -> String {
        self.paint("36", text)
    }

    /// An error message, whose first word is marked.
    pub(crate) fn error(self, text: &str) -> String {
        match text.strip_prefix("error:") {
            Some(rest) => format!("{}{rest}", self.paint("1;31", "error:")),
            None => text.to_owned(),
        }
    }
}
