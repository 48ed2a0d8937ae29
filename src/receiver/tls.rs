//! TLS for the receiver: a certificate from files or a self-signed one, and the handshake.
//!
//! A handshake concerns only its connection and is limited in time. A plain HTTP request to a
//! TLS port gets an answer in plain HTTP that says so.

use std::fmt::Write as _;
use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{AlertDescription, ServerConfig};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::files::read_whole;
use crate::model::error::{Category, Explain};

/// Validity of a self-signed certificate: the longest that is widely accepted.
const VALID: Duration = Duration::from_secs(397 * 24 * 3600);
/// How far its validity begins in the past, since clocks differ.
const BEFORE: Duration = Duration::from_secs(24 * 3600);

/// A certificate with its key, ready to serve.
#[derive(Clone)]
pub struct Tls {
    config: Arc<ServerConfig>,
    fingerprint: String,
}

impl Tls {
    /// Reads a certificate chain and its key, both PEM.
    pub fn from_files(certificate: &Path, key: &Path) -> Result<Tls, TlsError> {
        let chain = certificates(certificate)?;
        let signer = private_key(key)?;
        Tls::new(chain, signer).map_err(|source| TlsError::Mismatch {
            certificate: certificate.to_owned(),
            key: key.to_owned(),
            source,
        })
    }

    /// Makes a key and a certificate for it, valid for `localhost`, the loopback addresses
    /// and that host.
    pub fn self_signed(host: &str) -> Result<Tls, TlsError> {
        let made = make(host)?;
        Tls::new(vec![made.0], made.1).map_err(TlsError::Refused)
    }

    fn new(
        chain: Vec<CertificateDer<'static>>,
        key: PrivateKeyDer<'static>,
    ) -> Result<Tls, rustls::Error> {
        let first = chain.first();
        let fingerprint = first.map_or_else(String::new, |der| fingerprint(der));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, key)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec(), b"http/1.0".to_vec()];
        Ok(Tls {
            config: Arc::new(config),
            fingerprint,
        })
    }

    /// SHA-256 of the certificate, in pairs of hexadecimal digits with colons between them.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tls")
            .field("fingerprint", &self.fingerprint)
            .finish_non_exhaustive()
    }
}

/// Why a handshake failed.
pub(super) enum NoHandshake {
    /// The sender speaks plain HTTP and gets an answer that says so.
    Plain(TcpStream),
    /// Nothing arrived, or the sender disconnected.
    Silence,
    /// Any other reason, most often a sender that does not trust the certificate.
    Failed(String),
}

/// Performs the handshake. The caller limits its time.
pub(super) async fn accept(
    tls: &Tls,
    stream: TcpStream,
) -> Result<Box<TlsStream<TcpStream>>, NoHandshake> {
    let mut first = [0];
    match stream.peek(&mut first).await {
        Ok(0) | Err(_) => return Err(NoHandshake::Silence),
        Ok(_) if first[0].is_ascii_alphabetic() => return Err(NoHandshake::Plain(stream)),
        // TLS begins with byte 22 (RFC 8446, section 5.1); rustls rejects anything else.
        Ok(_) => {}
    }
    match TlsAcceptor::from(Arc::clone(&tls.config))
        .accept(stream)
        .await
    {
        Ok(stream) => Ok(Box::new(stream)),
        Err(error) => Err(NoHandshake::Failed(words(&error))),
    }
}

/// Why a handshake failed; in our words if the peer rejected the certificate, which is the
/// common case.
fn words(error: &io::Error) -> String {
    let source = error.get_ref().and_then(|source| source.downcast_ref());
    match source {
        Some(rustls::Error::AlertReceived(
            alert @ (AlertDescription::UnknownCA
            | AlertDescription::BadCertificate
            | AlertDescription::CertificateUnknown
            | AlertDescription::CertificateExpired
            | AlertDescription::UnsupportedCertificate
            // It trusts another certificate of the same name, such as that of an earlier run.
            | AlertDescription::DecryptError),
        )) => format!("the sender does not trust the certificate ({alert:?})"),
        _ => error.to_string(),
    }
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let text = read(path)?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    let chain = found.map_err(|source| TlsError::Pem {
        path: path.to_owned(),
        source,
    })?;
    if chain.is_empty() {
        return Err(TlsError::NoCertificate {
            path: path.to_owned(),
            instead: Instead::of(&text),
        });
    }
    Ok(chain)
}

fn private_key(path: &Path) -> Result<PrivateKeyDer<'static>, TlsError> {
    let text = read(path)?;
    match PrivateKeyDer::from_pem_slice(&text) {
        Ok(key) => Ok(key),
        Err(pem::Error::NoItemsFound) => Err(TlsError::NoKey {
            path: path.to_owned(),
            instead: Instead::of(&text),
        }),
        // Some of its lines are not base64.
        Err(_) if Instead::of(&text) == Instead::EncryptedKey => Err(TlsError::NoKey {
            path: path.to_owned(),
            instead: Instead::EncryptedKey,
        }),
        Err(source) => Err(TlsError::Pem {
            path: path.to_owned(),
            source,
        }),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, TlsError> {
    read_whole(path).map_err(|source| TlsError::Read {
        path: path.to_owned(),
        source,
    })
}

/// A certificate and its key.
fn make(host: &str) -> Result<(CertificateDer<'static>, PrivateKeyDer<'static>), TlsError> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let mut names = ["localhost", "127.0.0.1", "::1"]
        .map(str::to_owned)
        .to_vec();
    let is_everywhere = bare
        .parse::<IpAddr>()
        .is_ok_and(|address| address.is_unspecified());
    if !is_everywhere && !names.iter().any(|name| name == bare) {
        names.push(bare.to_owned());
    }
    let key = rcgen::KeyPair::generate().map_err(TlsError::Make)?;
    let mut params = rcgen::CertificateParams::new(names).map_err(TlsError::Make)?;
    params.distinguished_name = rcgen::DistinguishedName::new();
    params
        .distinguished_name
        .push(rcgen::DnType::CommonName, "enx-hook");
    let now = SystemTime::now();
    params.not_before = (now - BEFORE).into();
    params.not_after = (now + VALID - BEFORE).into();
    let certificate = params.self_signed(&key).map_err(TlsError::Make)?;
    let der = PrivatePkcs8KeyDer::from(key.serialize_der());
    Ok((certificate.der().clone(), der.into()))
}

