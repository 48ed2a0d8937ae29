//! How fast `listen` answers, as a share of what servers reach that do less, in the same run.
//!
//! `cargo bench --bench listen [-- PART…]`; the parts are `rates`, `latency`, `terminal`,
//! `memory` and `rotation`, all by default. `wrk` is the client. Other programs on the machine
//! disturb: so each round measures a candidate and its floor one after the other, and the
//! median of the rounds' ratios counts; the lowest and highest stand beside it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a measurement fails by panicking, and prints what it measured"
)]

mod floor;
mod server;
mod wrk;

use std::path::Path;

use server::Server;
use wrk::Wrk;

/// Names the file of a floor server; set for one alone.
const FLOOR: &str = "ENX_HOOK_BENCH_FLOOR";

const ROUNDS: usize = 5;
const SECONDS: u32 = 3;

fn main() {
    if let Some(file) = std::env::var_os(FLOOR) {
        let file = file.into_string().unwrap();
        return floor::serve((!file.is_empty()).then_some(&file));
    }
    let asked: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    let wanted = |part: &str| asked.is_empty() || asked.iter().any(|asked| asked == part);
    // Not the system's folder for such: that may be memory.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let wrk = match Wrk::new(folder.path(), &body()) {
        Ok(wrk) => wrk,
        Err(missing) => return println!("skipped: {missing}"),
    };
    println!("an event of {} bytes", body().len());
    if wanted("rates") {
        rates(&wrk, folder.path());
    }
}

/// A body of about 280 bytes.
fn body() -> String {
    "{\"type\":\"live_recording\",\"trans_date\":1731573916,\"app_id\":\"5f3c1e9ab8d2470012345678\",\"room_id\":\"5f3c1e9ab8d2470000000001\",\"conf_num\":\"48213907\",\"url\":\"https://cdn.example.com/recordings/000000000001/5f3c1e9ab8d2470012345678/composed.mp4\",\"file_size\":\"1000001\"}".to_owned()
}

/// Requests a second over 64 connections.
fn rates(wrk: &Wrk, folder: &Path) {
    println!("requests a second, 64 connections, {ROUNDS} rounds");
    let once = |server: &Server| {
        let found = wrk.run(&server.url, 64, SECONDS);
        assert_eq!(found.failed, 0, "{found:?}");
        found.rate
    };
    let mut all: [Vec<f64>; 4] = Default::default();
    for _ in 0..ROUNDS {
        let folder = tempfile::tempdir_in(folder).unwrap();
        let floor = folder.path().join("lines");
        let servers: [&dyn Fn() -> Server; 4] = [
            &|| Server::floor(None),
            &|| Server::floor(Some(&floor)),
            &|| Server::listen(folder.path(), &["--log", "each.jsonl"]),
            &|| Server::listen(folder.path(), &["--log", "os.jsonl", "--sync", "os"]),
        ];
        for (rates, server) in all.iter_mut().zip(servers) {
            rates.push(once(&server()));
        }
    }
    let [bare, lines, each, os] = all;
    println!("  bare hyper server        {}", show(&bare, 0));
    println!("  appends and syncs only   {}", show(&lines, 0));
    println!("  listen --sync each       {}", show(&each, 0));
    println!("  listen --sync os         {}", show(&os, 0));
    println!(
        "  each / bare              {} (at least 0.65 is wanted, 0.8 aimed at)",
        show(&ratios(&each, &bare), 2)
    );
    println!(
        "  each / appends and syncs {}",
        show(&ratios(&each, &lines), 2)
    );
    println!(
        "  os / bare                {} (at least 0.80 is wanted)",
        show(&ratios(&os, &bare), 2)
    );
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
