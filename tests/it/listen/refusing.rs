//! Who is let in, and what is answered without being logged.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{LOG, ROOMDROP, all_files, contains, records};
use crate::support::{Listener, Message, Sandbox, post, post_raw};

const PASSWORD: &str = "correct-horse-7f3a";

fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

#[track_caller]
fn post_as(listener: &Listener, authorization: &str) -> Message {
    let headers = [("Authorization", authorization)];
    post(listener.address(), "/hook", &headers, ROOMDROP)
}

/// Lets in `enx` with the password, and nobody else.
#[track_caller]
fn guards(listener: &Listener) {
    assert_eq!(post_as(listener, &basic("enx", PASSWORD)).status(), 200);
    let wrong = [
        basic("enx", "wrong"),
        basic("enx", ""),
        basic("enx", &format!("{PASSWORD}x")),
        basic("other", PASSWORD),
        format!("Bearer {PASSWORD}"),
        "Basic".to_owned(),
    ];
    for authorization in wrong {
        let answer = post_as(listener, &authorization);
        assert_eq!(answer.status(), 401, "{authorization}");
    }
    let answer = listener.post(ROOMDROP);
    assert_eq!(answer.status(), 401);
    let challenge = answer.header("www-authenticate").unwrap();
    assert!(challenge.starts_with("Basic realm="), "{challenge}");
}

#[test]
fn the_password_can_come_from_the_environment_a_file_or_the_command_line() {
    for (user, more, variable) in [
        ("enx", &[][..], Some(PASSWORD)),
        ("enx", &["--password-file", "secret"], None),
        // What is nearer to the command line counts.
        ("enx", &["--password-file", "secret"], Some("another")),
        ("enx:correct-horse-7f3a", &[], Some("another")),
    ] {
        let sandbox = Sandbox::new();
        sandbox.write("secret", format!("{PASSWORD}\r\nsecond line\n"));
        let args = [&["listen", "--port", "0", "--user", user], more].concat();
        let mut call = sandbox.call(&args);
        if let Some(password) = variable {
            call = call.env("ENX_HOOK_PASSWORD", password);
        }
        let listener = Listener::of(call);
        guards(&listener);
        assert_eq!(records(&sandbox, LOG).len(), 1);
    }
}

#[test]
fn a_password_may_hold_colons() {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, &["--user", "enx:a:b:"]);
    assert_eq!(post_as(&listener, &basic("enx", "a:b:")).status(), 200);
    assert_eq!(post_as(&listener, &basic("enx", "a")).status(), 401);
}

#[test]
fn a_user_without_a_password_and_without_a_terminal_is_wrong_usage() {
    let sandbox = Sandbox::new();
    let run = sandbox.enx(&["listen", "--port", "0", "--user", "enx"]);
    run.code(2).tells("no password for user `enx`");
    run.tells("ENX_HOOK_PASSWORD");
    assert_eq!(run.out(), "");
    assert!(!sandbox.path(LOG).exists());
}

#[test]
fn other_credentials_that_make_no_sense_are_wrong_usage() {
    let sandbox = Sandbox::new();
    for (args, said) in [
        (&["--user", ":x"][..], "user name"),
        (&["--password-file", "secret"], "--user"),
        (&["--user", "enx", "--password-file", "nowhere"], "nowhere"),
    ] {
        let run = sandbox.enx(&[&["listen", "--port", "0"], args].concat());
        run.code(2).tells(said);
    }
    assert!(!sandbox.path(LOG).exists());
}

#[test]
fn refusals_are_shown_and_not_logged() {
    let sandbox = Sandbox::new();
    let user = format!("enx:{PASSWORD}");
    let mut listener = Listener::start(&sandbox, &["--user", &user, "--max-body", "100"]);
    let authorization = basic("enx", PASSWORD);
    let with = [("Authorization", authorization.as_str())];
    assert_eq!(listener.post(ROOMDROP).status(), 401);
    let line = listener.line();
    assert!(
        line.contains("401") && line.contains("no credentials"),
        "{line}"
    );
    assert_eq!(post_as(&listener, &basic("enx", "x")).status(), 401);
    let line = listener.line();
    assert!(
        line.contains("401") && line.contains("wrong credentials"),
        "{line}"
    );
    let large = post(listener.address(), "/large", &with, [b'x'; 101]);
    assert_eq!(large.status(), 413);
    let line = listener.line();
    assert!(
        line.contains("413") && line.contains("POST /large"),
        "{line}"
    );
    assert_eq!(sandbox.text(LOG), "");
}

