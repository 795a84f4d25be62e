//! The integration tests: one binary, a module for each layer.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests are tests, too"
)]

mod architecture;
mod archive;
mod batch;
mod cases;
mod cli;
mod command;
mod config;
mod desk;
mod diagnostics;
mod engine;
mod features;
mod fits;
mod forms;
mod gallery;
mod genome;
mod hypervisor;
mod journeys;
mod laboratory;
mod language;
mod manager;
mod ode;
mod packages;
mod petab;
mod physiology;
mod plot;
mod relations;
mod repl;
mod report;
mod resumed;
mod sbml;
mod sensitivities;
mod session;
mod steady;
mod sweeps;
mod top;
mod validation;
mod workflows;
