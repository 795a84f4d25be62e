//! Valid and unique ids.

use std::collections::HashSet;

/// The ids given so far.
#[derive(Debug, Default)]
pub(super) struct Ids {
    used: HashSet<String>,
}

impl Ids {
    /// An id that looks like a name: letters, digits and underscores, not beginning with a
    /// digit (`SId`, section 3.1.7), and not given before.
    pub(super) fn give(&mut self, name: &str) -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
        let mut id: String = name.chars().map(plain).collect();
        if !id.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
            id.insert(0, '_');
        }
        let mut unique = id.clone();
        let mut number = 2_u64;
        while !self.used.insert(unique.clone()) {
            unique = format!("{id}_{number}");
            number += 1;
        }
        unique
    }

    /// The same without taking the id.
    pub(super) fn free(&self, name: &str) -> String {
        let mut free = name.to_owned();
        let mut number = 2_u64;
        while self.used.contains(&free) {
            free = format!("{name}_{number}");
            number += 1;
        }
        free
    }
}

/// A text as the value of an attribute.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // XML has no control characters, not even escaped.
            c if c.is_control() => escaped.push(' '),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_valid_and_unique() {
        let mut ids = Ids::default();
        assert_eq!(ids.give("lacZ.mrna"), "lacZ_mrna");
        assert_eq!(ids.give("lacZ mrna"), "lacZ_mrna_2");
        assert_eq!(ids.give("3'utr"), "_3_utr");
        assert_eq!(ids.give(""), "_");
        assert_eq!(ids.free("lacZ_mrna"), "lacZ_mrna_3");
        assert_eq!(escape("a<\"b\"&\u{1}"), "a&lt;&quot;b&quot;&amp; ");
    }
}
