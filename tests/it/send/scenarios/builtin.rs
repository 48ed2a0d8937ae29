//! The scenarios that come with the binary.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Barrier};

use serde_json::Value;

use super::{field, fields, life, play};
use crate::support::{Message, Reply, Sandbox, Sink};

/// The requests by session, each in its order.
fn sessions(requests: Vec<Message>) -> BTreeMap<String, Vec<Message>> {
    let mut sessions: BTreeMap<String, Vec<Message>> = BTreeMap::new();
    for request in requests {
        let session = field(&request, "conf_num");
        sessions.entry(session).or_default().push(request);
    }
    sessions
}

#[test]
fn a_session_lives_its_life_in_order() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    let run = play(&sandbox, &sink, "session", &[]);
    run.code(0).tells("10 sent: 10 answered 200");
    run.tells("all as expected");
    let requests = sink.rest();
    assert_eq!(fields(&requests, "type"), life("enablex"));
    assert_eq!(sessions(requests).len(), 1);
}

#[test]
fn another_provider_lives_its_own_life() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    play(&sandbox, &sink, "session", &["--provider", "streamrec"]).code(0);
    assert_eq!(fields(&sink.rest(), "status"), life("streamrec"));
    play(&sandbox, &sink, "session", &["--provider", "stremrec"])
        .code(2)
        .tells("no provider is called `stremrec`");
}

#[test]
fn the_pauses_are_those_of_the_data_file_and_speed_shortens_them() {
    let (sandbox, sink) = (Sandbox::new(), Sink::unused());
    let url = sink.url();
    let times = |args: &[&str]| -> Vec<f64> {
        let all = ["send", "--scenario", "session", "--dry-run", "--format"];
        let run = sandbox.enx(&[&all[..], &["json", "--url", &url], args].concat());
        let lines = run.code(0).json_lines();
        lines
            .iter()
            .map(|line| line["after_ms"].as_f64().unwrap())
            .collect()
    };
    let real = times(&[]);
    assert_eq!(real[..3], [0.0, 60_000.0, 61_000.0]);
    assert!(real.is_sorted());
    assert_eq!(times(&["--speed", "10"])[..3], [0.0, 6_000.0, 6_100.0]);
    assert_eq!(times(&["--speed", "max"])[2..3], [0.0]);
}

/// A short scenario, really waited for: no wait is shorter than was asked.
#[test]
fn a_pause_is_waited_for() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    sandbox.write(
        "s.json",
        r#"{"steps": [{"body": {"type": "x1"}}, {"body": {"type": "x2"}, "after": "400ms"}]}"#,
    );
    let start = std::time::Instant::now();
    let url = sink.url();
    let args = ["send", "--scenario", "s.json", "--speed", "2", "--url"];
    sandbox.enx(&[&args[..], &[&url]].concat()).code(0);
    assert!(start.elapsed() >= std::time::Duration::from_millis(200));
    assert_eq!(sink.rest().len(), 2);
}

#[test]
fn redelivery_sends_each_body_twice_and_some_of_them_late() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    play(&sandbox, &sink, "redelivery", &[]).code(0);
    let requests = sink.rest();
    let mut places: BTreeMap<&[u8], Vec<usize>> = BTreeMap::new();
    for (place, request) in requests.iter().enumerate() {
        places.entry(&request.body).or_default().push(place);
    }
    assert_eq!(places.len(), life("enablex").len());
    let gaps: Vec<usize> = places.values().map(|at| at[1] - at[0]).collect();
    assert!(places.values().all(|at| at.len() == 2), "{places:?}");
    assert!(gaps.contains(&1), "{gaps:?}");
    assert!(gaps.iter().any(|gap| *gap > 1), "{gaps:?}");
}

#[test]
fn disorder_shuffles_the_events_of_each_session() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    play(&sandbox, &sink, "disorder", &[]).code(0);
    let sessions = sessions(sink.rest());
    assert_eq!(sessions.len(), 3);
    let life = life("enablex");
    for requests in sessions.values() {
        let types = fields(requests, "type");
        assert_ne!(types, life);
        let all: BTreeSet<_> = types.iter().collect();
        assert_eq!(all, life.iter().collect());
    }
}

