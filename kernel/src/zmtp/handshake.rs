//! The handshake at the beginning of a connection.

use std::io::{Read, Write};

use super::ZmtpError;
use super::frame::{Limits, Part, encode_command, read_part};

/// The kind of a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Answers those who ask, by their identities.
    Router,
    /// Tells everything to everyone who subscribed.
    Publisher,
    /// Sends back what it gets: a heartbeat.
    Echo,
}

impl Role {
    fn name(self) -> &'static [u8] {
        match self {
            Self::Router => b"ROUTER",
            Self::Publisher => b"PUB",
            Self::Echo => b"REP",
        }
    }

    fn speaks_with(self, other: &[u8]) -> bool {
        let partners: &[&[u8]] = match self {
            Self::Router => &[b"DEALER", b"REQ", b"ROUTER"],
            Self::Publisher => &[b"SUB", b"XSUB"],
            Self::Echo => &[b"REQ", b"DEALER"],
        };
        partners.contains(&other)
    }
}

/// Bytes of a greeting.
const GREETING: usize = 64;
/// Bytes of an identity at most.
const IDENTITY: usize = 255;

/// Our greeting: signature, version 3.0, mechanism NULL, not a server in the sense of mechanisms.
fn greeting() -> [u8; GREETING] {
    let mut bytes = [0; GREETING];
    bytes[0] = 0xff;
    bytes[9] = 0x7f;
    bytes[10] = 3;
    bytes[12..16].copy_from_slice(b"NULL");
    bytes
}

/// Greets and is greeted; gives the identity that the other side wants, empty for none.
pub(super) fn shake_hands(
    reader: &mut impl Read,
    writer: &mut impl Write,
    role: Role,
) -> Result<Vec<u8>, ZmtpError> {
    writer.write_all(&greeting())?;
    let mut theirs = [0; GREETING];
    // First its first byte, so that whoever speaks something else is not waited for.
    reader.read_exact(&mut theirs[..1])?;
    if theirs[0] != 0xff {
        return Err(ZmtpError::Greeting { what: "its signature is another" });
    }
    reader.read_exact(&mut theirs[1..])?;
    if theirs[9] != 0x7f {
        return Err(ZmtpError::Greeting { what: "its signature is another" });
    }
    if theirs[10] < 3 {
        return Err(ZmtpError::Greeting { what: "its version is below 3" });
    }
    if theirs[12..32] != greeting()[12..32] {
        return Err(ZmtpError::Greeting { what: "its mechanism is not NULL" });
    }
    let mut properties = Vec::new();
    put_property(&mut properties, b"Socket-Type", role.name());
    writer.write_all(&encode_command(b"READY", &properties))?;
    let limits = Limits { message_bytes: 1 << 16, frames: 1 };
    let Part::Command(name, body) = read_part(reader, limits)? else {
        return Err(ZmtpError::Command { what: "a message came before READY" });
    };
    if name != b"READY" {
        return Err(ZmtpError::Command { what: "READY is expected first" });
    }
    let kind = property(&body, b"socket-type")?.unwrap_or_default();
    if !role.speaks_with(&kind) {
        return Err(ZmtpError::Command { what: "its kind of socket does not go with ours" });
    }
    let identity = property(&body, b"identity")?.unwrap_or_default();
    // Identities that begin with a zero are ours to give.
    if identity.len() > IDENTITY || identity.first() == Some(&0) {
        return Err(ZmtpError::Command { what: "no such identity may be had" });
    }
    Ok(identity)
}

fn put_property(bytes: &mut Vec<u8>, name: &[u8], value: &[u8]) {
    bytes.push(name.len() as u8);
    bytes.extend_from_slice(name);
    bytes.extend_from_slice(&(value.len() as u32).to_be_bytes());
    bytes.extend_from_slice(value);
}

/// The value of a property; `name` in small letters, since their case says nothing.
fn property(mut body: &[u8], name: &[u8]) -> Result<Option<Vec<u8>>, ZmtpError> {
    let cut_off = || ZmtpError::Command { what: "a property is cut off" };
    let mut found = None;
    while let Some((&length, rest)) = body.split_first() {
        let (key, rest) = rest.split_at_checked(usize::from(length)).ok_or_else(cut_off)?;
        let (length, rest) = rest.split_first_chunk::<4>().ok_or_else(cut_off)?;
        let length = u32::from_be_bytes(*length) as usize;
        let (value, rest) = rest.split_at_checked(length).ok_or_else(cut_off)?;
        if key.eq_ignore_ascii_case(name) {
            found = Some(value.to_vec());
        }
        body = rest;
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meet(kind: &[u8], identity: &[u8], role: Role) -> Result<Vec<u8>, ZmtpError> {
        let mut properties = Vec::new();
        put_property(&mut properties, b"Socket-Type", kind);
        put_property(&mut properties, b"Identity", identity);
        let mut bytes = greeting().to_vec();
        bytes.extend(encode_command(b"READY", &properties));
        shake_hands(&mut &bytes[..], &mut Vec::new(), role)
    }

    #[test]
    fn a_dealer_meets_a_router() {
        assert_eq!(meet(b"DEALER", b"me", Role::Router).unwrap(), b"me");
        assert!(meet(b"SUB", b"", Role::Publisher).unwrap().is_empty());
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert!(meet(b"SUB", b"", Role::Router).is_err());
        assert!(meet(b"DEALER", b"\0\0\0\0\x01", Role::Router).is_err());
        let refused = |bytes: &[u8]| shake_hands(&mut &*bytes, &mut Vec::new(), Role::Router);
        assert!(matches!(refused(b"GET / HTTP/1.1\r\n\r\n"), Err(ZmtpError::Greeting { .. })));
        let mut old = greeting();
        old[10] = 1;
        assert!(matches!(refused(&old), Err(ZmtpError::Greeting { .. })));
        assert!(property(b"\x03abc\0\0\0\x09x", b"abc").is_err());
    }
}
