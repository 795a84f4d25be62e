//! The `bioxen` command.

mod cli;

use std::alloc::System;
use std::process::ExitCode;

use cap::Cap;

/// Counts what the program uses, so that scripts cannot use up all there is.
#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

fn main() -> ExitCode {
    bioxen::lang::memory::measure_by(|| (usize::MAX - ALLOCATOR.remaining()) as u64);
    cli::main()
}
