//! What judging costs per byte, whatever a body is made of and however large it is: it must be
//! flat, because a stranger chooses the body.
//!
//! `cargo bench --bench judging [-- SHAPE]`. For each shape and size: nanoseconds per byte of a full
//! report, of a classification, and of an identification, which is what forwarding needs. Each
//! is the best of several runs. The last column is the cost per byte of a report at 16 MiB, as a
//! multiple of the highest one at 16 KiB or 256 KiB: at most 3 is called flat.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a measurement fails by panicking, and prints what it measured"
)]

mod shapes;

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

/// The most memory that this process ever had, on Linux.
fn peak() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kib: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / KIB as f64)
}
