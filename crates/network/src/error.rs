//! What can be wrong with a network.

use thiserror::Error;

/// An error of the network layer.
#[derive(Debug, Error, Clone, PartialEq)]
#[non_exhaustive]
pub enum NetworkError {
    /// Two quantities, or two reactions, carry one name.
    #[error("the name `{name}` is used twice in this network")]
    DuplicateName {
        /// The name.
        name: String,
    },
    /// An expression refers to a quantity the network does not have.
    #[error("`{context}` refers to quantity number {id}, and the network has only {count}")]
    UnknownQuantity {
        /// Where the reference stands.
        context: String,
        /// The number referred to.
        id: usize,
        /// How many quantities there are.
        count: usize,
    },
    /// An expression is nested deeper than can be evaluated safely.
    #[error("`{context}` is nested {depth} levels deep; at most {limit} are allowed")]
    TooDeep {
        /// Where the expression stands.
        context: String,
        /// How deep it is.
        depth: usize,
        /// The limit.
        limit: usize,
    },
    /// An expression has an operator that is not a function of the quantities and time.
    #[error("`{context}` uses {construct}, which cannot be evaluated here")]
    NotEvaluable {
        /// Where the expression stands.
        context: String,
        /// The operator, as in MathML.
        construct: &'static str,
    },
    /// An expression, or what has to be derived from it, is too long to be handled.
    #[error("`{context}` needs more than {limit} operations")]
    TooLong {
        /// Where the expression stands.
        context: String,
        /// The limit.
        limit: usize,
    },
    /// Assignments that need each other's result.
    #[error("these depend on each other in a circle: {}", .cycle.join(" -> "))]
    Cycle {
        /// Their names; the first is also the last.
        cycle: Vec<String>,
    },
}
