//! Explains why a text cannot be read as a script.

mod signs;

use rhai::{LexError, ParseErrorType, Position};
use signs::{improper, kind_words, reserved, strange};

use super::super::complete::KEYWORDS;
use super::super::lex::Kind;
use super::place::Words;
use super::{Said, no_variable, said};
use bioxen_lang::{Catalogue, text};

/// Line, column and length in characters.
type Place = (usize, usize, usize);

/// A quote or a bracket that is open, or closes nothing: message, place, help. A reader of a script
/// notices such a slip only later, often many lines below it.
pub(super) fn unbalanced(words: &Words) -> Option<(String, Place, &'static str)> {
    let mut open = Vec::new();
    let mut late = None;
    for (at, token) in words.code() {
        let place = words.place(token.start, token.end);
        match token.kind {
            Kind::Open(bracket) => open.push((bracket, at, place)),
            Kind::Close(bracket) => match open.pop() {
                None => {
                    let before = partner(bracket);
                    return Some((
                        format!("this `{bracket}` closes nothing: no `{before}` is open here"),
                        place,
                        "take it away, or put what it is to close before it",
                    ));
                }
                Some((opened, ..)) if partner(bracket) != opened => {
                    let missing = partner(opened);
                    late = Some((
                        format!(
                            "`{missing}` is missing: the `{opened}` before is still open where `{bracket}` stands"
                        ),
                        place,
                        "every bracket is closed by its own kind, the last one opened first",
                    ));
                    break;
                }
                Some(_) => {}
            },
            Kind::Text { closed: false } => {
                return Some((
                    "a quote is missing in this line: what begins here is never closed".to_owned(),
                    (place.0, place.1, 1),
                    "a string stands between two quotes, as in \"lacZ\"",
                ));
            }
            _ => {}
        }
    }
    if late.is_some() {
        return late;
    }
    let (bracket, _, (line, column, _)) = open.pop()?;
    let missing = partner(bracket);
    let shown = if bracket == '{' { "{" } else { &bracket.to_string() };
    Some((
        format!("`{missing}` is missing: this `{shown}` is never closed"),
        (line, column, 1),
        "every bracket that is opened must be closed",
    ))
}

fn partner(bracket: char) -> char {
    match bracket {
        '(' => ')',
        '[' => ']',
        '{' => '}',
        ')' => '(',
        ']' => '[',
        _ => '{',
    }
}

/// A comment that is never closed: what follows it would silently be no part of the script.
pub(super) fn open_comment(words: &Words) -> Option<(String, Place)> {
    let place = words.open_comment()?;
    Some(("this comment is never closed: `*/` is missing".to_owned(), place))
}

/// Whether an error may be what follows from a bracket or a quote that is open before it.
pub(super) fn may_follow(kind: &ParseErrorType) -> bool {
    matches!(
        kind,
        ParseErrorType::MissingToken(..)
            | ParseErrorType::MissingSymbol(_)
            | ParseErrorType::UnexpectedEOF
            | ParseErrorType::ExprExpected(_)
            | ParseErrorType::PropertyExpected
            | ParseErrorType::VariableExpected
            | ParseErrorType::MalformedIndexExpr(_)
            | ParseErrorType::WrongFnDefinition
            | ParseErrorType::BadInput(LexError::UnterminatedString | LexError::MalformedChar(_))
    )
}

