//! Checks the declarations of parameters that are written out.

use rhai::{AST, Position};

use super::super::parameters::{PARAM, declaration};
use super::{Findings, each_call};
use bioxen_lang::LangError;
use bioxen_lang::parameters::Declaration;

impl Findings<'_> {
    /// Declarations that cannot be, and those of one name that differ.
    pub(super) fn parameters(&mut self, ast: &AST) {
        if self.own.contains_key(PARAM) {
            return;
        }
        let mut calls: Vec<(Position, Result<Declaration, LangError>)> = Vec::new();
        each_call(ast, &mut |call, position, _| {
            if call.name == PARAM && !call.is_qualified() {
                calls.extend(declaration(call).map(|declared| (position, declared)));
            }
        });
        calls.sort_by_key(|(position, _)| *position);
        let mut before: Vec<Declaration> = Vec::new();
        for (position, declared) in calls {
            if self.is_full() {
                return;
            }
            let agreed = declared.and_then(|declared| {
                match before.iter().find(|other| other.name == declared.name) {
                    Some(other) => declared.agree(other)?,
                    None => before.push(declared),
                }
                Ok(())
            });
            match agreed {
                // Checked with the options of other functions.
                Ok(()) | Err(LangError::UnknownOption { .. }) => {}
                Err(LangError::Parameter(error)) => {
                    self.problem(error.to_string(), position, error.name());
                }
                Err(error) => self.problem(error.to_string(), position, None),
            }
        }
    }
}
