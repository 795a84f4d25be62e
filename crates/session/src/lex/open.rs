//! Strings and comments, which may go on over lines.

use super::Kind;

/// A string or a comment whose end has not come yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Open {
    /// A block comment, with how many are open inside of each other.
    Comment(usize),
    /// A string in double quotes, or a character in single ones: it ends with its line unless a
    /// backslash carries it over.
    Quoted(char),
    /// A string in backticks, with the braces that are open in its `${..}`.
    Literal(usize),
    /// A string such as `#"raw"#`, with its number of `#`.
    Raw(usize),
}

impl Open {
    /// What opens at a place, and the first character inside.
    pub(super) fn at(text: &[char], at: usize) -> Option<(Self, usize)> {
        let next = text.get(at + 1).copied();
        match text[at] {
            '/' if next == Some('*') => Some((Self::Comment(1), at + 2)),
            quote @ ('"' | '\'') => Some((Self::Quoted(quote), at + 1)),
            '`' => Some((Self::Literal(0), at + 1)),
            '#' => {
                let hashes = text[at..].iter().take_while(|c| **c == '#').count();
                let quote = text.get(at + hashes) == Some(&'"');
                quote.then_some((Self::Raw(hashes), at + hashes + 1))
            }
            _ => None,
        }
    }

    /// Reads on from a place inside. Gives what it is, where it ends, and what is still open then.
    pub(super) fn resume(self, text: &[char], at: usize) -> (Kind, usize, Option<Self>) {
        match self {
            Self::Comment(depth) => comment(text, at, depth),
            Self::Quoted(quote) => quoted(text, at, quote),
            Self::Literal(braces) => literal(text, at, braces),
            Self::Raw(hashes) => raw(text, at, hashes),
        }
    }
}

type Read = (Kind, usize, Option<Open>);

fn closed(end: usize) -> Read {
    (Kind::Text { closed: true }, end, None)
}

fn comment(text: &[char], at: usize, mut depth: usize) -> Read {
    let mut i = at;
    while i + 1 < text.len() {
        match (text[i], text[i + 1]) {
            ('/', '*') => (depth, i) = (depth + 1, i + 2),
            ('*', '/') => (depth, i) = (depth - 1, i + 2),
            _ => i += 1,
        }
        if depth == 0 {
            return (Kind::Comment { closed: true }, i, None);
        }
    }
    (Kind::Comment { closed: false }, text.len(), Some(Open::Comment(depth)))
}

fn quoted(text: &[char], at: usize, quote: char) -> Read {
    let mut i = at;
    while let Some(&c) = text.get(i) {
        match c {
            '\\' => i += 1,
            // Nothing can close it any more.
            '\n' => return (Kind::Text { closed: false }, i, None),
            c if c == quote => return closed(i + 1),
            _ => {}
        }
        i += 1;
    }
    (Kind::Text { closed: false }, text.len(), Some(Open::Quoted(quote)))
}

fn literal(text: &[char], at: usize, mut braces: usize) -> Read {
    let mut i = at;
    while let Some(&c) = text.get(i) {
        match c {
            '$' if text.get(i + 1) == Some(&'{') => (braces, i) = (braces + 1, i + 1),
            '{' if braces > 0 => braces += 1,
            '}' if braces > 0 => braces -= 1,
            '`' if braces > 0 => {}
            '`' if text.get(i + 1) == Some(&'`') => i += 1,
            '`' => return closed(i + 1),
            _ => {}
        }
        i += 1;
    }
    (Kind::Text { closed: false }, text.len(), Some(Open::Literal(braces)))
}

fn raw(text: &[char], at: usize, hashes: usize) -> Read {
    let mut i = at;
    while i < text.len() {
        if text[i] == '"' {
            let after = text[i + 1..].iter().take_while(|c| **c == '#').take(hashes).count();
            if after == hashes {
                return closed(i + 1 + hashes);
            }
        }
        i += 1;
    }
    (Kind::Text { closed: false }, text.len(), Some(Open::Raw(hashes)))
}
