//! Text of users in messages: escaped so that it cannot break the layout or reverse the direction of
//! writing.

use std::borrow::Cow;
use std::path::Path;

/// Whether a character is not shown as itself: it controls the terminal, the line, or the direction in
/// which it is read.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}'
        )
}

/// A text with what is hidden in it written as in a string of a script.
///
/// # Examples
/// ```
/// use bioxen_base::visible::visible;
/// assert_eq!(visible("plain name.csv"), "plain name.csv");
/// assert_eq!(visible("two\nlines\u{202e}"), "two\\nlines\\u202e");
/// ```
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            c if is_hidden(c) => shown.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// A text of others for a terminal: lines, tabs and colours stay; all else that commands a terminal or turns
/// the direction of reading is written as in a string of a script.
///
/// # Examples
/// ```
/// use bioxen_base::visible::harmless;
/// assert_eq!(harmless("\x1b[1;31mred\x1b[0m\n\ttab"), "\x1b[1;31mred\x1b[0m\n\ttab");
/// assert_eq!(harmless("\x1b[2Jgone\x1b]0;title\x07"), "\\u001b[2Jgone\\u001b]0;title\\u0007");
/// ```
pub fn harmless(text: &str) -> Cow<'_, str> {
    let plain = |c: char| !is_hidden(c) || matches!(c, '\n' | '\t');
    if text.chars().all(plain) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = colour(rest).unwrap_or(c.len_utf8());
        let (piece, after) = rest.split_at(length);
        if plain(c) || length > c.len_utf8() {
            shown.push_str(piece);
        } else {
            shown.push_str(&visible(piece));
        }
        rest = after;
    }
    Cow::Owned(shown)
}

/// The length of the sequence with which a text begins that sets a colour (SGR of ECMA-48), if it does.
fn colour(text: &str) -> Option<usize> {
    let parameters = text.strip_prefix("\x1b[")?;
    let end = parameters.find(|c: char| !c.is_ascii_digit() && c != ';')?;
    parameters[end..].starts_with('m').then_some(2 + end + 1)
}

/// A message in which what stands between backticks, which are names that users have given, breaks no line.
///
/// # Examples
/// ```
/// use bioxen_base::visible::in_quotes;
/// assert_eq!(in_quotes("there is no `a\nb`;\nthere are c"), "there is no `a\\nb`;\nthere are c");
/// ```
pub fn in_quotes(message: &str) -> Cow<'_, str> {
    if !message.contains(is_hidden) {
        return Cow::Borrowed(message);
    }
    let parts = message.split('`').enumerate();
    let shown: Vec<Cow<'_, str>> = parts
        .map(|(i, part)| if i % 2 == 1 { visible(part) } else { Cow::Borrowed(part) })
        .collect();
    Cow::Owned(shown.join("`"))
}

/// A path, likewise.
pub fn path(path: &Path) -> String {
    visible(&path.to_string_lossy()).into_owned()
}