/// What a parse error says.
pub(super) fn words_of(
    kind: &ParseErrorType,
    words: &Words,
    position: Position,
    variables: &[&str],
    catalogue: &Catalogue,
) -> Said {
    let here = words.token_at(position).map(|at| words.text_at(at)).unwrap_or_default();
    match kind {
        ParseErrorType::UnexpectedEOF => said("the text ends in the middle of a statement")
            .help("what is begun must be ended: a bracket, a block, an expression"),
        ParseErrorType::BadInput(error) => of_lexer(error, &here),
        ParseErrorType::UnknownOperator(sign) => improper(sign),
        ParseErrorType::MissingToken(token, what) => {
            unit_apart(words, position).unwrap_or_else(|| missing(token, what, &here))
        }
        ParseErrorType::MissingSymbol(_) => said(format!("something is missing before `{here}`")),
        ParseErrorType::MalformedIndexExpr(_) => said(
            "this cannot stand between `[` and `]`; an array is read by a whole number, a map by a string",
        ),
        ParseErrorType::MalformedCapture(_) => said("`!` cannot stand after this name"),
        ParseErrorType::DuplicatedProperty(key) => {
            said(format!("the map has the key `{key}` twice"))
                .help("every key stands once in a map")
        }
        ParseErrorType::DuplicatedVariable(name) => {
            said(format!("the name `{name}` stands here twice"))
        }
        ParseErrorType::WrongSwitchIntegerCase => {
            said("a single number cannot follow a range in a `switch`; put the numbers first")
        }
        ParseErrorType::WrongSwitchDefaultCase => {
            said("the case `_`, which takes everything, must be the last of a `switch`")
        }
        ParseErrorType::WrongSwitchCaseCondition => {
            said("the case `_` of a `switch` takes everything and can have no condition")
        }
        ParseErrorType::PropertyExpected => said(match here.as_str() {
            "" => "a name is missing after the dot".to_owned(),
            _ => format!("a name is expected here, not `{here}`"),
        }),
        ParseErrorType::VariableExpected if is_keyword(&here) => reserved(&here),
        ParseErrorType::VariableExpected => said(match here.as_str() {
            "" => "the name of a variable is missing here".to_owned(),
            _ => format!("`{here}` is no name for a variable"),
        })
        .help("a name begins with a letter or `_` and goes on with letters, digits and `_`"),
        ParseErrorType::ForbiddenVariable(name) => said(format!("`{name}` cannot be a variable")),
        ParseErrorType::Reserved(word) => {
            uncalled(word, words, position, catalogue).unwrap_or_else(|| reserved(word))
        }
        ParseErrorType::MismatchedType(wanted, got) => {
            said(format!("{} is needed here, not {}", kind_words(wanted), kind_words(got)))
        }
        ParseErrorType::ExprExpected(_) => said(match here.as_str() {
            "" => "a value is missing here".to_owned(),
            _ => format!("a value is expected here, not `{here}`"),
        }),
        ParseErrorType::WrongDocComment => {
            said("a comment with `///` explains the function that follows it; no function follows")
                .help("begin other comments with `//`")
        }
        ParseErrorType::WrongFnDefinition => {
            said("a function cannot be defined inside of a block or of another function")
                .help("define it outside, or make a closure: `let helper = |x| x + 1;`")
        }
        ParseErrorType::FnDuplicatedDefinition(name, parameters) => said(format!(
            "there is already a function `{name}` with {} in this text",
            counted(*parameters, "parameter")
        )),
        ParseErrorType::FnMissingName => said("the name of the function is missing after `fn`"),
        ParseErrorType::FnMissingParams(name) => said(format!(
            "the parameters of the function `{name}` are missing"
        ))
        .help(format!("write `fn {name}() {{ .. }}`, or the names of parameters in the brackets")),
        ParseErrorType::FnDuplicatedParam(name, parameter) => {
            said(format!("the function `{name}` has the parameter `{parameter}` twice"))
        }
        ParseErrorType::FnMissingBody(name) if name.is_empty() => {
            said("the body of the closure is missing").help("write `|x| x + 1` or `|x| { .. }`")
        }
        ParseErrorType::FnMissingBody(name) => {
            said(format!("the body of the function `{name}` is missing"))
                .help(format!("write `fn {name}(..) {{ .. }}`"))
        }
        ParseErrorType::WrongExport => {
            said("`export` cannot stand inside of a block or a function")
        }
        ParseErrorType::AssignmentToConstant(name) => constant(name),
        ParseErrorType::AssignmentToInvalidLHS(hint) if hint.contains("==") => {
            said("`=` gives a variable a value and cannot stand in a condition")
                .help("to compare two values write `==`")
        }
        ParseErrorType::AssignmentToInvalidLHS(_) => said(
            "what stands before `=` cannot be given a value; a variable, a key or an element can",
        ),
        ParseErrorType::VariableExists(name) => {
            said(format!("there is already a variable `{name}`"))
        }
        ParseErrorType::VariableUndefined(name) => {
            no_variable(name, variables.iter().copied(), catalogue)
        }
        ParseErrorType::ModuleUndefined(name) => {
            said(format!("there is no module `{name}`")).help(format!(
                "`import \"{name}\" as {name};` reads {name}.rhai from the folder of the script"
            ))
        }
        ParseErrorType::ExprTooDeep => said("this expression is nested too deeply")
            .help("give parts of it to variables: `let part = ..;`"),
        ParseErrorType::TooManyFunctions => said("the text defines too many functions"),
        ParseErrorType::LiteralTooLarge(_, most) => {
            said(format!("this is too long to be written out; the most is {most}"))
        }
        ParseErrorType::LoopBreak => {
            let word = if here == "continue" { "continue" } else { "break" };
            said(format!("`{word}` can stand in a loop only; no loop is around it"))
                .help("`return` leaves a function")
        }
        _ => said("this cannot be read as a script"),
    }
}

