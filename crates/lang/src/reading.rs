//! Rewrites a text where Rhai would do something else than the text says.
//!
//! * Rhai keeps one variable for all turns of a `for` loop and shares it with every closure that uses it.
//!   So all closures would see its last value. If the body of a loop has such a closure, `let x=x;` is
//!   inserted at the start of the body.
//! * In `m.key += 1`, Rhai creates a missing key before it finds that nothing can be added to it. So a
//!   check of the key is inserted before the addition. A calculated key goes through a function that
//!   checks it, so that it is calculated only once.
//! * A closure may use the value with which its chain of calls begins.
//!
//! Insertions stand between marks, so that positions refer to the text of the user. Texts without any of
//! these cases are read unchanged.

use std::sync::Arc;

use rhai::{
    AST, ASTFlags, ASTNode, Dynamic, Engine, EvalAltResult, EvalContext, Expr, ImmutableString,
    Map, ParseError, Position, Scope, Stmt,
};

use super::RhaiResultOf;

/// Stands before and behind what is put in: blanks that nobody writes in this order.
const MARK: &str = "\u{c}\t\u{c}";

/// The function that gives a key back which a map has; nobody calls one of his own so.
const KEY: &str = "__key_that_is_there";

/// What a text is read with that its user did not write, each with the character behind which it stands.
#[derive(Debug, Clone, Default)]
pub struct Additions(Vec<(Position, String)>);

/// Reads a text as a script whose variables are those of `scope` and its own.
///
/// # Errors
/// When it is none.
pub fn compile(
    engine: &Engine,
    scope: &Scope<'_>,
    text: &str,
) -> Result<(AST, Additions), ParseError> {
    let ast = engine.compile_with_scope(scope, text)?;
    let additions = Additions::of(&ast, text);
    if additions.0.is_empty() {
        return Ok((ast, additions));
    }
    Ok((engine.compile_with_scope(scope, additions.written(text))?, additions))
}

impl Additions {
    fn of(ast: &AST, text: &str) -> Self {
        let mut found = Vec::new();
        let lines: Vec<&str> = text.split('\n').collect();
        ast.walk(&mut |path| {
            match path.last() {
                Some(ASTNode::Stmt(Stmt::For(parts, _))) => {
                    let (item, count, flow) = &**parts;
                    let names = [Some(item), count.as_ref()].into_iter().flatten();
                    let caught = names.filter(|name| is_caught(flow.body.statements(), &name.name));
                    let steps: String =
                        caught.map(|name| format!("let {0}={0};", name.name)).collect();
                    if !steps.is_empty() {
                        found.push((flow.body.position(), steps));
                    }
                }
                Some(ASTNode::Stmt(Stmt::Assignment(parts))) => {
                    let (operator, sides) = &**parts;
                    let (start, end) = (sides.lhs.start_position(), operator.position());
                    match changed(&sides.lhs).filter(|_| operator.is_op_assignment()) {
                        Some(Changed::Written) => found.extend(look(&lines, start, end)),
                        Some(Changed::Calculated) => {
                            found.extend(guard(&lines, start, end).into_iter().flatten());
                        }
                        None => {}
                    }
                }
                _ => {}
            }
            true
        });
        found.sort();
        Self(found)
    }

    /// A text as it is read; lines stay lines.
    pub fn written(&self, text: &str) -> String {
        if self.0.is_empty() {
            return text.to_owned();
        }
        let mut written = String::with_capacity(text.len() + 32 * self.0.len());
        let mut left = self.0.iter().peekable();
        for (number, line) in text.split('\n').enumerate() {
            if number > 0 {
                written.push('\n');
            }
            for (column, c) in line.chars().enumerate() {
                written.push(c);
                let here = |at: &Position| {
                    at.line() == Some(number + 1) && at.position() == Some(column + 1)
                };
                while let Some((_, steps)) = left.next_if(|(at, _)| here(at)) {
                    written.extend([MARK, steps, MARK]);
                }
            }
        }
        written
    }
}

/// What is changed at the end of a chain of keys and places that can be read twice with nothing else
/// happening.
enum Changed {
    /// A key or a place that is written there.
    Written,
    /// One that is calculated, which must happen once.
    Calculated,
}

/// What is changed in a chain of keys and places; nothing if no part of it can be read twice.
fn changed(chain: &Expr) -> Option<Changed> {
    let plain = |link: &Expr| {
        link.is_constant()
            || matches!(link, Expr::Variable(..) | Expr::Property(..) | Expr::ThisPtr(_))
    };
    let mut rest = chain;
    while let Expr::Dot(parts, options, _) | Expr::Index(parts, options, _) = rest {
        // What stands in brackets is a place, and no link.
        let place = matches!(rest, Expr::Index(..)) && options.contains(ASTFlags::BREAK);
        let goes_on = !place && matches!(parts.rhs, Expr::Dot(..) | Expr::Index(..));
        if !plain(&parts.lhs) || !goes_on {
            let written = plain(&parts.rhs);
            let calculated = !written && matches!(rest, Expr::Index(..)) && place;
            return match (plain(&parts.lhs), written, calculated) {
                (true, true, _) => Some(Changed::Written),
                (true, _, true) => Some(Changed::Calculated),
                _ => None,
            };
        }
        rest = &parts.rhs;
    }
    None
}

