//! HTTPS receivers on this machine, with certificates that this machine trusts or not.

use super::receiver::Receiver;
use super::{found, of, text, with_result};
use crate::support::{Certificate, Run, Sandbox};

/// A receiver whose certificate is valid for so many days, and a file with what signed it.
fn receiver(sandbox: &Sandbox, name: &str, days: i64) -> Receiver {
    let certificate = Certificate::new(name, days);
    sandbox.write("ca.pem", certificate.authority);
    Receiver::with_tls(certificate.config)
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
        let other = Certificate::new("other.example", 60).authority;
        sandbox.write("other.pem", other);
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
        let receiver = receiver(&sandbox, name, days).may_be_unused();
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
