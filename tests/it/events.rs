//! `events`: what the catalog knows, for people and for machines.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::support::Sandbox;

/// Provider and name of every event that has a schema file.
fn files() -> Vec<(String, String)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("schemas");
    let mut events = Vec::new();
    for provider in fs::read_dir(root).unwrap().map(Result::unwrap) {
        // The schemas of the output and of provider.json belong to no provider.
        if !provider.path().is_dir() {
            continue;
        }
        let name = provider.file_name().into_string().unwrap();
        for file in fs::read_dir(provider.path()).unwrap().map(Result::unwrap) {
            let event = file
                .path()
                .file_stem()
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            if event != "provider" {
                events.push((name.clone(), event));
            }
        }
    }
    assert!(events.len() >= 14);
    events.sort();
    events
}

fn file(side: &str, provider: &str, event: &str) -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(root.join(side).join(provider).join(format!("{event}.json"))).unwrap()
}

#[test]
fn the_list_has_every_event_under_its_provider_and_its_aliases() {
    let run = Sandbox::new().enx(&["events"]);
    run.code(0)
        .says("EnableX Video")
        .says("Eyeson StreamRec")
        .says("file-transfer");
    for (_, event) in files() {
        run.says(&event);
    }
    assert_eq!(run.err(), "");
}

#[test]
fn a_provider_narrows_the_list() {
    let run = Sandbox::new().enx(&["events", "--provider", "streamrec"]);
    run.code(0)
        .says("upload_ready")
        .hides("roomdrop")
        .hides("EnableX");
    let run = Sandbox::new().enx(&["events", "--provider", "streamrek"]);
    run.code(2)
        .tells("no provider is called `streamrek`")
        .tells("enablex, streamrec");
    assert_eq!(run.out(), "");
}

#[test]
fn json_tells_every_event_once_with_its_sample() {
    let run = Sandbox::new().enx(&["events", "--format", "json"]);
    let mut told: Vec<(String, String)> = Vec::new();
    for line in run.code(0).json_lines() {
        assert_eq!(line["kind"], "event");
        let text = |key: &str| line[key].as_str().unwrap().to_owned();
        let (provider, event) = (text("provider"), text("event"));
        for key in ["title", "description", "fires", "discriminator"] {
            assert!(!text(key).is_empty(), "{event}: {key}");
        }
        for key in ["aliases", "fields", "pitfalls", "sources"] {
            assert!(line[key].is_array(), "{event}: {key}");
        }
        let sample: Value = serde_json::from_str(&file("samples", &provider, &event)).unwrap();
        assert_eq!(line["sample"], sample);
        assert_eq!(sample[text("discriminator")], *event);
        told.push((provider, event));
    }
    told.sort();
    assert_eq!(told, files());
}

#[test]
fn schema_and_sample_are_the_files_byte_for_byte() {
    let sandbox = Sandbox::new();
    for (provider, event) in files() {
        let name = format!("{provider}/{event}");
        let schema = sandbox.enx(&["events", &name, "--schema"]);
        assert_eq!(schema.code(0).out(), file("schemas", &provider, &event));
        let sample = sandbox.enx(&["events", &name, "--sample"]);
        assert_eq!(sample.code(0).out(), file("samples", &provider, &event));
    }
}

#[test]
fn one_event_is_explained_with_fields_pitfalls_and_sample() {
    let sandbox = Sandbox::new();
    for (_, event) in files() {
        let run = sandbox.enx(&["events", &event]);
        run.code(0)
            .says(&event)
            .says("Fields")
            .says("Sample")
            .says("Documents");
    }
    sandbox
        .enx(&["events", "roomdrop"])
        .says("Pitfalls")
        .says("The name is historical");
    let alias = sandbox.enx(&["events", "file-transfer"]);
    assert_eq!(
        alias.code(0).out(),
        sandbox.enx(&["events", "file_transfer"]).out()
    );
}

#[test]
fn one_event_as_json_is_one_line() {
    let run = Sandbox::new().enx(&["events", "roomdrop", "--format", "json"]);
    let lines = run.code(0).json_lines();
    assert_eq!(lines.len(), 1);
    let trans_date = lines[0]["fields"]
        .as_array()
        .unwrap()
        .iter()
        .find(|field| field["path"] == "trans_date")
        .unwrap();
    assert_eq!(trans_date["required"], true);
    assert_eq!(trans_date["types"][0], "integer");
}

#[test]
fn an_unknown_event_is_answered_with_the_nearest() {
    let sandbox = Sandbox::new();
    for flags in [&[][..], &["--schema"], &["--sample"], &["--format", "json"]] {
        let run = sandbox.enx(&[&["events", "transcodd"], flags].concat());
        run.code(2)
            .tells("no event is called `transcodd`")
            .tells("did you mean `transcoded`?");
        assert_eq!(run.out(), "");
    }
    sandbox
        .enx(&["events", "xyzzy"])
        .code(2)
        .tells("`enx-hook events` lists them");
    sandbox.enx(&["events", "streamrec/roomdrop"]).code(2);
}

#[test]
fn flags_that_contradict_each_other_are_wrong_usage() {
    let sandbox = Sandbox::new();
    for args in [
        &["events", "--schema"][..],
        &["events", "roomdrop", "--schema", "--sample"],
        &["events", "roomdrop", "--provider", "enablex"],
        &["events", "--format", "xml"],
    ] {
        sandbox.enx(args).code(2);
    }
}
