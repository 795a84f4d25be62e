//! The integration tests: one binary, a module for each layer.

mod cli;
mod engine;
mod genome;
mod ode;
mod physiology;
mod plot;
mod sbml;
