//! How fast `listen` answers, as a share of what servers reach that do less, in the same run.
//!
//! `cargo bench --bench listen [-- PART…]`; the parts are `rates`, `forward`, `latency`, `terminal`,
//! `memory`, `rotation` and `inspector`, all by default. `wrk` is the client. Other programs on the machine
//! disturb: so each round measures a candidate and its floor one after the other, and the
//! median of the rounds' ratios counts; the lowest and highest stand beside it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a measurement fails by panicking, and prints what it measured"
)]

#[path = "../support/floor.rs"]
mod floor;
mod inspecting;
mod rotation;
mod server;
#[path = "../support/usage.rs"]
mod usage;
mod wrk;

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use server::Server;
use wrk::Wrk;

/// Names the file of a floor server; set for one alone.
const FLOOR: &str = "ENX_HOOK_BENCH_FLOOR";

const ROUNDS: usize = 5;
const SECONDS: u32 = 3;

/// Measures something with the client, in a folder, and prints it.
type Part = fn(&Wrk, &Path);

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
    let parts: [(&str, Part); 7] = [
        ("rates", rates),
        ("forward", forward),
        ("latency", latency),
        ("terminal", terminal),
        ("memory", memory),
        ("rotation", rotation::measure),
        ("inspector", inspecting::measure),
    ];
    for (_, part) in parts.iter().filter(|(name, _)| wanted(name)) {
        part(&wrk, folder.path());
    }
}

/// A body of about 280 bytes.
fn body() -> String {
    "{\"type\":\"live_recording\",\"trans_date\":1731573916,\"app_id\":\"5f3c1e9ab8d2470012345678\",\"room_id\":\"5f3c1e9ab8d2470000000001\",\"conf_num\":\"48213907\",\"url\":\"https://cdn.example.com/recordings/000000000001/5f3c1e9ab8d2470012345678/composed.mp4\",\"file_size\":\"1000001\"}".to_owned()
}

/// Requests a second over 64 connections, and the processor time that each takes.
fn rates(wrk: &Wrk, folder: &Path) {
    println!("64 connections, {ROUNDS} rounds");
    let mut all: [Measured; 5] = Default::default();
    for _ in 0..ROUNDS {
        let folder = tempfile::tempdir_in(folder).unwrap();
        let floor = folder.path().join("lines");
        let servers: [&dyn Fn() -> Server; 5] = [
            &|| Server::floor(None),
            &|| Server::floor(Some(&floor)),
            &|| Server::listen(folder.path(), &["--log", "each.jsonl"]),
            &|| Server::listen(folder.path(), &["--log", "os.jsonl", "--sync", "os"]),
            &|| Server::listen(folder.path(), &["--no-log"]),
        ];
        for (measured, server) in all.iter_mut().zip(servers) {
            measured.add(wrk, &server());
        }
    }
    let [bare, lines, each, os, none] = all;
    println!("  server                   requests a second         µs of a core for each");
    for (name, measured) in [
        ("bare hyper", &bare),
        ("appends and syncs only", &lines),
        ("listen --sync each", &each),
        ("listen --sync os", &os),
        ("listen --no-log", &none),
    ] {
        let (rates, costs) = (show(&measured.rates, 0), show(&measured.costs, 1));
        println!("  {name:23}  {rates:24}  {costs}");
    }
    println!(
        "  rate: each / appends and syncs  {} (at least 1.0 is wanted, 1.2 aimed at)",
        show(&ratios(&each.rates, &lines.rates), 2)
    );
    println!(
        "  rate: each / bare               {}",
        show(&ratios(&each.rates, &bare.rates), 2)
    );
    println!(
        "  cost: each / bare               {} (at most 1.8 is wanted, 1.5 aimed at)",
        show(&ratios(&each.costs, &bare.costs), 2)
    );
    println!(
        "  cost: each / appends and syncs  {}",
        show(&ratios(&each.costs, &lines.costs), 2)
    );
    println!(
        "  cost: --no-log / bare           {} (at most 1.4 is wanted, 1.2 aimed at)",
        show(&ratios(&none.costs, &bare.costs), 2)
    );
}

