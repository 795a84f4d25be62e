//! A check of a text before it is parsed: refuses texts that would cost a parser stack or memory out of
//! proportion to their length.

use super::error::{Position, SbmlError};

/// Levels of nested elements. The deepest document in the SBML Test Suite has 25.
pub(super) const MAX_DEPTH: usize = 600;
/// Attributes of one element, which the parser compares with each other.
const MAX_ATTRIBUTES: usize = 256;
/// Namespaces declared by an element and its ancestors, which the parser copies for each child.
const MAX_NAMESPACES: usize = 256;
/// Length of a text [bytes]; the parser addresses it with 32 bits.
const MAX_LENGTH: usize = 1 << 30;

/// Checks nesting, attributes and namespaces of a text which may not be XML at all.
///
/// # Errors
/// [`SbmlError::Limit`] with the place, when a limit is exceeded.
pub(super) fn check(text: &str) -> Result<(), SbmlError> {
    if text.len() > MAX_LENGTH {
        return limit(text, 0, "the length of the text", MAX_LENGTH);
    }
    let bytes = text.as_bytes();
    // For each open element: how many namespaces are in scope.
    let mut open: Vec<usize> = Vec::new();
    let mut at = 0;
    while let Some(offset) = bytes[at..].iter().position(|&b| b == b'<') {
        let start = at + offset;
        let rest = &bytes[start..];
        if rest.starts_with(b"<!--") {
            at = after(bytes, start + 4, b"-->");
        } else if rest.starts_with(b"<![CDATA[") {
            at = after(bytes, start + 9, b"]]>");
        } else if rest.starts_with(b"<?") {
            at = after(bytes, start + 2, b"?>");
        } else if rest.starts_with(b"<!") {
            at = after(bytes, start + 2, b">");
        } else if rest.starts_with(b"</") {
            open.pop();
            at = after(bytes, start + 2, b">");
        } else {
            let tag = Tag::scan(bytes, start + 1);
            at = tag.end;
            let scope = open.last().copied().unwrap_or(0) + tag.namespaces;
            if tag.attributes > MAX_ATTRIBUTES {
                return limit(text, start, "the number of attributes", MAX_ATTRIBUTES);
            }
            if scope > MAX_NAMESPACES {
                return limit(text, start, "the number of namespaces", MAX_NAMESPACES);
            }
            if !tag.empty {
                open.push(scope);
                if open.len() > MAX_DEPTH {
                    return limit(text, start, "the nesting of elements", MAX_DEPTH);
                }
            }
        }
    }
    Ok(())
}

struct Tag {
    end: usize,
    attributes: usize,
    namespaces: usize,
    empty: bool,
}

impl Tag {
    fn scan(bytes: &[u8], from: usize) -> Self {
        let mut tag = Tag { end: bytes.len(), attributes: 0, namespaces: 0, empty: false };
        let mut quote = None;
        let mut last = b' ';
        for (i, &b) in bytes.iter().enumerate().skip(from) {
            match quote {
                Some(q) if b == q => quote = None,
                Some(_) => {}
                None => match b {
                    b'"' | b'\'' => quote = Some(b),
                    b'=' => tag.attributes += 1,
                    b'x' if last.is_ascii_whitespace() && bytes[i..].starts_with(b"xmlns") => {
                        tag.namespaces += 1;
                    }
                    b'>' => {
                        tag.empty = last == b'/';
                        tag.end = i + 1;
                        return tag;
                    }
                    _ => {}
                },
            }
            last = b;
        }
        tag
    }
}

fn after(bytes: &[u8], from: usize, end: &[u8]) -> usize {
    let from = from.min(bytes.len());
    bytes[from..]
        .windows(end.len())
        .position(|w| w == end)
        .map_or(bytes.len(), |i| from + i + end.len())
}

fn limit(text: &str, at: usize, what: &'static str, limit: usize) -> Result<(), SbmlError> {
    Err(SbmlError::Limit { what, limit, at: position(text, at) })
}

/// The line and column of a byte offset.
pub(super) fn position(text: &str, offset: usize) -> Position {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |l| l.chars().count()) + 1;
    Position { line: line as u32, column: column as u32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nesting_is_counted_and_placed() {
        let deep = "<a>".repeat(MAX_DEPTH + 1);
        let error = check(&deep).unwrap_err();
        assert!(matches!(error, SbmlError::Limit { what: "the nesting of elements", .. }));
        assert!(check(&"<a>".repeat(MAX_DEPTH)).is_ok());
        assert!(check(&"<a></a><b/><!-- <c> --><![CDATA[<d>]]>".repeat(2000)).is_ok());
    }

    #[test]
    fn namespaces_and_attributes_are_bounded() {
        let many: String = (0..300).map(|i| format!(" xmlns:a{i}='u'")).collect();
        assert!(check(&format!("<a{many}/>")).is_err());
        let many: String = (0..200).map(|i| format!(" xmlns:a{i}='u'")).collect();
        assert!(check(&format!("<a{many}><b{many}/></a>")).is_err());
        assert!(check(&format!("<a{many}/><b{many}/>")).is_ok());
    }

    #[test]
    fn positions_count_from_one() {
        assert_eq!(position("ab\ncd", 4), Position { line: 2, column: 2 });
        assert_eq!(position("ab", 0), Position { line: 1, column: 1 });
    }
}
