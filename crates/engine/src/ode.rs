//! Stiff ordinary differential equations.
//!
//! [`Bdf`] is a variable-order, variable-step method of backward differentiation in Nordsieck's
//! form with a fixed leading coefficient (Jackson and Sacks-Davis, ACM Trans. Math. Softw. 6:295,
//! 1980; its control of order and step follows Brown, Byrne and Hindmarsh, SIAM J. Sci. Stat.
//! Comput. 10:1038, 1989). It takes its equations and their linear algebra from a [`System`].

mod bdf;
mod coefficients;
mod dense;
mod grid;
mod history;
mod network;
mod newton;
mod options;
mod roots;
mod sparse;

pub use bdf::Bdf;
pub use dense::{DenseLu, DenseSystem};
pub use grid::{Observer, Solution, solve, solve_with};
pub use network::NetworkOde;
pub use options::{Options, Stats};
pub use roots::{Root, RootFinder};
pub use sparse::SparseLu;

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
    /// A value that is not finite makes the solver try a smaller step, and so does an error;
    /// the error is passed on if no step is small enough.
    ///
    /// # Errors
    /// When a rate cannot be evaluated.
    fn rhs(&mut self, t: f64, y: &[f64], dy: &mut [f64]) -> Result<(), EngineError>;

    /// Prepares [`System::solve`] for the matrix `I - gamma * df/dy` at `(t, y)`.
    ///
    /// # Errors
    /// When the matrix cannot be evaluated or is singular.
    fn factor(&mut self, t: f64, y: &[f64], gamma: f64) -> Result<(), EngineError>;

    /// Like [`System::factor`], but may go on with the `df/dy` of the last call of it, since
    /// little but `gamma` has changed. Worth writing where `df/dy` is expensive.
    ///
    /// # Errors
    /// When the matrix cannot be evaluated or is singular.
    fn refactor(&mut self, t: f64, y: &[f64], gamma: f64) -> Result<(), EngineError> {
        self.factor(t, y, gamma)
    }

    /// Replaces `b` by the solution of `(I - gamma * df/dy) x = b`.
    fn solve(&mut self, b: &mut [f64]);
}

impl<S: System + ?Sized> System for &mut S {
    fn dim(&self) -> usize {
        (**self).dim()
    }

    fn rhs(&mut self, t: f64, y: &[f64], dy: &mut [f64]) -> Result<(), EngineError> {
        (**self).rhs(t, y, dy)
    }

    fn factor(&mut self, t: f64, y: &[f64], gamma: f64) -> Result<(), EngineError> {
        (**self).factor(t, y, gamma)
    }

    fn refactor(&mut self, t: f64, y: &[f64], gamma: f64) -> Result<(), EngineError> {
        (**self).refactor(t, y, gamma)
    }

    fn solve(&mut self, b: &mut [f64]) {
        (**self).solve(b);
    }
}
