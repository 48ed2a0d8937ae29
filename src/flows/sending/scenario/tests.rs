//! What is read of scenarios, for any text; and what is expected of answers.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::Duration;

use bytes::Bytes;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::expect::{Came, Condition, Expectation};
use super::steps::{Content, Scenario, ScenarioError, Source};
use super::{builtin, fill, read};
use crate::catalog::{Catalog, Session};
use crate::model::environment::Environment;

static SCHEMA: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
    let text = include_str!("../../../../schemas/scenario.schema.json");
    jsonschema::draft202012::new(&serde_json::from_str(text).unwrap()).unwrap()
});

fn read(text: &[u8]) -> Result<Scenario, ScenarioError> {
    let source = Source {
        name: "s.json".to_owned(),
        folder: PathBuf::new(),
    };
    read::read("s", text, source, &Environment::default())
}

/// Values that a scenario may hold somewhere, right or wrong.
fn values() -> impl Strategy<Value = Value> {
    let words = "(life|order|5s|2xx|404|2 min|\\$\\{id\\.a\\}|[a-z]{0,3})";
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-2..20_000_i64).prop_map(Value::from),
        words.prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::vec(("[a-z]{1,3}", inner), 0..3).prop_map(|members| members
                .into_iter()
                .collect::<serde_json::Map<_, _>>()
                .into()),
        ]
    })
}

/// Objects of these members, each there or not, and mostly with a value that it may have;
/// rarely one that there is not.
fn objects(members: Vec<(&'static str, BoxedStrategy<Value>)>) -> BoxedStrategy<Value> {
    let none = Just(serde_json::Map::new()).boxed();
    let known = members.into_iter().fold(none, |object, (name, value)| {
        let value = prop_oneof![15 => value, 1 => values()];
        let value = prop_oneof![2 => Just(None), 1 => value.prop_map(Some)];
        (object, value)
            .prop_map(move |(mut object, value)| {
                if let Some(value) = value {
                    object.insert(name.to_owned(), value);
                }
                object
            })
            .boxed()
    });
    let unknown = prop_oneof![15 => Just(None), 1 => "[a-z]{1,8}".prop_map(Some)];
    (known, unknown)
        .prop_map(|(mut object, unknown)| {
            if let Some(name) = unknown {
                object.insert(name, Value::Null);
            }
            object.into()
        })
        .boxed()
}

fn one_of(values: &[Value]) -> BoxedStrategy<Value> {
    prop::sample::select(values.to_vec()).boxed()
}

fn scenarios() -> BoxedStrategy<Value> {
    let time = || one_of(&[json!("5s"), json!("1m 30s"), json!("0ms")]);
    let flag = || any::<bool>().prop_map(Value::from).boxed();
    let text = || one_of(&[json!("a"), json!("b c"), json!("${id.x}")]);
    let duplicate = objects(vec![
        ("times", one_of(&[json!(1), json!(10_000)])),
        (
            "after",
            prop_oneof![time(), time().prop_map(|time| json!([time]))].boxed(),
        ),
    ]);
    let faults = objects(vec![
        ("duplicate", duplicate),
        ("reorder", flag()),
        ("corrupt", flag()),
        ("unknown_type", flag()),
    ]);
    let status = one_of(&[json!(200), json!("404"), json!("5xx"), json!([200, "3xx"])]);
    let expect = objects(vec![
        ("status", status),
        ("within", time()),
        ("text", text()),
    ]);
    let members = objects(vec![
        ("name", text()),
        ("session", text()),
        (
            "set",
            one_of(&[json!({}), json!({"a.b": [1]}), json!({"/a": null})]),
        ),
        ("unset", one_of(&[json!([]), json!(["a"])])),
        ("after", time()),
        ("repeat", one_of(&[json!(1), json!(10_000)])),
        ("faults", faults),
        (
            "headers",
            one_of(&[json!([]), json!(["X-A: 1", "x-b;"]), json!(["x"])]),
        ),
        ("expect", expect.clone()),
        ("validate", flag()),
    ]);
    let content = one_of(&[
        json!({"event": "a"}),
        json!({"each": "life"}),
        json!({"body": [null]}),
        json!({"text": ""}),
        json!({"file": "f"}),
        json!({"base64": "AP8="}),
        json!({"base64": "A"}),
        json!({"each": "lief"}),
        json!({}),
    ]);
    let step = (members, content).prop_map(|(mut step, content)| {
        for (name, value) in content.as_object().unwrap() {
            step[name] = value.clone();
        }
        step
    });
    let steps = prop_oneof![
        15 => prop::collection::vec(step, 1..3).prop_map(Value::from),
        1 => values()
    ];
    objects(vec![
        ("title", text()),
        ("provider", text()),
        ("sessions", one_of(&[json!(1), json!(10_000_000)])),
        ("concurrency", one_of(&[json!(1), json!(1000)])),
        ("expect", expect),
    ])
    .prop_flat_map(move |scenario| (Just(scenario), steps.clone()))
    .prop_map(|(mut scenario, steps)| {
        scenario["steps"] = steps;
        scenario
    })
    .boxed()
}

/// The properties below speak of something only if both happen often.
#[test]
fn made_up_scenarios_are_right_and_wrong() {
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let strategy = scenarios();
    let right = (0..200)
        .map(|_| strategy.new_tree(&mut runner).unwrap().current())
        .filter(|scenario| read(scenario.to_string().as_bytes()).is_ok())
        .count();
    assert!((40..160).contains(&right), "{right} of 200 are right");
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(text in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&text);
    }

    /// The schema refuses nothing that the program takes, so that no editor warns of it.
    #[test]
    fn what_is_read_is_as_the_schema_says(scenario in scenarios()) {
        if read(scenario.to_string().as_bytes()).is_ok() {
            let errors: Vec<_> = SCHEMA.iter_errors(&scenario).map(|error| error.to_string()).collect();
            prop_assert!(errors.is_empty(), "{scenario}: {errors:?}");
        }
    }

    /// And what the schema takes is refused at most for a time, a path or a variable, which it
    /// only outlines.
    #[test]
    fn what_the_schema_takes_is_read(scenario in scenarios()) {
        if SCHEMA.is_valid(&scenario)
            && let Err(error) = read(scenario.to_string().as_bytes())
        {
            let outlined = ["expected a time", "is not a path", "is not set"];
            prop_assert!(
                outlined.iter().any(|text| error.message.contains(text)),
                "{scenario}: {error}"
            );
        }
    }

    #[test]
    fn a_wrong_place_lies_in_the_text(scenario in scenarios()) {
        let text = format!("{scenario:#}");
        if let Err(error) = read(text.as_bytes()) {
            let line = text.lines().nth(error.place.line - 1).unwrap();
            prop_assert!(error.place.column <= line.chars().count() + 1);
        }
    }
}

