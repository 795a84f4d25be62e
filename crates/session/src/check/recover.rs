//! Continues after a mistake, so that all mistakes are reported.

use rhai::{AST, ParseErrorType, Position, Scope};

use super::super::explain::{Words, parse_error};
use super::super::lex::Kind;
use super::super::{Diagnostic, Session};
use super::{LINES, MOST};

/// Parses a text. After a mistake the variable is taken as known, or the statement is left out, and
/// the rest is read again. What could be read comes with everything that is wrong.
pub(super) fn parse(session: &Session, text: &str, name: &str) -> (Option<AST>, Vec<Diagnostic>) {
    let mut problems = Vec::new();
    let mut scope: Option<Scope<'static>> = None;
    let mut left: Vec<char> = text.chars().collect();
    for _ in 0..MOST {
        let present: String = left.iter().collect();
        let known = scope.as_ref().unwrap_or(&session.scope);
        let error = match session.engine.compile_with_scope(known, &present) {
            Ok(ast) => return (Some(ast), problems),
            Err(error) => error,
        };
        let found = {
            let definitions = session.texts.definitions.borrow();
            let known = session.known(&definitions);
            parse_error(error.err_type(), error.position(), &known, text, name)
        };
        if !problems.contains(&found) {
            problems.push(found);
        }
        if problems.iter().map(|problem| problem.line.len()).sum::<usize>() > LINES {
            break;
        }
        let known = scope.get_or_insert_with(|| session.scope.clone());
        let kind = error.err_type();
        let unended = matches!(kind, ParseErrorType::MissingToken(token, _) if token == ";");
        // A function does not see it all the same.
        if let ParseErrorType::VariableUndefined(variable) = kind
            && !known.contains(variable)
        {
            known.push(variable.clone(), ());
        } else {
            let ended = unended && end(&mut left, error.position());
            if !ended && !leave_out(&mut left, error.position(), known) {
                break;
            }
        }
    }
    (None, problems)
}

/// Ends the statement before a position with the semicolon that it lacks, if that moves nothing.
fn end(text: &mut Vec<char>, position: Position) -> bool {
    let present: String = text.iter().collect();
    let words = Words::of(&present);
    let Some(offset) = words.offset(position) else { return false };
    let last = words.code().map(|(_, t)| t.end).take_while(|end| *end <= offset).last();
    match last.and_then(|end| Some((end, *text.get(end)?))) {
        Some((at, '\n')) => text.insert(at, ';'),
        Some((at, ' ')) => text[at] = ';',
        _ => return false,
    }
    true
}

/// Replaces the statement at a position by blanks, and takes what it defines as known. False when
/// it is no statement whose end can be seen.
fn leave_out(text: &mut [char], position: Position, known: &mut Scope<'static>) -> bool {
    let present: String = text.iter().collect();
    let words = Words::of(&present);
    let Some(offset) = words.offset(position) else { return false };
    let code: Vec<_> = words.code().map(|(_, token)| *token).collect();
    let ends = |i: &usize| matches!(words.word(&code[*i]).as_str(), ";" | "{" | "}");
    let at = code.partition_point(|t| t.start < offset);
    // A missing semicolon is noticed at the first word of the next statement.
    let first = (0..at).rev().find(ends).map_or(0, |i| i + 1);
    let Some(last) = (at..code.len()).find(ends).filter(|i| words.word(&code[*i]) == ";") else {
        return false;
    };
    let statement = &code[first..=last];
    let mut depth = 0_i32;
    for token in statement {
        match token.kind {
            Kind::Open(_) => depth += 1,
            Kind::Close(_) => depth -= 1,
            Kind::Text { closed: false } => return false,
            _ => {}
        }
        if depth < 0 {
            return false;
        }
    }
    if depth != 0 {
        return false;
    }
    for pair in
        statement.windows(2).filter(|p| matches!(words.word(&p[0]).as_str(), "let" | "const"))
    {
        known.push(words.word(&pair[1]), ());
    }
    let (from, to) = (code[first].start, code[last].end);
    text[from..to].iter_mut().filter(|c| **c != '\n').for_each(|c| *c = ' ');
    true
}
