//! Reads the locations of features, as the feature table of INSDC writes them.

use super::super::super::gene::Strand;

/// The deepest nesting; annotations have three.
const DEEPEST: usize = 32;
/// The most digits of a position.
const MOST_DIGITS: usize = 12;
/// The most stretches; no gene is known to have a tenth of them.
const MOST_PARTS: usize = 10_000;

/// A location, as far as it is a stretch of this sequence.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// First and last base and strand of each stretch, in the order of transcription. Where the
    /// first is beyond the last the stretch crosses the origin.
    pub(super) parts: Vec<(u64, u64, Strand)>,
    /// Whether it goes on before its first base along the forward strand.
    pub(super) open_before: bool,
    /// Whether it goes on behind its last base along the forward strand.
    pub(super) open_behind: bool,
    /// Why it is no stretch of this sequence; `None` if it is one.
    pub(super) elsewhere: Option<&'static str>,
}

/// Reads a location; `None` if it is none.
pub(super) fn read(text: &str) -> Option<Place> {
    let mut place = Place::default();
    let rest = expression(text.as_bytes(), Strand::Forward, 0, &mut place)?;
    rest.is_empty().then_some(place)
}

/// Reads one expression; gives what follows it.
fn expression<'a>(
    text: &'a [u8],
    strand: Strand,
    depth: usize,
    place: &mut Place,
) -> Option<&'a [u8]> {
    if depth > DEEPEST || place.parts.len() > MOST_PARTS {
        return None;
    }
    let name: usize =
        text.iter().take_while(|byte| byte.is_ascii_alphabetic() || **byte == b'-').count();
    let operator = text.get(..name)?.to_ascii_lowercase();
    let Some(mut rest) = text.get(name..)?.strip_prefix(b"(").filter(|_| name > 0) else {
        return range(text, strand, place);
    };
    let first = place.parts.len();
    let inner = match (operator.as_slice(), strand) {
        (b"complement", Strand::Forward) => Strand::Reverse,
        (b"complement", Strand::Reverse) => Strand::Forward,
        (b"join" | b"order", strand) => strand,
        (b"one-of" | b"bond" | b"gap" | b"group", _) => {
            place.elsewhere = Some("its location is not exact");
            let end = rest.iter().position(|byte| *byte == b')')?;
            return rest.get(end + 1..).map(|rest| &rest[end_of_range(rest)..]);
        }
        _ => return None,
    };
    loop {
        rest = expression(rest, inner, depth + 1, place)?;
        match rest.split_first()? {
            (b',', more) => rest = more,
            (b')', more) => {
                if inner != strand
                    && let Some(added) = place.parts.get_mut(first..)
                {
                    added.reverse();
                }
                return Some(more);
            }
            _ => return None,
        }
    }
}

/// Reads one stretch, such as `<12..>345`; gives what follows it.
fn range<'a>(text: &'a [u8], strand: Strand, place: &mut Place) -> Option<&'a [u8]> {
    let (range, rest) = text.split_at(end_of_range(text));
    let range = std::str::from_utf8(range).ok()?;
    if range.contains(':') {
        place.elsewhere = Some("its location is in another sequence");
        return Some(rest);
    }
    if range.starts_with('(') || range.contains('^') || range.contains("one-of") {
        place.elsewhere = Some("its location is not exact");
        return range.bytes().any(|byte| byte.is_ascii_digit()).then_some(rest);
    }
    let (from, to) = range.split_once("..").unwrap_or((range, range));
    if range.contains("..") || !range.contains('.') {
        let (from, before) = position(from)?;
        let (to, behind) = position(to)?;
        place.open_before |= before;
        place.open_behind |= behind;
        place.parts.push((from, to, strand));
    } else {
        place.elsewhere = Some("its location is not exact");
    }
    Some(rest)
}

/// How long the range is that a text begins with.
fn end_of_range(text: &[u8]) -> usize {
    let mut depth = 0_usize;
    let ends = |byte: &u8| {
        let end = depth == 0 && b",)".contains(byte);
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        end
    };
    text.iter().position(ends).unwrap_or(text.len())
}

/// Reads a position, which may be open to one side.
fn position(text: &str) -> Option<(u64, bool)> {
    let digits = text.trim_matches(|c| c == '<' || c == '>');
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits.parse().ok().filter(|_| plain && digits.len() <= MOST_DIGITS)?;
    Some((number, digits.len() < text.len()))
}

#[cfg(test)]
mod tests {
    use super::Strand::{Forward, Reverse};
    use super::*;

    fn parts(text: &str) -> Vec<(u64, u64, Strand)> {
        read(text).unwrap().parts
    }

    #[test]
    fn locations_are_read() {
        assert_eq!(parts("12..345"), [(12, 345, Forward)]);
        assert_eq!(parts("467"), [(467, 467, Forward)]);
        assert_eq!(parts("COMPLEMENT(12..345)"), [(12, 345, Reverse)]);
        let both = [(30, 40, Reverse), (1, 20, Reverse)];
        assert_eq!(parts("complement(join(1..20,30..40))"), both);
        assert_eq!(parts("join(complement(30..40),complement(1..20))"), both);
        assert_eq!(parts("complement(complement(1..2))"), [(1, 2, Forward)]);
        assert_eq!(parts("2650..660"), [(2650, 660, Forward)]);
        let open = read("<6801..>100").unwrap();
        assert!(open.open_before && open.open_behind);
        let open = read("complement(<1..299)").unwrap();
        assert!(open.open_before && !open.open_behind);
        for (text, parts) in [
            ("J00194.1:100..202", 0),
            ("join(1..5,J1:7..8)", 1),
            ("(1.5)..9", 0),
            ("12.20", 0),
            ("123^124", 0),
            ("one-of(1..5,3)", 0),
            ("one-of(1,5)..90", 0),
            ("complement(1..one-of(90,95))", 0),
            ("join(1..5,one-of(7,8)..one-of(9,10))", 1),
        ] {
            let place = read(text).unwrap();
            assert!(place.elsewhere.is_some(), "{text}");
            assert_eq!(place.parts.len(), parts, "{text}");
        }
    }

    #[test]
    fn what_is_no_location_is_refused() {
        for text in [
            "",
            "a",
            "1..",
            "..5",
            "1..x",
            "join()",
            "join(1..2",
            "1..2)",
            "join(1..2,)",
            "foo(1..2)",
            "-1..5",
            "1..-9223372036854775808",
            "1...5",
            "+1..2",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read(&"complement(".repeat(100_000)), None);
        assert_eq!(read(&format!("1..{}", "9".repeat(13))), None);
    }
}
