//! "Did you mean": the nearest valid name to a wrong one.

/// Longer names are compared by their first characters only, so that hostile input costs little.
const LONGEST: usize = 64;

/// The candidate with the smallest edit distance to `name`, if it is near enough to be what was
/// meant; the earliest among equals. Letters that differ only in case count as a quarter, and two
/// neighbours exchanged as one edit.
///
/// # Examples
/// ```
/// use bioxen_base::nearest::nearest;
/// assert_eq!(nearest("lacz", ["lacY", "lacZ"]), Some("lacZ"));
/// assert_eq!(nearest("xylophone", ["lacY", "lacZ"]), None);
/// ```
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted: Vec<char> = name.chars().take(LONGEST).collect();
    if wanted.is_empty() {
        return None; // No letters resemble nothing.
    }
    let mut best: Option<(u32, &str)> = None;
    for candidate in candidates {
        let letters: Vec<char> = candidate.chars().take(LONGEST).collect();
        // A third of the letters may be wrong, and in a short name one; and one more in its case.
        let limit = 4 * (wanted.len().max(letters.len()) as u32 / 3).max(1) + 1;
        if 4 * (wanted.len().abs_diff(letters.len()) as u32) > limit {
            continue;
        }
        let cost = distance(&wanted, &letters);
        if !is_alike(&wanted, &letters, cost) {
            continue;
        }
        if cost <= limit && best.is_none_or(|(b, _)| cost < b) {
            best = Some((cost, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Whether words of so few letters are alike: one letter more than one makes another word, and so does
/// another letter in two.
fn is_alike(a: &[char], b: &[char], cost: u32) -> bool {
    let sorted = |word: &[char]| {
        let mut letters = word.to_vec();
        letters.sort_unstable();
        letters
    };
    match (a.len(), b.len()) {
        (1, _) => cost < 4,
        (_, 1) => cost < 4 || a.first() == b.first(),
        (2, 2) => cost < 4 || sorted(a) == sorted(b),
        _ => true,
    }
}

/// Optimal string alignment distance in quarters of an edit.
fn distance(a: &[char], b: &[char]) -> u32 {
    let substitution = |x: char, y: char| match (x == y, x.eq_ignore_ascii_case(&y)) {
        (true, _) => 0,
        (false, true) => 1,
        (false, false) => 4,
    };
    let mut before: Vec<u32> = Vec::new();
    let mut above: Vec<u32> = (0..=b.len() as u32).map(|j| 4 * j).collect();
    for i in 1..=a.len() {
        let mut row = vec![4 * i as u32];
        for j in 1..=b.len() {
            let mut cost = (above[j] + 4)
                .min(row[j - 1] + 4)
                .min(above[j - 1] + substitution(a[i - 1], b[j - 1]));
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                cost = cost.min(before[j - 2] + 4);
            }
            row.push(cost);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or(0)
}

/// The words ` (did you mean `...`?)`, or nothing; for the end of an error message.
pub fn hint(suggestion: Option<&str>) -> String {
    suggestion.map(|s| format!(" (did you mean `{s}`?)")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_pen_are_understood() {
        let names = ["start_transcription", "stop_transcription", "status"];
        assert_eq!(nearest("start_transcripton", names), Some("start_transcription"));
        assert_eq!(nearest("staus", names), Some("status"));
        assert_eq!(nearest("sttaus", names), Some("status"));
        assert_eq!(nearest("", names), None);
    }

    #[test]
    fn no_letters_resemble_nothing() {
        for other in ["", "a", "ab", "abc"] {
            assert_eq!(nearest("", [other]), None, "{other}");
            assert_eq!(nearest(other, [""]), None, "{other}");
        }
    }

    #[test]
    fn short_words_must_be_more_alike() {
        for (given, other) in [("M", "h"), ("a", "as"), ("i", "if"), ("is", "if"), ("sh", "h")] {
            assert_eq!(nearest(given, [other]), None, "{given} {other}");
        }
        for (given, other) in [("um", "uM"), ("fi", "if"), ("mn", "min"), ("H", "h"), ("hs", "h")] {
            assert_eq!(nearest(given, [other]), Some(other), "{given} {other}");
        }
    }

    #[test]
    fn distances_by_hand() {
        let d = |a: &str, b: &str| {
            distance(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>())
        };
        assert_eq!(d("abc", "abc"), 0);
        assert_eq!(d("abc", "abC"), 1);
        assert_eq!(d("abc", "acb"), 4);
        assert_eq!(d("abc", ""), 12);
        assert_eq!(d("kitten", "sitting"), 12);
    }
}
