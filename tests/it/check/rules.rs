//! Each check fails on the receiver that violates its rule, alone, and passes on all others.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::receiver::{Act, KNOWN, Receiver, Seen};
use super::{check, found, of, with_result};
use crate::support::{Listener, Sandbox};

/// Long enough that two requests at once meet.
const MEETING: Duration = Duration::from_millis(60);

/// A fault of a receiver, and the check that finds it.
struct Case {
    check: &'static str,
    result: &'static str,
    fault: fn(&Seen<'_>) -> Option<Act>,
}

fn fail(check: &'static str, fault: fn(&Seen<'_>) -> Option<Act>) -> Case {
    let result = "fail";
    Case {
        check,
        result,
        fault,
    }
}

fn warn(check: &'static str, fault: fn(&Seen<'_>) -> Option<Act>) -> Case {
    let result = "warn";
    Case {
        check,
        result,
        fault,
    }
}

/// An answer with this status, where something holds.
fn status(status: u16, holds: bool) -> Option<Act> {
    holds.then_some(Act::Status(status))
}

fn has(seen: &Seen<'_>, text: &str) -> bool {
    let body = String::from_utf8_lossy(&seen.request.body);
    body.contains(text)
}

/// `Authorization`, decoded as far as these tests need it.
fn is_user(seen: &Seen<'_>) -> bool {
    // base64 of `enx:`, up to the last whole group of letters.
    seen.authorization()
        .is_some_and(|value| value.starts_with("Basic ZW54O"))
}

fn is_password(seen: &Seen<'_>) -> bool {
    use base64::Engine as _;
    let value = seen
        .authorization()
        .and_then(|value| value.strip_prefix("Basic "));
    let plain =
        value.and_then(|value| base64::engine::general_purpose::STANDARD.decode(value).ok());
    plain.is_some_and(|plain| plain.ends_with(b":secret"))
}

fn delivery() -> Vec<Case> {
    vec![
        fail("no-redirect", |seen| {
            seen.is_post()
                .then_some(Act::Field(302, "Location: /login"))
        }),
        fail("every-event", |seen| status(500, seen.name() == "chatdata")),
        fail("both-spellings", |seen| {
            status(400, seen.name() == "file-transfer")
        }),
        fail("optional-parts", |seen| {
            let lacks = seen.event.get("concurrent_sessions").is_none();
            status(500, seen.name() == "session_start" && lacks)
        }),
        fail("extra-fields", |seen| {
            status(422, has(seen, "enxhook_extra"))
        }),
        fail("unknown-type", |seen| {
            status(500, seen.name().starts_with("enxhook"))
        }),
        fail("large-event", |seen| {
            status(413, seen.request.body.len() > 100_000)
        }),
        fail("any-content-type", |seen| {
            let named = seen.request.header("content-type");
            status(415, seen.is_post() && named != Some("application/json"))
        }),
        fail("chunked-body", |seen| {
            status(411, seen.request.header("transfer-encoding").is_some())
        }),
        fail("non-ascii-text", |seen| {
            status(500, !seen.request.body.is_ascii() || has(seen, "\\u"))
        }),
        fail("out-of-order", |seen| {
            let is_late = seen
                .of_session
                .iter()
                .any(|other| other["type"] != "session_start");
            status(409, seen.name() == "session_start" && is_late)
        }),
    ]
}

fn idempotency() -> Vec<Case> {
    vec![
        fail("same-event-twice", |seen| {
            status(409, seen.event.is_object() && seen.before >= 1)
        }),
        fail("same-event-ten-times", |seen| {
            let counts = seen.event.is_object() && seen.before >= 1;
            status(429, counts && seen.work(MEETING) == 1 && seen.before >= 5)
        }),
        fail("same-event-at-once", |seen| {
            let name = seen.name() == "session_start";
            status(500, name && seen.work(MEETING) > 1)
        }),
        fail("same-key-other-body", |seen| {
            let is_same = |other: &&serde_json::Value| {
                other["type"] == seen.event["type"] && **other != seen.event
            };
            status(409, seen.of_session.iter().any(|other| is_same(&other)))
        }),
    ]
}

