//! Bytes as they are, and answers of every kind.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;
use crate::delivery::request_headers::AGENT;
use crate::delivery::{Cause, Header};
use crate::model::secret::{Credentials, Secret};

/// Longer than any test takes, unless it fails.
const LONG: Duration = Duration::from_secs(30);

fn read(bytes: &[u8]) -> Result<(Answer, bool), TransportError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let mut rest = bytes;
    let target = TargetUrl::parse("http://h/").unwrap();
    let place = Arc::new(Place::new(&target, None));
    let (mut buffer, mut answer) = (BytesMut::new(), PartialAnswer::default());
    let reading = answer_reader::read(&mut rest, &mut buffer, &mut answer, ANSWER_LIMIT);
    let (end, keeps) = runtime.block_on(limited(&place, LONG, reading))?;
    Ok((answer.end(Ok(end))?, keeps))
}

#[test]
fn every_kind_of_body_is_read_to_its_end_and_the_connection_judged() {
    for (bytes, status, body, keeps) in [
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1",
            200,
            "ok",
            true,
        ),
        ("HTTP/1.1 204 No\r\n\r\n", 204, "", true),
        (
            "HTTP/1.1 100 Go\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
            200,
            "",
            true,
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: Close\r\n\r\nx",
            200,
            "x",
            false,
        ),
        (
            "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx",
            200,
            "x",
            false,
        ),
        (
            "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\nx",
            200,
            "x",
            true,
        ),
        ("HTTP/1.1 500 X\r\n\r\nto the end", 500, "to the end", false),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nT: 1\r\n\r\n",
            200,
            "abcde",
            true,
        ),
    ] {
        let (answer, kept) = read(bytes.as_bytes()).unwrap();
        assert_eq!(
            (answer.status, &answer.body[..], kept),
            (status, body.as_bytes(), keeps),
            "{bytes}"
        );
    }
}

#[test]
fn what_is_no_answer_is_told_from_one_that_breaks_off() {
    for (bytes, cause) in [
        ("", Cause::Closed),
        ("HTTP/1.1 200", Cause::Closed),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab",
            Cause::Closed,
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab",
            Cause::Closed,
        ),
        ("220 mail.example ESMTP\r\n", Cause::BadAnswer),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
            Cause::BadAnswer,
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            Cause::BadAnswer,
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n",
            Cause::BadAnswer,
        ),
    ] {
        assert_eq!(
            read(bytes.as_bytes()).unwrap_err().cause(),
            cause,
            "{bytes}"
        );
    }
}

#[test]
fn no_more_than_the_limit_is_read_of_any_body() {
    let long = "x".repeat(super::super::ANSWER_LIMIT + 1);
    for head in [
        format!("Content-Length: {}\r\n\r\n", long.len()),
        "\r\n".to_owned(),
        format!("Transfer-Encoding: chunked\r\n\r\n{:x}\r\n", long.len()),
    ] {
        let (answer, keeps) = read(format!("HTTP/1.1 200 OK\r\n{head}{long}").as_bytes()).unwrap();
        assert!(!answer.is_whole() && !keeps && answer.body.len() <= super::super::ANSWER_LIMIT);
    }
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(head in "(HTTP/1.1 [1-5][0-9]{2} X\r\n(Transfer-Encoding: chunked\r\n)?(Content-Length: [0-9]{1,20}\r\n)?\r\n)?", tail in proptest::collection::vec(any::<u8>(), 0..60)) {
        let _ = read(&[head.as_bytes(), &tail].concat());
    }
}

#[tokio::test]
async fn the_head_has_host_credentials_and_the_users_fields_and_the_target_of_the_url() {
    let mut options = ClientOptions::new(LONG);
    options.headers = vec![Header::parse("X-Trace: 1").unwrap()];
    options.credentials = Some(Credentials {
        user: "enx".into(),
        password: Secret::new("hunter2"),
    });
    let target = TargetUrl::parse("http://localhost:81/a/b?c=d").unwrap();
    let client = RawClient::direct(&target, &options).unwrap().unwrap();
    assert!(!format!("{client:?}").contains("hunter2"));
    let head = String::from_utf8(client.head("PUT", &[("content-length", "0")])).unwrap();
    assert_eq!(
        head,
        format!(
            "PUT /a/b?c=d HTTP/1.1\r\nhost: localhost:81\r\nx-trace: 1\r\n\
             authorization: Basic ZW54Omh1bnRlcjI=\r\nuser-agent: {AGENT}\r\n\
             content-length: 0\r\n\r\n"
        )
    );
}

#[tokio::test]
async fn one_connection_carries_bytes_as_they_are_and_one_answer_after_another() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = format!("http://{}/", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut bytes = [0; 3];
        stream.read_exact(&mut bytes).await.unwrap();
        // Two answers in one piece: the second must not be lost with the first.
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 500 X\r\nContent-Length: 1\r\n\r\nb";
        stream.write_all(answer).await.unwrap();
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).await.unwrap();
        (bytes, rest)
    });
    let target = TargetUrl::parse(&target).unwrap();
    let client = RawClient::direct(&target, &ClientOptions::new(LONG))
        .unwrap()
        .unwrap();
    let mut wire = client.connect().await.unwrap();
    wire.write(b"\xff\x00{").await.unwrap();
    let statuses = [wire.answer().await.unwrap(), wire.answer().await.unwrap()]
        .map(|(answer, keeps)| (answer.status, keeps));
    assert_eq!(statuses, [(200, true), (500, true)]);
    wire.finish().await.unwrap();
    assert_eq!(serving.await.unwrap(), (*b"\xff\x00{", Vec::new()));
    assert_eq!(wire.answer().await.unwrap_err().cause(), Cause::Closed);
}

#[tokio::test]
async fn nobody_is_waited_for_longer_than_the_limit() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let authority = listener.local_addr().unwrap().to_string();
    let target = format!("http://{authority}/");
    let options = ClientOptions::new(Duration::from_millis(50));
    let client = RawClient::direct(&TargetUrl::parse(&target).unwrap(), &options)
        .unwrap()
        .unwrap();
    let mut wire = client.connect().await.unwrap();
    let broken = wire.answer().await.unwrap_err();
    assert_eq!(
        (broken.cause(), broken.to_string()),
        (
            Cause::Timeout,
            format!("no answer from {authority} within 50 ms")
        )
    );
}

#[test]
fn a_proxy_on_the_way_leaves_nothing_to_probe() {
    let mut environment = crate::model::environment::Environment::default();
    let variable = (
        "HTTP_PROXY".to_owned(),
        "http://proxy.example:3128".to_owned(),
    );
    environment.variables.extend([variable]);
    let options = ClientOptions {
        trace: None,
        proxies: super::super::Proxies::of(&environment),
        ..ClientOptions::new(LONG)
    };
    let direct = |url| RawClient::direct(&TargetUrl::parse(url).unwrap(), &options).unwrap();
    assert!(direct("http://far.example/").is_none());
    assert!(direct("http://localhost/").is_some());
}
