//! `enx-hook listen`: what senders, users and their scripts can rely on.

#[cfg(target_os = "linux")]
mod bad_disk;
mod display;
#[cfg(unix)]
mod ending;
mod expect;
mod files;
mod forward;
#[cfg(target_os = "linux")]
mod full_disk;
#[cfg(unix)]
mod hostile;
#[cfg(unix)]
mod machine;
#[cfg(unix)]
mod masking;
mod packed;
#[cfg(unix)]
mod parts;
mod receiving;
mod refusing;
mod reply;
#[cfg(unix)]
mod rotation;
mod simulate;
#[cfg(unix)]
mod slow_reader;
mod start;
#[cfg(target_os = "linux")]
mod strangers;
#[cfg(unix)]
mod survival;
#[cfg(target_os = "linux")]
mod taken;
#[cfg(unix)]
mod tls;
#[cfg(unix)]
mod untrusted;

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{Listener, Run, Sandbox};

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

/// The records among the lines of a log that a crash may have torn.
fn whole_records(text: &str) -> Vec<Value> {
    text.lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect()
}

/// The parts of a log and the log itself, in the order of their names' numbers, with their
/// texts. Of a part that is there in two forms the one counts that is not compressed.
fn parts(sandbox: &Sandbox) -> Vec<(PathBuf, String)> {
    let mut parts = BTreeMap::new();
    for entry in fs::read_dir(sandbox.path("")).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        let (plain, is_packed) = match name.strip_suffix(".gz") {
            Some(plain) => (plain, true),
            None => (name, false),
        };
        let number = match plain
            .strip_prefix("log-")
            .and_then(|rest| rest.strip_suffix(".jsonl"))
        {
            Some(number) => number.parse().expect("the number of a part"),
            None if plain == LOG => u64::MAX,
            None => continue,
        };
        let bytes = fs::read(&path).expect("a part");
        let mut text = String::new();
        if is_packed {
            let mut packed = flate2::read::MultiGzDecoder::new(&bytes[..]);
            packed.read_to_string(&mut text).expect("a whole file");
            parts.entry(number).or_insert((path, text));
        } else {
            parts.insert(number, (path, String::from_utf8(bytes).expect("UTF-8")));
        }
    }
    parts.into_values().collect()
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
