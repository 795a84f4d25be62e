//! All problems of a file of keys and values, found in one pass.

use std::fmt;

use serde_json::{Map, Value};

use crate::nearest::{hint, nearest};
use crate::visible::visible;

/// The longest part of a line that is quoted [characters].
const LONGEST_QUOTE: usize = 60;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where, as `resource_limits.max_atp`.
    pub path: String,
    /// What.
    pub what: String,
}

impl Problem {
    /// What is wrong at a path.
    pub fn new(path: &str, what: &str) -> Self {
        Self { path: path.to_owned(), what: what.to_owned() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            return f.write_str(&self.what);
        }
        write!(f, "{} {}", self.path, self.what)
    }
}

/// Why a text is no TOML, in one line: where, what stands there, and what the reader wanted. `offset` is
/// where it stopped [bytes], `reason` what it says.
///
/// # Examples
/// ```
/// use bioxen_base::problem::syntax;
/// let told = syntax("name = \"a\"\nx=", Some(13), "string values must be quoted, expected literal string");
/// assert_eq!(told, "line 2, column 3: after `x=`: a value is missing; texts stand in quotes");
/// // A line that may hold a secret is not shown.
/// let told = syntax("password = \"horse", Some(11), "invalid string `horse`");
/// assert_eq!(told, "line 1, column 12: what stands there is no text in quotes");
/// ```
pub fn syntax(text: &str, offset: Option<usize>, reason: &str) -> String {
    let before = offset.and_then(|at| text.get(..at)).unwrap_or_default();
    let number = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let line = text.lines().nth(number - 1).unwrap_or_default().trim();
    if ["password", "passphrase"].iter().any(|secret| line.contains(secret)) {
        return format!("line {number}, column {column}: what stands there is no text in quotes");
    }
    let quoted: String = visible(line).chars().take(LONGEST_QUOTE).collect();
    let missing = line.split_once('=').is_some_and(|(_, value)| value.trim().is_empty());
    let reason = if missing {
        "a value is missing; texts stand in quotes".to_owned()
    } else {
        reason.lines().collect::<Vec<_>>().join(" ")
    };
    let place = if missing { "after" } else { "in" };
    format!("line {number}, column {column}: {place} `{quoted}`: {reason}")
}

/// What is wrong with a text that has a character which a terminal would obey; new lines and tabs are none.
///
/// # Examples
/// ```
/// use bioxen_base::problem::unprintable;
/// assert_eq!(unprintable("two\n\tlines"), None);
/// let told = unprintable("a\u{1b}[31m").ok_or("nothing")?;
/// assert_eq!(told, "has the control character U+001B at place 2, which a terminal would obey");
/// # Ok::<(), &str>(())
/// ```
pub fn unprintable(text: &str) -> Option<String> {
    let obeyed = |c: char| c.is_control() && !matches!(c, '\n' | '\t' | '\r');
    let (at, found) = text.chars().enumerate().find(|(_, c)| obeyed(*c))?;
    Some(format!(
        "has the control character U+{:04X} at place {}, which a terminal would obey",
        u32::from(found),
        at + 1
    ))
}

/// Collects what is wrong.
#[derive(Debug, Default)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// Adds what is wrong at a path.
    pub fn add(&mut self, path: &str, what: &str) {
        self.0.push(Problem::new(path, what));
    }

    /// Tells of keys that are none; `path` ends in a dot unless it is empty.
    pub fn keys(&mut self, map: &Map<String, Value>, path: &str, valid: &[&str]) {
        for key in map.keys().filter(|key| !valid.contains(&key.as_str())) {
            let nearest = hint(nearest(key, valid.iter().copied()));
            let what = format!("is an unknown key{nearest}; valid keys: {}", valid.join(", "));
            self.add(&format!("{path}{key}"), &what);
        }
    }

    /// The name that a value holds, if it is one of these; tells if not.
    pub fn one_of(&mut self, path: &str, value: &Value, valid: &[&str]) -> Option<String> {
        let all = valid.join(", ");
        match value.as_str() {
            Some(name) if valid.contains(&name) => return Some(name.to_owned()),
            Some(name) => {
                let nearest = hint(nearest(name, valid.iter().copied()));
                self.add(path, &format!("is `{name}`{nearest}; it is one of: {all}"));
            }
            None => self.add(path, &format!("must be one of: {all}")),
        }
        None
    }

    /// A number that fits, if the key is there.
    pub fn number(
        &mut self,
        map: &Map<String, Value>,
        path: &str,
        key: &str,
        range: &str,
        fits: impl Fn(f64) -> bool,
    ) -> Option<f64> {
        let value = map.get(key)?;
        let number = value.as_f64().filter(|x| x.is_finite() && fits(*x));
        if number.is_none() {
            // What TOML can write and JSON cannot.
            let value = if value.is_null() { "nan or inf".to_owned() } else { value.to_string() };
            let what = format!("is {value}, and must be a number {range}");
            self.add(&format!("{path}{key}"), &what);
        }
        number
    }

    /// Refuses texts with characters that a terminal would obey, at any depth; new lines and tabs are none.
    pub fn printable(&mut self, map: &Map<String, Value>) {
        let mut todo: Vec<(String, &Value)> =
            map.iter().map(|(key, value)| (visible(key).into_owned(), value)).collect();
        todo.reverse();
        while let Some((path, value)) = todo.pop() {
            match value {
                Value::String(text) => {
                    if let Some(what) = unprintable(text) {
                        self.add(&path, &what);
                    }
                }
                Value::Array(all) => {
                    let all = all.iter().enumerate().rev();
                    todo.extend(all.map(|(i, value)| (format!("{path}[{i}]"), value)));
                }
                Value::Object(map) => {
                    let all = map.iter().rev();
                    todo.extend(all.map(|(key, of)| (format!("{path}.{}", visible(key)), of)));
                }
                Value::Null | Value::Bool(_) | Value::Number(_) => {}
            }
        }
    }

    /// The table of a key, if it is there, with no keys but these.
    pub fn section<'a>(
        &mut self,
        map: &'a Map<String, Value>,
        key: &str,
        valid: &[&str],
    ) -> Option<&'a Map<String, Value>> {
        let section = map.get(key)?.as_object();
        match section {
            Some(section) => self.keys(section, &format!("{key}."), valid),
            None => self.add(key, &format!("must be a table with the keys {}", valid.join(", "))),
        }
        section
    }
}
