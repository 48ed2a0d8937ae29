//! Samples: made new for each run, of one session in a run, and valid.

use std::collections::BTreeSet;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;

use crate::support::{Sandbox, Sink};

const IDS: [&str; 2] = ["room_id", "conf_num"];

fn json(body: &[u8]) -> Value {
    serde_json::from_slice(body).expect("a body of JSON")
}

/// The bodies of one run, in order.
#[track_caller]
fn sent(args: &[&str]) -> Vec<Value> {
    let sink = Sink::answering(200);
    let url = sink.url();
    let args = [&["send"], args, &["--url", &url]].concat();
    Sandbox::new().enx(&args).code(0);
    sink.rest().iter().map(|post| json(&post.body)).collect()
}

/// The names of a provider's events, as `events` has them.
fn names(provider: &str) -> Vec<String> {
    let run = Sandbox::new().enx(&["events", "--provider", provider, "--format", "json"]);
    let events = run.code(0).json_lines();
    let name = |event: &Value| event["event"].as_str().unwrap().to_owned();
    events.iter().map(name).collect()
}

fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs()
}

#[test]
fn two_runs_are_two_sessions() {
    let (one, other) = (sent(&["roomdrop"]), sent(&["roomdrop"]));
    let sample = json(
        Sandbox::new()
            .enx(&["events", "roomdrop", "--sample"])
            .out()
            .as_bytes(),
    );
    for id in IDS {
        assert_ne!(one[0][id], other[0][id], "{id}");
        assert_ne!(one[0][id], sample[id], "{id}");
    }
    assert_eq!(
        one[0]["app_id"], sample["app_id"],
        "the project stays what it is"
    );
}

#[test]
fn the_events_of_one_run_share_one_session_and_come_in_the_order_typed() {
    let bodies = sent(&["roomdrop", "session_start", "recording", "session_stop"]);
    let types: Vec<_> = bodies.iter().map(|body| body["type"].clone()).collect();
    assert_eq!(
        types,
        ["roomdrop", "session_start", "recording", "session_stop"]
    );
    for id in IDS {
        let values: BTreeSet<String> = bodies.iter().map(|body| body[id].to_string()).collect();
        assert_eq!(values.len(), 1, "{id}: {values:?}");
    }
}

#[test]
fn ids_inside_urls_are_replaced_too() {
    for event in ["recording", "file_transfer", "chatdata"] {
        let sample = Sandbox::new().enx(&["events", event, "--sample"]);
        let old = json(sample.out().as_bytes());
        let body = sent(&[event]).remove(0);
        let text = body.to_string();
        for id in IDS {
            let (old, new) = (old[id].as_str().unwrap(), body[id].as_str().unwrap());
            assert!(
                sample.out().matches(old).count() > 1,
                "{event} shows nothing of this"
            );
            assert!(!text.contains(old), "{event}: {text}");
            assert_eq!(
                text.matches(new).count(),
                sample.out().matches(old).count(),
                "{event}"
            );
        }
    }
}

#[test]
fn a_sample_carries_the_time_at_which_it_was_sent() {
    let before = now();
    let seconds = sent(&["roomdrop"])[0]["trans_date"].as_u64().unwrap();
    assert!((before..=now()).contains(&seconds), "{seconds}");

    let body = sent(&["upload_ready"]).remove(0);
    let day = body["recording_stopped_at"].as_str().unwrap();
    let day: chrono::DateTime<chrono::Utc> = day.parse().unwrap();
    let seconds = u64::try_from(day.timestamp()).unwrap();
    assert!((before..=now()).contains(&seconds), "{day}");
}

#[test]
fn all_sends_every_event_of_the_first_provider_in_the_order_of_a_session() {
    let types: Vec<Value> = sent(&["--all"])
        .iter()
        .map(|body| body["type"].clone())
        .collect();
    assert_eq!(types, names("enablex"));
    assert_eq!(types[0], "session_start");
}

#[test]
fn all_of_another_provider_is_its_events_and_no_other() {
    let bodies = sent(&["--all", "--provider", "streamrec"]);
    let names_sent: Vec<Value> = bodies.iter().map(|body| body["status"].clone()).collect();
    assert_eq!(names_sent, names("streamrec"));
    assert!(bodies.iter().all(|body| body.get("type").is_none()));
}

#[test]
fn whatever_is_sent_validates_without_a_finding() {
    let mut bodies = sent(&["--all"]);
    bodies.extend(sent(&["--all", "--provider", "streamrec"]));
    let lines: Vec<String> = bodies.iter().map(Value::to_string).collect();
    let run = Sandbox::new()
        .call(&["validate", "-", "--strict", "--format", "json"])
        .input(lines.join("\n"))
        .run();
    let reports = run.code(0).json_of("report");
    assert_eq!(reports.len(), bodies.len());
    for report in reports {
        assert_eq!(report["findings"].as_array().unwrap().len(), 0, "{report}");
    }
}

#[test]
fn exact_sends_the_bytes_of_the_sample_file() {
    let sink = Sink::answering(200);
    let sandbox = Sandbox::new();
    let url = sink.url();
    sandbox
        .enx(&["send", "--all", "--exact", "--url", &url])
        .code(0);
    for name in names("enablex") {
        let sample = sandbox.enx(&["events", &name, "--sample"]);
        assert_eq!(sink.next().body, sample.out().as_bytes(), "{name}");
    }
}

#[test]
fn an_event_goes_by_its_alias_and_by_its_full_name() {
    let bodies = sent(&["file-transfer", "enablex/roomdrop"]);
    assert_eq!(bodies[0]["type"], "file_transfer");
    assert_eq!(bodies[1]["type"], "roomdrop");
}

#[test]
fn nothing_to_send_and_nobody_to_ask_is_wrong_usage() {
    let run = Sandbox::new().enx(&["send"]);
    run.code(2).tells("name an event").tells("--data");
    assert_eq!(run.out(), "");
}

#[test]
fn an_unknown_event_is_answered_with_the_nearest_and_nothing_is_sent() {
    let sink = Sink::unused();
    let run = Sandbox::new().enx(&["send", "session_start", "roomdrp", "--url", &sink.url()]);
    run.code(2)
        .tells("no event is called `roomdrp`")
        .tells("did you mean `roomdrop`?");
    assert_eq!(run.out(), "");
}

#[test]
fn an_unknown_provider_is_answered_with_those_there_are() {
    let sink = Sink::unused();
    let run = Sandbox::new().enx(&[
        "send",
        "--all",
        "--provider",
        "enablx",
        "--url",
        &sink.url(),
    ]);
    run.code(2).tells("enablx").tells("enablex, streamrec");
}
