//! What the relay costs and reaches, against the same without it, in the same run.
//!
//! `cargo bench --bench relay [-- PART…]`; the parts are `publish`, `latency` and `follow`, all by
//! default. `ENX_HOOK_BENCH_NATS` names a nats-server; else the one of `tests/foreign/install`, or
//! that of the system, is taken. Without one, it says that it was skipped.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a measurement fails by panicking, and prints what it measured"
)]

mod nats;
mod processes;
mod senders;

use std::fs::{self, File};
use std::io::{BufWriter, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

use nats::Nats;
use processes::{Follower, Listener};
use senders::{Pace, send};

const ROUNDS: usize = 5;
const SECONDS: u64 = 4;
/// Captures a second that publishing must keep up with.
const RATE: u64 = 5_000;
/// Captures that a follower catches up with.
const CAPTURES: u64 = 100_000;

/// Measures something with a server, in a folder, and prints it.
type Part = fn(&Nats, &Path);

fn main() {
    let asked: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    let wanted = |part: &str| asked.is_empty() || asked.iter().any(|asked| asked == part);
    // Not the system's folder for such: that may be memory.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let parts: [(&str, Part); 3] = [
        ("publish", publish),
        ("latency", latency),
        ("follow", follow),
    ];
    for (name, part) in parts.iter().filter(|(name, _)| wanted(name)) {
        let folder = folder.path().join(name);
        fs::create_dir(&folder).unwrap();
        match Nats::start(&folder) {
            Ok(nats) => part(&nats, &folder),
            Err(missing) => return println!("skipped: {missing}"),
        }
    }
}

/// How far the relay is behind a listener that gets a steady stream, and one that gets all it takes.
fn publish(nats: &Nats, folder: &Path) {
    for pace in [Pace::Rate(RATE), Pace::Max] {
        println!("{pace}, for {SECONDS} s, {ROUNDS} rounds");
        let mut found: [Vec<f64>; 6] = Default::default();
        for round in 0..ROUNDS {
            let folder = tempfile::tempdir_in(folder).unwrap();
            let plain = {
                let listener = Listener::start(folder.path(), &["--log", "plain.jsonl"]);
                send(listener.address, pace, SECONDS)
            };
            let url = nats.url(&format!("p{}-{round}", u8::from(pace == Pace::Max)));
            let args = ["--log", "a.jsonl", "--relay", &url, "--relay-as", "box-a"];
            let listener = Listener::start(folder.path(), &args);
            let sent = send(listener.address, pace, SECONDS);
            let (end, posted) = (Instant::now(), sent.times.len() as u64);
            let behind = posted - nats.messages(&url);
            while nats.messages(&url) < posted {
                std::thread::sleep(Duration::from_millis(3));
            }
            let late = end.elapsed().as_secs_f64();
            let figures = [
                plain.rate(),
                sent.rate(),
                posted as f64 / (sent.took.as_secs_f64() + late),
                behind as f64,
                late * 1e3,
                sent.at(0.5) / plain.at(0.5),
            ];
            figures
                .iter()
                .zip(&mut found)
                .for_each(|(figure, all)| all.push(*figure));
        }
        println!(
            "  listen, captures a second            {}",
            show(&found[0], 0)
        );
        println!(
            "  listen --relay, captures a second    {}",
            show(&found[1], 0)
        );
        println!(
            "  published a second, to the last      {}",
            show(&found[2], 0)
        );
        println!(
            "  captures behind at the end           {}",
            show(&found[3], 0)
        );
        println!(
            "  all are published after, in ms       {}",
            show(&found[4], 0)
        );
        println!(
            "  median latency, with / without       {}",
            show(&found[5], 2)
        );
    }
    println!("  (at least {RATE}/s is wanted, published as fast as received)");
}

