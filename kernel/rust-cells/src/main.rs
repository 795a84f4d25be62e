//! `bioxen-rust-cells FOLDER`: compiles and runs the Rust cells of a BioXen session. Front ends start it, and
//! talk with it as `bioxen_rust` describes.
//!
//! Threads: the first takes one cell after the other (`cells`). One reads what the front end asks (`inbox`). One
//! passes on what cells print (`pump`), and one ends what is to be ended (`stop`). What cells are made of runs in
//! a child of this process, which evcxr starts from the same program.

mod cells;
mod hex;
mod inbox;
mod outlet;
mod prelude;
mod processes;
mod pump;
mod render;
mod stop;
mod tidy;
mod toolchain;
mod wishes;

use std::path::PathBuf;
use std::process::ExitCode;

use bioxen_rust::protocol::Told;

use cells::Cells;
use outlet::Outlet;

fn main() -> ExitCode {
    // In the child, and where this program stands for the compiler, it does not return.
    evcxr::runtime_hook();
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        let said = "BioXen starts this program for its Rust cells: `%%rust` in a notebook, `:rust` in `bioxen \
                    repl`; docs/rust-cells.md tells more";
        // There is nobody else to be told.
        let _ = std::io::Write::write_all(&mut std::io::stderr(), format!("{said}\n").as_bytes());
        return ExitCode::from(2);
    };
    // What a cell has started, and has left, is found and ended with the others.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_child_subreaper(rustix::process::Pid::from_raw(1));
    let outlet = Outlet::new();
    outlet.tell(&Told::Hello { version: bioxen_rust::protocol::VERSION });
    let (asked, control) = inbox::listen(folder.clone());
    match Cells::start(&folder, outlet.clone(), control) {
        Ok(mut cells) => {
            outlet.tell(&Told::Ready);
            while let Ok(ask) = asked.recv() {
                cells.answer(ask);
            }
            ExitCode::SUCCESS
        }
        Err(reason) => {
            outlet.tell(&Told::Unable { reason });
            ExitCode::FAILURE
        }
    }
}
