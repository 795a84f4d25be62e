//! How a text is read where Rhai would do something else than it says.
//!
//! * Rhai keeps one variable for all turns of a `for` and shares it with every closure that mentions it,
//!   so that all of them would see its last value. Where the body of a loop has such a closure, the text is
//!   read with `let x=x;` at the head of the body.
//! * Rhai makes a key that a map has not before it finds that nothing can be added to nothing. Where
//!   something is added to a key, the text is read with a look at the key before it.
//! * A closure may use the value with which its chain of calls begins.
//!
//! What is put in stands between marks, so that places are told as they are in the text of the user. Texts
//! without any of these are read as they are.

use rhai::{
    AST, ASTFlags, ASTNode, Dynamic, Engine, EvalContext, Expr, ParseError, Position, Scope, Stmt,
};

/// Stands before and behind what is put in: blanks that nobody writes in this order.
const MARK: &str = "\u{c}\t\u{c}";

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
                    if operator.is_op_assignment() && can_be_repeated(&sides.lhs) {
                        let start = sides.lhs.start_position();
                        found.extend(look(&lines, start, operator.position()));
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

/// Whether a chain of keys and places can be read twice with nothing else happening.
fn can_be_repeated(chain: &Expr) -> bool {
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
            return plain(&parts.lhs) && plain(&parts.rhs);
        }
        rest = &parts.rhs;
    }
    false
}

/// A look at what is going to be changed, before the value with which it is: `m.x += 1` is read as
/// `m.x += {m.x;()} ?? 1`.
fn look(lines: &[&str], start: Position, operator: Position) -> Option<(Position, String)> {
    let (line, from, to) = (start.line()?, start.position()?, operator.position()?);
    if operator.line()? != line {
        return None;
    }
    let line = lines.get(line - 1)?;
    let changed: String = line.chars().take(to - 1).skip(from - 1).collect();
    let changed = changed.trim_end();
    let sign = line.chars().skip(to - 1).position(|c| c == '=')?;
    let behind = Position::new(operator.line()?.try_into().ok()?, (to + sign).try_into().ok()?);
    (!changed.contains("/*")).then(|| (behind, format!("{{{changed};()}}??")))
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
