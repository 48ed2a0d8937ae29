//! Each class of differences, on a log that has them all.

use serde_json::{Value, json};

use super::fixture::sandbox;
use crate::log;
use crate::log::fixture::{LACKING, id};
use crate::support::Sandbox;

/// The differences of a run, as class, event, pointer, count, of, first and last number.
#[track_caller]
pub(super) fn rows(sandbox: &Sandbox, args: &[&str]) -> Vec<String> {
    let run = sandbox.enx(&[&["drift", "--format", "json"], args].concat());
    run.code(0).json_of("drift").iter().map(row).collect()
}

fn row(drift: &Value) -> String {
    let word = |name: &str| match &drift[name] {
        Value::String(text) => text.clone(),
        Value::Null => "-".to_owned(),
        other => other.to_string(),
    };
    let names = [
        "class",
        "event",
        "pointer",
        "count",
        "of",
        "first_seq",
        "last_seq",
    ];
    names.map(word).join(" ")
}

#[test]
fn each_class_is_counted_with_its_place_and_its_first_and_last_capture() {
    let found = rows(&sandbox(), &[]);
    let of = |class: &str| {
        let found = found.iter().filter(|row| row.starts_with(class));
        found.map(|row| &row[class.len() + 1..]).collect::<Vec<_>>()
    };
    assert_eq!(of("unplanned-event"), ["whiteboard - 1 14 5 5"]);
    assert_eq!(
        of("unplanned-field"),
        [
            "session_start /concurrent_sessions/max 1 3 7 7",
            "recording /duration 1 2 4 4",
        ]
    );
    assert_eq!(of("missing-required"), ["transcoded /app_id 1 1 10 10"]);
    assert_eq!(of("type"), ["transcoded /recording 1 1 10 10"]);
    assert_eq!(
        of("format"),
        [
            "session_start /concurrent_sessions 1 3 7 7",
            "recording /recording/* 1 2 9 9"
        ]
    );
    assert_eq!(
        of("new-value"),
        ["file_transfer /destination/name 1 1 11 11"]
    );
    assert_eq!(
        of("sometimes-sent"),
        ["session_start /concurrent_sessions 1 3 7 7"]
    );
    assert_eq!(of("order"), ["session_stop - 1 3 14 14"]);
    assert_eq!(of("incomplete-session"), ["roomdrop - 1 3 7 11"]);
    assert_eq!(of("redelivery"), ["roomdrop - 1 3 6 6"]);
    let unseen = of("never-seen");
    assert_eq!(unseen[0], "live_recording - 0 14 - -");
    assert!(unseen.contains(&"session_start /concurrent_sessions/total_sessions 0 1 - -"));
    // Nothing of StreamRec came, so none of its events is missed.
    assert!(
        !found.iter().any(|row| row.contains("upload_ready")),
        "{found:#?}"
    );
}

#[test]
fn a_difference_has_an_example_the_sentence_of_the_documents_and_a_next_step() {
    let run = sandbox().enx(&["drift", "--format", "json", "log.jsonl"]);
    let drift = run.code(0).json_of("drift");
    let of = |class: &str| drift.iter().find(|one| one["class"] == class).unwrap();
    let new = of("new-value");
    assert_eq!(new["example"], "gdrive");
    assert_eq!(new["code"], "unknown-destination");
    assert_eq!(
        new["source"],
        json!({
            "quote": "awss3, ftp, sftp or ssh. SCP is most likely ssh.",
            "document": "EnableX Video, Webhook Notifications (newest page)",
            "section": "Files Transferred",
        })
    );
    assert_eq!(new["next"], "enx-hook log show 11 log.jsonl");
    assert_eq!(of("order")["after"], "roomdrop");
    assert_eq!(of("redelivery")["example"], "#3");
    let incomplete = of("incomplete-session");
    assert_eq!(
        incomplete["next"],
        "enx-hook log timeline 48213902 log.jsonl"
    );
    assert!(
        incomplete["source"]["quote"]
            .as_str()
            .unwrap()
            .contains("roomdrop")
    );
    assert_eq!(
        of("unplanned-event")["next"],
        "enx-hook learn --write learned log.jsonl"
    );
    let sometimes = of("sometimes-sent");
    assert_eq!(sometimes["example"], json!({"max": 5}));
    assert_eq!(sometimes["share"], 0.333_333);
}

#[test]
fn every_next_step_is_a_command_that_works() {
    let sandbox = sandbox();
    let run = sandbox.enx(&["drift", "--format", "json"]);
    for drift in run.code(0).json_of("drift") {
        let next = drift["next"].as_str().unwrap();
        let words: Vec<&str> = next.split_once(' ').unwrap().1.split('\'').collect();
        let mut args = Vec::new();
        for (at, part) in words.iter().enumerate() {
            if at % 2 == 1 {
                args.push(*part);
            } else {
                args.extend(part.split_whitespace());
            }
        }
        if args[0] != "learn" {
            let run = sandbox.enx(&args);
            assert!(!run.code(0).out().is_empty(), "{next}");
        }
    }
}

#[test]
fn on_twenty_sessions_three_miss_their_cdr_one_is_out_of_order_and_one_event_came_twice() {
    let sandbox = log::fixture::sandbox();
    let found = rows(&sandbox, &[]);
    let is_unseen = |row: &&String| row.starts_with("never-seen");
    let told: Vec<&String> = found.iter().filter(|row| !is_unseen(row)).collect();
    assert_eq!(
        told,
        [
            "order session_stop - 1 19 38 38",
            "incomplete-session roomdrop - 3 20 7 43",
            "redelivery roomdrop - 1 17 13 13",
        ]
    );
    let run = sandbox.enx(&["drift", "--format", "json"]);
    let drift = run.json_of("drift");
    let incomplete = drift
        .iter()
        .find(|one| one["class"] == "incomplete-session");
    assert_eq!(incomplete.unwrap()["example"], id(LACKING[0]));
}

#[test]
fn a_selection_leaves_sessions_truncated_and_events_unsaid() {
    let sandbox = sandbox();
    let found = rows(&sandbox, &["--event", "recording"]);
    assert!(found.contains(&"unplanned-field recording /duration 1 2 4 4".to_owned()));
    let is_of_others = |row: &String| row.contains("incomplete") || row.contains("live_recording");
    assert!(!found.iter().any(is_of_others), "{found:#?}");
    let copies = rows(&sandbox, &["--query", "is:duplicate"]);
    assert_eq!(copies, Vec::<String>::new());
    let run = sandbox.enx(&["drift", "--event", "nothing", "--format", "json"]);
    assert_eq!(run.code(0).json_of("summary")[0]["captures"], 0);
}
