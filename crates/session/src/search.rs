//! Help for a word that is not a name: a search in the documentation.

use std::fmt::Write;

use super::Session;

impl Session {
    /// The functions whose documentation has some words, as Markdown: one line for each, the best
    /// first. Nothing if there is none.
    ///
    /// # Examples
    /// ```
    /// use bioxen_session::Session;
    /// let session = Session::new(Default::default(), Box::new(|_| {}))?;
    /// let found = session.search("oscillates").ok_or("nothing")?;
    /// assert!(found.contains("period(trace, quantity)"), "{found}");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn search(&self, words: &str) -> Option<String> {
        let found = self.catalogue().search(words);
        if found.is_empty() {
            return None;
        }
        let mut text = format!(
            "Nothing is named `{}`. These functions tell of it; ?name shows one.\n\n| | |\n|---|---|\n",
            words.replace('`', "'")
        );
        for function in found {
            let summary = function.summary().replace('|', "\\|");
            // Writing to a string cannot fail.
            let _ =
                writeln!(text, "| `{}` | {summary} |", function.signature().replace('|', "\\|"));
        }
        Some(text)
    }
}
