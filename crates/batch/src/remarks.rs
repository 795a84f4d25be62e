//! What scripts remark, and how often.

/// How many different remarks are kept.
const MOST: usize = 100;

/// Counts a remark once more, or so many times. Remarks that differ in their numbers alone are one, of which the
/// first is kept. What is new when there are many is left out.
pub(crate) fn count(all: &mut Vec<(String, u64)>, text: String, times: u64) {
    match all.iter().position(|(known, _)| are_alike(known, &text)) {
        Some(at) => all[at].1 += times,
        None if all.len() < MOST => all.push((text, times)),
        None => {}
    }
}

/// Whether texts are the same but for numbers.
fn are_alike(one: &str, other: &str) -> bool {
    words(one).eq(words(other))
}

/// The parts of a text between its numbers.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_ascii_digit() || c == '.').filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remarks_that_differ_in_numbers_are_one() {
        let mut all = Vec::new();
        for text in ["held back 4.7 % of the time", "held back 56 % of the time", "paused"] {
            count(&mut all, text.to_owned(), 2);
        }
        assert_eq!(all, [("held back 4.7 % of the time".to_owned(), 4), ("paused".to_owned(), 2)]);
    }
}
