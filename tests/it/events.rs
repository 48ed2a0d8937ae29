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
    insta::assert_snapshot!(run, @r"
    $ enx-hook events --provider streamrec
    exit code 0
    -- stdout
    Eyeson StreamRec  streamrec, told apart by `status`
      upload_failed                The upload of a recording failed.
      upload_ready                 A recording was uploaded.
      supervisor_session_finished  The session of a supervisor has finished.
      session_finished             A session has finished.
    ");
    let run = Sandbox::new().enx(&["events", "--provider", "streamrek"]);
    insta::assert_snapshot!(run, @r"
    $ enx-hook events --provider streamrek
    exit code 2
    -- stderr
    error: no provider is called `streamrek`
      there are: enablex, streamrec
    ");
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
    let run = sandbox.enx(&["events", "roomdrop"]);
    insta::assert_snapshot!(run, @r#"
    $ enx-hook events roomdrop
    exit code 0
    -- stdout
    roomdrop  CDR ready  EnableX Video
    The call detail report (CDR) of an ended session can be fetched.

    Fields
      type        string   required  Says which event this is.
      trans_date  integer  required  Unix time in whole seconds, UTC.
      app_id      string   required  The project that the room belongs to. Projects may share one webhook URL.
      room_id     string   required  The room in which the session took place. A room hosts many sessions.
      conf_num    string   required  The session. It ties all events of one session together.

    Pitfalls
      -  The name is historical. The event does not mean that a room was dropped or deleted.
      -  Older pages describe it as the end of the session. Use session_stop for that.
      -  It carries no CDR. Fetch the CDR from the Video API with conf_num.
      -  Older pages say conf_key in their prose. The field is conf_num.

    Sample
      {
        "type": "roomdrop",
        "trans_date": <Unix time>,
        "app_id": "<room>",
        "room_id": "<room>",
        "conf_num": "<session>"
      }

    Documents
      EnableX Video, Webhook Notifications (newest page), "CDR Ready"
      EnableX Video, Webhook Notifications (annotated page), "3. CDR Ready"
      EnableX Video, Video Notification Webhook (oldest page), "Notification# 1: Session Ended"
      Video Notification Webhook (a white-label operator's copy), "Notification# 1: Session Ended"
    "#);
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
    let run = sandbox.enx(&["events", "xyzzy"]);
    insta::assert_snapshot!(run, @r"
    $ enx-hook events xyzzy
    exit code 2
    -- stderr
    error: no event is called `xyzzy`
      `enx-hook events` lists them
    ");
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
