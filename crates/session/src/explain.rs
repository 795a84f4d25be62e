//! From Rhai's errors to diagnostics in the language's own words.

mod parse;
mod place;
mod recursion;
mod runtime;
mod scope;
mod types;

use rhai::{EvalAltResult, ParseErrorType, Position};

use super::Diagnostic;
use super::complete::KEYWORDS;
use super::diagnostic::Frame;
use super::texts::{Known, Source};
use bioxen_base::nearest::{hint, nearest};
use bioxen_base::visible::in_quotes;
use bioxen_lang::error::{Blame, without_number};
use bioxen_lang::later::CLOSURE;
use bioxen_lang::running::EVENT;
use bioxen_lang::sweep::POINT;
use bioxen_lang::{Catalogue, LangError, reference};
pub(super) use place::{Words, locate};
pub(super) use runtime::counts;

/// How a script that was imported is told among the functions.
const MODULE: &str = "script ";

/// The numbers of parameters of the script's own functions of a name.
fn own(known: &Known<'_>, words: &Words, name: &str) -> Vec<usize> {
    let of = |words: &Words| -> Vec<usize> {
        words.functions().into_iter().filter(|(n, _)| n == name).map(|(_, n)| n).collect()
    };
    let mut found = of(words);
    if let Some(source) = known.definitions.get(name) {
        found.extend(of(&Words::of(&source.text)));
    }
    found
}

/// What is said of an error.
pub(super) struct Said {
    pub(super) message: String,
    pub(super) help: Vec<String>,
}

fn said(message: impl Into<String>) -> Said {
    Said { message: message.into(), help: Vec::new() }
}

impl Said {
    fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }
}

/// Explains an error of evaluating `source` in a session.
pub(super) fn explain(error: &EvalAltResult, source: &Source, known: &Known<'_>) -> Diagnostic {
    // Names of functions, outermost last, and where each was called.
    let mut calls: Vec<(String, Position)> = Vec::new();
    let mut innermost = error;
    // The script that was imported in which it happened.
    let mut module = None;
    let imported = known.texts.imported.borrow();
    let found = |name: &String| {
        let text = imported.text(name)?;
        Some(Source { name: name.as_str().into(), text: text.into() })
    };
    loop {
        innermost = match innermost {
            EvalAltResult::ErrorInFunctionCall(function, from, inner, position) => {
                calls.insert(0, (function.clone(), *position));
                module = found(from).or(module);
                inner
            }
            EvalAltResult::ErrorInModule(from, inner, position) => {
                calls.insert(0, (format!("{MODULE}`{from}`"), *position));
                module = found(from);
                inner
            }
            _ => break,
        };
    }
    // A function may come from a text before this one; what it calls stands in its text.
    let text_of = |from: usize| {
        let callers = calls.iter().skip(from).find_map(|(name, _)| known.definitions.get(name));
        callers.unwrap_or(source)
    };
    let via = calls.first().map_or(("", Position::NONE), |(name, at)| (name.as_str(), *at));
    let text = module.as_ref().unwrap_or_else(|| text_of(0));
    let apart = module.as_ref().map(|_| "an imported script").or(known.apart);
    let mut diagnostic = innermost_error(innermost, text, &Known { apart, ..*known }, via);
    if matches!(innermost, EvalAltResult::ErrorStackOverflow(..)) {
        // Said first: where it goes on tells more than what a limit is.
        let all = recursion::said(&Words::of(&text.text));
        diagnostic.help.splice(0..0, all);
    }
    let by_user = |token: &rhai::Dynamic| token.is_unit();
    diagnostic.interrupted = matches!(innermost, EvalAltResult::ErrorTerminated(token, _) if by_user(token))
        || ours(innermost).is_some_and(|e| e.is_interrupt());
    for (i, (name, position)) in calls.iter().enumerate() {
        let event = name.starts_with(EVENT);
        let point = name.starts_with(POINT);
        let script = name.starts_with(MODULE);
        // What an event calls is usually a closure; that it was called says the event.
        let by_event = calls
            .get(i + 1)
            .is_some_and(|(next, _)| next.starts_with(EVENT) || next.starts_with(POINT));
        // What a script that was imported calls stands in its text.
        let outer = calls.get(i + 1).and_then(|(next, _)| next.strip_prefix(MODULE));
        let within = outer.map(|script| script.trim_matches('`'));
        let what = match name.as_str() {
            name if name.starts_with(CLOSURE) && by_event => continue,
            name if name.starts_with(CLOSURE) => "a closure".to_owned(),
            name if event || script || point => format!("the {name}"),
            name => format!("the function `{name}`"),
        };
        diagnostic.trace.push(Frame {
            what,
            how: match (event, script) {
                (true, _) => "during the run",
                (_, true) => "imported",
                _ if point => "of the calls",
                _ => "called",
            },
            source_name: within
                .map_or_else(|| text_of(i + 1).name.to_string(), |script| script.to_owned()),
            position: position.line().map(|line| {
                let column = position.position().unwrap_or(1);
                let script = within.and_then(|script| imported.text(script));
                let text = script.unwrap_or_else(|| &text_of(i + 1).text);
                (line, place::as_written(text, (line, column, 1)).1)
            }),
        });
    }
    diagnostic
}

