//! What is drafted, what is not, and why.

use serde_json::{Value, json};

use crate::support::Sandbox;

/// An event of EnableX with further fields.
pub(super) fn event(name: &str, session: u64, fields: &Value) -> Value {
    let mut body = json!({
        "type": name, "trans_date": 1_795_182_500_u64 + session, "app_id": "aa00b9d3c5a7182f3b6d4e90",
        "room_id": "65f1c2a79be4d30812345678", "conf_num": (77_123_000 + session).to_string(),
    });
    body.as_object_mut()
        .unwrap()
        .extend(fields.as_object().unwrap().clone());
    body
}

/// Bodies, one a line.
pub(super) fn lines(bodies: &[Value]) -> String {
    let lines: Vec<String> = bodies.iter().map(Value::to_string).collect();
    lines.join("\n") + "\n"
}

/// Two logs with an unknown event, a variant of a known one, and new fields of a known one.
pub(super) fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    let url = "https://host.example/anna-smith";
    for (name, sessions) in [("a.jsonl", 1..4), ("b.jsonl", 4..8)] {
        let bodies = sessions.flat_map(|session| {
            [
                event(
                    "whiteboard",
                    session,
                    &json!({"url": url, "pages": session, "by": {"name": "Anna Smith"}}),
                ),
                event(
                    "recording",
                    session,
                    &json!({"recording": [url], "duration": 341.5}),
                ),
                event("screen_recording", session, &json!({"recording": [url]})),
                event("session_start", session, &json!({})),
            ]
        });
        sandbox.write(name, lines(&bodies.collect::<Vec<_>>()));
    }
    sandbox
}

#[test]
fn an_unknown_event_a_variant_and_new_fields_are_told_apart() {
    let run = sandbox().enx(&["learn", "a.jsonl", "--format", "json"]);
    let learned = run.code(0).json_of("learned");
    let told: Vec<_> = learned
        .iter()
        .map(|one| json!([one["event"], one["is_new"], one["captures"], one["like"]]))
        .collect();
    assert_eq!(
        told,
        [
            json!(["recording", false, 3, null]),
            json!(["screen_recording", true, 3, {"event": "recording", "shared": 6, "of": 6}]),
            json!(["whiteboard", true, 3, null]),
        ]
    );
    assert_eq!(
        learned[0]["fields"],
        json!([{
            "pointer": "/duration", "types": ["number"], "form": null, "count": 3, "of": null,
        }])
    );
    assert_eq!(learned[2]["files"], json!([]));
    let mut fields = learned[2]["fields"].as_array().unwrap().iter();
    let name = fields.find(|field| field["pointer"] == "/by/name").unwrap();
    assert_eq!(
        name,
        &json!({
            "pointer": "/by/name", "types": ["string"], "form": null, "count": 3, "of": 3,
        })
    );
}

#[test]
fn people_read_what_was_learned_and_how_to_write_and_use_it() {
    let sandbox = sandbox();
    let run = sandbox.enx(&["learn", "a.jsonl"]);
    run.code(0)
        .says("screen_recording  enablex\n  a variant of recording, 6 of 6 fields of `recording`; 6 fields, from 3 captures\n")
        .says("  1 new field, from 3 captures\n    /duration  number    3\n")
        .says("2 new events and 1 new field of a known event in 12 captures\n")
        .tells("write the drafts: enx-hook learn --write learned a.jsonl");
    let run = sandbox.enx(&["learn", "a.jsonl", "--write", "own"]);
    run.code(0)
        .tells("6 files in own")
        .tells("enx-hook validate a.jsonl --catalog own");
}

#[test]
fn what_is_written_has_counts_and_no_values_and_the_order_of_runs_does_not_matter() {
    let sandbox = sandbox();
    for (folder, runs) in [
        ("ab", &[&["a.jsonl"][..], &["b.jsonl"]][..]),
        ("ba", &[&["b.jsonl"], &["a.jsonl"]]),
        ("both", &[&["a.jsonl", "b.jsonl"]]),
    ] {
        for logs in runs {
            // The drafts of the folder are in the catalog too, and are learned all the same.
            let catalog = if sandbox.path(folder).exists() {
                vec!["--catalog", folder]
            } else {
                vec![]
            };
            sandbox
                .enx(&[&["learn", "--write", folder], *logs, &catalog].concat())
                .code(0);
        }
    }
    for name in ["recording", "screen_recording", "whiteboard"] {
        for side in ["schemas", "samples"] {
            let file = format!("{side}/enablex/{name}.json");
            let expected = sandbox.text(format!("both/{file}"));
            for folder in ["ab", "ba"] {
                assert_eq!(
                    sandbox.text(format!("{folder}/{file}")),
                    expected,
                    "{folder}/{file}"
                );
            }
            let is_leak = ["Anna", "host.example", "7712300", "aa00b9d3"];
            assert!(
                !is_leak.iter().any(|text| expected.contains(text)),
                "{expected}"
            );
        }
    }
    let schema: Value =
        serde_json::from_str(&sandbox.text("both/schemas/enablex/whiteboard.json")).unwrap();
    assert_eq!(schema["x-learned"]["captures"], 7);
    assert_eq!(schema["properties"]["type"]["const"], "whiteboard");
    assert_eq!(schema["properties"]["url"]["format"], "uri");
    assert_eq!(
        schema["properties"]["pages"]["x-learned"],
        json!({"seen": 7, "types": {"integer": 7}})
    );
    assert!(!schema.to_string().contains("additionalProperties"));
}

