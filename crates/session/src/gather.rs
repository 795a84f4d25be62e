//! Collects lines until they form a text that can be evaluated.

use thiserror::Error;

use super::Session;
use super::completeness::{Completeness, UNFINISHED};
use super::lex::{Kind, Open, lex_line};

/// The longest text that is waited for [bytes].
const LONGEST: usize = 16 * 1024 * 1024;

/// A text that does not come to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a statement that is not complete after 16 MiB; is a bracket or a quote missing?")]
pub struct TooLong;

/// Puts lines together until they can be evaluated, as [`Session::is_complete`] judges, but in a
/// time that grows with their number: an open block is not parsed anew with every line.
///
/// # Examples
/// ```
/// use bioxen_session::{Gatherer, Session};
/// let session = Session::new(Default::default(), Box::new(|_| {}))?;
/// let mut lines = Gatherer::default();
/// assert!(!lines.push("fn twice(x) {\n", &session)?);
/// assert!(!lines.push("    2 * x\n", &session)?);
/// assert!(lines.push("}\n", &session)?);
/// assert_eq!(lines.take(), "fn twice(x) {\n    2 * x\n}\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct Gatherer {
    text: String,
    brackets: Vec<char>,
    open: Option<Open>,
    /// Whether an operator waits for what follows it.
    unfinished: bool,
    /// Whether the parser wanted more when it was asked last.
    wanting: bool,
    /// Whether nothing that follows can make it right.
    wrong: bool,
}

impl Gatherer {
    /// Adds a line with its end. Tells whether the text can be evaluated.
    ///
    /// # Errors
    /// When the text has become too long; it is forgotten then.
    pub fn push(&mut self, line: &str, session: &Session) -> Result<bool, TooLong> {
        if self.text.len() + line.len() > LONGEST {
            *self = Self::default();
            return Err(TooLong);
        }
        self.text.push_str(line);
        let all: Vec<char> = line.chars().collect();
        let mut code = false;
        for token in lex_line(&all, &mut self.open) {
            match token.kind {
                Kind::Comment { .. } => continue,
                Kind::Open(bracket) => self.brackets.push(bracket),
                Kind::Close(bracket) => self.close(bracket),
                Kind::Text { closed: false } => self.wrong |= self.open.is_none(),
                _ => {}
            }
            code = true;
            self.unfinished =
                token.kind == Kind::Sign && UNFINISHED.contains(&token.text(&all).as_str());
        }
        if self.wrong {
            return Ok(true);
        }
        if self.open.is_some() || !self.brackets.is_empty() || self.unfinished {
            return Ok(false);
        }
        // Blanks and comments do not complete what wants more.
        if !self.wanting || code {
            let more = matches!(session.is_complete(&self.text), Completeness::Incomplete { .. });
            self.wanting = more;
        }
        Ok(!self.wanting)
    }

    fn close(&mut self, bracket: char) {
        let matching = match self.brackets.pop() {
            Some('(') => ')',
            Some('[') => ']',
            Some(_) => '}',
            None => '\0',
        };
        self.wrong |= bracket != matching;
    }

    /// Whether nothing but blanks has come.
    pub fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// The text, whether it can be evaluated or not; the next begins anew.
    pub fn take(&mut self) -> String {
        std::mem::take(self).text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session() -> Session {
        Session::new(bioxen_lang::WorldOptions::default(), Box::new(|_| {})).unwrap()
    }

    #[test]
    fn it_judges_as_the_parser_does() {
        let session = session();
        let texts = [
            "let x = [1,\n2];\n",
            "fn f(x) {\n  // }\n  `${x}\n}`\n}\n",
            "1 +\n\n// and\n2\n",
            "/* a\n/* b */\n*/ 3\n",
            "print(\"a\\\nb\")\n",
            "#\"a\n\"b\"#\n",
            "if true\n{ 1 }\n",
            "#{a: `\n`}\n",
        ];
        for text in texts {
            let mut lines = Gatherer::default();
            let mut so_far = String::new();
            for line in text.split_inclusive('\n') {
                so_far.push_str(line);
                let more = matches!(session.is_complete(&so_far), Completeness::Incomplete { .. });
                assert_eq!(lines.push(line, &session), Ok(!more), "{so_far}");
            }
            assert_eq!(lines.take(), text);
        }
    }

    #[test]
    fn what_is_wrong_is_not_waited_for() {
        let session = session();
        for text in ["f(]\n", "}\n", "print(\"abc\n", "{ \"abc\n"] {
            assert_eq!(Gatherer::default().push(text, &session), Ok(true), "{text}");
        }
    }

    #[test]
    fn a_text_without_end_is_given_up() {
        let session = session();
        let mut lines = Gatherer::default();
        let line = format!("/*{}\n", "x".repeat(LONGEST / 2));
        assert_eq!(lines.push(&line, &session), Ok(false));
        assert_eq!(lines.push(&line, &session), Err(TooLong));
        assert!(lines.is_empty());
        assert_eq!(lines.push("1\n", &session), Ok(true));
    }
}
