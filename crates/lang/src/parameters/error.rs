//! What is wrong with parameters.

use thiserror::Error;

use bioxen_base::nearest::hint;

/// What is wrong with a parameter, or with what is given for it.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParameterError {
    /// A name that is none.
    #[error(
        "`{name}` cannot be the name of a parameter; letters, digits and `_` can, such as \"dose_1\""
    )]
    BadName {
        /// The name.
        name: String,
    },
    /// A default whose type no parameter has.
    #[error(
        "the default of parameter `{name}` must be a number, a string, a truth value, a quantity or an array of one of these, not {got}"
    )]
    BadDefault {
        /// The parameter.
        name: String,
        /// What it is, in words.
        got: String,
    },
    /// An array without values, or with values of several types.
    #[error("the default of parameter `{name}` must be an array of values of one type; {why}")]
    BadArray {
        /// The parameter.
        name: String,
        /// What it is.
        why: &'static str,
    },
    /// A value of another type.
    #[error("{what} must be {expected}, not {got}")]
    WrongType {
        /// The parameter, or a part of it, in words.
        what: String,
        /// The name of the parameter.
        name: String,
        /// What it must be, in words.
        expected: String,
        /// What it is, in words.
        got: String,
    },
    /// A unit that there is none of.
    #[error("{what} has the unknown unit `{given}`{}; valid: {}", hint(.nearest.as_deref()), .valid.join(", "))]
    Unit {
        /// The parameter, or a part of it, in words.
        what: String,
        /// The name of the parameter.
        name: String,
        /// The unit.
        given: String,
        /// The nearest.
        nearest: Option<String>,
        /// The units of its kind.
        valid: Vec<&'static str>,
    },
    /// A value beyond the limits.
    #[error("{what} must be {limits}, not {got}")]
    OutOfRange {
        /// The parameter, or a part of it, in words.
        what: String,
        /// The name of the parameter.
        name: String,
        /// From where to where, in words.
        limits: String,
        /// What it is.
        got: String,
    },
    /// A lower limit above the upper one.
    #[error("`min` of parameter `{name}` is {min}, above its `max`, {max}")]
    Limits {
        /// The parameter.
        name: String,
        /// The lower limit.
        min: String,
        /// The upper limit.
        max: String,
    },
    /// Limits of what has no order.
    #[error("parameter `{name}` is a {kind}, which has no `{option}`")]
    NoOrder {
        /// The parameter.
        name: String,
        /// Its type.
        kind: String,
        /// The option.
        option: &'static str,
    },
    /// A value that is not among the choices.
    #[error("{what} must be one of {}, not {got}{}", .choices.join(", "), hint(.nearest.as_deref()))]
    NotAChoice {
        /// The parameter, or a part of it, in words.
        what: String,
        /// The name of the parameter.
        name: String,
        /// What it is.
        got: String,
        /// The nearest.
        nearest: Option<String>,
        /// All choices.
        choices: Vec<String>,
    },
    /// A parameter that is declared twice, and not the same.
    #[error("parameter `{name}` has the {part} {now} here and {before} before; give it one")]
    Twice {
        /// The parameter.
        name: String,
        /// In what they differ.
        part: &'static str,
        /// What it is now.
        now: String,
        /// What it was.
        before: String,
    },
    /// A name that the script does not ask for.
    #[error("unknown parameter `{given}`{}; {}", hint(.nearest.as_deref()), if valid.is_empty() {
        "the script has none".to_owned()
    } else {
        format!("valid: {}", valid.join(", "))
    })]
    Unknown {
        /// What was given.
        given: String,
        /// The nearest.
        nearest: Option<String>,
        /// All that the script has.
        valid: Vec<String>,
    },
    /// More parameters than anybody can set.
    #[error("there are more than {most} parameters; does a loop make their names?")]
    TooMany {
        /// How many there may be.
        most: usize,
    },
    /// A file that holds no values.
    #[error("{reason}")]
    File {
        /// What is wrong with it.
        reason: String,
    },
}

impl ParameterError {
    /// The name of the parameter.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::BadName { name }
            | Self::BadDefault { name, .. }
            | Self::BadArray { name, .. }
            | Self::WrongType { name, .. }
            | Self::Unit { name, .. }
            | Self::OutOfRange { name, .. }
            | Self::Limits { name, .. }
            | Self::NoOrder { name, .. }
            | Self::NotAChoice { name, .. }
            | Self::Twice { name, .. }
            | Self::Unknown { given: name, .. } => Some(name),
            Self::TooMany { .. } | Self::File { .. } => None,
        }
    }
}
