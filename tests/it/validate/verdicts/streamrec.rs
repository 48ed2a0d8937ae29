//! The webhooks of `StreamRec`: their fields, times and numbers.

use serde_json::{Value, json};

use super::case::{Case, invalid, valid, warning};
use super::payloads::{STREAMREC, event, with, without};

/// The times of the server, each with the event that it stands in.
const TIMES: [(&str, &str); 7] = [
    ("upload_ready", "/recording_started_at"),
    ("upload_ready", "/recording_first_frame_written_at"),
    ("upload_ready", "/recording_stopped_at"),
    ("session_finished", "/started_at"),
    ("session_finished", "/stopped_at"),
    ("supervisor_session_finished", "/started_at"),
    ("supervisor_session_finished", "/stopped_at"),
];

/// The clock of the client.
const PEER: (&str, &str) = ("upload_ready", "/recording_first_peerframe_captured_at");

const NUMBERS: [(&str, &str); 3] = [
    ("upload_ready", "/recording_file_duration_ms"),
    ("upload_ready", "/recording_file_size_bytes"),
    ("upload_failed", "/upload_status_code"),
];

/// Start and end, each with the event that they stand in.
const SPANS: [(&str, &str, &str); 3] = [
    (
        "upload_ready",
        "/recording_started_at",
        "/recording_stopped_at",
    ),
    ("session_finished", "/started_at", "/stopped_at"),
    ("supervisor_session_finished", "/started_at", "/stopped_at"),
];

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for name in STREAMREC {
        required(name, &mut cases);
    }
    for (name, place) in TIMES.into_iter().chain([PEER]) {
        times(name, place, &mut cases);
    }
    for (name, place) in TIMES {
        let null = with(name, place, json!(null));
        cases.push(invalid("a server time that is null", null, "null-value"));
    }
    for (name, place) in NUMBERS {
        numbers(name, place, &mut cases);
    }
    for (name, start, end) in SPANS {
        spans(name, start, end, &mut cases);
    }
    peer(&mut cases);
    for none in [json!(0), json!(null)] {
        let document = with("upload_failed", "/upload_status_code", none);
        cases.push(warning(
            "upload_status_code 0 or null",
            document,
            "no-status-code",
        ));
    }
    cases
}

/// All fields are listed, so all must be there; `rec_id` of a session that was not recorded
/// is the exception.
fn required(name: &'static str, cases: &mut Vec<Case>) {
    for field in event(name)
        .as_object()
        .unwrap()
        .keys()
        .filter(|field| *field != "status")
    {
        let document = without(name, &format!("/{field}"));
        cases.push(
            if (name, field.as_str()) == ("session_finished", "rec_id") {
                warning(
                    "session_finished without rec_id",
                    document,
                    "missing-rec-id",
                )
            } else {
                invalid("a documented field is missing", document, "missing-field")
            },
        );
        if field.ends_with("_id") {
            let empty = with(name, &format!("/{field}"), "");
            cases.push(invalid("an identifier is empty", empty, "empty-value"));
            let null = with(name, &format!("/{field}"), json!(null));
            cases.push(invalid("an identifier is null", null, "null-value"));
        }
    }
}

fn times(name: &'static str, place: &str, cases: &mut Vec<Case>) {
    // The hour of the usual payloads, so that no end comes before its start.
    let hour = if place.contains("stopped") { 23 } else { 1 };
    let at = |rest: &str| with(name, place, format!("2025-11-20T{hour:02}:03:22{rest}"));
    for offset in ["Z", ".5Z", ".123456789Z", "+01:00", "-00:30", "+00:00"] {
        cases.push(valid("ISO 8601 with an offset or Z", at(offset)));
    }
    for none in ["", ".118"] {
        cases.push(warning(
            "a time without offset",
            at(none),
            "time-without-offset",
        ));
    }
    for no_time in [
        "yesterday",
        "string",
        "14:03:22Z",
        "20.11.2025 14:03",
        "2025-13-20T14:03:22Z",
        "2025-02-30T14:03:22Z",
        "2025-11-20T24:03:22Z",
        "2025-11-20T14:60:22Z",
        "2025-11-20T14:03:22+25:00",
        "1763647402",
    ] {
        let code = if no_time == "string" {
            "placeholder"
        } else {
            "not-a-time"
        };
        cases.push(invalid(
            "a time field that is no time",
            with(name, place, no_time),
            code,
        ));
    }
    cases.push(invalid(
        "a time field that is empty",
        with(name, place, ""),
        "empty-value",
    ));
    for no_time in [
        json!(1_763_647_402),
        json!(true),
        json!({}),
        json!(["2025-11-20T14:03:22Z"]),
    ] {
        cases.push(invalid(
            "a time field that is no text",
            with(name, place, no_time),
            "not-a-time",
        ));
    }
}

fn numbers(name: &'static str, place: &str, cases: &mut Vec<Case>) {
    let to = |value: Value| with(name, place, value);
    for fine in [json!(1), json!(507), json!(507.0), json!(1e9)] {
        cases.push(valid("an integer, which may be written 1.0", to(fine)));
    }
    cases.push(warning(
        "an integer written as a string of digits",
        to(json!("507")),
        "string-for-number",
    ));
    for wrong in [
        json!(-1),
        json!(1.5),
        json!("12 MB"),
        json!("-1"),
        json!("1.0"),
        json!(false),
        json!([5]),
    ] {
        cases.push(invalid("integers ≥ 0", to(wrong), "not-a-count"));
    }
    cases.push(invalid(
        "an empty string for an integer",
        to(json!("")),
        "empty-value",
    ));
    if place != "/upload_status_code" {
        cases.push(valid("0 is an integer", to(json!(0))));
        cases.push(invalid(
            "null for an integer",
            to(json!(null)),
            "null-value",
        ));
    }
}

fn spans(name: &'static str, start: &str, end: &str, cases: &mut Vec<Case>) {
    let from_to = |from: &str, to: &str| with(with(name, start, from), end, to);
    let row = "stopped before started";
    for (from, to) in [
        ("2025-11-20T14:00:00Z", "2025-11-20T13:59:59Z"),
        ("2025-11-20T14:00:00.001Z", "2025-11-20T14:00:00Z"),
        ("2025-11-20T14:00:00Z", "2025-11-20T14:30:00+01:00"),
    ] {
        cases.push(warning(row, from_to(from, to), "stopped-before-started"));
    }
    for (from, to) in [
        ("2025-11-20T14:00:00Z", "2025-11-20T14:00:00.000Z"),
        ("2025-11-20T15:00:00+01:00", "2025-11-20T14:30:00Z"),
        ("2025-11-20T23:59:59-05:00", "2025-11-21T05:00:00Z"),
    ] {
        cases.push(valid(
            "moments are ordered, not their text",
            from_to(from, to),
        ));
    }
    let local = from_to("2025-11-20T14:00:00", "2025-11-20T13:00:00");
    cases.push(warning(row, local, "stopped-before-started").code("time-without-offset"));
}

/// The client's clock is never ordered against the server's.
fn peer(cases: &mut Vec<Case>) {
    let (name, place) = PEER;
    for any in ["1999-01-01T00:00:00Z", "2031-01-01T00:00:00Z"] {
        cases.push(valid(
            "the client's clock may say anything",
            with(name, place, any),
        ));
    }
    let null = with(name, place, json!(null));
    cases.push(warning(
        "recording_first_peerframe_captured_at null",
        null,
        "no-peer-time",
    ));
}
