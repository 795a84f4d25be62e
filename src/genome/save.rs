//! Writes a genome file.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use super::error::GenomeError;
use super::index::Genome;
use super::writer::write;

/// Writes a genome to a file, whole or not at all: it is written beside its place and then moved
/// there. A file already there is only replaced if `replace` says so.
///
/// # Errors
/// [`GenomeError::Exists`] if there is something already; [`GenomeError::Unwritable`] if it cannot
/// be written. What was there before is then still there.
pub fn write_file(
    genome: &Genome,
    path: impl AsRef<Path>,
    replace: bool,
) -> Result<(), GenomeError> {
    let path = path.as_ref();
    if path.is_dir() || (!replace && path.symlink_metadata().is_ok()) {
        return Err(GenomeError::Exists { path: path.to_owned() });
    }
    let unwritable = |reason| GenomeError::Unwritable { path: path.to_owned(), reason };
    let name = path.file_name().ok_or_else(|| unwritable(io::ErrorKind::InvalidInput.into()))?;
    let mut beside = std::ffi::OsString::from(".");
    beside.push(name);
    beside.push(format!(".{}.part", std::process::id()));
    let beside = path.with_file_name(beside);
    let mut file =
        OpenOptions::new().write(true).create_new(true).open(&beside).map_err(unwritable)?;
    let done = file
        .write_all(write(genome).as_bytes())
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&beside, path));
    done.map_err(|reason| {
        // Nothing more can be done about a leftover that cannot be removed either.
        let _ = fs::remove_file(&beside);
        unwritable(reason)
    })
}
