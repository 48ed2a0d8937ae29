//! Every way to stay without an answer is told apart, and explained.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::{LONG, Reply, Sink, client_with, json, post, transport_error};
use crate::delivery::{Cause, ClientOptions, Ending, HttpClient, TargetUrl, TransportError};
use crate::model::error::{Category, Explain, Failure};
use crate::model::outcome::Outcome;

/// Cause, status of an answer that began, message with its sources, advice.
fn told(error: TransportError) -> (Cause, Option<u16>, String, String) {
    assert_eq!(error.category(), Category::Undone);
    let (cause, begun) = (error.cause(), error.begun());
    let advice = error.advice().unwrap();
    (cause, begun, Failure::from(error).message(), advice)
}

/// A port that nothing listens on.
async fn dead_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap().port()
}

#[tokio::test]
async fn a_port_without_a_server_refuses() {
    let port = dead_port().await;
    let attempt = post(&format!("http://enx:hunter2@127.0.0.1:{port}/?key=hunter2")).await;
    assert_eq!(attempt.ending.outcome(), Outcome::Undone);
    let error = transport_error(attempt);
    assert!(!format!("{error:?}").contains("hunter2"));
    let (cause, begun, message, advice) = told(error);
    assert_eq!((cause, begun), (Cause::Refused, None));
    assert_eq!(message, format!("connection refused by 127.0.0.1:{port}"));
    assert_eq!(
        advice,
        format!("is the server running? nothing listens on 127.0.0.1:{port}")
    );
}

#[tokio::test]
async fn a_name_without_an_address_is_told() {
    // A label has at most 63 octets (RFC 1035), so that no name server is asked.
    let host = "x".repeat(64) + ".invalid";
    let (cause, _, message, _) = told(transport_error(post(&format!("http://{host}/")).await));
    assert_eq!(cause, Cause::Dns);
    let start = format!("the host name {host} could not be resolved: ");
    assert!(message.starts_with(&start), "{message}");
}

#[tokio::test]
async fn a_server_that_takes_too_long_is_given_up() {
    for (bytes, begun, message) in [
        (&b""[..], None, "no answer from {} within 60 ms"),
        (
            b"HTTP/1.1 200 OK\r\n",
            None,
            "no answer from {} within 60 ms",
        ),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nbegun",
            Some(200),
            "{} began to answer 200, but did not end within 60 ms",
        ),
    ] {
        let sink = Sink::new(Reply::Hang(bytes.to_vec())).await;
        let limit = Duration::from_millis(60);
        let client = client_with(&sink.url("/"), &ClientOptions::new(limit));
        let attempt = client.post(json("{}")).await;
        assert!(attempt.took >= limit && attempt.took < LONG);
        let told = told(transport_error(attempt));
        assert_eq!((told.0, told.1), (Cause::Timeout, begun));
        let authority = format!("127.0.0.1:{}", sink.port);
        assert_eq!(told.2, message.replace("{}", &authority));
        assert!(told.3.contains("--timeout"));
    }
}

#[tokio::test]
async fn a_server_that_hangs_up_is_told_from_one_that_stops_in_its_answer() {
    for (bytes, begun, message) in [
        (&b""[..], None, "closed the connection without an answer"),
        (
            b"HTTP/1.1 200 OK\r\nContent-",
            None,
            "closed the connection without an answer",
        ),
        (
            b"HTTP/1.1 500 X\r\nContent-Length: 9\r\n\r\nbegun",
            Some(500),
            "closed the connection in the middle of its answer 500",
        ),
        (
            b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nbegun",
            Some(200),
            "closed the connection in the middle of its answer 200",
        ),
    ] {
        let sink = Sink::new(Reply::Close(bytes.to_vec())).await;
        let told = told(transport_error(post(&sink.url("/")).await));
        assert_eq!((told.0, told.1), (Cause::Closed, begun), "{}", told.2);
        assert!(
            told.2
                .starts_with(&format!("127.0.0.1:{} {message}", sink.port))
        );
    }
}

#[tokio::test]
async fn a_reset_is_a_closed_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    // Closing a socket with unread bytes in it resets the connection.
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.read_u8().await.unwrap();
    });
    let (cause, begun, ..) = told(transport_error(post(&url).await));
    assert_eq!((cause, begun), (Cause::Closed, None));
}

#[tokio::test]
async fn an_answer_that_is_not_http_is_told() {
    for (bytes, begun) in [
        (&b"220 mail.example ESMTP\r\n"[..], None),
        (b"\x15\x03\x01\x00\x02\x02\x0a", None),
        (b"HTTP/1.1 abc X\r\n\r\n", None),
        (b"HTTP/1.1 200 X\r\nContent-Length: x\r\n\r\n", None),
        (
            b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            Some(200),
        ),
    ] {
        let sink = Sink::new(Reply::Hang(bytes.to_vec())).await;
        let told = told(transport_error(post(&sink.url("/")).await));
        assert_eq!((told.0, told.1), (Cause::BadAnswer, begun), "{}", told.2);
        assert_eq!(told.3.contains("https://"), begun.is_none());
    }
}

#[tokio::test]
async fn a_server_that_speaks_first_is_no_http_server() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let mut kept = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            stream.write_all(b"SSH-2.0-x\r\n").await.unwrap();
            kept.push(stream);
        }
    });
    for _ in 0..10 {
        let (cause, begun, message, _) = told(transport_error(post(&url).await));
        assert_eq!((cause, begun), (Cause::BadAnswer, None), "{message}");
    }
}

#[tokio::test]
async fn a_server_without_tls_is_told_as_such() {
    let sink = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let authority = sink.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        // First one that answers in plain text, then one that hangs up.
        for reply in [&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], b""] {
            let (mut stream, _) = sink.accept().await.unwrap();
            let mut hello = [0; 4096];
            let _ = stream.read(&mut hello).await;
            let _ = stream.write_all(reply).await;
        }
    });
    let target = TargetUrl::parse(&format!("https://{authority}/")).unwrap();
    let client = match HttpClient::new(&target, &ClientOptions::new(LONG)) {
        Ok(client) => client,
        // A machine without certificates cannot go on.
        Err(error) => return assert_eq!(error.category(), Category::Undone),
    };
    for _ in 0..2 {
        let attempt = client.post(json("{}")).await;
        let (cause, begun, message, advice) = told(transport_error(attempt));
        assert_eq!((cause, begun), (Cause::Tls, None), "{message}");
        assert!(message.starts_with(&format!("no TLS connection with {authority}: ")));
        assert_eq!(
            advice,
            format!("does {authority} speak TLS? if not, write http://")
        );
    }
}

#[tokio::test]
async fn an_early_answer_counts_although_the_body_was_not_read() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut start = [0; 100];
        stream.read_exact(&mut start).await.unwrap();
        let reply = b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        stream.write_all(reply).await.unwrap();
        let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
    });
    let body = "x".repeat(4_000_000);
    let attempt = super::client(&url).post(json(&body)).await;
    assert!(
        matches!(attempt.ending, Ending::Answered(ref answer) if answer.status == 413),
        "{attempt:?}"
    );
}
