//! Which certificate is trusted: the one with a fingerprint, or what an authority has signed. There is no
//! third way.

use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError, RootCertStore,
    SignatureScheme,
};
use sha2::{Digest, Sha256};

/// The SHA-256 of a certificate.
///
/// # Examples
/// ```
/// let text = "AB".repeat(32);
/// let colons = ["ab"; 32].join(":");
/// let (a, b): (bioxen_xapi::Fingerprint, bioxen_xapi::Fingerprint) = (text.parse()?, colons.parse()?);
/// assert_eq!(a, b);
/// assert!("ab:cd".parse::<bioxen_xapi::Fingerprint>().is_err());
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    fn of(certificate: &CertificateDer<'_>) -> Self {
        Self(Sha256::digest(certificate).into())
    }
}

impl FromStr for Fingerprint {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            "is no SHA-256: it has 64 hexadecimal digits, with colons between pairs or without";
        let trimmed = text.trim();
        let lower = trimmed.to_ascii_lowercase();
        let rest = ["sha256:", "sha-256:", "sha256 fingerprint="]
            .iter()
            .find_map(|prefix| lower.strip_prefix(prefix))
            .unwrap_or(&lower);
        let digits: Vec<u32> = rest
            .chars()
            .filter(|c| *c != ':')
            .map(|c| c.to_digit(16))
            .collect::<Option<_>>()
            .ok_or(wrong)?;
        let mut bytes = [0; 32];
        if digits.len() != 64 {
            return Err(wrong.to_owned());
        }
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
            *byte = (pair[0] * 16 + pair[1]) as u8;
        }
        Ok(Self(bytes))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, byte) in self.0.iter().enumerate() {
            write!(f, "{}{byte:02X}", if i == 0 { "" } else { ":" })?;
        }
        Ok(())
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Of what the last certificate was.
pub(crate) type Seen = Arc<Mutex<Option<Fingerprint>>>;

/// The certificate is another one.
#[derive(Debug)]
pub(crate) struct PinMismatch;

impl fmt::Display for PinMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("another certificate is expected")
    }
}

impl std::error::Error for PinMismatch {}

/// Trusts one certificate, or those that an authority has signed; and remembers what it saw.
#[derive(Debug)]
struct Verifier {
    provider: Arc<CryptoProvider>,
    pin: Option<Fingerprint>,
    authority: Option<Arc<WebPkiServerVerifier>>,
    seen: Seen,
}

impl Verifier {
    fn algorithms(&self) -> &WebPkiSupportedAlgorithms {
        &self.provider.signature_verification_algorithms
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let found = Fingerprint::of(certificate);
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(found);
        if let Some(authority) = &self.authority {
            return authority.verify_server_cert(certificate, others, name, ocsp, now);
        }
        if self.pin == Some(found) {
            return Ok(ServerCertVerified::assertion());
        }
        let mismatch = CertificateError::Other(OtherError(Arc::new(PinMismatch)));
        Err(Error::InvalidCertificate(mismatch))
    }

    // A pin says whose key it is; only the signature of the handshake shows that the server has it.
    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, self.algorithms())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, self.algorithms())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms().supported_schemes()
    }
}

/// What TLS trusts.
#[derive(Debug, Clone)]
pub(crate) enum Trusted {
    Pin(Fingerprint),
    Authority(Arc<RootCertStore>),
}

impl Trusted {
    /// The authorities of a file.
    pub(crate) fn authorities(pem: &[u8]) -> Result<Self, String> {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|error| format!("it is no PEM: {error}"))?;
            roots.add(certificate).map_err(|error| error.to_string())?;
        }
        if roots.is_empty() {
            return Err("it holds no certificate (-----BEGIN CERTIFICATE-----)".to_owned());
        }
        Ok(Self::Authority(Arc::new(roots)))
    }

    /// The configuration of TLS, and where what it saw stands.
    pub(crate) fn config(&self) -> Result<(ClientConfig, Seen), String> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let seen = Seen::default();
        let (pin, authority) = match self {
            Self::Pin(pin) => (Some(*pin), None),
            Self::Authority(roots) => {
                let builder =
                    WebPkiServerVerifier::builder_with_provider(roots.clone(), provider.clone());
                (None, Some(builder.build().map_err(|error| error.to_string())?))
            }
        };
        let verifier = Verifier { provider: provider.clone(), pin, authority, seen: seen.clone() };
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth();
        Ok((config, seen))
    }
}
