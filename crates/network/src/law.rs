//! Rate laws as expressions.

use super::NetworkError;
use super::expr::{BinaryOp, Expr, NaryOp};
use super::model::{RateLaw, Stoichiometry, Term};

/// What a mass-action law counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counting {
    /// Distinct combinations of whole molecules: `x (x-1) / 2` pairs.
    Molecules,
    /// The limit for many molecules, as in an ODE: `x^2 / 2` pairs.
    Continuous,
}

/// The most molecules of one kind in a mass-action law that is written out.
const MAX_ORDER: f64 = 20.0;

impl RateLaw {
    /// The law as an expression; `reactants` are those of its reaction.
    ///
    /// # Errors
    /// [`NetworkError::NotEvaluable`] for mass action with a stoichiometry that is no whole
    /// number, that changes in time, or that is above 20.
    ///
    /// # Examples
    /// ```
    /// use bioxen_network::{Counting, Network, Program, RateLaw};
    ///
    /// let mut network = Network::default();
    /// let a = network.species("a", 5.0);
    /// let law = RateLaw::MassAction { k: 3.0, factors: vec![] };
    /// network.reaction("pair", &[(a, 2)], &[], law.clone());
    /// let reactants = &network.reactions[0].reactants;
    /// let rate = |counting| -> Result<f64, bioxen_network::NetworkError> {
    ///     let program = Program::compile(&law.to_expr(reactants, counting)?)?;
    ///     Ok(program.eval(0.0, &[5.0], &mut Vec::new()))
    /// };
    /// assert_eq!(rate(Counting::Molecules)?, 3.0 * 5.0 * 4.0 / 2.0);
    /// assert_eq!(rate(Counting::Continuous)?, 3.0 * 5.0 * 5.0 / 2.0);
    /// # Ok::<(), bioxen_network::NetworkError>(())
    /// ```
    pub fn to_expr(&self, reactants: &[Term], counting: Counting) -> Result<Expr, NetworkError> {
        match self {
            RateLaw::Expr(expr) => Ok(expr.clone()),
            RateLaw::MichaelisMenten { vmax, km, substrate } => {
                let s = Expr::Quantity(*substrate);
                let above = product(vec![Expr::Const(*vmax), s.clone()]);
                Ok(binary(BinaryOp::Div, above, sum(vec![Expr::Const(*km), s])))
            }
            RateLaw::Hill { basal, vmax, k, n, regulator } => {
                // With a negative n both sides are multiplied with powers that are finite at 0.
                let power = |x| binary(BinaryOp::Pow, x, Expr::Const(n.abs()));
                let x = power(Expr::Quantity(*regulator));
                let half = Expr::Const(k.powf(n.abs()));
                let top = if *n < 0.0 { half.clone() } else { x.clone() };
                let share = binary(BinaryOp::Div, top, sum(vec![half, x]));
                let step = product(vec![Expr::Const(vmax - basal), share]);
                Ok(if *basal == 0.0 { step } else { sum(vec![Expr::Const(*basal), step]) })
            }
            RateLaw::MassAction { k, factors } => {
                let mut all = vec![Expr::Const(*k)];
                all.extend(factors.iter().map(|&f| Expr::Quantity(f)));
                let mut ways = 1.0;
                for (term, count) in merged(reactants)? {
                    let x = Expr::Quantity(term.quantity);
                    for taken in 0..count {
                        ways *= f64::from(taken + 1);
                        all.push(match counting {
                            Counting::Molecules if taken > 0 => {
                                binary(BinaryOp::Sub, x.clone(), Expr::Const(f64::from(taken)))
                            }
                            _ => x.clone(),
                        });
                    }
                }
                let all = product(all);
                Ok(if ways == 1.0 { all } else { binary(BinaryOp::Div, all, Expr::Const(ways)) })
            }
        }
    }
}

/// Each reactant once, with how many molecules of it are taken.
fn merged(reactants: &[Term]) -> Result<Vec<(Term, u32)>, NetworkError> {
    let mut merged: Vec<(Term, u32)> = Vec::new();
    for term in reactants {
        let count = match term.stoichiometry {
            Stoichiometry::Const(n) if n.fract() == 0.0 && (0.0..=MAX_ORDER).contains(&n) => n,
            _ => {
                return Err(NetworkError::NotEvaluable {
                    context: "mass action".to_owned(),
                    construct: "a stoichiometry that is not a whole number from 0 to 20",
                });
            }
        };
        match merged.iter_mut().find(|(t, _)| t.quantity == term.quantity) {
            Some((_, total)) => *total += count as u32,
            None => merged.push((*term, count as u32)),
        }
    }
    Ok(merged)
}

fn binary(op: BinaryOp, a: Expr, b: Expr) -> Expr {
    Expr::Binary(op, Box::new(a), Box::new(b))
}

fn product(factors: Vec<Expr>) -> Expr {
    Expr::Nary(NaryOp::Mul, factors)
}

fn sum(terms: Vec<Expr>) -> Expr {
    Expr::Nary(NaryOp::Add, terms)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Network, Program, QuantityId};

    fn value(law: &RateLaw, x: f64) -> f64 {
        let expr = law.to_expr(&[], Counting::Molecules).unwrap();
        Program::compile(&expr).unwrap().eval(0.0, &[x], &mut Vec::new())
    }

    #[test]
    fn saturating_laws_have_their_halves() {
        let q = QuantityId(0);
        let mm = RateLaw::MichaelisMenten { vmax: 8.0, km: 3.0, substrate: q };
        assert_eq!(value(&mm, 3.0), 4.0);
        let hill = |n| RateLaw::Hill { basal: 1.0, vmax: 9.0, k: 2.0, n, regulator: q };
        assert_eq!(value(&hill(2.0), 2.0), 5.0);
        assert_eq!(value(&hill(2.0), 0.0), 1.0);
        assert_eq!(value(&hill(-2.0), 0.0), 9.0);
        assert!((value(&hill(-2.0), 6.0) - (1.0 + 8.0 * 4.0 / 40.0)).abs() < 1e-15);
    }

    #[test]
    fn a_reactant_listed_twice_is_a_pair() {
        let mut network = Network::default();
        let a = network.species("a", 0.0);
        let law = RateLaw::MassAction { k: 1.0, factors: vec![] };
        network.reaction("r", &[(a, 1), (a, 1)], &[], law.clone());
        let expr = law.to_expr(&network.reactions[0].reactants, Counting::Molecules).unwrap();
        let program = Program::compile(&expr).unwrap();
        assert_eq!(program.eval(0.0, &[7.0], &mut Vec::new()), 21.0);
    }
}
