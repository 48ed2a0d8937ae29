//! How long a whole `send` of one event takes, as a share of what `curl` takes to post the same
//! body to the same bare server; and how evenly `--rate` spaces.
//!
//! `cargo bench --bench send [-- RUNS]`; 300 of each by default, one after the other in turn, so
//! that a noisy machine is as noisy to both. Without `curl` its half is skipped, and that is
//! said.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a measurement fails by panicking, and prints what it measured"
)]

use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

#[path = "../support/bare.rs"]
mod bare;

/// What `send` makes of the sample, in length and kind.
const BODY: &str = r#"{"type":"roomdrop","trans_date":1795183402,"app_id":"64e0b9d3c5a7182f3b6d4e90","room_id":"2f5e8c1a9d7b40363c1e5a77","conf_num":"77001234"}"#;
/// Before any is counted.
const WARM_UP: usize = 10;
/// Posts a second, and how many, for the pace.
const RATE: u32 = 500;
const POSTS: u32 = 2500;

fn main() {
    let runs = std::env::args()
        .skip(1)
        .find_map(|argument| argument.parse().ok());
    let runs: usize = runs.unwrap_or(300);
    let arrivals: Arc<Mutex<Vec<Instant>>> = Arc::default();
    let seen = Arc::clone(&arrivals);
    let server = bare::serve(move || seen.lock().unwrap().push(Instant::now()));
    let url = format!("http://{server}/hook");
    start_up(runs, &url);
    arrivals.lock().unwrap().clear();
    pace(&url, &arrivals);
}

fn start_up(runs: usize, url: &str) {
    let folder = tempfile::tempdir().unwrap();
    let mut send = Command::new(env!("CARGO_BIN_EXE_enx-hook"));
    send.args(["send", "roomdrop", "--url", url]);
    let mut curl = Command::new("curl");
    curl.args(["-sS", "-H", "content-type: application/json"])
        .args(["--data-raw", BODY, url]);
    let mut commands = [send, curl];
    for command in &mut commands {
        // Nothing of the machine's configuration counts, of neither.
        command
            .current_dir(folder.path())
            .env("HOME", folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
    }
    if commands[1].status().is_err() {
        println!("curl    skipped: it is not installed");
        return;
    }
    let mut times = [Vec::new(), Vec::new()];
    for run in 0..runs + WARM_UP {
        for (command, times) in commands.iter_mut().zip(&mut times) {
            let start = Instant::now();
            assert!(command.status().unwrap().success());
            if run >= WARM_UP {
                times.push(start.elapsed());
            }
        }
    }
    let [ours, theirs] = times.map(|mut times| {
        times.sort();
        (times[times.len() / 2], times[0])
    });
    let ratio = |a: Duration, b: Duration| a.as_secs_f64() / b.as_secs_f64();
    println!("{runs} runs each      median       min");
    println!("send             {:>8.2?}  {:>8.2?}", ours.0, ours.1);
    println!("curl             {:>8.2?}  {:>8.2?}", theirs.0, theirs.1);
    println!(
        "ratio            {:>8.2}  {:>8.2}  (at most 0.80 is wanted)",
        ratio(ours.0, theirs.0),
        ratio(ours.1, theirs.1)
    );
}

fn pace(url: &str, arrivals: &Mutex<Vec<Instant>>) {
    let send = Command::new(env!("CARGO_BIN_EXE_enx-hook"))
        .args(["send", "roomdrop", "--url", url])
        .args([
            "--rate",
            &format!("{RATE}/s"),
            "--count",
            &POSTS.to_string(),
        ])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    assert!(send.unwrap().success());
    let arrivals = arrivals.lock().unwrap();
    let took = *arrivals.last().unwrap() - arrivals[0];
    let rate = (arrivals.len() - 1) as f64 / took.as_secs_f64();
    let wanted = 1.0 / f64::from(RATE);
    let mut off: Vec<f64> = arrivals
        .windows(2)
        .map(|pair| ((pair[1] - pair[0]).as_secs_f64() - wanted).abs() * 1e3)
        .collect();
    off.sort_by(f64::total_cmp);
    println!(
        "--rate {RATE}/s     {rate:.1}/s over {took:.1?}; a gap is off by {:.2} ms (median), {:.2} ms (p99)",
        off[off.len() / 2],
        off[off.len() * 99 / 100]
    );
}
