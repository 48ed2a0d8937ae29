//! `--catalog DIR`: a new event or provider is a few files, and a broken file is named with
//! its place before anything is done.

use serde_json::{Value, json};

use crate::support::{Run, Sandbox};

/// A provider with one event, in a folder `mine`.
struct Folder {
    sandbox: Sandbox,
}

impl Folder {
    fn new() -> Folder {
        let folder = Folder {
            sandbox: Sandbox::new(),
        };
        folder.put("schemas/parcel/provider.json", &provider());
        folder.put("schemas/parcel/parcel_left.json", &schema());
        folder.put("samples/parcel/parcel_left.json", &sample());
        folder
    }

    fn put(&self, name: &str, value: &Value) {
        self.text(name, &format!("{value:#}\n"));
    }

    fn text(&self, name: &str, text: &str) {
        self.sandbox.write(format!("mine/{name}"), text);
    }

    /// A catalog that must be refused as wrong usage, with words about it on stderr.
    #[track_caller]
    fn is_refused(&self, words: &[&str]) {
        let run = self.enx(&["events"]);
        run.code(2);
        assert_eq!(run.out(), "", "nothing is done with a broken catalog");
        for word in words {
            run.tells(word);
        }
    }

    #[track_caller]
    fn enx(&self, args: &[&str]) -> Run {
        self.sandbox.enx(&[args, &["--catalog", "mine"]].concat())
    }
}

fn provider() -> Value {
    json!({
        "name": "parcel",
        "title": "Parcel Post",
        "description": "Notifications about parcels.",
        "discriminator": "happened",
        "session": ["parcel_id"],
        "common": ["parcel_id"],
        "life": ["parcel_left"],
        "documents": [{ "id": "guide", "title": "The guide" }]
    })
}

fn schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Parcel left",
        "description": "A parcel left the house.",
        "x-fires": "A parcel leaves.",
        "x-source": [{ "document": "guide", "section": "1" }],
        "type": "object",
        "properties": {
            "happened": { "const": "parcel_left" },
            "parcel_id": { "description": "The parcel.", "type": "string", "minLength": 1 },
            "grams": {
                "description": "Its weight.",
                "type": ["integer", "string"],
                "x-warn": [{
                    "code": "weight-in-quotes",
                    "if": { "type": "string" },
                    "message": "the weight stands in quotes",
                    "help": "drop the quotes"
                }]
            }
        },
        "required": ["happened", "parcel_id"]
    })
}

fn sample() -> Value {
    json!({ "happened": "parcel_left", "parcel_id": "P-1", "grams": 900 })
}

fn changed(mut value: Value, pointer: &str, to: impl Into<Value>) -> Value {
    *value.pointer_mut(pointer).unwrap() = to.into();
    value
}

#[test]
fn a_new_provider_is_known_to_every_command_by_its_files_alone() {
    let folder = Folder::new();
    folder
        .enx(&["events"])
        .code(0)
        .says("parcel_left")
        .says("roomdrop");
    folder
        .enx(&["events", "parcel_left"])
        .code(0)
        .says("A parcel left the house.")
        .says("grams");
    let text = folder.sandbox.text("mine/samples/parcel/parcel_left.json");
    assert_eq!(
        folder
            .enx(&["events", "parcel_left", "--sample"])
            .code(0)
            .out(),
        text
    );
    let judged = |body: Value| {
        folder.sandbox.write("body.json", body.to_string());
        let run = folder.enx(&["validate", "--format", "json", "body.json"]);
        run.json_lines().remove(0)
    };
    let valid = judged(sample());
    assert_eq!(
        (&valid["verdict"], &valid["provider"]),
        (&json!("valid"), &json!("parcel"))
    );
    assert_eq!(valid["session"], "P-1");
    let warning = judged(changed(sample(), "/grams", "900"));
    assert_eq!(warning["findings"][0]["code"], "weight-in-quotes");
    assert_eq!(
        judged(changed(sample(), "/parcel_id", ""))["verdict"],
        "invalid"
    );
    assert_eq!(
        judged(changed(sample(), "/happened", "parcel_lost"))["verdict"],
        "unknown"
    );
}

