//! Counts and lists in words.

/// "no parameters", "1 or 2 parameters".
pub(super) fn parameters(counts: &[usize]) -> String {
    match counts {
        [0] => "no parameters".to_owned(),
        [1] => "one parameter".to_owned(),
        _ => format!("{} parameters", either(counts)),
    }
}

/// "no value", "one value or two".
pub(super) fn values(counts: &[usize]) -> String {
    match counts {
        [0] => "no value: it is written `|| ..`".to_owned(),
        [1] => "one value: it is written `|x| ..`".to_owned(),
        [1, 2] => "one value, or two: it is written `|x| ..` or `|x, i| ..`".to_owned(),
        [2] => "two values: it is written `|a, b| ..`".to_owned(),
        [2, 3] => "two values, or three: it is written `|a, b| ..` or `|a, b, i| ..`".to_owned(),
        _ => format!("{} values", either(counts)),
    }
}

fn either(counts: &[usize]) -> String {
    counts.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ")
}

/// The most candidates that are listed.
const FEW: usize = 6;

/// The first of a list of names.
pub(super) fn few(names: &[String]) -> String {
    match names.len().checked_sub(FEW) {
        None | Some(0) => names.join(", "),
        Some(more) => format!("{} and {more} more", names[..FEW].join(", ")),
    }
}

/// A message of the system without the number of its error.
pub fn without_number(message: String) -> String {
    let Some((before, rest)) = message.split_once(" (os error ") else { return message };
    let after = rest.split_once(')').map_or("", |(_, after)| after);
    format!("{before}{after}")
}