fn innermost_error(
    error: &EvalAltResult,
    source: &Source,
    known: &Known<'_>,
    (via, called): (&str, Position),
) -> Diagnostic {
    let words = Words::of(&source.text);
    // What fails before anything of the script is read has the place of its call.
    let position = if error.position().is_none() { called } else { error.position() };
    if let EvalAltResult::ErrorParsing(kind, _) = error {
        return parse_error(kind, position, known, &source.text, &source.name);
    }
    let (said, place) = match ours(error) {
        Some(LangError::Noticed { message, help }) => (Said { message, help }, None),
        Some(ours) => {
            let blame = if error.position().is_none() { Blame::Call } else { ours.blame() };
            let place = words.blamed(&blame, position, known.catalogue());
            (said(in_quotes(&ours.to_string())), place)
        }
        None => {
            let place = runtime::place_of(error, &words);
            (runtime::words_of(error, &words, known, via), place)
        }
    };
    let place = place.or_else(|| words.at(position));
    let message = without_number(said.message);
    let mut diagnostic = locate(message, place, &source.text, &source.name);
    diagnostic.help = said.help;
    diagnostic.reference =
        words.call(position).and_then(|call| told_of(known.catalogue(), &call.name));
    diagnostic
}

/// Where the reference tells of a function; of several of one name it is the reference as a whole.
pub(super) fn told_of(catalogue: &Catalogue, name: &str) -> Option<(String, String)> {
    let all = catalogue.named(name);
    let mut links: Vec<String> = all.iter().filter_map(|f| reference::link(f)).collect();
    links.sort();
    links.dedup();
    let (first, others) = links.split_first()?;
    // A name of several subjects has a place in each, all on one page.
    let others = others.iter().filter_map(|link| link.split_once('#'));
    let places = others.fold(first.clone(), |all, (_, place)| format!("{all} or #{place}"));
    Some((name.to_owned(), places))
}

/// Explains why a text is no script.
pub(super) fn parse_error(
    kind: &ParseErrorType,
    position: Position,
    known: &Known<'_>,
    text: &str,
    name: &str,
) -> Diagnostic {
    let words = Words::of(text);
    if parse::may_follow(kind)
        && let Some((message, place, help)) = parse::unbalanced(&words)
        && position.line().is_none_or(|line| place.0 <= line)
    {
        let mut diagnostic = locate(message, Some(place), text, name);
        diagnostic.help.push(help.to_owned());
        return diagnostic;
    }
    let own = words.names();
    let mut variables: Vec<&str> = known.scope.iter_raw().map(|(name, ..)| name).collect();
    variables.extend(own.iter().map(String::as_str));
    let unseen = match kind {
        ParseErrorType::VariableUndefined(name) => scope::unseen(name, &words, position, known),
        _ => None,
    };
    let said = unseen
        .unwrap_or_else(|| parse::words_of(kind, &words, position, &variables, known.catalogue()));
    let place = parse::after_last(kind, &words, position).or_else(|| words.at(position));
    let mut diagnostic = locate(said.message, place, text, name);
    diagnostic.help = said.help;
    diagnostic
}

/// A comment without an end, which the parser lets pass.
pub(super) fn open_comment(text: &str, name: &str) -> Option<Diagnostic> {
    if !text.contains("/*") {
        return None;
    }
    let (message, place) = parse::open_comment(&Words::of(text))?;
    Some(locate(message, Some(place), text, name))
}

fn ours(error: &EvalAltResult) -> Option<LangError> {
    match error {
        EvalAltResult::ErrorRuntime(value, _) => match value.clone().try_cast::<LangError>()? {
            // The place is told with the functions that were called.
            LangError::Placed { error, .. } => Some(*error),
            error => Some(error),
        },
        _ => None,
    }
}

fn no_variable<'a>(
    name: &str,
    known: impl Iterator<Item = &'a str>,
    catalogue: &Catalogue,
) -> Said {
    if !catalogue.arities(name).is_empty() {
        return said(format!("`{name}` is a function and is called with brackets"))
            .help(format!("write `{name}(..)`"));
    }
    if let Some(constant) = name.strip_prefix("global::") {
        let near = nearest(constant, known.filter(|other| *other != constant));
        return said(format!(
            "there is no constant `{constant}` outside of the function{}",
            hint(near)
        ))
        .help(format!(
            "`const {constant} = ..;` makes one, outside of functions and before the call"
        ));
    }
    let words = KEYWORDS.iter().map(|(word, _)| *word);
    let near = nearest(name, known.filter(|other| *other != name).chain(words));
    let said = said(format!("there is no variable `{name}`{}", hint(near)));
    match near {
        Some(_) => said,
        None => said
            .help(format!("`let {name} = ..;` makes one; names of genes and VMs stand in quotes")),
    }
}
