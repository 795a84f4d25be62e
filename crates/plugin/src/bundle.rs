//! The contents of a plug-in: files by their names, with a checksum.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use bioxen_base::durable::{seal_bytes, unseal_bytes};
use bioxen_base::nearest::{hint, nearest};
use bioxen_base::visible::visible;

use super::error::PluginError;
use super::{MANIFEST, folder};

/// The most files of a plug-in.
pub const MOST_FILES: usize = 500;
/// The largest file [bytes].
pub const LARGEST_FILE: u64 = 16 << 20;
/// The most that all files together may have [bytes].
pub const LARGEST: u64 = 64 << 20;

/// What the first line of packed contents says that they are.
const KIND: &str = "plugin";
const VERSION: u32 = 1;
/// The longest name of a file or folder [bytes].
const LONGEST_NAME: usize = 64;

/// The folders of a plug-in, each with the endings of its files.
pub(crate) const FOLDERS: [(&str, &[&str]); 7] = [
    ("genomes", &["genome"]),
    ("regulation", &["regulation"]),
    ("packages", &["toml", "xml", "sbml"]),
    ("plasmids", &["genome"]),
    ("functions", &["rhai"]),
    ("styles", &["toml"]),
    ("tests", &["rhai"]),
];
/// The files beside them.
const FILES: [&str; 7] =
    [MANIFEST, "README.md", "LICENSE", "LICENSE.md", "LICENSE.txt", "NOTICE", "CHANGELOG.md"];

/// The contents of a plug-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    files: BTreeMap<String, Arc<[u8]>>,
    packed: Arc<[u8]>,
    sha256: String,
}

impl Bundle {
    /// Reads a folder. Names that begin with a dot are no part of a plug-in, and are left alone.
    ///
    /// # Errors
    /// When it is no folder, or has what no plug-in can have: a link, a pipe or a device, a folder or a file of
    /// another name, or more than there may be.
    ///
    /// # Examples
    /// ```
    /// use bioxen_plugin::Bundle;
    /// let error = Bundle::read("no_such_folder".as_ref()).unwrap_err().to_string();
    /// assert!(error.starts_with("`no_such_folder` is no plug-in: "), "{error}");
    /// ```
    pub fn read(path: &Path) -> Result<Self, PluginError> {
        let name = path.display().to_string();
        let files = folder::read(path)?;
        if !files.contains_key(MANIFEST) {
            let reason = format!("it has no {MANIFEST}");
            return Err(PluginError::NoPlugin { path: visible(&name).into_owned(), reason });
        }
        Ok(Self::of(files))
    }

    /// Of files whose names and sizes were checked.
    fn of(files: BTreeMap<String, Arc<[u8]>>) -> Self {
        let mut body = Vec::new();
        for (name, bytes) in &files {
            body.extend_from_slice(&(name.len() as u64).to_le_bytes());
            body.extend_from_slice(name.as_bytes());
            body.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
            body.extend_from_slice(bytes);
        }
        let packed = seal_bytes(KIND, VERSION, &body);
        // The last word of the line that was put before it.
        let line = packed.split(|b| *b == b'\n').next().unwrap_or_default();
        let sum = line.rsplit(|b| *b == b' ').next().unwrap_or_default();
        let sha256 = String::from_utf8_lossy(sum).into_owned();
        Self { files, packed: packed.into(), sha256 }
    }

