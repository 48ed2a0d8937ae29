//! A log of 20 sessions, and the same captures in other forms.

use std::io::Write as _;

use chrono::{DateTime, TimeDelta, Utc};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::support::Sandbox;

/// The sessions that lack `roomdrop`.
pub(crate) const LACKING: [u64; 3] = [5, 9, 14];
/// The session with a duplicate.
pub(crate) const DOUBLED: u64 = 3;
/// The session whose events came out of order.
pub(crate) const SWAPPED: u64 = 12;
/// The session that has only begun.
pub(crate) const OPEN: u64 = 20;

/// The id of a session.
pub(crate) fn id(session: u64) -> String {
    (48_213_900 + session).to_string()
}

/// A capture: its time and its body.
pub(crate) type Arrival = (DateTime<Utc>, Value);

/// An event of a session at a time.
pub(crate) fn event(name: &str, session: u64, at: DateTime<Utc>) -> Arrival {
    let body = json!({
        "type": name, "trans_date": at.timestamp(), "app_id": "64e0b9d3c5a7182f3b6d4e90",
        "room_id": format!("65f1c2a79be4d308{session:08}"), "conf_num": id(session),
    });
    (at, body)
}

/// That many minutes and seconds after nine o'clock.
pub(crate) fn at(minutes: i64, seconds: i64) -> DateTime<Utc> {
    let nine: DateTime<Utc> = "2026-11-20T09:00:00Z".parse().unwrap();
    nine + TimeDelta::minutes(minutes) + TimeDelta::seconds(seconds)
}

/// The captures in the order in which they arrived.
pub(crate) fn arrivals() -> Vec<Arrival> {
    let mut all = Vec::new();
    for session in 1..=20 {
        let begin = 5 * i64::try_from(session).unwrap();
        all.push(event("session_start", session, at(begin, 0)));
        if session == OPEN {
            continue;
        }
        let [first, second] = match session {
            SWAPPED => ["roomdrop", "session_stop"],
            _ => ["session_stop", "roomdrop"],
        };
        all.push(event(first, session, at(begin + 18, 0)));
        if !LACKING.contains(&session) {
            all.push(event(second, session, at(begin + 18, 2)));
        }
        if session == DOUBLED {
            let copy = all[all.len() - 1].1.clone();
            all.push((at(begin + 18, 30), copy));
        }
    }
    all.sort_by_key(|(at, _)| *at);
    all
}

/// The records of captures, numbered from 1.
pub(crate) fn records(arrivals: &[Arrival]) -> Vec<String> {
    let record = |(seq, (at, body)): (u64, &Arrival)| {
        let rest = json!({
            "seq": seq, "received_at": at.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string(),
            "peer": "127.0.0.1:5", "method": "POST", "target": "/hook",
            "headers": [["content-type", "application/json"]], "body": body.to_string(),
        });
        format!("{{\"enx_hook\":1,{}\n", &rest.to_string()[1..])
    };
    (1..).zip(arrivals).map(record).collect()
}

/// A folder with the log, and with the same captures as packed parts, HAR and bare lines.
pub(crate) fn sandbox() -> Sandbox {
    let (sandbox, arrivals) = (Sandbox::new(), arrivals());
    let records = records(&arrivals);
    sandbox.write("log.jsonl", records.concat());
    let third = records.len() / 3;
    for (first, part) in [
        (1, &records[..third]),
        (third + 1, &records[third..2 * third]),
    ] {
        let mut packed = GzEncoder::new(Vec::new(), Compression::default());
        packed.write_all(part.concat().as_bytes()).unwrap();
        let name = format!("parts/log-{first}.jsonl.gz");
        sandbox.write(name, packed.finish().unwrap());
    }
    sandbox.write("parts/log.jsonl", records[2 * third..].concat());
    let bare: Vec<String> = arrivals.iter().map(|(_, body)| body.to_string()).collect();
    let bare = bare.join("\n") + "\n";
    sandbox.write("bare.jsonl", bare);
    let entries: Vec<Value> = arrivals
        .iter()
        .map(|(at, body)| {
            json!({ "startedDateTime": at.to_rfc3339(), "request": {
                "method": "POST", "url": "http://localhost/hook", "headers": [],
                "postData": { "mimeType": "application/json", "text": body.to_string() },
            } })
        })
        .collect();
    let har = json!({ "log": { "entries": entries } });
    sandbox.write("recorded.har", har.to_string());
    sandbox
}
