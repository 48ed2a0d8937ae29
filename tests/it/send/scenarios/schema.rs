//! `schemas/scenario.schema.json` against the scenarios that there are, and against what the
//! program takes.

use std::fs;
use std::path::Path;

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::support::Sandbox;

fn schema() -> Validator {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/scenario.schema.json");
    let schema: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    jsonschema::draft202012::new(&schema).unwrap()
}

#[track_caller]
fn check(validator: &Validator, name: &str, scenario: &Value) {
    let errors: Vec<_> = validator
        .iter_errors(scenario)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{name}: {errors:#?}");
}

#[test]
fn every_built_in_scenario_is_as_the_schema_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let validator = schema();
    let mut seen = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let scenario: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        check(&validator, &path.display().to_string(), &scenario);
        assert_eq!(scenario["$schema"], "../schemas/scenario.schema.json");
        assert!(scenario["title"].is_string());
        seen += 1;
    }
    assert!(seen >= 4, "only {seen} scenarios were found");
}

#[test]
fn every_scenario_of_the_documents_is_as_the_schema_says_and_is_taken() {
    let page = include_str!("../../../../docs/scenarios.md");
    let validator = schema();
    let mut seen = 0;
    for block in page.split("```json\n").skip(1) {
        let text = block.split("```").next().unwrap();
        let Ok(scenario) = serde_json::from_str::<Value>(text) else {
            continue;
        };
        if scenario.get("steps").is_none() {
            continue;
        }
        check(&validator, "docs/scenarios.md", &scenario);
        let sandbox = Sandbox::new();
        sandbox.write("s.json", text);
        let args = [
            "send",
            "--scenario",
            "s.json",
            "--env",
            "TENANT",
            "--dry-run",
        ];
        sandbox.call(&args).env("TENANT", "acme").run().code(0);
        seen += 1;
    }
    assert!(seen > 0, "the page shows no scenario");
}

/// What one takes or refuses, so does the other.
#[test]
fn the_schema_and_the_program_agree() {
    let (validator, sandbox) = (schema(), Sandbox::new());
    let step = |members: Value| {
        let mut step = json!({"event": "roomdrop"});
        let given = members.as_object().unwrap().clone();
        step.as_object_mut().unwrap().extend(given);
        json!({"steps": [step]})
    };
    let good = [
        step(json!({})),
        step(json!({"name": "n", "session": "s", "after": "1m 30s", "repeat": 10000})),
        step(json!({"set": {"conf_num": "7", "/app_id": "x"}, "unset": [], "validate": true})),
        step(json!({"expect": {"status": [200, "404", "5xx"], "within": "1ms", "text": "x"}})),
        step(
            json!({"faults": {"duplicate": {"times": 2, "after": ["0s", "1s"]}, "reorder": false}}),
        ),
        json!({"steps": [{"body": null}, {"body": [1]}, {"text": ""}], "concurrency": 1000}),
        json!({"$schema": "x", "title": "t", "description": "d", "sessions": 2,
            "provider": "streamrec", "steps": [{"each": "life"}]}),
    ];
    for scenario in good {
        check(&validator, "good", &scenario);
        sandbox.write("s.json", scenario.to_string());
        let args = ["send", "--scenario", "s.json", "--dry-run", "--no-validate"];
        sandbox.enx(&args).code(0);
    }
    let bad = [
        json!([]),
        json!({}),
        json!({"steps": []}),
        json!({"steps": [{"event": "roomdrop"}], "sessions": 0}),
        json!({"steps": [{"event": "roomdrop"}], "concurrency": 1001}),
        json!({"steps": [{"event": "roomdrop"}], "title": ""}),
        json!({"steps": [{"event": "roomdrop"}], "rate": "5/s"}),
        json!({"steps": [{}]}),
        step(json!({"text": "x"})),
        step(json!({"each": "all"})),
        step(json!({"after": "soon"})),
        step(json!({"after": 3})),
        step(json!({"repeat": 0})),
        step(json!({"repeat": 1.5})),
        step(json!({"set": ["a"]})),
        step(json!({"unset": "a"})),
        step(json!({"validate": "no"})),
        step(json!({"faults": []})),
        step(json!({"faults": {"duplicate": 2}})),
        step(json!({"faults": {"corrupt": 1}})),
        step(json!({"expect": {"status": []}})),
        step(json!({"expect": {"status": 99}})),
        step(json!({"expect": {"status": "6xx"}})),
        step(json!({"expect": {"within": "x"}})),
        step(json!({"expect": {"text": ""}})),
    ];
    for scenario in bad {
        assert!(!validator.is_valid(&scenario), "{scenario}");
        sandbox.write("s.json", scenario.to_string());
        let args = ["send", "--scenario", "s.json", "--dry-run"];
        sandbox.enx(&args).code(2).tells("s.json:1:");
    }
}
