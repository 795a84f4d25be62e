//! Whether the footer of a file can be what it says. The reader of `parquet` reserves memory for as many
//! items as a list says to have, before it reads them, so that a few damaged bytes could ask for more than
//! there is, which ends the program. Here lists are counted first, by the compact protocol of Apache Thrift
//! (`doc/specs/thrift-compact-protocol.md` of apache/thrift), in which the footer is written.

use super::wrong;
use crate::error::TableError;

/// The deepest nesting; footers have less than ten.
const DEEPEST: usize = 32;

/// Checks the footer of a file: that every list and text has at least as many bytes as it says.
pub(super) fn check(file: &[u8]) -> Result<(), TableError> {
    let damaged = || wrong("its footer is damaged");
    let body = file.strip_suffix(b"PAR1").ok_or_else(|| wrong("it does not end with PAR1"))?;
    let (rest, length) = body.split_last_chunk::<4>().ok_or_else(damaged)?;
    let length = usize::try_from(u32::from_le_bytes(*length)).map_err(wrong)?;
    let start = rest.len().checked_sub(length).ok_or_else(damaged)?;
    let mut footer = Walk { left: &rest[start..] };
    footer.structure(0).ok_or_else(damaged)
}

/// What is left to read.
struct Walk<'a> {
    left: &'a [u8],
}

impl Walk<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.left.split_first()?;
        self.left = rest;
        Some(*first)
    }

    fn skip(&mut self, bytes: u64) -> Option<()> {
        self.left = self.left.get(usize::try_from(bytes).ok()?..)?;
        Some(())
    }

    /// Seven bits of a number in each byte, the lowest first.
    fn varint(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    /// Fields up to the one of type 0.
    fn structure(&mut self, depth: usize) -> Option<()> {
        loop {
            let header = self.byte()?;
            if header == 0 {
                return Some(());
            }
            if header >> 4 == 0 {
                self.varint()?;
            }
            // The truth of a field is in its header.
            if !matches!(header & 0xf, 1 | 2) {
                self.value(header & 0xf, depth)?;
            }
        }
    }

    fn value(&mut self, kind: u8, depth: usize) -> Option<()> {
        if depth > DEEPEST {
            return None;
        }
        match kind {
            1..=3 => self.skip(1),
            4..=6 => self.varint().map(drop),
            7 => self.skip(8),
            8 => {
                let length = self.varint()?;
                self.skip(length)
            }
            9 | 10 => {
                let header = self.byte()?;
                let size = if header >> 4 == 15 { self.varint()? } else { u64::from(header >> 4) };
                self.items(size, &[header & 0xf], depth)
            }
            11 => {
                let size = self.varint()?;
                if size == 0 {
                    return Some(());
                }
                let kinds = self.byte()?;
                self.items(size, &[kinds >> 4, kinds & 0xf], depth)
            }
            12 => self.structure(depth + 1),
            13 => self.skip(16),
            _ => None,
        }
    }

    /// Every item has at least one byte.
    fn items(&mut self, size: u64, kinds: &[u8], depth: usize) -> Option<()> {
        if size > self.left.len() as u64 {
            return None;
        }
        for _ in 0..size {
            for kind in kinds {
                self.value(*kind, depth + 1)?;
            }
        }
        Some(())
    }
}
