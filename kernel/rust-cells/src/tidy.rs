//! The files that cells leave behind.

use std::fs;
use std::path::{Path, PathBuf};

/// Removes what is of no use once a cell has ended, and would be kept until the end of the session: the library of
/// a cell, which is loaded, and what an attempt of the compiler that failed has begun. evcxr makes such attempts
/// with most cells, to find out which form their values have; the compiler itself removes their remains only when
/// they are old.
pub(crate) fn tidy(work: &Path) {
    if !cfg!(unix) {
        // What is loaded cannot be removed elsewhere.
        return;
    }
    for home in folders(&work.join("target")).map(|target| target.join("debug")) {
        for folder in [home.clone(), home.join("deps")] {
            remove(&folder, |name| name.starts_with("libcode_"));
        }
        for session in folders(&home.join("incremental")) {
            let begun: Vec<String> = names(&session)
                .filter_map(|name| name.strip_suffix("-working").map(str::to_owned))
                .collect();
            remove(&session, |name| {
                let name = name.strip_suffix("-working").or_else(|| name.strip_suffix(".lock"));
                name.is_some_and(|name| begun.iter().any(|begun| begun == name))
            });
        }
    }
}

/// Removes what is in a folder under such names. What cannot be removed is removed with the folder.
fn remove(folder: &Path, is_such: impl Fn(&str) -> bool) {
    for name in names(folder).filter(|name| is_such(name)) {
        let path = folder.join(name);
        let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    }
}

fn names(folder: &Path) -> impl Iterator<Item = String> + use<> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().into_string().ok())
}

fn folders(folder: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir())).map(|e| e.path())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn what_is_of_use_stays() {
        let home = tempfile::tempdir().unwrap();
        let debug = home.path().join("target/x86_64-unknown-linux-gnu/debug");
        let file = |name: &str| {
            let path = debug.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, "").unwrap();
            path
        };
        let gone = [
            "libcode_1.so",
            "deps/libcode_2.so",
            "incremental/ctx-1/s-a-b-working/query-cache.bin",
            "incremental/ctx-1/s-a-b.lock",
        ]
        .map(file);
        let kept = [
            "libctx.d",
            "deps/libbioxen-1.rlib",
            "incremental/ctx-1/s-c-d-e/query-cache.bin",
            "incremental/ctx-1/s-c-d.lock",
        ]
        .map(file);
        tidy(home.path());
        assert!(gone.iter().all(|path| !path.exists()), "{gone:?}");
        assert!(kept.iter().all(|path| path.exists()), "{kept:?}");
    }
}