fn fingerprint(certificate: &[u8]) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, certificate);
    let mut text = String::new();
    for byte in digest.as_ref() {
        let colon = if text.is_empty() { "" } else { ":" };
        // Writing to a String cannot fail.
        let _ = write!(text, "{colon}{byte:02X}");
    }
    text
}

/// What a file contains in place of what was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instead {
    /// No PEM.
    Nothing,
    /// Probably DER, the binary form.
    Der,
    /// Certificates.
    Certificates,
    /// A private key.
    Key,
    /// A private key that is encrypted.
    EncryptedKey,
}

impl Instead {
    fn of(text: &[u8]) -> Instead {
        let has = |label: &[u8]| memchr::memmem::find(text, label).is_some();
        // SEQUENCE with a length of two bytes, which both kinds begin with (ITU-T X.690).
        if text.starts_with(&[0x30, 0x82]) {
            Instead::Der
        } else if has(b"-----BEGIN ENCRYPTED PRIVATE KEY") || has(b"Proc-Type: 4,ENCRYPTED") {
            Instead::EncryptedKey
        } else if has(b"PRIVATE KEY-----") {
            Instead::Key
        } else if has(b"-----BEGIN CERTIFICATE-----") {
            Instead::Certificates
        } else {
            Instead::Nothing
        }
    }
}

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The PEM in a file is broken.
    #[error("{} holds PEM that cannot be read", path.display())]
    Pem {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: pem::Error,
    },
    /// There is no certificate in the file for it.
    #[error("{} holds no certificate{}", path.display(), instead.told())]
    NoCertificate {
        /// The file.
        path: PathBuf,
        /// What is there.
        instead: Instead,
    },
    /// There is no key in the file for it.
    #[error("{} holds no private key{}", path.display(), instead.told())]
    NoKey {
        /// The file.
        path: PathBuf,
        /// What is there.
        instead: Instead,
    },
    /// The two do not belong together, or one is of no use.
    #[error("{} and {} cannot be used together", certificate.display(), key.display())]
    Mismatch {
        /// The file with the certificate.
        certificate: PathBuf,
        /// The file with the key.
        key: PathBuf,
        /// What is wrong.
        source: rustls::Error,
    },
    /// No certificate could be made.
    #[error("no certificate could be made")]
    Make(#[source] rcgen::Error),
    /// A certificate of our own was refused.
    #[error("the certificate that was made is of no use")]
    Refused(#[source] rustls::Error),
}

impl Instead {
    fn told(self) -> &'static str {
        match self {
            Instead::Nothing => "",
            Instead::Der => ", but looks like DER, the binary form",
            Instead::Certificates => ", but certificates",
            Instead::Key => ", but a private key",
            Instead::EncryptedKey => ", but an encrypted private key",
        }
    }
}

impl Explain for TlsError {
    fn category(&self) -> Category {
        match self {
            TlsError::Make(_) | TlsError::Refused(_) => Category::Undone,
            _ => Category::Usage,
        }
    }

    fn advice(&self) -> Option<String> {
        let advice = match self {
            TlsError::Read { .. } => "name PEM files with --tls-cert and --tls-key",
            TlsError::NoCertificate {
                instead: Instead::Key,
                ..
            }
            | TlsError::NoKey {
                instead: Instead::Certificates,
                ..
            } => "--tls-cert takes the certificate and --tls-key the key: are they swapped?",
            TlsError::NoCertificate {
                instead: Instead::Der,
                ..
            } => "make it PEM: openssl x509 -inform der -in FILE -out cert.pem",
            TlsError::NoKey {
                instead: Instead::Der,
                ..
            } => "make it PEM: openssl pkey -inform der -in FILE -out key.pem",
            TlsError::NoKey {
                instead: Instead::EncryptedKey,
                ..
            } => "take the password off: openssl pkey -in FILE -out key.pem",
            TlsError::Pem { .. } | TlsError::NoCertificate { .. } => {
                "expected PEM: -----BEGIN CERTIFICATE-----, its base64, -----END CERTIFICATE-----"
            }
            TlsError::NoKey { .. } => {
                "expected PEM: -----BEGIN PRIVATE KEY-----, its base64, -----END PRIVATE KEY-----"
            }
            TlsError::Mismatch { .. } => {
                "expected a certificate, those that signed it behind it, and the key of the first"
            }
            TlsError::Make(_) | TlsError::Refused(_) => {
                "--tls-cert and --tls-key take one of your own"
            }
        };
        Some(advice.to_owned())
    }
}
