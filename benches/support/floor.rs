//! What `listen` is measured against: servers that do less. Each runs in a process of its own,
//! as `listen` does.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::sync::oneshot;

type Line = (Bytes, oneshot::Sender<()>);

/// Serves until it is killed: reads a body and answers 200. With a file, each body is a line
/// in it that is synced before, all that wait at once. Says its address on stdout.
pub(crate) fn serve(file: Option<&str>) {
    let appender = file.map(|file| Arc::new(append(file)));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("http://{}/", listener.local_addr().unwrap());
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            stream.set_nodelay(true).unwrap();
            let appender = appender.clone();
            tokio::spawn(async move {
                let answer = service_fn(|request: Request<Incoming>| {
                    let appender = appender.clone();
                    async move {
                        let body = request.into_body().collect().await?.to_bytes();
                        if let Some(appender) = appender {
                            let (tell, told) = oneshot::channel();
                            appender.send((body, tell)).unwrap();
                            told.await.unwrap();
                        }
                        Ok::<_, hyper::Error>(Response::new(Full::new(Bytes::new())))
                    }
                });
                let connection = hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), answer);
                drop(connection.await);
            });
        }
    });
}

/// Appends lines and syncs them on a thread of its own.
fn append(file: &str) -> Sender<Line> {
    let mut file = OpenOptions::new()
        .append(true)
        .create(true)
        .open(file)
        .unwrap();
    let (sender, lines) = channel::<Line>();
    std::thread::spawn(move || {
        let (mut text, mut waiting) = (Vec::new(), Vec::new());
        while let Ok(first) = lines.recv() {
            for (line, told) in std::iter::once(first).chain(lines.try_iter()) {
                text.extend_from_slice(&line);
                text.push(b'\n');
                waiting.push(told);
            }
            file.write_all(&text).unwrap();
            file.sync_data().unwrap();
            text.clear();
            for told in waiting.drain(..) {
                let _ = told.send(());
            }
        }
    });
    sender
}
