//! First lines of cells that are not part of the language: `%%name`, and questions with `?`.

use bioxen::nearest::nearest;
use bioxen::session::notebook::misplaced;

use super::present::{Failure, Form};

/// What the first lines of a cell ask for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Magic {
    /// It is timed.
    pub(super) time: bool,
    /// It is executed on a VM.
    pub(super) vm: Option<String>,
    /// Figures come in this form.
    pub(super) form: Option<Form>,
    /// A figure of the resources follows every run while it goes on.
    pub(super) live: bool,
    /// It is Rust.
    pub(super) rust: bool,
    /// It is not executed but written to a file.
    pub(super) file: Option<String>,
    /// What is to be explained, in detail or not; no name asks how to ask.
    pub(super) help: Vec<(String, bool)>,
}

/// Their names, and what has to follow them.
const NAMES: [(&str, &str); 10] = [
    ("%%html", ""),
    ("%%live", ""),
    ("%%pdf", ""),
    ("%%png", ""),
    ("%%rust", ""),
    ("%%svg", ""),
    ("%%time", ""),
    ("%%vega", ""),
    ("%%vm", " ID"),
    ("%%writefile", " PATH"),
];

/// What is said of a question without a name.
pub(super) const HOW_TO_ASK: &str = "`?name` explains a function, `??name` at length; what is no \
name finds the functions that tell of it, as `?ribosome` does. `variables()` lists the variables.\n\n\
The first lines of a cell can be `%%html`, `%%live`, `%%pdf`, `%%png`, `%%rust`, `%%svg`, `%%time`, \
`%%vega`, `%%vm ID` or `%%writefile PATH`; docs/jupyter.md says what they do.";

/// Tells a cell's first lines from its rest, which keeps its line numbers. Blank lines may stand
/// before and between them.
pub(super) fn read(code: &str) -> Result<(Magic, String), Failure> {
    let mut magic = Magic::default();
    let mut at = 0;
    let mut last = "";
    for line in code.split_inclusive('\n') {
        let bare = line.trim();
        if let Some(asked) = question(bare) {
            magic.help.push(asked);
        } else if bare.starts_with("%%") {
            if bare.starts_with("%%writefile") && !last.is_empty() {
                let text =
                    format!("`%%writefile` must be the first line of the cell, before `{last}`");
                return Err(wrong_with(text));
            }
            take(&mut magic, bare)?;
            last = bare;
        } else if !bare.is_empty() {
            break;
        }
        at += line.len();
        if magic.file.is_some() {
            return Ok((magic, code[at..].to_owned()));
        }
        if magic.rust {
            check_alone(&magic)?;
            // The lines of the cell keep their numbers.
            let head = code[..at].matches('\n').count();
            return Ok((magic, format!("{}{}", "\n".repeat(head), &code[at..])));
        }
    }
    if magic == Magic::default() {
        at = 0;
    }
    let rest = &code[at..];
    let head = code[..at].matches('\n').count();
    foreign(rest)?;
    if let Some((line, found)) = misplaced(rest) {
        let word = found.split_whitespace().next().unwrap_or(found);
        let line = line + head;
        return Err(wrong_with(format!(
            "`{word}` in line {line} must be the first line of the cell: only blank lines, `%%` lines \
             and questions may stand before it"
        )));
    }
    Ok((magic, format!("{}{rest}", "\n".repeat(head))))
}

/// Takes one line that begins with `%%`.
fn take(magic: &mut Magic, line: &str) -> Result<(), Failure> {
    let (name, argument) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let argument = argument.trim();
    let Some((_, wanted)) = NAMES.iter().find(|(n, _)| *n == name) else {
        return Err(unknown(name));
    };
    if wanted.is_empty() != argument.is_empty() {
        let text = if argument.is_empty() {
            format!("`{name}{wanted}` is expected")
        } else {
            format!("nothing may stand behind `{name}`; the code begins in the next line")
        };
        return Err(wrong_with(text));
    }
    let mut figures = |form| match magic.form.replace(form) {
        Some(before) if before != form => {
            Err(wrong_with(format!("`{name}` is a second form of figures; a cell has one")))
        }
        _ => Ok(()),
    };
    match name {
        "%%html" => figures(Form::Html)?,
        "%%pdf" => figures(Form::Pdf)?,
        "%%png" => figures(Form::Png)?,
        "%%svg" => figures(Form::Svg)?,
        "%%vega" => figures(Form::Vega)?,
        "%%time" => magic.time = true,
        "%%live" => magic.live = true,
        "%%rust" => magic.rust = true,
        "%%writefile" => magic.file = Some(argument.to_owned()),
        _ => {
            if magic.vm.replace(argument.to_owned()).is_some() {
                return Err(wrong_with(
                    "a cell runs on one VM; there is a second `%%vm`".to_owned(),
                ));
            }
        }
    }
    Ok(())
}

/// A cell of Rust is not on a VM, and its figures have the forms that they have.
fn check_alone(magic: &Magic) -> Result<(), Failure> {
    let other = if magic.vm.is_some() {
        "`%%vm`: a cell of Rust runs on no VM"
    } else if magic.live {
        "`%%live`: a cell of Rust has no runs"
    } else if magic.form.is_some() {
        "a form of figures: those of Rust have the forms that they are given"
    } else {
        return Ok(());
    };
    Err(wrong_with(format!("`%%rust` cannot be combined with {other}")))
}

fn wrong_with(text: String) -> Failure {
    Failure::new("MagicError", text)
}

