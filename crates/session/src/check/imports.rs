//! Checks imports: scripts that a text imports and that do not exist.

use std::path::Path;

use rhai::{AST, Expr, Stmt};

use super::Findings;
use bioxen_lang::imports::missing;

impl Findings<'_> {
    /// Imports that must fail: those that stand in no block, of a file that is not there.
    pub(super) fn imports(&mut self, ast: &AST, folder: &Path) {
        for statement in ast.statements() {
            let Stmt::Import(import, position) = statement else { continue };
            let Expr::StringConstant(path, at) = &import.0 else { continue };
            let named = self.names(path) > 1;
            let Some(error) = missing(folder, path).filter(|_| !named) else { continue };
            let at = if at.is_none() { *position } else { *at };
            self.problem(error.to_string(), at, Some(path.as_str()));
        }
    }

    /// How often a text names a script: whoever names it twice may write it first.
    fn names(&self, path: &str) -> usize {
        let stem = |path: &str| path.strip_suffix(".rhai").unwrap_or(path).to_owned();
        let file = format!("{}.rhai", stem(path));
        let named = |text: &str| {
            let text = text.trim_matches(['"', '`']);
            stem(text) == stem(path) || text.contains(&file)
        };
        self.words.code().filter(|(_, token)| named(&self.words.word(token))).count()
    }
}
