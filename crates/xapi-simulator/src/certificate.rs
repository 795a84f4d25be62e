//! Certificates that are made when a pool starts.

use std::fmt::Write as _;
use std::io;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::ring::sign::any_supported_type;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use sha2::{Digest, Sha256};

/// What is shown to every client.
#[derive(Debug)]
struct Shown(Arc<CertifiedKey>);

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.clone())
    }
}

/// The certificate of a host with its key, signed by an authority of its own.
#[derive(Debug)]
pub(crate) struct Identity {
    /// The authority's certificate, as PEM.
    pub(crate) authority: String,
    pub(crate) config: Arc<ServerConfig>,
    digest: Vec<u8>,
}

impl Identity {
    /// Of the host at an address; with a key that is not that of the certificate if it is stolen.
    pub(crate) fn new(address: &str, stolen: bool) -> io::Result<Self> {
        let wrong = |error: rcgen::Error| io::Error::other(error.to_string());
        let key = KeyPair::generate().map_err(wrong)?;
        let mut params = CertificateParams::new(Vec::new()).map_err(wrong)?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "authority of a simulated pool");
        let authority = params.self_signed(&key).map_err(wrong)?;
        let issuer = Issuer::new(params, key);

        let key = KeyPair::generate().map_err(wrong)?;
        let mut params = CertificateParams::new(vec![address.to_owned()]).map_err(wrong)?;
        params.distinguished_name.push(DnType::CommonName, address);
        let leaf = params.signed_by(&key, &issuer).map_err(wrong)?;
        let digest = Sha256::digest(leaf.der()).to_vec();
        let key = if stolen { KeyPair::generate().map_err(wrong)? } else { key };
        let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(Shown(Arc::new(CertifiedKey::new(
                vec![leaf.der().clone()],
                any_supported_type(&private).map_err(io::Error::other)?,
            )))));
        Ok(Self { authority: authority.pem(), config: Arc::new(config), digest })
    }

    /// The SHA-256 in hexadecimal digits.
    pub(crate) fn hex(&self) -> String {
        self.digest.iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    /// As XAPI writes it: `AB:CD:..`.
    pub(crate) fn colons(&self) -> String {
        let pairs: Vec<String> = self.digest.iter().map(|byte| format!("{byte:02X}")).collect();
        pairs.join(":")
    }
}
