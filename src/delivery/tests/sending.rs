//! What arrives at the target, and what is told of its answer.

use std::time::Duration;

use bytes::Bytes;
use proptest::prelude::*;
use tokio::net::TcpListener;

use super::{LONG, OK, Reply, Sink, answer, client, client_with, fields, json, post};
use crate::delivery::{ANSWER_LIMIT, ClientOptions, Header, OutgoingRequest};
use crate::model::outcome::Outcome;
use crate::model::secret::{Credentials, Secret};

fn keep(reply: impl AsRef<[u8]>) -> Reply {
    Reply::Keep(reply.as_ref().to_vec())
}

#[tokio::test]
async fn a_post_has_the_bytes_the_content_type_and_few_other_fields() {
    let mut sink = Sink::new(keep(OK)).await;
    let attempt = client(&sink.url("/hook?x=1"))
        .post(json("{ \"a\":1 }\n"))
        .await;
    assert_eq!(attempt.ending.outcome(), Outcome::Done);
    assert!(attempt.took > Duration::ZERO);

    let (head, body) = sink.request().await;
    assert_eq!(body, b"{ \"a\":1 }\n");
    assert_eq!(head.lines().next(), Some("POST /hook?x=1 HTTP/1.1"));
    assert_eq!(fields(&head, "content-type"), ["application/json"]);
    assert_eq!(fields(&head, "content-length"), ["10"]);
    assert_eq!(fields(&head, "host"), [format!("127.0.0.1:{}", sink.port)]);
    assert_eq!(
        fields(&head, "user-agent"),
        [concat!("enx-hook/", env!("CARGO_PKG_VERSION"))]
    );
    assert_eq!(fields(&head, "accept"), ["*/*"]);
    assert_eq!(head.lines().filter(|line| line.contains(": ")).count(), 5);

    let answer = answer(attempt);
    assert_eq!((answer.status, &answer.body[..]), (200, &b"ok"[..]));
    assert_eq!((answer.is_whole(), answer.length), (true, Some(2)));
    assert_eq!(answer.header("Content-Length"), Some(&b"2"[..]));
    assert_eq!(answer.headers().count(), 1);
}

#[tokio::test]
async fn without_a_content_type_none_is_sent() {
    let mut sink = Sink::new(keep(OK)).await;
    let request = OutgoingRequest::new(Bytes::new(), None).unwrap();
    client(&sink.url("/")).post(request).await;
    let (head, body) = sink.request().await;
    assert_eq!(fields(&head, "content-type"), [""; 0]);
    assert_eq!(fields(&head, "content-length"), ["0"]);
    assert!(body.is_empty());
}

#[test]
fn a_content_type_that_would_break_the_request_is_refused() {
    let request = |text: &[u8]| OutgoingRequest::new(Bytes::new(), Some(text));
    assert!(request(b"text/plain; x=\xff").is_ok());
    assert!(request(b"text/plain\r\nX-A: b").is_err());
}

#[tokio::test]
async fn typed_headers_replace_what_would_be_sent_and_keep_their_repeats() {
    let mut sink = Sink::new(keep(OK)).await;
    let mut options = ClientOptions::new(LONG);
    options.credentials = Some(Credentials {
        user: "enx".into(),
        password: Secret::new("hunter2"),
    });
    options.headers = [
        "Content-Type: text/plain",
        "User-Agent: me",
        "Authorization: Bearer abc",
        "Host: hooks.example",
        "Accept: text/html",
        "X-Trace: 1",
        "x-trace: 2",
        "X-Empty;",
    ]
    .map(|text| Header::parse(text).unwrap())
    .to_vec();
    client_with(&sink.url("/"), &options).post(json("{}")).await;
    let (head, _) = sink.request().await;
    assert_eq!(fields(&head, "content-type"), ["text/plain"]);
    assert_eq!(fields(&head, "user-agent"), ["me"]);
    assert_eq!(fields(&head, "authorization"), ["Bearer abc"]);
    assert_eq!(fields(&head, "host"), ["hooks.example"]);
    assert_eq!(fields(&head, "accept"), ["text/html"]);
    assert_eq!(fields(&head, "x-trace"), ["1", "2"]);
    assert_eq!(fields(&head, "x-empty"), [""]);
    assert!(!format!("{options:?}").contains("abc"));
    assert!(!format!("{options:?}").contains("hunter2"));
}

