//! How fast `replay` posts, as a share of what `wrk` reaches against the same bare server in
//! the same run, and in how much memory.
//!
//! `cargo bench --bench replay [-- CAPTURES]`; one million by default. Without `wrk` its half
//! is skipped, and that is said. The server is hyper with nothing behind it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a measurement fails by panicking, and prints what it measured"
)]

use std::io::{BufWriter, Write as _};
use std::process::{Command, Stdio};
use std::time::Instant;

#[path = "../support/bare.rs"]
mod bare;

const AT_A_TIME: &str = "64";
const SESSIONS: u64 = 10_000;

fn main() {
    let captures = std::env::args()
        .skip(1)
        .find_map(|argument| argument.parse().ok());
    let captures: u64 = captures.unwrap_or(1_000_000);
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log.jsonl");
    let bytes = write_log(&log, captures);
    let server = bare::serve(|| {});
    let url = format!("http://{server}/hook");
    println!(
        "{captures} captures, {} MB of log, {AT_A_TIME} at a time",
        bytes / 1_000_000
    );

    let start = Instant::now();
    let mut replay = Command::new(env!("CARGO_BIN_EXE_enx-hook"));
    replay
        .args(["replay", "--concurrency", AT_A_TIME, "--url", &url])
        .arg(&log)
        .stdout(Stdio::null());
    let mut child = replay.spawn().unwrap();
    let peak = peak_memory(&mut child);
    assert!(child.wait().unwrap().success());
    let ours = captures as f64 / start.elapsed().as_secs_f64();
    println!(
        "replay  {ours:.0} requests/s, at most {} KiB resident",
        peak.unwrap_or(0)
    );

    let script = folder.path().join("post.lua");
    let body = body(1).replace('"', "\\\"");
    let lua = format!(
        "wrk.method = \"POST\"\nwrk.body = \"{body}\"\nwrk.headers[\"Content-Type\"] = \"application/json\"\n"
    );
    std::fs::write(&script, lua).unwrap();
    let wrk = Command::new("wrk")
        .args(["-t1", "-c64", "-d10s", "-s"])
        .arg(&script)
        .arg(&url)
        .output();
    let Ok(wrk) = wrk else {
        println!("wrk     skipped: it is not installed");
        return;
    };
    let text = String::from_utf8_lossy(&wrk.stdout);
    let theirs = text
        .lines()
        .find_map(|line| line.trim().strip_prefix("Requests/sec:"));
    let theirs: f64 = theirs.expect("wrk tells its rate").trim().parse().unwrap();
    println!("wrk     {theirs:.0} requests/s");
    println!("ratio   {:.2} (at least 0.70 is wanted)", ours / theirs);
}

/// A body of about 280 bytes, different for each number.
fn body(number: u64) -> String {
    let session = number % SESSIONS;
    format!(
        "{{\"type\":\"live_recording\",\"trans_date\":{},\"app_id\":\"5f3c1e9ab8d2470012345678\",\"room_id\":\"5f3c1e9ab8d24700{number:08}\",\"conf_num\":\"{session:08}\",\"url\":\"https://cdn.example.com/recordings/{number:012}/5f3c1e9ab8d2470012345678/composed.mp4\",\"file_size\":\"{}\"}}",
        1_731_573_916 + number,
        1_000_000 + number
    )
}

fn write_log(path: &std::path::Path, captures: u64) -> u64 {
    let mut out = BufWriter::new(std::fs::File::create(path).unwrap());
    for number in 1..=captures {
        let record = serde_json::json!({
            "seq": number,
            "received_at": "2026-11-20T14:03:22.118042Z",
            "peer": "127.0.0.1:53122",
            "method": "POST",
            "target": "/hook?x=1",
            "headers": [["content-type", "application/json"], ["user-agent", "provider/1.0"]],
            "body": body(number),
        });
        writeln!(out, "{{\"enx_hook\":1,{}", &record.to_string()[1..]).unwrap();
    }
    out.flush().unwrap();
    std::fs::metadata(path).unwrap().len()
}

/// Watches a process to its end: the most KiB that it had resident, where the system tells.
fn peak_memory(child: &mut std::process::Child) -> Option<u64> {
    let status = format!("/proc/{}/status", child.id());
    let mut peak = None;
    while child.try_wait().unwrap().is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        peak = number.or(peak);
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    peak
}
