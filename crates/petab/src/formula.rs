//! Formulas of observables and of noise, as text.
//!
//! The grammar is that of PEtab's mathematical expressions (`petab/math/PetabMathExprParser.g4` of libpetab-python), with `**` for
//! `^` and a few names more, as older problems have them: `^` binds more tightly than a sign, and from the right;
//! then come `* /`, `+ -`, comparisons, and at last `&& ||`, all from the left.

mod lexer;
mod parser;

#[cfg(test)]
mod tests;

use bioxen_network::Expr;
use thiserror::Error;

/// Why a text is no formula.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("character {column}: {reason}")]
pub struct FormulaError {
    /// Where, counted in characters from 1.
    pub column: usize,
    /// Why.
    pub reason: String,
}

/// Reads a formula; `resolve` says what a name stands for, or what is wrong with it.
///
/// # Errors
/// Anything that is no formula, with its place.
///
/// # Examples
/// ```
/// use bioxen_network::{Expr, Program, QuantityId};
/// use bioxen_petab::formula;
///
/// let names = |name: &str| match name {
///     "a" => Ok(Expr::Quantity(QuantityId(0))),
///     other => Err(format!("there is no `{other}`")),
/// };
/// let expr = formula::parse("-a^2 + log10(100)", &names)?;
/// assert_eq!(Program::compile(&expr).unwrap().eval(0.0, &[3.0], &mut Vec::new()), -7.0);
/// assert_eq!(formula::parse("2 * b", &names).unwrap_err().column, 5);
/// # Ok::<(), bioxen_petab::FormulaError>(())
/// ```
pub fn parse(
    text: &str,
    resolve: &dyn Fn(&str) -> Result<Expr, String>,
) -> Result<Expr, FormulaError> {
    parser::parse(text, resolve)
}
