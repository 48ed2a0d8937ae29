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
#[path = "../support/usage.rs"]
mod usage;

const AT_A_TIME: &str = "64";
const SESSIONS: u64 = 10_000;

fn main() {
    let captures = std::env::args()
        .skip(1)
        .find_map(|argument| argument.parse().ok());
    let captures: u64 = captures.unwrap_or(1_000_000);
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log.jsonl");
    let url = format!("http://{}/hook", bare::serve(|| {}));
    // A tenth of the log first, to see whether memory grows with it.
    let mut memory = Vec::new();
    let mut ours = 0.0;
    for captures in [captures / 10, captures] {
        let bytes = write_log(&log, captures);
        println!(
            "{captures} captures, {} MB of log, {AT_A_TIME} at a time",
            bytes / 1_000_000
        );
        let mut replay = Command::new(env!("CARGO_BIN_EXE_enx-hook"));
        replay
            .args(["replay", "--concurrency", AT_A_TIME, "--url", &url])
            .arg(&log)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let start = Instant::now();
        let server = cpu("self");
        let mut child = replay.spawn().unwrap();
        let watched = watch(&mut child);
        assert!(child.wait().unwrap().success());
        ours = captures as f64 / start.elapsed().as_secs_f64();
        println!(
            "replay  {ours:.0} requests/s, {} KiB resident",
            watched.memory
        );
        tell_cpu(watched.cpu, cpu("self") - server, captures as f64);
        memory.push(watched.memory);
    }
    println!(
        "memory  {:.2} of that for a tenth of the log (48 MiB are granted)",
        memory[1] as f64 / memory[0].max(1) as f64
    );
    let Some(theirs) = wrk(&folder.path().join("post.lua"), &url) else {
        println!("wrk     skipped: it is not installed");
        return;
    };
    println!("ratio   {:.2} (at least 0.70 is wanted)", ours / theirs);
}

/// The requests a second of `wrk`, which posts one fixed body.
fn wrk(script: &std::path::Path, url: &str) -> Option<f64> {
    let body = body(1).replace('"', "\\\"");
    let lua = format!(
        "wrk.method = \"POST\"\nwrk.body = \"{body}\"\nwrk.headers[\"Content-Type\"] = \"application/json\"\n"
    );
    std::fs::write(script, lua).unwrap();
    let mut wrk = Command::new("wrk");
    wrk.args(["-t1", "-c64", "-d10s", "-s"])
        .arg(script)
        .arg(url)
        .stdout(Stdio::piped());
    let server = cpu("self");
    let mut child = wrk.spawn().ok()?;
    let watched = watch(&mut child);
    let text = std::io::read_to_string(child.stdout.take().unwrap()).unwrap();
    let number = |name: &str, end: &str| -> f64 {
        let mut lines = text.lines();
        let value = lines.find_map(|line| line.trim().strip_prefix(name)?.split(end).next());
        value.expect("wrk tells it").trim().parse().unwrap()
    };
    let rate = number("Requests/sec:", "\n");
    println!("wrk     {rate:.0} requests/s");
    tell_cpu(watched.cpu, cpu("self") - server, rate * 10.0);
    Some(rate)
}

/// What the system took for a request, on a machine that does other things besides.
fn tell_cpu(client: f64, server: f64, requests: f64) {
    println!(
        "        {:.1} µs of a core a request, and the server {:.1} µs",
        client / requests * 1e6,
        server / requests * 1e6
    );
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

/// What a process needed.
struct Watched {
    /// The most that it had resident, in KiB; 0 where the system does not tell.
    memory: u64,
    /// Seconds of a core.
    cpu: f64,
}

/// Watches a process to its end.
fn watch(child: &mut std::process::Child) -> Watched {
    let process = child.id().to_string();
    let mut watched = Watched {
        memory: 0,
        cpu: 0.0,
    };
    while child.try_wait().unwrap().is_none() {
        watched.memory = usage::resident(&process).map_or(watched.memory, |resident| resident.peak);
        watched.cpu = cpu(&process).max(watched.cpu);
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    watched
}

/// The seconds of a core that a process has had; 0 where the system does not tell.
fn cpu(process: &str) -> f64 {
    usage::cpu(process).unwrap_or_default()
}
