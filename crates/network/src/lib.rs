//! Reaction networks: quantities, reactions, rate laws, rules and events, built at run time.
//!
//! This layer knows no solver. The engine takes every rate from here, so that exact
//! simulation, tau-leaping and the ordinary differential equations cannot disagree about a model.

pub mod compile;
pub mod derivative;
pub mod directions;
pub mod error;
pub mod expr;
pub mod law;
pub mod model;
pub mod program;
pub mod recognise;
#[cfg(feature = "sbml")]
pub mod sbml;

pub use compile::{Arrangement, Compiled};
pub use error::NetworkError;
pub use expr::{BinaryOp, Expr, NaryOp, UnaryOp};
pub use law::Counting;
pub use model::{
    Assignment, Event, Network, Quantity, QuantityId, RateLaw, Reaction, ReactionId, Role, Rule,
    Stoichiometry, Term, Timing, Trigger,
};
pub use program::{External, Program};
