//! `export openapi` and `export asyncapi`.

use std::process::Command;

use enx_hook::catalog::Catalog;
use serde_json::Value;

use super::odd;
use crate::catalog::agreement::mutations;
use crate::support::{Sandbox, foreign};

/// A document that `export` writes to stdout.
fn exported(sandbox: &Sandbox, args: &[&str]) -> Value {
    let run = sandbox.enx(&[&["export"], args].concat());
    assert_eq!(run.code(0).err(), "");
    serde_json::from_str(run.out()).unwrap()
}

#[test]
fn each_event_is_a_webhook_and_one_of_a_discriminated_schema() {
    let sandbox = Sandbox::new();
    let document = exported(&sandbox, &["openapi"]);
    let schemas = &document["components"]["schemas"];
    let mut count = 0;
    for entry in Catalog::embedded().unwrap().entries() {
        let (provider, event) = (entry.provider, entry.event);
        let key = format!("{}.{}", provider.name, event.name);
        let webhook = &document["webhooks"][&key]["post"];
        let content = &webhook["requestBody"]["content"]["application/json"];
        assert_eq!(content["example"], event.sample().unwrap(), "{key}");
        let place = content["schema"]["$ref"].as_str().unwrap();
        assert!(document.pointer(&place[1..]).is_some(), "{place}");
        let unions = schemas.as_object().unwrap().values();
        let union = unions
            .filter(|one| one["discriminator"]["propertyName"] == *provider.discriminator)
            .find(|one| one["discriminator"]["mapping"][&event.name] == place);
        for alias in provider.aliases_of(event) {
            assert_eq!(union.unwrap()["discriminator"]["mapping"][alias], place);
        }
        assert!(
            union.unwrap()["oneOf"]
                .as_array()
                .unwrap()
                .contains(&content["schema"])
        );
        count += 1;
    }
    assert_eq!(document["webhooks"].as_object().unwrap().len(), count);
}

#[test]
fn an_exported_schema_accepts_exactly_what_the_event_accepts() {
    let sandbox = odd();
    let mut catalog = Catalog::embedded().unwrap();
    catalog.add_folder(&sandbox.path("odd")).unwrap();
    let openapi = exported(&sandbox, &["openapi", "--catalog", "odd"]);
    let asyncapi = exported(&sandbox, &["asyncapi", "--catalog", "odd"]);
    assert_eq!(
        asyncapi["channels"].as_object().unwrap().len(),
        catalog.providers().len()
    );
    let (mut accepted, mut rejected) = (0, 0);
    for entry in catalog.entries() {
        let webhook = &openapi["webhooks"][format!("{}.{}", entry.provider.name, entry.event.name)];
        let content = &webhook["post"]["requestBody"]["content"]["application/json"];
        let place = content["schema"]["$ref"].as_str().unwrap();
        let schema = openapi.pointer(&place[1..]).unwrap();
        assert_eq!(asyncapi.pointer(&place[1..]).unwrap(), schema);
        let theirs = jsonschema::draft202012::new(schema).unwrap();
        let sample = entry.event.sample().unwrap();
        for document in mutations(&sample).into_iter().chain([sample]) {
            let ours = entry.event.validator().is_valid(&document);
            assert_eq!(theirs.is_valid(&document), ours, "{place}: {document}");
            *(if ours { &mut accepted } else { &mut rejected }) += 1;
        }
    }
    assert!(
        accepted > 300 && rejected > 1000,
        "{accepted} and {rejected}"
    );
}

#[test]
fn a_provider_narrows_the_export_and_an_unknown_one_is_refused() {
    let sandbox = Sandbox::new();
    for what in ["openapi", "asyncapi", "typescript"] {
        let run = sandbox.enx(&["export", what, "--provider", "streamrec"]);
        run.code(0).says("StreamrecUploadReady").hides("Enablex");
        let run = sandbox.enx(&["export", what, "--provider", "streamrek"]);
        assert_eq!(run.code(2).out(), "");
        run.tells("no provider is called `streamrek`");
    }
}

#[test]
fn a_file_is_replaced_whole_and_what_cannot_be_written_is_named() {
    let sandbox = Sandbox::new();
    sandbox.write("events.ts", "old");
    let run = sandbox.enx(&["export", "typescript", "--output", "events.ts"]);
    assert_eq!(run.code(0).out(), "");
    let same = sandbox.enx(&["export", "typescript"]);
    assert_eq!(sandbox.text("events.ts"), same.out());
    let run = sandbox.enx(&["export", "openapi", "--output", "missing/openapi.json"]);
    run.code(3).tells("cannot write missing/openapi.json");
}

#[test]
fn other_validators_accept_the_documents_and_reject_broken_ones() {
    let Some(folder) = foreign(&[
        "node_modules/.bin/validate-api",
        "node_modules/.bin/openapi-typescript",
        "node_modules/@asyncapi/parser",
    ]) else {
        return;
    };
    let modules = folder.join("node_modules");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/foreign/asyncapi.cjs");
    let sandbox = odd();
    let said = |program: &mut Command| {
        let output = program.env("NODE_PATH", &modules).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8(said).unwrap())
    };
    let openapi =
        |file: &str| said(Command::new(modules.join(".bin/validate-api")).arg(sandbox.path(file)));
    let asyncapi = |file: &str| said(Command::new("node").arg(script).arg(sandbox.path(file)));
    for more in [&[][..], &["--catalog", "odd"]] {
        let document = exported(&sandbox, &[&["openapi"], more].concat()).to_string();
        sandbox.write("openapi.json", &document);
        let (_, text) = openapi("openapi.json");
        assert!(text.contains("\"valid\": true"), "{text}");
        let mut generator = Command::new(modules.join(".bin/openapi-typescript"));
        let (is_done, text) = said(generator.arg(sandbox.path("openapi.json")));
        assert!(
            is_done && text.contains("EnablexEvent: components["),
            "{text}"
        );
        sandbox.write(
            "openapi.json",
            document.replace("\"webhooks\":", "\"hooks\":"),
        );
        let (_, text) = openapi("openapi.json");
        assert!(text.contains("\"valid\": false"), "{text}");

        let document = exported(&sandbox, &[&["asyncapi"], more].concat()).to_string();
        sandbox.write("asyncapi.json", &document);
        assert_eq!(asyncapi("asyncapi.json"), (true, String::new()));
        sandbox.write("asyncapi.json", document.replace("\"receive\"", "\"get\""));
        assert!(!asyncapi("asyncapi.json").0);
    }
}
