//! A tokenizer for front ends: it shows whether a text is complete, where the cursor is, and colours.
//!
//! Rhai's own tokenizer stops at the first mistake, but a text that is being typed has many. Offsets
//! count characters, as cursors do.

mod open;

pub(super) use open::Open;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A name or a keyword.
    Word,
    /// A number.
    Number,
    /// A string or a character, with its quotes; `closed` when it has both.
    Text {
        /// Whether the closing quote is there.
        closed: bool,
    },
    /// A comment; `closed` unless it is a block comment without its end.
    Comment {
        /// Whether its end is there.
        closed: bool,
    },
    /// An opening bracket; `#{` is one.
    Open(char),
    /// A closing bracket.
    Close(char),
    /// Anything else that is not blank: an operator, a comma, a semicolon.
    Sign,
}

/// A word of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Its first character.
    pub start: usize,
    /// The character after its last.
    pub end: usize,
}

impl Token {
    /// Its characters.
    pub fn text(&self, all: &[char]) -> String {
        all[self.start..self.end].iter().collect()
    }
}

/// Takes a text apart. Every character that is not blank belongs to exactly one token.
///
/// # Examples
/// ```
/// use bioxen_session::lex::{Kind, lex};
/// let text: Vec<char> = "run(10.min)".chars().collect();
/// let words: Vec<String> = lex(&text).iter().map(|t| t.text(&text)).collect();
/// assert_eq!(words, ["run", "(", "10", ".", "min", ")"]);
/// ```
pub fn lex(text: &[char]) -> Vec<Token> {
    lex_line(text, &mut None)
}

/// Takes the next lines of a text apart, whose earlier lines left `open`; tells in it what these
/// leave. What was open is continued by a first token of its kind.
pub(super) fn lex_line(text: &[char], open: &mut Option<Open>) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    if let Some(left) = open.take().filter(|_| !text.is_empty()) {
        let (kind, end, still) = left.resume(text, 0);
        tokens.push(Token { kind, start: 0, end });
        (at, *open) = (end, still);
    }
    while let Some(&c) = text.get(at) {
        if c.is_whitespace() {
            at += 1;
            continue;
        }
        let (kind, end) = if let Some((opened, after)) = Open::at(text, at) {
            let (kind, end, still) = opened.resume(text, after);
            *open = still;
            (kind, end)
        } else {
            token(text, at)
        };
        tokens.push(Token { kind, start: at, end });
        at = end;
    }
    tokens
}

fn token(text: &[char], at: usize) -> (Kind, usize) {
    let next = text.get(at + 1).copied();
    match text[at] {
        '/' if next == Some('/') => (Kind::Comment { closed: true }, line_end(text, at)),
        '#' if next == Some('{') => (Kind::Open('{'), at + 2),
        '#' if next == Some('#') => {
            let hashes = text[at..].iter().take_while(|c| **c == '#').count();
            (Kind::Sign, at + hashes)
        }
        bracket @ ('(' | '[' | '{') => (Kind::Open(bracket), at + 1),
        bracket @ (')' | ']' | '}') => (Kind::Close(bracket), at + 1),
        c if c.is_ascii_digit() => (Kind::Number, number(text, at)),
        c if is_word(c) => {
            let end = text[at..].iter().position(|c| !is_word(*c));
            (Kind::Word, end.map_or(text.len(), |n| at + n))
        }
        _ => (Kind::Sign, at + sign(text, at)),
    }
}

/// Whether a character may stand in a name.
pub fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn line_end(text: &[char], at: usize) -> usize {
    text[at..].iter().position(|c| *c == '\n').map_or(text.len(), |n| at + n)
}

/// The end of a number: `10` of `10.min`, all of `2.5` and `1e-3` and `0x1f`.
fn number(text: &[char], at: usize) -> usize {
    let digit = |i: usize| text.get(i).is_some_and(char::is_ascii_digit);
    if text[at] == '0' && matches!(text.get(at + 1), Some('x' | 'o' | 'b' | 'X' | 'O' | 'B')) {
        let rest = text[at + 2..].iter().take_while(|c| c.is_ascii_hexdigit() || **c == '_');
        return at + 2 + rest.count();
    }
    let digits = |from: usize| {
        let rest = text[from.min(text.len())..].iter();
        from + rest.take_while(|c| c.is_ascii_digit() || **c == '_').count()
    };
    let mut end = digits(at);
    if text.get(end) == Some(&'.') && digit(end + 1) {
        end = digits(end + 1);
    }
    if matches!(text.get(end), Some('e' | 'E')) {
        let signed = usize::from(matches!(text.get(end + 1), Some('+' | '-')));
        if digit(end + 1 + signed) {
            end = digits(end + 1 + signed);
        }
    }
    end
}

/// The length of an operator.
fn sign(text: &[char], at: usize) -> usize {
    const LONG: [&str; 27] = [
        "<<=", ">>=", "**=", "..=", "===", "!==", "==", "!=", "<=", ">=", "&&", "||", "??", "?.",
        "?[", "=>", "->", "::", "..", "+=", "-=", "*=", "/=", "**", "<<", "++", "--",
    ];
    let starts = |s: &&&str| s.chars().enumerate().all(|(i, c)| text.get(at + i) == Some(&c));
    LONG.iter().find(starts).map_or(1, |s| s.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let all: Vec<char> = text.chars().collect();
        lex(&all).iter().map(|t| t.text(&all)).collect()
    }

    #[test]
    fn numbers_and_units_part() {
        assert_eq!(words("2.5.min+1e-3.h"), ["2.5", ".", "min", "+", "1e-3", ".", "h"]);
        assert_eq!(words("0xff..10"), ["0xff", "..", "10"]);
        assert_eq!(words("3.e5x"), ["3", ".", "e5x"]);
    }

    #[test]
    fn strings_hide_what_is_in_them() {
        assert_eq!(words(r#"f("a \" // b", 'c')"#), ["f", "(", r#""a \" // b""#, ",", "'c'", ")"]);
        assert_eq!(words("`a ${f(`x`)} b` c"), ["`a ${f(`x`)} b`", "c"]);
        assert_eq!(words("#\"a\"b\"# c"), ["#\"a\"b\"#", "c"]);
        assert_eq!(words("a /* b /* c */ d */ e // f"), ["a", "/* b /* c */ d */", "e", "// f"]);
    }

    #[test]
    fn what_is_open_is_seen() {
        let open = |text: &str| {
            let all: Vec<char> = text.chars().collect();
            lex(&all).last().map(|t| t.kind)
        };
        assert_eq!(open("x \"abc"), Some(Kind::Text { closed: false }));
        assert_eq!(open("x \"abc\\\ndef\""), Some(Kind::Text { closed: true }));
        assert_eq!(open("/* abc"), Some(Kind::Comment { closed: false }));
        assert_eq!(open("`abc\n"), Some(Kind::Text { closed: false }));
        assert_eq!(open("##\"a\"#"), Some(Kind::Text { closed: false }));
    }

    #[test]
    fn no_text_is_too_strange() {
        for text in ["", "#", "##", "\"\\", "'", "é\u{301}", "0x", "1e", "1e+", "${", "/*/", "🧬("]
        {
            let all: Vec<char> = text.chars().collect();
            let tokens = lex(&all);
            assert!(tokens.iter().all(|t| t.start < t.end && t.end <= all.len()), "{text}");
        }
    }
}
