//! A second opinion: `boon`, which shares no code with the validator of the binary, must
//! accept and reject the same documents. So a schema means what the standard says, and works
//! in any other validator too.

use std::collections::BTreeMap;

use boon::{Compiler, Draft, SchemaIndex, Schemas};
use serde_json::{Value, json};

use super::catalog;

/// A schema in the eyes of both validators.
struct Both {
    ours: jsonschema::Validator,
    schemas: Schemas,
    index: SchemaIndex,
}

impl Both {
    fn compile(schema: &Value, name: &str) -> Both {
        let ours = jsonschema::draft202012::options()
            .build(schema)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut compiler = Compiler::new();
        compiler.set_default_draft(Draft::V2020_12);
        let place = format!(
            "urn:test:{}",
            name.replace(|c: char| !c.is_alphanumeric(), "-")
        );
        compiler.add_resource(&place, schema.clone()).unwrap();
        let mut schemas = Schemas::new();
        let index = compiler
            .compile(&place, &mut schemas)
            .unwrap_or_else(|error| panic!("{name}: {error:#}"));
        Both {
            ours,
            schemas,
            index,
        }
    }

    /// What both say, if they say the same.
    fn accepts(&self, value: &Value) -> Result<bool, String> {
        let ours = self.ours.is_valid(value);
        let theirs = self.schemas.validate(value, self.index);
        if ours == theirs.is_ok() {
            return Ok(ours);
        }
        let error = theirs
            .err()
            .map_or_else(|| "valid".to_owned(), |error| format!("{error:#}"));
        Err(format!(
            "jsonschema says {ours}, boon says {error}\n{value}"
        ))
    }
}

/// Values of every type, and texts at the edges of the schemas' patterns.
fn strangers() -> Vec<Value> {
    let texts = [
        "",
        "string",
        "String",
        "$license_id",
        "http://FQDN/path/file",
        "Unix Timestamp",
        "12 MB",
        "1731573916",
        "1731573916000",
        "-1",
        "1731573916\n",
        "\u{661}\u{662}",
        "true",
        "ftp",
        "/path/file.mov",
        "https://files.example.org:8443/a?b=c#d",
        "https://user:secret@files.example.org/a",
        "HTTPS://X",
        "https:///a",
        "https://a b/\u{2028}",
        "sftp://files.example.org/a",
        "2024-11-14T08:00:00Z",
        "2024-11-14t08:00:00.123456z",
        "2024-11-14 08:00:00+01",
        "2024-11-14T08:00:00+01:00\n",
        "2024-11-14T08:00:00",
        "2024-11-14",
        "2024-02-30T08:00:00Z",
        "2024-11-14T24:00:00Z",
        "2024-06-30T23:59:60Z",
        "yesterday",
    ];
    let others = json!([
        null, true, false, 0, -0.0, 1, 1.0, -1, 0.5, 1e12, 1e300, 9_007_199_254_740_993_u64,
        99_999_999_999_u64, 100_000_000_000_u64, [], [[]], [""], ["https://x/a"],
        [{ "url": "https://x/a" }], [{ "url": "" }], [{ "url": null }], [null], [{}], {},
        { "url": "https://x/a" }, { "name": "ssh" }, { "name": "" }, { "a": true }, { "a": "true" },
        { "a": { "b": [1, { "c": null }] } }
    ]);
    let mut all: Vec<Value> = texts.into_iter().map(Value::from).collect();
    all.extend(others.as_array().unwrap().iter().cloned());
    all
}

/// The pointers to a value and to everything inside it.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                places(
                    member,
                    &format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")),
                    found,
                );
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                places(item, &format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
}

/// The sample with each place dropped, grown, renamed, or given to a stranger.
pub(crate) fn mutations(sample: &Value) -> Vec<Value> {
    let mut all = Vec::new();
    let mut found = Vec::new();
    places(sample, "", &mut found);
    for place in found {
        let mut change = |edit: &dyn Fn(&mut Value)| {
            let mut copy = sample.clone();
            edit(copy.pointer_mut(&place).unwrap());
            all.push(copy);
        };
        for stranger in strangers() {
            change(&|value| *value = stranger.clone());
        }
        change(&|value| *value = json!([value.clone()]));
        change(&|value| *value = json!({ "url": value.clone() }));
        change(&|value| *value = json!(value.to_string()));
        change(&|value| match value {
            Value::Object(members) => drop(members.insert("brand_new".into(), json!({}))),
            Value::Array(items) => items.extend(items.clone()),
            _ => {}
        });
        if let Some((parent, name)) = place.rsplit_once('/') {
            let mut copy = sample.clone();
            match copy.pointer_mut(parent).unwrap() {
                Value::Object(members) => drop(members.shift_remove(name)),
                Value::Array(items) => drop(items.remove(name.parse().unwrap())),
                _ => {}
            }
            all.push(copy);
        }
    }
    all
}

#[test]
fn both_validators_accept_every_sample() {
    for entry in catalog().entries() {
        let both = Both::compile(entry.event.schema(), &entry.event.name);
        assert_eq!(
            both.accepts(&entry.event.sample().unwrap()),
            Ok(true),
            "{}",
            entry.event.name
        );
    }
}

#[test]
fn both_validators_agree_on_every_mutation_of_every_sample() {
    for entry in catalog().entries() {
        let both = Both::compile(entry.event.schema(), &entry.event.name);
        let mut answers: BTreeMap<bool, usize> = BTreeMap::new();
        for mutation in mutations(&entry.event.sample().unwrap()) {
            let answer = both.accepts(&mutation);
            let answer = answer.unwrap_or_else(|told| panic!("{}: {told}", entry.event.name));
            *answers.entry(answer).or_default() += 1;
        }
        let enough = |answer| answers.get(&answer).is_some_and(|count| *count > 20);
        assert!(
            enough(true) && enough(false),
            "{}: {answers:?}",
            entry.event.name
        );
    }
}

#[test]
fn every_question_beside_a_schema_is_a_schema_that_both_understand_alike() {
    let mut answers: BTreeMap<bool, usize> = BTreeMap::new();
    for entry in catalog().entries() {
        let sample = entry.event.sample().unwrap();
        let mut values = strangers();
        let mut found = Vec::new();
        places(&sample, "", &mut found);
        values.extend(
            found
                .iter()
                .filter_map(|place| sample.pointer(place))
                .cloned(),
        );
        let mut questions = Vec::new();
        questions_in(entry.event.schema(), &mut questions);
        for (number, question) in questions.into_iter().enumerate() {
            let name = format!("{} question {number}", entry.event.name);
            assert!(
                jsonschema::draft202012::meta::is_valid(question),
                "{name}: {question}"
            );
            let both = Both::compile(question, &name);
            for value in &values {
                let answer = both.accepts(value);
                let answer = answer.unwrap_or_else(|told| panic!("{name}: {question}\n{told}"));
                *answers.entry(answer).or_default() += 1;
            }
        }
    }
    assert!(
        answers.values().all(|count| *count > 1000) && answers.len() == 2,
        "{answers:?}"
    );
}

/// The `if` of every remark, wherever it stands in a schema.
fn questions_in<'s>(schema: &'s Value, found: &mut Vec<&'s Value>) {
    match schema {
        Value::Object(members) => {
            for (name, member) in members {
                if ["x-warn", "x-explain"].contains(&name.as_str()) {
                    found.extend(
                        member
                            .as_array()
                            .unwrap()
                            .iter()
                            .map(|remark| &remark["if"]),
                    );
                } else {
                    questions_in(member, found);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| questions_in(item, found)),
        _ => {}
    }
}
