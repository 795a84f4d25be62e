//! Collects the lines of a feature table.

use super::super::super::error::excerpt;
use super::location;

/// Features begin left of this column, their qualifiers at it or further right.
const QUALIFIERS: usize = 12;

/// One feature as it is written.
#[derive(Debug, Default)]
pub(super) struct Raw {
    pub(super) line: usize,
    pub(super) key: String,
    pub(super) location: String,
    pub(super) qualifiers: Vec<(String, String)>,
}

impl Raw {
    /// The values of a qualifier, in the order of the file.
    pub(super) fn values<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        let same = move |(name, _): &&(String, String)| name.eq_ignore_ascii_case(key);
        self.qualifiers.iter().filter(same).map(|(_, value)| value.as_str())
    }
}

/// The features of one record.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) features: Vec<Raw>,
    /// The line on which a value began whose closing quote has not come yet.
    open: Option<usize>,
}

impl Table {
    /// Takes one line that is not blank, its tabs expanded. An error says on which line and why.
    pub(super) fn line(&mut self, number: usize, line: &str) -> Result<(), (usize, String)> {
        let body = line.trim();
        let left = line.len() - line.trim_start().len() < QUALIFIERS;
        if let Some(began) = self.open {
            if (left && starts_feature(body)) || starts_qualifier(body) {
                return Err((began, "the value that begins here has no closing quote".to_owned()));
            }
            self.go_on(body);
            return Ok(());
        }
        if let Some(qualifier) = body.strip_prefix('/') {
            return self.qualifier(number, qualifier);
        }
        if left {
            let (key, location) = body.split_once(char::is_whitespace).unwrap_or((body, ""));
            if key.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err((
                    number,
                    "this is a line of a sequence, and no ORIGIN stands above it".to_owned(),
                ));
            }
            let location = without_blanks(location);
            self.features.push(Raw {
                line: number,
                key: key.to_owned(),
                location,
                ..Raw::default()
            });
            return Ok(());
        }
        let Some(feature) = self.features.last_mut() else {
            return Err((number, format!("`{}` belongs to no feature", excerpt(body))));
        };
        match feature.qualifiers.last_mut() {
            Some((_, value)) => {
                value.push(' ');
                value.push_str(body);
            }
            None => feature.location.push_str(&without_blanks(body)),
        }
        Ok(())
    }

    fn qualifier(&mut self, number: usize, text: &str) -> Result<(), (usize, String)> {
        let Some(feature) = self.features.last_mut() else {
            return Err((number, format!("`/{}` belongs to no feature", excerpt(text))));
        };
        let (key, value) = text.split_once('=').unwrap_or((text, ""));
        let value = value.trim();
        let quoted = value.strip_prefix('"');
        feature.qualifiers.push((key.trim().to_owned(), String::new()));
        match quoted {
            Some(value) => {
                self.open = Some(number);
                self.go_on(value);
            }
            None => {
                if let Some((_, place)) = feature.qualifiers.last_mut() {
                    value.clone_into(place);
                }
            }
        }
        Ok(())
    }

    /// More of a quoted value. It ends where a line does with a quote that is not a doubled one.
    fn go_on(&mut self, text: &str) {
        let quotes = text.len() - text.trim_end_matches('"').len();
        let ends = quotes % 2 == 1;
        let text = if ends { &text[..text.len() - 1] } else { text };
        let value = self.features.last_mut().and_then(|feature| feature.qualifiers.last_mut());
        if let Some((_, value)) = value {
            if !value.is_empty() {
                value.push(' ');
            }
            value.push_str(&text.replace("\"\"", "\""));
        }
        if ends {
            self.open = None;
        }
    }

    /// The line on which a value began that is still open.
    pub(super) fn open(&self) -> Option<usize> {
        self.open
    }
}

/// Whether a line has the form of a quoted qualifier's first line.
fn starts_qualifier(body: &str) -> bool {
    let name = body.strip_prefix('/').and_then(|rest| rest.split_once("=\"")).map(|(name, _)| name);
    name.is_some_and(|name| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    })
}

/// Whether a line has the form of a feature's first line.
fn starts_feature(body: &str) -> bool {
    let mut words = body.split_whitespace();
    let (Some(_), Some(place), None) = (words.next(), words.next(), words.next()) else {
        return false;
    };
    place.ends_with(',') || location::read(place).is_some()
}

fn without_blanks(text: &str) -> String {
    text.split_whitespace().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Result<Table, (usize, String)> {
        let mut table = Table::default();
        for (index, line) in text.lines().enumerate() {
            table.line(index + 1, line)?;
        }
        Ok(table)
    }

    #[test]
    fn values_go_on_until_their_quote() {
        let text = "     CDS             join(1..5,
                     7..9)
                     /note=\"a \"\"b\"\"
                     and c\"
                     /label=plain word
                     /pseudo
                     /product=\"\"
     gene            1..9";
        let table = table(text).unwrap();
        assert_eq!(table.features[0].location, "join(1..5,7..9)");
        let values = |key| table.features[0].values(key).collect::<Vec<_>>();
        assert_eq!(values("note"), ["a \"b\" and c"]);
        assert_eq!(values("LABEL"), ["plain word"]);
        assert_eq!(values("pseudo"), [""]);
        assert_eq!(values("product"), [""]);
        assert_eq!(table.features[1].key, "gene");
        assert_eq!(table.open(), None);
    }

    #[test]
    fn a_value_without_end_is_an_error_at_its_begin() {
        let text = "     CDS             1..9
                     /note=\"never
                     closed
     gene            1..9";
        assert_eq!(table(text).unwrap_err().0, 2);
        let lost = "                     /note=\"of what?\"";
        assert!(table(lost).unwrap_err().1.contains("belongs to no feature"));
    }
}
