//! Receivers that do their worst: the run ends in time, and says what is wrong.

use std::time::{Duration, Instant};

use super::receiver::{Act, Receiver, Seen};
use super::{check, found, of, summary, text, with_result};
use crate::support::{Nobody, Sandbox};
#[cfg(unix)]
use crate::support::{Running, TOO_LONG};

/// The length of these runs; no answer is waited for longer than a quarter of it.
const LENGTH: &str = "6s";

/// Runs all checks against such a receiver; returns what the failed one says.
#[track_caller]
fn verdict(guilty: &str, fault: fn(&Seen<'_>) -> Option<Act>) -> String {
    let receiver = Receiver::open(fault);
    let start = Instant::now();
    let run = check(&receiver.url(), &["--for", LENGTH]);
    run.code(1);
    assert!(
        start.elapsed() < Duration::from_secs(20),
        "{:?}",
        start.elapsed()
    );
    assert!(
        summary(&run)["seconds"].as_f64().unwrap() < 6.5,
        "{}",
        run.out()
    );
    assert_eq!(found(&run), [guilty], "{}", run.out());
    text(&of(&run, guilty), "message")
}

#[test]
fn a_receiver_that_hangs_is_told() {
    let said = verdict("every-event", |_| Some(Act::Hang));
    assert!(said.contains("session_start: no answer from"), "{said}");
    assert!(said.contains("9 more not sent"), "{said}");
}

#[test]
fn a_receiver_that_closes_is_told() {
    let said = verdict("every-event", |_| Some(Act::Close));
    assert!(
        said.contains("closed the connection without an answer"),
        "{said}"
    );
}

#[test]
fn a_receiver_that_answers_garbage_is_told() {
    let said = verdict("every-event", |_| {
        Some(Act::Raw("220 mail.example ESMTP\r\n"))
    });
    assert!(said.contains("is not HTTP/1.1"), "{said}");
}

#[test]
fn a_receiver_that_answers_byte_by_byte_is_told() {
    let said = verdict("every-event", |_| {
        Some(Act::Drip(Duration::from_millis(200)))
    });
    assert!(said.contains("no answer from"), "{said}");
}

#[test]
fn a_receiver_that_redirects_for_ever_is_told_and_not_followed() {
    let said = verdict("no-redirect", |seen| {
        assert_eq!(seen.request.word(1), "/hook");
        Some(Act::Field(307, "Location: /hook/again"))
    });
    assert!(said.contains("answered 307, to /hook/again"), "{said}");
}

#[test]
fn what_was_not_reached_in_time_is_skipped_and_said_so() {
    let receiver = Receiver::open(|_| Some(Act::Slow(Duration::from_millis(300))));
    let run = check(&receiver.url(), &["--for", "2s"]);
    // Nothing failed, but not everything was seen.
    run.code(3);
    assert_eq!(with_result(&run, &["fail"]), [""; 0], "{}", run.out());
    let unreached = summary(&run)["not_reached"].as_u64().unwrap();
    assert!(unreached > 20, "{}", run.out());
    let last = text(&of(&run, "refuses-other-methods"), "message");
    assert_eq!(last, "not reached within 2 s (--for)");
    assert!(summary(&run)["seconds"].as_f64().unwrap() < 3.0);
}

#[test]
fn a_receiver_that_dies_midway_is_told_once() {
    let receiver = Receiver::open(|seen| {
        let name = seen.event["type"].as_str().unwrap_or_default();
        (name.starts_with("enxhook") || seen.number > 40).then_some(Act::Close)
    });
    let run = check(
        &receiver.url(),
        &["--for", "30s", "--only", "delivery", "--only", "robustness"],
    );
    let failed = with_result(&run, &["fail"]);
    assert_eq!(failed[0], "unknown-type", "{}", run.out());
    assert_eq!(failed.len(), 2, "{}", run.out());
    let last = text(&of(&run, "huge-number"), "message");
    assert!(
        last.starts_with("the receiver has not answered since `"),
        "{last}"
    );
}

#[test]
fn where_nothing_listens_nothing_is_checked() {
    let nobody = Nobody::new();
    let run = check(&nobody.url(), &[]);
    run.code(3)
        .tells("nothing could be checked: connection refused by");
    run.tells("is the receiver running");
    let end = summary(&run);
    assert_eq!(end["passed"], 0);
    let why = text(&end, "undone");
    assert!(why.starts_with("nothing could be checked: "), "{why}");
}

#[test]
fn a_report_of_a_run_that_is_not_whole_is_red() {
    let sandbox = Sandbox::new();
    let nobody = Nobody::new();
    let args = ["check", "--url", &nobody.url(), "--report", "report.xml"];
    sandbox.enx(&args).code(3).says("0 passed");
    let xml = sandbox.text("report.xml");
    assert!(xml.contains("failures=\"1\""), "{xml}");
    assert!(
        xml.contains("nothing could be checked: connection refused"),
        "{xml}"
    );
    // Nothing to look at, and nothing to tell.
    let run = sandbox.enx(&args[..3]);
    assert_eq!(run.code(3).out(), "");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_run_with_what_was_found_so_far() {
    let (reached, hangs) = std::sync::mpsc::channel();
    let receiver = Receiver::open(move |seen| {
        let name = seen.event["type"].as_str().unwrap_or_default();
        name.starts_with("enxhook").then(|| {
            let _ = reached.send(());
            Act::Hang
        })
    });
    let sandbox = Sandbox::new();
    let url = receiver.url();
    let args = [
        "check",
        "--format",
        "json",
        "--rate",
        "10000",
        "--url",
        &url,
        "--report",
        "report.xml",
    ];
    let running = Running::of(sandbox.call(&args));
    hangs.recv_timeout(TOO_LONG).unwrap();
    running.signal("INT");
    let run = running.ended();
    run.code(130);
    assert!(with_result(&run, &["pass"]).contains(&"every-event".to_owned()));
    assert_eq!(summary(&run)["undone"], "interrupted");
    assert!(sandbox.text("report.xml").contains("interrupted"));
}

#[test]
fn a_receiver_whose_answer_never_ends_is_told() {
    let said = verdict("every-event", |_| Some(Act::Endless));
    assert!(
        said.contains("the answer 200 is longer than 1 MB"),
        "{said}"
    );
    let half = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf";
    let receiver = Receiver::open(move |_| Some(Act::Half(half)));
    let run = check(&receiver.url(), &["--for", LENGTH]);
    let said = text(&of(&run, "every-event"), "message");
    assert!(said.contains("in the middle of its answer 200"), "{said}");
}
