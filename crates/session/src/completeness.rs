//! Whether a text is complete and can be evaluated.

use rhai::{Engine, OptimizationLevel, ParseErrorType, Scope};

use super::lex::{Kind, Token, lex};

/// Blanks for each open bracket.
const STEP: usize = 4;
/// Operators after which something must follow.
pub(super) const UNFINISHED: [&str; 36] = [
    "+", "-", "*", "/", "%", "**", "=", "+=", "-=", "*=", "/=", "==", "!=", "<", "<=", ">", ">=",
    "&&", "||", "&", "|", "^", "!", ".", "?.", "??", ",", "=>", "::", "..", "..=", "<<", ">>",
    "%=", "<<=", ">>=",
];

/// Whether a text can be evaluated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Completeness {
    /// It can; it may still fail.
    Complete,
    /// Something is still open.
    Incomplete {
        /// What the next line should begin with.
        indent: String,
    },
    /// Whatever follows, it is wrong.
    Invalid,
}

/// Judges a text.
pub(super) fn judge(engine: &Engine, scope: &Scope<'_>, text: &str) -> Completeness {
    let characters: Vec<char> = text.chars().collect();
    let tokens = lex(&characters);
    let open = match open_brackets(&tokens) {
        Ok(open) => open,
        Err(()) => return Completeness::Invalid,
    };
    let more = |depth: usize| Completeness::Incomplete { indent: " ".repeat(STEP * depth.min(20)) };
    match tokens.last().map(|t| t.kind) {
        None => return Completeness::Complete,
        // The lines of such a text are its own: an indent would become part of it.
        Some(Kind::Text { closed: false } | Kind::Comment { closed: false }) => {
            // A quote that was not closed on a line before the last can never be closed.
            let ends_here = tokens.last().is_some_and(|t| t.end == characters.len());
            return if ends_here { more(0) } else { Completeness::Invalid };
        }
        _ => {}
    }
    if tokens.iter().any(|t| t.kind == Kind::Text { closed: false }) {
        return Completeness::Invalid;
    }
    if open > 0 {
        return more(open);
    }
    let code = tokens.iter().rev().find(|t| !matches!(t.kind, Kind::Comment { .. }));
    if let Some(last) = code
        && last.kind == Kind::Sign
        && UNFINISHED.contains(&last.text(&characters).as_str())
    {
        return more(1);
    }
    let Err(error) = lenient(engine).compile_with_scope(scope, text) else {
        return Completeness::Complete;
    };
    match error.err_type() {
        ParseErrorType::UnexpectedEOF => more(1),
        // Well formed; evaluating it explains what is wrong.
        ParseErrorType::ForbiddenVariable(_) => Completeness::Complete,
        // Missed where the text ends, so it may still come.
        _ if at_end(text, error.position()) => more(1),
        _ => Completeness::Invalid,
    }
}

/// An engine that parses as another does, without asking whether names are known: the form decides.
fn lenient(engine: &Engine) -> Engine {
    let mut lenient = Engine::new_raw();
    lenient
        .set_optimization_level(OptimizationLevel::None)
        .set_max_expr_depths(engine.max_expr_depth(), engine.max_function_expr_depth());
    lenient
}

/// How many brackets are open at the end.
fn open_brackets(tokens: &[Token]) -> Result<usize, ()> {
    let mut open = Vec::new();
    for token in tokens {
        match token.kind {
            Kind::Open(bracket) => open.push(bracket),
            Kind::Close(bracket) => {
                let matching = match open.pop() {
                    Some('(') => ')',
                    Some('[') => ']',
                    Some(_) => '}',
                    None => return Err(()),
                };
                if bracket != matching {
                    return Err(());
                }
            }
            _ => {}
        }
    }
    Ok(open.len())
}

/// Whether nothing but blanks stands at or after a position.
fn at_end(text: &str, position: rhai::Position) -> bool {
    let Some(line) = position.line() else { return false };
    let column = position.position().unwrap_or(1);
    let mut rest = text.split('\n').skip(line - 1);
    let here = rest.next().unwrap_or("").chars().skip(column - 1).all(char::is_whitespace);
    here && rest.all(|line| line.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge_of(text: &str) -> Completeness {
        judge(&Engine::new(), &Scope::new(), text)
    }

    fn indent(text: &str) -> usize {
        match judge_of(text) {
            Completeness::Incomplete { indent } => indent.len(),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn what_can_run_is_complete() {
        for text in ["", "  \n", "1 + 1", "let x = 1;", "// words", "if true { 1 }", "fn f() { }"] {
            assert_eq!(judge_of(text), Completeness::Complete, "{text}");
        }
    }

    #[test]
    fn what_is_open_wants_more() {
        assert_eq!(indent("fn f(x) {"), 4);
        assert_eq!(indent("f(1, [2,"), 8);
        assert_eq!(indent("if x { loop {\n"), 8);
        assert_eq!(indent("let x ="), 4);
        assert_eq!(indent("1 +"), 4);
        assert_eq!(indent("1 + // one and"), 4);
        assert_eq!(indent("run(1)."), 4);
        assert_eq!(indent("print(\"abc"), 0);
        assert_eq!(indent("/* abc"), 0);
        assert_eq!(indent("`abc\n"), 0);
        assert_eq!(indent("#{a: 1,"), 4);
        assert_eq!(indent("if true"), 4);
        assert_eq!(indent("fn f(x)"), 4);
        assert_eq!(indent("let"), 4);
    }

    #[test]
    fn the_form_decides_and_not_the_names() {
        let mut strict = Engine::new();
        strict.set_strict_variables(true);
        let judge_of = |text: &str| judge(&strict, &Scope::new(), text);
        for text in [
            "if y > 3",
            "if x",
            "if x {} else",
            "while x",
            "for a in b",
            "x +",
            "f(x) ==",
            "let a = b.",
        ] {
            assert!(matches!(judge_of(text), Completeness::Incomplete { .. }), "{text}");
        }
        for text in ["y", "if y > 3 { z }", "f(x)", "a::b(c)", "fn f(x) { y }", "x.map(|a| a + y)"]
        {
            assert_eq!(judge_of(text), Completeness::Complete, "{text}");
        }
        assert_eq!(judge_of("if y 3 {}"), Completeness::Invalid);
    }

    #[test]
    fn what_is_wrong_stays_wrong() {
        for text in [")", "f(]", "let 5 = x;", "}", "\"abc\ndef"] {
            assert_eq!(judge_of(text), Completeness::Invalid, "{text}");
        }
    }
}
