//! Frames, and messages made of them.

use std::io::{self, Read};
use std::sync::Arc;

use super::ZmtpError;

const MORE: u8 = 1;
const LONG: u8 = 2;
const COMMAND: u8 = 4;

/// Memory that is taken at once for a frame [bytes].
const CHUNK: u64 = 64 << 10;

/// How much a peer may send.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Longest message [bytes].
    pub message_bytes: u64,
    /// Most frames of a message.
    pub frames: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { message_bytes: 256 << 20, frames: 4096 }
    }
}

/// What can stand between two other things on a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A command: its name and its body.
    Command(Vec<u8>, Vec<u8>),
    /// A whole message.
    Message(Vec<Vec<u8>>),
}

/// Reads the next command or message.
///
/// # Errors
/// When the connection ends, or what comes is too large or no frame.
///
/// # Examples
/// ```
/// use bioxen_kernel::zmtp::{Limits, Part, encode, read_part};
/// let bytes = encode(&[b"a".to_vec(), vec![7; 300]]);
/// let part = read_part(&mut &bytes[..], Limits::default())?;
/// assert_eq!(part, Part::Message(vec![b"a".to_vec(), vec![7; 300]]));
/// # Ok::<(), bioxen_kernel::zmtp::ZmtpError>(())
/// ```
pub fn read_part(reader: &mut impl Read, limits: Limits) -> Result<Part, ZmtpError> {
    read_metered(reader, limits, &mut |_| Ok(()))
}

/// The same; `meter` is told how many bytes the message takes before it takes more, and may refuse.
pub(super) fn read_metered(
    reader: &mut impl Read,
    limits: Limits,
    meter: &mut dyn FnMut(u64) -> Result<(), ZmtpError>,
) -> Result<Part, ZmtpError> {
    let (mut taken, mut frames) = (0, Vec::new());
    let mut left = limits.message_bytes;
    loop {
        let flags = byte(reader)?;
        if flags & !(MORE | LONG | COMMAND) != 0 {
            return Err(ZmtpError::Command { what: "unknown flags of a frame" });
        }
        let length = if flags & LONG == 0 {
            u64::from(byte(reader)?)
        } else {
            let mut bytes = [0; 8];
            reader.read_exact(&mut bytes)?;
            u64::from_be_bytes(bytes)
        };
        if length > left {
            let found = (limits.message_bytes - left).saturating_add(length);
            return Err(ZmtpError::TooLarge { found, limit: limits.message_bytes, unit: "bytes" });
        }
        left -= length;
        // Memory is taken as the bytes arrive, not as they are announced.
        let mut body = Vec::new();
        loop {
            let there = body.len() as u64;
            let step = (length - there).min(CHUNK.max(there / 4));
            if step == 0 {
                break;
            }
            taken += step;
            meter(taken)?;
            body.reserve_exact(step as usize);
            let came = reader.by_ref().take(step).read_to_end(&mut body)?;
            if (came as u64) < step {
                return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
            }
        }
        if flags & COMMAND != 0 {
            return if frames.is_empty() && flags & MORE == 0 {
                command(&body)
            } else {
                Err(ZmtpError::Command { what: "inside of a message" })
            };
        }
        frames.push(body);
        if flags & MORE == 0 {
            return Ok(Part::Message(frames));
        }
        if frames.len() >= limits.frames {
            let (found, limit) = (frames.len() as u64 + 1, limits.frames as u64);
            return Err(ZmtpError::TooLarge { found, limit, unit: "frames" });
        }
    }
}

fn byte(reader: &mut impl Read) -> io::Result<u8> {
    let mut byte = [0];
    reader.read_exact(&mut byte)?;
    Ok(byte[0])
}

fn command(body: &[u8]) -> Result<Part, ZmtpError> {
    let cut = body.split_first().and_then(|(&n, rest)| rest.split_at_checked(usize::from(n)));
    let Some((name, rest)) = cut else {
        return Err(ZmtpError::Command { what: "its name is cut off" });
    };
    Ok(Part::Command(name.to_vec(), rest.to_vec()))
}

