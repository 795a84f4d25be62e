//! Signatures of messages: HMAC-SHA256 (RFC 2104, FIPS 180-4) over their four parts.

use hmac::{Hmac, Mac};
use sha2::Sha256;

/// Signs and verifies with one key; an empty key signs nothing and believes everything, as the protocol has
/// it.
#[derive(Clone)]
pub(crate) struct Signer(Option<Hmac<Sha256>>);

impl Signer {
    pub(crate) fn new(key: &[u8]) -> Self {
        // A key of any length is one.
        Self((!key.is_empty()).then(|| Hmac::new_from_slice(key).ok()).flatten())
    }

    fn over(&self, parts: &[impl AsRef<[u8]>]) -> Option<Hmac<Sha256>> {
        let mut mac = self.0.clone()?;
        parts.iter().for_each(|part| mac.update(part.as_ref()));
        Some(mac)
    }

    /// In hexadecimal digits.
    pub(crate) fn sign(&self, parts: &[impl AsRef<[u8]>]) -> String {
        let Some(mac) = self.over(parts) else { return String::new() };
        mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether a signature is right; takes the same time however wrong it is.
    pub(crate) fn believes(&self, parts: &[impl AsRef<[u8]>], signature: &[u8]) -> bool {
        let Some(mac) = self.over(parts) else { return true };
        let text = std::str::from_utf8(signature).unwrap_or_default();
        let byte = |pair: &[u8]| {
            let pair = std::str::from_utf8(pair).ok()?;
            u8::from_str_radix(pair, 16).ok()
        };
        let bytes: Option<Vec<u8>> = text.as_bytes().chunks(2).map(byte).collect();
        bytes.is_some_and(|bytes| mac.verify_slice(&bytes).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_signature() {
        // RFC 4231, test case 2.
        let signer = Signer::new(b"Jefe");
        let known = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        let parts = ["what do ya want ", "for nothing?"];
        assert_eq!(signer.sign(&parts), known);
        assert!(signer.believes(&parts, known.as_bytes()));
        for wrong in ["", "zz", "é", &known[..62], &known.replace('5', "6")] {
            assert!(!signer.believes(&parts, wrong.as_bytes()), "{wrong}");
        }
        assert!(Signer::new(b"").believes(&parts, b"anything"));
    }
}
