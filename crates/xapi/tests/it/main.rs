//! The client and its machines against a simulated pool.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "helpers of tests are tests, too"
)]

mod clients;
mod config;
mod damage;
mod failures;
mod kill;
mod life;
mod links;
mod secrets;
mod session;
mod world;
