//! What went wrong while a script was running.

mod calls;

pub(in super::super) use calls::counts;
use calls::{no_function, no_property, not_indexed};
use rhai::EvalAltResult;

use super::super::lex::Kind;
use super::super::texts::Known;
use super::parse::constant;
use super::place::Words;
use super::scope::unseen;
use super::types::type_words;
use super::{Said, no_variable, said};
use bioxen_base::nearest::{hint, nearest};
use bioxen_lang::limits::{TooMuch, USED_UP, UsedUp};

/// What an error says that Rhai itself noticed.
pub(super) fn words_of(error: &EvalAltResult, words: &Words, known: &Known<'_>, via: &str) -> Said {
    let position = error.position();
    match error {
        EvalAltResult::ErrorVariableNotFound(name, _) => {
            if let Some(unseen) = unseen(name, words, position, known) {
                return unseen;
            }
            let own = words.names();
            let scope = known.scope.iter_raw().map(|(name, ..)| name);
            no_variable(name, scope.chain(own.iter().map(String::as_str)), known.catalogue())
        }
        EvalAltResult::ErrorPropertyNotFound(key, _) => no_key(key, words, known),
        EvalAltResult::ErrorFunctionNotFound(signature, _) => {
            no_function(signature, words, position, known, via)
        }
        EvalAltResult::ErrorDotExpr(text, _) => no_property(text, known),
        EvalAltResult::ErrorIndexingType(text, _) => not_indexed(text),
        EvalAltResult::ErrorIndexNotFound(index, _) => {
            said(format!("there is nothing at `{index}`"))
        }
        EvalAltResult::ErrorModuleNotFound(name, _) => {
            said(format!("the module `{name}` cannot be imported"))
        }
        EvalAltResult::ErrorInModule(name, ..) => said(format!("the module `{name}` fails")),
        EvalAltResult::ErrorUnboundThis(_) => {
            said("`this` is nothing here: the function was not called on a value")
                .help("call it as a method, `value.name()`, or give it a parameter")
        }
        EvalAltResult::ErrorMismatchDataType(wanted, got, _) if wanted == "i64" && got == "f64" => {
            said("a whole number is needed here, not a number with a point").help(
                "`div(7, 2)` divides without the rest, and `to_int(x)` takes what stands before \
                 the point",
            )
        }
        EvalAltResult::ErrorMismatchDataType(wanted, got, _)
            if wanted == "i64" && type_words(got) == "a range" =>
        {
            said("a place is a whole number; a part of an array is taken by slice")
                .help("write `a.slice(1..4)`; of a string, `s.sub_string(1..4)`")
        }
        EvalAltResult::ErrorMismatchDataType(wanted, got, _)
        | EvalAltResult::ErrorMismatchOutputType(wanted, got, _) => {
            let said =
                said(format!("{} is needed here, not {}", type_words(wanted), type_words(got)));
            match type_words(wanted).as_str() {
                "a truth value" => {
                    said.help("compare it, as in `x > 0`, `x != ()` or `names.len() > 0`")
                }
                _ => said,
            }
        }
        EvalAltResult::ErrorArrayBounds(length, index, _) => {
            bounds("the array", "element", *length, *index)
        }
        EvalAltResult::ErrorStringBounds(length, index, _) => {
            bounds("the string", "character", *length, *index)
        }
        EvalAltResult::ErrorBitFieldBounds(length, index, _) => {
            bounds("the integer", "bit", *length, *index)
        }
        EvalAltResult::ErrorFor(_) => {
            said("`for` cannot go through this value; it has no elements")
                .help("`for x in` takes an array, a map's keys() or a range such as 0..10")
        }
        EvalAltResult::ErrorDataRace(..) => said(
            "the closure uses what the call is changing, or a function is given it twice",
        )
        .help(
            "put what the closure needs into a variable before the call: `let first = values[0];`",
        ),
        EvalAltResult::ErrorNonPureMethodCallOnConstant(name, _) => {
            let name = name.rsplit('$').next().unwrap_or(name);
            said(format!("`{name}` would change a constant"))
                .help("what is to change is made with `let` in place of `const`")
        }
        EvalAltResult::ErrorAssignmentToConstant(name, _) => constant(name),
        EvalAltResult::ErrorArithmetic(text, _) => arithmetic(text),
        EvalAltResult::ErrorTooManyOperations(_) => said(
            "the script has done as many operations as it may; is there a loop without an end?",
        ),
        EvalAltResult::ErrorTooManyVariables(_) => said("the script has too many variables"),
        EvalAltResult::ErrorTooManyModules(_) => said("the script imports too many modules"),
        EvalAltResult::ErrorStackOverflow(_) => said("functions are nested too deeply").help(
            "is there a recursion without an end? A loop can often take its place; \
                 --max-call-depth sets how deep it may be",
        ),
        EvalAltResult::ErrorDataTooLarge(what, _) => {
            let what = what.to_lowercase();
            let (what, option) = match what.as_str() {
                w if w.contains("string") => ("string", "--max-string"),
                w if w.contains("map") => ("map", "--max-map"),
                _ => ("array", "--max-array"),
            };
            said(format!("this {what} would become too large")).help(format!(
                "is there a loop that lets it grow without an end? {option} sets how large it may be"
            ))
        }
        EvalAltResult::ErrorTerminated(token, _) if token.is::<TooMuch>() => {
            let over = token.read_lock::<TooMuch>().map(|over| *over);
            over.map_or_else(
                || said("interrupted"),
                |over| said(over.to_string()).help(over.help()),
            )
        }
        EvalAltResult::ErrorTerminated(token, _) => match token.read_lock::<UsedUp>() {
            Some(used) => said(USED_UP).help(used.advice("--max-operations")),
            None => said("interrupted"),
        },
        EvalAltResult::ErrorRuntime(value, _) if value.is_unit() => {
            said("the script raised an error")
        }
        EvalAltResult::ErrorRuntime(value, _) => said(known.text_of(value)),
        EvalAltResult::LoopBreak(..) => said("`break` and `continue` can stand in a loop only"),
        EvalAltResult::ErrorForbiddenVariable(name, _) => {
            said(format!("`{name}` cannot be a variable"))
        }
        EvalAltResult::ErrorVariableExists(name, _) => {
            said(format!("there is already a variable `{name}`"))
        }
        _ => said("this cannot be evaluated"),
    }
}

