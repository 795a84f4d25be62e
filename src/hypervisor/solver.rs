//! How guests are simulated.

use super::HypervisorError;
use crate::nearest::nearest;

/// The way guests are simulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Solver {
    /// Every molecule by itself: exact stochastic simulation, coupled to the host each second.
    #[default]
    Stochastic,
    /// Host and guests as one system of ordinary differential equations: the means.
    Deterministic,
}

impl Solver {
    /// All solvers.
    pub const ALL: [Self; 2] = [Self::Stochastic, Self::Deterministic];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stochastic => "stochastic",
            Self::Deterministic => "deterministic",
        }
    }

    /// Parses a name.
    ///
    /// # Errors
    /// When there is no such solver.
    pub fn parse(name: &str) -> Result<Self, HypervisorError> {
        Self::ALL.into_iter().find(|s| s.name() == name).ok_or_else(|| {
            HypervisorError::UnknownSolver {
                given: name.to_owned(),
                nearest: nearest(name, Self::ALL.map(Self::name)).map(str::to_owned),
            }
        })
    }
}
