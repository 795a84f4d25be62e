//! From Rhai's errors to diagnostics in the language's own words.

use rhai::{EvalAltResult, ParseErrorType, Position, Scope};

use std::collections::BTreeMap;

use super::diagnostic::CLOSURE;
use super::{Diagnostic, Source};
use crate::lang::catalogue::FnForm;
use crate::lang::running::EVENT;
use crate::lang::{Catalogue, LangError};
use crate::nearest::{hint, nearest};

/// What is known of the session in which an error happened.
pub(super) struct Known<'a> {
    pub(super) scope: &'a Scope<'a>,
    pub(super) catalogue: &'a Catalogue,
    pub(super) definitions: &'a BTreeMap<String, Source>,
}

/// Explains an error of evaluating `source`.
pub(super) fn explain(error: &EvalAltResult, source: &Source, known: &Known<'_>) -> Diagnostic {
    let mut trace: Vec<(String, usize)> = Vec::new();
    let mut innermost = error;
    while let EvalAltResult::ErrorInFunctionCall(function, _, inner, position) = innermost {
        trace.insert(0, (function.clone(), position.line().unwrap_or(0)));
        innermost = inner;
    }
    let position = innermost.position();
    let (message, culprit) = match innermost {
        EvalAltResult::ErrorPropertyNotFound(key, _) => no_key(key, known.scope, &source.text),
        other => describe(other, known.scope, known.catalogue),
    };
    let interrupted = matches!(innermost, EvalAltResult::ErrorTerminated(..))
        || matches!(ours(innermost), Some(LangError::Interrupted { .. }));
    // A function may come from a text before this one.
    let at = trace.first().and_then(|(function, _)| known.definitions.get(function));
    let at = at.unwrap_or(source);
    let mut diagnostic = locate(message, position, culprit.as_deref(), &at.text, &at.name);
    trace.iter_mut().for_each(|(function, _)| {
        if function.starts_with("anon$") {
            *function = CLOSURE.to_owned();
        }
    });
    // What an event calls is usually a closure; that it was called says the event.
    let events: Vec<bool> = trace.iter().map(|(function, _)| function.starts_with(EVENT)).collect();
    let mut place = 0;
    trace.retain(|(function, _)| {
        place += 1;
        function != CLOSURE || events.get(place) != Some(&true)
    });
    diagnostic.trace = trace;
    diagnostic.interrupted = interrupted;
    diagnostic
}

/// Puts a message to the word it is about: `culprit` if that stands at or after the position,
/// the word at the position if not.
pub(super) fn locate(
    message: String,
    position: Position,
    culprit: Option<&str>,
    text: &str,
    name: &str,
) -> Diagnostic {
    let mut place = position.line().map(|line| (line, position.position().unwrap_or(1)));
    let mut length = 1;
    if let Some((line, column)) = place {
        let word = culprit.and_then(|word| find(text, line, column, word));
        if let Some((l, c, n)) = word {
            place = Some((l, c));
            length = n;
        } else {
            let rest = text.lines().nth(line - 1).unwrap_or("").chars().skip(column - 1);
            length = rest.take_while(|c| c.is_alphanumeric() || *c == '_').count().max(1);
        }
    }
    let line = place.and_then(|(l, _)| text.lines().nth(l - 1)).unwrap_or("").to_owned();
    Diagnostic {
        message,
        source_name: name.to_owned(),
        position: place,
        line,
        length,
        trace: Vec::new(),
        interrupted: false,
    }
}

/// Where a word stands as a string or a key, at or after a place: line, column and length.
fn find(text: &str, line: usize, column: usize, word: &str) -> Option<(usize, usize, usize)> {
    let quoted = format!("\"{word}\"");
    for (number, content) in text.lines().enumerate().skip(line - 1).take(50) {
        let skip = if number + 1 == line { column - 1 } else { 0 };
        let start: usize = content.chars().take(skip).map(char::len_utf8).sum();
        let rest = content.get(start..)?;
        let at = rest.find(&quoted).map(|i| (i, quoted.as_str())).or_else(|| {
            let i = rest.find(word)?;
            let after = rest[i + word.len()..].trim_start();
            after.starts_with(':').then_some((i, word))
        });
        if let Some((byte, found)) = at {
            let before = rest[..byte].chars().count();
            return Some((number + 1, skip + before + 1, found.chars().count()));
        }
    }
    None
}

fn ours(error: &EvalAltResult) -> Option<LangError> {
    match error {
        EvalAltResult::ErrorRuntime(value, _) => value.clone().try_cast::<LangError>(),
        _ => None,
    }
}

fn describe(
    error: &EvalAltResult,
    scope: &Scope<'_>,
    catalogue: &Catalogue,
) -> (String, Option<String>) {
    if let Some(error) = ours(error) {
        return (error.to_string(), error.culprit().map(str::to_owned));
    }
    let message = match error {
        EvalAltResult::ErrorParsing(kind, _) => parse_error(kind, scope),
        EvalAltResult::ErrorVariableNotFound(name, _) => unknown_variable(name, scope),
        EvalAltResult::ErrorFunctionNotFound(signature, _) => no_function(signature, catalogue),
        EvalAltResult::ErrorTerminated(..) => "interrupted".to_owned(),
        EvalAltResult::ErrorDataRace(..) => {
            "a closure in this chain of calls uses the value with which the chain begins; put \
             what comes before the closure into a variable first: \
             `let names = cell.genes(); names.filter(|name| ..)`"
                .to_owned()
        }
        EvalAltResult::ErrorTooManyOperations(_) => {
            "the script has used up the operations it may do".to_owned()
        }
        EvalAltResult::ErrorStackOverflow(_) => {
            "functions are nested too deeply; is there a recursion without an end?".to_owned()
        }
        EvalAltResult::ErrorMismatchDataType(wanted, got, _) => {
            format!("{} is needed here, not {}", type_words(wanted), type_words(got))
        }
        EvalAltResult::ErrorMismatchOutputType(wanted, got, _) => {
            format!("{} is needed here, not {}", type_words(wanted), type_words(got))
        }
        EvalAltResult::ErrorDotExpr(text, _) => no_property(text, catalogue),
        EvalAltResult::ErrorRuntime(value, _) => value.to_string(),
        EvalAltResult::ErrorModuleNotFound(name, _) => {
            format!(
                "the module `{name}` cannot be imported: scripts cannot import other scripts in this version"
            )
        }
        other => without_position(other),
    };
    (message, None)
}

