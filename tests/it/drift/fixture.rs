//! A log with a difference of each class.

use serde_json::{Value, json};

use crate::log::fixture::{at, event, records};
use crate::support::Sandbox;

/// An event of a session, that many seconds after its beginning, with further fields.
fn with(
    name: &str,
    session: u64,
    second: i64,
    fields: &Value,
) -> (chrono::DateTime<chrono::Utc>, Value) {
    let (time, mut body) = event(
        name,
        session,
        at(5 * i64::try_from(session).unwrap(), second),
    );
    let fields = fields.as_object().unwrap().clone();
    body.as_object_mut().unwrap().extend(fields);
    (time, body)
}

/// A folder with that log. All is well in session 1, but for a copy.
pub(super) fn sandbox() -> Sandbox {
    let url = "https://host.example/f";
    let none = json!({});
    let mut arrivals = vec![
        with("session_start", 1, 0, &none),
        with("session_stop", 1, 10, &none),
        with("roomdrop", 1, 11, &none),
        with(
            "recording",
            1,
            20,
            &json!({"recording": [url], "duration": 341}),
        ),
        with("whiteboard", 1, 30, &json!({"pages": 3, "url": url})),
    ];
    let copy = arrivals[2].1.clone();
    arrivals.push((at(5, 40), copy));
    let mut nameless = with(
        "transcoded",
        2,
        30,
        &json!({"recording": [url], "file_size": "12", "stage": "1"}),
    );
    nameless.1.as_object_mut().unwrap().remove("app_id");
    let destination = json!({"name": "gdrive", "host": "", "account": "b"});
    arrivals.extend([
        with(
            "session_start",
            2,
            0,
            &json!({"concurrent_sessions": {"max": 5}}),
        ),
        with("session_stop", 2, 10, &none),
        with(
            "recording",
            2,
            20,
            &json!({"recording": ["http://host.example/f"]}),
        ),
        nameless,
        with(
            "file_transfer",
            2,
            40,
            &json!({"files": [{"url": url}], "destination": destination}),
        ),
        with("session_start", 3, 0, &none),
        with("roomdrop", 3, 10, &none),
        with("session_stop", 3, 20, &none),
    ]);
    let sandbox = Sandbox::new();
    sandbox.write("log.jsonl", records(&arrivals).concat());
    sandbox
}
