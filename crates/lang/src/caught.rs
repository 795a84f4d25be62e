//! The value that `catch (error)` gives for an error of Rhai itself: it has the same words as the
//! uncaught error.
//!
//! Rhai turns such an error into a map, whose text has names of Rhai and Rust. We watch the variables
//! with which a text catches errors, and replace such a map by our own error before it is read for the
//! first time.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use send_wrapper::SendWrapper;

use rhai::{Dynamic, Engine, EvalAltResult, EvalContext, Map, Position, Scope};

use super::error::LangError;
use super::later::CLOSURE;
use super::reading::Written;
use super::shared::Common;
use super::sweep::POINT;
use super::world::World;

/// An error that is to be put into words.
pub struct Asked<'a> {
    /// The error.
    pub error: &'a EvalAltResult,
    /// The engine in which it happened.
    pub engine: &'a Engine,
    /// The variables that are known where it is told.
    pub scope: &'a Scope<'a>,
    /// The text on a VM in which it happened, if it was one.
    pub text: Option<Arc<str>>,
}

/// What is said of an error.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// What went wrong.
    pub message: String,
    /// What would be right.
    pub help: Vec<String>,
}

/// Puts errors into words.
pub type Explain = Arc<dyn Fn(&Asked<'_>) -> Told + Send + Sync>;

/// How places and errors are told.
#[derive(Default)]
pub struct Wording {
    /// Puts errors of Rhai into words.
    pub explain: Option<Explain>,
    /// Tells where a place is in the text as its user wrote it.
    pub written: Option<Written>,
}

/// The names under which texts catch errors.
#[derive(Debug, Clone, Default)]
pub struct Catches(Common<BTreeSet<String>>);

impl Catches {
    /// Notes the names that a text uses.
    pub fn note(&self, text: &str) {
        for rest in text.split("catch").skip(1) {
            let Some(inside) = rest.trim_start().strip_prefix('(') else { continue };
            let name: String = inside
                .trim_start()
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            if !name.is_empty() {
                self.0.borrow_mut().insert(name);
            }
        }
    }

    /// All names.
    pub(crate) fn names(&self) -> Vec<String> {
        self.0.borrow().iter().cloned().collect()
    }

    /// Texts use these names, too.
    pub(crate) fn learn(&self, names: Vec<String>) {
        self.0.borrow_mut().extend(names);
    }

    fn has(&self, name: &str) -> bool {
        self.0.borrow().contains(name)
    }
}

/// Puts caught errors into words when they are read.
pub struct Listener {
    catches: Catches,
    world: SendWrapper<Rc<RefCell<World>>>,
}

impl Listener {
    /// One for the texts of a world.
    pub fn new(world: Rc<RefCell<World>>) -> Self {
        let catches = world.borrow().catches.clone();
        Self { catches, world: SendWrapper::new(world) }
    }

    /// A variable is read.
    pub fn at(&self, name: &str, context: &mut EvalContext<'_, '_, '_, '_, '_, '_>) {
        if self.catches.has(name) {
            put_into_words(name, context, &self.world);
        }
    }
}

fn put_into_words(
    name: &str,
    context: &mut EvalContext<'_, '_, '_, '_, '_, '_>,
    world: &RefCell<World>,
) {
    let error = context.scope().get(name).and_then(|value| {
        let map = value.read_lock::<Map>()?;
        noticed(&map)
    });
    let Some(mut error) = error else { return };
    let Ok((explain, text, imported)) = world.try_borrow().map(|world| {
        let text = world.texts.last().map(|text| text.code.clone());
        (world.wording.explain.clone(), text, world.imported.clone())
    }) else {
        return;
    };
    // What is wrong with a script that cannot be read is more than its text says.
    if is_of_a_parser(&error)
        && let Some((name, broken)) = imported.borrow().broken()
    {
        error = EvalAltResult::ErrorInModule(name.clone(), broken.clone().into(), Position::NONE);
    }
    let Some(explain) = explain else { return };
    let asked = Asked { error: &error, engine: context.engine(), scope: context.scope(), text };
    let Told { mut message, help } = explain(&asked);
    if let Some(point) = point_of(&error) {
        message = format!("{message}, at {point}");
    }
    let told = Dynamic::from(LangError::Noticed { message, help });
    let Some(value) = context.scope_mut().get_mut(name) else { return };
    if value.is_shared() {
        if let Some(mut inner) = value.write_lock::<Dynamic>() {
            *inner = told;
        }
    } else {
        *value = told;
    }
}

/// The error of which Rhai has made a map, if it is one.
fn noticed(map: &Map) -> Option<EvalAltResult> {
    let text = |key: &str| map.get(key).and_then(|value| value.clone().into_string().ok());
    text("error").filter(|kind| kind.starts_with("Error"))?;
    let number = |key: &str| map.get(key).and_then(|value| value.as_int().ok());
    let at = number("line").and_then(|line| place(line, number("position").unwrap_or(0)));
    Some(rebuilt(&text("message")?, at.unwrap_or(Position::NONE)))
}

/// The point of a sweep at which an error happened.
fn point_of(error: &EvalAltResult) -> Option<&str> {
    let EvalAltResult::ErrorInFunctionCall(call, _, inner, _) = error else { return None };
    if call.starts_with(POINT) { Some(call) } else { point_of(inner) }
}

/// Whether a script that was imported could not be read.
fn is_of_a_parser(error: &EvalAltResult) -> bool {
    match error {
        EvalAltResult::ErrorInFunctionCall(_, _, inner, _) => is_of_a_parser(inner),
        EvalAltResult::ErrorArithmetic(text, _) => text.starts_with("Syntax error: "),
        _ => false,
    }
}

fn place(line: i64, column: i64) -> Option<Position> {
    let line = u16::try_from(line).ok().filter(|line| *line > 0)?;
    Some(Position::new(line, u16::try_from(column).ok()?))
}

/// An error from its text, and where it is said to be: the innermost on the first line, and the
/// functions through which it came on the others, the innermost first.
fn rebuilt(text: &str, at: Position) -> EvalAltResult {
    let mut calls: Vec<String> = Vec::new();
    let mut lines: Vec<&str> = text.lines().collect();
    while let Some(last) = lines.last().filter(|_| lines.len() > 1) {
        let last = last.split(" (line ").next().unwrap_or(last);
        let last = last.split(" @ '").next().unwrap_or(last);
        if last.starts_with("in closure call") {
            calls.push(CLOSURE.to_owned());
        } else if let Some(rest) = last.strip_prefix("in call to function '") {
            calls.push(rest.split('\'').next().unwrap_or(rest).to_owned());
        } else if !last.starts_with("in module") {
            break;
        }
        lines.pop();
    }
    let first = lines.join("\n");
    let (said, inner_at) = parted(&first);
    let inner_at = if calls.is_empty() { at } else { inner_at };
    let mut error = of_kind(said, inner_at);
    // The place that is told is that of the outermost call.
    for (i, call) in calls.into_iter().enumerate().rev() {
        let place = if i == 0 { at } else { Position::NONE };
        error = EvalAltResult::ErrorInFunctionCall(call, String::new(), error.into(), place);
    }
    error
}

/// A text without the place that stands behind it, and the place.
fn parted(text: &str) -> (&str, Position) {
    let Some((said, rest)) = text.rsplit_once(" (line ") else { return (text, Position::NONE) };
    let numbers: Vec<i64> = rest
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .filter_map(|part| part.parse().ok())
        .collect();
    let at = numbers.first().and_then(|line| place(*line, numbers.get(1).copied().unwrap_or(0)));
    (said, at.unwrap_or(Position::NONE))
}

/// An error of Rhai from what it says of itself.
fn of_kind(said: &str, at: Position) -> EvalAltResult {
    use EvalAltResult as Error;
    type Make = fn(String, Position) -> Error;
    let named: [(&str, Make); 10] = [
        ("Variable not found: ", Error::ErrorVariableNotFound),
        ("Property not found: ", Error::ErrorPropertyNotFound),
        ("Function not found: ", Error::ErrorFunctionNotFound),
        ("Module not found: ", Error::ErrorModuleNotFound),
        ("Variable already defined: ", Error::ErrorVariableExists),
        ("Forbidden variable name: ", Error::ErrorForbiddenVariable),
        ("Invalid index: ", |index, at| Error::ErrorIndexNotFound(index.into(), at)),
        ("Indexer unavailable: ", Error::ErrorIndexingType),
        ("Cannot modify constant ", Error::ErrorAssignmentToConstant),
        ("Data race detected on ", Error::ErrorDataRace),
    ];
    for (prefix, error) in named {
        if let Some(name) = said.strip_prefix(prefix) {
            return error(name.to_owned(), at);
        }
    }
    if let Some((got, wanted)) = mismatch(said) {
        return Error::ErrorMismatchDataType(wanted, got, at);
    }
    if let Some(error) = bounds(said, at) {
        return error;
    }
    let between = |prefix: &str, suffix: &str| {
        said.strip_prefix(prefix)?.strip_suffix(suffix).map(str::to_owned)
    };
    let changed = between("Non-pure method '", "' cannot be called on constant")
        .or_else(|| between("Non-pure property ", " cannot be accessed on constant"))
        .or_else(|| between("Cannot modify property '", "' of constant"));
    if let Some(name) = changed {
        return Error::ErrorNonPureMethodCallOnConstant(name, at);
    }
    match said {
        "Data race detected" => Error::ErrorDataRace(String::new(), at),
        "'this' not bound" => Error::ErrorUnboundThis(at),
        "For loop expects iterable type" => Error::ErrorFor(at),
        "Non-pure indexer cannot be accessed on constant" => {
            Error::ErrorNonPureMethodCallOnConstant("index$get$".to_owned(), at)
        }
        "Cannot assign to indexer of constant" => {
            Error::ErrorNonPureMethodCallOnConstant("index$set$".to_owned(), at)
        }
        _ if said.starts_with("Unknown property") || said.starts_with("Malformed dot") => {
            Error::ErrorDotExpr(said.to_owned(), at)
        }
        _ => Error::ErrorArithmetic(said.to_owned(), at),
    }
}

/// What it is and what it should be, of a type that does not fit.
fn mismatch(said: &str) -> Option<(String, String)> {
    let rest = said
        .strip_prefix("Data type incorrect")
        .or_else(|| said.strip_prefix("Output type incorrect"))?;
    if let Some(wanted) = rest.strip_prefix(", expecting ") {
        return Some((String::new(), wanted.to_owned()));
    }
    let rest = rest.strip_prefix(": ")?;
    let parts = rest.rsplit_once(" (expecting ");
    let (got, wanted) = parts.map_or((rest, ""), |(got, w)| (got, w.trim_end_matches(')')));
    Some((got.to_owned(), wanted.to_owned()))
}

/// An index that lies outside.
fn bounds(said: &str, at: Position) -> Option<EvalAltResult> {
    let kinds = ["Array index ", "String index ", "Bit-field index "];
    let (kind, rest) =
        kinds.iter().enumerate().find_map(|(i, p)| Some((i, said.strip_prefix(p)?)))?;
    let (index, rest) = rest.split_once(' ')?;
    let index: i64 = index.parse().ok()?;
    let length = rest
        .split(|c: char| !c.is_ascii_digit())
        .find(|part| !part.is_empty())
        .map_or(Some(0), |part| part.parse().ok())?;
    Some(match kind {
        0 => EvalAltResult::ErrorArrayBounds(length, index, at),
        1 => EvalAltResult::ErrorStringBounds(length, index, at),
        _ => EvalAltResult::ErrorBitFieldBounds(length, index, at),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every error that a script can catch says of itself enough to be made again.
    #[test]
    fn errors_are_made_again_from_what_they_say() {
        use EvalAltResult as Error;
        let at = Position::new(3, 5);
        let errors = [
            Error::ErrorVariableNotFound("x".into(), at),
            Error::ErrorPropertyNotFound("x".into(), at),
            Error::ErrorFunctionNotFound("to_csv (Ensemble, &str | ImmutableString)".into(), at),
            Error::ErrorModuleNotFound("x".into(), at),
            Error::ErrorVariableExists("x".into(), at),
            Error::ErrorForbiddenVariable("x".into(), at),
            Error::ErrorIndexNotFound("x".into(), at),
            Error::ErrorIndexingType("i64 [string]".into(), at),
            Error::ErrorAssignmentToConstant("x".into(), at),
            Error::ErrorDataRace("f".into(), at),
            Error::ErrorDataRace(String::new(), at),
            Error::ErrorMismatchDataType("bool".into(), "i64".into(), at),
            Error::ErrorMismatchDataType("bool".into(), String::new(), at),
            Error::ErrorArrayBounds(0, 3, at),
            Error::ErrorArrayBounds(1, -3, at),
            Error::ErrorArrayBounds(7, 8, at),
            Error::ErrorStringBounds(0, 3, at),
            Error::ErrorStringBounds(5, 9, at),
            Error::ErrorBitFieldBounds(64, 70, at),
            Error::ErrorNonPureMethodCallOnConstant("push".into(), at),
            Error::ErrorUnboundThis(at),
            Error::ErrorFor(at),
            Error::ErrorDotExpr(
                "Unknown property 'x' - a getter is not registered for type 'T'".into(),
                at,
            ),
            Error::ErrorArithmetic("Addition overflow: 1 + 2".into(), at),
        ];
        for error in errors {
            let (text, debug) = (error.to_string(), format!("{error:?}"));
            let (said, place) = parted(&text);
            assert_eq!(format!("{:?}", of_kind(said, place)), debug, "{text}");
            let wrapped = |inner: Error, name: &str| {
                Error::ErrorInFunctionCall(name.into(), String::new(), inner.into(), Position::NONE)
            };
            let again = format!("{:?}", rebuilt(&text, Position::NONE));
            let whole = wrapped(wrapped(of_kind(said, place), "inner"), "outer");
            let made = rebuilt(&whole.to_string(), Position::NONE);
            assert_eq!(format!("{made:?}"), format!("{whole:?}"));
            assert!(!again.is_empty());
        }
    }

    #[test]
    fn the_names_of_catches_are_found() {
        let catches = Catches::default();
        catches.note("try { f() } catch (e) {} try {} catch(wrong_1){} try {} catch {} // catch (");
        assert!(catches.has("e") && catches.has("wrong_1") && !catches.has(""));
    }
}
