//! Lists and amounts in words.

use bioxen_base::units::short;

/// The first of many names, and how many more there are.
pub(super) fn some(names: &[String]) -> String {
    match names {
        few if few.len() <= 6 => few.join(", "),
        many => format!("{} and {} more", many[..5].join(", "), many.len() - 5),
    }
}

/// One of several names.
pub(super) fn either(names: &[String]) -> String {
    match names {
        [first @ .., last] if !first.is_empty() && names.len() <= 6 => {
            format!("{} or {last}", first.join(", "))
        }
        names => some(names),
    }
}

pub(super) fn list_plasmids(names: &[String]) -> String {
    match names {
        [] => "it has none".to_owned(),
        names => format!("it has: {}", names.join(", ")),
    }
}

pub(super) fn list_open(names: &[String]) -> String {
    match names {
        [] => "; no gene is".to_owned(),
        _ if names.len() <= 12 => format!("; these are: {}", names.join(", ")),
        _ => format!("; {} and {} more are", names[..12].join(", "), names.len() - 12),
    }
}

/// Kilobases to the base, without digits that say nothing.
pub(super) fn to_the_base(kb: f64) -> String {
    short((kb * 1000.0).round() / 1000.0)
}

/// Two plasmids by their names, or a second one of a name.
pub(super) fn two_plasmids(one: &str, other: &str) -> String {
    if one == other {
        return format!("plasmid {one} is there already; two of that name");
    }
    format!("plasmids {one} and {other}")
}
