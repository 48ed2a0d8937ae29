//! Requests that a function of the caller answers.

use bytes::Bytes;
use futures_util::stream;
use http_body_util::StreamBody;
use hyper::body::Frame;
use hyper::{Method, Response, StatusCode};

use super::*;

/// Answers GET with two frames, DELETE with one frame and a failure, and others with 405.
async fn answered(requests: &str) -> String {
    let receiver = Receiver::bind(ReceiverOptions::new("127.0.0.1", 0));
    let receiver = receiver.await.unwrap();
    let address = receiver.local_addr();
    let (stop, stopped) = oneshot::channel::<()>();
    let respond = |_, request: hyper::Request<_>| {
        let second = match *request.method() {
            Method::GET => Ok(Frame::data(Bytes::from_static(b"two"))),
            _ => Err(std::io::Error::other("cut")),
        };
        let is_known = [Method::GET, Method::DELETE].contains(request.method());
        let frames = [Ok(Frame::data(Bytes::from_static(b"one "))), second];
        let mut response = Response::new(StreamBody::new(stream::iter(frames)));
        if !is_known {
            *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
        }
        std::future::ready(response)
    };
    let served = tokio::spawn(receiver.respond(respond, async move { drop(stopped.await) }));
    let mut stream = within(TcpStream::connect(address)).await.unwrap();
    stream.write_all(requests.as_bytes()).await.unwrap();
    let mut answers = Vec::new();
    let _ = within(stream.read_to_end(&mut answers)).await;
    drop((stop, stream));
    within(served).await.unwrap();
    String::from_utf8(answers).unwrap()
}

#[tokio::test]
async fn requests_of_one_connection_are_answered_in_turn_and_streamed() {
    let get = "GET /a HTTP/1.1\r\nHost: h\r\n";
    let answers = answered(&format!("{get}\r\n{get}Connection: close\r\n\r\n")).await;
    assert_eq!(answers.matches("HTTP/1.1 200 OK").count(), 2, "{answers}");
    assert_eq!(answers.matches("4\r\none \r\n3\r\ntwo\r\n0\r\n").count(), 2);
}

#[tokio::test]
async fn a_body_that_fails_is_cut_and_what_is_no_request_is_refused_in_words() {
    let answers = answered("DELETE /a HTTP/1.1\r\nHost: h\r\n\r\n").await;
    assert!(!answers.ends_with("0\r\n\r\n"), "{answers}");
    let answers = answered("nonsense\r\n\r\n").await;
    assert!(answers.starts_with("HTTP/1.1 400 Bad Request"), "{answers}");
    assert!(answers.contains("Refused: not HTTP/1"), "{answers}");
}
