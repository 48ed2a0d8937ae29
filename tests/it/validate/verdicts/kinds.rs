//! Whose event a body is, and which; or what else it is.

use serde_json::{Value, json};

use super::case::{Case, invalid, unknown, valid, warning};
use super::payloads::{ENABLEX, STREAMREC, event, renamed, with, without};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    unknown_events(&mut cases);
    no_events(&mut cases);
    wrappers(&mut cases);
    lookalikes(&mut cases);
    two_discriminators(&mut cases);
    cases
}

fn unknown_events(cases: &mut Vec<Case>) {
    let row = "type in another case or with - for _";
    for name in ENABLEX {
        let other = with(name, "/type", name.to_uppercase());
        cases.push(unknown(row, other).hints(name));
        let hyphens = name.replace('_', "-");
        if hyphens != name && name != "file_transfer" {
            cases.push(unknown(row, with(name, "/type", hyphens)).hints(name));
        }
    }
    for name in STREAMREC {
        let other = with(name, "/status", name.to_uppercase().replace('_', "-"));
        cases.push(unknown("the same for status", other).hints(name));
    }
    let nearly = [
        ("Roomdrop", "roomdrop"),
        ("File-Transfer", "file-transfer"),
        ("FILE_TRANSFER", "file_transfer"),
        ("transcode", "transcoded"),
        ("session_started", "session_start"),
        ("liverecording", "live_recording"),
    ];
    for (nearly, name) in nearly {
        let document = with("roomdrop", "/type", nearly);
        cases.push(unknown("the nearest known name stands in its finding", document).hints(name));
    }
    for other in ["participant_joined", "x", "イベント"] {
        let document = with("roomdrop", "/type", other);
        cases.push(unknown("an event the catalog does not have", document).event(other));
        let bare = json!({ "type": other });
        cases.push(unknown("the same with nothing beside it", bare).event(other));
    }
    let placeholder = with("roomdrop", "/type", "string");
    cases.push(unknown("the placeholder as type", placeholder).says("placeholder"));
    let odd = with(
        with("roomdrop", "/type", "x"),
        "/trans_date",
        "Unix Timestamp",
    );
    cases.push(unknown("nothing is documented of an unknown event", odd));
}

fn no_events(cases: &mut Vec<Case>) {
    let row = "no type and no status";
    for body in [
        json!({}),
        without("roomdrop", "/type"),
        without("upload_failed", "/status"),
        json!({ "event": "roomdrop" }),
    ] {
        cases.push(invalid(row, body, "missing-discriminator").hints("events"));
    }
    let capital = renamed("roomdrop", "type", "Type");
    cases.push(invalid(row, capital, "missing-discriminator").hints("`Type`"));
    for unusable in [json!(null), json!(""), json!(7), json!(["roomdrop"])] {
        let document = with("roomdrop", "/type", unusable.clone());
        cases.push(invalid(
            "a type that is no name",
            document,
            "bad-discriminator",
        ));
        let document = with("upload_failed", "/status", unusable);
        cases.push(invalid(
            "a status that is no name",
            document,
            "bad-discriminator",
        ));
    }
    for body in [
        json!([]),
        json!([{ "n": 1 }]),
        json!("roomdrop"),
        json!(null),
        json!(5),
        json!(true),
    ] {
        cases.push(invalid("not an object", body, "not-an-object").hints("object"));
    }
}

fn wrappers(cases: &mut Vec<Case>) {
    let row = "an object that wraps the event";
    for name in [
        "roomdrop",
        "recording",
        "upload_ready",
        "supervisor_session_finished",
    ] {
        for member in ["data", "body"] {
            let object = json!({ member: event(name) });
            cases.push(
                invalid(row, object, "wrapped-event")
                    .says(member)
                    .hints(name),
            );
            let text = json!({ member: event(name).to_string() });
            cases.push(
                invalid("the same as text", text, "wrapped-event")
                    .says(member)
                    .hints(name),
            );
        }
        let among = json!({ "headers": { "host": "x" }, "method": "POST", "body": event(name) });
        cases.push(invalid(row, among, "wrapped-event"));
    }
    for (place, body) in [
        ("`/0`", json!([event("roomdrop")])),
        ("a string as text", json!(event("roomdrop").to_string())),
    ] {
        cases.push(invalid("a list or a text of events", body, "wrapped-event").says(place));
    }
    let named = json!({ "type": "webhook", "id": 4, "data": event("roomdrop") });
    cases.push(invalid(
        "the wrapper is judged before an unknown event",
        named,
        "wrapped-event",
    ));
    let beside = with("roomdrop", "/data", json!({ "any": "thing" }));
    cases.push(valid("an event with a member data is itself", beside).note("unknown-field"));
}

