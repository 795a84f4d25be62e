//! Stiff ordinary differential equations.

use super::EngineError;

/// A system `y' = f(t, y)` together with the linear algebra that an implicit method needs.
///
/// The solver of the linear systems belongs to the system, since only it knows the structure of
/// its Jacobian: a network has a sparse one, host and guests together have an arrow.
pub trait System {
    /// The number of equations.
    fn dim(&self) -> usize;

    /// Writes `f(t, y)` into `dy`.
    ///
    /// # Errors
    /// When a rate cannot be evaluated.
    fn rhs(&mut self, t: f64, y: &[f64], dy: &mut [f64]) -> Result<(), EngineError>;

    /// Prepares [`System::solve`] for the matrix `I - gamma * df/dy` at `(t, y)`.
    ///
    /// # Errors
    /// When the matrix cannot be evaluated or is singular.
    fn factor(&mut self, t: f64, y: &[f64], gamma: f64) -> Result<(), EngineError>;

    /// Replaces `b` by the solution of `(I - gamma * df/dy) x = b`.
    fn solve(&mut self, b: &mut [f64]);
}
