//! Named targets, TLS, and where credentials go.

use crate::support::{Reply, Sandbox, Sink};

const BASIC: &str = "Basic ZW54OnMzY3JldA==";

fn config(url: &str, more: &str) -> String {
    format!(
        "[targets.staging]\nurl = \"{url}\"\nuser = \"enx\"\n{more}\n[targets.other]\nurl = \"http://127.0.0.1:1/\"\n"
    )
}

#[test]
fn a_named_target_brings_its_credentials_and_headers() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    let more = "password_env = \"STAGING\"\nheaders = { X-Key = \"k-${KEY}\", X-Two = \"2\" }";
    sandbox.write("enx-hook.toml", config(&sink.url(), more));
    for command in [&["send", "--data", "{}"][..], &["replay", "body.jsonl"]] {
        sandbox.write("body.jsonl", "{}\n");
        let args = [command, &["--to", "staging", "-H", "x-two: 3"]].concat();
        let call = sandbox.call(&args).env("STAGING", "s3cret").env("KEY", "7");
        let run = call.env("ENX_HOOK_URL", "http://127.0.0.1:1/").run();
        run.code(0).hides("s3cret").tells("--to staging");
        let received = sink.next();
        assert_eq!(received.header("authorization"), Some(BASIC));
        assert_eq!(received.header("x-key"), Some("k-7"));
        let twos = received.headers.iter().filter(|(name, _)| name == "x-two");
        assert_eq!(twos.map(|(_, value)| &**value).collect::<Vec<_>>(), ["3"]);
        sandbox.call(&args).run().code(2).tells("the variable KEY");
    }
}

#[test]
fn a_password_of_a_target_comes_from_its_file_and_goes_to_no_other() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    sandbox.write("secret", "s3cret\n");
    let more = "password_file = \"secret\"";
    sandbox.write("enx-hook.toml", config(&sink.url(), more));
    let send = |args: &[&str]| sandbox.enx(&[&["send", "--data", "{}"], args].concat());
    send(&["--to", "staging"]).code(0);
    assert_eq!(sink.next().header("authorization"), Some(BASIC));
    send(&["--url", &sink.url()]).code(0);
    assert_eq!(sink.next().header("authorization"), None);
}

#[test]
fn an_unknown_target_is_named_with_the_nearest() {
    let sandbox = Sandbox::new();
    let send = |name: &str| sandbox.enx(&["send", "--data", "{}", "--to", name]);
    send("staging").code(2).tells("enx-hook init");
    sandbox.write("enx-hook.toml", config("http://127.0.0.1:1/", ""));
    send("stagging").code(2).tells("did you mean `staging`?");
    send("production")
        .code(2)
        .tells("known targets: other, staging");
}

#[test]
fn a_redirect_is_shown_and_credentials_stay_with_the_host_that_was_named() {
    let other = Sink::answering(200);
    let place = other.url();
    let sink =
        Sink::new(move |_, _| Reply::Answer(307, vec![("Location", place.clone())], String::new()));
    let sandbox = Sandbox::new();
    let args = [
        "send",
        "--data",
        "{}",
        "--user",
        "enx:s3cret",
        "--url",
        &sink.url(),
    ];
    sandbox.enx(&args).code(1).says("307").says("not followed");
    assert_eq!(other.rest(), []);
}

#[test]
fn init_writes_a_file_that_is_inert_until_uncommented_and_overwrites_nothing() {
    let sandbox = Sandbox::new();
    sandbox.enx(&["init"]).code(0).tells("enx-hook.toml");
    let text = sandbox.text("enx-hook.toml");
    let args = ["send", "--data", "{}", "--to", "staging", "--dry-run"];
    sandbox.enx(&args).code(2).tells("unknown target");
    let all = text
        .replace("\n#", "\n")
        .replace("insecure = false", "insecure = true");
    let all: Vec<&str> = all
        .lines()
        .filter(|line| line.contains(" = ") || line.starts_with('['))
        .collect();
    sandbox.write("enx-hook.toml", all.join("\n"));
    let call = sandbox
        .call(&args)
        .env("STAGING_PASSWORD", "x")
        .env("STAGING_KEY", "k-1");
    sandbox.write("staging-ca.pem", "");
    call.run()
        .code(0)
        .tells("https://staging.example.com/hook (--to staging)")
        .says("x-api-key: k-1")
        .says("authorization: ***");
    sandbox.enx(&["init"]).code(2).tells("--force");
    assert_eq!(sandbox.text("enx-hook.toml"), all.join("\n"));
    sandbox.enx(&["init", "--force"]).code(0);
    assert_eq!(sandbox.text("enx-hook.toml"), text);
}

mod tls {
    use super::*;
    use std::io::{Read as _, Write as _};
    use std::net::{Ipv4Addr, TcpListener};
    use std::sync::Arc;

    use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
    use rustls::{ServerConfig, ServerConnection, Stream};

    /// A server with a certificate of its own making: its port, and the certificate.
    fn server() -> (u16, String) {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        let config = Arc::new(config);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let mut connection = ServerConnection::new(config.clone()).unwrap();
                let mut tls = Stream::new(&mut connection, &mut stream);
                let mut request = Vec::new();
                let mut byte = [0];
                while !request.ends_with(b"\r\n\r\n{}") {
                    match tls.read(&mut byte) {
                        Ok(1) => request.push(byte[0]),
                        _ => break,
                    }
                }
                let _ = tls.write_all(
                    b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                );
                connection.send_close_notify();
                let _ = connection.complete_io(&mut stream);
            }
        });
        (port, made.cert.pem())
    }

    #[test]
    fn a_certificate_is_refused_unless_its_authority_is_named_or_any_is_trusted() {
        let sandbox = Sandbox::new();
        let (port, pem) = server();
        sandbox.write("ca.pem", pem);
        sandbox.write("none.pem", "no certificate");
        let url = format!("https://localhost:{port}/hook");
        let send =
            |args: &[&str]| sandbox.enx(&[&["send", "--data", "{}", "--url", &url], args].concat());
        send(&[]).code(3).tells("certificate");
        send(&["--insecure"]).code(0);
        send(&["--cacert", "ca.pem"]).code(0);
        send(&["--cacert", "none.pem"])
            .code(2)
            .tells("none.pem holds no certificates");
        send(&["--cacert", "absent.pem"])
            .code(2)
            .tells("absent.pem");
    }
}
