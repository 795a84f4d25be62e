//! Variables that exist but are not visible: a function sees only its own variables.

use rhai::Position;

use super::super::lex::{Kind, Token};
use super::super::texts::Known;
use super::place::Words;
use super::{Said, said};

/// A function that a text defines.
struct Function {
    name: String,
    parameters: Vec<String>,
    /// Its first character and the one after its last.
    span: (usize, usize),
}

/// What is said of a variable that is there, but not where its name stands; nothing when there is
/// none of that name.
pub(super) fn unseen(
    name: &str,
    words: &Words,
    position: Position,
    known: &Known<'_>,
) -> Option<Said> {
    let offset = words.offset(position)?;
    let functions = functions(words);
    let inside = |at: usize| functions.iter().find(|f| (f.span.0..f.span.1).contains(&at));
    let outside = defined(words).any(|(at, other)| other == name && inside(at).is_none());
    let of_session = known.variables().iter().any(|other| other == name);
    if let Some(function) = inside(offset).filter(|_| outside || of_session) {
        return Some(in_function(name, function));
    }
    // What can be seen where it stands is no variable of others.
    if outside || !of_session {
        return None;
    }
    let what = known.apart?;
    Some(said(format!("{what} has variables of its own, and does not see `{name}`")).help(
        match what {
            "a text on a VM" => {
                format!("write its value into the text: `.. ${{{name}}} ..` between backticks")
            }
            _ => format!(
                "give its value to a function of the script as a parameter, `fn f({name}) {{ .. }}`"
            ),
        },
    ))
}

fn in_function(name: &str, function: &Function) -> Said {
    let Function { name: of, parameters, .. } = function;
    let list = |with: Option<&str>| {
        let all = parameters.iter().map(String::as_str).chain(with);
        all.collect::<Vec<_>>().join(", ")
    };
    let (with, without) = (list(Some(name)), list(None));
    let bars = if without.is_empty() { "||".to_owned() } else { format!("|{without}|") };
    said(format!(
        "the function `{of}` does not see `{name}`, which is a variable outside of it: a function \
         sees its own parameters and variables only"
    ))
    .help(format!("give it as a parameter: `fn {of}({with}) {{ .. }}`, called as `{of}({with})`"))
    .help(format!(
        "or make a closure, which sees what is around it: `let {of} = {bars} {{ .. }};`, called as \
         `{of}.call({without})`"
    ))
}

/// The functions that a text defines, with where they stand.
fn functions(words: &Words) -> Vec<Function> {
    let code: Vec<&Token> = words.code().map(|(_, token)| token).collect();
    let mut found = Vec::new();
    for i in (0..code.len()).filter(|i| words.word(code[*i]) == "fn") {
        let Some(name) = code.get(i + 1).filter(|t| t.kind == Kind::Word) else { continue };
        let inside = code.iter().skip(i + 3).take_while(|t| words.word(t) != ")");
        let parameters: Vec<String> =
            inside.filter(|t| t.kind == Kind::Word).map(|t| words.word(t)).collect();
        let Some(open) = (i..code.len()).find(|at| code[*at].kind == Kind::Open('{')) else {
            continue;
        };
        let mut depth = 0_usize;
        let end = code[open..].iter().find(|token| {
            match token.kind {
                Kind::Open(_) => depth += 1,
                Kind::Close(_) => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0
        });
        let end = end.or(code.last()).map_or(usize::MAX, |token| token.end);
        found.push(Function { name: words.word(name), parameters, span: (code[i].start, end) });
    }
    found
}

/// The variables that a text makes, with where their names stand.
fn defined(words: &Words) -> impl Iterator<Item = (usize, String)> + '_ {
    let code: Vec<Token> = words.code().map(|(_, token)| *token).collect();
    (1..code.len()).filter_map(move |i| {
        let makes = matches!(words.word(&code[i - 1]).as_str(), "let" | "const" | "for");
        let name = code[i];
        (makes && name.kind == Kind::Word).then(|| (name.start, words.word(&name)))
    })
}
