//! The dialogue: through pipes, and in a real pseudo-terminal.

mod pipe;
#[cfg(unix)]
mod screens;
#[cfg(unix)]
mod terminal;

const BIOXEN: &str = env!("CARGO_BIN_EXE_bioxen");
