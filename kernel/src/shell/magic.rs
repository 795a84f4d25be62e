//! What a cell may begin with that is not the language: `%%name`, and questions with `?`.

use bioxen::nearest::nearest;

use super::present::{Failure, Form};

/// What is done with the rest of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Magic {
    /// It is executed.
    None,
    /// It is executed and timed.
    Time,
    /// It is executed on a VM.
    Vm(String),
    /// It is executed, and figures come in this form.
    Figures(Form),
    /// It is executed, and a figure of the resources follows every run while it goes on.
    Live,
    /// It is written to a file.
    WriteFile(String),
    /// It is a name to explain, in detail or not.
    Help(String, bool),
}

/// Their names, and what has to follow them.
const NAMES: [(&str, &str); 9] = [
    ("%%html", ""),
    ("%%live", ""),
    ("%%pdf", ""),
    ("%%png", ""),
    ("%%svg", ""),
    ("%%time", ""),
    ("%%vega", ""),
    ("%%vm", " ID"),
    ("%%writefile", " PATH"),
];

/// Tells a cell's first line from its rest, which keeps its line numbers.
pub(super) fn read(code: &str) -> Result<(Magic, String), Failure> {
    if let Some(question) = question(code) {
        return Ok((question, String::new()));
    }
    if !code.starts_with("%%") {
        return Ok((Magic::None, code.to_owned()));
    }
    let (first, rest) = code.split_once('\n').unwrap_or((code, ""));
    let (name, argument) = first.split_once(char::is_whitespace).unwrap_or((first, ""));
    let argument = argument.trim();
    let magic = match (name, argument.is_empty()) {
        ("%%time", true) => Magic::Time,
        ("%%html", true) => Magic::Figures(Form::Html),
        ("%%pdf", true) => Magic::Figures(Form::Pdf),
        ("%%png", true) => Magic::Figures(Form::Png),
        ("%%svg", true) => Magic::Figures(Form::Svg),
        ("%%vega", true) => Magic::Figures(Form::Vega),
        ("%%live", true) => Magic::Live,
        ("%%vm", false) => Magic::Vm(argument.to_owned()),
        ("%%writefile", false) => return Ok((Magic::WriteFile(argument.to_owned()), rest.into())),
        _ => return Err(wrong(name)),
    };
    Ok((magic, format!("\n{rest}")))
}

fn wrong(name: &str) -> Failure {
    if let Some((name, argument)) = NAMES.iter().find(|(n, _)| *n == name) {
        return Failure::new("MagicError", format!("`{name}{argument}` is expected"));
    }
    let names: Vec<&str> = NAMES.iter().map(|(n, _)| *n).collect();
    let text = match nearest(name, names.iter().copied()) {
        Some(near) => format!("no cell begins with `{name}` (did you mean `{near}`?)"),
        None => format!("no cell begins with `{name}`; there are {}", names.join(", ")),
    };
    Failure::new("MagicError", text)
}

/// `?name`, `name?`, and with two marks in detail.
fn question(code: &str) -> Option<Magic> {
    let line = code.trim();
    let marks = |text: &str| text.chars().filter(|c| *c == '?').count();
    let name = line.trim_matches('?');
    let is_name = !name.is_empty()
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | ':'));
    let count = marks(line);
    let at_one_end = line.starts_with('?') != line.ends_with('?');
    (is_name && at_one_end && count <= 2).then(|| Magic::Help(name.to_owned(), count == 2))
}

/// The text with its magic line blanked, so that everything else stays where it is.
pub(super) fn without(code: &str) -> String {
    if !code.starts_with("%%") {
        return code.to_owned();
    }
    let (first, rest) = code.split_once('\n').unwrap_or((code, ""));
    let blank = " ".repeat(first.chars().count());
    if code.contains('\n') { format!("{blank}\n{rest}") } else { blank }
}

/// The names that begin with what stands before the cursor, if that is the beginning of one.
pub(super) fn complete(code: &str, cursor: usize) -> Option<Vec<&'static str>> {
    let before: String = code.chars().take(cursor).collect();
    let begun = before.starts_with('%') && !before.contains(char::is_whitespace);
    begun.then(|| NAMES.iter().map(|(n, _)| *n).filter(|n| n.starts_with(&before)).collect())
}

/// Where the id of a VM begins [characters] that is being written behind `%%vm`, and its beginning.
pub(super) fn vm_begun(code: &str, cursor: usize) -> Option<(usize, String)> {
    let before: String = code.chars().take(cursor).collect();
    let id = before.strip_prefix("%%vm ")?;
    let blank = id.chars().take_while(|c| *c == ' ').count();
    (!id.contains('\n')).then(|| (5 + blank, id[blank..].to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bioxen::session::notebook::{SHOWING, script};

    #[test]
    fn first_lines() {
        assert_eq!(read("1 % 2").unwrap(), (Magic::None, "1 % 2".into()));
        assert_eq!(read("%%time\nx").unwrap(), (Magic::Time, "\nx".into()));
        assert_eq!(read("%%live\nx").unwrap(), (Magic::Live, "\nx".into()));
        assert_eq!(read("%%vm  a b \nx\ny").unwrap(), (Magic::Vm("a b".into()), "\nx\ny".into()));
        let written = (Magic::WriteFile("a.rhai".into()), "x\n".into());
        assert_eq!(read("%%writefile a.rhai\nx\n").unwrap(), written);
        assert_eq!(
            read("%%tme\n").unwrap_err().evalue,
            "no cell begins with `%%tme` (did you mean `%%time`?)"
        );
        assert_eq!(read("%%vm\nx").unwrap_err().evalue, "`%%vm ID` is expected");
    }

    #[test]
    fn scripts_know_them_all() {
        let (showing, acting): (Vec<_>, Vec<_>) =
            NAMES.iter().partition(|(_, more)| more.is_empty());
        assert_eq!(showing.iter().map(|(n, _)| *n).collect::<Vec<_>>(), SHOWING);
        for (name, _) in acting {
            assert!(script(&format!("{name} x\n"), "n").is_err(), "{name}");
        }
    }

    #[test]
    fn questions() {
        let help = |name: &str, detail| Some(Magic::Help(name.into(), detail));
        assert_eq!(question("?run"), help("run", false));
        assert_eq!(question(" run?? "), help("run", true));
        assert_eq!(question("trace.mean?"), help("trace.mean", false));
        for code in ["?", "a ? b", "?run?", "\"why?\"", "run???", "a?b"] {
            assert_eq!(question(code), None, "{code}");
        }
    }

    #[test]
    fn typing() {
        assert_eq!(complete("%%t", 3).unwrap(), ["%%time"]);
        assert_eq!(complete("%", 1).unwrap().len(), NAMES.len());
        assert_eq!(complete("%%vm x", 6), None);
        assert_eq!(vm_begun("%%vm  ab\n1", 7), Some((6, "a".into())));
        assert_eq!(vm_begun("%%vm ab\n1", 9), None);
        assert_eq!(vm_begun("%%vmx", 5), None);
        assert_eq!(complete("ru", 2), None);
        assert_eq!(without("%%é\nx"), "   \nx");
    }
}
