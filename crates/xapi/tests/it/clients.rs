//! Clients of others drive the simulator through the life of a machine: what they accept is XAPI.
//!
//! They are installed below `target/`, where the network is reached. A test that skips says why; with
//! `BIOXEN_XAPI_CLIENTS=require`, as `make xapi-clients` sets it, it fails in place of that.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::world::{PASSWORD, World};

/// The versions that were tried.
const PYTHON: &str = "XenAPI==26.21.1";
const NODE: &str = "xen-api@4.7.6";

fn target() -> PathBuf {
    // The test is `target/debug/deps/it-..`.
    let test = std::env::current_exe().unwrap();
    test.ancestors().nth(3).unwrap().join("xapi-clients")
}

/// Says why a client is not tried.
fn skip(client: &str, why: &str) {
    assert_ne!(std::env::var("BIOXEN_XAPI_CLIENTS").as_deref(), Ok("require"), "{client}: {why}");
    println!("skipped: {client} is not tried: {why}");
}

/// Runs a command to its end; its errors if it fails.
fn run(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| error.to_string())?;
    let told = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    if output.status.success() { Ok(told) } else { Err(told) }
}

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients").join(name)
}

/// Lets a client live through a machine, with the pool's authority as the only one that it trusts.
fn live(command: &mut Command, variable: &str, done: &str) {
    let world = World::new();
    let authority = world.folder.path().join("authority.pem");
    std::fs::write(&authority, world.pool.authority()).unwrap();
    command.arg(world.pool.url()).arg(PASSWORD).env(variable, &authority);
    let told = run(command).unwrap_or_else(|told| panic!("{told}"));
    assert!(told.contains(done), "{told}");
    assert_eq!(world.pool.machines(), Vec::<String>::new());
    assert_eq!(world.pool.disks(), Vec::<String>::new());
    assert_eq!(world.pool.tasks(), 0);
}

#[test]
fn the_python_package_xenapi_accepts_the_simulator() {
    let folder = target().join("python");
    let python = folder.join("bin/python");
    let package = format!("{PYTHON}\n");
    let ready = folder.join("ready");
    if std::fs::read_to_string(&ready).ok() != Some(package.clone()) {
        let made = run(Command::new("python3").args(["-m", "venv"]).arg(&folder));
        let installed = made.and_then(|_| {
            let quick =
                ["--quiet", "--disable-pip-version-check", "--timeout", "10", "--retries", "1"];
            run(Command::new(&python).args(["-m", "pip", "install"]).args(quick).arg(PYTHON))
        });
        if let Err(why) = installed {
            return skip(PYTHON, &why);
        }
        std::fs::write(&ready, package).unwrap();
    }
    live(Command::new(&python).arg(script("life.py")), "SSL_CERT_FILE", "XenAPI: done");
}

#[test]
fn the_node_package_xen_api_accepts_the_simulator() {
    let folder = target().join("node");
    std::fs::create_dir_all(&folder).unwrap();
    if let Err(why) = run(Command::new("node").arg("--version")) {
        return skip(NODE, &why);
    }
    let ready = folder.join("ready");
    if std::fs::read_to_string(&ready).ok().as_deref() != Some(NODE) {
        let quiet = ["--no-audit", "--no-fund", "--loglevel", "error", "--fetch-retries", "1"];
        let mut npm = Command::new("npm");
        npm.arg("install").args(quiet).arg("--prefix").arg(&folder).arg(NODE);
        if let Err(why) = run(&mut npm) {
            return skip(NODE, &why);
        }
        std::fs::write(&ready, NODE).unwrap();
    }
    // A module is looked for beside the script.
    let copy = folder.join("life.mjs");
    std::fs::copy(script("life.mjs"), &copy).unwrap();
    live(Command::new("node").arg(&copy), "NODE_EXTRA_CA_CERTS", "xen-api: done");
}