#[test]
fn a_file_that_learn_did_not_write_is_never_changed_and_words_of_a_person_stay() {
    let sandbox = sandbox();
    sandbox.enx(&["learn", "a.jsonl", "--write", "own"]).code(0);
    let path = "own/schemas/enablex/whiteboard.json";
    let edited = sandbox
        .text(path)
        .replace("\"title\": \"whiteboard\"", "\"title\": \"Drawn\"");
    sandbox.write(path, edited);
    sandbox.enx(&["learn", "b.jsonl", "--write", "own"]).code(0);
    assert!(sandbox.text(path).contains("\"title\": \"Drawn\""));
    sandbox.write(path, "{}");
    let run = sandbox.enx(&["learn", "b.jsonl", "--write", "own"]);
    run.code(2)
        .tells("has no counts of `learn`, so it stays as it is");
    assert_eq!(sandbox.text(path), "{}");
}

#[test]
fn when_nothing_was_learned_it_says_why() {
    let sandbox = sandbox();
    sandbox.write("known.jsonl", lines(&[event("roomdrop", 1, &json!({}))]));
    sandbox.write(
        "odd.jsonl",
        "{\"type\":\"../up\",\"conf_num\":\"1\"}\n{\"a\":1}\n[1]\n{“\n",
    );
    sandbox.write("empty.jsonl", "");
    for (log, said) in [
        (
            "known.jsonl",
            "nothing was learned because the catalog has every event and field of 1 capture\n",
        ),
        (
            "empty.jsonl",
            "nothing was learned because no capture was read\n",
        ),
        (
            "odd.jsonl",
            "1 capture not learned: the name of the event cannot be the name of a file\n",
        ),
        (
            "odd.jsonl",
            "1 capture not learned: no field names the event; --discriminator FIELD says which one does\n",
        ),
        ("odd.jsonl", "1 capture not learned: the body is not JSON\n"),
    ] {
        let run = sandbox.enx(&["learn", log, "--write", "own"]);
        run.code(0).says(said);
    }
    assert!(!sandbox.path("own").exists());
    let run = sandbox.enx(&["learn", "a.jsonl", "--only", "nothing"]);
    run.code(0)
        .says("nothing was learned because nothing of it was wanted");
}

#[test]
fn only_takes_events_and_fields_and_enums_are_asked_for() {
    let sandbox = sandbox();
    let run = sandbox.enx(&[
        "learn",
        "a.jsonl",
        "--only",
        "recording#/duration,enablex/whiteboard",
        "--format",
        "json",
    ]);
    let events: Vec<Value> = run
        .code(0)
        .json_of("learned")
        .iter()
        .map(|one| one["event"].clone())
        .collect();
    assert_eq!(events, ["recording", "whiteboard"]);
    let kinds = ["mp4", "webm"].map(|kind| event("export", 1, &json!({"format": kind})));
    sandbox.write("kinds.jsonl", lines(&kinds));
    for (folder, flag, has) in [("plain", &[][..], false), ("lists", &["--enums"], true)] {
        sandbox
            .enx(&[&["learn", "kinds.jsonl", "--write", folder], flag].concat())
            .code(0);
        let schema = sandbox.text(format!("{folder}/schemas/enablex/export.json"));
        assert_eq!(
            schema.contains("\"enum\"") && schema.contains("webm"),
            has,
            "{schema}"
        );
    }
}

#[test]
fn another_provider_gets_a_file_of_its_own() {
    let sandbox = sandbox();
    let bodies =
        [1, 2].map(|at| json!({"topic": "call.ended", "at": 1_795_182_500 + at, "call": "x"}));
    sandbox.write("other.jsonl", lines(&bodies));
    let args = [
        "learn",
        "other.jsonl",
        "--provider",
        "acme",
        "--discriminator",
        "topic",
        "--write",
        "own",
    ];
    sandbox.enx(&args).code(0);
    let provider: Value =
        serde_json::from_str(&sandbox.text("own/schemas/acme/provider.json")).unwrap();
    assert_eq!(provider["common"], json!(["at", "call"]));
    assert_eq!(provider["fresh"], json!({"at": {"now": "unix-seconds"}}));
    let run = sandbox.enx(&[
        "validate",
        "other.jsonl",
        "--catalog",
        "own",
        "--format",
        "json",
    ]);
    let report = &run.code(0).json_of("report")[0];
    assert_eq!(
        (&report["event"], &report["provider"]),
        (&json!("call.ended"), &json!("acme"))
    );
    let run = sandbox.enx(&["learn", "other.jsonl", "--format", "json"]);
    assert_eq!(
        run.code(0).json_of("learned")[0]["provider"],
        "learned-topic"
    );
    sandbox
        .enx(&["learn", "--provider", "../up", "--discriminator", "topic"])
        .code(2);
}
