//! What a session misses follows from `presence` in `provider.json` alone.

use serde_json::{Value, json};

use crate::support::Sandbox;

/// A catalog with a provider that promises a beginning, and then one of two ends.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    let said = |events: &[&str], after: Option<&str>| {
        let mut one = json!({"events": events, "quote": "q", "document": "d", "section": "s"});
        if let Some(after) = after {
            one["after"] = json!(after);
        }
        one
    };
    let provider = json!({
        "name": "made", "title": "Made", "description": "For a test.",
        "discriminator": "made", "session": ["id"], "common": ["id"],
        "fresh": { "at": { "now": "unix-seconds" } },
        "life": ["begun", "ready", "failed"], "order": ["begun"],
        "presence": [said(&["begun"], None), said(&["ready", "failed"], Some("begun"))],
        "documents": [{ "id": "d", "title": "D", "remark": "r" }],
    });
    sandbox.write("own/schemas/made/provider.json", provider.to_string());
    for event in ["begun", "ready", "failed"] {
        let properties = json!({"made": {"const": event}, "id": {"type": "string"}});
        let schema = json!({
            "title": event, "description": event, "x-fires": event, "type": "object",
            "required": ["made", "id"], "properties": properties,
        });
        let sample = json!({"made": event, "id": "1"});
        sandbox.write(format!("own/schemas/made/{event}.json"), schema.to_string());
        sandbox.write(format!("own/samples/made/{event}.json"), sample.to_string());
    }
    sandbox
}

fn session(events: &[&str], args: &[&str]) -> Value {
    let sandbox = sandbox();
    let body =
        |event: &&str| json!({"made": event, "id": "7", "at": 1_713_600_000}).to_string() + "\n";
    sandbox.write("bare.jsonl", events.iter().map(body).collect::<String>());
    let command = [
        "log",
        "sessions",
        "bare.jsonl",
        "--catalog",
        "own",
        "--format",
        "json",
    ];
    let run = sandbox.enx(&[&command[..], args].concat());
    run.code(0).json_of("session").remove(0)
}

#[test]
fn one_of_several_alternatives_is_enough() {
    for end in ["ready", "failed"] {
        assert_eq!(session(&["begun", end], &[])["state"], "complete");
    }
    let lacking = session(&["begun"], &[]);
    assert_eq!(lacking["state"], "missing");
    assert_eq!(lacking["missing"], json!(["ready|failed"]));
    assert_eq!(
        session(&["begun"], &["--settle-after", "100000d"])["state"],
        "open"
    );
}

#[test]
fn a_session_without_its_beginning_is_truncated() {
    let cut = session(&["ready"], &[]);
    assert_eq!(
        (&cut["state"], &cut["missing"]),
        (&json!("truncated"), &json!([]))
    );
}

#[test]
fn a_provider_that_promises_nothing_has_complete_sessions() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "bare.jsonl",
        "{\"status\":\"upload_ready\",\"rec_id\":\"r-1234\"}\n",
    );
    let run = sandbox.enx(&["log", "sessions", "bare.jsonl", "--format", "json"]);
    let sessions = run.code(0).json_of("session");
    assert_eq!(sessions[0]["state"], "complete");
    let run = sandbox.enx(&["log", "timeline", "r-1234", "bare.jsonl"]);
    // Of the two alternatives one came.
    run.code(0).hides("upload_failed").says("session_finished");
}
