//! Named targets, TLS, and where credentials go.

use crate::support::{Certificate, Reply, Sandbox, Setup, Sink};

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
    sandbox.allowed("enx-hook.toml", config(&sink.url(), more));
    for command in [
        &["send", "--data", r#"{"type":"x"}"#][..],
        &["replay", "body.jsonl"],
    ] {
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
    sandbox.allowed("enx-hook.toml", config(&sink.url(), more));
    let send =
        |args: &[&str]| sandbox.enx(&[&["send", "--data", r#"{"type":"x"}"#], args].concat());
    send(&["--to", "staging"]).code(0);
    assert_eq!(sink.next().header("authorization"), Some(BASIC));
    send(&["--url", &sink.url()]).code(0);
    assert_eq!(sink.next().header("authorization"), None);
}

#[test]
fn an_unknown_target_is_named_with_the_nearest() {
    let sandbox = Sandbox::new();
    let send = |name: &str| sandbox.enx(&["send", "--data", r#"{"type":"x"}"#, "--to", name]);
    send("staging").code(2).tells("enx-hook init");
    sandbox.allowed("enx-hook.toml", config("http://127.0.0.1:1/", ""));
    send("stagging").code(2).tells("did you mean `staging`?");
    send("production")
        .code(2)
        .tells("known targets: other, staging");
}

#[test]
fn a_redirect_is_shown_and_credentials_stay_with_the_host_that_was_named() {
    let other = Sink::unused();
    let place = other.url();
    let sink =
        Sink::new(move |_, _| Reply::Answer(307, vec![("Location", place.clone())], String::new()));
    let sandbox = Sandbox::new();
    let args = [
        "send",
        "--data",
        r#"{"type":"x"}"#,
        "--user",
        "enx:s3cret",
        "--url",
        &sink.url(),
    ];
    sandbox.enx(&args).code(1).says("307").says("not followed");
}

#[test]
fn a_certificate_is_refused_unless_its_authority_is_named_or_any_is_trusted() {
    let certificate = Certificate::new("localhost", 60);
    let sandbox = Sandbox::new();
    sandbox.write("ca.pem", certificate.authority);
    sandbox.write("none.pem", "no certificate");
    let setup = Setup {
        tls: Some(certificate.config),
        ..Setup::default()
    };
    let sink = Sink::with(setup, |_, _| Reply::status(200));
    let url = format!("https://localhost:{}/hook", sink.address().port());
    let send = |args: &[&str]| {
        sandbox.enx(&[&["send", "--data", r#"{"type":"x"}"#, "--url", &url], args].concat())
    };
    send(&[])
        .code(3)
        .tells("certificate")
        .tells("--cacert FILE");
    send(&["--insecure"]).code(0);
    send(&["--cacert", "ca.pem"]).code(0);
    send(&["--cacert", "none.pem"])
        .code(2)
        .tells("none.pem holds no certificates");
    send(&["--cacert", "absent.pem"])
        .code(2)
        .tells("absent.pem");
    assert_eq!(sink.count(), 2);
}

#[test]
fn over_tls_too_a_kept_connection_that_ended_costs_no_delivery() {
    let certificate = Certificate::new("localhost", 60);
    let sandbox = Sandbox::new();
    sandbox.write("ca.pem", certificate.authority);
    let setup = Setup {
        tls: Some(certificate.config),
        ..Setup::default()
    };
    let sink = Sink::with(setup, |_, _| Reply::Last(Box::new(Reply::status(200))));
    let url = format!("https://localhost:{}/hook", sink.address().port());
    let args = [
        "send",
        "--data",
        r#"{"type":"x"}"#,
        "--count",
        "20",
        "--url",
        &url,
    ];
    let run = sandbox.enx(&[&args[..], &["--cacert", "ca.pem"]].concat());
    run.code(0).tells("20 sent: 20 answered 200");
    assert_eq!(sink.count(), 20);
}
