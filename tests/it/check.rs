//! `check` through the real binary: each check against a receiver that violates just its rule,
//! and all of them against receivers that violate none.

mod bounds;
mod effects;
mod examples;
mod files;
mod output;
mod promptness;
mod receiver;
mod rules;
mod safety;
#[cfg(target_os = "linux")]
mod tls;

use serde_json::Value;

use crate::support::{Run, Sandbox};

/// Runs `check` for machines, quickly, with credentials that the receiver knows.
#[track_caller]
fn check(url: &str, args: &[&str]) -> Run {
    let sandbox = Sandbox::new();
    let fixed = [
        "check",
        "--format",
        "json",
        "--rate",
        "10000",
        "--timeout",
        "4s",
        "--url",
        url,
    ];
    sandbox.enx(&[&fixed[..], args].concat())
}

/// The checks with this result, in their order.
#[track_caller]
fn with_result(run: &Run, results: &[&str]) -> Vec<String> {
    let lines = run.json_lines();
    let checks = lines.iter().filter(|line| line["kind"] == "check");
    let found = checks.filter(|line| results.iter().any(|result| line["result"] == *result));
    found.map(|line| text(line, "check")).collect()
}

/// The checks that did not pass, skipped ones apart.
#[track_caller]
fn found(run: &Run) -> Vec<String> {
    with_result(run, &["fail", "warn"])
}

/// What a run says of one check.
#[track_caller]
fn of(run: &Run, check: &str) -> Value {
    let mut lines = run.json_lines().into_iter();
    let line = lines.find(|line| line["kind"] == "check" && line["check"] == check);
    line.unwrap_or_else(|| panic!("nothing of {check}\n{}", run.out()))
}

/// The last line of a run.
#[track_caller]
fn summary(run: &Run) -> Value {
    let line = run.json_lines().pop().unwrap_or_default();
    assert_eq!(line["kind"], "summary", "{}{}", run.out(), run.err());
    line
}

fn text(line: &Value, field: &str) -> String {
    line[field].as_str().unwrap_or_default().to_owned()
}
