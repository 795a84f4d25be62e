//! The type of an expression, as far as it is known without evaluation.

use super::super::Session;
use super::super::lex::{Kind, Token};
use bioxen_lang::catalogue::{FnForm, type_of};

/// How far a definition is followed.
const DEPTH: usize = 12;

/// The type of the expression that ends with the last of some tokens.
pub(in super::super) fn type_ending(
    session: &Session,
    all: &[char],
    tokens: &[Token],
) -> Option<String> {
    ending(session, all, tokens, DEPTH)
}

fn ending(session: &Session, all: &[char], tokens: &[Token], depth: usize) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    let (last, rest) = tokens.split_last()?;
    let dotted = |tokens: &[Token]| {
        tokens.last().is_some_and(|t| matches!(t.text(all).as_str(), "." | "?."))
    };
    match last.kind {
        Kind::Number => {
            let text = last.text(all);
            let whole = text.starts_with("0x") || !text.contains(['.', 'e', 'E']);
            Some(if whole { "integer" } else { "number" }.to_owned())
        }
        Kind::Text { .. } => Some("string".to_owned()),
        Kind::Word if dotted(rest) => {
            let of = ending(session, all, &rest[..rest.len() - 1], depth)?;
            gives(session, &last.text(all), Some(&of), FnForm::Property)
        }
        Kind::Word => variable(session, all, rest, &last.text(all), depth),
        Kind::Close(bracket) => {
            let open = opening(rest)?;
            let before = &tokens[..open];
            let name = before.last().filter(|t| t.kind == Kind::Word).map(|t| t.text(all));
            match (bracket, name) {
                (')', Some(name)) => {
                    let before = &before[..before.len() - 1];
                    let of = if dotted(before) {
                        ending(session, all, &before[..before.len() - 1], depth)
                    } else {
                        None
                    };
                    gives(session, &name, of.as_deref(), FnForm::Function)
                }
                (')', None) => ending(session, all, rest, depth),
                (']', Some(_)) => match ending(session, all, before, depth)?.as_str() {
                    "Trace" | "Ensemble" => Some("array".to_owned()),
                    _ => None,
                },
                (']', None) => Some("array".to_owned()),
                _ if all[tokens[open].start] == '#' => Some("map".to_owned()),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The place of the bracket that the one after `rest` closes.
fn opening(rest: &[Token]) -> Option<usize> {
    let mut depth = 1_usize;
    for (i, token) in rest.iter().enumerate().rev() {
        match token.kind {
            Kind::Close(_) => depth += 1,
            Kind::Open(_) => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(i);
        }
    }
    None
}

/// What a function or property gives.
fn gives(session: &Session, name: &str, of: Option<&str>, form: FnForm) -> Option<String> {
    let mut declared = session.catalogue().named(name);
    declared.retain(|f| f.form == form);
    let fits = declared.iter().find(|f| of.is_none() || f.first_type() == of);
    let returns = &fits.or(declared.first())?.returns;
    (!returns.is_empty() && returns != "any").then(|| returns.clone())
}

/// The type of a variable: as the text defines it before, or as the session has it.
fn variable(
    session: &Session,
    all: &[char],
    before: &[Token],
    name: &str,
    depth: usize,
) -> Option<String> {
    let is = |t: &Token, text: &str| t.text(all) == text;
    let definition = (0..before.len().saturating_sub(2))
        .rev()
        .find(|&i| is(&before[i], "let") && is(&before[i + 1], name) && is(&before[i + 2], "="));
    if let Some(i) = definition {
        let expression = &before[i + 3..];
        let mut open = 0_usize;
        let end = expression.iter().position(|t| {
            match t.kind {
                Kind::Open(_) => open += 1,
                Kind::Close(_) => open = open.saturating_sub(1),
                _ => {}
            }
            open == 0 && is(t, ";")
        });
        let end = i + 3 + end.unwrap_or(expression.len());
        if let Some(kind) = ending(session, all, &before[..end], depth) {
            return Some(kind);
        }
    }
    let value = session.scope.get(name)?;
    Some(type_of(session.engine.map_type_name(value.type_name())).to_owned())
}
