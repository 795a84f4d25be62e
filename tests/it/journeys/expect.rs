//! What must come of the commands of a journey.

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;

/// What commands have left.
pub(super) struct Seen {
    code: Option<i32>,
    pub(super) stdout: String,
    pub(super) stderr: String,
    home: PathBuf,
    line: usize,
    /// Whether somebody has asked for the code.
    asked: Cell<bool>,
}

impl Seen {
    pub(super) fn new(output: &Output, home: &Path, line: usize) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self {
            code: output.status.code(),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
            home: home.to_owned(),
            line,
            asked: Cell::new(false),
        }
    }

    /// That they failed, if nobody expected it.
    pub(super) fn unexpected(&self) -> Option<String> {
        let Self { code, stdout, stderr, line, .. } = self;
        (!self.asked.get() && *code != Some(0))
            .then(|| format!("{line}: ended with {code:?}\n{stdout}{stderr}"))
    }

    /// The first number behind a label.
    fn number(&self, label: &str) -> Result<f64, String> {
        let at = self.stdout.find(label).ok_or_else(|| self.missing(label, &self.stdout))?;
        let rest = &self.stdout[at + label.len()..];
        let begins = |(i, c): (usize, char)| {
            let next = rest[i + c.len_utf8()..].chars().next();
            c.is_ascii_digit() || c == '-' && next.is_some_and(|n| n.is_ascii_digit())
        };
        let start = rest.char_indices().find(|&p| begins(p)).map(|(i, _)| i);
        let start = start.ok_or_else(|| format!("no number stands behind `{label}`"))?;
        let text = &rest[start..];
        // The longest beginning that is a number.
        let ends = (1..=text.len()).rev().filter(|&e| text.is_char_boundary(e) && e <= 40);
        ends.filter_map(|e| text[..e].parse::<f64>().ok()).next().ok_or_else(|| text.to_owned())
    }

    fn missing(&self, what: &str, text: &str) -> String {
        format!("`{what}` is not in:\n{text}")
    }

    fn text_of(&self, name: &str) -> Result<String, String> {
        fs::read_to_string(self.home.join(name)).map_err(|e| format!("{name}: {e}"))
    }
}

/// The words of a line; what stands in quotes is one word, as in JSON.
fn words(line: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() {
        let length = if rest.starts_with('"') {
            let mut stream = serde_json::Deserializer::from_str(rest).into_iter::<String>();
            let word = stream.next().and_then(Result::ok).ok_or("a quote is not closed")?;
            words.push(word);
            stream.byte_offset()
        } else {
            let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
            words.push(rest[..length].to_owned());
            length
        };
        rest = rest[length..].trim_start();
    }
    Ok(words)
}

fn parsed<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("`{text}` is no number"))
}

fn holds(truth: bool, why: impl FnOnce() -> String) -> Result<(), String> {
    if truth { Ok(()) } else { Err(why()) }
}

