//! Nearest names, for "did you mean".

/// The longest name a suggestion is looked for [characters]; keeps the search short.
const LONGEST: usize = 64;

/// The candidate that takes the fewest typing slips to become `name`, ignoring case; the first of
/// equals; `None` if all take more than a third of the name's length.
pub(super) fn nearest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let wanted: Vec<char> = fold(name);
    if wanted.is_empty() || wanted.len() > LONGEST {
        return None;
    }
    let mut limit = (wanted.len() / 3).max(1);
    let mut best = None;
    for candidate in candidates {
        let found = fold(candidate);
        if found.len().abs_diff(wanted.len()) > limit {
            continue;
        }
        let slips = slips(&wanted, &found);
        if slips < limit || (slips == limit && best.is_none()) {
            limit = slips;
            best = Some(candidate);
        }
        if slips == 0 {
            break;
        }
    }
    best
}

fn fold(name: &str) -> Vec<char> {
    name.chars().take(LONGEST + 1).flat_map(char::to_lowercase).collect()
}

/// Insertions, deletions, replacements and swaps of neighbours between two words (optimal string
/// alignment; Damerau, *Commun. ACM* 7:171, 1964).
fn slips(a: &[char], b: &[char]) -> usize {
    let width = b.len() + 1;
    let mut before: Vec<usize> = vec![0; width];
    let mut above: Vec<usize> = (0..width).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; width];
        for j in 1..=b.len() {
            let replace = above[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = replace.min(above[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slips_of(a: &str, b: &str) -> usize {
        slips(&fold(a), &fold(b))
    }

    #[test]
    fn slips_are_counted() {
        assert_eq!(slips_of("lacZ", "lacZ"), 0);
        assert_eq!(slips_of("lacZ", "LACz"), 0);
        assert_eq!(slips_of("lacZ", "lacY"), 1);
        assert_eq!(slips_of("lacZ", "lcaZ"), 1);
        assert_eq!(slips_of("kitten", "sitting"), 3);
        assert_eq!(slips_of("", "abc"), 3);
    }

    #[test]
    fn the_nearest_is_found_and_nonsense_is_not() {
        let names = ["syn3a", "ecoli", "minimal"];
        assert_eq!(nearest("e_coli", names), Some("ecoli"));
        assert_eq!(nearest("SYN3", names), Some("syn3a"));
        assert_eq!(nearest("yeast", names), None);
        assert_eq!(nearest("", names), None);
        assert_eq!(nearest(&"x".repeat(100_000), names), None);
    }
}
