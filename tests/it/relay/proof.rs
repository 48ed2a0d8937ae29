//! The proof of the relay: listeners, followers and the server are killed and stopped in a seeded
//! order while captures arrive. In the end each follower has every capture that was answered 200,
//! once, in order, byte for byte.
//!
//! `ENX_HOOK_RELAY_PROOF=full` takes 3 listeners, 20 followers and a minute; `ENX_HOOK_RELAY_SEED`
//! another order.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{follower, next, relay, with_each};
use crate::support::{End, Listener, Running, Sandbox};

/// How large the proof is.
struct Size {
    sources: usize,
    followers: usize,
    time: Duration,
}

fn size() -> Size {
    if std::env::var("ENX_HOOK_RELAY_PROOF").is_ok_and(|size| size == "full") {
        return Size {
            sources: 3,
            followers: 20,
            time: Duration::from_secs(60),
        };
    }
    Size {
        sources: 2,
        followers: 3,
        time: Duration::from_secs(6),
    }
}

fn source_log(at: usize) -> String {
    format!("source-{at}.jsonl")
}

fn listener(sandbox: &Sandbox, url: &str, at: usize) -> Listener {
    let (name, log) = (format!("box-{at}"), source_log(at));
    let args = [
        "--relay",
        url,
        "--relay-as",
        &name,
        "--log",
        &log,
        "--format",
        "quiet",
    ];
    Listener::start(sandbox, &args)
}

fn started(sandbox: &Sandbox, url: &str, at: usize) -> Running {
    let name = format!("dev-{at}");
    let args = ["--from-start", "--relay-as", &name];
    follower(sandbox, url, &format!("{name}.jsonl"), &args)
}

/// Posts a body. Whether it was answered 200.
fn is_taken(address: SocketAddr, body: &str) -> bool {
    let post = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        write!(
            stream,
            "POST / HTTP/1.1\r\nHost: h\r\nX-A: 1\r\nx-a: 2\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )?;
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line)?;
        Ok(line.starts_with("HTTP/1.1 200"))
    };
    post().unwrap_or(false)
}

/// Sends until the end, each body until it is taken. Returns what was.
fn send(at: usize, address: &Mutex<SocketAddr>, is_over: &AtomicBool, pace: &End) -> Vec<String> {
    let mut taken = Vec::new();
    for n in 0.. {
        if is_over.load(Ordering::Relaxed) {
            break;
        }
        let body = format!(
            r#"{{"type":"roomdrop","conf_num":"{}","n":"{at}-{n}"}}"#,
            n % 40
        );
        let mut is_done = false;
        while !is_done && !is_over.load(Ordering::Relaxed) {
            let address = *address.lock().unwrap();
            is_done = is_taken(address, &body);
            pace.wait(Duration::from_millis(50));
        }
        if is_done {
            taken.push(body);
        }
    }
    taken
}

/// The records of a log that are whole.
fn records(sandbox: &Sandbox, log: &str) -> Vec<Value> {
    let text = sandbox.text(log);
    text.lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect()
}

/// What a follower must have of a record.
fn content(record: &Value) -> Vec<&Value> {
    let fields = ["received_at", "peer", "method", "target", "headers", "body"];
    fields.iter().map(|field| &record[*field]).collect()
}

