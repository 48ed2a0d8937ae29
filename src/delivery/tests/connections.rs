//! Connections are kept between posts, and a kept one that died costs nothing.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};

use tokio::io::AsyncWriteExt as _;

use super::{OK, Reply, Sink, answer, client, json, transport_error};
use crate::delivery::Cause;
use crate::delivery::http_worker::HttpWorker;

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
        assert!(!answer(client.post(json("{}")).await).is_whole());
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

/// A server that answers so many requests on each connection, and reads one more. Also returns the
/// number of requests.
async fn hangs_up(after: usize) -> (String, Arc<AtomicUsize>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let requests = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&requests);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let counter = Arc::clone(&counter);
            tokio::spawn(async move {
                for number in 0..=after {
                    super::read_request(&mut stream).await.unwrap();
                    counter.fetch_add(1, Ordering::SeqCst);
                    if number < after {
                        stream.write_all(OK).await.unwrap();
                    }
                }
            });
        }
    });
    (url, requests)
}

#[tokio::test]
async fn a_request_on_a_kept_connection_that_ends_without_an_answer_is_sent_again() {
    let (url, requests) = hangs_up(1).await;
    let direct = Arc::new(client(&url));
    let mut worker = HttpWorker::new(&direct);
    for _ in 0..5 {
        answer(direct.post(json("{}")).await);
        answer(worker.post(&json("{}"), false).await);
    }
    // Each client met four kept connections that ended.
    assert_eq!(requests.load(Ordering::SeqCst), 2 * (5 + 4));
}

#[tokio::test]
async fn a_request_on_a_new_connection_is_sent_once() {
    let (url, requests) = hangs_up(0).await;
    let direct = Arc::new(client(&url));
    let error = transport_error(direct.post(json("{}")).await);
    assert_eq!(error.cause(), Cause::Closed);
    let mut worker = HttpWorker::new(&direct);
    let error = transport_error(worker.post(&json("{}"), false).await);
    assert_eq!(error.cause(), Cause::Closed);
    assert_eq!(requests.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_retry_uses_a_new_connection() {
    let sink = Sink::new(Reply::Keep(OK.to_vec())).await;
    let direct = Arc::new(client(&sink.url("/")));
    let mut worker = HttpWorker::new(&direct);
    for is_retry in [false, false, true, true, false] {
        answer(worker.post(&json("{}"), is_retry).await);
    }
    assert_eq!(sink.connections(), 3);
    answer(direct.post_afresh(json("{}")).await);
    answer(direct.post_afresh(json("{}")).await);
    assert_eq!(sink.connections(), 5);
}
