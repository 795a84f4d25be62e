//! Why a study cannot begin, or has no answer.

use thiserror::Error;

/// An error of a study.
#[derive(Debug, Error, Clone, PartialEq)]
#[non_exhaustive]
pub enum StudyError {
    /// A range is the wrong way round, or has no width.
    #[error(
        "the range of `{name}` goes from {low} to {high}; the lower bound must be below the upper one"
    )]
    BadRange {
        /// The parameter.
        name: String,
        /// Its lower bound.
        low: f64,
        /// Its upper bound.
        high: f64,
    },
    /// A bound is infinite where a range must end, or not a number.
    #[error("`{name}` needs a lower and an upper bound that are numbers; it has {low} and {high}")]
    NoBounds {
        /// The parameter.
        name: String,
        /// Its lower bound.
        low: f64,
        /// Its upper bound.
        high: f64,
    },
    /// A logarithmic scale reaches zero or below.
    #[error("`{name}` has a logarithmic scale and is {value} somewhere; it must be above 0")]
    NotPositive {
        /// The parameter.
        name: String,
        /// The value.
        value: f64,
    },
    /// A start is not a number, or lies outside its bounds.
    #[error("`{name}` starts at {value}, outside of {low} to {high}")]
    BadStart {
        /// The parameter.
        name: String,
        /// Where it starts.
        value: f64,
        /// Its lower bound.
        low: f64,
        /// Its upper bound.
        high: f64,
    },
    /// Two parameters have one name.
    #[error("there are two parameters called `{name}`")]
    SameName {
        /// The name.
        name: String,
    },
    /// A name that no parameter has.
    #[error("unknown parameter `{name}`{hint}; valid: {valid}")]
    UnknownParameter {
        /// What was asked for.
        name: String,
        /// ` (did you mean ..?)`, or nothing.
        hint: String,
        /// The names there are.
        valid: String,
    },
    /// There is nothing to vary.
    #[error("{what} needs at least one parameter")]
    NoParameters {
        /// What was asked for.
        what: &'static str,
    },
    /// A list of values is empty.
    #[error("`{name}` has no values")]
    NoValues {
        /// The parameter.
        name: String,
    },
    /// A design is larger than can be held.
    #[error("{what} has {points} points; at most {most} are possible")]
    TooManyPoints {
        /// Which design.
        what: &'static str,
        /// How many points it would have; the largest number there is where it has more.
        points: usize,
        /// How many are possible.
        most: usize,
    },
    /// A sequence has fewer dimensions than asked for.
    #[error("a Sobol sequence here has at most {most} dimensions; {dimensions} were asked for")]
    TooManyDimensions {
        /// How many were asked for.
        dimensions: usize,
        /// How many there are.
        most: usize,
    },
    /// Lists that go together differ in length.
    #[error(
        "{left} has {left_length} values and {right} has {right_length}; they must have as many"
    )]
    Lengths {
        /// The one.
        left: String,
        /// How many it has.
        left_length: usize,
        /// The other.
        right: String,
        /// How many it has.
        right_length: usize,
    },
    /// A setting has no meaning.
    #[error("{setting} is {value}; {rule}")]
    BadSetting {
        /// Which one.
        setting: &'static str,
        /// What it is.
        value: f64,
        /// What it must be.
        rule: &'static str,
    },
    /// The model fails where a study must begin.
    #[error("the model fails at the start ({at}): {reason}")]
    StartFails {
        /// The values.
        at: String,
        /// What the model said.
        reason: String,
    },
    /// The model fails wherever it was tried.
    #[error(
        "the model failed at all {tried} points that were tried; the first time ({at}): {reason}"
    )]
    AllFail {
        /// How many points.
        tried: usize,
        /// The first of them.
        at: String,
        /// What the model said there.
        reason: String,
    },
    /// There are too few data for what is asked.
    #[error("{what} needs at least {needed} data points; there are {given}")]
    TooFewData {
        /// What was asked for.
        what: &'static str,
        /// How many it needs.
        needed: usize,
        /// How many there are.
        given: usize,
    },
    /// The data cannot answer the question.
    #[error("{0}")]
    Data(String),
    /// The derivative could not be formed.
    #[error("the derivative cannot be formed at {at}: {reason}")]
    NoDerivative {
        /// The values.
        at: String,
        /// Why not.
        reason: String,
    },
    /// A numerical method found no answer.
    #[error("{what} found no answer: {reason}")]
    NoAnswer {
        /// Which method.
        what: &'static str,
        /// Why not.
        reason: String,
    },
    /// The stop token was set before there was anything to keep.
    #[error("stopped")]
    Stopped,
}

/// Two lists, each with its name, are equally long.
pub(crate) fn same_length(left: (&str, usize), right: (&str, usize)) -> Result<(), StudyError> {
    if left.1 == right.1 {
        return Ok(());
    }
    Err(StudyError::Lengths {
        left: left.0.into(),
        left_length: left.1,
        right: right.0.into(),
        right_length: right.1,
    })
}

/// A setting that is a part of a whole.
pub(crate) fn check_part(setting: &'static str, value: f64) -> Result<(), StudyError> {
    let rule = "it must be above 0 and below 1";
    let holds = value > 0.0 && value < 1.0;
    if holds { Ok(()) } else { Err(StudyError::BadSetting { setting, value, rule }) }
}
