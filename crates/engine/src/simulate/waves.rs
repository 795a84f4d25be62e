//! Periodic functions of time: limits the steps so that none passes over a whole period.

use super::crossings::{Shape, walk};
use bioxen_network::{Expr, NetworkError, Program, UnaryOp};

/// Steps within one period, at least: a pulse such as `sin(time)^100` lasts a tenth of it.
const STEPS: f64 = 20.0;
/// Periods beyond which what is passed over is an average.
const MOST_PERIODS: f64 = 10_000.0;

/// The angles of sines and their like, as functions of time.
#[derive(Debug, Clone, Default)]
pub(super) struct Waves {
    angles: Vec<Program>,
}

/// Whether an expression may swing by itself.
pub(super) fn may_swing(expr: &Expr) -> bool {
    matches!(expr, Expr::Unary(UnaryOp::Sin | UnaryOp::Cos | UnaryOp::Tan, _))
}

impl Waves {
    /// Collects them from some expressions. `moving` says of each quantity whether it changes.
    ///
    /// # Errors
    /// [`NetworkError::TooDeep`].
    pub(super) fn new<'e>(
        exprs: impl Iterator<Item = &'e Expr>,
        moving: &[bool],
    ) -> Result<Self, NetworkError> {
        let mut waves = Self::default();
        walk(exprs, |expr| {
            if let Expr::Unary(UnaryOp::Sin | UnaryOp::Cos | UnaryOp::Tan, angle) = expr
                && Shape::of(angle, moving).is_some_and(Shape::is_line)
            {
                waves.angles.push(Program::compile(angle)?);
            }
            Ok(())
        })?;
        Ok(waves)
    }

    /// The longest step from `start` to `end` that passes over nothing.
    pub(super) fn longest_step(&self, (start, end): (f64, f64), q: &[f64]) -> Option<f64> {
        let mut stack = Vec::new();
        let (whole, turn) = (end - start, std::f64::consts::TAU);
        let periods = self.angles.iter().map(|angle| {
            let change = angle.eval(end, q, &mut stack) - angle.eval(start, q, &mut stack);
            change.abs() / turn
        });
        let most = periods.filter(|n| *n <= MOST_PERIODS).fold(0.0, f64::max);
        (most > 0.0).then(|| whole / (most * STEPS))
    }
}
