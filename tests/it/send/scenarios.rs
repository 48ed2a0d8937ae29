//! `send --scenario`: what goes out and when, what is expected, and what is said of a
//! scenario that is wrong.

mod broken;
mod builtin;
mod expecting;
mod files;
mod schema;

use serde_json::Value;

use crate::support::{Message, Run, Sandbox, Sink};

/// Plays a scenario to a sink, without its pauses.
#[track_caller]
fn play(sandbox: &Sandbox, sink: &Sink, name: &str, args: &[&str]) -> Run {
    let url = sink.url();
    let all = ["send", "--scenario", name, "--speed", "max", "--url", &url];
    sandbox.enx(&[&all[..], args].concat())
}

/// The field of a body, as text; nothing if it is no JSON or has no such field.
fn field(request: &Message, name: &str) -> String {
    let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    body[name].as_str().unwrap_or_default().to_owned()
}

fn fields(requests: &[Message], name: &str) -> Vec<String> {
    requests
        .iter()
        .map(|request| field(request, name))
        .collect()
}

/// The events of a provider in the order of a session's life, as its data file has them.
fn life(provider: &str) -> Vec<String> {
    let path = format!("schemas/{provider}/provider.json");
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let provider: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let life = provider["life"].as_array().unwrap().iter();
    life.map(|name| name.as_str().unwrap().to_owned()).collect()
}
