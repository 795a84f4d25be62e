//! The permissions (mode) of files.

use std::fs::{File, Permissions};
use std::io;

/// What a new file may have: what the user's mask leaves of reading and writing for all.
#[cfg(unix)]
pub(super) fn usual() -> Permissions {
    use std::os::unix::fs::PermissionsExt;
    Permissions::from_mode(0o666 & !mask())
}

#[cfg(unix)]
fn mask() -> u32 {
    use std::sync::OnceLock;
    static MASK: OnceLock<u32> = OnceLock::new();
    *MASK.get_or_init(|| told().unwrap_or_else(asked))
}

/// The mask as Linux tells it.
#[cfg(unix)]
fn told() -> Option<u32> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("Umask:"))?;
    u32::from_str_radix(line.trim(), 8).ok()
}

/// Elsewhere it can only be learnt by setting it.
#[cfg(unix)]
fn asked() -> u32 {
    use rustix::fs::Mode;
    use rustix::process::umask;
    let mask = umask(Mode::from_raw_mode(0o077));
    umask(mask);
    mask.as_raw_mode()
}

/// Gives an open file its final mode: that of the file it replaces, or the usual one.
#[cfg(unix)]
pub(super) fn set(file: &File, replaced: Option<Permissions>) -> io::Result<()> {
    file.set_permissions(replaced.unwrap_or_else(usual))
}

#[cfg(not(unix))]
pub(super) fn set(_: &File, _: Option<Permissions>) -> io::Result<()> {
    Ok(())
}

/// Whether others than its owner can read a file; false where that cannot be told.
#[cfg(unix)]
pub fn is_open_to_others(path: &std::path::Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|about| about.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
pub fn is_open_to_others(_: &std::path::Path) -> bool {
    false
}

/// Lets nobody but the user read a file, such as a history, which may hold what was typed by
/// mistake. A file that is not there is made.
///
/// # Errors
/// When it cannot be made, or its mode not be set.
pub fn keep_private(path: &std::path::Path) -> io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600).custom_flags(OFlags::NONBLOCK.bits().cast_signed());
    }
    let file = options.open(path)?;
    let about = file.metadata()?;
    if !about.is_file() {
        let found = super::read::kind(about.file_type());
        return Err(io::Error::new(io::ErrorKind::InvalidInput, super::NotAFile { found }));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if about.permissions().mode() & 0o077 != 0 {
            file.set_permissions(Permissions::from_mode(0o600))?;
        }
    }
    Ok(())
}
