//! How guests are simulated.

use super::HypervisorError;
use bioxen_base::nearest::nearest;

/// The way guests are simulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Solver {
    /// Every molecule by itself: exact stochastic simulation, coupled to the host each second.
    #[default]
    Stochastic,
    /// As stochastic, but many events at once where that pays and changes no rate by much:
    /// tau-leaping (Cao, Gillespie & Petzold, *J. Chem. Phys.* 124:044109, 2006).
    TauLeap,
    /// Host and guests as one system of ordinary differential equations: the means.
    Deterministic,
}

impl Solver {
    /// All solvers.
    pub const ALL: [Self; 3] = [Self::Stochastic, Self::TauLeap, Self::Deterministic];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stochastic => "stochastic",
            Self::TauLeap => "tau_leap",
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
