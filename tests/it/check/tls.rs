//! HTTPS receivers on this machine, with certificates that this machine trusts or not.

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};

use super::receiver::Receiver;
use super::{found, of, text, with_result};
use crate::support::{Run, Sandbox};

/// A receiver whose certificate is valid for so many days, and a file with what signed it.
fn receiver(sandbox: &Sandbox, name: &str, days: i64) -> Receiver {
    let (ca_key, key) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    let mut ca = CertificateParams::new([]).unwrap();
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    sandbox.write("ca.pem", ca.self_signed(&ca_key).unwrap().pem());
    let mut leaf = CertificateParams::new([name.to_owned()]).unwrap();
    let now = std::time::SystemTime::now();
    let day = std::time::Duration::from_secs(24 * 3600);
    leaf.not_before = (now - 30 * day).into();
    leaf.not_after = match u32::try_from(days) {
        Ok(days) => (now + days * day).into(),
        Err(_) => (now - day).into(),
    };
    let leaf = leaf.signed_by(&key, &Issuer::new(ca, ca_key)).unwrap();
    let chain = vec![CertificateDer::from(leaf.der().to_vec())];
    let key = PrivatePkcs8KeyDer::from(key.serialize_der()).into();
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    Receiver::with_tls(config)
}

/// Checks a receiver; the machine trusts what the file says, if one is named.
fn check(sandbox: &Sandbox, receiver: &Receiver, trusted: bool, args: &[&str]) -> Run {
    let url = format!("https://localhost:{}/hook", receiver.address().port());
    let fixed = [
        "check",
        "--format",
        "json",
        "--rate",
        "10000",
        "--skip",
        "no-credentials",
        "--url",
        &url,
    ];
    let call = sandbox.call(&[&fixed[..], args].concat());
    let file = if trusted { "ca.pem" } else { "other.pem" };
    if !trusted {
        let other = KeyPair::generate().unwrap();
        let other = CertificateParams::new([])
            .unwrap()
            .self_signed(&other)
            .unwrap();
        sandbox.write("other.pem", other.pem());
    }
    call.env("SSL_CERT_FILE", &sandbox.path(file).display().to_string())
        .run()
}

#[test]
fn a_receiver_with_a_trusted_certificate_passes_every_check() {
    let sandbox = Sandbox::new();
    let receiver = receiver(&sandbox, "localhost", 60);
    let run = check(&sandbox, &receiver, true, &[]);
    run.code(0);
    assert_eq!(found(&run), [""; 0], "{}", run.out());
    let said = text(&of(&run, "certificate-expiry"), "message");
    assert!(said.ends_with("59 days"), "{said}");
    for check in [
        "https",
        "certificate",
        "chunked-body",
        "short-body",
        "keep-alive",
    ] {
        assert_eq!(of(&run, check)["result"], "pass", "{check}");
    }
}

#[test]
fn a_certificate_that_does_not_verify_is_told_once() {
    for (name, days, trusted) in [
        ("localhost", 60, false),
        ("localhost", -1, true),
        ("elsewhere.example", 60, true),
    ] {
        let sandbox = Sandbox::new();
        let receiver = receiver(&sandbox, name, days);
        let run = check(&sandbox, &receiver, trusted, &[]);
        run.code(1);
        assert_eq!(found(&run), ["certificate"], "{}", run.out());
        let said = text(&of(&run, "certificate"), "message");
        assert!(said.contains("invalid peer certificate"), "{said}");
        assert_eq!(with_result(&run, &["pass"]), ["https"]);
    }
}

#[test]
fn a_certificate_that_runs_out_soon_is_a_warning() {
    let sandbox = Sandbox::new();
    let receiver = receiver(&sandbox, "localhost", 5);
    let run = check(&sandbox, &receiver, true, &["--only", "transport"]);
    run.code(0);
    assert_eq!(with_result(&run, &["warn"]), ["certificate-expiry"]);
}

#[test]
fn a_certificate_that_only_the_user_trusts_passes_with_cacert() {
    let sandbox = Sandbox::new();
    let receiver = receiver(&sandbox, "localhost", 60);
    let file = sandbox.path("ca.pem").display().to_string();
    let run = check(&sandbox, &receiver, false, &["--cacert", &file]);
    run.code(0);
    assert_eq!(found(&run), [""; 0], "{}", run.out());
    for check in ["certificate", "chunked-body", "short-body", "keep-alive"] {
        assert_eq!(of(&run, check)["result"], "pass", "{check}");
    }
}

#[test]
fn with_insecure_a_certificate_is_not_judged_and_every_client_connects() {
    for (name, days) in [("localhost", 60), ("elsewhere.example", 60)] {
        let sandbox = Sandbox::new();
        let receiver = receiver(&sandbox, name, days);
        let run = check(&sandbox, &receiver, false, &["--insecure"]);
        run.code(0);
        assert_eq!(found(&run), [""; 0], "{}", run.out());
        assert_eq!(of(&run, "certificate")["result"], "skip");
        for check in ["https", "chunked-body", "short-body", "keep-alive"] {
            assert_eq!(of(&run, check)["result"], "pass", "{check}");
        }
    }
}
