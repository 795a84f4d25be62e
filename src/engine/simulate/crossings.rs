//! The times at which comparisons of time with something else turn, known in advance.

use crate::network::{BinaryOp, Expr, NaryOp, NetworkError, Program, UnaryOp};

/// How close to a computed crossing the true one lies, relative to its size.
const NEARBY: f64 = 1e-9;

/// Comparisons in which time enters linearly, next to quantities that stand still meanwhile.
#[derive(Debug, Clone, Default)]
pub(super) struct Crossings {
    /// The difference of both sides of each.
    differences: Vec<Program>,
    /// Whether some comparison depends on time in another way.
    pub(super) opaque: bool,
}

impl Crossings {
    /// Collects the comparisons in some expressions. `moving` says of each quantity whether it
    /// changes continuously or in jumps that are not announced.
    ///
    /// # Errors
    /// [`NetworkError::TooDeep`].
    pub(super) fn new<'e>(
        exprs: impl Iterator<Item = &'e Expr>,
        moving: &[bool],
    ) -> Result<Self, NetworkError> {
        let mut crossings = Crossings::default();
        let mut todo: Vec<&Expr> = exprs.collect();
        while let Some(expr) = todo.pop() {
            if let Expr::Binary(
                BinaryOp::Lt
                | BinaryOp::Le
                | BinaryOp::Gt
                | BinaryOp::Ge
                | BinaryOp::Eq
                | BinaryOp::Ne,
                a,
                b,
            ) = expr
            {
                match (degree(a, moving), degree(b, moving)) {
                    (Some(0), Some(0)) => {}
                    (Some(_), Some(_)) => {
                        let difference = Expr::Binary(BinaryOp::Sub, a.clone(), b.clone());
                        crossings.differences.push(Program::compile(&difference)?);
                    }
                    _ => crossings.opaque |= reads_time(expr),
                }
            }
            expr.for_each_child(|child| todo.push(child));
        }
        Ok(crossings)
    }

    /// Whether there is nothing to look for.
    pub(super) fn is_empty(&self) -> bool {
        self.differences.is_empty() && !self.opaque
    }

    /// The first crossing after `from`.
    pub(super) fn next(&self, from: f64, q: &[f64], stack: &mut Vec<f64>) -> Option<f64> {
        let later = self.differences.iter().filter_map(|difference| {
            let crossing = solve(difference, q, stack);
            (crossing > from && crossing.is_finite()).then_some(crossing)
        });
        later.min_by(f64::total_cmp)
    }

    /// Adds the crossings after `from` and up to `to`, each with a moment before and after it.
    pub(super) fn between(
        &self,
        from: f64,
        to: f64,
        q: &[f64],
        stack: &mut Vec<f64>,
        times: &mut Vec<f64>,
    ) {
        for difference in &self.differences {
            let crossing = solve(difference, q, stack);
            if !crossing.is_finite() {
                continue;
            }
            let nearby = NEARBY * crossing.abs().max(f64::MIN_POSITIVE);
            for time in [crossing - nearby, crossing, crossing + nearby] {
                if time > from && time <= to {
                    times.push(time);
                }
            }
        }
    }
}

/// Where a line crosses zero; not finite if it does not.
fn solve(line: &Program, q: &[f64], stack: &mut Vec<f64>) -> f64 {
    let at_zero = line.eval(0.0, q, stack);
    -at_zero / (line.eval(1.0, q, stack) - at_zero)
}

/// 0 for what does not depend on time, 1 for what depends on it linearly; none for all else.
fn degree(expr: &Expr, moving: &[bool]) -> Option<u32> {
    match expr {
        Expr::Const(_) => Some(0),
        Expr::Time => Some(1),
        Expr::Quantity(q) => (moving.get(q.index()) == Some(&false)).then_some(0),
        Expr::Unary(UnaryOp::Neg, a) => degree(a, moving),
        Expr::Binary(BinaryOp::Sub, a, b) => Some(degree(a, moving)?.max(degree(b, moving)?)),
        Expr::Binary(BinaryOp::Div, a, b) if degree(b, moving)? == 0 => degree(a, moving),
        Expr::Nary(NaryOp::Add, all) => {
            all.iter().try_fold(0, |d, e| Some(d.max(degree(e, moving)?)))
        }
        Expr::Nary(NaryOp::Mul, all) => {
            let sum = all.iter().try_fold(0, |d, e| Some(d + degree(e, moving)?))?;
            (sum <= 1).then_some(sum)
        }
        Expr::Delay(..) | Expr::RateOf(_) => None,
        _ => {
            let mut flat = true;
            expr.for_each_child(|child| flat &= degree(child, moving) == Some(0));
            flat.then_some(0)
        }
    }
}

fn reads_time(expr: &Expr) -> bool {
    let mut todo = vec![expr];
    while let Some(expr) = todo.pop() {
        if matches!(expr, Expr::Time) {
            return true;
        }
        expr.for_each_child(|child| todo.push(child));
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::QuantityId;

    #[test]
    fn linear_comparisons_are_solved() {
        let wait = Expr::Nary(NaryOp::Add, vec![Expr::Quantity(QuantityId(0)), Expr::Const(1.5)]);
        let expr = Expr::Binary(BinaryOp::Ge, Box::new(Expr::Time), Box::new(wait));
        let crossings = Crossings::new([&expr].into_iter(), &[false]).unwrap();
        let mut times = Vec::new();
        crossings.between(0.0, 100.0, &[24.0], &mut Vec::new(), &mut times);
        assert_eq!(times.len(), 3);
        assert_eq!(times[1], 25.5);
        times.clear();
        crossings.between(26.0, 100.0, &[24.0], &mut Vec::new(), &mut times);
        assert!(times.is_empty());
        assert_eq!(crossings.next(0.0, &[24.0], &mut Vec::new()), Some(25.5));
        assert_eq!(crossings.next(25.5, &[24.0], &mut Vec::new()), None);
        assert!(Crossings::new([&expr].into_iter(), &[true]).unwrap().opaque);
    }
}