/// A message as it goes over a connection.
pub fn encode<T: AsRef<[u8]>>(frames: &[T]) -> Arc<[u8]> {
    let size: usize = frames.iter().map(|f| f.as_ref().len() + 9).sum();
    let mut bytes = Vec::with_capacity(size);
    for (i, frame) in frames.iter().enumerate() {
        let more = if i + 1 < frames.len() { MORE } else { 0 };
        put(&mut bytes, more, frame.as_ref());
    }
    bytes.into()
}

/// A command as it goes over a connection.
pub(super) fn encode_command(name: &[u8], body: &[u8]) -> Vec<u8> {
    let mut whole = vec![name.len() as u8];
    whole.extend_from_slice(name);
    whole.extend_from_slice(body);
    let mut bytes = Vec::with_capacity(whole.len() + 9);
    put(&mut bytes, COMMAND, &whole);
    bytes
}

fn put(bytes: &mut Vec<u8>, flags: u8, body: &[u8]) {
    match u8::try_from(body.len()) {
        Ok(length) => bytes.extend_from_slice(&[flags, length]),
        Err(_) => {
            bytes.push(flags | LONG);
            bytes.extend_from_slice(&(body.len() as u64).to_be_bytes());
        }
    }
    bytes.extend_from_slice(body);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<Part, ZmtpError> {
        read_part(&mut &*bytes, Limits { message_bytes: 1000, frames: 3 })
    }

    #[test]
    fn frames_are_those_of_the_specification() {
        let bytes = encode(&[&b"ab"[..], &[0; 256][..]]);
        assert_eq!(bytes[..5], [1, 2, b'a', b'b', 2]);
        assert_eq!(bytes[5..13], [0, 0, 0, 0, 0, 0, 1, 0]);
        assert_eq!(read(&bytes).unwrap(), Part::Message(vec![b"ab".to_vec(), vec![0; 256]]));
        let bytes = encode_command(b"READY", b"x");
        assert_eq!(bytes, b"\x04\x07\x05READYx");
        assert_eq!(read(&bytes).unwrap(), Part::Command(b"READY".to_vec(), b"x".to_vec()));
    }

    #[test]
    fn an_announced_length_takes_no_memory() {
        let mut bytes = vec![LONG];
        bytes.extend_from_slice(&u64::MAX.to_be_bytes());
        assert!(matches!(read(&bytes), Err(ZmtpError::TooLarge { .. })));
        // Two frames that are too long together only.
        let bytes = encode(&[vec![0; 600], vec![0; 600]]);
        assert!(matches!(read(&bytes), Err(ZmtpError::TooLarge { found: 1200, .. })));
        let bytes = encode(&[[0; 1]; 4]);
        assert!(matches!(read(&bytes), Err(ZmtpError::TooLarge { unit: "frames", .. })));
    }

    #[test]
    fn memory_is_asked_for_before_it_is_taken() {
        let bytes = encode(&[vec![7; 300_000], vec![8; 10]]);
        let mut told = Vec::new();
        let part = read_metered(&mut &bytes[..], Limits::default(), &mut |taken| {
            told.push(taken);
            Ok(())
        });
        assert_eq!(part.unwrap(), Part::Message(vec![vec![7; 300_000], vec![8; 10]]));
        assert_eq!((told[0], told.last()), (64 << 10, Some(&300_010)));
        assert!(told.windows(2).all(|w| w[0] < w[1]));
        let mut refuse = |taken| match taken {
            0..100_000 => Ok(()),
            _ => Err(ZmtpError::Command { what: "no" }),
        };
        let refused = read_metered(&mut &bytes[..], Limits::default(), &mut refuse);
        assert!(matches!(refused, Err(ZmtpError::Command { what: "no" })));
    }

    #[test]
    fn what_is_no_frame_is_an_error() {
        assert!(matches!(read(&[0xff, 1, 0]), Err(ZmtpError::Command { .. })));
        assert!(matches!(read(&[COMMAND, 0]), Err(ZmtpError::Command { .. })));
        assert!(matches!(read(&[COMMAND, 2, 9, b'x']), Err(ZmtpError::Command { .. })));
        assert!(matches!(read(&[MORE, 0, COMMAND, 1, 0]), Err(ZmtpError::Command { .. })));
        assert!(matches!(read(&[0, 5, 1]), Err(ZmtpError::Io { .. })));
        assert!(matches!(read(&[]), Err(ZmtpError::Io { .. })));
    }
}
