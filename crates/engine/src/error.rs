//! What can go wrong while a network is simulated.

use thiserror::Error;

/// An error of the engine.
#[derive(Debug, Error, Clone, PartialEq)]
#[non_exhaustive]
pub enum EngineError {
    /// The stop token was set. What was recorded up to then is kept by the caller.
    #[error("stopped at time {time}")]
    Stopped {
        /// The simulation time reached.
        time: f64,
    },
    /// A rate is negative, infinite or not a number.
    #[error(
        "the rate of reaction `{reaction}` is {rate} at time {time}; {}", rule(*.rate)
    )]
    BadRate {
        /// The reaction.
        reaction: String,
        /// Its rate.
        rate: f64,
        /// The simulation time.
        time: f64,
    },
    /// A delay has no meaning.
    #[error("the delay of `{name}` is {delay} at time {time}; delays must be numbers of 0 or more")]
    BadDelay {
        /// What is delayed.
        name: String,
        /// The delay.
        delay: f64,
        /// The simulation time.
        time: f64,
    },
    /// A population is no longer exact as a whole number.
    #[error("`{quantity}` has reached {value} at time {time}; exact simulation counts to 2^53")]
    PopulationOverflow {
        /// The species.
        quantity: String,
        /// Its value.
        value: f64,
        /// The simulation time.
        time: f64,
    },
    /// A species is not a whole number of molecules.
    #[error("`{quantity}` is {value}; a species must be a whole number of at least 0")]
    NotACount {
        /// The species.
        quantity: String,
        /// Its value.
        value: f64,
    },
    /// A quantity has no value where the simulation begins.
    #[error(
        "`{quantity}` has no value at the start{}; the model must state one, or compute it",
        needed(.by)
    )]
    NoValue {
        /// The quantity.
        quantity: String,
        /// What needs it, if that is something else than its own change in time.
        by: Option<String>,
    },
    /// A quantity begins with what is no number.
    #[error(
        "`{quantity}` is {value} at the start; what changes in time must begin at a finite number"
    )]
    BadStart {
        /// The quantity.
        quantity: String,
        /// Its value.
        value: f64,
    },
    /// A reaction that does not exist was named by its number.
    #[error("there is no reaction number {id}; the network has {count}")]
    UnknownReaction {
        /// The number.
        id: usize,
        /// How many there are.
        count: usize,
    },
    /// Two lists that belong together are not equally long.
    #[error("{found} values were given for {expected} entries")]
    LengthMismatch {
        /// How many values there should be.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// The times at which to record do not ascend or are not finite.
    #[error("time number {place} of the grid is {time}; the times must be finite and ascend")]
    BadGrid {
        /// Which time, from 0.
        place: usize,
        /// The time.
        time: f64,
    },
    /// A model has something this solver cannot do.
    #[error("the {solver} solver does not support {construct} (in `{name}`)")]
    Unsupported {
        /// The solver.
        solver: &'static str,
        /// What it does not support.
        construct: &'static str,
        /// Where it occurs.
        name: String,
    },
    /// What should come to rest does not.
    #[error("no steady state was found up to time {time}: the model swings, grows or drifts")]
    NotSteady {
        /// The simulation time reached.
        time: f64,
    },
    /// A differential equation could not be integrated further.
    #[error("the integrator gave up at time {time} with a step of {step}: {reason}")]
    StepFailure {
        /// The simulation time.
        time: f64,
        /// The last step tried.
        step: f64,
        /// Why.
        reason: &'static str,
    },
    /// The network itself is wrong.
    #[error(transparent)]
    Network(#[from] bioxen_network::NetworkError),
}

/// What a rate breaks. Differential equations take negative ones.
fn rule(rate: f64) -> &'static str {
    match rate {
        rate if !rate.is_finite() => "rates must be finite",
        rate if rate < 0.0 => "rates must not be negative",
        _ => "the sum of all rates must be finite",
    }
}

fn needed(by: &Option<String>) -> String {
    by.as_ref().map_or(String::new(), |by| format!(", and `{by}` needs it"))
}