/// Where an error of Rhai belongs that it puts elsewhere: what is no function, and not its argument.
pub(super) fn place_of(error: &EvalAltResult, words: &Words) -> Option<(usize, usize, usize)> {
    let EvalAltResult::ErrorMismatchDataType(wanted, _, position) = error else { return None };
    let at = words.token_at(*position).filter(|_| wanted == "Fn")?;
    let called = words.text_at(at.checked_sub(2)?) == "call";
    called.then(|| words.token_place(at - 2)).flatten()
}

fn bounds(what: &str, of: &str, length: usize, index: i64) -> Said {
    let holds = match length {
        0 => "is empty".to_owned(),
        1 => format!("has one {of}, number 0"),
        _ => format!("has {length} {of}s, numbered from 0 to {}", length - 1),
    };
    let said = said(format!("{what} has no {of} {index}; it {holds}"));
    if length > 0 { said.help("-1 is the last, -2 the one before it") } else { said }
}

/// Rhai's text is `Addition overflow: 1 + 2` or `Division by zero: 1 / 0`.
fn arithmetic(text: &str) -> Said {
    let (what, terms) = text.split_once(": ").unwrap_or((text, ""));
    let terms = terms.trim();
    if what.contains("step value") {
        return said("a range cannot go on by steps of 0")
            .help("the third value is the step: `range(0, 10, 2)` gives 0, 2, 4, 6 and 8");
    }
    if what.to_lowercase().contains("zero") {
        let with = if terms.is_empty() { String::new() } else { format!(": {terms}") };
        return said(format!("a division by zero{with}"));
    }
    if what.to_lowercase().contains("overflow") {
        let of = if terms.is_empty() {
            "the result".to_owned()
        } else {
            // Two signs are no number.
            match terms.strip_prefix("--") {
                Some(number) => format!("the result of -(-{number})"),
                None => format!("the result of {terms}"),
            }
        };
        return said(format!("{of} is too large for an integer"))
            .help("a number with a decimal point can be larger: 1.0 in place of 1");
    }
    said(text)
}

/// What is said of a key that a map has not. The map itself is not known any more; the nearest key
/// is looked for in the maps of the scope and among the keys that the text writes.
fn no_key(key: &str, words: &Words, known: &Known<'_>) -> Said {
    let mut keys = Vec::new();
    for (_, _, value) in known.scope.iter_raw() {
        if let Some(map) = value.read_lock::<rhai::Map>() {
            keys.extend(map.keys().map(ToString::to_string));
        }
    }
    let code: Vec<_> = words.code().map(|(_, t)| t).collect();
    for pair in code.windows(2) {
        if matches!(pair[0].kind, Kind::Word | Kind::Text { .. }) && words.word(pair[1]) == ":" {
            keys.push(words.word(pair[0]).trim_matches('"').to_owned());
        }
    }
    let near = nearest(key, keys.iter().map(String::as_str).filter(|other| *other != key));
    said(format!("the map has no key `{key}`{}", hint(near)))
        .help(format!("`\"{key}\" in map` tells whether it has one, `map.keys()` lists them"))
}
