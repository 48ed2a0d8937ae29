//! `export`: what it writes, judged by the programs that will read it.

mod events;
mod scenario;
mod types;

use crate::support::Sandbox;

/// A sandbox with a provider of unusual names and schemas, for `--catalog odd`.
fn odd() -> Sandbox {
    let sandbox = Sandbox::new();
    let provider = serde_json::json!({
        "name": "odd-one", "title": "Odd One", "description": "Unusual.", "discriminator": "a kind",
        "aliases": { "second": "a.b" }
    });
    sandbox.write("odd/schemas/odd-one/provider.json", provider.to_string());
    let kind = |name: &str| serde_json::json!({ "enum": [name, "second"] });
    let events = [
        (
            "a.b",
            serde_json::json!({
                "title": "Ends */ early", "description": "Two\nlines.", "type": "object",
                "properties": {
                    "a kind": kind("a.b"),
                    "pair": { "type": "array", "prefixItems": [{ "type": "number" }, { "type": ["string", "null"] }] },
                    "both": { "type": ["string", "number"], "$ref": "#/$defs/text", "description": "*/" },
                    "either": { "anyOf": [{ "type": "integer" }, { "type": "array", "items": { "enum": ["x", 1] } }] },
                    "x-own": { "const": { "k": [1, null, true] } },
                    "never": false, "$id": { "type": "string" }
                },
                "patternProperties": { "^n_": { "type": "number" } },
                "additionalProperties": { "type": "object", "required": ["it"] },
                "required": ["a kind"],
                "$defs": { "text": { "type": "string", "minLength": 1 } }
            }),
            serde_json::json!({
                "a kind": "second", "pair": [1, null], "both": "x", "either": ["x", 1],
                "x-own": { "k": [1, null, true] }, "$id": "i", "n_1": 5, "more": { "it": 1 }
            }),
        ),
        (
            "a_b",
            serde_json::json!({ "type": "object", "properties": { "a kind": { "const": "a_b" }, "any": {} }, "required": ["a kind", "said"] }),
            serde_json::json!({ "a kind": "a_b", "said": [] }),
        ),
    ];
    for (name, schema, sample) in events {
        sandbox.write(
            format!("odd/schemas/odd-one/{name}.json"),
            schema.to_string(),
        );
        sandbox.write(
            format!("odd/samples/odd-one/{name}.json"),
            sample.to_string(),
        );
    }
    sandbox
}
