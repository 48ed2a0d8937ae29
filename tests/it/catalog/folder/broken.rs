//! A broken folder is told, with the file and the place in it, before anything else is done.

use serde_json::{Value, json};

use super::{acme, put, sample, schema};
use crate::support::{Run, Sandbox, Sink};

/// Breaks the folder, and runs what would use it: exit 2 before anything is done, with these
/// words on stderr.
#[track_caller]
fn broken(break_it: impl Fn(&Sandbox), words: &[&str]) {
    let sandbox = acme();
    break_it(&sandbox);
    sandbox.write("a.json", "{}");
    let sink = Sink::unused();
    let url = sink.url();
    let told = |run: Run| {
        run.code(2);
        assert_eq!(run.out(), "");
        assert_eq!(run.err().matches("error: ").count(), 1, "{}", run.err());
        for word in words {
            run.tells(word);
        }
    };
    told(sandbox.enx(&["events", "--catalog", "more"]));
    told(sandbox.enx(&["validate", "a.json", "--catalog", "more"]));
    told(sandbox.enx(&["send", "roomdrop", "--catalog", "more", "--url", &url]));
    told(sandbox.enx(&["replay", "a.json", "--catalog", "more", "--url", &url]));
    told(sandbox.enx(&["listen", "--port", "0", "--catalog", "more"]));
}

const DIAL: &str = "more/schemas/acme/dial.json";

/// Breaks the schema of an event by a change to it.
fn changed(change: impl Fn(&mut Value)) -> impl Fn(&Sandbox) {
    move |sandbox| {
        let mut value = schema("dial");
        change(&mut value);
        sandbox.write(DIAL, serde_json::to_string_pretty(&value).unwrap());
    }
}

#[test]
fn a_file_that_is_not_json_is_named_with_line_and_column() {
    broken(
        |sandbox| sandbox.write(DIAL, "{\n  \"title\": \"x\",\n}\n"),
        &["dial.json:3:1: "],
    );
    broken(
        |sandbox| sandbox.write("more/samples/acme/dial.json", "{\"kind\": dial}"),
        &["dial.json:1:1"],
    );
    broken(
        |sandbox| sandbox.write("more/schemas/acme/provider.json", "{\n\"name\": \"acme\"\n"),
        &["provider.json:3:"],
    );
}

#[test]
fn a_provider_file_of_another_shape_is_named_with_line_and_column() {
    broken(
        |sandbox| {
            let text = sandbox.text("more/schemas/acme/provider.json");
            let text = text.replace("\"discriminator\"", "\n\"discrimination\"");
            sandbox.write("more/schemas/acme/provider.json", text);
        },
        &["provider.json:2:", "discrimination"],
    );
}

#[test]
fn a_bad_annotation_is_named_with_its_pointer() {
    let place = "dial.json#/properties/n/x-warn";
    broken(
        changed(|schema| schema["properties"]["n"]["x-warn"] = json!("text")),
        &[place],
    );
    broken(
        changed(|schema| schema["properties"]["n"]["x-warn"][0]["code"] = json!(3)),
        &[place],
    );
    broken(
        changed(|schema| {
            schema["properties"]["n"]["x-warn"][0]["if"] = json!({ "type": "nonsense" });
        }),
        &["dial.json#/properties/n/x-warn/0/if/type"],
    );
    broken(
        changed(|schema| {
            let warn = schema["properties"]["n"]["x-warn"][0]
                .as_object_mut()
                .unwrap();
            warn.remove("message");
        }),
        &[place, "message"],
    );
}

#[test]
fn a_schema_that_is_none_is_named_with_its_pointer() {
    broken(
        changed(|schema| schema["properties"]["call"]["$ref"] = json!("#/$defs/nowhere")),
        &["dial.json#/properties/call", "/$defs/nowhere"],
    );
    broken(
        changed(|schema| schema["properties"]["n"]["type"] = json!("nonsense")),
        &["dial.json#/properties/n/type"],
    );
    broken(
        changed(|schema| schema["$defs"]["id"]["pattern"] = json!("(")),
        &["dial.json#/$defs/id"],
    );
    broken(
        changed(|schema| schema["$defs"]["id"]["minLength"] = json!(-1)),
        &["dial.json#/$defs/id/minLength"],
    );
    broken(changed(|schema| *schema = json!([])), &["dial.json"]);
}

#[test]
fn a_schema_does_not_reach_for_the_network_or_the_disk() {
    let elsewhere = Sink::unused();
    let url = elsewhere.url();
    broken(
        changed(|schema| schema["properties"]["call"]["$ref"] = json!(url)),
        &["dial.json", &url],
    );
    broken(
        changed(|schema| schema["properties"]["call"]["$ref"] = json!("file:///etc/passwd")),
        &["dial.json"],
    );
}

#[test]
fn every_event_has_both_files() {
    broken(
        |sandbox| std::fs::remove_file(sandbox.path("more/samples/acme/dial.json")).unwrap(),
        &[
            "schemas/acme/dial.json has no partner",
            "samples/acme/dial.json",
            "two files",
        ],
    );
    broken(
        |sandbox| std::fs::remove_file(sandbox.path(DIAL)).unwrap(),
        &["samples/acme/dial.json", "schemas/acme/dial.json"],
    );
    broken(
        |sandbox| std::fs::remove_dir_all(sandbox.path("more/samples")).unwrap(),
        &["has no partner"],
    );
}

#[test]
fn a_sample_that_is_not_valid_by_its_own_schema_is_named() {
    broken(
        |sandbox| {
            let sample = json!({ "kind": "dial", "call": "" });
            sandbox.write("more/samples/acme/dial.json", sample.to_string());
        },
        &["samples", "dial.json#/call"],
    );
}

#[test]
fn a_provider_can_be_neither_taken_over_nor_misnamed() {
    broken(
        |sandbox| {
            let text = sandbox.text("more/schemas/acme/provider.json");
            sandbox.write(
                "more/schemas/enablex/provider.json",
                text.replace("acme", "enablex"),
            );
        },
        &["provider.json", "has the provider `enablex` already"],
    );
    broken(
        |sandbox| {
            let text = sandbox.text("more/schemas/acme/provider.json");
            sandbox.write(
                "more/schemas/acme/provider.json",
                text.replace("\"acme\"", "\"acne\""),
            );
        },
        &["provider.json#/name", "`acme`"],
    );
    broken(
        |sandbox| {
            put(
                sandbox,
                "enablex",
                "roomdrop",
                &schema("roomdrop"),
                &sample("roomdrop"),
            );
        },
        &["roomdrop.json", "has the event `roomdrop` already"],
    );
    broken(
        |sandbox| put(sandbox, "nobody", "x", &schema("x"), &sample("x")),
        &["nobody", "no provider.json"],
    );
    broken(
        |sandbox| {
            let text = sandbox.text("more/schemas/acme/provider.json");
            let text = text.replace("\"life\":[\"dial\"", "\"life\":[\"dail\"");
            sandbox.write("more/schemas/acme/provider.json", text);
        },
        &["provider.json#/life/0", "`dail`"],
    );
}

#[test]
fn a_folder_that_is_no_catalog_is_named_with_what_was_expected() {
    let sandbox = Sandbox::new();
    sandbox.write("file", "");
    for (folder, words) in [
        ("nowhere", "cannot read nowhere"),
        ("home", "no folder `schemas` in it"),
        ("file", "file"),
    ] {
        let run = sandbox.enx(&["events", "--catalog", folder]);
        run.code(2).tells(words).tells("schemas/<provider>/");
        assert_eq!(run.out(), "");
    }
}
