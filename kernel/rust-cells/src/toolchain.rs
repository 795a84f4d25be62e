//! The programs with which Rust is compiled.

use std::process::{Command, Stdio};

use bioxen_rust::protocol::Unable;

/// Why cells cannot be compiled: a program that is missing, or else what evcxr says.
pub(crate) fn reason(said: String) -> Unable {
    let missing = ["cargo", "rustc", "cc"].into_iter().find(|program| !answers(program));
    match missing {
        Some(program) => Unable::Toolchain { program: program.to_owned() },
        None => Unable::Other { message: said },
    }
}

fn answers(program: &str) -> bool {
    let mut command = Command::new(program);
    command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok()
}
