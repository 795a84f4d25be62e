//! The private folder of a process.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::RustError;

/// The part of the folder in which values cross.
const VALUES: &str = "values";

/// The part in which cells are compiled.
const WORK: &str = "work";

/// A folder that only the user enters, and that is removed with this value.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
}

impl Folder {
    pub(crate) fn new() -> Result<Self, RustError> {
        let home = std::env::temp_dir();
        let failed = |path: &Path, source| RustError::File { path: path.to_owned(), source };
        let mut number = 0_u32;
        loop {
            // A name that someone has taken is passed over; nobody can give us a folder that is his.
            let path = home.join(format!("bioxen-rust-{}-{number}", std::process::id()));
            match make_private(&path) {
                Ok(()) => {
                    let folder = Self { path };
                    for part in [VALUES, WORK].map(|name| folder.path.join(name)) {
                        make_private(&part).map_err(|source| failed(&part, source))?;
                    }
                    return Ok(folder);
                }
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists && number < 10_000 => {
                    number += 1
                }
                Err(source) => return Err(failed(&path, source)),
            }
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Where cells are compiled.
    pub(crate) fn work(&self) -> PathBuf {
        self.path.join(WORK)
    }

    /// Where a file of a value is; nothing if the name leads elsewhere.
    pub(crate) fn value(&self, name: &str) -> Option<PathBuf> {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let fits = !name.is_empty() && name.len() < 100 && name.chars().all(plain);
        fits.then(|| self.path.join(VALUES).join(name))
    }

    /// Removes the values that nobody has taken.
    pub(crate) fn tidy(&self) {
        for entry in fs::read_dir(self.path.join(VALUES)).into_iter().flatten().flatten() {
            // What cannot be removed now is removed with the folder.
            let _ = fs::remove_file(entry.path());
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // The process may have removed it already.
        let _ = fs::remove_dir_all(&self.path);
    }
}

fn make_private(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_private_and_goes_with_its_value() {
        let (one, other) = (Folder::new().unwrap(), Folder::new().unwrap());
        assert_ne!(one.path(), other.path());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(one.path()).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o700);
        }
        for name in ["", "..", "a/b", "/etc/passwd", "a.b", "é"] {
            assert_eq!(one.value(name), None, "{name}");
        }
        let file = one.value("get-1").unwrap();
        fs::write(&file, "x").unwrap();
        one.tidy();
        assert!(!file.exists());
        let path = one.path().to_owned();
        drop(one);
        assert!(!path.exists() && other.path().exists());
    }
}
