//! `log timeline`: one session step by step, with what has not come.

use serde_json::json;

use super::fixture::{Arrival, at, event, records, sandbox};
use crate::support::Sandbox;

#[test]
fn what_has_not_come_has_a_row_and_what_is_optional_says_when_it_comes() {
    let run = sandbox().enx(&["log", "timeline", "48213905", "--utc"]);
    assert_eq!(run.code(0).out(), "\
48213905  enablex  2026-11-20 09:25:00 to 09:43:00, 18m  missing roomdrop
+0 ●──────────────────────────────────────────────────────────────● +18m
time          offset  gap   capture  event
09:25:00.000  +0                 #7  session_start
09:43:00.000  +18m    +18m      #18  session_stop
                                  -  roomdrop        missing: it follows session_stop
                                  -  recording       optional: only if streams are recorded
                                  -  transcoded      optional: only if streams are recorded and transcoded
                                  -  live_recording  optional: only with live recording in a Custom UI
                                  -  chatdata        optional: only if there is a chat file
                                  -  metadata        optional: only if there is a meta data file
                                  -  transcription   optional: only with Live Transcription
                                  -  file_transfer   optional: only with Recording Delivery
");
    run.tells("look closer: enx-hook log show 18\n");
}

#[test]
fn copies_are_folded_and_a_late_event_names_the_one_before_it() {
    let sandbox = sandbox();
    let run = sandbox.enx(&["log", "timeline", "48213903", "--utc"]);
    run.code(0)
        .says("roomdrop        ×2, again #13 at +18m 30s\n");
    let run = sandbox.enx(&["log", "timeline", "48213912", "--utc"]);
    run.code(0)
        .says("session_stop    out of order: after roomdrop #")
        // Not the last one, but the one that came too early.
        .tells("look closer: enx-hook log show 37\n");
    let run = sandbox.enx(&["log", "timeline", "48213920"]);
    run.code(0)
        .says("session_stop    open: it may still come\n");
}

#[test]
fn json_has_a_step_for_each_row() {
    let run = sandbox().enx(&["log", "timeline", "48213905", "--format", "json"]);
    let steps = run.code(0).json_of("step");
    let told: Vec<_> = steps[..4]
        .iter()
        .map(|step| {
            json!([
                step["event"],
                step["seq"],
                step["offset_ms"],
                step["standing"],
                step["optional"]
            ])
        })
        .collect();
    assert_eq!(
        told,
        [
            json!(["session_start", 7, 0, "came", false]),
            json!(["session_stop", 18, 1_080_000, "came", false]),
            json!(["roomdrop", null, null, "missing", false]),
            json!(["recording", null, null, "optional", true]),
        ]
    );
}

#[test]
fn a_later_event_proves_that_one_is_missing() {
    let sandbox = Sandbox::new();
    let mut arrivals: Vec<Arrival> = vec![event("session_start", 1, at(0, 0))];
    arrivals.push(event("roomdrop", 1, at(1, 0)));
    sandbox.write("log.jsonl", records(&arrivals).concat());
    let args = ["log", "timeline", "48213901", "--settle-after", "100000d"];
    let run = sandbox.enx(&args);
    run.code(0)
        .says("session_stop    missing: roomdrop came, which comes later\n");
}

#[test]
fn a_session_that_is_not_there_is_an_empty_answer() {
    let run = sandbox().enx(&["log", "timeline", "77"]);
    assert_eq!(run.code(0).out(), "");
    run.tells("session:77 left out all ")
        .tells("\nall sessions: enx-hook log sessions\n");
}
