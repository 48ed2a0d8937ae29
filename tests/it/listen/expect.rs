//! `enx-hook listen` as an assertion in CI.

use serde_json::json;

use crate::support::{Listener, Run, Sandbox};

/// An event of the documents.
fn event(event: &str) -> String {
    json!({
        "type": event, "trans_date": 1_731_000_000, "app_id": "a1", "room_id": "r-9901",
        "conf_num": "7700123",
    })
    .to_string()
}

/// A run with these arguments that ends by itself after these events.
#[track_caller]
fn run(args: &[&str], events: &[&str]) -> Run {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, args);
    for name in events {
        assert_eq!(listener.post(event(name)).status(), 200);
    }
    listener.ended()
}

#[test]
fn a_run_ends_well_once_all_is_met() {
    let args = ["--expect", "session_stop>=1", "--expect", "roomdrop>=2"];
    let run = run(&args, &["session_stop", "roomdrop", "roomdrop"]);
    run.code(0).tells("3 captures in ");
    assert!(!run.out().contains("MISSED"), "{}", run.out());
}

#[test]
fn an_exact_number_is_met_when_nothing_more_comes() {
    let args = ["--expect", "roomdrop=1", "--settle", "100ms"];
    run(&args, &["session_stop", "roomdrop"]).code(0);
    // One more in time, and it is not.
    let args = ["--expect", "roomdrop=1", "--settle", "1h"];
    let run = run(&args, &["roomdrop", "roomdrop"]);
    run.code(1);
    let row = run.out().lines().find(|line| line.contains("exactly 1"));
    let words: Vec<_> = row.expect("a row").split_whitespace().collect();
    assert_eq!(words, ["MISSED", "roomdrop", "exactly", "1", "2"]);
}

#[test]
fn what_must_not_come_decides_when_it_does() {
    let args = ["--expect", "roomdrop=0", "--settle", "1h"];
    run(&args, &["session_stop", "roomdrop"]).code(1);
    let args = ["--expect", "roomdrop=0", "--settle", "50ms"];
    run(&args, &["session_stop"]).code(0);
}

#[test]
fn what_is_missing_at_the_end_of_the_time_is_in_a_table() {
    let args = [
        "--expect",
        "roomdrop>=1",
        "--expect",
        "session_start>=1",
        "--for",
        "300ms",
    ];
    let run = run(&args, &["session_start"]);
    run.code(1);
    let rows: Vec<Vec<_>> = run
        .out()
        .lines()
        .rev()
        .take(3)
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(rows[2], ["expected", "wanted", "came"]);
    assert_eq!(rows[1], ["MISSED", "roomdrop", "at", "least", "1", "0"]);
    assert_eq!(rows[0], ["met", "session_start", "at", "least", "1", "1"]);
}

#[cfg(unix)]
#[test]
fn what_is_missing_on_ctrl_c_is_too() {
    let sandbox = Sandbox::new();
    let args = ["--format", "json", "--expect", "roomdrop=2"];
    let listener = Listener::start(&sandbox, &args);
    listener.post(event("roomdrop"));
    listener.signal("INT");
    let run = listener.ended();
    run.code(1);
    let summary = run.json_lines().pop().unwrap();
    let expected = json!([
        {"expected": "roomdrop", "wanted": "exactly 2", "came": 1, "met": false}
    ]);
    assert_eq!(summary["expectations"], expected);
}

#[test]
fn a_time_alone_ends_a_run_and_asserts_nothing() {
    run(&["--for", "50ms"], &[]).code(0).tells("0 captures in ");
}

#[test]
fn so_many_events_end_a_run() {
    let run_of = |args: &[&str]| run(args, &["session_start", "session_stop"]);
    run_of(&["--max-events", "2"])
        .code(0)
        .tells("2 captures in ");
    run_of(&["--max-events", "2", "--expect", "roomdrop=1"]).code(1);
    run_of(&["--max-events", "2", "--expect", "session_stop=1"]).code(0);
}

#[test]
fn every_verdict_can_be_asserted() {
    let args = ["--expect-verdict", "valid", "--max-events", "2"];
    run(&args, &["session_start", "session_stop"]).code(0);
    // The first wrong one decides.
    let run_of = |verdict| run(&["--expect-verdict", verdict, "--for", "1h"], &["newcomer"]);
    run_of("valid").code(1).says("verdict valid");
    let args = ["--expect-verdict", "unknown", "--max-events", "1"];
    run(&args, &["newcomer"]).code(0);
    // Nothing at all is no success.
    run(&["--expect-verdict", "valid", "--for", "50ms"], &[]).code(1);
}

