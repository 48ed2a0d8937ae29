//! Certificates made for a test, signed by an authority that nothing trusts by itself.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};

/// A certificate in use by a server.
pub(crate) struct Certificate {
    /// For the server.
    pub(crate) config: Arc<ServerConfig>,
    /// The certificate of the authority, as PEM.
    pub(crate) authority: String,
    /// The certificate and its key, as PEM.
    pub(crate) files: [String; 2],
}

impl Certificate {
    /// For this name, and valid for so many days more; expired if there are fewer than none.
    pub(crate) fn new(name: &str, days: i64) -> Certificate {
        let (ca_key, key) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
        let mut ca = CertificateParams::new([]).unwrap();
        ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = ca.self_signed(&ca_key).unwrap().pem();
        let mut leaf = CertificateParams::new([name.to_owned()]).unwrap();
        let (now, day) = (SystemTime::now(), Duration::from_secs(24 * 3600));
        leaf.not_before = (now - 30 * day).into();
        leaf.not_after = match u32::try_from(days) {
            Ok(days) => (now + days * day).into(),
            Err(_) => (now - day).into(),
        };
        let leaf = leaf.signed_by(&key, &Issuer::new(ca, ca_key)).unwrap();
        let files = [leaf.pem(), key.serialize_pem()];
        let chain = vec![CertificateDer::from(leaf.der().to_vec())];
        let key = PrivatePkcs8KeyDer::from(key.serialize_der()).into();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap();
        Certificate {
            config: Arc::new(config),
            authority,
            files,
        }
    }
}
