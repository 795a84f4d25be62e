//! What can go wrong with a problem.

use bioxen_base::problem::Problem;
use bioxen_engine::EngineError;
use bioxen_study::StudyError;
use thiserror::Error;

/// Why a problem cannot be read, simulated or fitted.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum PetabError {
    /// The files are wrong: all that was found.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Problems(Vec<Problem>),
    /// A parameter that is estimated has no nominal value to simulate with.
    #[error(
        "the parameter `{parameter}` has no nominalValue to simulate with; fit it, or state one"
    )]
    NoNominalValue {
        /// The parameter.
        parameter: String,
    },
    /// As many values are needed as there are parameters.
    #[error("{found} values were given for {expected} parameters")]
    WrongCount {
        /// How many there are.
        expected: usize,
        /// How many were given.
        found: usize,
    },
    /// A condition cannot be simulated.
    #[error("{}, condition `{condition}`: {source}", .file)]
    Simulation {
        /// The file of the model.
        file: String,
        /// The condition.
        condition: String,
        /// Why.
        source: EngineError,
    },
    /// An observable has no value that could be compared, or its noise is none.
    #[error("{file}, line {line}: {what}")]
    Observation {
        /// The file of the measurement.
        file: String,
        /// Its line.
        line: usize,
        /// What is wrong.
        what: String,
    },
    /// A prior does not allow a value.
    #[error("the prior of `{parameter}` does not allow {value}")]
    Prior {
        /// The parameter.
        parameter: String,
        /// The value.
        value: f64,
    },
    /// Nothing is estimated.
    #[error("no parameter has estimate = 1, so there is nothing to fit")]
    NothingToFit,
    /// The fit has failed.
    #[error("{0}")]
    Study(#[from] StudyError),
}

impl PetabError {
    /// Whether somebody asked to stop.
    pub fn is_stop(&self) -> bool {
        match self {
            Self::Simulation { source, .. } => matches!(source, EngineError::Stopped { .. }),
            Self::Study(error) => *error == StudyError::Stopped,
            _ => false,
        }
    }
}
