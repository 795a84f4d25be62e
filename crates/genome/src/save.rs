//! Writes a genome file.

use std::path::Path;

use super::error::GenomeError;
use super::index::Genome;
use super::writer::write;
use bioxen_base::durable;

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
    let text = write(genome);
    if replace {
        return durable::write(path, text.as_bytes()).map_err(unwritable);
    }
    durable::create(path, text.as_bytes()).map_err(unwritable)
}