/// What forwarding to a server on loopback leaves of the rate.
fn forward(wrk: &Wrk, folder: &Path) {
    println!("with --forward to a bare hyper server, 64 connections, {ROUNDS} rounds");
    let (mut without, mut with) = (Measured::default(), Measured::default());
    for _ in 0..ROUNDS {
        let folder = tempfile::tempdir_in(folder).unwrap();
        let target = Server::floor(None);
        without.add(wrk, &Server::listen(folder.path(), &["--log", "a.jsonl"]));
        let args = ["--log", "b.jsonl", "--forward", &target.url];
        with.add(wrk, &Server::listen(folder.path(), &args));
    }
    println!("  listen                   {}", show(&without.rates, 0));
    println!("  listen --forward         {}", show(&with.rates, 0));
    println!(
        "  ratio                    {} (at least 0.4 is wanted, 0.6 aimed at)",
        show(&ratios(&with.rates, &without.rates), 2)
    );
}

/// Of each round: requests a second, and microseconds of a core for each.
#[derive(Default)]
pub(crate) struct Measured {
    pub(crate) rates: Vec<f64>,
    pub(crate) costs: Vec<f64>,
}

impl Measured {
    pub(crate) fn add(&mut self, wrk: &Wrk, server: &Server) {
        let before = server.cpu().unwrap_or_default();
        let found = wrk.run(&server.url, 64, SECONDS);
        assert_eq!(found.failed, 0, "{found:?}");
        let cpu = server.cpu().unwrap_or_default() - before;
        self.rates.push(found.rate);
        self.costs
            .push(cpu * 1e6 / (found.rate * f64::from(SECONDS)));
    }
}

/// The median latency at one connection, against the time that the disk takes for one sync.
fn latency(wrk: &Wrk, folder: &Path) {
    println!("median latency at one connection, {ROUNDS} rounds, in milliseconds");
    let (mut all, mut disk, mut more) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let folder = tempfile::tempdir_in(folder).unwrap();
        let sync = sync_time(folder.path()).as_secs_f64() * 1e3;
        let server = Server::listen(folder.path(), &[]);
        let found = wrk.run(&server.url, 1, SECONDS).median.as_secs_f64() * 1e3;
        all.push(found);
        disk.push(sync);
        more.push(found - sync);
    }
    println!("  listen                   {}", show(&all, 2));
    println!("  one append and sync      {}", show(&disk, 2));
    println!(
        "  difference               {} (at most 0.30 is wanted)",
        show(&more, 2)
    );
}

/// The median time of an append of a record's length and its sync.
fn sync_time(folder: &Path) -> Duration {
    let mut file = File::create(folder.join("syncs")).unwrap();
    let line = [b'x'; 600];
    let mut times: Vec<_> = (0..1000)
        .map(|_| {
            let start = Instant::now();
            file.write_all(&line).unwrap();
            file.sync_data().unwrap();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[times.len() / 2]
}

/// What it costs to show events on a terminal.
fn terminal(wrk: &Wrk, folder: &Path) {
    println!("requests a second, 64 connections, shown on a terminal or not, {ROUNDS} rounds");
    let (mut shown, mut quiet) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let folder = tempfile::tempdir_in(folder).unwrap();
        let server = Server::listen(folder.path(), &["--log", "quiet.jsonl"]);
        quiet.push(wrk.run(&server.url, 64, SECONDS).rate);
        drop(server);
        let Some(server) = Server::listen_on_terminal(folder.path()) else {
            return println!("  skipped: `script` (util-linux) is not installed");
        };
        shown.push(wrk.run(&server.url, 64, SECONDS).rate);
    }
    println!("  --format quiet           {}", show(&quiet, 0));
    println!("  pretty, on a terminal    {}", show(&shown, 0));
    println!(
        "  ratio                    {} (at least 0.85 is wanted)",
        show(&ratios(&shown, &quiet), 2)
    );
}

/// What it has resident while a million events come.
fn memory(wrk: &Wrk, folder: &Path) {
    const EVENTS: f64 = 1e6;
    println!("resident memory, in KiB");
    let folder = tempfile::tempdir_in(folder).unwrap();
    let server = Server::listen(folder.path(), &[]);
    let mut events = 0.0;
    while events < EVENTS {
        events += wrk.run(&server.url, 64, SECONDS).rate * f64::from(SECONDS);
        match server.resident() {
            Some(resident) => println!("  after {events:>9.0} events   {resident}"),
            None => return println!("  skipped: this system does not tell"),
        }
    }
    println!("  (at most 65536 is wanted, and flat)");
    server.interrupt();
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