/// What is changed, as it is written between two places of one line; and that line.
fn between<'a>(
    lines: &[&'a str],
    start: Position,
    operator: Position,
) -> Option<(&'a str, String)> {
    let (line, from, to) = (start.line()?, start.position()?, operator.position()?);
    if operator.line()? != line {
        return None;
    }
    let line = lines.get(line - 1)?;
    let changed: String = line.chars().take(to - 1).skip(from - 1).collect();
    (!changed.contains("/*")).then(|| (*line, changed.trim_end().to_owned()))
}

/// A calculated key is read by way of a function: `m[f()] += 1` as `m[m.there(f())] += 1`.
fn guard(lines: &[&str], start: Position, operator: Position) -> Option<[(Position, String); 2]> {
    let (_, changed) = between(lines, start, operator)?;
    let changed: Vec<char> = changed.chars().collect();
    let (open, close) = last_bracket(&changed)?;
    let (line, from) = (start.line()?, start.position()?);
    let at = |i: usize| Some(Position::new(line.try_into().ok()?, (from + i).try_into().ok()?));
    let of: String = changed[..open].iter().collect();
    let of = of.trim_end().trim_end_matches('?');
    Some([(at(open)?, format!("{of}.{KEY}(")), (at(close - 1)?, ")".to_owned())])
}

/// Where the bracket opens and closes with which a chain ends.
fn last_bracket(chain: &[char]) -> Option<(usize, usize)> {
    let (mut open, mut last, mut quote) = (Vec::new(), None, None);
    let mut i = 0;
    while let Some(&c) = chain.get(i) {
        match (c, quote) {
            ('\\', Some(_)) => i += 1,
            (c, Some(q)) if c == q => quote = None,
            // Texts within texts are rare, and left alone.
            ('$', Some('`')) if chain.get(i + 1) == Some(&'{') => {
                let rest = &chain[i + 1..];
                let end = rest.iter().position(|c| *c == '`')?;
                if rest[..end].iter().any(|c| matches!(c, '"' | '\'')) {
                    return None;
                }
            }
            (_, Some(_)) => {}
            ('"' | '`' | '\'', None) => quote = Some(c),
            ('(' | '[' | '{', None) => open.push(i),
            (')' | ']' | '}', None) => last = Some((open.pop()?, i)),
            _ => {}
        }
        i += 1;
    }
    last.filter(|(_, close)| open.is_empty() && *close == chain.len() - 1 && chain[*close] == ']')
}

/// What the texts of users are read with.
pub(super) fn register(engine: &mut Engine) {
    let there = |of: &mut Dynamic, key: Dynamic| -> RhaiResultOf<Dynamic> {
        let name = key.read_lock::<ImmutableString>().map(|name| name.clone());
        match (of.read_lock::<Map>(), name) {
            (Some(map), Some(name)) if !map.contains_key(name.as_str()) => {
                Err(EvalAltResult::ErrorPropertyNotFound(name.into(), Position::NONE).into())
            }
            _ => Ok(key),
        }
    };
    engine.register_fn(KEY, there);
}

/// A look at what is going to be changed, before the value with which it is: `m.x += 1` is read as
/// `m.x += {m.x;()} ?? 1`.
fn look(lines: &[&str], start: Position, operator: Position) -> Option<(Position, String)> {
    let to = operator.position()?;
    let (line, changed) = between(lines, start, operator)?;
    let sign = line.chars().skip(to - 1).position(|c| c == '=')?;
    let behind = Position::new(operator.line()?.try_into().ok()?, (to + sign).try_into().ok()?);
    Some((behind, format!("{{{changed};()}}??")))
}

/// Whether a closure in these statements catches a variable of a name.
fn is_caught(statements: &[Stmt], name: &str) -> bool {
    statements.iter().any(|statement| {
        !statement.walk(&mut Vec::new(), &mut |path: &[ASTNode<'_>]| match path.last() {
            Some(ASTNode::Stmt(Stmt::Share(all))) => {
                all.iter().all(|(other, _)| other.name != name)
            }
            _ => true,
        })
    })
}

