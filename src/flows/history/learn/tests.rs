//! The laws of learning: the order does not matter, every input validates, and no value of a
//! payload is in a schema.

use std::sync::Arc;

use bytes::Bytes;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::draft::{Draft, DraftKind};
use super::files::documents;
use super::lesson::{Lesson, Lessons};
use super::place::Place;
use super::schema::{from_schema, sample, schema};
use crate::catalog::Catalog;
use crate::flows::history::Found;
use crate::model::capture::{Capture, Headers};
use crate::validation::Validation;

/// What stands in every value that is made here.
const MARK: &str = "payload";

/// Values of all types. Texts and some keys have a mark.
fn value() -> impl Strategy<Value = Value> {
    let texts = prop_oneof![
        "[a-z@ é]{0,6}".prop_map(|text| format!("{MARK}{text}")),
        "[0-9]{1,4}".prop_map(|text| format!("https://{MARK}.example/{text}")),
        "[0-9]{1,4}".prop_map(|text| format!("{MARK}{text}@host.example")),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        (1_700_000_000_u32..1_800_000_000).prop_map(Value::from),
        (0.0..9.0_f64).prop_map(Value::from),
        texts.prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 5, |inner| {
        let key = prop_oneof![
            "[a-d]",
            Just("plain_name".to_owned()),
            "[0-9]{5,8}",
            "[0-9]{5}".prop_map(|id| format!("{MARK}-{id}")),
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn bodies() -> impl Strategy<Value = Vec<Value>> {
    prop::collection::vec(value(), 1..8)
}

fn learn(bodies: &[Value], keeps_values: bool) -> Place {
    let mut all = Place::default();
    for body in bodies {
        all.merge(Place::of(body, keeps_values));
    }
    all
}

/// The texts of a document, keys included.
fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(members) => {
            for (name, member) in members {
                found.push(name.clone());
                texts(member, found);
            }
        }
        _ => {}
    }
}

proptest! {
    #[test]
    fn learning_from_two_logs_in_any_order_is_learning_from_both(
        first in bodies(), second in bodies(), keeps_values: bool,
    ) {
        let both: Vec<Value> = first.iter().chain(&second).cloned().collect();
        let expected = schema(&learn(&both, keeps_values));
        let mut backwards = both;
        backwards.reverse();
        prop_assert_eq!(&schema(&learn(&backwards, keeps_values)), &expected);
        // What a file holds is all that a later run knows of an earlier one.
        for [earlier, later] in [[&first, &second], [&second, &first]] {
            let file = Value::Object(schema(&learn(earlier, keeps_values)));
            let mut draft = learn(later, keeps_values);
            draft.merge(from_schema(&file).unwrap());
            prop_assert_eq!(&schema(&draft), &expected);
        }
    }

    #[test]
    fn every_input_and_the_sample_validate(bodies in bodies(), keeps_values: bool) {
        let learned = learn(&bodies, keeps_values);
        let drafted = Value::Object(schema(&learned));
        let validator = jsonschema::draft202012::options()
            .should_validate_formats(true)
            .build(&drafted)
            .unwrap();
        for body in bodies.iter().chain([&sample(&learned, "")]) {
            let error = validator.iter_errors(body).next();
            prop_assert!(error.is_none(), "{}\n{}\n{:#}", error.unwrap(), body, drafted);
        }
        prop_assert!(!drafted.to_string().contains("\"additionalProperties\":false"));
    }

    #[test]
    fn no_value_of_a_payload_is_in_a_schema_or_a_sample(bodies in bodies()) {
        let learned = learn(&bodies, false);
        for document in [Value::Object(schema(&learned)), sample(&learned, "")] {
            let mut found = Vec::new();
            texts(&document, &mut found);
            let leaked = found.iter().find(|text| text.contains(MARK) || text.parse::<u64>().is_ok_and(|id| id > 9999));
            prop_assert!(leaked.is_none(), "{:?} in {:#}", leaked, document);
        }
    }
}

fn lesson(body: &Value) -> Lesson {
    let validation = Validation::new(Arc::new(Catalog::embedded().unwrap()));
    let capture = Capture {
        received_at: chrono::Utc::now(),
        peer: "".into(),
        method: "POST".into(),
        target: "/".into(),
        headers: Headers::new(),
        body: Bytes::from(body.to_string()),
    };
    let found = Found::new(&validation, None, capture);
    Lessons::default().lesson(&found, validation.catalog())
}

#[test]
fn many_names_in_one_object_are_values_in_any_order() {
    let names = |range: std::ops::Range<u32>| {
        let members = range.map(|at| {
            (
                format!("n{}", char::from_u32(0x61 + at % 26).unwrap())
                    .repeat(1 + at as usize / 26),
                json!(at),
            )
        });
        Value::Object(members.collect::<Map<_, _>>())
    };
    let [few, more] = [names(0..40), names(30..70)];
    let one = learn(&[few.clone(), more.clone()], false);
    assert!(one.is_map && one.members.is_empty());
    assert_eq!(one, learn(&[more, few], false));
    assert_eq!(schema(&one)["additionalProperties"]["type"], "integer");
}

#[test]
fn a_form_is_named_from_five_values_on_and_a_constant_only_for_the_name_of_the_event() {
    let body = |at: u32| json!({"type": "newcomer", "url": format!("https://a.example/{at}"), "conf_num": "77001234"});
    for (number, format) in [(4, None), (5, Some("uri"))] {
        let Lesson::New(mut draft) = lesson(&body(0)) else {
            panic!("nothing was learned")
        };
        for at in 1..number {
            let Lesson::New(next) = lesson(&body(at)) else {
                panic!("nothing was learned")
            };
            draft.merge(*next);
        }
        let (schema, sample) = documents(&draft, None, &Catalog::embedded().unwrap());
        assert_eq!(schema["properties"]["url"]["format"].as_str(), format);
        assert_eq!(schema["properties"]["type"]["const"], "newcomer");
        assert_eq!(schema.to_string().matches("\"const\"").count(), 1);
        assert_eq!(sample["type"], "newcomer");
        let id = sample["conf_num"].as_str().unwrap();
        assert!(id.len() == 8 && id != "77001234", "{id}");
    }
}

#[test]
fn lists_are_kept_only_if_asked_for_and_only_of_words() {
    let bodies: Vec<Value> = ["mp4", "webm", "mp4"]
        .map(|kind| json!({"kind": kind, "id": "48213907", "by": "a@b.example"}))
        .to_vec();
    let with = Value::Object(schema(&learn(&bodies, true)));
    assert_eq!(with["properties"]["kind"]["enum"], json!(["mp4", "webm"]));
    assert_eq!(with.to_string().matches("enum").count(), 1);
    let text = with.to_string();
    assert!(
        !text.contains("48213907") && !text.contains("b.example"),
        "{text}"
    );
    let without = Value::Object(schema(&learn(&bodies, false)));
    assert!(!without.to_string().contains("mp4"));
}

#[test]
fn fields_of_a_known_event_are_learned_without_the_others() {
    let catalog = Catalog::embedded().unwrap();
    let entry = catalog
        .entries()
        .find(|entry| entry.event.shape().at("/files/0").is_some());
    let entry = entry.unwrap();
    let mut body = entry.event.sample().unwrap();
    body["added"] = json!({"deep": [1]});
    body["files"][0]["checksum"] = json!("abc");
    let Lesson::New(draft) = lesson(&body) else {
        panic!("nothing was learned")
    };
    assert_eq!(
        (&draft.event, &draft.kind),
        (&entry.event.name, &DraftKind::Fields)
    );
    assert_eq!(draft.roots(), ["/added", "/files/*/checksum"]);
    let (schema, sample) = documents(&draft, None, &catalog);
    let properties: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
    assert_eq!(properties, ["added", "files"]);
    assert!(schema.get("required").is_none());
    assert!(sample["files"][0]["url"].is_string() && sample["files"][0]["checksum"].is_string());
    let Draft { captures, .. } = *draft;
    assert_eq!(captures, 1);
}
