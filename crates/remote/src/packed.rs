//! Numbers and states as text, to the bit.

use std::io::{Read, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

/// The largest state that is taken [bytes].
const LARGEST: u64 = 1 << 30;

/// Numbers, sent as their bytes: JSON has no infinite ones, and none that is no number.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Packed(pub Vec<f64>);

impl Packed {
    /// The bytes of the numbers.
    pub fn bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|x| x.to_le_bytes()).collect()
    }
}

impl Serialize for Packed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(self.bytes()))
    }
}

impl<'de> Deserialize<'de> for Packed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = STANDARD.decode(text).map_err(serde::de::Error::custom)?;
        let (numbers, rest) = bytes.as_chunks::<8>();
        if !rest.is_empty() {
            return Err(serde::de::Error::custom("numbers have eight bytes each"));
        }
        Ok(Self(numbers.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect()))
    }
}

/// The archive of a cell: its checksum, and its contents unless the other side has them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// SHA-256 of the archive, in hexadecimal digits.
    pub sha256: String,
    /// The archive, deflated and in base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deflated: Option<String>,
}

impl State {
    /// A state that the other side has.
    pub fn known(archive: &[u8]) -> Self {
        Self { sha256: digest(archive), deflated: None }
    }

    /// A state with its contents.
    ///
    /// # Errors
    /// Never in practice: it is written to memory.
    pub fn whole(archive: &[u8]) -> std::io::Result<Self> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(archive)?;
        let deflated = Some(STANDARD.encode(encoder.finish()?));
        Ok(Self { sha256: digest(archive), deflated })
    }

    /// The archive, if it was sent. Contents that do not fit their checksum are none.
    pub fn archive(&self) -> Option<Vec<u8>> {
        let bytes = STANDARD.decode(self.deflated.as_ref()?).ok()?;
        let mut archive = Vec::new();
        DeflateDecoder::new(bytes.as_slice()).take(LARGEST).read_to_end(&mut archive).ok()?;
        (digest(&archive) == self.sha256).then_some(archive)
    }
}

/// SHA-256 in hexadecimal digits.
pub fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes as hexadecimal digits.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The checksum of rows, in the order in which they are added.
#[derive(Debug, Default)]
pub struct RowSum {
    sum: Sha256,
    rows: u64,
}

impl RowSum {
    /// Takes in the numbers of some rows.
    pub fn add(&mut self, numbers: &Packed, rows: usize) {
        self.sum.update(numbers.bytes());
        self.rows += rows as u64;
    }

    /// How many rows there were, and their checksum.
    pub fn finish(self) -> (u64, String) {
        (self.rows, hex(&self.sum.finalize()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_to_the_bit() {
        let odd = f64::from_bits(0x7ff8_0000_0000_1234);
        let numbers = Packed(vec![0.1, -0.0, f64::INFINITY, odd, f64::MIN_POSITIVE / 3.0]);
        let text = serde_json::to_string(&numbers).unwrap();
        let again: Packed = serde_json::from_str(&text).unwrap();
        let bits = |p: &Packed| p.0.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&again), bits(&numbers));
        assert!(serde_json::from_str::<Packed>("\"AAAA\"").is_err());
        assert!(serde_json::from_str::<Packed>("\"?\"").is_err());
    }

    #[test]
    fn a_state_is_refused_that_does_not_fit_its_checksum() {
        let state = State::whole(b"the cell").unwrap();
        assert_eq!(state.archive().unwrap(), b"the cell");
        assert_eq!(State::known(b"the cell").archive(), None);
        let other = State { sha256: digest(b"another"), ..state.clone() };
        assert_eq!(other.archive(), None);
        let mut text = state.deflated.unwrap();
        text.truncate(text.len() / 2);
        assert_eq!(State { deflated: Some(text), sha256: digest(b"the cell") }.archive(), None);
    }
}
