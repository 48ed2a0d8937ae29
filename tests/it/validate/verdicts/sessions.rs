//! Session counts and licences of `session_start` and `session_stop`.

use serde_json::{Value, json};

use super::case::{Case, invalid, valid, warning};
use super::payloads::{with, without};

pub(super) fn cases() -> Vec<Case> {
    ["session_start", "session_stop"]
        .into_iter()
        .flat_map(of)
        .collect()
}

fn of(name: &'static str) -> Vec<Case> {
    let mut cases = Vec::new();
    let object = "/concurrent_sessions";
    let total = |value: Value| with(name, "/concurrent_sessions/total_sessions", value);
    let licences = |value: Value| with(name, "/concurrent_sessions/license_sessions", value);

    cases.push(valid(
        "the object comes only with concurrency billing",
        without(name, object),
    ));
    let unlicensed = without(name, "/concurrent_sessions/license_sessions");
    cases.push(valid(
        "license_sessions only with licence billing",
        unlicensed,
    ));
    cases.push(valid("no licence", licences(json!({}))));
    cases.push(valid(
        "licences in and out of use",
        licences(json!({ "A": true, "B": false, "": true })),
    ));
    for fine in [json!(0), json!(50), json!(4.0)] {
        cases.push(valid("total_sessions up to max_sessions", total(fine)));
    }
    for above in [json!(51), json!(51.0)] {
        cases.push(warning(
            "total_sessions above max_sessions",
            total(above),
            "sessions-above-limit",
        ));
    }
    for flag in ["true", "false"] {
        cases.push(warning(
            "a licence flag in quotes",
            licences(json!({ "A": true, "B": flag })),
            "string-for-boolean",
        ));
    }
    for flag in [json!("yes"), json!(null), json!(2), json!({})] {
        cases.push(invalid(
            "a licence flag that is none",
            licences(json!({ "A": flag })),
            "not-a-boolean",
        ));
    }
    for field in [
        "/concurrent_sessions/total_sessions",
        "/concurrent_sessions/max_sessions",
    ] {
        let absent = without(name, field);
        cases.push(warning(
            "without total_sessions or max_sessions",
            absent,
            "missing-session-count",
        ));
        cases.push(warning(
            "a count in quotes",
            with(name, field, "50"),
            "string-for-number",
        ));
        for wrong in [json!(-1), json!(1.5), json!("many"), json!([])] {
            cases.push(invalid(
                "counts are integers from 0",
                with(name, field, wrong),
                "not-a-count",
            ));
        }
        cases.push(invalid(
            "a count that is null",
            with(name, field, json!(null)),
            "null-value",
        ));
    }
    let neither = with(name, object, json!({}));
    cases.push(warning("without both", neither, "missing-session-count"));
    for wrong in [json!([4]), json!("4"), json!(4)] {
        cases.push(invalid(
            "concurrent_sessions is no object",
            with(name, object, wrong),
            "unusable-value",
        ));
    }
    for wrong in [json!(["A"]), json!(true)] {
        cases.push(invalid(
            "license_sessions is no object",
            licences(wrong),
            "unusable-value",
        ));
    }
    cases
}