/// Replies while the engine hangs.
fn latency(nats: &Nats, folder: &Path) {
    const PACE: Pace = Pace::Rate(1_000);
    println!("latency of a reply in ms, {PACE}, for {SECONDS} s, {ROUNDS} rounds");
    let names = ["without relay", "relay", "relay that hangs"];
    let mut all: [[Vec<f64>; 2]; 3] = Default::default();
    for round in 0..ROUNDS {
        let folder = tempfile::tempdir_in(folder).unwrap();
        for (at, found) in all.iter_mut().enumerate() {
            let (log, url) = (format!("{at}.jsonl"), nats.url(&format!("l{at}-{round}")));
            let args = ["--log", &log, "--relay", &url, "--relay-as", "box-a"];
            let args = if at == 0 { &args[..2] } else { &args };
            let listener = Listener::start(folder.path(), args);
            // The relay is connected to.
            let first = send(listener.address, PACE, 1).times.len() as u64;
            while at > 0 && nats.messages(&url) < first {
                std::thread::sleep(Duration::from_millis(3));
            }
            let hanging = (at == 2).then(|| nats.hang());
            let sent = send(listener.address, PACE, SECONDS);
            drop(hanging);
            found[0].push(sent.at(0.5) * 1e3);
            found[1].push(sent.at(0.99) * 1e3);
        }
    }
    for (name, found) in names.iter().zip(&all) {
        let (median, tail) = (show(&found[0], 2), show(&found[1], 2));
        println!("  {name:<20} median {median}, 99 % {tail}");
    }
    let over: Vec<_> = all[2]
        .iter()
        .zip(&all[0])
        .map(|(a, b)| ratios(a, b))
        .collect();
    println!(
        "  hanging / without    median {}, 99 % {} (as without is wanted)",
        show(&over[0], 2),
        show(&over[1], 2)
    );
}

/// How fast a follower reads what it missed.
fn follow(nats: &Nats, folder: &Path) {
    let log = folder.join("a.jsonl");
    write_log(&log);
    let url = nats.url("demo");
    Nats::create(&url);
    let began = Instant::now();
    let args = [
        "--log",
        "a.jsonl",
        "--relay",
        &url,
        "--relay-as",
        "box-a",
        "--relay-from",
        "start",
    ];
    let listener = Listener::start(folder, &args);
    while nats.messages(&url) < CAPTURES {
        std::thread::sleep(Duration::from_millis(3));
    }
    let published = CAPTURES as f64 / began.elapsed().as_secs_f64();
    drop(listener);
    println!("{CAPTURES} captures that wait, {ROUNDS} rounds, captures a second");
    println!("  published from a log (once)          {published:.0}");
    let mut found: [Vec<f64>; 3] = Default::default();
    for round in 0..ROUNDS {
        for (at, sync) in ["each", "os"].into_iter().enumerate() {
            let log = format!("{sync}-{round}.jsonl");
            let began = Instant::now();
            let follower = Follower::start(folder, &url, &["--log", &log, "--sync", sync]);
            until(&folder.join(&log));
            found[at].push(CAPTURES as f64 / began.elapsed().as_secs_f64());
            drop(follower);
        }
        let floor = nats.read(&url, CAPTURES, &folder.join(format!("floor-{round}.jsonl")));
        found[2].push(CAPTURES as f64 / floor.as_secs_f64());
    }
    let [each, os, floor] = found;
    println!("  follow --sync each                   {}", show(&each, 0));
    println!("  follow --sync os                     {}", show(&os, 0));
    println!("  a plain consumer that appends lines  {}", show(&floor, 0));
    println!(
        "  each / plain consumer                {} (at least 10000/s is wanted)",
        show(&ratios(&each, &floor), 2)
    );
}

/// Waits until the last capture is in a follower's log.
fn until(log: &Path) {
    let wanted = format!("\"seq\":{CAPTURES},");
    loop {
        let mut text = Vec::new();
        if let Ok(mut file) = File::open(log) {
            let length = file.metadata().unwrap().len();
            file.seek(SeekFrom::Start(length.saturating_sub(2048)))
                .unwrap();
            file.read_to_end(&mut text).unwrap();
        }
        if String::from_utf8_lossy(&text).contains(&wanted) {
            return;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// A log of a listener, with bodies of about 280 bytes in sessions of ten.
fn write_log(path: &Path) {
    let mut out = BufWriter::new(File::create(path).unwrap());
    for number in 1..=CAPTURES {
        let record = serde_json::json!({
            "seq": number,
            "received_at": "2026-11-20T14:03:22.118042Z",
            "peer": "127.0.0.1:53122",
            "method": "POST",
            "target": "/hook?x=1",
            "headers": [["content-type", "application/json"], ["user-agent", "provider/1.0"]],
            "body": senders::body(number),
        });
        writeln!(out, "{{\"enx_hook\":1,{}", &record.to_string()[1..]).unwrap();
    }
    out.flush().unwrap();
}

fn ratios(ours: &[f64], theirs: &[f64]) -> Vec<f64> {
    ours.iter().zip(theirs).map(|(a, b)| a / b).collect()
}

/// The median, the lowest and the highest.
fn show(numbers: &[f64], places: usize) -> String {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    let median = sorted[sorted.len() / 2];
    format!(
        "{median:.places$} ({:.places$} to {:.places$})",
        sorted[0],
        sorted[sorted.len() - 1]
    )
}
