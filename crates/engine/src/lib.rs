//! Solvers over a [`bioxen_network::Network`]: exact stochastic simulation, tau-leaping and
//! ordinary differential equations, with random streams, recording and stopping.
//!
//! Architecture invariant: the engine never prints, never reads a clock to decide a result and
//! never touches a file.

pub mod ensemble;
pub mod error;
pub mod ode;
pub mod rng;
pub mod simulate;
pub mod ssa;
pub mod stop;
pub mod tau;
pub mod trajectory;

pub use error::EngineError;
pub use stop::StopToken;
pub use trajectory::{Column, Note, Recorder, Simulator, Trajectory, record};
