//! Colours for what is written in the language.

use bioxen::lang::catalogue::FnForm;
use bioxen::session::Session;
use bioxen::session::lex::{Kind, Token, lex};

use super::super::terminal::Style;

/// A text with its colours, as the session knows its words: functions, units, VMs, genes.
pub(super) fn highlight(session: &Session, style: Style, text: &str) -> String {
    if !style.colour {
        return text.to_owned();
    }
    let all: Vec<char> = text.chars().collect();
    let tokens = lex(&all);
    let (mut shown, mut at) = (String::with_capacity(2 * text.len()), 0);
    for (i, token) in tokens.iter().enumerate() {
        shown.extend(&all[at..token.start]);
        let word = token.text(&all);
        let code = code(session, &all, &tokens[..i], token, &word);
        if let Kind::Text { .. } | Kind::Comment { .. } = token.kind {
            // Each line has its own colour, since the editor draws them one by one.
            let lines: Vec<String> = word.split('\n').map(|l| style.paint(code, l)).collect();
            shown.push_str(&lines.join("\n"));
        } else {
            shown.push_str(&style.paint(code, &word));
        }
        at = token.end;
    }
    shown.extend(&all[at..]);
    shown
}

fn code(
    session: &Session,
    all: &[char],
    before: &[Token],
    token: &Token,
    word: &str,
) -> &'static str {
    match token.kind {
        Kind::Comment { .. } => "90",
        Kind::Text { .. } => {
            let name = word.trim_matches(['"', '`']);
            // A name that is known is told from one that is not.
            if session.is_vm(name) {
                "1;32"
            } else if session.is_gene(name.split('.').next().unwrap_or(name)) {
                "1;33"
            } else {
                "32"
            }
        }
        Kind::Number => "36",
        Kind::Word if session.is_keyword(word) => "35",
        Kind::Word => {
            let named = session.catalogue().named(word);
            let after_dot = before.last().is_some_and(|t| t.text(all) == ".");
            if after_dot && named.iter().any(|f| f.form == FnForm::Property) {
                "36"
            } else if !named.is_empty() || session.own_parameters(word).is_some() {
                "34"
            } else {
                ""
            }
        }
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bioxen::lang::WorldOptions;

    #[test]
    fn words_have_the_colour_of_what_they_are() {
        let mut session = Session::new(WorldOptions::default(), Box::new(|_| {})).unwrap();
        session.eval("create_bio_vm(\"demo\", \"ecoli\")", "test").unwrap();
        let shown = |text: &str| highlight(&session, Style::new(true), text);
        assert_eq!(shown("run"), "\x1b[34mrun\x1b[0m");
        assert_eq!(shown("rum"), "rum");
        assert_eq!(shown("10.min"), "\x1b[36m10\x1b[0m.\x1b[36mmin\x1b[0m");
        assert_eq!(shown("let x"), "\x1b[35mlet\x1b[0m x");
        assert_eq!(shown("\"lacZ\""), "\x1b[1;33m\"lacZ\"\x1b[0m");
        assert_eq!(shown("\"lacZ.mrna\""), "\x1b[1;33m\"lacZ.mrna\"\x1b[0m");
        assert_eq!(shown("\"demo\""), "\x1b[1;32m\"demo\"\x1b[0m");
        assert_eq!(shown("\"lacQ\" // no"), "\x1b[32m\"lacQ\"\x1b[0m \x1b[90m// no\x1b[0m");
        assert_eq!(shown("`a\nb`"), "\x1b[32m`a\x1b[0m\n\x1b[32mb`\x1b[0m");
        assert_eq!(highlight(&session, Style::new(false), "run"), "run");
    }
}
