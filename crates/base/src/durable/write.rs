//! Writes a file completely or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{leftovers, mode};

/// The most links that lead from one to the other.
const LINKS: usize = 40;

/// Writes a file, whole or not at all. A file of that name is replaced and keeps its mode; a link
/// stays one, and what it leads to is replaced. Other names of the same file (hard links) keep the
/// old contents. A device such as `/dev/null` is written to.
///
/// # Errors
/// When it cannot be written, is write-protected, or is a folder, a pipe or a socket; then what was
/// there before still is.
///
/// # Examples
/// ```
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("a.txt");
/// bioxen_base::durable::write(&path, b"one")?;
/// bioxen_base::durable::write(&path, b"two")?;
/// assert_eq!(std::fs::read(&path)?, b"two");
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let path = target(path)?;
    let present = match fs::metadata(&path) {
        Ok(about) => Some(about),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let Some(about) = present else { return put(&path, bytes, None, Placing::Alone) };
    if !about.is_file() {
        return to_device(&path, bytes, about.file_type());
    }
    if about.permissions().readonly() {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is write-protected"));
    }
    put(&path, bytes, Some(about.permissions()), Placing::Alone)
}

/// Writes a file that is not there yet, whole or not at all.
///
/// # Errors
/// As [`write`]; and when there is anything of that name, be it a link that leads nowhere.
pub fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if path.symlink_metadata().is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    put(path, bytes, None, Placing::New)
}

/// Writes a file into a folder that several machines share, whole or not at all. It differs from [`write`]
/// in that it locks nothing and removes nothing that somebody else may be writing: not every shared file
/// system knows locks, or tells other machines of them. What is there is replaced.
///
/// # Errors
/// When it cannot be written; then what was there before still is.
pub fn publish(path: &Path, bytes: &[u8]) -> io::Result<()> {
    put(path, bytes, None, Placing::Shared)
}

/// Where a path leads if it is a link, and the path itself otherwise. What it leads to need not be
/// there.
///
/// # Errors
/// When links lead in a circle, or cannot be read.
pub fn target(path: &Path) -> io::Result<PathBuf> {
    let mut at = path.to_owned();
    for _ in 0..LINKS {
        if !at.symlink_metadata().is_ok_and(|about| about.is_symlink()) {
            return Ok(at);
        }
        let leads = fs::read_link(&at)?;
        at = at.parent().unwrap_or(Path::new("")).join(leads);
    }
    Err(io::Error::other("links lead in a circle"))
}

/// Who else may write there, and what becomes of what is there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Placing {
    /// Programs of this machine; it is replaced.
    Alone,
    /// Programs of this machine; it stays, which is an error.
    New,
    /// Other machines, too; it is replaced.
    Shared,
}

/// Puts bytes beside a place and moves them there.
fn put(
    path: &Path,
    bytes: &[u8],
    mode: Option<fs::Permissions>,
    placing: Placing,
) -> io::Result<()> {
    path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let is_shared = placing == Placing::Shared;
    if !is_shared {
        leftovers::sweep(folder);
    }
    let (mut file, beside) = leftovers::make(folder, !is_shared)?;
    let done = file
        .write_all(bytes)
        .and_then(|()| mode::set(&file, mode))
        .and_then(|()| file.sync_all())
        .and_then(|()| match placing {
            Placing::New => place(&beside, path),
            Placing::Alone | Placing::Shared => fs::rename(&beside, path),
        });
    if done.is_err() {
        // Nothing more can be done about a leftover that cannot be removed either.
        drop(fs::remove_file(&beside));
    }
    done?;
    // The name is on the disk only when the folder is. Not every system can open a folder.
    if let Ok(folder) = File::open(folder) {
        drop(folder.sync_all());
    }
    Ok(())
}

/// Moves a file to a name that nobody has.
fn place(from: &Path, to: &Path) -> io::Result<()> {
    match fs::hard_link(from, to) {
        Ok(()) => fs::remove_file(from),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        // Not every file system knows a second name; it was free a moment ago.
        Err(_) => fs::rename(from, to),
    }
}

/// Writes to a device; anything else that is no file is refused.
fn to_device(path: &Path, bytes: &[u8], found: fs::FileType) -> io::Result<()> {
    #[cfg(unix)]
    if std::os::unix::fs::FileTypeExt::is_char_device(&found) {
        return OpenOptions::new().write(true).open(path)?.write_all(bytes);
    }
    let found = super::read::kind(found);
    Err(io::Error::new(io::ErrorKind::InvalidInput, super::NotAFile { found }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_written_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("taken")).unwrap();
        assert!(write(&folder.path().join("taken"), b"x").is_err());
        assert!(write(&folder.path().join("taken/none/x"), b"x").is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        write(&folder.path().join("free"), b"x").unwrap();
        write(&folder.path().join("free"), b"yy").unwrap();
        assert_eq!(fs::read(folder.path().join("free")).unwrap(), b"yy");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
        // The longest name that a file can have has room.
        write(&folder.path().join("n".repeat(255)), b"x").unwrap();
    }

    #[test]
    fn what_is_there_is_not_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        create(&path, b"one").unwrap();
        assert_eq!(create(&path, b"two").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"one");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn modes_and_links_stay() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("a"), folder.path().join("link"));
        write(&path, b"one").unwrap();
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o7777;
        assert_eq!(mode(&path), mode::usual().mode() & 0o7777);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o751)).unwrap();
        symlink("a", &link).unwrap();
        write(&link, b"two").unwrap();
        assert!(link.symlink_metadata().unwrap().is_symlink());
        assert_eq!((fs::read(&path).unwrap().as_slice(), mode(&path)), (b"two".as_slice(), 0o751));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
        assert!(write(&path, b"three").unwrap_err().to_string().contains("write-protected"));
        let nowhere = folder.path().join("nowhere");
        symlink("later", &nowhere).unwrap();
        assert!(create(&nowhere, b"x").is_err());
        write(&nowhere, b"x").unwrap();
        assert_eq!(fs::read(folder.path().join("later")).unwrap(), b"x");
        symlink("round", folder.path().join("round")).unwrap();
        assert!(write(&folder.path().join("round"), b"x").is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_planted_link_is_not_followed() {
        // Whoever hands a project over cannot know the name of a temporary file.
        let folder = tempfile::tempdir().unwrap();
        let victim = folder.path().join("victim");
        fs::write(&victim, b"mine").unwrap();
        let planted = folder.path().join(format!(".a.{}.part", std::process::id()));
        std::os::unix::fs::symlink(&victim, &planted).unwrap();
        write(&folder.path().join("a"), b"x").unwrap();
        assert_eq!(fs::read(&victim).unwrap(), b"mine");
        assert!(planted.symlink_metadata().unwrap().is_symlink());
    }
}
