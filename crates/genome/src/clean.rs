//! Makes text of other formats fit for a genome file.

/// The longest name made [characters].
const LONGEST_NAME: usize = 128;

/// The text on one line: each run of blanks and control characters becomes one space.
pub(super) fn plain_text(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The text as one word: each run of what a name may not contain, or would make it a pattern,
/// becomes one `_`. `None` if nothing is left.
pub(super) fn word(text: &str) -> Option<String> {
    let barred = |c: char| c.is_whitespace() || c.is_control() || ",;\"\\*?".contains(c);
    let text = text.trim_matches(|c| barred(c) || c == '#');
    let parts = text.split(barred).filter(|part| !part.is_empty());
    let name: String = parts.collect::<Vec<_>>().join("_").chars().take(LONGEST_NAME).collect();
    (!name.is_empty()).then_some(name)
}

/// A short name for the genome in a file: the file's name without folder and ending.
pub(super) fn genome_name(origin: &str) -> String {
    let stem = std::path::Path::new(origin).file_stem().map(|stem| stem.to_string_lossy());
    stem.and_then(|stem| word(&stem)).unwrap_or_else(|| "genome".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_becomes_one_line_and_names_one_word() {
        assert_eq!(plain_text(" a\n  b\tc\u{0} "), "a b c");
        assert_eq!(word(" a b; "), Some("a_b".into()));
        assert_eq!(word(" ; "), None);
        assert_eq!(word("# a#b"), Some("a#b".into()));
        assert_eq!(word("a,\\ b*"), Some("a_b".into()));
        assert_eq!(genome_name("some/folder/my file.genome"), "my_file");
        assert_eq!(genome_name(""), "genome");
    }
}
