//! The stiff integrator against published solutions and closed forms.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod closed;
mod genes;
mod limits;
mod models;
mod problems;
mod random;
mod weisse;