#[test]
fn every_built_in_scenario_is_read() {
    for (name, _) in builtin::list() {
        let text = builtin::text(name).unwrap();
        assert!(read(text.as_bytes()).is_ok(), "{name}");
    }
}

#[test]
fn texts_are_filled_with_variables_and_ids() {
    let catalog = Catalog::embedded().unwrap();
    let provider = &catalog.providers()[0];
    let mut session = Session::new(provider, &mut fastrand::Rng::with_seed(1));
    session.choose("77");
    let mut environment = Environment::default();
    environment.variables.insert("A".into(), "\"".into());
    let field = &provider.session[0];
    let fill = |text: &str| fill::json(text, &environment, &session);
    let body = format!(r#"{{"a":["${{A}}",1.50,"${{id.{field}}}"]}}"#);
    assert_eq!(fill(&body), Ok(r#"{"a":["\"",1.50,"77"]}"#.to_owned()));
    // What holds nothing to fill in stays as it is.
    assert_eq!(fill("[1.50, 1]"), Ok("[1.50, 1]".to_owned()));
    assert_eq!(fill(r#""${id.no}""#), Err("id.no".to_owned()));
}

#[test]
fn an_expectation_names_what_is_not_met() {
    let expectation = |value: Value| {
        let scenario = json!({"steps": [{"text": "", "expect": value}]});
        let scenario = read(scenario.to_string().as_bytes()).unwrap();
        scenario.steps[0].expect.clone()
    };
    let unmet = |expectation: &Expectation, status, took, body: &'static str| -> Vec<_> {
        let attempt = crate::delivery::Attempt::of(
            status,
            Duration::from_millis(took),
            Bytes::from_static(body.as_bytes()),
        );
        let unmet = expectation.unmet(&attempt).into_iter();
        unmet.map(|unmet| (unmet.expected, unmet.came)).collect()
    };
    let plain = Expectation::default();
    assert_eq!(unmet(&plain, 204, 1, ""), []);
    let success = Condition::Status(Vec::new());
    assert_eq!(unmet(&plain, 302, 1, ""), [(success, Came::Status(302))]);
    let strict = expectation(json!({"status": [404, "5xx"], "within": "10ms", "text": "ok"}));
    assert_eq!(unmet(&strict, 503, 10, "is ok"), []);
    let [statuses, within, text] = [
        Condition::Status(vec!["404".to_owned(), "5xx".to_owned()]),
        Condition::Within(Duration::from_millis(10)),
        Condition::Text("ok".to_owned()),
    ];
    assert_eq!(
        unmet(&strict, 200, 11, ""),
        [
            (statuses, Came::Status(200)),
            (within, Came::After(Duration::from_millis(11))),
            (text, Came::Body(Bytes::new())),
        ]
    );
}

proptest! {
    /// Whatever is recorded is sent as it was.
    #[test]
    fn a_recorded_body_is_read_as_it_was(
        body in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..40),
            "(\\$|\\{|\\}|\\\\|u0024|\"|a| |\\n|:|,|\\[|\\]|1){0,20}".prop_map(String::into_bytes),
            values().prop_map(|value| value.to_string().into_bytes()),
            values().prop_map(|value| format!("{value:#}").into_bytes()),
        ],
        header in "[ -~é$]{0,12}",
    ) {
        let value = header.trim();
        let fields = [("x-a", value.as_bytes())];
        let request = crate::delivery::OutgoingRequest::passed_on(body.clone().into(), fields.into_iter());
        let mut recording = super::Recording::default();
        recording.add("n\u{1}", Duration::from_millis(1), &request, true);
        let scenario = read(recording.text("t").as_bytes()).unwrap();
        let catalog = Catalog::embedded().unwrap();
        let session = Session::new(&catalog.providers()[0], &mut fastrand::Rng::with_seed(1));
        let none = Environment::default();
        let step = &scenario.steps[0];
        let sent = match &step.what {
            Content::Body(body) => fill::json(body, &none, &session).unwrap().into_bytes(),
            Content::Text(text) => fill::text(text, &none, &session).unwrap().into_bytes(),
            Content::Bytes(bytes) => bytes.to_vec(),
            other => panic!("{other:?}"),
        };
        prop_assert_eq!(sent, body);
        let header = fill::text(&step.headers.as_ref().unwrap()[0], &none, &session).unwrap();
        let header = crate::delivery::Header::parse(&header).unwrap();
        prop_assert_eq!(header.value(), value.as_bytes());
    }
}
