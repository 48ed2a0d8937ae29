//! What judging costs per byte, whatever a body is made of and however large it is: it must be
//! flat, because a stranger chooses the body.
//!
//! `cargo bench --bench judging [-- SHAPE]`. For each shape and size: nanoseconds per byte of a full
//! report, of a classification, and of an identification, which is what forwarding needs. Each
//! is the best of several runs. The last column is the cost per byte of a report at 16 MiB, as a
//! multiple of the highest one at 16 KiB or 256 KiB: at most 3 is called flat.
//!
//! `cargo bench --bench judging -- search 60` looks for such bodies instead, for 60 seconds: a few
//! tokens drawn at random, again and again.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a measurement fails by panicking, and prints what it measured"
)]

mod shapes;
#[path = "../support/usage.rs"]
mod usage;

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use enx_hook::catalog::Catalog;
use enx_hook::validation::Validation;

use shapes::SHAPES;

const KIB: usize = 1024;
const SIZES: [usize; 5] = [KIB, 16 * KIB, 256 * KIB, 4096 * KIB, 16384 * KIB];
/// Runs go on for this long at least.
const LEAST: Duration = Duration::from_millis(100);
const FLAT: f64 = 3.0;

fn main() {
    let asked = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'));
    let validation = Validation::new(Arc::new(Catalog::embedded().unwrap()));
    if asked.as_deref() == Some("search") {
        let seconds = std::env::args().find_map(|argument| argument.parse().ok());
        return search(&validation, Duration::from_secs(seconds.unwrap_or(60)));
    }
    println!("nanoseconds per byte: report, classification, identification; findings");
    let mut steep = Vec::new();
    for (name, shape) in SHAPES {
        if asked.as_ref().is_some_and(|asked| !name.contains(asked)) {
            continue;
        }
        println!("{name}");
        let costs = SIZES.map(|size| {
            let body = shape(size).into_bytes();
            let per_byte = |took: Duration| took.as_nanos() as f64 / body.len() as f64;
            let report = per_byte(best(|| drop(black_box(validation.report(&body)))));
            let class = per_byte(best(|| drop(black_box(validation.classify(&body)))));
            let identity = per_byte(best(|| drop(black_box(validation.identify(&body)))));
            let findings = validation.report(&body).findings.len();
            println!(
                "  {:8} KiB  {report:8.1} {class:8.1} {identity:8.1}  {findings:4}",
                body.len() / KIB
            );
            report
        });
        let ratio = costs[4] / costs[1].max(costs[2]);
        let verdict = if ratio <= FLAT { "flat" } else { "NOT FLAT" };
        println!("  {ratio:.2}  {verdict}");
        if ratio > FLAT {
            steep.push(name);
        }
    }
    println!(
        "memory {:.0} MiB resident at most",
        peak().unwrap_or(f64::NAN)
    );
    assert!(steep.is_empty(), "not flat: {}", steep.join(", "));
}

fn best(mut run: impl FnMut()) -> Duration {
    let start = Instant::now();
    let mut best = Duration::MAX;
    while best == Duration::MAX || start.elapsed() < LEAST {
        let start = Instant::now();
        run();
        best = best.min(start.elapsed());
    }
    best
}

/// Draws bodies, and prints those whose cost per byte grows the most from 8 KiB to 128 KiB.
fn search(validation: &Validation, time: Duration) {
    const TOKENS: [&str; 36] = [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "'",
        "`",
        "\\",
        "/",
        "//",
        "/*",
        "*/",
        "#",
        "\n",
        " ",
        "\t",
        "a",
        "1",
        "-",
        ".",
        "…",
        "“",
        "”",
        "’",
        "\u{a0}",
        "\u{200b}",
        "null",
        "\"k\":",
        "=",
        "\\u",
        "\\ud83d",
        "<",
        "\"k\":1,",
        "{\"url\":\"http://h\"},",
    ];
    let starts = [
        "",
        "[",
        "{",
        "{\"a\":",
        "{\"a\":\"",
        "[1,",
        "{\"type\":\"recording\",\"recording\":[",
    ];
    let (start, mut state, mut bodies) = (Instant::now(), 0x9e37_79b9_7f4a_7c15_u64, 0);
    let mut draw = |from: usize| {
        // xorshift: the same bodies in each run.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % from as u64).unwrap()
    };
    let mut worst = Vec::new();
    while start.elapsed() < time {
        bodies += 1;
        let word: String = (0..=draw(5)).map(|_| TOKENS[draw(TOKENS.len())]).collect();
        let first = starts[draw(starts.len())];
        let costs = [8 * KIB, 128 * KIB].map(|size| {
            let body = [first, &word.repeat(size / word.len())]
                .concat()
                .into_bytes();
            let took = (0..2).map(|_| {
                let start = Instant::now();
                black_box(validation.report(&body));
                start.elapsed()
            });
            took.min().unwrap_or_default().as_nanos() as f64 / body.len() as f64
        });
        worst.push((costs[1] / costs[0], costs[1], first, word));
    }
    worst.sort_by(|one, other| other.0.total_cmp(&one.0));
    println!("{bodies} bodies; growth, nanoseconds per byte at 128 KiB, beginning, repeated");
    for (growth, cost, first, word) in worst.iter().take(20) {
        println!("{growth:8.2} {cost:8.1}  {first:?} {word:?}");
    }
    worst.sort_by(|one, other| other.1.total_cmp(&one.1));
    for (growth, cost, first, word) in worst.iter().take(10) {
        println!("{growth:8.2} {cost:8.1}  {first:?} {word:?}");
    }
}

/// The most memory that this process ever had, in MiB, where the system tells.
fn peak() -> Option<f64> {
    let resident = usage::resident("self")?;
    Some(resident.peak as f64 / KIB as f64)
}
