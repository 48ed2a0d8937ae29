//! How exactly `replay` keeps a pace: `--rate 500/s` for ten seconds, and the gaps of a log
//! with `--speed 1`, as a server sees them.
//!
//! `cargo bench --bench pace`. What is measured is the moment at which a server on this machine
//! has read each request, so that a machine that is busy shows here too; the schedule itself is
//! tested with the code.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a measurement fails by panicking, and prints what it measured"
)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use chrono::{SecondsFormat, TimeDelta, Utc};

const RATE: f64 = 500.0;
const SECONDS: f64 = 10.0;
const GAPS: usize = 400;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log.jsonl");
    rate(&log);
    gaps(&log);
}

/// Even spacing.
fn rate(log: &Path) {
    let count = (RATE * SECONDS) as usize + 1;
    write_log(log, (0..count).map(|_| Duration::ZERO));
    let times = replay(log, &["--rate", &format!("{RATE}/s"), "--concurrency", "8"]);
    let took = (times[times.len() - 1] - times[0]).as_secs_f64();
    let reached = (times.len() - 1) as f64 / took;
    println!(
        "--rate {RATE}/s for {SECONDS} s: {reached:.1}/s, {:+.2} % (within 1 % is wanted)",
        (reached / RATE - 1.0) * 100.0
    );
    let period = 1.0 / RATE;
    let off = times.windows(2).map(|pair| {
        let gap = (pair[1] - pair[0]).as_secs_f64();
        Duration::from_secs_f64((gap - period).abs())
    });
    tell("  a gap is off by", off.collect());
    let most = (0..times.len()).map(|first| {
        let until = times[first] + Duration::from_millis(100);
        times[first..].partition_point(|time| *time < until)
    });
    println!(
        "  at most {} in any 100 ms ({:.0} are due)",
        most.max().unwrap_or_default(),
        RATE / 10.0
    );
}

/// The gaps of a log.
fn gaps(log: &Path) {
    let mut rng = fastrand::Rng::with_seed(1);
    let gaps: Vec<Duration> = (0..GAPS)
        .map(|_| Duration::from_micros(rng.u64(..50_000)))
        .collect();
    let mut sum = Duration::ZERO;
    let due: Vec<Duration> = gaps
        .iter()
        .map(|gap| {
            sum += *gap;
            sum
        })
        .collect();
    write_log(log, due.iter().copied());
    let times = replay(log, &["--speed", "1"]);
    let late = times
        .iter()
        .zip(&due)
        .map(|(time, at)| (*time - times[0]).abs_diff(at.saturating_sub(due[0])));
    println!("--speed 1, {GAPS} gaps up to 50 ms (within 5 ms is wanted)");
    tell("  a capture is off by", late.collect());
}

fn tell(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
    println!(
        "{what} {:.2} ms in the median, {:.2} ms at 99 %, {:.2} ms at most",
        at(0.5),
        at(0.99),
        at(1.0)
    );
}

/// A log of captures that were received so long after the first moment.
fn write_log(path: &Path, received: impl Iterator<Item = Duration>) {
    let mut log = Vec::new();
    let start = Utc::now();
    for (seq, after) in (1..).zip(received) {
        let at = (start + TimeDelta::from_std(after).unwrap())
            .to_rfc3339_opts(SecondsFormat::Micros, true);
        writeln!(
            log,
            "{{\"enx_hook\":1,\"seq\":{seq},\"received_at\":\"{at}\",\"peer\":\"p\",\"method\":\"POST\",\"target\":\"/\",\"headers\":[],\"body\":\"{{\\\"n\\\":{seq}}}\"}}"
        )
        .unwrap();
    }
    std::fs::write(path, log).unwrap();
}

/// Replays to a server on this machine, and tells when it had read each request.
fn replay(log: &Path, pace: &[&str]) -> Vec<Instant> {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let times = serve(listener);
    let mut replay = Command::new(env!("CARGO_BIN_EXE_enx-hook"));
    replay
        .args(["replay", "--quiet", "--url", &url])
        .args(pace)
        .arg(log)
        .stdout(Stdio::null());
    assert!(replay.status().unwrap().success());
    let mut times: Vec<Instant> = times.try_iter().collect();
    times.sort();
    times
}

/// A server that does nothing but to look at the clock.
fn serve(listener: TcpListener) -> Receiver<Instant> {
    let (tell, times) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let tell = tell.clone();
            std::thread::spawn(move || {
                let mut answers = stream.try_clone().unwrap();
                let mut requests = BufReader::new(stream);
                loop {
                    let mut length = 0;
                    loop {
                        let mut line = String::new();
                        if requests.read_line(&mut line).unwrap_or(0) == 0 {
                            return;
                        }
                        if let Some(value) = line.strip_prefix("content-length: ") {
                            length = value.trim().parse().unwrap();
                        }
                        if line == "\r\n" {
                            break;
                        }
                    }
                    let mut body = vec![0; length];
                    requests.read_exact(&mut body).unwrap();
                    let _ = tell.send(Instant::now());
                    answers
                        .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
                        .unwrap();
                }
            });
        }
    });
    times
}
