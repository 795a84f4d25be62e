//! The host and its guests against published numbers.

mod guests;
mod host;