#[test]
fn whoever_is_killed_each_capture_reaches_each_follower_once_and_in_order() {
    with_each(|server| {
        let seed = std::env::var("ENX_HOOK_RELAY_SEED")
            .ok()
            .and_then(|seed| seed.parse().ok());
        let seed = seed.unwrap_or(7);
        let (size, mut random) = (size(), fastrand::Rng::with_seed(seed));
        let sandbox = Sandbox::new();
        let (mut nats, url) = relay(server, &sandbox, "");
        let mut sources: Vec<_> = (0..size.sources)
            .map(|at| Some(listener(&sandbox, &url, at)))
            .collect();
        let mut followers: Vec<_> = (0..size.followers)
            .map(|at| Some(started(&sandbox, &url, at)))
            .collect();
        let addresses: Vec<_> = sources
            .iter()
            .flatten()
            .map(|source| Mutex::new(source.address()))
            .collect();
        let (is_over, pace) = (AtomicBool::new(false), End::default());
        let taken: Vec<Vec<String>> = thread::scope(|scope| {
            let senders: Vec<_> = addresses
                .iter()
                .enumerate()
                .map(|(at, address)| {
                    scope.spawn({
                        let (is_over, pace) = (&is_over, &pace);
                        move || send(at, address, is_over, pace)
                    })
                })
                .collect();
            let until = Instant::now() + size.time;
            while Instant::now() < until {
                pace.wait(Duration::from_millis(random.u64(500..1500)));
                let whom = random.usize(0..=size.sources + size.followers);
                if whom < size.sources {
                    if let Some(old) = sources[whom].take() {
                        old.signal("KILL");
                        old.ended();
                    }
                    let new = listener(&sandbox, &url, whom);
                    *addresses[whom].lock().unwrap() = new.address();
                    sources[whom] = Some(new);
                } else if whom < size.sources + size.followers {
                    let at = whom - size.sources;
                    if random.bool() {
                        if let Some(old) = followers[at].take() {
                            old.signal("KILL");
                            old.ended();
                        }
                        followers[at] = Some(started(&sandbox, &url, at));
                    } else if let Some(follower) = &followers[at] {
                        follower.signal("STOP");
                        pace.wait(Duration::from_millis(random.u64(500..3000)));
                        follower.signal("CONT");
                    }
                } else {
                    nats.kill();
                    pace.wait(Duration::from_millis(random.u64(0..500)));
                    nats.go_on();
                }
            }
            is_over.store(true, Ordering::Relaxed);
            senders
                .into_iter()
                .map(|sender| sender.join().unwrap())
                .collect()
        });
        // What comes last is the end of each follower.
        for (at, address) in addresses.iter().enumerate() {
            let address = *address.lock().unwrap();
            assert!(is_taken(address, &format!("last-{at}")));
        }
        for follower in followers.iter_mut().flatten() {
            let mut last: BTreeSet<_> = (0..size.sources).map(|at| format!("last-{at}")).collect();
            while !last.is_empty() {
                let capture = next(follower, "capture");
                last.remove(capture["body"].as_str().unwrap_or_default());
            }
        }
        check(&sandbox, &size, &taken, seed);
    });
}

/// Whether each follower has what was answered 200, once, in order, byte for byte.
fn check(sandbox: &Sandbox, size: &Size, taken: &[Vec<String>], seed: u64) {
    let mut published = BTreeMap::new();
    for (at, taken) in taken.iter().enumerate() {
        let log = records(sandbox, &source_log(at));
        let bodies: BTreeSet<_> = log
            .iter()
            .filter_map(|record| record["body"].as_str())
            .collect();
        assert!(
            taken.iter().all(|body| bodies.contains(body.as_str())),
            "seed {seed}"
        );
        for record in log {
            published.insert(
                (format!("box-{at}"), record["seq"].as_u64().unwrap()),
                record,
            );
        }
    }
    for at in 0..size.followers {
        let log = records(sandbox, &format!("dev-{at}.jsonl"));
        assert_eq!(log.len(), published.len(), "seed {seed}, follower {at}");
        let mut last = BTreeMap::new();
        for record in &log {
            let source = record["from"]["source"].as_str().unwrap().to_owned();
            let seq = record["from"]["seq"].as_u64().unwrap();
            let before = last.insert(source.clone(), seq).unwrap_or(0);
            assert!(
                before < seq,
                "seed {seed}, follower {at}: {source}: {seq} after {before}"
            );
            assert_eq!(content(record), content(&published[&(source, seq)]));
        }
    }
}
