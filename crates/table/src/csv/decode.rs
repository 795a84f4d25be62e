//! From bytes to text.

use std::borrow::Cow;

use super::Encoding;
use crate::error::TableError;

/// The text of a file, without its byte order mark. Lines that end as on old Macintoshes are made as others.
pub(crate) fn decode(bytes: &[u8], encoding: Encoding) -> Result<Cow<'_, str>, TableError> {
    let text = match (encoding, bytes) {
        (_, [0xff, 0xfe, rest @ ..]) => Cow::Owned(wide(rest, u16::from_le_bytes)?),
        (_, [0xfe, 0xff, rest @ ..]) => Cow::Owned(wide(rest, u16::from_be_bytes)?),
        (_, [0xef, 0xbb, 0xbf, rest @ ..]) => Cow::Borrowed(narrow(rest)?),
        (Encoding::Latin1, bytes) => Cow::Owned(bytes.iter().map(|b| char::from(*b)).collect()),
        (Encoding::Unicode, bytes) => Cow::Borrowed(narrow(bytes)?),
    };
    if let Some(at) = text.find('\0') {
        return Err(TableError::read(
            line_of(text.as_bytes(), at),
            "a zero byte; the file is binary, or UTF-16 without a byte order mark",
        ));
    }
    if text.contains('\r') && !text.contains('\n') {
        return Ok(Cow::Owned(text.replace('\r', "\n")));
    }
    Ok(text)
}

fn line_of(bytes: &[u8], at: usize) -> u64 {
    bytes.iter().take(at).filter(|b| **b == b'\n').count() as u64 + 1
}

fn narrow(bytes: &[u8]) -> Result<&str, TableError> {
    std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let byte = bytes.get(at).copied().unwrap_or_default();
        TableError::read(
            line_of(bytes, at),
            format!(
                "the byte 0x{byte:02x} is not UTF-8; the file may be Latin-1 (Windows-1252): save it as UTF-8, \
                 or say its encoding"
            ),
        )
    })
}

fn wide(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, TableError> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len() / 2);
    for decoded in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        match decoded {
            Ok(c) => text.push(c),
            Err(bad) => {
                let line = line_of(text.as_bytes(), text.len());
                let what =
                    format!("0x{:04x} is half a character of UTF-16", bad.unpaired_surrogate());
                return Err(TableError::read(line, what));
            }
        }
    }
    if rest.is_empty() {
        Ok(text)
    } else {
        Err(TableError::read(
            line_of(text.as_bytes(), text.len()),
            "half a character of UTF-16 at the end",
        ))
    }
}
