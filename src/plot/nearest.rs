//! The most similar of the names there are, for error messages.

/// The candidate with the fewest edits to `name`, if it is at all similar; the first among equals.
pub(crate) fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<String> {
    // Longer input is no typing slip, and the comparison takes quadratic time.
    const LONGEST: usize = 200;
    if name.len() > LONGEST {
        return None;
    }
    let limit = (name.chars().count() / 2).max(2);
    candidates
        .filter(|c| c.len() <= LONGEST)
        .map(|c| (edits(name, c), c))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, c)| c.to_owned())
}

/// The tail of an error message that names the nearest candidate.
pub(crate) fn hint(nearest: Option<&str>) -> String {
    nearest.map(|n| format!("; did you mean `{n}`?")).unwrap_or_default()
}

/// The Levenshtein distance, regardless of case.
fn edits(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.to_lowercase().chars().collect();
    let b: Vec<char> = b.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.iter().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (slot, cb) in row.iter_mut().skip(1).zip(&b) {
            let here = (diagonal + usize::from(ca != cb)).min(left + 1).min(*slot + 1);
            diagonal = *slot;
            *slot = here;
            left = here;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_counted() {
        assert_eq!(edits("kitten", "sitting"), 3);
        assert_eq!(edits("", "abc"), 3);
        assert_eq!(edits("abc", ""), 3);
        assert_eq!(edits("lacZ", "LACZ"), 0);
    }

    #[test]
    fn a_slip_finds_its_name_and_nonsense_finds_none() {
        let names = ["demo.lacZ.mrna", "demo.lacY.mrna", "host.ribosomes"];
        assert_eq!(nearest("demo.lcaZ.mrna", names.into_iter()).as_deref(), Some("demo.lacZ.mrna"));
        assert_eq!(nearest("qqqqqqqq", names.into_iter()), None);
    }
}
