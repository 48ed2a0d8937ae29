//! That the tests' own tools tell the truth.

use std::io::{Read, Write};
use std::net::TcpStream;

use crate::support::{Reply, Sandbox, Sink, TOO_LONG, post, post_raw};

#[test]
fn the_sink_tells_a_request_byte_for_byte_with_its_fields_in_order() {
    let sink = Sink::answering(204);
    let request = b"PUT /a%20b?x=1 HTTP/1.1\r\nX-B: 1\r\nhost: h\r\nx-a: \xe9 2\r\nX-B:3\r\n\
                    Content-Length: 5\r\nConnection: close\r\n\r\n\xff\x00\r\n{";
    assert_eq!(post_raw(sink.address(), request).status(), 204);
    let received = sink.next();
    assert_eq!((received.word(0), received.word(1)), ("PUT", "/a%20b?x=1"));
    assert_eq!(received.body, b"\xff\x00\r\n{");
    let fields: Vec<_> = received
        .headers
        .iter()
        .map(|(name, value)| (&**name, &**value))
        .collect();
    let expected = [
        ("X-B", "1"),
        ("host", "h"),
        ("x-a", "\u{e9} 2"),
        ("X-B", "3"),
    ];
    assert_eq!(fields[..4], expected);
}

#[test]
fn a_chunked_body_is_told_whole() {
    let sink = Sink::answering(200);
    let request = b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\nConnection: close\r\n\r\n\
                    3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nT: 1\r\n\r\n";
    post_raw(sink.address(), request);
    assert_eq!(sink.next().body, b"abc0123456789");
}

#[test]
fn a_connection_serves_one_request_after_another() {
    let sink = Sink::in_turn(&[500, 429, 200]);
    let mut stream = TcpStream::connect(sink.address()).unwrap();
    stream.set_read_timeout(Some(TOO_LONG)).unwrap();
    for expected in ["500", "429", "200", "200"] {
        stream
            .write_all(b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}")
            .unwrap();
        let mut answer =
            vec![0; "HTTP/1.1 500 Told\r\nContent-Length: 14\r\n\r\n{\"status\":500}".len()];
        stream.read_exact(&mut answer).unwrap();
        assert!(String::from_utf8(answer).unwrap().contains(expected));
    }
    assert_eq!(sink.rest().len(), 4);
}

#[test]
fn the_sink_asks_for_credentials() {
    let sink = Sink::asking_for("Basic ZW54OnNlY3JldA==");
    let refused = post(sink.address(), "/", &[], "{}");
    assert_eq!(
        (
            refused.status(),
            refused.header("www-authenticate").is_some()
        ),
        (401, true)
    );
    let known = [("Authorization", "Basic ZW54OnNlY3JldA==")];
    assert_eq!(post(sink.address(), "/", &known, "{}").status(), 200);
}

#[test]
fn the_sink_closes_without_a_word() {
    let sink = Sink::new(|_, _| Reply::Close);
    let mut stream = TcpStream::connect(sink.address()).unwrap();
    stream.set_read_timeout(Some(TOO_LONG)).unwrap();
    stream
        .write_all(b"POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n")
        .unwrap();
    assert_eq!(stream.read(&mut [0]).unwrap(), 0);
}

#[test]
fn the_sink_hangs_until_it_is_dropped() {
    let sink = Sink::new(|_, _| Reply::Hang);
    let mut stream = TcpStream::connect(sink.address()).unwrap();
    stream.set_read_timeout(Some(TOO_LONG)).unwrap();
    stream
        .write_all(b"POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n")
        .unwrap();
    sink.next();
    stream.set_nonblocking(true).unwrap();
    let waiting = stream.read(&mut [0]).unwrap_err();
    assert_eq!(waiting.kind(), std::io::ErrorKind::WouldBlock);
    stream.set_nonblocking(false).unwrap();
    drop(sink);
    assert!(matches!(stream.read(&mut [0]), Ok(0) | Err(_)));
}

#[test]
fn the_sandbox_runs_the_binary_that_was_built() {
    let version = Sandbox::new().enx(&["--version"]);
    version.code(0).says(env!("CARGO_PKG_VERSION"));
    assert_eq!(version.err(), "");
}