#[test]
fn a_get_is_greeted_and_a_put_is_told_what_is_allowed() {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, &[]);
    let ask = |method: &str| {
        let request = format!("{method} /hook HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        request.into_bytes()
    };
    let get = post_raw(listener.address(), &ask("GET"));
    assert_eq!(get.status(), 200);
    assert!(contains(&get.body, "POST your webhooks"));
    for method in ["PUT", "DELETE", "PATCH", "OPTIONS"] {
        let answer = post_raw(listener.address(), &ask(method));
        assert_eq!(answer.status(), 405, "{method}");
        assert_eq!(answer.header("allow"), Some("POST, GET, HEAD"));
    }
    // A HEAD's answer has the length of a body that does not come.
    let mut head = crate::support::Connection::to(listener.address());
    head.send(ask("HEAD")).unwrap();
    let error = head.answer().unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::UnexpectedEof);
    assert_eq!(sandbox.text(LOG), "");
}

#[test]
fn a_body_above_the_limit_is_answered_413_however_it_comes() {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, &["--max-body", "1KiB"]);
    assert_eq!(listener.post([b'x'; 1024]).status(), 200);
    assert_eq!(listener.post([b'x'; 1025]).status(), 413);
    // Much more than the buffers between the two hold.
    assert_eq!(listener.post(vec![b'x'; 4 << 20]).status(), 413);
    let mut chunks = b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    for _ in 0..3 {
        chunks.extend_from_slice(b"200\r\n");
        chunks.extend_from_slice(&[b'x'; 512]);
        chunks.extend_from_slice(b"\r\n");
    }
    chunks.extend_from_slice(b"0\r\n\r\n");
    assert_eq!(post_raw(listener.address(), &chunks).status(), 413);
    assert_eq!(records(&sandbox, LOG).len(), 1);
    assert_eq!(listener.post(ROOMDROP).status(), 200);
}

#[test]
fn what_is_no_http_is_shown_and_does_no_harm() {
    let sandbox = Sandbox::new();
    let mut listener = Listener::start(&sandbox, &[]);
    // The beginning of a TLS handshake, as a sender with an https URL makes.
    let mut connection = crate::support::Connection::to(listener.address());
    connection
        .send(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n")
        .unwrap();
    let line = listener.line();
    assert!(
        line.contains("400") && line.contains("not HTTP/1"),
        "{line}"
    );
    connection.close();
    assert_eq!(listener.post(ROOMDROP).status(), 200);
    assert_eq!(records(&sandbox, LOG).len(), 1);
}

#[cfg(unix)]
#[test]
fn credentials_are_in_no_file_and_on_no_stream() {
    for format in ["pretty", "json"] {
        let sandbox = Sandbox::new();
        let args = [
            "listen", "--port", "0", "--user", "enx", "--format", format, "-v",
        ];
        let listener = Listener::of(sandbox.call(&args).env("ENX_HOOK_PASSWORD", PASSWORD));
        let right = basic("enx", PASSWORD);
        let tried = basic("enx", "another-guess");
        let headers = |authorization| {
            [
                ("Authorization", authorization),
                ("Proxy-Authorization", "Basic proxy-token-19"),
                ("COOKIE", "session=cookie-token-20"),
                ("X-Kept", "plain-21"),
            ]
        };
        let address = listener.address();
        assert_eq!(
            post(address, "/", &headers(right.as_str()), ROOMDROP).status(),
            200
        );
        assert_eq!(
            post(address, "/", &headers(tried.as_str()), ROOMDROP).status(),
            401
        );
        let run = super::interrupt(listener);

        let logged = records(&sandbox, LOG);
        let kept = serde_json::json!(["x-kept", "plain-21"]);
        assert!(logged[0]["headers"].as_array().unwrap().contains(&kept));
        let secrets = [
            PASSWORD,
            right.trim_start_matches("Basic "),
            "another-guess",
            tried.trim_start_matches("Basic "),
            "proxy-token-19",
            "cookie-token-20",
        ];
        for secret in secrets {
            run.hides(secret);
            for (name, bytes) in all_files(&sandbox.path("")) {
                assert!(!contains(&bytes, secret), "{secret} is in {name}");
            }
        }
    }
}

#[test]
fn the_health_path_is_answered_without_credentials_and_takes_no_events() {
    let sandbox = Sandbox::new();
    let health = [
        "--health-path",
        "/up",
        "--path",
        "/hook",
        "--user",
        "enx:secret",
    ];
    let listener = Listener::start(&sandbox, &health);
    let ask = |start: &str| {
        let request = format!("{start} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        post_raw(listener.address(), request.as_bytes()).status()
    };
    assert_eq!(ask("GET /up"), 200);
    assert_eq!(ask("GET /up?now"), 200);
    assert_eq!(ask("GET /"), 401);
    assert_eq!(post(listener.address(), "/up", &[], ROOMDROP).status(), 401);
    listener.signal("INT");
    // The two that it answered are not counted.
    let run = listener.ended();
    run.code(0).tells("2 requests refused");
    run.hides("answered, not logged");
    assert!(records(&sandbox, LOG).is_empty());
}
