//! How fast `log sessions`, `log stats` and `drift` read a log, as a share of `validate`; how long
//! `log show` takes for one capture of a large log; and in how much memory.
//!
//! `cargo bench --bench history [-- CAPTURES]`; one million by default, in a temporary folder.
//! Each figure is the best of several runs that take turns.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a measurement fails by panicking, and prints what it measured"
)]

#[path = "../validate/process.rs"]
mod process;
#[path = "../support/usage.rs"]
mod usage;

use std::io::{BufWriter, Write as _};
use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use enx_hook::catalog::{Catalog, Session};

use process::{run, time};

const ROUNDS: usize = 3;
const SESSIONS: usize = 1000;
const SEED: u64 = 20_261_120;
const OURS: &str = env!("CARGO_BIN_EXE_enx-hook");

fn main() {
    let captures = std::env::args()
        .skip(1)
        .find_map(|argument| argument.parse().ok());
    let captures: usize = captures.unwrap_or(1_000_000);
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log.jsonl");
    write(&log, captures);
    let bytes = std::fs::metadata(&log).unwrap().len();
    println!(
        "{captures} captures of {SESSIONS} sessions, {} MB",
        bytes / 1_000_000
    );

    let mut best = [f64::INFINITY; 4];
    let mut memory = 0;
    let commands: [&[&str]; 4] = [
        &["validate", "--only-invalid"],
        &["log", "sessions", "--format", "json"],
        &["log", "stats", "--format", "json"],
        &["drift", "--format", "json"],
    ];
    for _ in 0..ROUNDS {
        for (command, best) in commands.iter().zip(&mut best) {
            let words = command.iter().map(AsRef::as_ref);
            let args: Vec<_> = words.chain([log.as_os_str()]).collect();
            let ended = run(OURS, &args);
            assert_eq!(ended.code, Some(0), "{command:?}");
            *best = best.min(ended.took.as_secs_f64());
            memory = memory.max(ended.memory.unwrap_or(0));
        }
    }
    let rate = |seconds: f64| bytes as f64 / 1e6 / seconds;
    println!("validate       {:6.0} MB/s", rate(best[0]));
    for (name, seconds) in [
        ("log sessions", best[1]),
        ("log stats", best[2]),
        ("drift", best[3]),
    ] {
        println!(
            "{name:13}  {:6.0} MB/s, {:.2} of that (at least 0.5 is wanted)",
            rate(seconds),
            best[0] / seconds
        );
    }
    println!(
        "memory         {:6.1} MiB resident at most",
        memory as f64 / 1024.0
    );
    starts(&log, captures);
    let wanted = (captures / 2).to_string();
    let args = [
        "log".as_ref(),
        "show".as_ref(),
        wanted.as_ref(),
        log.as_ref(),
    ];
    println!(
        "log show       {:6.1} ms (at most 50 is wanted)",
        time(OURS, &args).as_secs_f64() * 1e3
    );
}

/// How long it takes until something of a large log is shown.
fn starts(log: &Path, captures: usize) {
    let middle = (captures / 2).to_string();
    let end = format!("{}..", captures - 9);
    let replay = ["replay", "--dry-run", "--url", "http://h/"];
    let commands: [(&[&str], &[&str]); 6] = [
        (&replay, &["--last", "3"]),
        (&replay, &["--last", "3", "--event", "roomdrop"]),
        (&replay, &["--seq", &end, "--limit", "2"]),
        (&["log"], &["--last", "3"]),
        (&["log"], &["--seq", &middle]),
        (
            &replay,
            &["--since", "2026-11-20T12:00:00Z", "--limit", "1"],
        ),
    ];
    for (command, selection) in commands {
        let words = command.iter().chain(selection).map(AsRef::as_ref);
        let args: Vec<_> = words.chain([log.as_os_str()]).collect();
        let took = (0..ROUNDS).map(|_| time(OURS, &args)).min().unwrap();
        println!(
            "{:45} {:6.1} ms (at most 100 is wanted, but for --since)",
            format!("{} {}", command[0], selection.join(" ")),
            took.as_secs_f64() * 1e3
        );
    }
}

/// Writes a log as `listen` writes it: the events of several sessions beside each other.
fn write(path: &Path, captures: usize) {
    let catalog = Catalog::embedded().unwrap();
    let provider = &catalog.providers()[0];
    let mut rng = fastrand::Rng::with_seed(SEED);
    let mut out = BufWriter::new(std::fs::File::create(path).unwrap());
    let start: DateTime<Utc> = "2026-11-20T09:00:00Z".parse().unwrap();
    let of_each = captures.div_ceil(SESSIONS);
    let mut session = Session::new(provider, &mut rng);
    for number in 0..captures {
        if number % of_each == 0 {
            session = Session::new(provider, &mut rng);
        }
        let event = &provider.events()[number % provider.events().len()];
        let at = start + TimeDelta::milliseconds(i64::try_from(number).unwrap() * 40);
        let body = session.body(event, at).unwrap().to_string();
        writeln!(
            out,
            "{{\"enx_hook\":1,\"seq\":{},\"received_at\":\"{}\",\"peer\":\"127.0.0.1:53122\",\
             \"method\":\"POST\",\"target\":\"/hook\",\"headers\":[[\"host\",\"localhost:3000\"],\
             [\"content-type\",\"application/json\"],[\"user-agent\",\"{}\"]],\"body\":{}}}",
            number + 1,
            at.format("%Y-%m-%dT%H:%M:%S%.6fZ"),
            "x".repeat(120),
            serde_json::Value::from(body)
        )
        .unwrap();
    }
    out.flush().unwrap();
}
