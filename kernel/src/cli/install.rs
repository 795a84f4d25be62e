//! `bioxen-kernel install` and `uninstall`.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};

use super::behaviour::Behaviour;
use super::failure::Failure;
use super::place::Place;

/// Install the kernel for Jupyter
#[derive(Debug, Args)]
pub(super) struct InstallArgs {
    #[command(flatten)]
    place: Place,
    /// The name that front ends show
    #[arg(long, default_value = "BioXen")]
    display_name: String,
    #[command(flatten, next_help_heading = "How the kernel behaves")]
    _behaviour: Behaviour,
}

/// Remove the kernel from Jupyter
#[derive(Debug, Args)]
pub(super) struct UninstallArgs {
    #[command(flatten)]
    place: Place,
}

/// The files beside `kernel.json`.
const LOGOS: [(&str, &[u8]); 3] = [
    ("logo-32x32.png", include_bytes!("../../assets/logo-32x32.png")),
    ("logo-64x64.png", include_bytes!("../../assets/logo-64x64.png")),
    ("logo-svg.svg", include_bytes!("../../assets/logo-svg.svg")),
];
const SPECIFICATION: &str = "kernel.json";

/// What Jupyter reads.
fn specification(program: &Path, options: &[String], display_name: &str) -> Value {
    let mut argv = vec![json!(program), json!("--connection-file"), json!("{connection_file}")];
    argv.extend(options.iter().map(|option| json!(option)));
    json!({
        "argv": argv,
        "display_name": display_name,
        "language": "rhai",
        "interrupt_mode": "message",
        "kernel_protocol_version": crate::wire::PROTOCOL,
        "metadata": { "debugger": false, "bioxen": env!("CARGO_PKG_VERSION") },
    })
}

/// Writes the kernel's folder; again, if it is there. The kernel is started with these options.
pub(super) fn install(args: &InstallArgs, options: &[String]) -> Result<(), Failure> {
    let folder = args.place.folder()?;
    let program = std::env::current_exe()?;
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| Failure::File { path, source }
    };
    fs::create_dir_all(&folder).map_err(failed(&folder))?;
    for (name, bytes) in LOGOS {
        let path = folder.join(name);
        fs::write(&path, bytes).map_err(failed(&path))?;
    }
    let path = folder.join(SPECIFICATION);
    let text = format!("{:#}\n", specification(&program, options, &args.display_name));
    fs::write(&path, text).map_err(failed(&path))?;
    writeln!(io::stdout(), "installed in {}", folder.display())?;
    if !options.is_empty() {
        writeln!(io::stdout(), "kernels are started with {}", options.join(" "))?;
    }
    Ok(())
}

/// Takes away what `install` wrote, and the folder if nothing else is in it.
pub(super) fn uninstall(args: &UninstallArgs) -> Result<(), Failure> {
    let folder = args.place.folder()?;
    let mut gone = false;
    for name in LOGOS.map(|(name, _)| name).into_iter().chain([SPECIFICATION]) {
        let path: PathBuf = folder.join(name);
        match fs::remove_file(&path) {
            Ok(()) => gone = true,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(source) => return Err(Failure::File { path, source }),
        }
    }
    // What others put there stays.
    let _ = fs::remove_dir(&folder);
    let what = if gone { "uninstalled from" } else { "nothing was installed in" };
    writeln!(io::stdout(), "{what} {}", folder.display())?;
    Ok(())
}
