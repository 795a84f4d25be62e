//! Elements and attributes, with the place of each in the text.

use std::borrow::Cow;

use roxmltree::Node;

use super::error::{Position, SbmlError};

/// Where an element begins.
pub(super) fn at(node: Node<'_, '_>) -> Position {
    place(node, node.range().start)
}

fn at_attribute(node: Node<'_, '_>, name: &str) -> Position {
    let start = node.attribute_node(name).map_or(node.range().start, |a| a.range().start);
    place(node, start)
}

fn place(node: Node<'_, '_>, offset: usize) -> Position {
    let at = node.document().text_pos_at(offset);
    Position { line: at.row, column: at.col }
}

/// The child elements that belong to the same namespace.
pub(super) fn elements<'a, 'i>(node: Node<'a, 'i>) -> impl Iterator<Item = Node<'a, 'i>> {
    let namespace = node.tag_name().namespace();
    node.children().filter(move |c| c.is_element() && c.tag_name().namespace() == namespace)
}

/// The first child element of that name.
pub(super) fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    elements(node).find(|c| c.tag_name().name() == name)
}

/// The items of a list that is a child of the element; nothing if there is no such list.
pub(super) fn items<'a, 'i>(
    node: Node<'a, 'i>,
    list: &'static str,
    item: &'static str,
) -> impl Iterator<Item = Node<'a, 'i>> {
    elements(node)
        .filter(move |c| c.tag_name().name() == list)
        .flat_map(elements)
        .filter(move |c| c.tag_name().name() == item)
}

/// The MathML element below, if there is one.
pub(super) fn math<'a, 'i>(node: Node<'a, 'i>) -> Option<Node<'a, 'i>> {
    node.children().find(|c| c.is_element() && c.tag_name().name() == "math")
}

/// The text of an element, whatever comments stand in it.
pub(super) fn text<'a>(node: Node<'a, '_>) -> Cow<'a, str> {
    let mut pieces = node.children().filter(Node::is_text).filter_map(|piece| piece.text());
    let first = pieces.next().unwrap_or_default();
    match pieces.next() {
        None => first.trim().into(),
        Some(second) => {
            let whole: String = [first, second].into_iter().chain(pieces).collect();
            whole.trim().to_owned().into()
        }
    }
}

/// An attribute that must be there.
///
/// # Errors
/// [`SbmlError::MissingAttribute`].
pub(super) fn required<'a>(
    node: Node<'a, '_>,
    attribute: &'static str,
) -> Result<&'a str, SbmlError> {
    node.attribute(attribute).ok_or_else(|| SbmlError::MissingAttribute {
        element: node.tag_name().name().to_owned(),
        attribute,
        at: at(node),
    })
}

/// A number, written as XML Schema's `double`.
///
/// # Errors
/// [`SbmlError::BadValue`].
pub(super) fn number(node: Node<'_, '_>, attribute: &str) -> Result<Option<f64>, SbmlError> {
    let Some(text) = node.attribute(attribute) else { return Ok(None) };
    let text = text.trim();
    let value = match text {
        "INF" => Some(f64::INFINITY),
        "-INF" => Some(f64::NEG_INFINITY),
        "NaN" => Some(f64::NAN),
        _ => decimal(text),
    };
    match value {
        Some(value) => Ok(Some(value)),
        None => Err(SbmlError::BadValue {
            value: shorten(text),
            expected: "a number that 64 bits can hold",
            at: at_attribute(node, attribute),
        }),
    }
}

/// A finite decimal number; words such as `inf` are not numbers here.
pub(super) fn decimal(text: &str) -> Option<f64> {
    let plain = |b: u8| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E');
    if !text.bytes().all(plain) {
        return None;
    }
    text.parse::<f64>().ok().filter(|v| v.is_finite())
}

/// A truth value.
///
/// # Errors
/// [`SbmlError::BadValue`].
pub(super) fn boolean(
    node: Node<'_, '_>,
    attribute: &str,
    default: bool,
) -> Result<bool, SbmlError> {
    match node.attribute(attribute).map(str::trim) {
        None => Ok(default),
        Some("true" | "1") => Ok(true),
        Some("false" | "0") => Ok(false),
        Some(other) => Err(SbmlError::BadValue {
            value: shorten(other),
            expected: "`true` or `false`",
            at: at_attribute(node, attribute),
        }),
    }
}

/// As much of a text as belongs into a message.
pub(super) fn shorten(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}
