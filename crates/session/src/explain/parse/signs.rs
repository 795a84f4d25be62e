//! Characters, signs and words that the language has not.

use super::super::types::type_words;
use super::super::{Said, said};
use bioxen_lang::text;

/// A character that looks like nothing or like another one, by its name.
pub(super) fn strange(c: char) -> Said {
    let name = text::name_of(c).unwrap_or("a character of another kind");
    let number = format!("U+{:04X}", u32::from(c));
    if name.contains("quote") {
        return said(format!("`{c}` is no quote of this language"))
            .help("strings stand in straight quotes, as in \"lacZ\"");
    }
    if let Some(meant) = text::instead_of(c) {
        return said(format!("`{c}` is {name} ({number}), which means nothing here"))
            .help(format!("write `{meant}`"));
    }
    said(format!("{name} ({number}) stands here, which means nothing to the language"))
        .help("take it away, or put an ordinary space in its place")
}

/// Words and signs that Rhai knows of and does not have, or not here.
pub(super) fn improper(sign: &str) -> Said {
    match sign {
        "eval" => disabled("eval"),
        "=" => said("`=` gives a variable a value and cannot stand in a condition")
            .help("to compare two values write `==`"),
        "===" => said("there is no `===`").help("to compare two values write `==`"),
        "!==" => said("there is no `!==`").help("to tell values apart write `!=`"),
        ":=" | "<-" => {
            said(format!("there is no `{sign}`")).help("`let name = value;` makes a variable")
        }
        "++" | "--" => said(format!("there is no `{sign}`")).help("write `x += 1` or `x -= 1`"),
        "->" => {
            said("`->` means nothing here").help("a method is called after a dot: `cell.start()`")
        }
        "..." => said("`...` means nothing here").help("ranges are written 0..10 or 0..=10"),
        "" => said("a sign in this place means nothing"),
        _ => said(format!("`{sign}` means nothing here")),
    }
}

pub(super) fn disabled(word: &str) -> Said {
    said(format!("`{word}` is switched off: a script cannot run texts past its limits"))
        .help("`cell.execute(text)` runs a text on a VM, within limits")
}

pub(super) fn reserved(word: &str) -> Said {
    let named = word.chars().all(|c| c.is_alphanumeric() || c == '_');
    match word {
        "eval" => disabled(word),
        "var" => said("there is no `var`").help("`let name = value;` makes a variable"),
        _ if named => said(format!("`{word}` is a word of the language and cannot be a name"))
            .help(format!("choose another name, such as `my_{word}`")),
        _ => improper(word),
    }
}

/// What Rhai's parser says of kinds of values.
pub(super) fn kind_words(text: &str) -> String {
    let bare = text.trim().trim_start_matches("a ").trim_start_matches("an ");
    let word = match bare {
        "boolean expression" | "boolean" => "a truth value",
        "iterable value" => {
            "something with elements, such as an array, 0..10 or the keys of a map, m.keys(),"
        }
        "string" | "string expression" => "a string",
        "number" | "floating-point number" => "a number",
        "integer" => "an integer",
        "identifier" => "a name",
        "numeric expression" => "a number",
        other => return type_words(other),
    };
    word.to_owned()
}
