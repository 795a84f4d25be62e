//! Types in the language's words.

/// A type as an error names it: `i64` is "an integer". No name of Rust or Rhai comes through.
pub(super) fn type_words(name: &str) -> String {
    let bare = name.trim().trim_start_matches("&mut ").trim_start_matches('&');
    let word = match bare {
        "i64" | "INT" | "integer" => "an integer",
        "f64" | "FLOAT" | "number" => "a number",
        "bool" => "a truth value",
        "char" | "CHAR" | "character" => "a character",
        "()" | "" => "nothing",
        "string" | "str | ImmutableString | String" | "str" | "String" | "ImmutableString" => {
            "a string"
        }
        "array" | "Array" => "an array",
        "map" | "Map" => "a map",
        "Fn" | "FnPtr" | "function" => "a function",
        "blob" | "Blob" => "a row of bytes",
        "timestamp" | "Instant" => "a time of the clock",
        "Vm" => "a VM",
        "Trace" => "a trace",
        "Table" => "a table",
        "Grouped" => "a table in groups",
        "Plate" => "a plate",
        "Population" => "a population",
        "Figure" | "FigureValue" => "a figure",
        "Status" => "a status",
        "Ensemble" => "an ensemble",
        "Error" | "LangError" => "an error",
        "Snapshot" => "a snapshot",
        "Moment" => "a snapshot of everything",
        "EventHandle" | "Event" => "an event",
        "DisplayHandle" | "Display" => "what `display(..)` gave",
        "Time" => "a time",
        "Kilobases" => "a DNA length",
        "Percent" => "a percentage",
        "Concentration" => "a concentration",
        other if other.contains("ange") => "a range",
        other if is_name(other) => return format!("a {other}"),
        _ => "a value of another kind",
    };
    word.to_owned()
}

/// Types of our own have names of one capital letter and small ones.
fn is_name(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|c| c.is_ascii_uppercase())
        && letters.all(|c| c.is_ascii_lowercase())
}

/// Several types: "a string and an integer".
pub(super) fn all_words(types: &[&str]) -> String {
    let words: Vec<String> = types.iter().map(|t| type_words(t)).collect();
    match words.split_last() {
        None => "nothing".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// The types of a signature such as `run (i64, string)`.
pub(super) fn types_of(signature: &str) -> (&str, Vec<&str>) {
    let (name, types) = signature.split_once(" (").unwrap_or((signature, ""));
    let types = types.strip_suffix(')').unwrap_or(types);
    (name, types.split(", ").filter(|t| !t.is_empty()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_named_as_people_do() {
        let (name, types) = types_of("run (i64, &str | ImmutableString | String, Vm)");
        assert_eq!(name, "run");
        assert_eq!(all_words(&types), "an integer, a string and a VM");
        assert_eq!(type_words("core::ops::range::RangeInclusive<i64>"), "a range");
        assert_eq!(type_words("alloc::vec::Vec<u8>"), "a value of another kind");
        assert_eq!(types_of("now ()"), ("now", vec![]));
    }
}
