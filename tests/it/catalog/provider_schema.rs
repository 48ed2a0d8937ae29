//! `schemas/provider.schema.json` against the `provider.json` files that there are.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

fn read(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn every_provider_is_as_its_schema_says() {
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    let schema = read(&schemas.join("provider.schema.json"));
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let mut seen = 0;
    for entry in fs::read_dir(&schemas).unwrap() {
        let file = entry.unwrap().path().join("provider.json");
        if !file.exists() {
            continue;
        }
        let provider = read(&file);
        let errors: Vec<_> = validator
            .iter_errors(&provider)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", file.display());
        assert_eq!(provider["$schema"], json!("../provider.schema.json"));
        seen += 1;
    }
    assert!(seen >= 2, "only {seen} providers were found");
}

#[test]
fn the_schema_rejects_what_the_catalog_rejects() {
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    let schema = read(&schemas.join("provider.schema.json"));
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let good = json!({"name": "a", "title": "A", "description": "An A.", "discriminator": "type"});
    assert!(validator.is_valid(&good));
    let changes = [
        ("nonsense", json!(1)),
        ("discriminator", Value::Null),
        ("fresh", json!({"id": {"random": "dice", "length": 3}})),
        ("rules", json!([{"rule": "x"}])),
    ];
    for (field, value) in changes {
        let mut wrong = good.clone();
        wrong[field] = value;
        assert!(!validator.is_valid(&wrong), "{wrong}");
    }
}
