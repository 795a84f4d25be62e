//! The BioXen Jupyter kernel.

use std::process::ExitCode;

fn main() -> ExitCode {
    bioxen_kernel::cli::main()
}