/// A line as its user wrote it, and where columns of the line that was read are in it.
pub fn unwritten(line: &str, columns: [usize; 2]) -> (String, [usize; 2]) {
    let mut user: Vec<char> = Vec::with_capacity(line.len());
    let mut moved = columns;
    let mut read = 0;
    for (i, part) in line.split(MARK).enumerate() {
        let part: Vec<char> = part.chars().collect();
        let put_in = i % 2 == 1;
        // Where a column is that stands in what was put in: at what is looked at, or where it stands.
        let length = part.iter().position(|c| *c == ';').unwrap_or(0);
        let looked = part.get(1..length).filter(|_| put_in && part.first() == Some(&'{'));
        let same = looked.and_then(|l| (0..user.len()).rev().find(|at| user[*at..].starts_with(l)));
        for (column, moved) in columns.iter().zip(&mut moved) {
            if (read + 1..=read + part.len() + MARK.len()).contains(column) {
                let inside = column - read - 1;
                *moved = match same {
                    Some(at) => at + inside.clamp(1, length),
                    None if put_in => user.len() + 1,
                    None => user.len() + inside + 1,
                };
            }
        }
        read += part.len() + MARK.len();
        if !put_in {
            user.extend(part);
        }
    }
    (user.into_iter().collect(), moved)
}

/// The place of a call of `debug` as its user wrote it; with it comes the text on a VM in which it is, if it
/// is in one.
pub type Written = Arc<dyn Fn(Position, Option<Arc<str>>) -> Position + Send + Sync>;

/// Whether a line has anything that its user did not write.
pub fn is_written(line: &str) -> bool {
    line.contains(MARK)
}

/// What a variable is when it is read, where that is not what Rhai would take. Rhai holds a variable that
/// closures share for as long as a chain of calls goes on which begins with it, so that no closure in the
/// chain could use it; the value by itself it does not hold.
pub(super) fn instead(
    name: &str,
    index: usize,
    context: &EvalContext<'_, '_, '_, '_, '_, '_>,
) -> Option<Dynamic> {
    let scope = context.scope();
    // Variables are counted from the last, which comes first.
    let value = match index.checked_sub(1) {
        Some(place) => scope.iter_raw().nth(place).map(|(_, _, value)| value),
        None => scope.get(name),
    };
    let mut shared = value.filter(|value| value.is_shared()).cloned()?;
    // What a call is changing now is refused by Rhai in words of its own.
    let free = shared.write_lock::<Dynamic>().is_some();
    free.then_some(shared)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        let (_, additions) = compile(&Engine::new(), &Scope::new(), text).unwrap();
        additions.written(text).replace(MARK, "|")
    }

    #[test]
    fn what_is_put_in_is_taken_out_again() {
        let text =
            "let f = [];\nfor (e, i) in [1] { f.push(|| `é${e + i}`); for j in 0..2 { j; } } f";
        let (_, additions) = compile(&Engine::new(), &Scope::new(), text).unwrap();
        let written = additions.written(text);
        let line = written.lines().nth(1).unwrap();
        assert!(is_written(line) && line.contains("let e=e;let i=i;"), "{line}");
        let end = line.chars().count();
        let (user, columns) = unwritten(line, [20, end]);
        assert_eq!(user, text.lines().nth(1).unwrap());
        assert_eq!(columns, [20, user.chars().count()]);
    }

    #[test]
    fn keys_that_are_calculated_are_calculated_once() {
        let text = "let m = #{a: #{}}; let k = \"x\"; ";
        for (change, right) in [
            ("m[f(1)] += 1", "m[|m.__key_that_is_there(|f(1)|)|] += 1"),
            ("m.a[k + 1]  -= 1", "m.a[|m.a.__key_that_is_there(|k + 1|)|]  -= 1"),
            ("m[`${k}]`] += 1", "m[|m.__key_that_is_there(|`${k}]`|)|] += 1"),
            ("m[f(k)[0]] += 1", "m[|m.__key_that_is_there(|f(k)[0]|)|] += 1"),
            ("m[f(1)].x += 1", "m[f(1)].x += 1"),
            ("m[k + 1] = 1", "m[k + 1] = 1"),
        ] {
            let written = read(&format!("fn f(x) {{ [x] }} {text}{change}"));
            assert!(written.ends_with(right), "{written}");
        }
    }

    #[test]
    fn keys_are_looked_at_before_they_are_changed() {
        let text = "let m = #{}; let a = [1]; m.x += 1; m[\"y\"].z **= 2; a[0] -= 1; m[f()] += 1; m.x = 1;";
        let written = read(&format!("fn f() {{ \"k\" }} {text}"));
        for part in ["m.x +=|{m.x;()}??| 1", "**=|{m[\"y\"].z;()}??| 2", "-=|{a[0];()}??| 1"] {
            assert!(written.contains(part), "{written}");
        }
        assert_eq!(written.matches("??").count(), 3);
        let line = format!("  m.key +={MARK}{{m.key;()}}??{MARK} 1");
        // The key in what was put in is the key before it.
        assert_eq!(unwritten(&line, [17, 20]), ("  m.key += 1".to_owned(), [5, 8]));
    }
}