#[test]
fn an_embedded_provider_gets_more_events() {
    let folder = Folder {
        sandbox: Sandbox::new(),
    };
    let event =
        json!({ "properties": { "type": { "const": "room_opened" } }, "required": ["type"] });
    folder.put("schemas/enablex/room_opened.json", &event);
    folder.put(
        "samples/enablex/room_opened.json",
        &json!({ "type": "room_opened" }),
    );
    folder
        .sandbox
        .write("body.json", r#"{"type":"room_opened"}"#);
    let run = folder.enx(&["validate", "--format", "json", "body.json"]);
    assert_eq!(run.code(0).json_lines()[0]["event"], "room_opened");
}

#[test]
fn a_folder_that_is_no_catalog_is_refused() {
    let folder = Folder {
        sandbox: Sandbox::new(),
    };
    folder.is_refused(&["mine", "--catalog"]);
    folder.text("readme.txt", "");
    folder.is_refused(&["schemas"]);
}

#[test]
fn a_file_that_is_not_json_is_named_with_line_and_column() {
    let folder = Folder::new();
    folder.text(
        "schemas/parcel/parcel_left.json",
        "{\n  \"type\": \"object\",\n}\n",
    );
    folder.is_refused(&["schemas/parcel/parcel_left.json:3:1"]);
    let folder = Folder::new();
    folder.text("samples/parcel/parcel_left.json", "{");
    folder.is_refused(&["samples/parcel/parcel_left.json:1:1"]);
    let folder = Folder::new();
    folder.text("schemas/parcel/provider.json", "{\n\"nam\": 1\n}");
    folder.is_refused(&["schemas/parcel/provider.json:2:5", "nam"]);
}

#[test]
fn a_file_without_its_partner_is_refused() {
    let folder = Folder::new();
    folder.put("schemas/parcel/parcel_lost.json", &schema());
    folder.is_refused(&[
        "schemas/parcel/parcel_lost.json",
        "samples/parcel/parcel_lost.json",
    ]);
    let folder = Folder::new();
    folder.put("samples/parcel/parcel_lost.json", &sample());
    folder.is_refused(&[
        "samples/parcel/parcel_lost.json",
        "schemas/parcel/parcel_lost.json",
    ]);
}

#[test]
fn a_schema_that_is_none_is_named_with_its_place() {
    let wrong = [
        (
            changed(schema(), "/properties/parcel_id/type", "text"),
            "/properties/parcel_id/type",
        ),
        (
            changed(schema(), "/properties/parcel_id/minLength", -1),
            "/properties/parcel_id/minLength",
        ),
        (
            changed(schema(), "/properties/grams/x-warn/0/if/type", "text"),
            "/properties/grams/x-warn/0/if/type",
        ),
        (
            changed(schema(), "/properties/grams/x-warn", json!([{}])),
            "/properties/grams/x-warn",
        ),
        (
            changed(
                schema(),
                "/properties/parcel_id",
                json!({ "$ref": "#/$defs/nowhere" }),
            ),
            "/properties/parcel_id",
        ),
    ];
    for (schema, place) in wrong {
        let folder = Folder::new();
        folder.put("schemas/parcel/parcel_left.json", &schema);
        folder.is_refused(&["schemas/parcel/parcel_left.json", place]);
    }
}

#[test]
fn a_sample_that_is_not_valid_by_its_schema_is_named_with_its_place() {
    let folder = Folder::new();
    folder.put(
        "samples/parcel/parcel_left.json",
        &changed(sample(), "/parcel_id", ""),
    );
    folder.is_refused(&["samples/parcel/parcel_left.json", "/parcel_id"]);
}

#[test]
fn names_that_lead_nowhere_or_exist_already_are_refused() {
    let folder = Folder::new();
    folder.put(
        "schemas/parcel/provider.json",
        &changed(provider(), "/life/0", "parcel_lost"),
    );
    folder.is_refused(&["schemas/parcel/provider.json", "/life/0", "parcel_lost"]);
    let folder = Folder::new();
    folder.put(
        "schemas/parcel/provider.json",
        &changed(provider(), "/name", "post"),
    );
    folder.is_refused(&["schemas/parcel/provider.json", "/name", "parcel"]);
    let folder = Folder::new();
    folder.put("schemas/enablex/roomdrop.json", &schema());
    folder.put("samples/enablex/roomdrop.json", &sample());
    folder.is_refused(&["schemas/enablex/roomdrop.json", "roomdrop"]);
    let folder = Folder::new();
    folder.put(
        "schemas/enablex/provider.json",
        &changed(provider(), "/name", "enablex"),
    );
    folder.is_refused(&["schemas/enablex/provider.json", "enablex"]);
}
