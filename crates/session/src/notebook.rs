//! Scripts exported from notebooks: the first lines of cells are not part of the language.
//!
//! `jupyter nbconvert --to script` writes the cells one behind the other, with their first lines.

use std::borrow::Cow;

use rhai::ParseErrorType;

use super::explain::Words;
use super::lex::{Kind, Token, lex};
use super::{Diagnostic, Session};

/// What is read at most to find where semicolons are missing, once for each [bytes].
const MOST_READ: usize = 20 << 20;

/// First lines that say how a cell is shown or timed, and change nothing of what it does.
pub const SHOWING: [&str; 7] = ["%%html", "%%live", "%%pdf", "%%png", "%%svg", "%%time", "%%vega"];

/// A text in which the first lines of cells that change nothing are comments, and so are questions
/// such as `?run`. All else keeps its line and column.
///
/// # Errors
/// For a cell that does something which a script says otherwise, or not at all: `%%rust`, `%%vm ID`, `%%writefile PATH`.
///
/// # Examples
/// ```
/// use bioxen_session::notebook::script;
/// assert_eq!(script("let a = 1;\n\n%%time\na + 1", "a.rhai")?, "let a = 1;\n\n//time\na + 1");
/// assert!(script("%%vm two\nnow()", "a.rhai").is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn script<'a>(text: &'a str, name: &str) -> Result<Cow<'a, str>, Box<Diagnostic>> {
    if !text.lines().any(|line| line.starts_with("%%") || is_question(line)) {
        return Ok(Cow::Borrowed(text));
    }
    let all: Vec<char> = text.chars().collect();
    let tokens = lex(&all);
    let inside = |at: usize| is_inside(&tokens, at);
    let (mut out, mut at) = (String::with_capacity(text.len() + 16), 0);
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let (begin, bare) = (at, line.trim_end());
        at += line.chars().count();
        let word = bare.split_whitespace().next().unwrap_or_default();
        if line.starts_with("%%") && !inside(begin) {
            if let Some(instead) = instead(word) {
                return Err(Box::new(Diagnostic {
                    message: format!(
                        "`{word}` begins a cell of a notebook and means nothing in a script"
                    ),
                    source_name: name.to_owned(),
                    position: Some((number + 1, 1)),
                    line: bare.to_owned(),
                    length: word.chars().count(),
                    help: vec![instead.to_owned()],
                    ..Diagnostic::default()
                }));
            }
            if SHOWING.contains(&word) && word == bare {
                out.push_str("//");
                out.push_str(&line[2..]);
                continue;
            }
        } else if is_question(line) && !inside(begin) {
            out.push_str("// ");
        }
        out.push_str(line);
    }
    Ok(Cow::Owned(out))
}

/// Whether a place is within a text or a comment.
fn is_inside(tokens: &[Token], at: usize) -> bool {
    let is_text = |kind| matches!(kind, Kind::Text { .. } | Kind::Comment { .. });
    // The tokens are in order; only the last that begins before may reach over this place.
    let before = tokens.partition_point(|t| t.start < at);
    before.checked_sub(1).is_some_and(|i| is_text(tokens[i].kind) && tokens[i].end > at)
}

/// The first line of a text, counted from 1, that only the beginning of a cell can have: `%%name`, or
/// a question.
///
/// # Examples
/// ```
/// use bioxen_session::notebook::misplaced;
/// assert_eq!(misplaced("let a = 1;\n%%time\na"), Some((2, "%%time")));
/// assert_eq!(misplaced("let s = `\n%%time\n?run\n`;"), None);
/// ```
pub fn misplaced(text: &str) -> Option<(usize, &str)> {
    let begins = |line: &str| {
        let line = line.trim_start();
        let named = line.strip_prefix("%%");
        named.is_some_and(|name| name.starts_with(char::is_alphabetic)) || is_question(line)
    };
    if !text.lines().any(begins) {
        return None;
    }
    let all: Vec<char> = text.chars().collect();
    let tokens = lex(&all);
    let mut at = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let begin = at;
        at += line.chars().count();
        if begins(line) && !is_inside(&tokens, begin) {
            return Some((number + 1, line.trim()));
        }
    }
    None
}

