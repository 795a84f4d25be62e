//! What the command is given, and what it prints.

mod files;
mod json;
mod options;
mod parameters;
mod pipes;
mod top;

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const BIOXEN: &str = env!("CARGO_BIN_EXE_bioxen");

/// A call in a folder.
fn bioxen(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(BIOXEN);
    command.args(arguments).current_dir(folder).stdin(Stdio::null()).output().unwrap()
}

/// What a call says that cannot be followed, and how it ends.
fn refusal(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = bioxen(folder, arguments);
    assert!(!output.status.success(), "{arguments:?}");
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

/// A folder with a small model that states its unit of time.
fn with_model() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let model = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/models/immigration_death.xml");
    let text = fs::read_to_string(model).unwrap();
    let timed = text.replace("<model id=", "<model timeUnits=\"second\" id=");
    fs::write(folder.path().join("m.xml"), timed).unwrap();
    folder
}