fn of_lexer(error: &LexError, here: &str) -> Said {
    match error {
        LexError::UnexpectedInput(sign) if matches!(sign.as_str(), ";" | ")" | "]" | "}" | ",") => {
            said(format!("a value is expected here, not `{sign}`"))
        }
        LexError::UnexpectedInput(sign) => match sign.chars().next() {
            Some(c) if text::name_of(c).is_some() => strange(c),
            _ if sign == "else" => said("`else` must follow the `}` of an `if`")
                .help("write `if condition { .. } else { .. }`"),
            _ if sign == "catch" => said("`catch` must follow the `}` of a `try`")
                .help("write `try { .. } catch (error) { .. }`"),
            _ if is_keyword(sign) => {
                said(format!("`{sign}` is a word of the language, which cannot stand here"))
            }
            Some(c) if c.is_alphabetic() => {
                said(format!("`{sign}` cannot stand in a name"))
                    .help("names are made of the letters a to z and A to Z, digits and `_`; strings may have any letters")
            }
            _ => said(format!("`{sign}` means nothing here")),
        },
        LexError::UnterminatedString => said("this string is never closed: a quote is missing")
            .help("a string stands between two quotes, as in \"lacZ\""),
        LexError::StringTooLong(most) => said(format!("this is longer than the {most} characters allowed")),
        LexError::MalformedEscapeSequence(sequence) => {
            said(format!("`{sequence}` means nothing in a string")).help(
                r"a backslash itself is written \\, a new line \n, a tab \t; paths are written with /",
            )
        }
        LexError::MalformedNumber(digits) if is_whole(digits) => {
            said(format!("`{digits}` is too large for a whole number; the largest is {}", i64::MAX))
                .help(format!("a number with a point can be larger: `{digits}.0`"))
        }
        LexError::MalformedNumber(_) => said(format!("`{here}` is no number"))
            .help("numbers look like 10, 2.5, 1e-3, 1_000 or 0xff"),
        LexError::MalformedChar(text) if text.chars().count() > 1 => {
            said(format!("`'{text}'` is no string: single quotes hold one character"))
                .help(format!("write \"{text}\""))
        }
        LexError::MalformedChar(_) => said("single quotes must hold one character")
            .help("strings stand in double quotes, as in \"lacZ\""),
        LexError::MalformedIdentifier(text) => said(format!("`{text}` is no name"))
            .help("a name begins with a letter or `_` and goes on with letters, digits and `_`"),
        LexError::ImproperSymbol(sign, _) => improper(sign),
        _ => said("this cannot be read as a script"),
    }
}

