//! What separates the columns.

/// How many records are looked at.
const LOOKED_AT: usize = 50;
/// How many bytes, since a quoted field may be long.
const MOST_BYTES: usize = 1 << 20;

/// What separates the columns of a text. Each candidate that stands in the first record is tried; that wins
/// which gives most of the next records as many fields as the first, and of those tab before semicolon
/// before comma, since commas stand within numbers and texts.
pub(crate) fn delimiter(text: &str, remarks: &mut Vec<String>) -> u8 {
    let mut best: Option<(u8, usize, usize)> = None;
    for candidate in [b'\t', b';', b','] {
        let (fields, fitting) = tried(text, candidate);
        if fields < 2 {
            continue;
        }
        if best.is_none_or(|(_, _, fits)| fitting > fits) {
            best = Some((candidate, fields, fitting));
        }
    }
    let (separator, fields) = best.map_or((b',', 1), |(separator, fields, _)| (separator, fields));
    if separator != b',' {
        let word = if separator == b'\t' { "tabs" } else { "semicolons" };
        remarks.push(format!(
            "The columns are separated by {word}: the first line has {fields} of them."
        ));
    }
    separator
}

/// How many fields the first record has, and how many of the next have as many. Fields that are empty at the
/// end of a record do not count against it.
fn tried(text: &str, separator: u8) -> (usize, usize) {
    let end = text.len().min(MOST_BYTES);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(&text.as_bytes()[..end]);
    let mut first = None;
    let mut fitting = 0;
    for record in reader.byte_records().take(LOOKED_AT).flatten() {
        let fields = record.len();
        match first {
            None => first = Some(fields),
            Some(expected) if expected == fields => fitting += 1,
            Some(_) => {}
        }
    }
    (first.unwrap_or(0), fitting)
}