/// A text in which statements have ended at a blank line that is in no bracket, where they could not
/// go on: the last one of a cell has no semicolon. Only these are added, each at the end of its line.
pub(super) fn ended<'a>(session: &Session, text: Cow<'a, str>) -> Cow<'a, str> {
    let mut text = text;
    for _ in 0..MOST_READ / text.len().max(1) {
        let Err(error) = session.parse(&text) else {
            break;
        };
        let lacks = matches!(error.err_type(), ParseErrorType::MissingToken(t, _) if t == ";");
        let words = Words::of(&text);
        let Some(next) = words.offset(error.position()).filter(|_| lacks) else { break };
        let last = words.code().map(|(_, t)| t.end).take_while(|end| *end <= next).last();
        let Some(last) = last.filter(|last| blank_line(&text, *last, next)) else { break };
        let mut all: Vec<char> = text.chars().collect();
        all.insert(last, ';');
        text = Cow::Owned(all.into_iter().collect());
    }
    text
}

/// Whether there is a blank line between two places.
fn blank_line(text: &str, from: usize, to: usize) -> bool {
    let between: String = text.chars().skip(from).take(to - from).collect();
    let lines: Vec<&str> = between.split('\n').collect();
    // The first is the end of a line, the last the beginning of one.
    let whole = lines.get(1..lines.len() - 1).unwrap_or_default();
    whole.iter().any(|line| line.trim().is_empty())
}

/// What a script says in the place of a cell that does something.
fn instead(word: &str) -> Option<&'static str> {
    match word {
        "%%vm" => Some(
            "put `attach(\"ID\");` before what is to act on that VM, and attach the other one behind it",
        ),
        "%%rust" => Some(
            "take the Rust out of the script: only a notebook, and `:rust` in `bioxen repl`, runs it",
        ),
        "%%writefile" => Some("take the file's text out of the script and put it into a file"),
        _ => None,
    }
}

/// Whether a line asks what a name is: `?name`, `??name`, `name?`.
fn is_question(line: &str) -> bool {
    let line = line.trim();
    let asked = line.strip_prefix("??").or_else(|| line.strip_prefix('?'));
    let is_name = |name: &str| {
        !name.is_empty()
            && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | ':'))
    };
    asked.or_else(|| line.strip_suffix('?')).is_some_and(is_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_nothing_is_a_comment() {
        let plain = |text: &str| script(text, "x").map(Cow::into_owned).unwrap();
        for word in SHOWING {
            let text = format!("let a = 1;\n{word}\na");
            assert_eq!(plain(&text), text.replace("%%", "//"));
        }
        assert_eq!(plain("?run\n1\nrun?\n??now"), "// ?run\n1\n// run?\n// ??now");
        assert_eq!(plain("%%time\r\n1"), "//time\r\n1");
    }

    #[test]
    fn what_is_the_languages_stays() {
        for text in [
            "",
            "1 % 2",
            "let s = `a\n%%time\n?run\n`;",
            "/*\n%%vm x\n*/",
            "a\n?? b",
            "%%tme\n1",
            "x\n%%time 3",
            " %%time",
        ] {
            let out = script(text, "x").unwrap();
            assert_eq!(out, text);
        }
    }

    #[test]
    fn cells_end_at_blank_lines() {
        let mut session =
            Session::new(bioxen_lang::WorldOptions::default(), Box::new(|_| {})).unwrap();
        let text = "let a = 1;\n\n%%time\na + 1\n\n?run\n\nlen([a,\n\n 2]) // two\n\na + 3";
        assert_eq!(session.check(text, "n"), Ok(()));
        assert_eq!(session.eval(text, "n").unwrap().as_deref(), Some("4"));
        let wrong = session.eval("let a = 1\n\na\n\nnowhere", "n").unwrap_err();
        assert_eq!(wrong.position, Some((5, 1)), "{wrong:?}");
        // On the next line it is still missing.
        let wrong = session.eval("let a = 1\na", "n").unwrap_err();
        assert!(wrong.message.contains("`;` is missing"), "{wrong:?}");
        assert!(session.check("let a = 1\n// and\na", "n").is_err());
    }

    #[test]
    fn what_does_something_is_named_with_its_place() {
        let wrong = script("let a = 1;\n%%vm two\na", "n.rhai").unwrap_err();
        assert_eq!((wrong.position, wrong.length), (Some((2, 1)), 4));
        assert!(wrong.render(false).contains("attach("), "{}", wrong.render(false));
        assert!(script("%%writefile a.txt\n\"", "n").is_err());
    }
}
