//! The name that a mistyped one was probably meant to be.

/// The candidate with the fewest letters to change, if that is at most a third of them.
pub(super) fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<String> {
    let length = name.chars().count();
    if length > 60 {
        return None;
    }
    candidates
        .filter(|c| c.chars().count().abs_diff(length) <= 2)
        .map(|c| (distance(name, c), c))
        .filter(|&(d, _)| d <= (length / 3).max(1))
        .min()
        .map(|(_, c)| c.to_owned())
}

/// Insertions, deletions and replacements between two words (Levenshtein 1966).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, &cb) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(ca != cb);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_letter_off_is_found() {
        let names = ["mRNA", "protein", "k_deg"];
        assert_eq!(nearest("protien", names.into_iter()), Some("protein".to_owned()));
        assert_eq!(nearest("kdeg", names.into_iter()), Some("k_deg".to_owned()));
        assert_eq!(nearest("ribosome", names.into_iter()), None);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
