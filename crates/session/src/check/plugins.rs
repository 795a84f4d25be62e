//! Checks the plug-ins that a text loads by paths that it writes out.

use rhai::{AST, Expr, FnCallExpr, Position, Stmt};

use super::super::Session;
use super::Findings;
use bioxen_lang::plugins;

/// The function that loads one.
const LOAD: &str = "load_plugin";

impl Findings<'_> {
    /// Plug-ins that cannot be loaded, where that stands in no block. What they would have brought is not known, so
    /// that nothing is told of names that may come from them.
    pub(super) fn plugins(&mut self, ast: &AST, session: &Session) {
        if self.own.contains_key(LOAD) {
            return;
        }
        let world = session.world.borrow();
        for (call, position) in ast.statements().iter().filter_map(call) {
            let [Expr::StringConstant(path, _)] = call.args.as_slice() else { continue };
            let found = plugins::found(&session.engine, &world.options, &world.plugins, path);
            if let Err(error) = found {
                self.loads = true;
                self.problem(error.to_string(), position, Some(path.as_str()));
            }
        }
    }
}

/// The call that a statement is, if it loads a plug-in.
fn call(statement: &Stmt) -> Option<(&FnCallExpr, Position)> {
    let (call, position) = match statement {
        Stmt::FnCall(call, position) => (call, position),
        Stmt::Expr(expression) => match expression.as_ref() {
            Expr::FnCall(call, position) => (call, position),
            _ => return None,
        },
        _ => return None,
    };
    (call.name == LOAD && !call.is_qualified()).then_some((call, *position))
}