/// Whether a line holds; if not, why.
pub(super) fn check(seen: &Seen, line: &str) -> Result<(), String> {
    let all = words(line)?;
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    match all.as_slice() {
        ["exit", code] => {
            seen.asked.set(true);
            let Seen { code: now, stdout, stderr, .. } = seen;
            let expected: i32 = parsed(code)?;
            holds(*now == Some(expected), || format!("ended with {now:?}\n{stdout}{stderr}"))
        }
        [stream @ ("stdout" | "stderr"), rest @ ..] => {
            let text = if *stream == "stdout" { &seen.stdout } else { &seen.stderr };
            match rest {
                ["empty"] => holds(text.trim().is_empty(), || format!("it says:\n{text}")),
                ["not", what] => holds(!text.contains(what), || format!("it says:\n{text}")),
                [what] => holds(text.contains(what), || seen.missing(what, text)),
                _ => Err("not understood".to_owned()),
            }
        }
        ["lines", count] => {
            let lines = seen.stdout.lines().count();
            holds(lines == parsed::<usize>(count)?, || format!("{lines} lines:\n{}", seen.stdout))
        }
        ["number", label, expected, off] => {
            let (number, expected) = (seen.number(label)?, parsed::<f64>(expected)?);
            let off = match off.strip_suffix('%') {
                Some(percent) => parsed::<f64>(percent)? / 100.0 * expected.abs(),
                None => parsed(off)?,
            };
            holds((number - expected).abs() <= off, || format!("it is {number}"))
        }
        ["between", label, low, high] => {
            let number = seen.number(label)?;
            let (low, high) = (parsed(low)?, parsed(high)?);
            holds((low..=high).contains(&number), || format!("it is {number}"))
        }
        ["same", first, second] => {
            let (first, second) = (seen.number(first)?, seen.number(second)?);
            holds(first.to_bits() == second.to_bits(), || format!("{first} and {second}"))
        }
        ["json", place, ..] => {
            let value: Value = serde_json::from_str(&seen.stdout).map_err(|e| e.to_string())?;
            let expected = line.splitn(3, char::is_whitespace).nth(2).unwrap_or_default().trim();
            let expected: Value = serde_json::from_str(expected).map_err(|e| e.to_string())?;
            let found = value.pointer(place);
            holds(found == Some(&expected), || format!("there is {found:?}"))
        }
        ["no", "file", name] => {
            holds(!seen.home.join(name).exists(), || format!("there is a file {name}"))
        }
        ["file", name, "columns", ..] => {
            let text = seen.text_of(name)?;
            let head: Vec<&str> = text.lines().next().unwrap_or_default().split(',').collect();
            let wanted = line.split_once("columns").map_or("", |(_, rest)| rest);
            let missing: Vec<&str> =
                wanted.split(',').map(str::trim).filter(|c| !head.contains(c)).collect();
            holds(missing.is_empty(), || format!("{missing:?} are not among {head:?}"))
        }
        ["file", name, "rows", count] => {
            let rows = seen.text_of(name)?.lines().count().saturating_sub(1);
            holds(rows == parsed::<usize>(count)?, || format!("it has {rows}"))
        }
        ["file", name, what] => {
            let text = seen.text_of(name)?;
            holds(text.contains(what), || seen.missing(what, &text))
        }
        ["picture", name, shown @ ..] => picture(seen, name, shown),
        _ => Err("not understood; tests/journeys/README.md says what can be expected".to_owned()),
    }
}

fn picture(seen: &Seen, name: &str, shown: &[&str]) -> Result<(), String> {
    let bytes = fs::read(seen.home.join(name)).map_err(|e| format!("{name}: {e}"))?;
    if bytes.starts_with(b"\x89PNG") {
        let mut reader = png::Decoder::new(std::io::Cursor::new(bytes))
            .read_info()
            .map_err(|e| format!("{name}: {e}"))?;
        let mut pixels = vec![0; reader.output_buffer_size().unwrap_or_default()];
        let info = reader.next_frame(&mut pixels).map_err(|e| format!("{name}: {e}"))?;
        let mut colours = pixels[..info.buffer_size()].chunks(4);
        let first = colours.next();
        return holds(colours.any(|c| Some(c) != first), || format!("{name} is empty"));
    }
    let text = String::from_utf8(bytes).map_err(|_| format!("{name} is no picture"))?;
    let document = roxmltree::Document::parse(&text).map_err(|e| format!("{name}: {e}"))?;
    holds(document.root_element().has_tag_name(("http://www.w3.org/2000/svg", "svg")), || {
        format!("{name} is no SVG")
    })?;
    holds(!text.contains("NaN"), || format!("{name} has NaN in it"))?;
    let words: String =
        document.descendants().filter_map(|n| n.text()).collect::<Vec<_>>().join("\n");
    for what in shown {
        holds(words.contains(what), || format!("{name} does not show `{what}`"))?;
    }
    Ok(())
}