fn is_keyword(word: &str) -> bool {
    KEYWORDS.iter().any(|(keyword, _)| *keyword == word)
}

/// What is said of a function of the language's core that is written without its brackets.
fn uncalled(word: &str, words: &Words, position: Position, catalogue: &Catalogue) -> Option<Said> {
    let next = words.token_at(position).map(|at| words.text_at(at + 1))?;
    let value = next.starts_with(|c: char| c.is_alphanumeric() || "_\"`'#[-!".contains(c));
    (value && !catalogue.arities(word).is_empty()).then(|| {
        said(format!("`{word}` is a function and is called with brackets"))
            .help(format!("write `{word}({next})`"))
    })
}

fn is_whole(digits: &str) -> bool {
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}

/// What is said of a change of what cannot change.
pub(super) fn constant(name: &str) -> Said {
    let what =
        if name.is_empty() { "a constant".to_owned() } else { format!("the constant `{name}`") };
    said(format!("{what} cannot be given another value"))
        .help("what is to change is made with `let` in place of `const`")
}

/// Where something is missing that ends what stands before it, or that the whole text lacks: after
/// the last token before a place.
pub(super) fn after_last(
    kind: &ParseErrorType,
    words: &Words,
    position: Position,
) -> Option<Place> {
    let ends = matches!(kind, ParseErrorType::MissingToken(token, _) if token == ";");
    if !ends && words.token_at(position).is_some() {
        // Rhai counts from the character after the backslash.
        let escape = matches!(kind, ParseErrorType::BadInput(LexError::MalformedEscapeSequence(_)));
        let offset = words.offset(position).filter(|_| escape)?.checked_sub(1)?;
        return words.is(offset, '\\').then(|| words.place(offset, offset + 2));
    }
    let offset = words.offset(position)?;
    let (_, last) = words.code().rev().find(|(_, t)| t.end <= offset)?;
    Some(words.place(last.end, last.end + 1))
}

/// The units that a number may have.
const UNITS: [&str; 8] = ["s", "min", "h", "kb", "percent", "mM", "uM", "nM"];

/// What is said of a number and a unit that stand beside each other: `10 min`.
fn unit_apart(words: &Words, position: Position) -> Option<Said> {
    let at = words.token_at(position)?;
    let (number, unit) = (words.text_at(at.checked_sub(1)?), words.text_at(at));
    let counts = number.starts_with(|c: char| c.is_ascii_digit());
    (counts && UNITS.contains(&unit.as_str())).then(|| {
        said(format!("a dot is missing between `{number}` and its unit `{unit}`"))
            .help(format!("write `{number}.{unit}`"))
    })
}

fn missing(token: &str, what: &str, here: &str) -> Said {
    if token == ";" {
        return said("`;` is missing after this statement")
            .help("every statement but the last ends with `;`");
    }
    let before = if here.is_empty() { String::new() } else { format!(" before `{here}`") };
    let said = said(format!("`{token}` is missing{before}"));
    match token {
        "," if what.contains("argument") => said.help("arguments are parted by commas: f(a, b)"),
        "," if what.contains("array") => {
            said.help("elements are parted by commas: [\"lacZ\", \"lacY\"]")
        }
        "," if what.contains("map") => said.help("entries are parted by commas: #{a: 1, b: 2}"),
        ":" => said.help("a key is followed by a colon and its value: #{strength: 2}"),
        "=>" => said.help("a case is written `1 => value`"),
        "in" => said.help("a loop is written `for x in values { .. }`"),
        ")" if here == "," => said.help("a list stands in square brackets: [\"lacZ\", \"lacY\"]"),
        _ => said,
    }
}

fn counted(n: usize, what: &str) -> String {
    match n {
        0 => format!("no {what}s"),
        1 => format!("one {what}"),
        _ => format!("{n} {what}s"),
    }
}
