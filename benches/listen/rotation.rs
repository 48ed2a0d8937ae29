//! Events that come evenly while the log goes on in parts: all of them must be in the parts, and
//! none twice. `ENX_HOOK_BENCH_SECONDS=3600` makes it the whole hour.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::server::Server;
use super::wrk::Wrk;

const A_SECOND: u32 = 1000;
const CONNECTIONS: u32 = 10;

pub(crate) fn measure(_: &Wrk, folder: &Path) {
    let seconds = std::env::var("ENX_HOOK_BENCH_SECONDS").ok();
    let seconds: u32 = seconds.map_or(20, |seconds| seconds.parse().unwrap());
    println!("{A_SECOND} events a second for {seconds} s, parts of 1 MB, compressed");
    let folder = tempfile::tempdir_in(folder).unwrap();
    let args = ["--rotate", "1MB", "--rotate-gzip"];
    let server = Server::listen(folder.path(), &args);
    let address = server.url.trim_start_matches("http://").split('/').next();
    let address = address.unwrap().to_owned();
    let start = Instant::now();
    let posting: Vec<_> = (0..CONNECTIONS)
        .map(|connection| {
            let address = address.clone();
            thread::spawn(move || post(&address, connection, seconds * A_SECOND / CONNECTIONS))
        })
        .collect();
    for thread in posting {
        thread.join().unwrap();
    }
    let took = start.elapsed();
    let resident = server.resident().unwrap_or_default();
    server.interrupt();

    let replay = Command::new(env!("CARGO_BIN_EXE_enx-hook"))
        .args(["replay", "log.jsonl", "--dry-run", "--format", "json"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let mut seen = HashMap::<u64, u32>::new();
    for line in replay.stdout.lines() {
        let line: Value = serde_json::from_str(&line.unwrap()).unwrap();
        if let Some(seq) = line["seq"].as_u64() {
            *seen.entry(seq).or_default() += 1;
        }
    }
    let names = std::fs::read_dir(folder.path()).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let parts = names.filter(|name| name.starts_with("log-")).count();
    let wanted = u64::from(seconds * A_SECOND);
    let there = (1..=wanted).filter(|seq| seen.contains_key(seq)).count();
    let twice = seen.values().filter(|count| **count > 1).count();
    println!(
        "  {there} of {wanted} events in {parts} parts and the log, {twice} twice, in {:.1} s, {resident} KiB resident",
        took.as_secs_f64()
    );
    assert!(there as u64 == wanted && twice == 0 && seen.len() == there);
}

/// Posts one event after the other, evenly; each must be answered 200.
fn post(address: &str, connection: u32, events: u32) {
    let gap = Duration::from_secs(1) * CONNECTIONS / A_SECOND;
    let stream = TcpStream::connect(address).unwrap();
    stream.set_nodelay(true).unwrap();
    let mut answers = BufReader::new(stream.try_clone().unwrap());
    let mut stream = stream;
    let start = Instant::now();
    for number in 0..events {
        if let Some(early) = (gap * number).checked_sub(start.elapsed()) {
            thread::sleep(early);
        }
        let body = format!("{{\"type\":\"roomdrop\",\"id\":\"{connection}-{number}\"}}");
        let head = format!(
            "POST / HTTP/1.1\r\nHost: here\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut line = String::new();
        answers.read_line(&mut line).unwrap();
        assert!(line.starts_with("HTTP/1.1 200"), "{line}");
        let mut length = 0;
        loop {
            line.clear();
            answers.read_line(&mut line).unwrap();
            if line.trim().is_empty() {
                break;
            }
            if let Some(text) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = text.trim().parse().unwrap();
            }
        }
        std::io::copy(&mut answers.by_ref().take(length), &mut std::io::sink()).unwrap();
    }
}
