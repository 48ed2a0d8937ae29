//! TLS: certificates from files and made ones, and handshakes that come to nothing.

use std::path::PathBuf;

use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio_rustls::TlsConnector;

use super::super::{Tls, TlsError};
use super::*;
use crate::model::error::Explain as _;

struct Files {
    folder: tempfile::TempDir,
    certificate: CertificateDer<'static>,
}

/// A certificate for `localhost` and its key, as `cert.pem` and `key.pem`.
fn files() -> Files {
    let folder = tempfile::tempdir().unwrap();
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(["localhost".to_owned()]).unwrap();
    let certificate = params.self_signed(&key).unwrap();
    std::fs::write(folder.path().join("cert.pem"), certificate.pem()).unwrap();
    std::fs::write(folder.path().join("key.pem"), key.serialize_pem()).unwrap();
    Files {
        certificate: certificate.der().clone(),
        folder,
    }
}

impl Files {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn tls(&self) -> Tls {
        Tls::from_files(&self.path("cert.pem"), &self.path("key.pem")).unwrap()
    }
}

/// A sender that trusts that certificate and no other.
fn connector(certificate: CertificateDer<'static>) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add(certificate).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

fn with(tls: Tls) -> ReceiverOptions {
    ReceiverOptions {
        tls: Some(tls),
        ..options()
    }
}

async fn problem(house: &mut House) -> Problem {
    match house.event().await {
        Event::Unreadable { problem, .. } => problem,
        other => panic!("expected something unreadable: {other:?}"),
    }
}

#[tokio::test]
async fn a_request_over_tls_is_captured_like_any_other() {
    let files = files();
    let mut house = House::open(with(files.tls())).await;
    let stream = within(TcpStream::connect(house.address)).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let connecting = connector(files.certificate.clone()).connect(name, stream);
    let mut stream = within(connecting).await.unwrap();
    let request = "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok";
    within(stream.write_all(request.as_bytes())).await.unwrap();
    let mut reply = String::new();
    // The end is announced as TLS does it, or this were an error.
    within(stream.read_to_string(&mut reply)).await.unwrap();
    assert!(reply.starts_with("HTTP/1.1 200"), "{reply}");
    assert_eq!(house.captured().await.1.body, "ok");
}

#[tokio::test]
async fn plain_http_is_told_to_use_https() {
    let mut house = House::open(with(files().tls())).await;
    let mut client = house.client().await;
    let answer = client.post(b"{}").await;
    assert_eq!(answer.status, 400);
    assert!(answer.body.contains("use https"), "{}", answer.body);
    client.closed().await;
    assert_eq!(problem(&mut house).await, Problem::PlainHttp);
    assert_eq!(house.totals().await.refused, 1);
}

#[tokio::test]
async fn a_handshake_that_comes_to_nothing_holds_up_nobody() {
    let files = files();
    let mut house = House::open(ReceiverOptions {
        head_timeout: Duration::from_millis(50),
        ..with(files.tls())
    })
    .await;
    let mut slow = house.client().await;
    slow.send(b"\x16\x03\x01\x02\x00").await;
    slow.closed().await;
    assert_eq!(problem(&mut house).await, Problem::HandshakeTimedOut);

    // One speaks nonsense, one trusts another certificate.
    let mut house = House::open(with(files.tls())).await;
    let mut begun = house.client().await;
    begun.send(b"\x16").await;
    let mut nonsense = house.client().await;
    nonsense.send(b"\x16\x09\x09\x00\x01\x00").await;
    assert!(matches!(problem(&mut house).await, Problem::NoTls(_)));
    let stream = within(TcpStream::connect(house.address)).await.unwrap();
    let other = connector(self::files().certificate);
    let name = ServerName::try_from("localhost").unwrap();
    assert!(within(other.connect(name, stream)).await.is_err());
    let Problem::NoTls(words) = problem(&mut house).await else {
        panic!("expected a failed handshake");
    };
    assert!(words.contains("does not trust"), "{words}");
}

#[test]
fn a_made_certificate_is_for_this_machine_and_its_host() {
    for host in ["127.0.0.1", "0.0.0.0", "[::1]", "devbox.example"] {
        let tls = Tls::self_signed(host).unwrap();
        let digits = tls.fingerprint().split(':').collect::<Vec<_>>();
        assert_eq!(digits.len(), 32, "{}", tls.fingerprint());
    }
    assert_ne!(
        Tls::self_signed("h").unwrap().fingerprint(),
        Tls::self_signed("h").unwrap().fingerprint()
    );
}

#[test]
fn files_that_are_of_no_use_are_named_with_what_was_expected() {
    let one = files();
    let other = files();
    let (cert, key) = (one.path("cert.pem"), one.path("key.pem"));
    let write = |name: &str, bytes: &[u8]| {
        std::fs::write(one.path(name), bytes).unwrap();
        one.path(name)
    };
    let der = write("cert.der", &one.certificate);
    let nothing = write("empty.pem", b"");
    let locked = write(
        "locked.pem",
        b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n",
    );
    let broken = write(
        "broken.pem",
        b"-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n",
    );
    for (cert, key, names, said) in [
        (&one.path("none.pem"), &key, "none.pem", "--tls-cert"),
        (&key, &key, "but a private key", "swapped"),
        (&cert, &cert, "but certificates", "swapped"),
        (&der, &key, "looks like DER", "openssl x509"),
        (&cert, &der, "looks like DER", "openssl pkey"),
        (
            &nothing,
            &key,
            "empty.pem holds no certificate",
            "BEGIN CERTIFICATE",
        ),
        (
            &cert,
            &nothing,
            "empty.pem holds no private key",
            "BEGIN PRIVATE KEY",
        ),
        (&cert, &locked, "encrypted", "take the password off"),
        (&broken, &key, "broken.pem", "BEGIN CERTIFICATE"),
        (
            &cert,
            &other.path("key.pem"),
            "key.pem",
            "the key of the first",
        ),
    ] {
        let error: TlsError = Tls::from_files(cert, key).unwrap_err();
        let message = error.to_string();
        assert!(message.contains(names), "{message}");
        let advice = error.advice().unwrap();
        assert!(advice.contains(said), "{message}: {advice}");
    }
}
