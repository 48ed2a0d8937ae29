//! `--catalog DIR`: providers and events of one's own, without a rebuild; and what is said of
//! a folder that is broken.

mod broken;
mod known;

use serde_json::{Value, json};

use crate::support::Sandbox;

/// A schema of the provider `acme`, told apart by `kind`.
fn schema(event: &str) -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": format!("Acme {event}"),
        "description": "Something of Acme.",
        "x-fires": "Acme did something.",
        "type": "object",
        "properties": {
            "kind": { "description": "Which event.", "const": event },
            "call": { "description": "The session.", "$ref": "#/$defs/id" },
            "n": {
                "description": "A number.",
                "type": ["integer", "string"],
                "x-warn": [{
                    "code": "string-for-number",
                    "if": { "type": "string" },
                    "message": "a string; the documents show a number",
                    "help": "drop the quotes",
                }],
            },
        },
        "required": ["kind", "call"],
        "$defs": { "id": { "type": "string", "minLength": 1 } },
    })
}

fn sample(event: &str) -> Value {
    json!({ "kind": event, "call": "c-1001", "n": 1 })
}

/// A folder with the provider `acme` and two events.
fn acme() -> Sandbox {
    let sandbox = Sandbox::new();
    let provider = json!({
        "name": "acme",
        "title": "Acme Calls",
        "description": "Webhooks of Acme.",
        "discriminator": "kind",
        "session": ["call"],
        "common": ["call"],
        "fresh": { "call": { "random": "digits", "length": 12 } },
        "life": ["dial", "hangup"],
        "aliases": { "hang-up": "hangup" },
    });
    sandbox.write("more/schemas/acme/provider.json", provider.to_string());
    for event in ["dial", "hangup"] {
        let mut schema = schema(event);
        if event == "hangup" {
            schema["properties"]["kind"] = json!({ "enum": ["hangup", "hang-up"] });
        }
        put(&sandbox, "acme", event, &schema, &sample(event));
    }
    sandbox
}

fn put(sandbox: &Sandbox, provider: &str, event: &str, schema: &Value, sample: &Value) {
    let text = |value| serde_json::to_string_pretty(value).unwrap();
    sandbox.write(
        format!("more/schemas/{provider}/{event}.json"),
        text(schema),
    );
    sandbox.write(
        format!("more/samples/{provider}/{event}.json"),
        text(sample),
    );
}
