//! Texts that must not become too long.

/// So many bytes of a text at most, in whole characters.
pub(crate) fn beginning(text: &str, most: usize) -> &str {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// A text without the sequences that colour it on a terminal (ECMA-48, SGR).
pub(crate) fn without_colours(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        let end = after.find(|c: char| !c.is_ascii_digit() && c != ';');
        rest = match end {
            Some(end) if after[end..].starts_with('m') => &after[end + 1..],
            _ => after,
        };
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings_are_whole_characters() {
        assert_eq!(beginning("aé", 2), "a");
        assert_eq!(beginning("aé", 3), "aé");
        assert_eq!(beginning("aé", 9), "aé");
    }

    #[test]
    fn colours_go_and_the_text_stays() {
        assert_eq!(without_colours("\u{1b}[1;31merror\u{1b}[0m: é"), "error: é");
        assert_eq!(without_colours("plain"), "plain");
        assert_eq!(without_colours("a\u{1b}["), "a");
    }
}
