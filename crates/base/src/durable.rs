//! Files that are complete or absent: written atomically, sealed with a checksum.
//!
//! [`write()`] writes bytes to a temporary file beside the target, flushes it to the disk and renames
//! it. So after a crash at any moment there is either the old file or the new one. [`read()`] reads
//! regular files only, and never waits for a pipe or a device. [`seal`] adds a first line to a text,
//! with its kind, its version and its SHA-256. [`unseal`] refuses a text that is cut off, damaged, of a
//! newer version or of another kind, and says which.

mod leftovers;
mod mode;
mod read;
mod write;

pub use mode::{is_open_to_others, keep_private};
pub use read::{NotAFile, open, read, read_text};
pub use write::{create, publish, target, write};

use std::path::PathBuf;

use sha2::{Digest, Sha256};
use thiserror::Error;

/// Why a sealed file is refused.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SealError {
    /// It does not begin as such a file does.
    #[error("it is no {expected} file of BioXen")]
    Foreign {
        /// What was expected.
        expected: &'static str,
    },
    /// It is a file of another kind.
    #[error("it holds a {found}, not a {expected}")]
    OtherKind {
        /// What it is.
        found: String,
        /// What was expected.
        expected: &'static str,
    },
    /// It was written by a later version.
    #[error("it is of format {found}, and this version of BioXen reads up to {newest}")]
    Newer {
        /// Its format.
        found: u32,
        /// The newest that is known.
        newest: u32,
    },
    /// Its end is missing.
    #[error("it was cut off: {found} of {expected} bytes are there")]
    CutOff {
        /// How many bytes there should be.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// Its contents are not those that were written.
    #[error("it was damaged: its checksum is not that of its contents")]
    Damaged,
}

const MAGIC: &str = "#bioxen";
/// The longest first line [bytes].
const LONGEST_HEAD: usize = 200;

/// Puts the line before a text that [`unseal`] looks for.
///
/// # Examples
/// ```
/// use bioxen_base::durable::{seal, unseal};
/// let sealed = seal("note", 1, "whole");
/// assert_eq!(unseal("note", 1, &sealed)?, (1, "whole"));
/// assert!(unseal("note", 1, &sealed[..sealed.len() - 1]).is_err());
/// # Ok::<(), bioxen_base::durable::SealError>(())
/// ```
pub fn seal(kind: &str, version: u32, body: &str) -> Vec<u8> {
    seal_bytes(kind, version, body.as_bytes())
}

/// The same for contents that are no text, which [`unseal_bytes`] reads.
pub fn seal_bytes(kind: &str, version: u32, body: &[u8]) -> Vec<u8> {
    let sum = hex(&Sha256::digest(body));
    let mut sealed = format!("{MAGIC}-{kind} {version} {} {sum}\n", body.len()).into_bytes();
    sealed.extend_from_slice(body);
    sealed
}

/// A path that may begin in the home folder, as `~/`.
pub fn in_home(text: &str) -> PathBuf {
    match (text.strip_prefix("~/"), std::env::var_os("HOME")) {
        (Some(rest), Some(home)) => PathBuf::from(home).join(rest),
        _ => PathBuf::from(text),
    }
}

/// The version and the text of a sealed file.
///
/// # Errors
/// When it is something else, newer than `newest`, cut off or damaged.
pub fn unseal<'a>(
    kind: &'static str,
    newest: u32,
    bytes: &'a [u8],
) -> Result<(u32, &'a str), SealError> {
    let (version, body) = unseal_bytes(kind, newest, bytes)?;
    std::str::from_utf8(body).map(|text| (version, text)).map_err(|_| SealError::Damaged)
}

/// The version and the contents of a sealed file that need not be a text.
///
/// # Errors
/// As [`unseal`].
pub fn unseal_bytes<'a>(
    kind: &'static str,
    newest: u32,
    bytes: &'a [u8],
) -> Result<(u32, &'a [u8]), SealError> {
    let foreign = SealError::Foreign { expected: kind };
    let head = bytes.iter().take(LONGEST_HEAD).position(|&b| b == b'\n').ok_or(foreign.clone())?;
    let (line, body) = (&bytes[..head], &bytes[head + 1..]);
    let line = std::str::from_utf8(line).map_err(|_| foreign.clone())?;
    let words: Vec<&str> = line.split(' ').collect();
    let &[first, version, length, sum] = words.as_slice() else { return Err(foreign) };
    let found = first.strip_prefix(MAGIC).and_then(|rest| rest.strip_prefix('-'));
    let found = found.ok_or(foreign.clone())?;
    if found != kind {
        return Err(SealError::OtherKind { found: found.to_owned(), expected: kind });
    }
    let version: u32 = version.parse().map_err(|_| foreign.clone())?;
    if version > newest {
        return Err(SealError::Newer { found: version, newest });
    }
    let expected: usize = length.parse().map_err(|_| foreign)?;
    if body.len() < expected {
        return Err(SealError::CutOff { expected, found: body.len() });
    }
    if hex(&Sha256::digest(body)) != sum {
        return Err(SealError::Damaged);
    }
    Ok((version, body))
}

fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
    bytes.iter().flat_map(|b| [digit(b >> 4), digit(b & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_being_wrong_is_told() {
        let sealed = seal("state", 2, "twelve bytes");
        let with = |change: &dyn Fn(&mut Vec<u8>)| {
            let mut bytes = sealed.clone();
            change(&mut bytes);
            unseal("state", 2, &bytes).map(|(_, text)| text.to_owned())
        };
        assert_eq!(with(&|_| {}).unwrap(), "twelve bytes");
        assert_eq!(
            with(&|b| b.truncate(b.len() - 5)),
            Err(SealError::CutOff { expected: 12, found: 7 })
        );
        assert_eq!(
            with(&|b| {
                let last = b.len() - 1;
                b[last] ^= 1;
            }),
            Err(SealError::Damaged)
        );
        assert_eq!(with(&|b| b.push(0)), Err(SealError::Damaged));
        assert_eq!(with(&|b| b.clear()), Err(SealError::Foreign { expected: "state" }));
        assert_eq!(unseal("state", 1, &sealed), Err(SealError::Newer { found: 2, newest: 1 }));
        let other = unseal("vm", 2, &sealed).unwrap_err();
        assert_eq!(other.to_string(), "it holds a state, not a vm");
    }

    #[test]
    fn the_checksum_is_sha_256() {
        // FIPS 180-2, appendix B.1.
        let sealed = String::from_utf8(seal("x", 1, "abc")).unwrap();
        assert!(
            sealed.contains("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        );
    }
}
