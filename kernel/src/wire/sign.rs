//! Signatures: HMAC-SHA256 over the parts of a message (RFC 2104, FIPS 180-4).

use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::Digest;

/// Signs and verifies with one key. Without a key nothing is signed and everything is believed, as
/// the protocol has it.
#[derive(Clone)]
pub struct Signer(Option<Hmac<Sha256>>);

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_some() { "Signer(with a key)" } else { "Signer(without a key)" })
    }
}

impl Signer {
    /// A signer with a key; an empty one is none.
    ///
    /// # Examples
    /// ```
    /// use bioxen_kernel::wire::Signer;
    /// let signer = Signer::new(b"secret");
    /// let signature = signer.sign(&["{}", "{}"]);
    /// assert!(signer.verify(&["{}", "{}"], signature.as_bytes()));
    /// assert!(!signer.verify(&["{}", "{ }"], signature.as_bytes()));
    /// ```
    pub fn new(key: &[u8]) -> Self {
        // A key of any length is one.
        Self((!key.is_empty()).then(|| Hmac::new_from_slice(key).ok()).flatten())
    }

    fn digest<T: AsRef<[u8]>>(&self, parts: &[T]) -> Option<Hmac<Sha256>> {
        let mut mac = self.0.clone()?;
        for part in parts {
            mac.update(part.as_ref());
        }
        Some(mac)
    }

    /// The signature in hexadecimal digits.
    pub fn sign<T: AsRef<[u8]>>(&self, parts: &[T]) -> String {
        let Some(mac) = self.digest(parts) else { return String::new() };
        let digit = |half: u8| char::from_digit(half.into(), 16);
        let bytes = mac.finalize().into_bytes();
        bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(digit).collect()
    }

    /// Whether a signature is right; takes the same time however wrong it is.
    pub fn verify<T: AsRef<[u8]>>(&self, parts: &[T], signature: &[u8]) -> bool {
        self.prove(parts, signature).is_some()
    }

    /// What a signature proves; nothing if it is wrong.
    pub fn prove<T: AsRef<[u8]>>(&self, parts: &[T], signature: &[u8]) -> Option<Proof> {
        let Some(mac) = self.digest(parts) else { return Some(Proof::Unsigned) };
        let digit = |b: u8| (b as char).to_digit(16).map(|d| d as u8);
        let bytes: Option<Vec<u8>> = signature
            .chunks(2)
            .map(|pair| match pair {
                [a, b] => Some(digit(*a)? << 4 | digit(*b)?),
                _ => None,
            })
            .collect();
        let bytes = bytes.filter(|bytes| mac.verify_slice(bytes).is_ok())?;
        Some(Proof::Signed(*bytes.first_chunk()?))
    }
}

/// What a message that is believed has shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// There is no key; everything is believed.
    Unsigned,
    /// Someone with the key has written it; half of the signature.
    Signed(Digest),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_signature() {
        // RFC 4231, test case 2.
        let signer = Signer::new(b"Jefe");
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(signer.sign(&["what do ya want ", "for nothing?"]), expected);
        let parts = ["what do ya want for nothing?"];
        assert!(signer.verify(&parts, expected.as_bytes()));
        assert!(!signer.verify(&parts, &expected.as_bytes()[..62]));
        assert!(!signer.verify(&parts, b""));
        assert!(!signer.verify(&parts, b"zz"));
        assert!(Signer::new(b"").verify(&parts, b"anything"));
    }
}
