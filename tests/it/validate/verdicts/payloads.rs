//! Payloads as the services would send them, and ways to spoil them.

use serde_json::{Value, json};

/// The events of `EnableX` Video, by `type`.
pub(super) const ENABLEX: [&str; 10] = [
    "session_start",
    "session_stop",
    "roomdrop",
    "recording",
    "transcoded",
    "live_recording",
    "chatdata",
    "metadata",
    "transcription",
    "file_transfer",
];

/// The webhooks of `StreamRec`, by `status`.
pub(super) const STREAMREC: [&str; 4] = [
    "upload_ready",
    "upload_failed",
    "session_finished",
    "supervisor_session_finished",
];

/// Where each event that names files has its first URL.
pub(super) const URLS: [(&str, &str); 7] = [
    ("recording", "/recording/0"),
    ("transcoded", "/recording"),
    ("live_recording", "/url"),
    ("chatdata", "/url"),
    ("metadata", "/url"),
    ("transcription", "/url"),
    ("file_transfer", "/files/0/url"),
];

/// A payload in which nothing is odd.
#[track_caller]
pub(super) fn event(name: &str) -> Value {
    if let Some(status) = STREAMREC.iter().find(|status| **status == name) {
        return webhook(status);
    }
    let concurrency = json!({
        "license_sessions": { "EX-7731-02": true, "EX-7731-09": true },
        "total_sessions": 4,
        "max_sessions": 50
    });
    let file = |name: &str| json!(format!("https://media.example.com/v1/{name}"));
    let own = match name {
        "session_start" | "session_stop" => json!({ "concurrent_sessions": concurrency }),
        "roomdrop" => json!({}),
        "recording" => json!({ "recording": [file("p1.mkv"), file("p2.mkv"), file("p3.mkv")] }),
        "transcoded" => {
            json!({ "recording": file("all.mp4"), "stage": "2", "file_size": "73400320" })
        }
        "live_recording" => json!({ "url": file("live.mp4"), "file_size": "5242880" }),
        "chatdata" => json!({ "url": file("chat.json") }),
        "metadata" => json!({ "url": file("activity.json") }),
        "transcription" => json!({ "url": file("words.vtt") }),
        "file_transfer" => json!({
            "destination": { "name": "sftp", "host": "vault.example.net", "account": "" },
            "files": [{ "url": file("a.mkv") }, { "url": file("b.mkv") }]
        }),
        other => panic!("no payload for {other}"),
    };
    let mut payload = json!({
        "type": name,
        "trans_date": 1_763_647_402,
        "app_id": "5f3c0a9be1d24c77",
        "room_id": "6a1e7c02d94b4f3e",
        "conf_num": "7700123"
    });
    let members = payload.as_object_mut().unwrap();
    members.extend(own.as_object().unwrap().clone());
    payload
}

fn webhook(status: &str) -> Value {
    match status {
        "upload_ready" => json!({
            "status": status,
            "msg": "the recording is stored",
            "rec_id": "rec-31",
            "client_id": "desk-4",
            "recording_started_at": "2025-11-20T14:00:00.120Z",
            "recording_first_frame_written_at": "2025-11-20T14:00:00.480Z",
            "recording_first_peerframe_captured_at": "2025-11-20T14:00:00.300Z",
            "recording_stopped_at": "2025-11-20T14:21:07.904Z",
            "recording_file_duration_ms": 1_267_424,
            "recording_file_size_bytes": 88_604_119
        }),
        "upload_failed" => json!({
            "status": status,
            "msg": "the store refused the file",
            "rec_id": "rec-31",
            "client_id": "desk-4",
            "upload_status_code": 507
        }),
        "session_finished" => json!({
            "status": status,
            "msg": "all clients left",
            "rec_id": "rec-31",
            "client_id": "desk-4",
            "started_at": "2025-11-20T13:59:58+00:00",
            "stopped_at": "2025-11-20T15:21:09+01:00"
        }),
        _ => json!({
            "status": status,
            "supervisor_session_id": "sup-9",
            "supervisor_client_id": "lead-1",
            "agent_session_id": "ses-12",
            "agent_client_id": "desk-4",
            "started_at": "2025-11-20T14:05:00Z",
            "stopped_at": "2025-11-20T14:20:00Z"
        }),
    }
}

/// The payload of an event with another value in a place; a member that is not there is added.
#[track_caller]
pub(super) fn with(payload: impl Into<Payload>, pointer: &str, value: impl Into<Value>) -> Value {
    let Payload(mut payload) = payload.into();
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer begins with /");
    match payload.pointer_mut(parent).expect("a place in the payload") {
        Value::Object(members) => drop(members.insert(name.to_owned(), value.into())),
        Value::Array(items) => items[name.parse::<usize>().unwrap()] = value.into(),
        _ => panic!("nothing stands in {parent}"),
    }
    payload
}

/// The payload without a member.
#[track_caller]
pub(super) fn without(payload: impl Into<Payload>, pointer: &str) -> Value {
    let Payload(mut payload) = payload.into();
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer begins with /");
    let members = payload.pointer_mut(parent).and_then(Value::as_object_mut);
    members
        .expect("an object")
        .shift_remove(name)
        .expect("a member to take away");
    payload
}

/// The payload with a member under another name.
#[track_caller]
pub(super) fn renamed(payload: impl Into<Payload>, name: &str, other: &str) -> Value {
    let Payload(payload) = payload.into();
    let value = payload[name].clone();
    with(
        without(payload, &format!("/{name}")),
        &format!("/{other}"),
        value,
    )
}

/// A payload, or the name of the event that it is the usual one of.
pub(super) struct Payload(Value);

impl From<&str> for Payload {
    fn from(name: &str) -> Payload {
        Payload(event(name))
    }
}

impl From<Value> for Payload {
    fn from(value: Value) -> Payload {
        Payload(value)
    }
}
