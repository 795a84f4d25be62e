//! The syntactic context of the cursor in a text.

use super::super::Session;
use super::super::lex::{Kind, Token};
use super::infer;

/// A bracket that is open at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame {
    /// The place of the bracket among the tokens.
    pub(super) at: usize,
    /// The bracket; `#` for that of a map.
    pub(super) bracket: char,
    /// How many commas there were in it.
    pub(super) commas: usize,
}

/// What is expected at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expected {
    /// Anything.
    Anything,
    /// A name for a parameter of a function.
    Argument {
        /// The function.
        function: String,
        /// The name of the parameter.
        parameter: String,
        /// The variable that the function is called on, before a dot or as first argument.
        receiver: Option<String>,
    },
    /// A quantity of a trace, which may be a variable.
    Quantity(Option<String>),
    /// A key of a value of this type that is not a trace, which may be a variable.
    Key {
        /// The type.
        kind: String,
        /// The variable.
        variable: Option<String>,
    },
    /// A key of an option of a function.
    Keys(String),
    /// What a value of this type has; `any` for all.
    Member(String),
}

/// The brackets that are open after some tokens, the outermost first.
pub(super) fn frames(all: &[char], tokens: &[Token]) -> Vec<Frame> {
    let mut open: Vec<Frame> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Open(bracket) => {
                let bracket = if all[token.start] == '#' { '#' } else { bracket };
                open.push(Frame { at, bracket, commas: 0 });
            }
            Kind::Close(_) => {
                open.pop();
            }
            Kind::Sign if all[token.start] == ',' => {
                if let Some(frame) = open.last_mut() {
                    frame.commas += 1;
                }
            }
            _ => {}
        }
    }
    open
}

/// What is expected after `left`, in whose open brackets the cursor is.
pub(super) fn expected(
    session: &Session,
    all: &[char],
    left: &[Token],
    frames: &[Frame],
) -> Expected {
    let word = |i: usize| left.get(i).filter(|t| t.kind == Kind::Word).map(|t| t.text(all));
    let is = |i: Option<usize>, sign: &str| {
        i.and_then(|i| left.get(i)).is_some_and(|t| t.text(all) == sign)
    };
    let last = left.len().checked_sub(1);
    if is(last, ".") || is(last, "?.") {
        let kind = last
            .and_then(|i| i.checked_sub(1))
            .and_then(|i| infer::type_ending(session, all, &left[..=i]));
        return Expected::Member(kind.unwrap_or_else(|| "any".to_owned()));
    }
    let mut frames = frames.to_vec();
    // The name of an argument may stand in an array or as the value of an option.
    let mut key: Option<String> = None;
    while let Some(frame) = frames.pop() {
        let before = frame.at.checked_sub(1);
        match frame.bracket {
            '[' => {
                let of = before.and_then(|i| left.get(i));
                let indexed = of.is_some_and(|t| matches!(t.kind, Kind::Word | Kind::Close(_)));
                if indexed {
                    let kind = before.and_then(|i| infer::type_ending(session, all, &left[..=i]));
                    if let Some(kind) =
                        kind.filter(|kind| matches!(kind.as_str(), "map" | "Status"))
                    {
                        return Expected::Key { kind, variable: before.and_then(word) };
                    }
                    return Expected::Quantity(before.and_then(word));
                }
            }
            '#' if key.is_none() => {
                let at_key = is(last, "#{") || is(last, ",") && last > Some(frame.at);
                match colon_before(all, left, frame.at) {
                    Some(k) if !at_key => key = Some(k),
                    _ => {
                        let function = frames.iter().rev().find(|f| f.bracket != '#');
                        let name = function.and_then(|f| f.at.checked_sub(1)).and_then(word);
                        let outer = frames.last().filter(|f| f.bracket == '#');
                        let outer = outer.and_then(|f| colon_before(all, &left[..frame.at], f.at));
                        return name.map_or(Expected::Anything, |n| {
                            Expected::Keys(outer.map_or_else(|| n.clone(), |o| format!("{n}.{o}")))
                        });
                    }
                }
            }
            '(' => {
                let Some(function) = before.and_then(word) else { continue };
                let dot = before.and_then(|i| i.checked_sub(1));
                let method = is(dot, ".") || is(dot, "?.");
                let receiver = dot.filter(|_| method).and_then(|i| i.checked_sub(1));
                let parameter = key
                    .take()
                    .or_else(|| parameter(session, all, left, &function, receiver, frame.commas));
                return parameter.map_or(Expected::Anything, |parameter| Expected::Argument {
                    function,
                    parameter,
                    // What a plain function works on is its first argument.
                    receiver: receiver.or(Some(frame.at + 1)).and_then(word),
                });
            }
            _ => return Expected::Anything,
        }
    }
    Expected::Anything
}

/// The key before the last colon in a map that began at `open`.
fn colon_before(all: &[char], left: &[Token], open: usize) -> Option<String> {
    let mut depth = 0_usize;
    for i in (open + 1..left.len()).rev() {
        match left[i].kind {
            Kind::Close(_) => depth += 1,
            Kind::Open(_) => depth = depth.saturating_sub(1),
            Kind::Sign if depth == 0 && all[left[i].start] == ',' => return None,
            Kind::Sign if depth == 0 && left[i].text(all) == ":" => {
                return i.checked_sub(1).map(|k| left[k].text(all).trim_matches('"').to_owned());
            }
            _ => {}
        }
    }
    None
}

/// The name of a parameter of a function.
fn parameter(
    session: &Session,
    all: &[char],
    left: &[Token],
    function: &str,
    receiver: Option<usize>,
    place: usize,
) -> Option<String> {
    let kind = receiver.and_then(|i| infer::type_ending(session, all, &left[..=i]));
    let declared = session.catalogue().named(function);
    let fits = |kind: &str| {
        let named = declared.iter().filter_map(|f| {
            let first = f.first_type()?;
            let skip = usize::from(receiver.is_some() || f.of_vm);
            let matching = receiver.is_none() || first == kind || kind == "any";
            let parameter = f.parameters.get(place + skip).filter(|_| matching)?;
            // Options are a map, and what is completed is a name, where there is a form with one.
            Some((parameter.of == "map", &parameter.name))
        });
        named.min_by_key(|(options, _)| *options).map(|(_, name)| name.clone())
    };
    fits(kind.as_deref().unwrap_or("any")).or_else(|| fits("any"))
}