fn authentication() -> Vec<Case> {
    vec![
        fail("right-credentials", |seen| {
            status(401, seen.authorization() == Some(KNOWN))
        }),
        fail("no-credentials", |seen| {
            status(200, seen.is_post() && seen.authorization().is_none())
        }),
        fail("wrong-password", |seen| {
            status(
                200,
                seen.is_post() && is_user(seen) && seen.authorization() != Some("Basic ZW54"),
            )
        }),
        fail("wrong-user", |seen| {
            status(200, seen.is_post() && is_password(seen))
        }),
        fail("malformed-credentials", |seen| {
            status(500, seen.authorization() == Some("Basic %%%%"))
        }),
        fail("other-scheme", |seen| {
            status(
                200,
                seen.authorization()
                    .is_some_and(|value| value.starts_with("Bearer")),
            )
        }),
        fail("challenge", |seen| {
            status(
                401,
                seen.is_post() && seen.authorization() != Some(KNOWN) && !seen.is_cut_off,
            )
        }),
        warn("even-timing", |seen| {
            if is_user(seen) && seen.authorization() != Some(KNOWN) {
                // As if the password were hashed for users that exist.
                seen.work(Duration::from_millis(40));
            }
            None
        }),
    ]
}

fn robustness() -> Vec<Case> {
    vec![
        fail("not-json", |seen| {
            status(500, has(seen, "this is not JSON"))
        }),
        fail("empty-body", |seen| {
            (seen.is_post() && seen.request.body.is_empty()).then_some(Act::Hang)
        }),
        fail("json-array", |seen| status(502, seen.event.is_array())),
        fail("deep-nesting", |seen| {
            has(seen, "[[[[[[").then_some(Act::Close)
        }),
        fail("short-body", |seen| seen.is_cut_off.then_some(Act::Hang)),
        fail("huge-number", |seen| status(500, has(seen, ",1e999]"))),
    ]
}

fn transport() -> Vec<Case> {
    vec![
        warn("keep-alive", |seen| {
            let usual = seen.is_post() && seen.authorization() == Some(KNOWN);
            usual.then_some(Act::Last)
        }),
        warn("refuses-other-methods", |seen| {
            status(200, seen.request.word(0) == "PUT")
        }),
    ]
}

/// Checks with tests of their own, since they need another receiver or other arguments.
const ELSEWHERE: [&str; 13] = [
    // promptness.rs
    "answers-at-once",
    "first-answer",
    "answers-under-burst",
    // tls.rs and safety.rs
    "https",
    "certificate",
    "certificate-expiry",
    // effects.rs
    "duplicates-count-once",
    "same-key-counts-twice",
    "verify-command",
    // files.rs
    "files-downloaded",
    "own-storage-credentials",
    "download-after-503",
    "download-after-cut",
];

/// Runs all checks against each faulty receiver: just the one of the case speaks.
#[track_caller]
fn judge(cases: Vec<Case>) {
    for case in cases {
        let receiver = Receiver::new(case.fault);
        let run = check(&receiver.url(), &["--user", "enx:secret"]);
        assert_eq!(found(&run), [case.check], "{}", run.out());
        let line = of(&run, case.check);
        assert_eq!(line["result"], case.result, "{line}");
        assert!(line["change"].is_string(), "{line}");
        let is_negative = line["result"] == "fail" && line["level"] == "must";
        run.code(i32::from(is_negative));
    }
}

#[test]
fn a_fault_in_delivery_is_found_by_its_own_check_alone() {
    judge(delivery());
}

#[test]
fn a_fault_in_idempotency_is_found_by_its_own_check_alone() {
    judge(idempotency());
}

#[test]
fn a_fault_in_authentication_is_found_by_its_own_check_alone() {
    judge(authentication());
}

#[test]
fn a_fault_in_robustness_is_found_by_its_own_check_alone() {
    judge(robustness());
}

#[test]
fn a_fault_in_transport_is_found_by_its_own_check_alone() {
    judge(transport());
}

