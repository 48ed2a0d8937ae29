//! A large log is read from where the selection begins, and says the same as if all of it were read.

use std::fmt::Write as _;

use super::sources::gzip;
use crate::support::{Run, Sandbox};

const MS_PER_RECORD: u64 = 1500;

/// Records as `listen` writes them, of about 400 bytes each.
fn records(seqs: std::ops::RangeInclusive<u64>, log: &str) -> String {
    let mut text = String::new();
    for seq in seqs {
        let at = chrono::DateTime::from_timestamp_millis(
            1_763_600_000_000 + i64::try_from(seq * MS_PER_RECORD).unwrap(),
        );
        let at = at.unwrap().format("%Y-%m-%dT%H:%M:%S%.6fZ");
        let event = ["roomdrop", "recording"][usize::from(seq % 3 == 0)];
        let body = format!(r#"{{\"type\":\"{event}\",\"conf_num\":\"{}\"}}"#, seq / 7);
        writeln!(
            text,
            r#"{{"enx_hook":1,"seq":{seq},"log":"{log}","received_at":"{at}","peer":"127.0.0.1:5","method":"POST","target":"/{}","headers":[],"body":"{body}"}}"#,
            "x".repeat(250)
        )
        .unwrap();
    }
    text
}

const LOG: &str = "0123456789abcdef";

/// A log of 3,000 records, half a megabyte of which a chunk of the reader has only a part, with a
/// line in its middle that cannot be read.
fn log() -> String {
    let end = records(1601..=3000, LOG);
    records(1..=1600, LOG) + "{\"enx_hook\":1,\"seq\":\n" + &end
}

fn dry(sandbox: &Sandbox, file: &str, args: &[&str]) -> Run {
    let base = ["replay", file, "--dry-run", "--format", "json"];
    let args = [&base[..], &["--url", "http://h/"], args].concat();
    if file == "-" {
        return sandbox.call(&args).input(sandbox.text("log.jsonl")).run();
    }
    sandbox.enx(&args)
}

fn seqs(run: &Run) -> Vec<u64> {
    let lines = run.json_of("would-send");
    lines.iter().filter_map(|one| one["seq"].as_u64()).collect()
}

const SELECTIONS: [&[&str]; 13] = [
    &["--last", "3"],
    &["--last", "3", "--event", "recording"],
    &["--last", "2", "--where", "conf_num=5"],
    &["--last", "5", "--limit", "2"],
    &["--seq", "2990.."],
    &["--seq", "2..4"],
    &["--seq", "7,1500,2999"],
    &["--seq", "1599..1602"],
    &["--seq", "2..", "--limit", "1"],
    &["--query", "seq:10..12 or seq:2000"],
    &["--since", "2025-11-20T02:07:00Z"],
    &["--until", "2025-11-20T00:53:30Z"],
    &[
        "--since",
        "2025-11-20T01:00:00Z",
        "--until",
        "2025-11-20T01:00:10Z",
    ],
];

#[test]
fn what_is_selected_is_the_same_as_from_a_pipe_which_cannot_seek() {
    let sandbox = Sandbox::new();
    sandbox.write("log.jsonl", log());
    for selection in SELECTIONS {
        let found = seqs(&dry(&sandbox, "log.jsonl", selection));
        assert!(!found.is_empty(), "{selection:?}");
        let of_pipe = seqs(&dry(&sandbox, "-", selection));
        assert_eq!(found, of_pipe, "{selection:?}");
    }
}

#[test]
fn what_is_outside_is_not_read_and_a_line_has_no_number_then() {
    let sandbox = Sandbox::new();
    sandbox.write("log.jsonl", log());
    for selection in [&["--last", "3"][..], &["--seq", "2998.."]] {
        let run = dry(&sandbox, "log.jsonl", selection);
        // Damage would make it 1.
        run.code(0);
        for line in run.json_of("would-send") {
            assert!(line["line"].is_null(), "{line}");
        }
        let run = dry(&sandbox, "-", selection);
        run.code(1).tells("stdin:1601: ");
        assert_eq!(run.json_of("would-send")[0]["line"], 2999);
    }
    let run = dry(&sandbox, "log.jsonl", &["--seq", "1..4"]);
    assert_eq!(run.code(0).json_of("would-send")[2]["line"], 3);
    let run = dry(&sandbox, "log.jsonl", &["--seq", "1599..1602"]);
    run.code(1).tells("log.jsonl, behind #1600: ");
}

#[test]
fn a_file_that_was_put_together_is_read_whole() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "log.jsonl",
        records(1..=900, LOG) + &records(1..=900, "fedcba9876543210"),
    );
    assert_eq!(
        seqs(dry(&sandbox, "log.jsonl", &["--seq", "5"]).code(0)),
        [5, 5]
    );
    let last = dry(&sandbox, "log.jsonl", &["--last", "901"]);
    assert_eq!(seqs(last.code(0))[..2], [900, 1]);
}

#[test]
fn a_clock_that_steps_hides_nothing_in_a_file() {
    let sandbox = Sandbox::new();
    let early = records(1..=1, LOG).replace("\"seq\":1,", "\"seq\":500,");
    let text = records(1..=499, LOG) + &early + &records(501..=999, LOG);
    sandbox.write("log.jsonl", text);
    let run = dry(&sandbox, "log.jsonl", &["--until", "2025-11-20T00:53:25Z"]);
    assert_eq!(seqs(run.code(0)), [1, 2, 3, 500]);
}

#[test]
fn parts_are_opened_only_where_they_overlap() {
    let sandbox = Sandbox::new();
    // Packed parts that cannot be unpacked to their ends: reading one is an error.
    for first in [1, 1001] {
        let mut packed = gzip(records(first..=first + 999, LOG).as_bytes());
        packed.truncate(packed.len() - 200);
        sandbox.write(format!("log-{first}.jsonl.gz"), packed);
    }
    sandbox.write("log-2001.jsonl", records(2001..=3000, LOG));
    // A clock may have stepped by an hour.
    let late = records(3001..=3010, LOG).replace("2025-11-20T", "2025-11-22T");
    sandbox.write("log.jsonl", late);
    for (selection, first, count) in [
        (&["--seq", "2500.."][..], 2500, 511),
        (&["--seq", "3005"], 3005, 1),
        (&["--last", "20"], 2991, 20),
        (&["--since", "2025-11-22T00:00:00Z"], 3001, 10),
    ] {
        let run = dry(&sandbox, "log.jsonl", selection);
        let found = seqs(run.code(0));
        assert_eq!((found[0], found.len()), (first, count), "{selection:?}");
    }
    dry(&sandbox, "log.jsonl", &["--seq", "1500"]).code(3);
    dry(&sandbox, "log.jsonl", &["--until", "2025-11-20T01:00:00Z"]).code(3);
    let run = sandbox.enx(&["log", "--last", "2", "--format", "json"]);
    assert_eq!(run.code(0).json_of("capture")[0]["seq"], 3009);
    let run = dry(&sandbox, "log.jsonl", &["--seq", "4000"]);
    run.code(1)
        .tells("nothing matched in 3,010 captures")
        .tells("seq:4000 left out all 3,010: the numbers are 1 to 3010");
}
