//! `listen` over HTTPS.

use rcgen::{CertificateParams, KeyPair};

use super::{LOG, ROOMDROP, interrupt, records};
use crate::support::{Call, Listener, Sandbox};

#[test]
fn a_certificate_of_its_own_is_made_and_its_fingerprint_told() {
    let sandbox = Sandbox::new();
    let args = [
        "--tls-self-signed",
        "--ready-file",
        "ready",
        "--format",
        "json",
    ];
    let mut listener = Listener::start(&sandbox, &args);
    let url = format!("https://{}", listener.address());
    assert_eq!(sandbox.text("ready"), format!("{url}\n"));
    let ready = listener.json_of("ready");
    assert_eq!(ready["url"], url);
    let fingerprint = ready["fingerprint"].as_str().unwrap().to_owned();
    assert_eq!(fingerprint.split(':').count(), 32);

    let send = sandbox.enx(&["send", "roomdrop", "--url", &url, "--insecure"]);
    send.code(0);
    assert_eq!(listener.json_of("capture")["verdict"], "valid");
    // Who does not trust it sends nothing.
    sandbox.enx(&["send", "roomdrop", "--url", &url]).code(3);
    let problem = listener.json_of("problem");
    assert!(problem["status"].is_null(), "{problem}");
    assert!(problem["message"].as_str().unwrap().contains("no TLS"));
    // Who speaks plain HTTP is told.
    let answer = listener.post(ROOMDROP);
    assert_eq!(answer.status(), 400);
    assert!(String::from_utf8_lossy(&answer.body).contains("use https"));
    assert_eq!(listener.json_of("problem")["status"], 400);
    assert_eq!(records(&sandbox, LOG).len(), 1);

    let run = interrupt(listener);
    run.tells(&format!("is listening on {url} (any path)\n"));
    run.tells(&format!("SHA-256 {fingerprint}\n"));
    run.tells("ngrok http https://localhost:");
    run.tells("2 requests refused");
}

/// A certificate for this machine in `cert.pem`, and its key in `key.pem`.
fn certificate(sandbox: &Sandbox) {
    let key = KeyPair::generate().unwrap();
    let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
    let params = CertificateParams::new(names).unwrap();
    sandbox.write("cert.pem", params.self_signed(&key).unwrap().pem());
    sandbox.write("key.pem", key.serialize_pem());
}

fn listen(sandbox: &Sandbox, cert: &str, key: &str) -> Call {
    sandbox.call(&[
        "listen",
        "--port",
        "0",
        "--tls-cert",
        cert,
        "--tls-key",
        key,
    ])
}

#[test]
fn a_certificate_from_files_is_what_senders_see() {
    let sandbox = Sandbox::new();
    certificate(&sandbox);
    let listener = Listener::of(listen(&sandbox, "cert.pem", "key.pem"));
    let url = format!("https://localhost:{}/hook", listener.address().port());
    let args = ["send", "roomdrop", "--url", &url, "--cacert", "cert.pem"];
    sandbox.enx(&args).code(0);
    let run = interrupt(listener);
    run.tells("  tls      cert.pem\n").tells("1 capture in ");
}

#[test]
fn files_that_are_of_no_use_are_named_with_what_was_expected() {
    let sandbox = Sandbox::new();
    certificate(&sandbox);
    for (cert, key, names, advice) in [
        ("none.pem", "key.pem", "none.pem", "PEM"),
        (
            "key.pem",
            "cert.pem",
            "key.pem holds no certificate",
            "swapped",
        ),
        (
            "cert.pem",
            "cert.pem",
            "cert.pem holds no private key",
            "swapped",
        ),
    ] {
        let run = listen(&sandbox, cert, key).run();
        run.code(2).tells(names).tells(advice);
    }
    let args = [
        "listen",
        "--tls-self-signed",
        "--tls-cert",
        "c",
        "--tls-key",
        "k",
    ];
    sandbox.enx(&args).code(2).tells("--tls-self-signed");
    assert!(!sandbox.path(LOG).exists());
}

#[test]
fn a_session_can_be_simulated_over_tls() {
    let sandbox = Sandbox::new();
    let args = ["--tls-self-signed", "--simulate", "--format", "line"];
    let mut listener = Listener::start(&sandbox, &args);
    let line = listener.line();
    assert!(line.contains("  200  valid"), "{line}");
    interrupt(listener);
}
