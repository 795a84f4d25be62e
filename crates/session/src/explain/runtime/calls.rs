//! Calls, operators and properties that nothing answers.

use rhai::Position;

use super::super::super::texts::Known;
use super::super::place::Words;
use super::super::types::{all_words, type_words, types_of};
use super::super::{Said, own, said};
use bioxen_base::nearest::{hint, nearest};
use bioxen_lang::FnDoc;
use bioxen_lang::catalogue::{FnForm, type_of};
use bioxen_lang::later::CLOSURE;
use bioxen_lang::running::EVENT;

/// The most ways to call a function that are listed.
const MOST_FORMS: usize = 4;

/// `signature` is `name (type, type)`; `via` is the function that made the call, if it was one.
pub(super) fn no_function(
    signature: &str,
    words: &Words,
    position: Position,
    known: &Known<'_>,
    via: &str,
) -> Said {
    let (name, types) = types_of(signature);
    if name.is_empty() {
        return said("a function has a name, and this one has none")
            .help("`Fn(\"run\")` is the function `run`");
    }
    if name.starts_with("anon$") {
        let which = match via {
            "" => "this closure".to_owned(),
            via if via.starts_with(CLOSURE) => "this closure".to_owned(),
            via if via.starts_with(EVENT) => format!("the closure of the {via}"),
            via => format!("the closure given to `{via}`"),
        };
        return said(format!(
            "{which} does not take what it is called with: {}",
            all_words(&types)
        ))
        .help("a closure is written `|x| ..` with a name for each value that it is given");
    }
    if let Some((module, function)) = name.rsplit_once("::") {
        return said(format!(
            "the module `{module}` has no function `{function}` {}",
            if types.is_empty() {
                "without values".to_owned()
            } else {
                format!("for {}", all_words(&types))
            }
        ));
    }
    if let Some(property) = name.strip_prefix("get$") {
        return no_property(&format!("'{property}' '{}'", types.first().unwrap_or(&"")), known);
    }
    if name.contains('$') || !name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        return operator(name, &types);
    }
    // `Fn("name").call(x)` calls a function, and no method of what stands in the brackets.
    let method = words.call(position).is_some_and(|call| call.method && call.name == name);
    let own: Vec<usize> = own(known, words, name);
    if !own.is_empty() {
        let given = types.len() - usize::from(method && !types.is_empty());
        let said = said(format!("`{name}` takes {}, not {given}", counts(&own)));
        if method && own.contains(&types.len()) {
            let value = words.receiver(position).unwrap_or_else(|| "value".to_owned());
            let rest = if given == 0 { "" } else { ", .." };
            return said.help(format!(
                "a function of a script is no method of its first argument: write `{name}({value}{rest})`"
            ));
        }
        return said;
    }
    let declared = known.catalogue().named(name);
    if declared.is_empty() {
        return unknown(name, method, &types, words, known);
    }
    let kinds: Vec<&str> = types.iter().map(|t| type_of(t)).collect();
    let fits = |f: &&&FnDoc| {
        let first = f.first_type().unwrap_or("any");
        first == "any"
            || types.first().is_some_and(|t| type_words(t) == type_words(first))
            || kinds.first().is_some_and(|k| *k == first)
            || first == "number" && kinds[0] == "integer"
    };
    if method && !declared.iter().any(|f| fits(&f)) {
        let mut of: Vec<String> =
            declared.iter().filter_map(|f| f.first_type()).map(type_words).collect();
        of.dedup();
        let said = said(format!("{} has no method `{name}`", type_words(types[0])));
        // What tables can, arrays can by way of one.
        let of_table = declared.iter().any(|f| f.first_type() == Some("Table"));
        if of_table && type_of(types[0]) == "array" {
            return said.help(format!(
                "an array of maps is made a table first: `table(rows).{name}(..)`; of arrays, \
                 `table(rows, [\"a\", \"b\"]).{name}(..)` with the names of the columns"
            ));
        }
        return said.help(format!("`{name}` is called on {}", of.join(" or ")));
    }
    let forms: Vec<&&FnDoc> = declared.iter().filter(|f| !method || fits(f)).collect();
    let mut allowed: Vec<usize> = Vec::new();
    for f in &forms {
        let n = f.parameters.len();
        if method || f.of_vm {
            allowed.push(n.saturating_sub(1));
        }
        if !method && !f.of_vm {
            allowed.push(n);
        }
    }
    let bare_vm = !method && types.first() == Some(&"Vm") && forms.iter().any(|f| f.of_vm);
    let given = types.len() - usize::from((method || bare_vm) && !types.is_empty());
    let mut shown: Vec<String> = Vec::new();
    for f in &forms {
        let signature = f.signature();
        let signature = signature.split(" -> ").next().unwrap_or(&signature).to_owned();
        if !shown.contains(&signature) {
            shown.push(signature);
        }
    }
    let more = shown.len().saturating_sub(MOST_FORMS);
    shown.truncate(MOST_FORMS);
    let more = if more > 0 { format!(", and {more} more ways") } else { String::new() };
    let help = format!("it is called as {}{more}", shown.join(" or "));
    if matches!(name, "print" | "debug") && given > 1 {
        return said(format!("`{name}` takes no or one argument, not {given}"))
            .help(format!("several values are one string: `{name}(`${{a}} and ${{b}}`)`"));
    }
    if !allowed.contains(&given) {
        return said(format!("`{name}` takes {}, not {given}", counts(&allowed))).help(help);
    }
    let with = if method { &types[1..] } else { &types[..] };
    let said = said(format!("`{name}` cannot be called with {}", all_words(with)));
    // What was given where the forms want something that is written in another way.
    let wants = |kind: &str| {
        (0..with.len()).find(|i| {
            let of = |f: &&&FnDoc| {
                let place = (f.parameters.len() + i).checked_sub(with.len());
                place.and_then(|place| f.parameters.get(place)).is_some_and(|p| p.of == kind)
            };
            forms.iter().any(of) && type_words(with[*i]) != type_words(kind)
        })
    };
    if let Some(place) = wants("function") {
        let given = words.argument_text(position, place).unwrap_or_else(|| "..".to_owned());
        return said.help(format!("it takes a function there: write `|| {given}`")).help(help);
    }
    match wants("character").map(|place| type_words(with[place])) {
        Some(given) if given == "a string" => {
            said.help("a character stands in single quotes: 'x'").help(help)
        }
        _ => said.help(help),
    }
}

