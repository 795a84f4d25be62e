//! Keeps from the GenBank parser what it cannot bear.

use super::super::error::excerpt;
use super::error::ImportError;

/// The deepest nesting of a location; annotations have three.
const DEEPEST: usize = 32;
/// The most digits of a position.
const MOST_DIGITS: usize = 12;

/// Refuses locations nested so deeply that a recursive parser would run out of stack, positions
/// beyond any sequence, and a stated length that the file is too short to hold.
pub(super) fn check(text: &str, origin: &str) -> Result<(), ImportError> {
    let mut in_location = false;
    let mut depth = 0;
    let mut stated = 0;
    for (index, line) in text.lines().enumerate() {
        let wrong = |reason: String| {
            Err(ImportError::Syntax { origin: origin.to_owned(), line: index + 1, reason })
        };
        let body = line.trim_start();
        let indent = line.len() - body.len();
        if line.starts_with("LOCUS") {
            let number = body.split_whitespace().nth(2).and_then(|word| word.parse().ok());
            stated = number.unwrap_or(0_usize);
        }
        if line.starts_with("ORIGIN") && stated > text.len() {
            return wrong(format!("LOCUS states {stated} bp, more than the file has bytes"));
        }
        if indent < 12 {
            // A keyword or a feature begins: its location follows on this line.
            (in_location, depth) = (true, 0);
        } else if body.starts_with('/') {
            in_location = false;
        }
        if !in_location || line.starts_with("ORIGIN") || line.starts_with("LOCUS") {
            continue;
        }
        let mut digits = 0;
        for byte in body.bytes() {
            digits = if byte.is_ascii_digit() { digits + 1 } else { 0 };
            match byte {
                b'(' => depth += 1,
                b')' => depth = usize::saturating_sub(depth, 1),
                _ => {}
            }
            if depth > DEEPEST || (indent >= 4 && digits > MOST_DIGITS) {
                return wrong(format!("`{}` is no location of a sequence", excerpt(body)));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_break_the_parser_is_refused() {
        let feature = |location: &str| format!("     CDS             {location}\n");
        assert!(check(&feature("complement(join(1..20,30..40))"), "t").is_ok());
        assert!(check(&feature(&"complement(".repeat(40)), "t").is_err());
        assert!(check(&feature("1..-9223372036854775808"), "t").is_err());
        assert!(check("LOCUS  X 999999999 bp DNA linear\nORIGIN\n", "t").is_err());
        let split = format!("     CDS             {}", "join(\n                     ".repeat(40));
        assert!(check(&split, "t").is_err());
    }
}
