//! One field: a number, a truth, a time, or nothing.

use super::Decimal;
use crate::value::Kind;

/// Words for nothing, in lower case.
const MISSING: [&str; 7] = ["", "na", "nan", "n/a", "#n/a", "-", "."];
/// Words of instruments for a signal that is too strong.
const OVER: [&str; 5] = ["ovrflw", "over", "overflow", "overflw", "*****"];
pub(super) fn noun(kind: Kind) -> &'static str {
    match kind {
        Kind::Number => "number",
        Kind::Whole => "whole number",
        Kind::Text => "text",
        Kind::Truth => "truth (true or false)",
    }
}

/// Whether a field is a word for nothing.
pub(crate) fn is_missing(field: &str) -> bool {
    field.len() <= 4 && MISSING.iter().any(|word| field.eq_ignore_ascii_case(word))
}

/// Whether an instrument says that a signal was too strong.
pub(crate) fn is_over(field: &str) -> bool {
    matches!(field.as_bytes().first(), Some(b'o' | b'O' | b'*' | b'>'))
        && (OVER.iter().any(|word| field.eq_ignore_ascii_case(word))
            || field.strip_prefix('>').is_some_and(|rest| rest.trim().parse::<f64>().is_ok()))
}

pub(super) fn truth(field: &str) -> Option<bool> {
    if field.eq_ignore_ascii_case("true") {
        Some(true)
    } else {
        field.eq_ignore_ascii_case("false").then_some(false)
    }
}

/// A number as it is written in files: what Rust reads, but no word other than `inf`.
pub(crate) fn number(field: &str, decimal: Decimal) -> Option<f64> {
    let field = field.trim();
    let digits = field.strip_prefix(['-', '+']).unwrap_or(field);
    let starts = digits.as_bytes().first()?;
    if !starts.is_ascii_digit() && !matches!(starts, b'.' | b',') {
        return matches!(digits, "inf" | "Inf" | "INF").then(|| field.parse().ok()).flatten();
    }
    if decimal == Decimal::Point || !field.contains(',') {
        // A point where commas are decimal groups thousands, and one of them is a guess too many.
        return if decimal == Decimal::Comma && field.contains('.') {
            None
        } else {
            field.parse().ok()
        };
    }
    let (whole, part) = field.split_once(',')?;
    let grouped = whole.contains('.');
    let groups: Vec<&str> = whole.trim_start_matches(['-', '+']).split('.').collect();
    if grouped && (groups[0].len() > 3 || groups[1..].iter().any(|g| g.len() != 3))
        || part.contains('.')
    {
        return None;
    }
    format!("{}.{part}", whole.replace('.', "")).parse().ok()
}

/// Numbers of articles and samples are padded with zeros, and lose them as numbers.
pub(super) fn has_padding(field: &str) -> bool {
    let bytes = field.as_bytes();
    bytes.len() > 1
        && bytes[0] == b'0'
        && bytes.iter().all(u8::is_ascii_digit)
        && bytes.iter().any(|b| *b != b'0')
}

/// Whether it is a whole number with more digits than a number holds.
pub(super) fn is_long(field: &str) -> bool {
    let digits = field.strip_prefix(['-', '+']).unwrap_or(field);
    digits.len() > 15
        && digits.bytes().all(|b| b.is_ascii_digit())
        && digits.parse::<u64>().is_ok_and(|x| x > 1 << 53)
}

/// Seconds of a time as `h:mm:ss`, with or without fractions.
pub(crate) fn seconds_of(field: &str) -> Option<f64> {
    let mut parts = field.split(':');
    let (h, m, s) = (parts.next()?, parts.next()?, parts.next()?);
    let is_digits = |text: &str| {
        !text.is_empty() && text.len() <= 9 && text.bytes().all(|b| b.is_ascii_digit())
    };
    let whole = s.split('.').next()?;
    if parts.next().is_some()
        || !is_digits(h)
        || m.len() != 2
        || !is_digits(m)
        || whole.len() != 2
        || !is_digits(whole)
    {
        return None;
    }
    let (h, m, s): (f64, f64, f64) = (h.parse().ok()?, m.parse().ok()?, s.parse().ok()?);
    (m < 60.0 && s < 60.0).then_some(h * 3600.0 + m * 60.0 + s)
}
