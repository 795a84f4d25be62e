//! The `bioxen` command.
fn main() {}