/// What else comes to the same URL, by the code of its finding and the word for it.
fn others() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        (
            "enablex-voice-event",
            "EnableX Voice",
            json!({ "voice_id": "5f2b", "state": "connected", "from": "100", "to": "200" }),
        ),
        (
            "enablex-encrypted-body",
            "encrypted",
            json!({ "encrypted_data": "q83vEjRWeJA=" }),
        ),
        (
            "enablex-cdr-answer",
            "CDR",
            json!({ "result": 0, "cdr": [{ "conf_num": "7700123", "duration": 61 }] }),
        ),
        (
            "streamrec-realtime-message",
            "realtime message",
            json!({
                "type": "session_start",
                "client_id": "desk-4",
                "session_id": "ses-12",
                "data": { "webhook": "https://example.com/hook" }
            }),
        ),
        (
            "eyeson-rest-webhook",
            "Eyeson REST",
            json!({ "type": "room_update", "room": { "id": "r1", "shutdown": false } }),
        ),
        (
            "eyeson-rest-webhook",
            "Eyeson REST",
            json!({ "type": "recording_update", "recording": { "id": "r1", "links": {} } }),
        ),
    ]
}

fn lookalikes(cases: &mut Vec<Case>) {
    for (code, word, body) in others() {
        cases.push(invalid("what only looks like an event", body.clone(), code).says(word));
        for name in ["roomdrop", "session_start", "upload_failed"] {
            let mut document = event(name);
            let members = document.as_object_mut().unwrap();
            for (member, value) in body.as_object().unwrap() {
                members.entry(member).or_insert(value.clone());
            }
            if name == "upload_failed" {
                // A `type` beside a status is another row; `client_id` is its own field.
                members.shift_remove("type");
            }
            let case = valid(
                "a known event with such fields is the event",
                document.clone(),
            );
            let grown =
                document.as_object().unwrap().len() > event(name).as_object().unwrap().len();
            cases.push(if grown {
                case.note("unknown-field").event(name)
            } else {
                case
            });
        }
        let mut document = with("roomdrop", "/type", "brand_new");
        let members = document.as_object_mut().unwrap();
        members.extend(body.as_object().unwrap().clone());
        if body.get("type").is_none() {
            members.insert("type".into(), "brand_new".into());
        }
        let row = "lookalikes only where the provider's common fields are absent";
        cases.push(match body["type"].as_str() {
            Some("session_start") => valid(row, document).note("unknown-field"),
            _ => unknown(row, document),
        });
    }
}

fn two_discriminators(cases: &mut Vec<Case>) {
    let row = "both type and status: type decides";
    for status in ["ok", "upload_failed", "string"] {
        let document = with("roomdrop", "/status", status);
        cases.push(
            warning(row, document, "two-discriminators")
                .note("unknown-field")
                .event("roomdrop"),
        );
    }
    let row = "unless status names a known event and its fields fit better";
    for name in STREAMREC {
        for kind in ["webhook", "roomdrop", "session_start"] {
            let document = with(name, "/type", kind);
            cases.push(
                warning(row, document, "two-discriminators")
                    .note("unknown-field")
                    .event(name),
            );
        }
    }
    let unknown_both = json!({ "type": "first", "status": "second" });
    let case = unknown("type decides between two unknown ones", unknown_both);
    cases.push(case.code("two-discriminators").event("first"));
    let known = with(
        with("roomdrop", "/type", "first"),
        "/status",
        "upload_failed",
    );
    let case = unknown("a known status whose fields are not there", known);
    cases.push(case.code("two-discriminators").event("first"));
}