    /// The bundle of packed contents, under the same rules as a folder.
    ///
    /// # Errors
    /// When they are cut off, damaged, newer or no plug-in.
    pub fn unpack(bytes: &[u8]) -> Result<Self, PluginError> {
        let wrong = |reason: String| PluginError::Packed { reason };
        let (_, body) = unseal_bytes(KIND, VERSION, bytes).map_err(|e| wrong(e.to_string()))?;
        let mut rest = body;
        let mut files: BTreeMap<String, Arc<[u8]>> = BTreeMap::new();
        let mut all = 0;
        while !rest.is_empty() {
            let part = |rest: &mut &'_ [u8]| -> Option<Vec<u8>> {
                let (length, behind) = rest.split_first_chunk::<8>()?;
                let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
                let taken = behind.get(..length)?.to_vec();
                *rest = &behind[length..];
                Some(taken)
            };
            let name = part(&mut rest).and_then(|name| String::from_utf8(name).ok());
            let (Some(name), Some(bytes)) = (name, part(&mut rest)) else {
                return Err(wrong("a file in it is cut off".to_owned()));
            };
            let last = files.last_key_value().map(|(name, _)| name.as_str());
            if last.is_some_and(|last| last >= name.as_str()) {
                return Err(wrong("its files are not in order".to_owned()));
            }
            all += bytes.len() as u64;
            let allowed = objection(&name).is_none()
                && bytes.len() as u64 <= LARGEST_FILE
                && all <= LARGEST
                && files.len() < MOST_FILES;
            if !allowed {
                let name = visible(&name);
                return Err(wrong(format!("the file `{name}` of it is none of a plug-in")));
            }
            files.insert(name, bytes.into());
        }
        if !files.contains_key(MANIFEST) {
            return Err(wrong(format!("there is no {MANIFEST} in it")));
        }
        let bundle = Self::of(files);
        // Its first line may say less than what follows.
        if *bundle.packed != *bytes {
            return Err(wrong("its first line is not that of its contents".to_owned()));
        }
        Ok(bundle)
    }

    /// All of it as bytes, which [`Bundle::unpack`] reads.
    pub fn packed(&self) -> &Arc<[u8]> {
        &self.packed
    }

    /// The checksum of its contents, SHA-256 in hexadecimal digits.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// The names of all files, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// The contents of a file.
    pub fn file(&self, name: &str) -> Option<&[u8]> {
        self.files.get(name).map(AsRef::as_ref)
    }

    /// A file as text, without the mark that some editors put before it.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn text(&self, name: &str) -> Result<String, String> {
        let bytes = self.file(name).ok_or_else(|| "is not there".to_owned())?;
        let text = std::str::from_utf8(bytes).map_err(|_| "is not UTF-8 text".to_owned())?;
        Ok(text.strip_prefix('\u{feff}').unwrap_or(text).to_owned())
    }

    /// The files of a folder with one of its endings, with their names without folder and ending.
    pub fn in_folder<'a>(
        &'a self,
        folder: &'a str,
        ending: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.names().filter_map(move |path| {
            let name = path.strip_prefix(folder)?.strip_prefix('/')?;
            Some((path, name.strip_suffix(ending)?.strip_suffix('.')?))
        })
    }
}

/// Whether a name of a file or folder can be one on every system.
fn is_plain(name: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    !name.is_empty()
        && name.len() <= LONGEST_NAME
        && name.chars().all(word)
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && !name.ends_with('.')
}

/// What speaks against a file of that name in a plug-in.
pub(crate) fn objection(path: &str) -> Option<String> {
    let Some((folder, name)) = path.split_once('/') else {
        if FILES.contains(&path) {
            return None;
        }
        let all = FILES.iter().copied().chain(FOLDERS.iter().map(|(folder, _)| *folder));
        let near = hint(nearest(path, all));
        let folders: Vec<&str> = FOLDERS.iter().map(|(folder, _)| *folder).collect();
        return Some(format!(
            "is no file of a plug-in{near}; valid: {}, and the folders {}",
            FILES.join(", "),
            folders.join(", ")
        ));
    };
    if let Some(wrong) = objection_to_folder(folder) {
        return Some(wrong);
    }
    if !is_plain(name) {
        let word = "has a name with other characters than letters, digits, `_`, `-` and `.`";
        return Some(format!("{word}, or a longer one than {LONGEST_NAME}"));
    }
    let endings = FOLDERS.iter().find(|(known, _)| *known == folder).map_or(&[][..], |f| f.1);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    if ending == "md" || endings.contains(&ending) {
        return None;
    }
    Some(format!("ends in `{ending}`; files of {folder} end in {}", endings.join(" or ")))
}

/// What speaks against a folder of that name in a plug-in.
pub(crate) fn objection_to_folder(folder: &str) -> Option<String> {
    if FOLDERS.iter().any(|(known, _)| *known == folder) {
        return None;
    }
    let folders: Vec<&str> = FOLDERS.iter().map(|(folder, _)| *folder).collect();
    let near = hint(nearest(folder, folders.iter().copied()));
    Some(format!("is no folder of a plug-in{near}; valid: {}", folders.join(", ")))
}

#[cfg(test)]
mod tests;