/// What is said of a key that a map has not. The map itself is not known any more; the nearest key
/// is looked for in the maps of the scope and among the keys that the text writes.
fn no_key(key: &str, scope: &Scope<'_>, text: &str) -> (String, Option<String>) {
    let mut keys = Vec::new();
    for (_, _, value) in scope.iter() {
        if let Some(map) = value.read_lock::<rhai::Map>() {
            keys.extend(map.keys().map(ToString::to_string));
        }
    }
    let before_colon = |part: &str| {
        let word = part.trim_end().trim_end_matches('"');
        let start = word.rfind(|c: char| !c.is_alphanumeric() && c != '_').map_or(0, |i| i + 1);
        // The character found may be of several bytes.
        word.get(start..).map(str::to_owned)
    };
    keys.extend(text.split(':').filter_map(before_colon).filter(|word| !word.is_empty()));
    let near = nearest(key, keys.iter().map(String::as_str).filter(|other| *other != key));
    let message = format!(
        "the map has no key `{key}`{}; `\"{key}\" in map` tells whether it has one",
        hint(near)
    );
    (message, None)
}

fn without_position(error: &EvalAltResult) -> String {
    let text = error.to_string();
    match text.rfind(" (line ") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}

/// What a parse error says.
pub(super) fn parse_error(kind: &ParseErrorType, scope: &Scope<'_>) -> String {
    match kind {
        ParseErrorType::VariableUndefined(name) => unknown_variable(name, scope),
        ParseErrorType::UnexpectedEOF => {
            "the text ends in the middle of a statement; is a bracket or a quote missing?"
                .to_owned()
        }
        ParseErrorType::MissingToken(token, what) => format!("`{token}` is missing {what}"),
        other => other.to_string(),
    }
}

fn unknown_variable(name: &str, scope: &Scope<'_>) -> String {
    let near = nearest(name, scope.iter().map(|(n, ..)| n));
    format!("there is no variable `{name}`{}", hint(near))
}

/// Rhai's text is `Unknown property 'x' - a getter is not registered for type 'T'`.
fn no_property(text: &str, catalogue: &Catalogue) -> String {
    let mut quoted = text.split('\'').skip(1).step_by(2);
    let (Some(property), Some(of)) = (quoted.next(), quoted.next()) else {
        return text.to_owned();
    };
    let all = catalogue.functions().iter().filter(|f| f.form == FnForm::Property);
    let near = nearest(property, all.map(|f| f.name.as_str()));
    format!("{} has no property `{property}`{}", type_words(of), hint(near))
}

/// `signature` is `name (type, type)`.
fn no_function(signature: &str, catalogue: &Catalogue) -> String {
    let (name, types) = signature.split_once(" (").unwrap_or((signature, ""));
    let given: Vec<String> =
        types.trim_end_matches(')').split(", ").filter(|t| !t.is_empty()).map(type_words).collect();
    if !name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        return match given.as_slice() {
            [a, b] => format!("`{name}` cannot be applied to {a} and {b}"),
            _ => format!("`{name}` cannot be applied to {}", given.join(", ")),
        };
    }
    if let Some(property) = name.strip_prefix("get$") {
        return format!("{} has no property `{property}`", given.join(", "));
    }
    let forms: Vec<String> = catalogue
        .functions()
        .iter()
        .filter(|f| f.name == name)
        .map(|f| format!("{name}({})", f.parameters.join(", ")))
        .collect();
    if !forms.is_empty() || !catalogue.arities(name).is_empty() {
        let with = if given.is_empty() { "nothing".to_owned() } else { given.join(", ") };
        let known = match forms.as_slice() {
            [] => String::new(),
            forms => format!("; it is called as {}", forms.join(" or ")),
        };
        return format!("`{name}` cannot be called with {with}{known}");
    }
    format!("there is no function `{name}`{}", hint(nearest(name, catalogue.names())))
}

/// A type in the language's words.
fn type_words(name: &str) -> String {
    let word = match name.trim() {
        "i64" => "an integer",
        "f64" => "a number",
        "bool" => "a truth value",
        "char" => "a character",
        "()" => "nothing",
        "string" | "&str | ImmutableString | String" | "&str" | "String" | "ImmutableString" => {
            "a string"
        }
        "array" | "Array" => "an array",
        "map" | "Map" => "a map",
        "Fn" | "FnPtr" => "a function",
        "Vm" => "a VM",
        "Trace" => "a trace",
        "Table" => "a table",
        "Figure" => "a figure",
        "Status" => "a status",
        "Ensemble" => "an ensemble",
        "Snapshot" => "a snapshot",
        "EventHandle" | "Event" => "an event",
        "Time" => "a time",
        "Kilobases" => "a DNA length",
        "Percent" => "a percentage",
        "Concentration" => "a concentration",
        other if other.contains("Range") => "a range",
        other => return format!("a value of type {other}"),
    };
    word.to_owned()
}
