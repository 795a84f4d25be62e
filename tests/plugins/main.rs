//! Plug-ins in scripts, in what a session offers, in saved states, and as commands.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests are tests, too"
)]

mod command;
mod damage;
mod functions;
mod hosts;
mod pages;
mod shipped;
mod states;

use std::fs;
use std::path::{Path, PathBuf};

use bioxen::lang::WorldOptions;
use bioxen::session::Session;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A folder with a copy of the toy in it.
fn toy() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy(&root().join("tests/plugins/toy"), &folder.path().join("toy"));
    folder
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

/// Puts a text in the place of another in a file of the toy.
fn change(folder: &Path, file: &str, from: &str, to: &str) {
    let path = folder.join("toy").join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{file}: {from}");
    fs::write(path, text.replace(from, to)).unwrap();
}

fn options(folder: &Path) -> WorldOptions {
    let (out_dir, read_dir) = (folder.join("out"), folder.to_owned());
    WorldOptions { out_dir, read_dir, seed: 1, ..WorldOptions::default() }
}

fn session(folder: &Path) -> Session {
    Session::new(options(folder), Box::new(|_| {})).unwrap()
}

/// A folder with the plug-in, and a session in it.
fn beside_toy() -> (tempfile::TempDir, Session) {
    let folder = toy();
    let session = session(folder.path());
    (folder, session)
}

/// A cell of the plug-in that runs.
const STARTED: &str =
    "load_plugin(\"toy\"); let cell = create_bio_vm(\"cell\", \"toy_cell\"); cell.start();";

fn eval(session: &mut Session, text: &str) -> String {
    match session.eval(text, "test") {
        Ok(value) => value.unwrap_or_default(),
        Err(error) => panic!("{text}\n{error}"),
    }
}

fn wrong(session: &mut Session, text: &str) -> String {
    session.eval(text, "test").unwrap_err().to_string()
}

/// A text is refused in words that contain these.
fn refused(session: &mut Session, text: &str, told: &str) {
    let error = wrong(session, text);
    assert!(error.contains(told), "{text}: {error}");
}
