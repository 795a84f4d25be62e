//! Texts as editors write them: with a byte order mark, line ends of other systems, or invisible
//! characters.

use std::borrow::Cow;

/// What some editors put before a text to say how it is encoded.
const MARK: char = '\u{feff}';

/// So many of something in words.
///
/// # Examples
/// ```
/// use bioxen_lang::text::counted;
/// assert_eq!(counted(1, "run"), "1 run");
/// assert_eq!(counted(2, "run"), "2 runs");
/// ```
pub fn counted(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

/// A text as it is meant: without the byte order mark before it, and with line ends of one kind.
/// Lines and columns stay what they are.
///
/// # Examples
/// ```
/// use bioxen_lang::text::plain;
/// assert_eq!(plain("\u{feff}run(1.min);\r\nnow()"), "run(1.min);\nnow()");
/// ```
pub fn plain(text: &str) -> Cow<'_, str> {
    let bare = text.strip_prefix(MARK).unwrap_or(text);
    if bare.contains("\r\n") {
        return Cow::Owned(bare.replace("\r\n", "\n"));
    }
    Cow::Borrowed(bare)
}

/// The same for a text that is not needed as it was.
pub fn into_plain(text: String) -> String {
    match plain(&text) {
        Cow::Owned(plain) => plain,
        Cow::Borrowed(same) if same.len() == text.len() => text,
        Cow::Borrowed(shorter) => shorter.to_owned(),
    }
}

/// What a character is called that looks like nothing, or like another one.
pub fn name_of(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{a0}' => "a no-break space",
        '\u{2007}' | '\u{202f}' => "a narrow no-break space",
        '\u{2000}'..='\u{2006}' | '\u{2008}'..='\u{200a}' | '\u{205f}' => {
            "a space of a certain width"
        }
        '\u{3000}' => "an ideographic space",
        '\u{1680}' => "an ogham space",
        '\u{200b}' => "a zero-width space",
        '\u{200c}' => "a zero-width non-joiner",
        '\u{200d}' => "a zero-width joiner",
        '\u{2060}' => "a word joiner, which has no width",
        '\u{ad}' => "a soft hyphen, which is not seen",
        MARK => "a byte order mark, which belongs before the text only",
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            "a mark for the direction of writing, which is not seen"
        }
        '\u{2028}' => "a line separator",
        '\u{2029}' => "a paragraph separator",
        '\u{85}' => "a line end of another system",
        '\u{0}' => "a zero byte",
        '\u{2010}' | '\u{2011}' => "a hyphen",
        '\u{2012}'..='\u{2015}' => "a dash",
        '\u{2212}' => "a minus sign of typography",
        '\u{d7}' => "a multiplication sign",
        '\u{f7}' => "a division sign",
        '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{2039}' | '\u{203a}' => "a quote of typography",
        '\u{201c}'..='\u{201e}' | '\u{ab}' | '\u{bb}' => "a quote of typography",
        '\u{2264}' => "a sign for less or equal",
        '\u{2265}' => "a sign for greater or equal",
        '\u{2260}' => "a sign for not equal",
        '\u{2026}' => "an ellipsis",
        '\u{ff08}' | '\u{ff09}' | '\u{ff0c}' | '\u{ff1b}' | '\u{ff1a}' | '\u{ff1d}'
        | '\u{ff02}' => "a full-width sign",
        c if c.is_control() => "a control character",
        c if c.is_whitespace() => "a space of another kind",
        _ => return None,
    })
}

/// What to write in the place of such a character.
pub fn instead_of(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' => "-",
        '\u{d7}' => "*",
        '\u{f7}' => "/",
        '\u{2264}' => "<=",
        '\u{2265}' => ">=",
        '\u{2260}' => "!=",
        '\u{2026}' => "..",
        '\u{ff08}' => "(",
        '\u{ff09}' => ")",
        '\u{ff0c}' => ",",
        '\u{ff1b}' => ";",
        '\u{ff1a}' => ":",
        '\u{ff1d}' => "=",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_mark_before_a_text_and_the_kind_of_line_end_go() {
        for (text, meant) in [
            ("", ""),
            ("\u{feff}", ""),
            ("a\nb", "a\nb"),
            ("a\r\n\r\nb\r\n", "a\n\nb\n"),
            ("a\rb", "a\rb"),
            ("a\u{feff}b", "a\u{feff}b"),
            ("\u{feff}\u{feff}a", "\u{feff}a"),
        ] {
            assert_eq!(plain(text), meant);
            assert_eq!(into_plain(text.to_owned()), meant);
        }
    }

    #[test]
    fn letters_and_signs_of_the_language_need_no_name() {
        for c in "azAZ09_+-*/%=<>!&|^~.,;:?()[]{}#\"'`@\\$é大".chars() {
            assert_eq!(name_of(c), None, "{c}");
        }
    }
}
