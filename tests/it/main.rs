//! The integration tests: one binary, a module for each layer.

mod cli;
mod engine;
mod genome;
mod physiology;
mod plot;
mod sbml;
