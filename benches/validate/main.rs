//! How fast `validate` judges a year of logged events, as a share of what it costs to look at
//! every byte of them at all, and in how much memory.
//!
//! `cargo bench --bench validate [-- EVENTS]`; one million by default, about 260 MB, in a
//! temporary folder. Each figure is the best of several runs that take turns, so that a noisy
//! machine spoils none of them alone. Without Sourcemeta's `jsonschema` (the npm package
//! `@sourcemeta/jsonschema`, in the path or named by `SOURCEMETA_JSONSCHEMA`) that part is
//! skipped, and said so.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a measurement fails by panicking, and prints what it measured"
)]

mod events;
mod process;
#[path = "../support/usage.rs"]
mod usage;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use enx_hook::catalog::Catalog;
use serde::de::IgnoredAny;

use events::Written;
use process::{Ended, run, time};

const ROUNDS: usize = 5;
const OURS: &str = env!("CARGO_BIN_EXE_enx-hook");

fn main() {
    let events = std::env::args()
        .skip(1)
        .find_map(|argument| argument.parse().ok());
    let events: usize = events.unwrap_or(1_000_000);
    let folder = tempfile::tempdir().unwrap();
    let catalog = Catalog::embedded().unwrap();
    let valid = events::write(&catalog, folder.path(), "valid.jsonl", events, None);
    let flawed = events::write(&catalog, folder.path(), "flawed.jsonl", events, Some(100));
    let log = events::write_log(&valid.path, &folder.path().join("log.jsonl"));
    println!(
        "{events} events of {} types, {} MB; {} MB as captures; {} cores",
        valid.by_event.len(),
        valid.bytes / 1_000_000,
        log.bytes / 1_000_000,
        std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
    );

    let [mut floor, mut ours, mut ours_flawed, mut ours_log] = [f64::INFINITY; 4];
    let mut memory = 0;
    for _ in 0..ROUNDS {
        floor = floor.min(look(&valid.path).as_secs_f64());
        let mut judge = |written: &Written, best: &mut f64| {
            let ended = validate(&written.path);
            *best = best.min(ended.took.as_secs_f64());
            memory = memory.max(ended.memory.unwrap_or(0));
            ended.code
        };
        assert_eq!(judge(&valid, &mut ours), Some(0));
        assert_eq!(judge(&log, &mut ours_log), Some(0));
        assert_eq!(judge(&flawed, &mut ours_flawed), Some(1));
    }
    let rate = |written: &Written, seconds: f64| written.bytes as f64 / 1e6 / seconds;
    let (least, most) = (rate(&valid, floor), rate(&valid, ours));
    println!("serde_json to IgnoredAny, one core   {least:6.0} MB/s");
    println!(
        "validate                             {most:6.0} MB/s, {:.2} of that (at least 0.35 is wanted)",
        most / least
    );
    println!(
        "validate, captures                   {:6.0} MB/s",
        rate(&log, ours_log)
    );
    println!(
        "validate, 1 % invalid                {:6.0} MB/s, {:+.0} % of time (at most +20 is wanted)",
        rate(&flawed, ours_flawed),
        (ours_flawed / flawed.bytes as f64 / (ours / valid.bytes as f64) - 1.0) * 100.0
    );
    println!(
        "memory                               {:6.1} MiB resident at most (at most 64 is wanted)",
        memory as f64 / 1024.0
    );
    others(&catalog, folder.path(), &valid, ours);
    small(folder.path(), &catalog);
}

/// Looks at every byte as JSON, line by line, and keeps nothing: what no judge can do without.
fn look(path: &Path) -> Duration {
    let text = std::fs::read(path).unwrap();
    let start = Instant::now();
    for line in text
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
    {
        serde_json::from_slice::<IgnoredAny>(line).unwrap();
    }
    start.elapsed()
}

fn validate(path: &Path) -> Ended {
    run(
        OURS,
        &[
            "validate".as_ref(),
            "--only-invalid".as_ref(),
            path.as_ref(),
        ],
    )
}

/// Sourcemeta's validator on the same events, each type by its own schema: that is quicker for
/// it than one schema that tells the types apart.
fn others(catalog: &Catalog, folder: &Path, valid: &Written, ours: f64) {
    let named = std::env::var_os("SOURCEMETA_JSONSCHEMA").map(PathBuf::from);
    let judge = named.unwrap_or_else(|| "jsonschema".into());
    let is_there = std::process::Command::new(&judge)
        .arg("version")
        .output()
        .is_ok_and(|output| output.status.success());
    if !is_there {
        println!("jsonschema validate --fast           skipped: Sourcemeta's is not installed");
        return;
    }
    let mut seconds = 0.0;
    for (event, path) in events::split(valid, folder) {
        let schema = folder.join(format!("{event}.schema.json"));
        std::fs::write(&schema, catalog.find(&event).unwrap().event.schema_text()).unwrap();
        let args = [
            "validate".as_ref(),
            "--fast".as_ref(),
            schema.as_ref(),
            path.as_ref(),
        ];
        let ended = run(&judge, &args);
        assert_eq!(ended.code, Some(0), "{event}");
        seconds += ended.took.as_secs_f64();
    }
    println!(
        "jsonschema validate --fast           {:6.0} MB/s; validate is {:.0} times as fast (at least 10 is wanted)",
        valid.bytes as f64 / 1e6 / seconds,
        seconds / ours
    );
}

/// The whole process for one small file, beside a process that does nothing.
fn small(folder: &Path, catalog: &Catalog) {
    let path = folder.join("one.json");
    let mut worst = Duration::ZERO;
    for entry in catalog.entries() {
        std::fs::write(&path, entry.event.sample_text()).unwrap();
        worst = worst.max(time(OURS, &["validate".as_ref(), path.as_ref()]));
    }
    let nothing = time("true", &[]);
    println!(
        "one small file                       {:6.1} ms, where `true` takes {:.1} ms (at most 5 to 1 is wanted)",
        worst.as_secs_f64() * 1e3,
        nothing.as_secs_f64() * 1e3
    );
}
