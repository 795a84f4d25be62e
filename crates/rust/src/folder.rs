//! The private folder of a process.
//!
//! It goes with its process. Where both ends of the process were killed, nobody was left to remove it: the next one
//! that is made removes it. Whose folder is still in use is told by the lock on a file in it, which the system takes
//! back from whoever ends, in whatever way.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::RustError;

/// The part of the folder in which values cross.
const VALUES: &str = "values";

/// The part in which cells are compiled.
const WORK: &str = "work";

/// How the names of such folders begin.
const NAME: &str = "bioxen-rust-";

/// The file whose lock is held as long as the folder is used.
const OWNER: &str = "owner";

/// A folder that only the user enters, and that is removed with this value.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    /// Holds the lock.
    _owner: File,
}

impl Folder {
    pub(crate) fn new() -> Result<Self, RustError> {
        Self::below(&std::env::temp_dir())
    }

    fn below(home: &Path) -> Result<Self, RustError> {
        sweep(home);
        let failed = |path: &Path, source| RustError::File { path: path.to_owned(), source };
        let mut number = 0_u32;
        loop {
            // A name that someone has taken is passed over; nobody can give us a folder that is his.
            let path = home.join(format!("{NAME}{}-{number}", std::process::id()));
            match make_private(&path) {
                Ok(()) => {
                    let owner = own(&path).map_err(|source| failed(&path, source))?;
                    let folder = Self { path, _owner: owner };
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

    /// Looks whether somebody has removed it, or a part of it, as those do who clean up the folder for temporary files.
    /// That in which values cross is made again.
    ///
    /// # Errors
    /// When what cells are compiled with is gone.
    pub(crate) fn mend(&self) -> Result<(), RustError> {
        let gone = || RustError::FolderGone { path: self.path.clone() };
        let is_whole = [OWNER, WORK].iter().all(|name| self.path.join(name).exists());
        if !is_whole {
            return Err(gone());
        }
        match make_private(&self.path.join(VALUES)) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(gone()),
            _ => Ok(()),
        }
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

/// Makes the file of the owner. Nobody sees it before its lock is held.
fn own(folder: &Path) -> io::Result<File> {
    let new = folder.join("new");
    let file = File::create_new(&new)?;
    file.lock()?;
    fs::rename(&new, folder.join(OWNER))?;
    Ok(file)
}

/// Removes the folders of those that are gone. What cannot be looked at or removed stays.
fn sweep(home: &Path) {
    for entry in fs::read_dir(home).into_iter().flatten().flatten() {
        let is_ours = entry.file_name().to_str().is_some_and(is_name)
            // Of the folder itself: a link is none.
            && entry.metadata().is_ok_and(|found| found.is_dir() && is_of_the_user(&found));
        if is_ours && is_left(&entry.path()) {
            // No link in it is followed.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Whether nobody uses a folder. One without the file of its owner is being made.
fn is_left(folder: &Path) -> bool {
    let owner = folder.join(OWNER);
    owner.symlink_metadata().is_ok_and(|found| found.is_file())
        && File::open(owner).is_ok_and(|file| file.try_lock().is_ok())
}

fn is_name(name: &str) -> bool {
    let numbers = name.strip_prefix(NAME).and_then(|rest| rest.split_once('-'));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    numbers.is_some_and(|(process, number)| is_number(process) && is_number(number))
}

/// Whether a folder is the user's, and nobody else can have put anything into it.
#[cfg(unix)]
fn is_of_the_user(found: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    found.uid() == rustix::process::geteuid().as_raw() && found.mode() & 0o077 == 0
}

/// The folder for temporary files is the user's own elsewhere.
#[cfg(not(unix))]
fn is_of_the_user(_: &fs::Metadata) -> bool {
    true
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

    #[cfg(unix)]
    #[test]
    fn the_folders_of_those_that_were_killed_are_swept() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let home = tempfile::tempdir().unwrap();
        let other = home.path().join("other");
        make_private(&other).unwrap();
        fs::write(other.join("precious"), "x").unwrap();
        let left = |name: &str, mode| {
            let path = home.path().join(name);
            make_private(&path).unwrap();
            drop(own(&path).unwrap());
            symlink(&other, path.join("link")).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            path
        };
        let used = Folder::below(home.path()).unwrap();
        let gone = [left("bioxen-rust-1-0", 0o700), left("bioxen-rust-99999999-3", 0o700)];
        let kept = [
            left("bioxen-rust-a-0", 0o700),
            left("bioxen-rust-1-0-1", 0o700),
            left("mine", 0o700),
            // Others may have put something into it.
            left("bioxen-rust-2-0", 0o770),
        ];
        let begun = home.path().join("bioxen-rust-3-0");
        make_private(&begun).unwrap();
        symlink(&kept[2], home.path().join("bioxen-rust-4-0")).unwrap();
        let linked = home.path().join("bioxen-rust-5-0");
        make_private(&linked).unwrap();
        symlink(kept[2].join(OWNER), linked.join(OWNER)).unwrap();
        let new = Folder::below(home.path()).unwrap();
        assert!(gone.iter().all(|path| !path.exists()), "{gone:?}");
        assert!(kept.iter().all(|path| path.join(OWNER).exists()), "{kept:?}");
        assert!(begun.exists() && linked.exists() && other.join("precious").exists());
        for folder in [&used, &new] {
            assert!(folder.path().exists() && folder.work().exists(), "{folder:?}");
        }
    }
}
