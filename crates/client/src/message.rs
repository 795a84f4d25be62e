//! A message of the protocol, in and out.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::error::ClientError;
use super::sign::Signer;

/// What stands between addresses and a message.
const DELIMITER: &[u8] = b"<IDS|MSG>";
/// The version of the protocol.
const PROTOCOL: &str = "5.4";

/// Who says what kind of thing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Header {
    /// The name of the message.
    pub msg_id: String,
    /// Its kind, such as `execute_request`.
    pub msg_type: String,
    /// The client that sends it.
    pub session: String,
    /// The person behind it.
    pub username: String,
    /// When, as the protocol writes it.
    pub date: String,
    /// Of the protocol.
    pub version: String,
}

/// A message.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Message {
    /// Who says what kind of thing.
    pub header: Header,
    /// The header of what it answers; empty for nothing.
    pub parent_header: Header,
    /// What is said beside.
    pub metadata: Value,
    /// What is said.
    pub content: Value,
    /// Bytes that go along.
    #[serde(with = "buffers", skip_serializing_if = "Vec::is_empty")]
    pub buffers: Vec<Vec<u8>>,
}

impl Message {
    /// A message that answers nothing.
    pub fn new(kind: &str, who: &str, session: &str, content: Value) -> Self {
        let header = Header {
            msg_id: new_id(),
            msg_type: kind.to_owned(),
            session: session.to_owned(),
            username: who.to_owned(),
            date: now(),
            version: PROTOCOL.to_owned(),
        };
        Self { header, metadata: json!({}), content, ..Self::default() }
    }

    /// As frames, signed.
    pub(crate) fn frames(&self, signer: &Signer) -> Vec<Bytes> {
        let parent = match &self.parent_header {
            // A header of nothing is empty.
            header if header.msg_id.is_empty() => json!({}),
            header => json!(header),
        };
        let parts = [&json!(self.header), &parent, &self.metadata, &self.content];
        let parts = parts.map(|part| part.to_string().into_bytes());
        let signature = signer.sign(&parts).into_bytes();
        let head = [DELIMITER.to_vec(), signature];
        let all = head.into_iter().chain(parts).chain(self.buffers.iter().cloned());
        all.map(Bytes::from).collect()
    }

    /// Of frames that came.
    ///
    /// # Errors
    /// When they are no message, or nobody with the key has signed it.
    pub(crate) fn read(frames: &[Bytes], signer: &Signer) -> Result<Self, ClientError> {
        let bad = |reason: &str| ClientError::Message { reason: reason.to_owned() };
        let start = frames.iter().position(|frame| frame == DELIMITER);
        let rest = &frames[start.ok_or_else(|| bad("it has no delimiter"))? + 1..];
        let [signature, header, parent, metadata, content, buffers @ ..] = rest else {
            return Err(bad("parts are missing"));
        };
        let parts = [header, parent, metadata, content];
        if !signer.believes(&parts, signature) {
            return Err(bad("its signature is wrong"));
        }
        let json = |part: &Bytes| serde_json::from_slice::<Value>(part).map_err(|_| bad("no JSON"));
        let known = |part: &Bytes| serde_json::from_slice(part).map_err(|_| bad("no header"));
        Ok(Self {
            header: known(header)?,
            parent_header: known(parent)?,
            metadata: json(metadata)?,
            content: json(content)?,
            buffers: buffers.iter().map(|buffer| buffer.to_vec()).collect(),
        })
    }
}

/// A name that nothing else has.
pub fn new_id() -> String {
    let mut bytes = [0; 16];
    random(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Bytes that nobody can guess.
pub(crate) fn random(bytes: &mut [u8]) {
    use std::hash::{BuildHasher, RandomState};
    // The system's own source; where there is none, hashers that the system has seeded.
    let filled = std::fs::File::open("/dev/urandom")
        .and_then(|mut file| std::io::Read::read_exact(&mut file, bytes));
    if filled.is_err() {
        for chunk in bytes.chunks_mut(8) {
            let number = RandomState::new().hash_one(SystemTime::now()).to_le_bytes();
            chunk.copy_from_slice(&number[..chunk.len()]);
        }
    }
}

/// The time now as ISO 8601 writes it, in UTC.
fn now() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let (days, of_day) = (since.as_secs() / 86_400, since.as_secs() % 86_400);
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    let micros = since.subsec_micros();
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micros:06}Z")
}

/// The date of a day since 1970, counted in years that begin in March.
fn civil(days: u64) -> (u64, u64, u64) {
    let mut rest = days;
    let mut year = 1970;
    let leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    while rest >= 365 + u64::from(leap(year)) {
        rest -= 365 + u64::from(leap(year));
        year += 1;
    }
    let lengths = [31, 28 + u64::from(leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 1;
    for length in lengths {
        if rest < length {
            break;
        }
        rest -= length;
        month += 1;
    }
    (year, month, rest + 1)
}

/// Buffers as texts in base 64, where a message is a line of text.
mod buffers {
    use super::{Engine, STANDARD};
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(all: &[Vec<u8>], to: S) -> Result<S::Ok, S::Error> {
        all.iter().map(|one| STANDARD.encode(one)).collect::<Vec<_>>().serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Vec<Vec<u8>>, D::Error> {
        let texts = Vec::<String>::deserialize(from)?;
        texts.iter().map(|text| STANDARD.decode(text).map_err(D::Error::custom)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_comes_back_from_its_frames() {
        let signer = Signer::new(b"k");
        let mut message = Message::new("execute_request", "ada", "s", json!({"code": "6 * 7"}));
        message.buffers = vec![vec![0, 255]];
        let frames = message.frames(&signer);
        assert_eq!(Message::read(&frames, &signer).unwrap(), message);
        let routed: Vec<Bytes> = [Bytes::from("route")].into_iter().chain(frames.clone()).collect();
        assert_eq!(Message::read(&routed, &signer).unwrap(), message);
        let line = serde_json::to_string(&message).unwrap();
        assert_eq!(serde_json::from_str::<Message>(&line).unwrap(), message);
        let told = |frames: &[Bytes]| Message::read(frames, &signer).unwrap_err().to_string();
        assert!(told(&frames[..4]).contains("parts are missing"));
        assert!(told(&frames[1..]).contains("delimiter"));
        let mut forged = frames.clone();
        forged[5] = Bytes::from("{}");
        assert!(told(&forged).contains("signature"));
    }

    #[test]
    fn days_have_dates() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(59), (1970, 3, 1));
        assert_eq!(civil(11_016), (2000, 2, 29));
        assert_eq!(civil(20_784), (2026, 11, 27));
    }
}