#[test]
fn every_capture_counts_whatever_is_shown() {
    let args = [
        "--event",
        "session_stop",
        "--format",
        "quiet",
        "--expect",
        "roomdrop>=1",
    ];
    run(&args, &["roomdrop"]).code(0).says("1 capture in ");
}

#[cfg(unix)]
#[test]
fn nothing_is_missed_when_nobody_reads_what_is_shown() {
    const EVENTS: usize = 6000;
    let sandbox = Sandbox::new();
    let count = format!("roomdrop>={EVENTS}");
    let mut held = Listener::holding(&sandbox, &["--expect", &count]);
    let mut connection = held.connect();
    for _ in 0..EVENTS {
        assert_eq!(connection.post(event("roomdrop")).unwrap().status(), 200);
    }
    held.release();
    held.ended().code(0).says(" not shown");
}

#[test]
fn what_is_no_expectation_is_wrong_usage() {
    let sandbox = Sandbox::new();
    for wrong in ["roomdrop", "roomdrop=", "=1", "roomdrop>1"] {
        let args = ["listen", "--port", "0", "--expect", wrong];
        sandbox.enx(&args).code(2).tells("--expect");
    }
}

#[test]
fn only_what_is_selected_counts_for_the_most_events() {
    let args = ["--event", "roomdrop", "--max-events", "2"];
    let run = run(
        &args,
        &["session_stop", "roomdrop", "session_stop", "roomdrop"],
    );
    run.code(0).tells("4 captures in ");
}

#[test]
fn a_run_whose_time_is_over_before_it_had_the_most_events_fails_and_says_so() {
    let args = ["--event", "roomdrop", "--max-events", "2", "--for", "1s"];
    let run = run(&args, &["session_stop", "roomdrop"]);
    run.code(1);
    let row = run.out().lines().find(|line| line.contains("MISSED"));
    let words: Vec<_> = row.expect("a row").split_whitespace().collect();
    assert_eq!(words, ["MISSED", "captures", "at", "least", "2", "1"]);
}

#[test]
fn a_query_is_expected_too_and_an_event_alone_counts_invalid_ones_with_a_word() {
    let sandbox = Sandbox::new();
    let expect = |what: &str| {
        let args = ["--expect", what, "--for", "2s", "--settle", "10ms"];
        let listener = Listener::start(&sandbox, &args);
        for body in [event("roomdrop"), "{\"type\":\"roomdrop\"}".to_owned()] {
            listener.post(body);
        }
        listener.ended()
    };
    expect("(event:roomdrop verdict:valid)=1")
        .code(0)
        .hides("invalid and");
    expect("(event:roomdrop or event:recording)>=2").code(0);
    expect("(event:roomdrop verdict:valid)>=2")
        .code(1)
        .says("(event:roomdrop verdict:valid)");
    expect("roomdrop>=2")
        .code(0)
        .tells("1 of the 2 roomdrop that count for --expect are invalid")
        .tells("--expect '(event:roomdrop -verdict:invalid)>=2' counts the others");
    for wrong in ["(is:duplicate)=1", "(event:a=1", "(nonsense:x)=1"] {
        let args = ["listen", "--port", "0", "--expect", wrong];
        sandbox.enx(&args).code(2);
    }
}

#[test]
fn the_banner_says_what_is_expected_and_when_the_run_ends() {
    let banner = |args: &[&str]| {
        let sandbox = Sandbox::new();
        let run = sandbox.enx(&[&["listen", "--port", "0", "--for", "10ms"], args].concat());
        run.err().to_owned()
    };
    let told = banner(&["--expect", "roomdrop>=1", "--expect-verdict", "warning"]);
    let expected = "  expect   roomdrop at least 1, every capture warning or better; the run ends once all have \
                    come or after 10 ms\n";
    assert!(told.contains(expected), "{told}");
    let told = banner(&["--max-events", "1000"]);
    let expected = "  ends     after 1,000 captures or after 10 ms\n";
    assert!(told.contains(expected), "{told}");
}
