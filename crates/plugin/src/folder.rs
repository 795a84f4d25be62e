//! Reads a folder within bounds: regular files only, by their names alone.

use std::collections::BTreeMap;
use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use bioxen_base::durable;
use bioxen_base::visible::visible;

use super::bundle::{LARGEST, LARGEST_FILE, MOST_FILES, objection, objection_to_folder};
use super::error::PluginError;

/// The files of a plug-in by their names.
type Files = BTreeMap<String, Arc<[u8]>>;

/// Reads a folder and the folders in it, but no deeper.
pub(super) fn read(path: &Path) -> Result<Files, PluginError> {
    let name = visible(&path.display().to_string()).into_owned();
    let none = |reason: String| PluginError::NoPlugin { path: name.clone(), reason };
    // The folder itself may be reached by links: its user names it.
    let about = fs::metadata(path).map_err(|e| none(e.to_string()))?;
    if !about.is_dir() {
        return Err(none("it is no folder".to_owned()));
    }
    let mut reader = Reader { name, files: Files::new(), seen: 0, bytes: 0 };
    reader.folder(path, None)?;
    Ok(reader.files)
}

struct Reader {
    /// The folder, as errors name it.
    name: String,
    files: Files,
    /// What was met, whatever it is.
    seen: usize,
    bytes: u64,
}

impl Reader {
    fn wrong(&self, file: &str, reason: impl Into<String>) -> PluginError {
        let file = visible(file).into_owned();
        PluginError::File { path: self.name.clone(), file, reason: reason.into() }
    }

    fn too_much(&self, most: String) -> PluginError {
        PluginError::TooMuch { path: self.name.clone(), most }
    }

    /// Reads what is in a folder, which is one of the plug-in if it has a name.
    fn folder(&mut self, path: &Path, own: Option<&str>) -> Result<(), PluginError> {
        let shown = own.unwrap_or(".").to_owned();
        let failed = |e: &io::Error| format!("cannot be read: {e}");
        let entries = fs::read_dir(path).map_err(|e| self.wrong(&shown, failed(&e)))?;
        for entry in entries {
            let entry = entry.map_err(|e| self.wrong(&shown, failed(&e)))?;
            self.seen += 1;
            if self.seen > 4 * MOST_FILES {
                return Err(self.too_much(format!("{MOST_FILES} files")));
            }
            let Ok(name) = entry.file_name().into_string() else {
                let name = entry.file_name().to_string_lossy().into_owned();
                return Err(self.wrong(&name, "has a name that is no text"));
            };
            if name.starts_with('.') {
                continue;
            }
            let below = own.map_or_else(|| name.clone(), |own| format!("{own}/{name}"));
            // Of the entry itself, not of what a link leads to.
            let about =
                fs::symlink_metadata(entry.path()).map_err(|e| self.wrong(&below, failed(&e)))?;
            if about.is_symlink() {
                return Err(self.wrong(&below, "is a link; a plug-in has files of its own only"));
            }
            if about.is_dir() {
                if own.is_some() {
                    return Err(self.wrong(&below, "is a folder inside of one; there is none"));
                }
                if let Some(wrong) = objection_to_folder(&name) {
                    return Err(self.wrong(&below, wrong));
                }
                self.folder(&entry.path(), Some(&name))?;
                // A link may have taken its place while it was read.
                let again = fs::symlink_metadata(entry.path());
                if !again.is_ok_and(|again| again.is_dir() && is_same(&about, &again)) {
                    return Err(self.wrong(&below, "was replaced while it was read"));
                }
                continue;
            }
            if !about.is_file() {
                return Err(self.wrong(&below, "is no file, but a pipe, a socket or a device"));
            }
            if let Some(wrong) = objection(&below) {
                return Err(self.wrong(&below, wrong));
            }
            self.file(&entry.path(), below, &about)?;
        }
        Ok(())
    }

    fn file(&mut self, path: &Path, name: String, about: &Metadata) -> Result<(), PluginError> {
        if self.files.len() >= MOST_FILES {
            return Err(self.too_much(format!("{MOST_FILES} files")));
        }
        let failed = |e: io::Error| self.wrong(&name, format!("cannot be read: {e}"));
        let file = durable::open(path).map_err(failed)?;
        // Somebody may have put a link in its place meanwhile.
        if !file.metadata().is_ok_and(|opened| is_same(about, &opened)) {
            return Err(self.wrong(&name, "was replaced while it was read"));
        }
        let bytes = bounded(file).map_err(|e| self.wrong(&name, format!("cannot be read: {e}")))?;
        let Some(bytes) = bytes else {
            let most = LARGEST_FILE >> 20;
            return Err(self.wrong(&name, format!("is larger than {most} MiB")));
        };
        self.bytes += bytes.len() as u64;
        if self.bytes > LARGEST {
            return Err(self.too_much(format!("{} MiB in all", LARGEST >> 20)));
        }
        self.files.insert(name, bytes.into());
        Ok(())
    }
}

/// The contents of a file, unless it is larger than one may be.
fn bounded(file: File) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    file.take(LARGEST_FILE + 1).read_to_end(&mut bytes)?;
    Ok(Some(bytes).filter(|bytes| bytes.len() as u64 <= LARGEST_FILE))
}

#[cfg(unix)]
fn is_same(seen: &Metadata, opened: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (seen.dev(), seen.ino()) == (opened.dev(), opened.ino())
}

#[cfg(not(unix))]
fn is_same(seen: &Metadata, opened: &Metadata) -> bool {
    seen.file_type() == opened.file_type() && (seen.is_dir() || seen.len() == opened.len())
}
