//! What people and CI see of a run.

use super::receiver::{Act, Receiver, Seen};
use crate::support::Sandbox;

/// A few faults, with text that tries to do harm.
fn faulty(seen: &Seen<'_>) -> Option<Act> {
    let name = seen.event["type"].as_str().unwrap_or_default();
    let text = "{\"error\":\"\x1b[2J no such \u{202e} type\"}\n::error::x";
    name.starts_with("enxhook").then_some(Act::Text(500, text))
}

fn narrow(text: &str) {
    for line in text.lines() {
        let width = line.chars().count();
        assert!(width <= 80, "{width} columns: {line}\n{text}");
        assert!(!line.ends_with(' '), "{line:?}");
    }
}

#[test]
fn a_person_reads_what_failed_why_it_counts_and_what_to_change() {
    let receiver = Receiver::new(faulty);
    let sandbox = Sandbox::new();
    let url = receiver.url();
    let args = [
        "check",
        "--rate",
        "10000",
        "--url",
        &url,
        "--user",
        "enx:secret",
    ];
    let run = sandbox.enx(&args);
    run.code(1);
    narrow(run.out());
    narrow(run.err());
    let words = run.out().split_whitespace().collect::<Vec<_>>().join(" ");
    for said in [
        "FAIL unknown-type \"enxhook_unknown\": answered 500 in",
        "\\u{1b}[2J no such \\u{202e} type",
        "must \"Your handler should accept and return 200 for any event type that it does not \
         explicitly recognise, rather than returning an error.\" EnableX Video, Webhook \
         Notifications (newest page), \"Handle Unknown Event Types\"",
        "change Let the default branch of the switch over the type store the body and answer 200.",
        "1 failed (1 must)",
    ] {
        assert!(words.contains(said), "{said}\n{}", run.out());
    }
    run.tells("EnableX Video: 37 checks against http://127.0.0.1:")
        .tells("made-up ids begin with enxhook-")
        .tells("delete their data to clean up")
        .hides("secret")
        .hides("\u{1b}");
}

#[test]
fn many_checks_that_did_not_run_are_told_in_one_place() {
    let receiver = Receiver::open(|_| Some(Act::Status(404)));
    let run = Sandbox::new().enx(&["check", "--url", &receiver.url(), "--rate", "10000"]);
    run.code(1);
    narrow(run.out());
    assert!(run.out().lines().count() < 50, "{}", run.out());
    insta::assert_snapshot!(run, @r#"
    $ enx-hook check --url http://<peer>/hook --rate 10000
    exit code 1
    -- stdout
    delivery
      pass  no-redirect            session_start: answered 404 in <duration>
      FAIL  every-event            0 of 10 events answered 200; session_start:
                                   answered 404 in <duration>
              must    "Your webhook handler must return an HTTP 200 response
                      immediately upon receiving a notification." EnableX Video,
                      Webhook Notifications (newest page), "Respond Immediately"
              change  Nothing is served at this path: compare the path of the URL
                      with the route of the handler, also the slash at its end.
    not run
      no event is answered 200: fix `every-event` first:
        both-spellings, optional-parts, extra-fields, unknown-type, large-event,
        any-content-type, chunked-body, non-ascii-text, out-of-order,
        answers-at-once, first-answer, answers-under-burst, same-event-twice,
        same-event-ten-times, same-event-at-once, same-key-other-body,
        right-credentials, no-credentials, wrong-password, wrong-user,
        malformed-credentials, other-scheme, challenge, even-timing, not-json,
        empty-body, json-array, deep-nesting, short-body, huge-number
    transport
      skip  https                  127.0.0.1 is in your own network
      skip  certificate            the URL begins with http://
      skip  certificate-expiry     the URL begins with http://
    not run
      no event is answered 200: fix `every-event` first:
        keep-alive, refuses-other-methods
    1 passed, 1 failed (1 must), 35 skipped in <duration>
    -- stderr
    EnableX Video: 37 checks against http://<peer>/hook
      at most 338 requests, 10,000 per second, within 2m
      made-up ids begin with <mark>
    Sent 21 requests with 12 made-up sessions.
    All their ids begin with <mark>: delete their data to clean up.
    "#);
}

#[test]
fn github_gets_an_annotation_for_what_failed_and_nothing_that_a_receiver_writes() {
    let receiver = Receiver::open(faulty);
    let url = receiver.url();
    let args = [
        "check", "--rate", "10000", "--format", "github", "--url", &url,
    ];
    let run = Sandbox::new().enx(&args);
    run.code(1);
    let commands: Vec<&str> = run
        .out()
        .lines()
        .filter(|line| line.starts_with("::"))
        .collect();
    assert_eq!(commands.len(), 2, "{}", run.out());
    assert!(
        commands[0].starts_with("::error title=check%3A unknown-type::"),
        "{}",
        commands[0]
    );
    assert!(
        commands[0].contains("%0Achange: Let the default branch"),
        "{}",
        commands[0]
    );
    assert!(commands[1].starts_with("::warning title=check%3A no-credentials::"));
}

#[test]
fn junit_has_every_check_and_fails_where_the_exit_code_does() {
    let receiver = Receiver::open(faulty);
    let sandbox = Sandbox::new();
    let url = receiver.url();
    let args = [
        "check",
        "--rate",
        "10000",
        "--url",
        &url,
        "--report",
        "report.xml",
    ];
    sandbox.enx(&args).code(1);
    let xml = sandbox.text("report.xml");
    assert_eq!(xml.matches("<testcase ").count(), 37, "{xml}");
    assert_eq!(xml.matches("<failure ").count(), 1, "{xml}");
    assert!(
        xml.contains("name=\"unknown-type\" classname=\"delivery\""),
        "{xml}"
    );
    assert!(
        xml.contains("warn: anyone who has the URL can post"),
        "{xml}"
    );
    assert!(!xml.contains('\u{1b}') && !xml.contains('\u{202e}'));
}

#[test]
fn a_report_that_cannot_be_written_is_told_before_anything_is_sent() {
    let receiver = Receiver::unused();
    let url = receiver.url();
    let run = Sandbox::new().enx(&["check", "--url", &url, "--report", "no/such/folder/r.xml"]);
    run.code(3).tells("cannot write");
}

#[test]
fn every_check_is_listed_and_explained_within_80_columns() {
    let sandbox = Sandbox::new();
    let list = sandbox.enx(&["check", "--list"]);
    list.code(0);
    narrow(list.out());
    let known = sandbox
        .enx(&["check", "--list", "--format", "json"])
        .json_lines();
    assert_eq!(known.len(), 44);
    for provider in ["enablex", "streamrec"] {
        for check in &known {
            let name = check["check"].as_str().unwrap();
            let run = sandbox.enx(&["check", "--explain", name, "--provider", provider]);
            run.code(0).says(name).says("change");
            narrow(run.out());
        }
    }
    let run = sandbox.enx(&["check", "--explain", "https"]);
    run.says("Your Webhook URL must be publicly reachable over HTTPS.");
    let run = sandbox.enx(&["check", "--explain", "https", "--provider", "streamrec"]);
    run.says("Good practice: no document of Eyeson StreamRec states it.");
}
