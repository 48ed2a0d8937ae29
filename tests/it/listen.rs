//! `enx-hook listen`: what senders, users and their scripts can rely on.

mod display;
#[cfg(unix)]
mod ending;
#[cfg(target_os = "linux")]
mod full_disk;
#[cfg(unix)]
mod machine;
mod packed;
mod receiving;
mod refusing;
mod simulate;
#[cfg(unix)]
mod slow_reader;
mod start;
#[cfg(target_os = "linux")]
mod strangers;
#[cfg(unix)]
mod survival;
#[cfg(unix)]
mod tls;
#[cfg(unix)]
mod untrusted;

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::support::{Listener, Run, Sandbox};

/// A valid event, as the documents show it.
const ROOMDROP: &str = r#"{"type":"roomdrop","trans_date":1731000000,"app_id":"a1","room_id":"r-9901","conf_num":"7700123"}"#;

/// Where the log is unless another place is named.
const LOG: &str = "log.jsonl";

/// The records of a log, each of which must be a line of JSON of its own.
#[track_caller]
fn records(sandbox: &Sandbox, log: &str) -> Vec<Value> {
    let text = sandbox.text(log);
    assert!(text.is_empty() || text.ends_with('\n'), "{log} is torn");
    let parsed = text.lines().map(|line| {
        serde_json::from_str(line).unwrap_or_else(|error| panic!("{log}: {error}: {line}"))
    });
    parsed.collect()
}

/// The numbers of records.
fn seqs(records: &[Value]) -> Vec<u64> {
    let seq = |record: &Value| record["seq"].as_u64().expect("a record has a seq");
    records.iter().map(seq).collect()
}

/// Ends a listener as Ctrl-C does: quietly and well.
#[cfg(unix)]
#[track_caller]
fn interrupt(listener: Listener) -> Run {
    listener.signal("INT");
    let run = listener.ended();
    run.code(0);
    run
}

/// The contents of all files below a folder.
fn all_files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(all_files(&path));
        } else {
            let bytes = fs::read(&path).expect("a file");
            found.push((path.display().to_string(), bytes));
        }
    }
    found
}

/// Whether bytes contain others.
fn contains(bytes: &[u8], wanted: &str) -> bool {
    bytes
        .windows(wanted.len())
        .any(|window| window == wanted.as_bytes())
}
