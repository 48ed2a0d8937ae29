//! The page of the inspector in a real Chromium, which chromedriver steers.
//!
//! Each test has a browser of its own with an empty profile, one after the other. The page is
//! asked by script, and waited for by conditions that are looked at in the page itself.

mod acts;
mod driver;
mod hostile;
mod looks;
mod many;
mod problems;
mod stream;
mod walk;

use serde_json::json;

use crate::support::{Listener, Sandbox};
use driver::{Page, in_browser};

/// A listener with an inspector, and the inspector's URL with its token.
#[track_caller]
fn inspected(sandbox: &Sandbox, args: &[&str]) -> (Listener, String) {
    let args = [&["--inspect=0", "--format", "json"], args].concat();
    let mut listener = Listener::start(sandbox, &args);
    let ready = listener.json_of("ready");
    let url = ready["inspect"].as_str().expect("the inspector's URL");
    (listener, url.to_owned())
}

/// An event of EnableX as the documents show it.
fn event(kind: &str, session: &str, at: u32) -> String {
    json!({
        "type": kind,
        "trans_date": 1_795_182_500 + at,
        "app_id": "64e0b9d3",
        "room_id": "65f1c2a7",
        "conf_num": session,
    })
    .to_string()
}
