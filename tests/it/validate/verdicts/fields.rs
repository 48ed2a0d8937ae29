//! The fields that all `EnableX` events share, what stands beside them, and extra fields.

use serde_json::{Value, json};

use super::case::{Case, invalid, valid, warning};
use super::payloads::{ENABLEX, STREAMREC, URLS, event, renamed, with, without};

/// Opaque identifiers: text, all required.
const IDS: [&str; 3] = ["/app_id", "/room_id", "/conf_num"];

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for name in ENABLEX.into_iter().chain(STREAMREC) {
        cases.push(valid("as documented", event(name)).event(name));
        cases.push(extra(name, "/added_later", json!({ "since": 2027 })));
        cases.push(extra(name, "/added_later", json!(null)));
    }
    for place in ["/destination/region", "/files/0/bytes"] {
        cases.push(extra("file_transfer", place, json!(1)));
    }
    cases.push(extra(
        "session_start",
        "/concurrent_sessions/peak_sessions",
        json!(9),
    ));
    for name in ENABLEX {
        times(name, &mut cases);
        identifiers(name, &mut cases);
    }
    placeholders(&mut cases);
    cases
}

fn extra(name: &'static str, place: &str, value: Value) -> Case {
    let document = with(name, place, value);
    valid("unknown extra fields are a note", document)
        .note("unknown-field")
        .event(name)
}

fn times(name: &'static str, cases: &mut Vec<Case>) {
    let at = |value: Value| with(name, "/trans_date", value);
    for exact in [json!(1), json!(1_763_647_402.0), json!(99_999_999_999_u64)] {
        cases.push(valid(
            "trans_date is an integer, which may be written 1.0",
            at(exact),
        ));
    }
    cases.push(warning(
        "a string of digits",
        at(json!("1763647402")),
        "string-for-number",
    ));
    for milliseconds in [json!(100_000_000_000_u64), json!(1_763_647_402_118_u64)] {
        cases.push(warning(
            "milliseconds (from 10^11)",
            at(milliseconds),
            "milliseconds",
        ));
    }
    let digits = at(json!("1763647402118"));
    cases.push(warning("milliseconds in quotes", digits, "milliseconds").code("string-for-number"));
    for iso in ["2025-11-20T14:03:22Z", "2025-11-20T15:03:22.5+01:00"] {
        cases.push(warning("an ISO 8601 string", at(json!(iso)), "iso-time"));
    }
    for copied in [json!("Unix Timestamp"), json!(null)] {
        let case = invalid("a placeholder as trans_date", at(copied), "placeholder");
        cases.push(case.says("placeholder"));
    }
    for unusable in [
        json!(""),
        json!("soon"),
        json!(1_763_647_402.5),
        json!(true),
        json!([]),
        json!({}),
    ] {
        cases.push(invalid(
            "trans_date is unusable",
            at(unusable),
            "not-a-time",
        ));
    }
    cases.push(invalid(
        "trans_date is missing",
        without(name, "/trans_date"),
        "missing-field",
    ));
}

fn identifiers(name: &'static str, cases: &mut Vec<Case>) {
    for id in IDS {
        for number in [json!(7_700_123), json!(0)] {
            cases.push(warning(
                "an identifier is a number",
                with(name, id, number),
                "number-for-string",
            ));
        }
        cases.push(invalid("the same empty", with(name, id, ""), "empty-value"));
        cases.push(invalid(
            "the same missing",
            without(name, id),
            "missing-field",
        ));
        cases.push(invalid(
            "the same null",
            with(name, id, json!(null)),
            "null-value",
        ));
        for unusable in [json!(true), json!(["7700123"]), json!({ "id": "7700123" })] {
            cases.push(invalid(
                "the same of no use",
                with(name, id, unusable),
                "not-an-id",
            ));
        }
    }
    let document = renamed(name, "conf_num", "conf_key");
    let case = invalid(
        "conf_key where conf_num belongs",
        document,
        "misnamed-field",
    );
    cases.push(case.hints("conf_num"));
    let both = with(name, "/conf_key", "7700123");
    cases.push(valid("conf_key beside conf_num", both).note("unknown-field"));
}

/// Placeholders where any text or URL may stand: usable, and said.
fn placeholders(cases: &mut Vec<Case>) {
    let mut places: Vec<(&str, &str)> = vec![
        ("transcoded", "/stage"),
        ("file_transfer", "/destination/name"),
        ("file_transfer", "/destination/host"),
        ("file_transfer", "/destination/account"),
        ("upload_ready", "/msg"),
        ("upload_failed", "/rec_id"),
        ("session_finished", "/client_id"),
        ("supervisor_session_finished", "/supervisor_session_id"),
        ("supervisor_session_finished", "/supervisor_client_id"),
        ("supervisor_session_finished", "/agent_session_id"),
        ("supervisor_session_finished", "/agent_client_id"),
    ];
    places.extend(URLS);
    places.extend(IDS.iter().flat_map(|id| ENABLEX.map(|name| (name, *id))));
    for (name, place) in places {
        for copied in ["string", "String", "$license_id", "http://FQDN/path/file"] {
            let row = format!("a placeholder where text or a URL may stand: {place}");
            let case = warning(&row, with(name, place, copied), "placeholder");
            cases.push(case.says("placeholder"));
        }
    }
    for name in ["session_start", "session_stop"] {
        let copied = with(
            name,
            "/concurrent_sessions/license_sessions",
            json!({ "$license_id": true }),
        );
        cases.push(warning("$license_id as a licence", copied, "placeholder").says("placeholder"));
    }
    for name in ["transcoded", "live_recording"] {
        for copied in ["string", "String"] {
            let document = with(name, "/file_size", copied);
            cases.push(
                invalid("a placeholder as file_size", document, "placeholder").says("placeholder"),
            );
        }
    }
}