#[tokio::test]
async fn credentials_come_from_the_options_or_else_from_the_url() {
    let mut sink = Sink::new(keep(OK)).await;
    let url = format!("http://enx:p%40ss@127.0.0.1:{}/hook", sink.port);
    let mut options = ClientOptions::new(LONG);
    client_with(&url, &options).post(json("{}")).await;
    let (head, _) = sink.request().await;
    assert_eq!(head.lines().next(), Some("POST /hook HTTP/1.1"));
    assert_eq!(fields(&head, "authorization"), ["Basic ZW54OnBAc3M="]);

    options.credentials = Some(Credentials {
        user: "enx".into(),
        password: Secret::new("hunter2"),
    });
    let client = client_with(&url, &options);
    client.post(json("{}")).await;
    let (head, _) = sink.request().await;
    assert_eq!(fields(&head, "authorization"), ["Basic ZW54Omh1bnRlcjI="]);
    let shown = format!("{client:?} {options:?}");
    for secret in ["hunter2", "ZW54", "p%40ss", "p@ss"] {
        assert!(!shown.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn a_redirect_is_shown_and_not_followed() {
    let mut other = Sink::new(keep(OK)).await;
    let reply = format!(
        "HTTP/1.1 307 Temporary Redirect\r\nLocation: {}\r\nContent-Length: 0\r\n\r\n",
        other.url("/new")
    );
    let sink = Sink::new(keep(reply)).await;
    let attempt = post(&sink.url("/")).await;
    assert_eq!(attempt.ending.outcome(), Outcome::Negative);
    let answer = answer(attempt);
    assert_eq!(answer.status, 307);
    assert_eq!(answer.redirect(), Some(other.url("/new").as_bytes()));
    assert_eq!(other.connections(), 0);
    assert!(other.requests.try_recv().is_err());
}

#[tokio::test]
async fn an_answer_that_is_not_2xx_is_an_answer_and_its_outcome_negative() {
    for status in [300, 404, 500, 503, 999] {
        let reply = format!("HTTP/1.1 {status} X\r\nLocation: /\r\nContent-Length: 0\r\n\r\n");
        let sink = Sink::new(keep(reply)).await;
        let attempt = post(&sink.url("/")).await;
        assert_eq!(attempt.ending.outcome(), Outcome::Negative);
        let answer = answer(attempt);
        assert_eq!(answer.status, status);
        assert_eq!(answer.redirect().is_some(), status == 300);
    }
}

#[tokio::test]
async fn an_interim_answer_is_waited_through() {
    let reply = "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n";
    let sink = Sink::new(keep(reply)).await;
    let attempt = post(&sink.url("/")).await;
    assert_eq!(attempt.ending.outcome(), Outcome::Done);
    let answer = answer(attempt);
    assert_eq!((answer.status, answer.length), (204, Some(0)));
}

#[tokio::test]
async fn a_redirect_to_nowhere_is_an_answer_too() {
    for location in ["mailto:a@b", "http://[", "", "\u{e9}"] {
        let reply = format!("HTTP/1.1 302 X\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");
        let sink = Sink::new(keep(reply)).await;
        let answer = answer(post(&sink.url("/")).await);
        assert_eq!(answer.redirect(), Some(location.as_bytes()));
    }
}

#[tokio::test]
async fn of_a_long_answer_only_the_first_bytes_are_read() {
    let mut bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 9000000000\r\n\r\n".to_vec();
    bytes.extend(vec![b'x'; ANSWER_LIMIT + 1]);
    // It never ends, so that reading on would time out.
    let sink = Sink::new(Reply::Hang(bytes)).await;
    let answer = answer(post(&sink.url("/")).await);
    assert_eq!(answer.body, vec![b'x'; ANSWER_LIMIT]);
    assert_eq!(
        (answer.is_whole(), answer.length),
        (false, Some(9_000_000_000))
    );
}

#[tokio::test]
async fn an_answer_of_just_the_limit_is_whole() {
    for chunked in [false, true] {
        let body = vec![b'x'; ANSWER_LIMIT];
        let mut bytes = b"HTTP/1.1 200 OK\r\n".to_vec();
        if chunked {
            bytes.extend(
                format!(
                    "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n{:x}\r\n",
                    ANSWER_LIMIT - 1
                )
                .bytes(),
            );
            bytes.extend(&body[1..]);
            bytes.extend(b"\r\n0\r\n\r\n");
        } else {
            bytes.extend(format!("Content-Length: {ANSWER_LIMIT}\r\n\r\n").bytes());
            bytes.extend(&body);
        }
        let sink = Sink::new(keep(bytes)).await;
        let answer = answer(post(&sink.url("/")).await);
        assert_eq!(answer.body, body);
        assert!(answer.is_whole());
        assert_eq!(answer.length, u64::try_from(ANSWER_LIMIT).ok());
    }
}

#[tokio::test]
async fn a_long_answer_in_pieces_of_unknown_number_is_cut_too() {
    let mut bytes = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    for _ in 0..20 {
        bytes.extend(format!("{:x}\r\n", 5000).bytes());
        bytes.extend(vec![b'y'; 5000]);
        bytes.extend(b"\r\n");
    }
    let sink = Sink::new(Reply::Hang(bytes)).await;
    let answer = answer(post(&sink.url("/")).await);
    assert_eq!(answer.body, vec![b'y'; ANSWER_LIMIT]);
    assert_eq!((answer.is_whole(), answer.length), (false, None));
}

#[tokio::test]
async fn a_packed_answer_stays_packed() {
    let reply =
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\x1f\x8b\x08";
    let sink = Sink::new(keep(reply)).await;
    let answer = answer(post(&sink.url("/")).await);
    assert_eq!(&answer.body[..], b"\x1f\x8b\x08");
    assert_eq!(answer.header("content-encoding"), Some(&b"gzip"[..]));
}

#[tokio::test]
async fn an_ipv6_target_is_reached() {
    // Not every machine has IPv6.
    let Ok(listener) = TcpListener::bind("[::1]:0").await else {
        return;
    };
    let mut sink = Sink::on(listener, keep(OK));
    let url = format!("http://[::1]:{}/hook", sink.port);
    assert_eq!(answer(post(&url).await).status, 200);
    let (head, _) = sink.request().await;
    assert_eq!(fields(&head, "host"), [format!("[::1]:{}", sink.port)]);
}

#[tokio::test]
async fn localhost_is_reached_by_its_name() {
    let sink = Sink::new(keep(OK)).await;
    let url = format!("http://localhost:{}/", sink.port);
    assert_eq!(answer(post(&url).await).status, 200);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn any_body_arrives_byte_for_byte(
        bodies in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200_000), 1..4),
        content_type in prop::option::of("[ -~]{1,20}"),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let arrived = runtime.block_on(async {
            let mut sink = Sink::new(keep(OK)).await;
            let client = client(&sink.url("/"));
            let mut arrived = Vec::new();
            for body in &bodies {
                let content_type = content_type.as_ref().map(String::as_bytes);
                let request = OutgoingRequest::new(Bytes::from(body.clone()), content_type).unwrap();
                answer(client.post(request).await);
                arrived.push(sink.request().await);
            }
            arrived
        });
        for (body, (head, got)) in bodies.iter().zip(&arrived) {
            prop_assert!(body == got);
            // White space around a value is no part of it (RFC 9110, section 5.5).
            let sent: Vec<_> = content_type.iter().map(|text| text.trim()).collect();
            let got: Vec<_> = fields(head, "content-type").iter().map(|text| text.trim()).collect();
            prop_assert_eq!(got, sent);
        }
    }
}
