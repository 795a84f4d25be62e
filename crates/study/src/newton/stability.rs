//! What eigenvalues say.

use crate::linear::Eigenvalue;
use std::fmt::{self, Display};

/// Whether a small disturbance of a steady state dies out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stability {
    /// It does.
    Stable,
    /// It grows in so many directions.
    Unstable(usize),
    /// It does neither, to first order.
    Marginal,
    /// The eigenvalues were not found.
    Unknown,
}

/// Real parts that differences cannot tell from zero, as a part of the largest eigenvalue.
const SMALLEST: f64 = 1e-9;

impl Stability {
    /// By the eigenvalues of the derivatives, less those of conserved sums, which are 0.
    pub fn of(eigenvalues: Option<&[Eigenvalue]>, conserved: usize) -> Self {
        let Some(values) = eigenvalues else { return Self::Unknown };
        let largest = values.iter().map(|v| v.abs()).fold(0.0, f64::max);
        let limit = SMALLEST * largest;
        let unstable = values.iter().filter(|v| v.re > limit).count();
        let neither = values.iter().filter(|v| v.re.abs() <= limit).count();
        match (unstable, neither > conserved) {
            (0, false) => Self::Stable,
            (0, true) => Self::Marginal,
            (n, _) => Self::Unstable(n),
        }
    }
}

impl Display for Stability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stable => f.write_str("stable"),
            Self::Unstable(1) => f.write_str("unstable in one direction"),
            Self::Unstable(n) => write!(f, "unstable in {n} directions"),
            Self::Marginal => f.write_str("neither stable nor unstable to first order"),
            Self::Unknown => f.write_str("stability unknown"),
        }
    }
}
