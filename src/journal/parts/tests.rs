//! What is a part, and what only looks like one.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::ops::RangeInclusive;

use super::*;
use crate::journal::faults::capture;
use crate::journal::record::write_record;

fn lines(seqs: RangeInclusive<u64>, log: &str) -> Vec<u8> {
    let mut text = Vec::new();
    for seq in seqs {
        write_record(seq, LogId::parse(log.as_bytes()), &capture(seq), &mut text);
    }
    text
}

const OURS: &str = "00000000000000aa";
const OTHER: &str = "00000000000000bb";
const NONE: &str = "";

/// The parts of `log.jsonl` in a folder of these files, and the damaged files.
fn found(files: &[(&str, Vec<u8>)]) -> (Vec<String>, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let listed = parts(&folder.path().join("log.jsonl")).unwrap();
    let names = |parts: Vec<Part>| {
        let name = |part: Part| part.path.file_name().unwrap().to_str().unwrap().to_owned();
        parts.into_iter().map(name).collect()
    };
    (names(listed.parts), names(listed.damaged))
}

#[test]
fn a_part_has_the_id_of_the_log_and_begins_with_the_seq_of_its_name() {
    let (parts, damaged) = found(&[
        ("log-1.jsonl", lines(1..=6, OURS)),
        // The live log of another listener, and one of its parts.
        ("log-7.jsonl", lines(1..=3, OTHER)),
        ("log-7-7.jsonl", lines(7..=9, OTHER)),
        ("log-9.jsonl", lines(9..=9, OTHER)),
        // A dated backup.
        ("log-20261120.jsonl", lines(1..=6, OURS)),
        // A backup of what is in the log.
        ("log-12.jsonl", lines(12..=12, OURS)),
        ("log-10.jsonl", b"{\"type\":\"roomdrop\"}\n".to_vec()),
        ("log-11.jsonl", b"notes\n".to_vec()),
        ("log-8.jsonl", lines(8..=11, OURS)),
        ("log.jsonl", lines(12..=14, OURS)),
    ]);
    assert_eq!(parts, ["log-1.jsonl", "log-8.jsonl"]);
    assert!(damaged.is_empty(), "{damaged:?}");
}

#[test]
fn a_log_without_a_record_has_the_parts_of_its_newest() {
    let parts = [
        ("log-1.jsonl", lines(1..=6, OURS)),
        ("log-7.jsonl", lines(7..=9, OURS)),
        ("log-3.jsonl", lines(3..=9, OTHER)),
    ];
    assert_eq!(found(&parts).0, ["log-1.jsonl", "log-7.jsonl"]);
    let empty = [&parts[..], &[("log.jsonl", Vec::new())]].concat();
    assert_eq!(found(&empty).0, ["log-1.jsonl", "log-7.jsonl"]);
}

#[test]
fn without_an_id_no_seq_is_missing_to_a_neighbour_and_there_is_no_lock() {
    let (parts, damaged) = found(&[
        ("log-1.jsonl", lines(1..=6, NONE)),
        ("log-7.jsonl", lines(7..=9, NONE)),
        ("log-20.jsonl", lines(20..=22, NONE)),
        ("log-30.jsonl", lines(30..=31, NONE)),
        ("log-32.jsonl", lines(32..=39, NONE)),
        ("log-32.jsonl.lock", Vec::new()),
        ("log-35.jsonl", lines(35..=39, NONE)),
        ("log.jsonl", lines(40..=40, OURS)),
    ]);
    assert_eq!(parts, ["log-1.jsonl", "log-7.jsonl", "log-35.jsonl"]);
    assert!(damaged.is_empty(), "{damaged:?}");
}

#[test]
fn what_is_damaged_at_its_beginning_is_named_unless_a_record_says_what_it_is() {
    let behind = |log| [b"\0\0\0\0\n", &*lines(8..=9, log)].concat();
    let (parts, damaged) = found(&[
        ("log-1.jsonl", b"\x1f\x8b broken".to_vec()),
        ("log-2.jsonl", Vec::new()),
        ("log-3.jsonl.gz", b"\x1f\x8b broken".to_vec()),
        ("log-5.jsonl", behind(OURS)),
        ("log-6.jsonl", behind(NONE)),
        ("log-7.jsonl", behind(OTHER)),
        ("log.jsonl", lines(10..=10, OURS)),
    ]);
    assert_eq!(parts, ["log-5.jsonl"]);
    assert_eq!(
        damaged,
        [
            "log-1.jsonl",
            "log-2.jsonl",
            "log-3.jsonl.gz",
            "log-6.jsonl"
        ]
    );
}

#[test]
fn a_file_that_was_replaced_is_looked_at_again() {
    let folder = tempfile::tempdir().unwrap();
    let (log, part) = (
        folder.path().join("log.jsonl"),
        folder.path().join("log-1.jsonl"),
    );
    fs::write(&log, lines(3..=3, OURS)).unwrap();
    fs::write(&part, lines(1..=2, OURS)).unwrap();
    assert_eq!(parts(&log).unwrap().parts.len(), 1);
    fs::write(folder.path().join("new"), lines(1..=1, OTHER)).unwrap();
    fs::rename(folder.path().join("new"), &part).unwrap();
    assert_eq!(parts(&log).unwrap().parts.len(), 0);
}