#[test]
fn every_check_has_a_receiver_that_violates_it() {
    let run = Sandbox::new().enx(&["check", "--list", "--format", "json"]);
    let listed: BTreeSet<String> = run
        .json_lines()
        .iter()
        .map(|line| super::text(line, "check"))
        .collect();
    let groups = [
        delivery(),
        idempotency(),
        authentication(),
        robustness(),
        transport(),
    ];
    let cases = groups.iter().flatten().map(|case| case.check);
    let covered: BTreeSet<String> = cases.chain(ELSEWHERE).map(str::to_owned).collect();
    assert_eq!(covered, listed);
}

#[test]
fn a_receiver_without_a_fault_passes_every_check() {
    let receiver = Receiver::new(|_| None);
    let run = check(&receiver.url(), &["--user", "enx:secret"]);
    run.code(0);
    assert_eq!(found(&run), [""; 0], "{}", run.out());
    // What needs TLS cannot be asked of a receiver on this machine.
    let skipped = with_result(&run, &["skip"]);
    assert_eq!(skipped, ["https", "certificate", "certificate-expiry"]);
}

#[test]
fn our_own_listener_passes_every_check_for_every_provider() {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, &["--user", "enx:secret", "--format", "json"]);
    for provider in ["enablex", "streamrec"] {
        let args = ["--user", "enx:secret", "--provider", provider];
        let run = check(&listener.url(), &args);
        run.code(0);
        assert_eq!(found(&run), [""; 0], "{}", run.out());
    }
}

#[test]
fn what_a_bad_body_does_to_the_next_good_event_is_found() {
    static BROKEN: AtomicBool = AtomicBool::new(false);
    let receiver = Receiver::open(|seen| {
        if has(seen, "this is not JSON") {
            BROKEN.store(true, Ordering::SeqCst);
            return Some(Act::Status(400));
        }
        status(503, BROKEN.swap(false, Ordering::SeqCst))
    });
    let run = check(&receiver.url(), &["--only", "robustness"]);
    assert_eq!(found(&run), ["not-json"]);
    let said = super::text(&of(&run, "not-json"), "message");
    assert!(said.contains("the next good event: answered 503"), "{said}");
}

#[test]
fn a_connection_that_is_closed_against_its_promise_fails_keep_alive() {
    let receiver = Receiver::open(|seen| seen.is_post().then_some(Act::Broken));
    let run = check(&receiver.url(), &["--only", "keep-alive"]);
    assert_eq!(with_result(&run, &["fail"]), ["keep-alive"]);
}

#[test]
fn without_credentials_it_is_a_warning_that_anyone_can_post() {
    let receiver = Receiver::open(|_| None);
    let run = check(&receiver.url(), &["--only", "authentication"]);
    run.code(0);
    assert_eq!(with_result(&run, &["warn"]), ["no-credentials"]);
    assert_eq!(with_result(&run, &["skip"]).len(), 7);
    let strict = check(&receiver.url(), &["--only", "authentication", "--strict"]);
    strict.code(1);
    let args = ["check", "--only", "authentication", "--strict", "--url"];
    let told = Sandbox::new().enx(&[&args[..], &[&receiver.url()]].concat());
    told.code(1)
        .tells("The exit code is 1, since --strict counts");
}

#[test]
fn a_receiver_that_wants_credentials_is_told_from_a_broken_one() {
    let receiver = Receiver::new(|_| None);
    let run = check(&receiver.url(), &[]);
    run.code(1);
    assert_eq!(found(&run), ["every-event"]);
    let change = super::text(&of(&run, "every-event"), "change");
    assert!(change.contains("--user NAME"), "{change}");
    assert_eq!(of(&run, "no-credentials")["result"], "pass");
}

#[test]
fn the_statuses_of_a_wrong_setup_have_an_advice_of_their_own() {
    for (status, advice) in [
        (403, "CSRF"),
        (404, "route"),
        (405, "POST"),
        (415, "content type"),
        (419, "Laravel"),
    ] {
        let receiver = Receiver::open(move |_| Some(Act::Status(status)));
        let run = check(&receiver.url(), &["--only", "every-event"]);
        let change = of(&run, "every-event")["change"]
            .as_str()
            .unwrap()
            .to_owned();
        assert!(change.contains(advice), "{change}");
    }
}