fn unknown(name: &str) -> Failure {
    let names: Vec<&str> = NAMES.iter().map(|(n, _)| *n).collect();
    wrong_with(match nearest(name, names.iter().copied()) {
        Some(near) => format!("no cell begins with `{name}` (did you mean `{near}`?)"),
        None => format!("no cell begins with `{name}`; there are {}", names.join(", ")),
    })
}

/// Says what is right in the place of a line that IPython would take: `%who`, `!ls`.
fn foreign(rest: &str) -> Result<(), Failure> {
    let line = rest.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let word = line.split_whitespace().next().unwrap_or_default();
    if let Some(name) = word.strip_prefix('%').filter(|n| n.starts_with(char::is_alphabetic)) {
        let ours = format!("%%{name}");
        let names = NAMES.map(|(n, _)| n);
        return Err(wrong_with(match name {
            "who" | "whos" | "who_ls" => {
                format!("there is no `{word}`; `variables()` lists the variables")
            }
            _ if names.contains(&ours.as_str()) => {
                format!(
                    "there is no `{word}` for a line; `{ours}` is for a cell and stands above it"
                )
            }
            _ => format!("there is no `{word}`; a cell can begin with {}", names.join(", ")),
        }));
    }
    // With a blank behind it, it can be no expression.
    let shell = line.strip_prefix('!').filter(|rest| {
        let mut words = rest.split_whitespace();
        let first = words.next().unwrap_or_default();
        let named =
            first.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '/' | '.'));
        let more = words.next();
        let operand = |word: &str| match word.strip_prefix(['-', '/', '.', '~']) {
            Some(rest) => !rest.is_empty(),
            None => word.starts_with(char::is_alphanumeric) && word != "in",
        };
        !rest.starts_with(' ') && named && !first.is_empty() && more.is_some_and(operand)
            || matches!(*rest, "ls" | "pwd" | "date" | "whoami")
    });
    match shell {
        Some(_) => Err(wrong_with(format!(
            "`{word}` would be a command of a shell, and cells run none; a terminal beside the notebook does"
        ))),
        None => Ok(()),
    }
}

/// `?name`, `name?`, and with two marks in detail; blanks, `()` and `;` may stand there as well.
fn question(line: &str) -> Option<(String, bool)> {
    let line = line.trim().trim_end_matches(';').trim_end();
    let before = line.chars().take_while(|c| *c == '?').count();
    let name = line.trim_matches('?').trim();
    let after = line.len() - line.trim_end_matches('?').len();
    if name.is_empty() {
        return matches!(before, 1 | 2).then(|| (String::new(), before == 2));
    }
    let name = name.strip_suffix("()").unwrap_or(name);
    let word = name.strip_prefix("%%").unwrap_or(name);
    let is_name = !word.is_empty()
        && word.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | ':'));
    let at_one_end = (before == 0) != (after == 0);
    (is_name && at_one_end && before + after <= 2).then(|| (name.to_owned(), before + after == 2))
}

/// Whether a line is one that only the beginning of a cell can have, or blank.
fn is_first(line: &str, questions: bool) -> bool {
    let bare = line.trim();
    bare.is_empty() || bare.starts_with("%%") || (questions && question(bare).is_some())
}

/// The text with its `%%` lines blanked, so that everything else stays where it is; with its questions
/// too if these are not to be seen.
pub(super) fn without(code: &str, questions: bool) -> String {
    let mut out = String::with_capacity(code.len());
    let mut head = true;
    for line in code.split_inclusive('\n') {
        head &= is_first(line, true);
        if head && is_first(line, questions) {
            out.extend(line.chars().map(|c| if c == '\n' { c } else { ' ' }));
        } else {
            out.push_str(line);
        }
    }
    out
}

/// Whether a cell writes a file: what it says then is no text of the language.
pub(super) fn writes_file(code: &str) -> bool {
    code.trim_start().starts_with("%%writefile")
}

/// Where the Rust of a cell begins [characters], if it is one of Rust.
pub(super) fn rust_begins(code: &str) -> Option<usize> {
    let mut at = 0;
    for line in code.split_inclusive('\n') {
        if !is_first(line, true) {
            return None;
        }
        at += line.chars().count();
        if line.trim() == "%%rust" {
            return Some(at);
        }
    }
    None
}

/// The line of the cursor up to it, and where it begins [characters], if it can be one of the first.
fn first_line(code: &str, cursor: usize) -> Option<(usize, String)> {
    let before: String = code.chars().take(cursor).collect();
    let (head, line) = before.rsplit_once('\n').unwrap_or(("", &before));
    let start = cursor.saturating_sub(line.chars().count());
    head.lines().all(|line| is_first(line, true)).then(|| (start, line.to_owned()))
}

/// The names that begin with what stands before the cursor, if that is the beginning of one, and where
/// it begins [characters].
pub(super) fn complete(code: &str, cursor: usize) -> Option<(usize, Vec<&'static str>)> {
    let (start, before) = first_line(code, cursor)?;
    let begun = before.starts_with('%') && !before.contains(char::is_whitespace);
    let names = || NAMES.iter().map(|(n, _)| *n).filter(|n| n.starts_with(&before)).collect();
    begun.then(|| (start, names()))
}

/// Where the id of a VM begins [characters] that is being written behind `%%vm`, and its beginning.
pub(super) fn vm_begun(code: &str, cursor: usize) -> Option<(usize, String)> {
    let (start, before) = first_line(code, cursor)?;
    let id = before.strip_prefix("%%vm ")?;
    let blank = id.chars().take_while(|c| *c == ' ').count();
    Some((start + 5 + blank, id[blank..].to_owned()))
}

#[cfg(test)]
mod tests;