#[test]
fn a_storm_is_many_sessions_at_once_each_in_order() {
    // Answers only when so many requests are there at the same time.
    let barrier = Arc::new(Barrier::new(20));
    let sink = Sink::new(move |_, _| {
        barrier.wait();
        Reply::status(200)
    });
    let sandbox = Sandbox::new();
    let args = ["--count", "20", "--concurrency", "20"];
    let run = play(&sandbox, &sink, "storm", &args);
    run.code(0).tells("200 sent: 200 answered 200");
    // What went well is not told two hundred times.
    assert_eq!(run.out().lines().count(), 20, "{}", run.out());
    let sessions = sessions(sink.rest());
    assert_eq!(sessions.len(), 20);
    let life = life("enablex");
    for requests in sessions.values() {
        assert_eq!(fields(requests, "type"), life);
    }
}

#[test]
fn the_same_seed_makes_the_same_bytes_in_the_same_order() {
    let sandbox = Sandbox::new();
    let bodies = |name: &str, seed: &str| -> Vec<Vec<u8>> {
        let sink = Sink::answering(200);
        play(&sandbox, &sink, name, &["--seed", seed]).code(0);
        sink.rest().into_iter().map(|one| one.body).collect()
    };
    for name in ["session", "redelivery", "disorder"] {
        assert_eq!(bodies(name, "7"), bodies(name, "7"), "{name}");
        assert_ne!(bodies(name, "7"), bodies(name, "8"), "{name}");
    }
    // Whatever the pauses are.
    let sink = Sink::answering(200);
    let url = sink.url();
    let args = ["send", "--scenario", "session", "--seed", "7", "--speed"];
    sandbox.enx(&[&args[..], &["10000", "--url", &url]].concat());
    let slow: Vec<_> = sink.rest().into_iter().map(|one| one.body).collect();
    assert_eq!(slow, bodies("session", "7"));
}

#[test]
fn they_are_listed_and_a_name_nearly_right_is_understood() {
    let sandbox = Sandbox::new();
    let run = sandbox.enx(&["send", "--list"]);
    run.code(0);
    let names: Vec<&str> = run
        .out()
        .lines()
        .map(|line| line.split_whitespace().next().unwrap())
        .collect();
    assert_eq!(names, ["disorder", "redelivery", "session", "storm"]);
    let lines = sandbox
        .enx(&["send", "--list", "--format", "json"])
        .json_lines();
    let listed: Vec<&Value> = lines.iter().map(|line| &line["name"]).collect();
    assert_eq!(listed, names);
    sandbox
        .enx(&["send", "--scenario", "strom"])
        .code(2)
        .tells("there is no scenario and no file `strom`")
        .tells("did you mean `storm`?");
    sandbox
        .enx(&["send", "--scenario", "tea"])
        .code(2)
        .tells("`enx-hook send --list`");
    sandbox
        .enx(&["send", "--scenario", "./tea.json"])
        .code(3)
        .tells("cannot read the scenario ./tea.json");
}

#[test]
fn chosen_ids_and_changes_hold_for_all_of_it() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    let args = ["--session", "7700123", "--set", "app_id=mine"];
    play(&sandbox, &sink, "session", &args).code(0);
    let requests = sink.rest();
    assert_eq!(fields(&requests, "conf_num"), ["7700123"; 10]);
    assert_eq!(fields(&requests, "app_id"), ["mine"; 10]);
}

#[test]
fn it_does_not_go_with_what_says_otherwise_what_to_send() {
    let sandbox = Sandbox::new();
    for other in [
        &["roomdrop"][..],
        &["--all"],
        &["--data", "{}"],
        &["--exact"],
        &["--repeat-identical", "2"],
    ] {
        let args = [&["send", "--scenario", "session"], other].concat();
        sandbox.enx(&args).code(2).tells("cannot be used with");
    }
    sandbox
        .enx(&["send", "roomdrop", "--speed", "2"])
        .code(2)
        .tells("--scenario");
    sandbox
        .enx(&["send", "roomdrop", "--provider", "enablex"])
        .code(2);
}
