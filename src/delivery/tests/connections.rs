//! Connections are kept between posts, and a kept one that died costs nothing.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::mpsc;

use super::{OK, Reply, Sink, answer, client, json, transport_error};
use crate::delivery::Cause;

#[tokio::test]
async fn posts_one_after_the_other_share_a_connection() {
    let sink = Sink::new(Reply::Keep(OK.to_vec())).await;
    let client = client(&sink.url("/"));
    for _ in 0..20 {
        answer(client.post(json("{}")).await);
    }
    assert_eq!(sink.connections(), 1);
}

#[tokio::test]
async fn an_answer_that_was_cut_does_not_spoil_the_next_post() {
    let mut bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n".to_vec();
    bytes.extend(vec![b'x'; 200_000]);
    let sink = Sink::new(Reply::Keep(bytes)).await;
    let client = client(&sink.url("/"));
    for _ in 0..3 {
        assert!(answer(client.post(json("{}")).await).truncated);
    }
}

/// The server closes the connection while the client's runtime stands still, so that
/// nothing but the look before the post can find out.
#[test]
fn a_kept_connection_that_the_server_closed_is_replaced() {
    const POSTS: usize = 20;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let (close, must_close) = mpsc::channel();
    let (closed, is_closed) = mpsc::channel();
    let server = std::thread::spawn(move || {
        for _ in 0..POSTS {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = Vec::new();
            let mut buffer = [0; 1024];
            while !request.ends_with(b"\r\n\r\n{}") {
                let len = stream.read(&mut buffer).unwrap();
                request.extend_from_slice(&buffer[..len]);
            }
            // It does not announce the close.
            stream.write_all(OK).unwrap();
            must_close.recv().unwrap();
            drop(stream);
            closed.send(()).unwrap();
        }
    });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let client = client(&url);
        for _ in 0..POSTS {
            answer(client.post(json("{}")).await);
            close.send(()).unwrap();
            is_closed.recv().unwrap();
        }
    });
    server.join().unwrap();
}

#[tokio::test]
async fn a_request_that_was_written_is_never_sent_again() {
    // The second request on a connection is read and then not answered.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let (seen, mut requests) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            super::read_request(&mut stream).await.unwrap();
            seen.send(1).unwrap();
            let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, OK).await;
            super::read_request(&mut stream).await.unwrap();
            seen.send(2).unwrap();
        }
    });
    let client = client(&url);
    answer(client.post(json("{}")).await);
    let error = transport_error(client.post(json("{}")).await);
    assert_eq!(error.cause(), Cause::Closed);
    drop(client);
    assert_eq!(requests.recv().await, Some(1));
    assert_eq!(requests.recv().await, Some(2));
    assert!(requests.try_recv().is_err());
}
