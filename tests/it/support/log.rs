//! Log records written by hand, as a foreign program would write them from the documented form.

use serde_json::json;

/// A record with a JSON content type and nothing else in its headers.
pub(crate) fn record(seq: u64, body: &str) -> String {
    record_with(seq, &[("content-type", "application/json")], body)
}

/// A record with these header fields.
pub(crate) fn record_with(seq: u64, headers: &[(&str, &str)], body: &str) -> String {
    // The first field comes first in the line, so it is not left to the order of a map.
    let rest = json!({
        "seq": seq,
        "received_at": "2026-11-20T14:03:22.118042Z",
        "peer": "127.0.0.1:53122",
        "method": "POST",
        "target": "/hook?x=1",
        "headers": headers,
        "body": body,
    });
    let rest = rest.to_string();
    format!("{{\"enx_hook\":1,{}", &rest[1..])
}