fn operator(name: &str, types: &[&str]) -> Said {
    match (name, types) {
        ("index$get$", [of, index]) => not_indexed(&format!("{of} [{index}]")),
        (_, ["()", _] | [_, "()"]) => {
            said(format!("`{name}` cannot be applied to {}", all_words(types)))
                .help("one of the two has no value: a function that gives nothing, or `()`")
        }
        (_, [a, b]) => {
            let said = said(format!("`{name}` cannot be applied to {}", all_words(types)));
            let unit = ["Time", "Kilobases", "Percent", "Concentration"];
            let plain = ["i64", "f64"];
            match () {
                () if unit.contains(a) && unit.contains(b) => {
                    said.help("only quantities of one kind are added and compared: 5.min + 30.s")
                }
                () if unit.contains(a) && plain.contains(b)
                    || plain.contains(a) && unit.contains(b) =>
                {
                    said.help("a plain number has no unit; write it with one: 10.min, 5.kb, 1.mM")
                }
                () => said,
            }
        }
        _ => said(format!("`{name}` cannot be applied to {}", all_words(types))),
    }
}

/// A name that nothing has.
fn unknown(name: &str, method: bool, types: &[&str], words: &Words, known: &Known<'_>) -> Said {
    if method {
        let kind = types.first().map_or("", |t| type_of(t));
        let all = known.catalogue().functions().iter().chain(known.catalogue().standard());
        let of_kind = all.filter(|f| f.first_type().is_some_and(|t| t == kind || t == "any"));
        let near = nearest(name, of_kind.map(|f| f.name.as_str()));
        let of = type_words(types.first().unwrap_or(&""));
        return said(format!("{of} has no method `{name}`{}", hint(near)));
    }
    // Words of the language that look like functions.
    if matches!(name, "type_of" | "is_shared" | "Fn" | "is_def_var") {
        return said(format!("`{name}` takes one argument, not {}", types.len()));
    }
    if words.names().iter().any(|n| n == name) || known.scope.contains(name) {
        return said(format!("`{name}` is a variable and cannot be called like a function"))
            .help(format!("a closure in a variable is called as `{name}.call(..)`"));
    }
    let own = words.functions();
    let names = known.catalogue().names().chain(known.definitions.keys().map(String::as_str));
    let names = names.chain(own.iter().map(|(n, _)| n.as_str()));
    said(format!("there is no function `{name}`{}", hint(nearest(name, names))))
}

pub(super) fn not_indexed(text: &str) -> Said {
    let of = text.split_once(" [").map_or(text, |(of, _)| of);
    let index = text.split_once(" [").map(|(_, i)| i.trim_end_matches(']'));
    let of = of.trim();
    match index {
        Some(index) if !index.is_empty() => said(format!(
            "{} cannot be read with {} in square brackets",
            type_words(of),
            type_words(index)
        )),
        _ => said(format!("{} has no elements that square brackets could read", type_words(of))),
    }
}

/// Rhai's text is `Unknown property 'x' - a getter is not registered for type 'T'`.
pub(super) fn no_property(text: &str, known: &Known<'_>) -> Said {
    let mut quoted = text.split('\'').skip(1).step_by(2);
    let (Some(property), Some(of)) = (quoted.next(), quoted.next()) else {
        return said("this has no such property");
    };
    if text.contains("setter") {
        return said(format!("the property `{property}` of {} cannot be set", type_words(of)));
    }
    let kind = bioxen_lang::catalogue::type_of(of);
    let all = || known.catalogue().functions().iter();
    let of_kind = |f: &&FnDoc| f.first_type() == Some(kind);
    if all().filter(of_kind).any(|f| f.form == FnForm::Function && f.name == property) {
        return said(format!("`{property}` is a function and is called with brackets"))
            .help(format!("write `.{property}(..)`"));
    }
    let properties = all().filter(of_kind).filter(|f| f.form == FnForm::Property);
    let names: Vec<&str> = properties.map(|f| f.name.as_str()).collect();
    // `minutes` is more than a slip away from `min`.
    let begins = || names.iter().filter(|n| property.starts_with(**n)).max_by_key(|n| n.len());
    let near = nearest(property, names.iter().copied()).or_else(|| begins().copied());
    let said = said(format!("{} has no property `{property}`{}", type_words(of), hint(near)));
    match kind {
        "integer" | "number" => {
            said.help("units stand after the dot: 30.s, 10.min, 2.h, 5.kb, 40.percent, 1.mM, 50.uM")
        }
        _ => said,
    }
}

/// "2, 3 or 4 arguments".
pub(in super::super::super) fn counts(allowed: &[usize]) -> String {
    let mut allowed = allowed.to_vec();
    allowed.sort_unstable();
    allowed.dedup();
    match allowed.as_slice() {
        [] | [0] => "no arguments".to_owned(),
        [1] => "one argument".to_owned(),
        [n] => format!("{n} arguments"),
        [rest @ .., last] => {
            let rest: Vec<String> = rest.iter().map(ToString::to_string).collect();
            format!("{} or {last} arguments", rest.join(", "))
        }
    }
}
