//! Solvers over a [`bioxen_network::Network`]: exact stochastic simulation, tau-leaping and
//! ordinary differential equations, with random streams, recording and stopping.
//!
//! Architecture invariant: the engine never prints, never reads a clock to decide a result and
//! never touches a file.
//!
//! Nothing of cells and scripts is here; a `use` that crosses the wall does not compile:
//! ```
//! use bioxen_network::Network;
//! ```
//! ```compile_fail
//! use bioxen_cell::hypervisor::Hypervisor;
//! ```
//! ```compile_fail
//! use rhai::Engine;
//! ```

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
pub use stop::{Interrupt, StopToken};
pub use trajectory::{Column, Note, Recorder, Simulator, Trajectory, record};
