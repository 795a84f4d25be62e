//! Lines before the columns, and the titles of these.

use super::records::Records;
use super::{Comments, CsvOptions, Duplicates, Skipped};
use crate::error::{TableError, shown};
use crate::meta::Meta;
use crate::units;
use crate::value::Kind;

/// The key under which a file says the kinds of its columns.
pub(super) const KINDS: &str = "kinds";

/// The longest key of a comment line that is not in quotes [characters].
pub(super) const LONGEST_KEY: usize = 40;

/// The name and unit of a column, and where it stands in the file, from zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Title {
    pub(super) name: String,
    pub(super) unit: Option<String>,
    pub(super) at: usize,
}

/// What the lines that begin with `#` at the start of a text say.
pub(super) fn comments(text: &str) -> Comments {
    let mut meta = Meta::default();
    let mut kinds = None;
    let mut skipped = Skipped::default();
    for line in text.split_inclusive('\n') {
        if !line.starts_with('#') && !line.trim().is_empty() {
            break;
        }
        skipped.bytes += line.len();
        skipped.lines += 1;
        let said = line.trim().trim_start_matches('#').trim();
        match pair(said) {
            Some((key, value)) if key == KINDS && !said.starts_with('"') => {
                kinds = value.split(',').map(|word| Kind::of_word(word.trim())).collect();
            }
            Some((key, value)) => meta.set(&key, &unescaped(value)),
            None if said.is_empty() => {}
            None => {
                let next = text.get(skipped.bytes..).unwrap_or_default().lines().next();
                if next.is_some_and(|next| are_titles(said, next)) {
                    // The titles stand behind the sign of a comment, as NumPy and gnuplot have them.
                    skipped.bytes -= line.trim_start_matches('#').len();
                    skipped.lines -= 1;
                    break;
                }
                meta.note(said);
            }
        }
    }
    (meta, kinds, skipped)
}

/// Whether a comment has as many titles as the line below it, which begins the rows, has numbers.
fn are_titles(said: &str, next: &str) -> bool {
    let number = |field: &str| field.trim().replace(',', ".").parse::<f64>().is_ok();
    ['\t', ';', ','].into_iter().any(|separator| {
        let (titles, cells) = (said.split(separator), next.split(separator));
        titles.clone().count() > 1
            && titles.clone().count() == cells.clone().count()
            && cells.clone().all(number)
            && !titles.clone().any(number)
    })
}

/// A comment line as key and value, if it is one; a key can be a text of JSON.
fn pair(said: &str) -> Option<(String, &str)> {
    if said.starts_with('"') {
        let mut texts = serde_json::Deserializer::from_str(said).into_iter::<String>();
        let key = texts.next()?.ok()?;
        let value = said.get(texts.byte_offset()..)?.trim_start().strip_prefix(':')?;
        return Some((key, value.trim()));
    }
    let (key, value) = said.split_once(':')?;
    // The colon of an address, or of a sentence, is none behind a key.
    let is_key =
        !key.trim().is_empty() && key.chars().count() <= LONGEST_KEY && !value.starts_with("//");
    is_key.then(|| (key.trim().to_owned(), value.trim()))
}

/// A value of a comment line: a text in quotes is one of JSON, which can have line breaks.
fn unescaped(value: &str) -> String {
    if value.starts_with('"')
        && let Ok(text) = serde_json::from_str(value)
    {
        return text;
    }
    value.to_owned()
}

/// The names and units of the columns.
pub(super) fn titles(
    records: &Records,
    options: &CsvOptions,
    remarks: &mut Vec<String>,
) -> Result<Vec<Title>, TableError> {
    if !options.header {
        let unnamed = |at| Title { name: format!("column_{}", at + 1), unit: None, at };
        return Ok((0..records.columns.len()).map(unnamed).collect());
    }
    let line = records.title_line;
    if !records.titles.is_empty() && records.titles.iter().all(|t| t.trim().parse::<f64>().is_ok())
    {
        remarks.push(format!(
            "Line {line} has numbers only, and is taken for the names of the columns."
        ));
    }
    let mut titles: Vec<Title> = Vec::new();
    for (at, text) in records.titles.iter().enumerate() {
        let (name, unit) = parted(text.trim(), remarks);
        if name.is_empty() {
            if records.columns[at].iter().all(|field| field.trim().is_empty()) {
                remarks
                    .push(format!("Column {} has no name and no cells; it is left out.", at + 1));
                continue;
            }
            remarks.push(format!("Column {} has no name; it is `column_{}`.", at + 1, at + 1));
            titles.push(Title { name: format!("column_{}", at + 1), unit, at });
            continue;
        }
        titles.push(Title { name, unit, at });
    }
    unique(&mut titles, options, line, remarks)?;
    Ok(titles)
}

fn unique(
    titles: &mut [Title],
    options: &CsvOptions,
    line: u64,
    remarks: &mut Vec<String>,
) -> Result<(), TableError> {
    let mut taken: std::collections::HashMap<String, usize> = std::collections::HashMap::new();
    for title in titles {
        if let Some(first) = taken.get(&title.name).copied() {
            let (name, place) = (shown(&title.name), title.at + 1);
            if options.duplicates == Duplicates::Refuse {
                let what = format!("columns {first} and {place} both have the name `{name}`");
                return Err(TableError::read(line, what));
            }
            let free =
                (2..).map(|n| format!("{}_{n}", title.name)).find(|n| !taken.contains_key(n));
            title.name = free.unwrap_or_default();
            remarks.push(format!(
                "Column {place} has the name `{name}` of another; it is `{}`.",
                shown(&title.name)
            ));
        }
        taken.insert(title.name.clone(), title.at + 1);
    }
    Ok(())
}

/// A title as name and unit: `time [min]`, `dose (mM)`. Empty brackets say that there is none.
pub(crate) fn parted(title: &str, remarks: &mut Vec<String>) -> (String, Option<String>) {
    if let Some((name, unit)) = behind(title, '[', ']') {
        return (name.to_owned(), Some(unit.to_owned()).filter(|u| !u.is_empty()));
    }
    if let Some((name, unit)) = behind(title, '(', ')')
        && units::reads_as_unit(unit)
    {
        remarks.push(format!("`{}`: the unit is {}.", shown(title), shown(unit)));
        return (name.to_owned(), Some(unit.to_owned()));
    }
    (title.to_owned(), None)
}

fn behind(title: &str, open: char, close: char) -> Option<(&str, &str)> {
    let inner = title.strip_suffix(close)?;
    let at = inner.rfind(open)?;
    let (name, unit) = (inner[..at].trim(), inner[at + 1..].trim());
    (!name.is_empty() && !unit.contains(close)).then_some((name, unit))
}
