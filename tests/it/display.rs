//! What `enx-hook listen` shows: the formats, what an event has to do with others, filters,
//! and the banner.

#[cfg(unix)]
mod banner;
#[cfg(unix)]
mod context;
#[cfg(unix)]
mod formats;

use serde_json::json;

/// An event of a session, with something that tells it apart.
fn event(event: &str, session: &str, apart: &str) -> String {
    json!({
        "type": event, "trans_date": 1_731_000_000, "app_id": "a1", "room_id": "r-9901",
        "conf_num": session, "apart": apart,
    })
    .to_string()
}
