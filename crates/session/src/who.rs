//! The variables of a session, as a script sees them.
//!
//! A native function cannot see variables. So `variables()` is a form of the language: the session
//! replaces its calls by a reserved word of the same length, which receives the scope when it is
//! evaluated.

use std::borrow::Cow;

use rhai::{Array, Dynamic, Engine, Map, Position, Scope};

use super::Session;
use super::lex::{Kind, lex};
use bioxen_lang::catalogue::type_of;
use bioxen_lang::display::text_of;

/// What the call is called by users.
const NAME: &str = "variables";
/// What it is called in a text that is evaluated: as long as its name, so that everything stays where
/// it is.
const FORM: &str = "_variabls";
/// How deeply strings in strings are looked at.
const DEPTH: usize = 8;
/// The longest value that is shown [characters].
const LONGEST: usize = 60;

/// Makes the form known to an engine.
pub(super) fn register(engine: &mut Engine) {
    let known = engine.register_custom_syntax([FORM], false, |context, _| {
        let engine = context.engine();
        let all = visible(engine, context.scope()).into_iter();
        let record = |(name, kind, value): (String, String, String)| -> Dynamic {
            let of = [("name", name), ("type", kind), ("value", value)];
            of.into_iter().map(|(k, v)| (k.into(), v.into())).collect::<Map>().into()
        };
        Ok(all.map(record).collect::<Array>().into())
    });
    // A word that no other form has cannot be refused; the function says what is missing if so.
    debug_assert!(known.is_ok());
}

/// A text with its calls of `variables()` in the form that sees the variables.
pub(super) fn written(text: &str) -> Cow<'_, str> {
    if !text.contains(NAME) {
        return Cow::Borrowed(text);
    }
    let mut all: Vec<char> = text.chars().collect();
    rewrite(&mut all, DEPTH);
    Cow::Owned(all.into_iter().collect())
}

fn rewrite(all: &mut [char], depth: usize) {
    let tokens = lex(all);
    let words: Vec<String> = tokens.iter().map(|t| t.text(all)).collect();
    for i in 0..words.len() {
        let inner = tokens[i].start..tokens[i].end;
        if depth > 0 && words[i].starts_with('`') {
            for place in inserted(&all[inner.clone()]) {
                rewrite(&mut all[inner.start + place.start..inner.start + place.end], depth - 1);
            }
        }
        let before = i.checked_sub(1).map_or("", |b| words[b].as_str());
        let called = words[i] == NAME
            && words.get(i + 1).is_some_and(|w| w == "(")
            && words.get(i + 2).is_some_and(|w| w == ")");
        if called && !matches!(before, "." | "?." | "fn" | "::") {
            all[inner].iter_mut().zip(FORM.chars()).for_each(|(c, new)| *c = new);
            for bracket in &tokens[i + 1..i + 3] {
                all[bracket.start] = ' ';
            }
        }
    }
}

/// Where a string has expressions: what stands between `${` and its `}`.
fn inserted(text: &[char]) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at + 1 < text.len() {
        if text[at] != '$' || text[at + 1] != '{' {
            at += 1;
            continue;
        }
        let start = at + 2;
        let inside = lex(&text[start..]);
        let mut open = 0_usize;
        let end = inside.iter().find(|token| {
            match token.kind {
                Kind::Open(_) => open += 1,
                Kind::Close('}') if open == 0 => return true,
                Kind::Close(_) => open = open.saturating_sub(1),
                _ => {}
            }
            false
        });
        let Some(end) = end else { break };
        found.push(start..start + end.start);
        at = start + end.end;
    }
    found
}

/// Name, type and value in short of what a scope has; the newest of a name only.
fn visible(engine: &Engine, scope: &Scope<'_>) -> Vec<(String, String, String)> {
    let global = engine.new_global_runtime_state();
    let context = rhai::NativeCallContext::new_with_all_fields(
        engine,
        "to_string",
        None,
        &global,
        Position::NONE,
    );
    // A scope tells of its newest variable first.
    let mut all: Vec<(&str, bool, &Dynamic)> = scope.iter_raw().collect();
    all.reverse();
    let newest = |(i, (name, ..)): &(usize, &(&str, bool, &Dynamic))| {
        all[i + 1..].iter().all(|(later, ..)| later != name)
    };
    all.iter()
        .enumerate()
        .filter(newest)
        .map(|(_, (name, _, value))| {
            let kind = type_of(engine.map_type_name(value.type_name())).to_owned();
            let kind = if kind.is_empty() { "nothing".to_owned() } else { kind };
            ((*name).to_owned(), kind, brief(&context, value))
        })
        .collect()
}

/// A value on one line, cut where it becomes long.
fn brief(context: &rhai::NativeCallContext<'_>, value: &Dynamic) -> String {
    let count = value.read_lock::<Array>().map(|array| array.len());
    let text = match count {
        // What is long takes long to be written.
        Some(count) if count > LONGEST => {
            let array = value.read_lock::<Array>();
            let first = array.map(|array| array[..3].to_vec()).unwrap_or_default();
            let first: Vec<String> = first.iter().map(|v| brief(context, v)).collect();
            return format!("[{}, ..] ({count} values)", first.join(", "));
        }
        _ => text_of(context, value),
    };
    let mut line: Vec<char> = text.chars().take(LONGEST + 1).collect();
    if line.contains(&'\n') || line.len() > LONGEST {
        line.truncate(LONGEST - 3);
        let line: String = line.into_iter().collect();
        return format!("{} ..", line.split('\n').next().unwrap_or_default().trim_end());
    }
    line.into_iter().collect()
}

impl Session {
    /// The variables of the session in the order in which they were made: name, type and value in
    /// short.
    ///
    /// # Examples
    /// ```
    /// use bioxen_session::Session;
    /// let mut session = Session::new(Default::default(), Box::new(|_| {}))?;
    /// session.eval("let dose = 50.uM;", "example")?;
    /// let (name, kind, value) = &session.variables()[0];
    /// assert_eq!([name, kind, value], ["dose", "Concentration", "50 uM"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn variables(&self) -> Vec<(String, String, String)> {
        visible(&self.engine, &self.scope)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_written_in_their_form_and_nothing_else_is() {
        assert_eq!(written("let n = variables().len();"), "let n = _variabls  .len();");
        for text in [
            "let variables = 1; variables + 1",
            "\"variables()\" // variables()",
            "model.variables()",
            "fn variables() { 1 }",
            "variables(1)",
            "é",
        ] {
            assert_eq!(written(text), text);
        }
        let nested = "`é ${variables()} variables() ${`${#{a: variables()}.a}`}`; variables ( )";
        assert_eq!(written(nested).matches(FORM).count(), 3);
        assert_eq!(written("`${variables()").matches(FORM).count(), 0);
    }
}
