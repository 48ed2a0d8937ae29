//! The same differences from every form of a log.

use super::classes::rows;
use crate::log::fixture::{arrivals, records, sandbox};
use crate::support::Sandbox;

/// The rows without the numbers of captures.
fn without_numbers(rows: &[String]) -> Vec<String> {
    let words = |row: &String| row.rsplitn(3, ' ').last().map(str::to_owned);
    rows.iter().filter_map(words).collect()
}

#[test]
fn packed_parts_har_and_bare_lines_tell_the_same() {
    let sandbox = sandbox();
    let expected = rows(&sandbox, &["log.jsonl"]);
    assert_eq!(rows(&sandbox, &["parts/log.jsonl"]), expected);
    // Both number their captures as the log does.
    assert_eq!(rows(&sandbox, &["recorded.har"]), expected);
    assert_eq!(rows(&sandbox, &["bare.jsonl"]), expected);
    assert!(expected.len() > 5, "{expected:#?}");
    let twice = rows(&sandbox, &["log.jsonl", "recorded.har"]);
    let copies = twice
        .iter()
        .find(|row| row.starts_with("redelivery session_start"));
    assert_eq!(copies.unwrap(), "redelivery session_start - 20 40 1 50");
}

#[test]
fn a_log_that_grows_is_told_as_far_as_it_goes() {
    let (sandbox, records) = (Sandbox::new(), records(&arrivals()));
    let mut before = 0;
    for end in [1, 10, 30, records.len()] {
        // The last record is being written.
        let torn = &records[records.len() - 1][..40];
        sandbox.write("log.jsonl", records[..end].concat() + torn);
        let run = sandbox.enx(&["drift", "--format", "json"]);
        let captures = run.code(0).json_of("summary")[0]["captures"]
            .as_u64()
            .unwrap();
        assert_eq!(captures, end as u64);
        assert!(captures > before);
        before = captures;
    }
    sandbox.write("log.jsonl", records.concat());
    let whole = without_numbers(&rows(&sandbox, &[]));
    assert!(
        whole.contains(&"incomplete-session roomdrop - 3 20".to_owned()),
        "{whole:#?}"
    );
}
