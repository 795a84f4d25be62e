//! Studies of models: where to evaluate them, how to fit them, how sure a fit is, what matters, and
//! where behaviour turns. All of it works on closures that take numbers and give numbers, or fail.
//!
//! * What fails at one point is worse than any number to an optimiser, has no probability to a sampler,
//!   and is named in a sweep; so is what is not a number. [`StudyError`] is for studies that cannot begin
//!   or have no answer.
//! * The same input and seed give the same bytes on any number of threads: points are evaluated side by
//!   side, and everything that depends on order is done in the order of the points.
//! * A [`bioxen_engine::StopToken`] ends what takes long; the best so far is kept. A closure that must end a
//!   study, since its user left, sets the token and fails.
//!
//! Architecture invariant: this crate knows no script, no cell and no figure; it never prints, reads no clock
//! and touches no file.

#![forbid(unsafe_code)]

pub mod continuation;
pub mod design;
pub mod error;
pub mod global;
pub mod hill;
pub mod least_squares;
pub mod likelihood;
pub mod linear;
pub mod mcmc;
pub mod network;
pub mod newton;
pub mod noise;
pub mod parameter;
pub mod profile;
pub mod sensitivity;
pub mod statistics;

mod evaluate;

pub use error::StudyError;
pub use evaluate::Failures;
pub use parameter::{Parameter, Range, Scale, Space};
