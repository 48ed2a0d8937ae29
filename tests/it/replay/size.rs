//! The promises of `replay` at a size at which they would break if they could.
//!
//! With `ENX_HOOK_LONG=1` at the sizes that were promised, which takes minutes; else at sizes
//! that a run of all tests can afford.

use std::collections::HashMap;
use std::io::BufReader;
use std::io::Write as _;
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use super::bytes::{picked, random};
use crate::support::{Listener, Message, Reply, Sandbox, Sink, record};

const SEED: u64 = 0x6E78_4002;

fn size(short: usize, long: usize) -> usize {
    if std::env::var_os("ENX_HOOK_LONG").is_some() {
        long
    } else {
        short
    }
}

/// So many bodies of all kinds, each with a content type or none.
fn bodies(count: usize) -> Vec<(Vec<u8>, Option<&'static str>)> {
    let types = [
        None,
        Some("application/json"),
        Some("text/plain; charset=latin1"),
        Some("application/octet-stream"),
    ];
    let mut rng = fastrand::Rng::with_seed(SEED);
    let mut bodies = picked();
    for _ in 0..count / 1000 {
        bodies.push((0..1_000_000).map(|_| rng.u8(..)).collect());
        bodies.push(format!("{{\"a\":\"{}\"}}", "x\u{e9}".repeat(333_333)).into_bytes());
    }
    while bodies.len() < count {
        bodies.push(random(&mut rng));
    }
    rng.shuffle(&mut bodies);
    bodies
        .into_iter()
        .enumerate()
        .map(|(index, body)| (body, types[index % types.len()]))
        .collect()
}

/// How often each body came with each content type, by their hashes.
fn hashes<'b>(
    bodies: impl Iterator<Item = (&'b [u8], Option<&'b str>)>,
) -> HashMap<(u128, Option<String>), usize> {
    let mut hashes = HashMap::new();
    for (body, content_type) in bodies {
        let hash = xxhash_rust::xxh3::xxh3_128(body);
        *hashes
            .entry((hash, content_type.map(str::to_owned)))
            .or_default() += 1;
    }
    hashes
}

#[test]
fn thousands_of_bodies_of_all_kinds_come_through_listener_log_and_replay_as_they_were() {
    const AT_ONCE: usize = 16;
    let bodies = bodies(size(2_000, 10_000));
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    let listener = Listener::start(&sandbox, &["--quiet"]);
    let address = listener.address();
    thread::scope(|scope| {
        for worker in 0..AT_ONCE {
            let bodies = &bodies;
            scope.spawn(move || {
                let mut stream = TcpStream::connect(address).unwrap();
                let mut answers = BufReader::new(stream.try_clone().unwrap());
                for (body, content_type) in bodies.iter().skip(worker).step_by(AT_ONCE) {
                    let field = content_type.map(|value| format!("Content-Type: {value}\r\n"));
                    let head = format!(
                        "POST /hook HTTP/1.1\r\nHost: h\r\n{}Content-Length: {}\r\n\r\n",
                        field.unwrap_or_default(),
                        body.len()
                    );
                    stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
                    let answer = Message::read(&mut answers, true).unwrap().unwrap();
                    assert_eq!(answer.status(), 200);
                }
            });
        }
    });
    let url = sink.url();
    let args = ["replay", "log.jsonl", "--url", &url, "--concurrency", "8"];
    sandbox.enx(&args).code(0);
    let came = sink.rest();
    assert_eq!(came.len(), bodies.len());
    let sent = bodies
        .iter()
        .map(|(body, content_type)| (&body[..], *content_type));
    let came = came
        .iter()
        .map(|request| (&request.body[..], request.header("content-type")));
    assert!(
        hashes(sent) == hashes(came),
        "bodies of seed {SEED:#x} differ"
    );
}

#[test]
fn headers_keep_their_order_and_their_repeats_in_the_log() {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, &[]);
    let fields = [
        ("X-B", "1"),
        ("X-A", "2"),
        ("X-B", "3"),
        ("x-a", "4"),
        ("X-B", "1"),
    ];
    crate::support::post(listener.address(), "/", &fields, "{}");
    let line: serde_json::Value = serde_json::from_str(&sandbox.text("log.jsonl")).unwrap();
    let of = |name: &str| -> Vec<String> {
        let fields = line["headers"].as_array().unwrap().iter();
        fields
            .filter(|field| field[0].as_str().unwrap().eq_ignore_ascii_case(name))
            .map(|field| field[1].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(of("x-b"), ["1", "3", "1"]);
    assert_eq!(of("x-a"), ["2", "4"]);
}

#[test]
fn with_sixty_four_at_a_time_each_session_arrives_in_the_order_of_the_log() {
    let count = size(4_000, 100_000);
    let sessions = 97;
    let lines: String = (1..=count)
        .map(|seq| {
            let session = (seq * 7919) % sessions;
            let body = format!("{{\"type\":\"roomdrop\",\"conf_num\":\"s{session}\",\"n\":{seq}}}");
            record(seq as u64, &body) + "\n"
        })
        .collect();
    let sandbox = Sandbox::new();
    sandbox.write("log.jsonl", lines);
    let order = Arc::new(Mutex::new(HashMap::<String, u64>::new()));
    let faults = Arc::new(AtomicUsize::new(0));
    let most = Arc::new((AtomicUsize::new(0), AtomicUsize::new(0)));
    let (notes, wrong, at_once) = (Arc::clone(&order), Arc::clone(&faults), Arc::clone(&most));
    let sink = Sink::new(move |_, request| {
        let now = at_once.0.fetch_add(1, Ordering::SeqCst) + 1;
        at_once.1.fetch_max(now, Ordering::SeqCst);
        let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
        let session = body["conf_num"].as_str().unwrap().to_owned();
        let n = body["n"].as_u64().unwrap();
        let before = notes.lock().unwrap().insert(session, n);
        if before.is_some_and(|before| before >= n) {
            wrong.fetch_add(1, Ordering::SeqCst);
        }
        for _ in 0..fastrand::u32(..50) {
            thread::yield_now();
        }
        at_once.0.fetch_sub(1, Ordering::SeqCst);
        Reply::status(200)
    });
    let url = sink.url();
    let args = ["replay", "log.jsonl", "--url", &url, "--concurrency", "64"];
    sandbox.enx(&args).code(0);
    assert_eq!(sink.rest().len(), count);
    assert_eq!(faults.load(Ordering::SeqCst), 0);
    assert!(
        most.1.load(Ordering::SeqCst) > 8,
        "hardly anything ran side by side"
    );
    assert_eq!(order.lock().unwrap().len(), sessions);
}
