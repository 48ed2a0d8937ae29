//! A catalog of a folder whose schemas use what the embedded ones do not.

use serde_json::{Value, json};

use crate::catalog::Catalog;

/// Events whose schemas ask what the fast path cannot answer: they must fall back.
const TOO_MUCH: [&str; 3] = ["looks", "holds", "bare"];

pub(super) fn is_too_much(event: &str) -> bool {
    TOO_MUCH.contains(&event)
}

/// Each event: its name, its schema's keywords, and its sample.
fn events() -> Vec<(&'static str, Value, Value)> {
    vec![
        (
            "combined",
            json!({
                "allOf": [{ "properties": { "id": { "type": "string", "maxLength": 5 } } }, { "$ref": "#/$defs/dated" }],
                "properties": {
                    "kind": { "const": "combined" },
                    "id": { "minLength": 2, "x-warn": [{ "code": "x", "if": { "pattern": "^0" }, "message": "m" }] },
                    "either": { "anyOf": [{ "type": "integer", "maximum": 3 }, { "type": "string", "pattern": "[0-9]$" }, { "type": "null" }] },
                    "one": { "oneOf": [{ "type": "integer", "minimum": 0 }, { "type": "integer", "maximum": 10 }, { "type": "boolean" }] },
                    "off": { "not": { "enum": ["a", 7, null, "false"] }, "type": ["string", "integer", "null", "boolean"] }
                },
                "$defs": { "dated": { "required": ["at"], "properties": { "at": { "type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 26 } } } }
            }),
            json!({ "kind": "combined", "id": "a1", "at": 7, "either": "x9", "one": 25, "off": "b" }),
        ),
        (
            "open",
            json!({
                "properties": {
                    "kind": { "const": "open" },
                    "labels": {
                        "type": "object",
                        "propertyNames": { "pattern": "^[a-z]+$", "maxLength": 8 },
                        "additionalProperties": { "type": ["string", "integer"], "x-warn": [{ "code": "x", "if": { "const": "" }, "message": "m" }] }
                    },
                    "known": {
                        "type": "object",
                        "properties": { "a": { "type": "integer" } },
                        "additionalProperties": { "type": "boolean" },
                        "x-warn": [{ "code": "x", "if": { "type": "object", "not": { "required": ["a"] } }, "message": "m" }]
                    },
                    "closed": { "type": "object", "properties": { "a": {}, "b": { "type": "array", "maxItems": 2 } }, "additionalProperties": false },
                    "any": {},
                    "free": { "type": "object" }
                }
            }),
            json!({ "kind": "open", "labels": { "x": "y", "zz": 3 }, "known": { "a": 1, "c": true }, "closed": { "a": [1, "x", [null]], "b": [] }, "any": { "x": { "y": [] } }, "free": { "q": "x" } }),
        ),
        (
            "compared",
            json!({
                "properties": {
                    "kind": { "const": "compared" },
                    "least": { "type": ["integer", "string"] }, "most": { "type": ["integer", "string"] },
                    "from": { "type": ["string", "null"] }, "to": { "type": ["string", "null"] }
                },
                "x-compare": [
                    { "rule": "at-most", "fields": ["least", "most"], "code": "a", "message": "m" },
                    { "rule": "not-before", "fields": ["from", "to"], "code": "b", "message": "m" }
                ],
                "x-warn": [{ "code": "x", "if": { "type": "object", "anyOf": [{ "required": ["least"], "properties": { "least": { "const": 25 } } }, { "properties": { "from": { "type": "null" } }, "required": ["from", "to"] }] }, "message": "m" }]
            }),
            json!({ "kind": "compared", "least": 3, "most": 25, "from": "2024-11-14T08:00:00Z", "to": "2024-11-14T08:00:12Z" }),
        ),
        (
            "looks",
            json!({ "properties": { "kind": { "const": "looks" }, "word": { "type": "string", "pattern": "^(?=a)" } } }),
            json!({ "kind": "looks", "word": "ab" }),
        ),
        (
            "holds",
            json!({ "properties": { "kind": { "const": "holds" }, "list": { "type": "array", "contains": { "const": 1 } } } }),
            json!({ "kind": "holds", "list": [1] }),
        ),
        (
            "bare",
            json!({ "properties": { "kind": { "const": "bare" } }, "unevaluatedProperties": false }),
            json!({ "kind": "bare" }),
        ),
        // Names itself by the alias as well, and has a name that must be escaped.
        (
            "spelled",
            json!({ "properties": { "kind": { "type": "string" }, "a\"b": {}, "é": { "type": "string" } } }),
            json!({ "kind": "also", "é": "日本" }),
        ),
    ]
}

pub(super) fn catalog() -> Catalog {
    let folder = tempfile::tempdir().unwrap();
    let write = |place: &str, name: &str, value: &Value| {
        let folder = folder.path().join(place);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(format!("{name}.json")), value.to_string()).unwrap();
    };
    let provider = |name: &str, discriminator: &str| {
        json!({
            "name": name, "title": name, "description": name, "discriminator": discriminator, "session": ["id", "least"],
            "aliases": if name == "acme" { json!({ "also": "spelled" }) } else { json!({}) },
            "lookalikes": [{ "code": "l", "if": { "type": "object", "required": ["never"] }, "message": "m" }],
            "wrappers": ["data"],
        })
    };
    write("schemas/acme", "provider", &provider("acme", "kind"));
    for (name, mut schema, sample) in events() {
        let schema_members = schema.as_object_mut().unwrap();
        schema_members.insert("type".to_owned(), json!("object"));
        schema_members.insert("required".to_owned(), json!(["kind"]));
        write("schemas/acme", name, &schema);
        write("samples/acme", name, &sample);
    }
    // A second provider with the discriminator of an embedded one, and an event of one name.
    write("schemas/beta", "provider", &provider("beta", "type"));
    let schema = json!({ "type": "object", "required": ["type", "trans_date"], "properties": { "type": {}, "trans_date": { "type": "integer" }, "id": { "type": "integer" } } });
    let mut catalog = Catalog::embedded().unwrap();
    let first = catalog.entries().next().unwrap().event.name.clone();
    for name in [first.as_str(), "beta_event"] {
        write("schemas/beta", name, &schema);
        let sample = json!({ "type": name, "trans_date": 7, "id": 3 });
        write("samples/beta", name, &sample);
    }
    catalog.add_folder(folder.path()).unwrap();
    catalog
}
