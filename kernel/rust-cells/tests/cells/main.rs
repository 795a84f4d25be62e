//! Cells in Rust, compiled and run: `make test-rust-cells`.
#![cfg(unix)]
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod figures;
mod interrupts;
mod session;
#[cfg(target_os = "linux")]
mod size;
mod state;
mod threads;
mod values;
