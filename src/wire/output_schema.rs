//! `schemas/output.schema.json` is generated from the types of this room.
//!
//! `cargo xtask generate` writes the file.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::{
    check, delivery, drift, events, files, learn, listen, log, relay, replay, scenario, validate,
};
use crate::model::report::Verdict;

/// What `listen` and `follow` say at last, and what is said of relays.
fn add_relay(objects: &mut Objects) {
    objects.add::<listen::DroppedJson>("dropped", "Events were not shown", &["listen", "follow"]);
    objects.add::<relay::RelayJson<'_>>(
        "relay",
        "Something happened between the log and a relay",
        &["listen", "follow"],
    );
    objects.add::<relay::GapJson<'_>>("gap", "A relay did not bring captures", &["follow"]);
    objects.add::<relay::RelayStatusJson<'_>>(
        "relay-status",
        "The state of a relay",
        &["relay status"],
    );
    objects.add::<listen::SummaryJson>(
        "summary-listen",
        "The end of `listen` or `follow`",
        &["listen", "follow"],
    );
}

/// The file, as text of its types.
fn schema() -> String {
    let mut objects = Objects::new("x-commands");
    objects.add::<listen::ReadyJson<'_>>(
        "ready",
        "`listen` or `follow` is ready",
        &["listen", "follow"],
    );
    objects.add::<listen::CaptureJson<'_>>(
        "capture",
        "A request was captured",
        &["listen", "follow", "log", "log show"],
    );
    objects.add::<listen::RefusedJson<'_>>("refused", "A request was refused", &["listen"]);
    objects.add::<listen::GreetedJson<'_>>("greeted", "A GET was answered", &["listen"]);
    objects.add::<listen::RefusedMoreJson<'_>>(
        "refused-more",
        "More requests were refused",
        &["listen"],
    );
    objects.add::<listen::ProblemJson<'_>>("problem", "Something else went wrong", &["listen"]);
    objects.add::<listen::ForwardJson<'_>>(
        "forward",
        "A capture was forwarded",
        &["listen", "follow"],
    );
    objects.add::<listen::LogNewsJson>(
        "log",
        "Something happened to the log",
        &["listen", "follow"],
    );
    add_relay(&mut objects);
    objects.add::<delivery::Delivery<'_>>("delivery", "A body was posted", &["send", "replay"]);
    objects.add::<delivery::PlannedRequest<'_>>("request", "A request would be sent", &["send"]);
    objects.add::<scenario::ScenarioListed<'_>>("scenario", "A built-in scenario", &["send"]);
    objects.add::<delivery::SendSummary<'_>>("summary-send", "The end of a scenario", &["send"]);
    // Only the summary in a report file of a plain `send` has no scenario.
    objects.require("summary-send", "scenario");
    objects.add::<files::ServedFile<'_>>("file", "A file was served", &["send", "listen"]);
    objects.add::<replay::WouldSend<'_>>("would-send", "A body would be posted", &["replay"]);
    objects.add::<replay::ReplaySummary<'_>>("summary-replay", "The end of `replay`", &["replay"]);
    objects.add::<validate::ReportJson<'_>>("report", "A document was validated", &["validate"]);
    objects.add::<validate::ValidateSummaryJson<'_>>(
        "summary-validate",
        "The end of `validate`",
        &["validate"],
    );
    objects.add::<validate::CodeJson<'_>>("code", "A code of findings", &["validate"]);
    objects.add::<log::LogSummary>("summary-log", "The end of `log`", &["log"]);
    objects.add::<log::SessionJson<'_>>("session", "A session", &["log sessions"]);
    objects.add::<log::SessionsSummary>(
        "summary-log-sessions",
        "The end of `log sessions`",
        &["log sessions"],
    );
    objects.add::<log::StepJson<'_>>("step", "A step of a session", &["log timeline"]);
    objects.add::<log::TimelineSummary<'_>>(
        "summary-log-timeline",
        "The end of `log timeline`",
        &["log timeline"],
    );
    objects.add::<log::DifferenceJson<'_>>(
        "difference",
        "A difference between two captures",
        &["log diff"],
    );
    objects.add::<log::DiffSummary>("summary-log-diff", "The end of `log diff`", &["log diff"]);
    objects.add::<log::StatJson<'_>>("stat", "A count of captures", &["log stats"]);
    objects.add::<log::StatsSummary>(
        "summary-log-stats",
        "The end of `log stats`",
        &["log stats"],
    );
    objects.add::<log::DamageJson<'_>>("damage", "Something is damaged", &["log repair"]);
    objects.add::<log::RepairSummary>(
        "summary-log-repair",
        "The end of `log repair`",
        &["log repair"],
    );
    objects.add::<log::PrunedJson<'_>>("pruned", "Captures were removed", &["log prune"]);
    objects.add::<log::PruneSummary<'_>>(
        "summary-log-prune",
        "The end of `log prune`",
        &["log prune"],
    );
    objects.add::<drift::DriftJson<'_>>("drift", "A difference from the documents", &["drift"]);
    objects.add::<drift::DriftSummary>("summary-drift", "The end of `drift`", &["drift"]);
    objects.add::<learn::LearnedJson<'_>>("learned", "An event or fields were drafted", &["learn"]);
    objects.add::<learn::LearnSummary>("summary-learn", "The end of `learn`", &["learn"]);
    objects.add::<events::Event<'_>>("event", "An event of the catalog", &["events"]);
    objects.add::<check::Plan<'_>>("plan", "The plan of a run", &["check"]);
    objects.add::<check::Check<'_>>("check", "The result of a check", &["check"]);
    objects.add::<check::Summary<'_>>("summary-check", "The end of `check`", &["check"]);
    objects.add::<check::KnownCheck<'_>>("known-check", "A check that exists", &["check"]);
    objects.finish(
        "urn:enx-hook:output",
        "Output of enx-hook for machines",
        "Every line that `--format json` prints on stdout is one of these objects, distinguished \
            by `kind`. A later version may add fields and kinds: ignore unknown ones.",
        Some(("validation", report_file())),
    )
}

/// The content of a report file. It is written piece by piece, so it has no type.
fn report_file() -> Value {
    json!({
        "title": "A report of a validation",
        "description": "The content of `validate --report FILE.json`.",
        "type": "object",
        "properties": {
            "kind": { "description": "Says which object this is.", "const": "validation" },
            "reports": {
                "description": "The verdict on each document.",
                "type": "array",
                "items": { "$ref": "#/$defs/report" }
            },
            "summary": {
                "description": "The totals of all documents.",
                "$ref": "#/$defs/summary-validate"
            }
        },
        "required": ["kind", "reports", "summary"],
        "additionalProperties": false
    })
}

/// Collects the objects that are printed, by name.
pub(crate) struct Objects {
    /// The keyword that says where an object comes from.
    origin: &'static str,
    generator: SchemaGenerator,
    definitions: Map<String, Value>,
}

impl Objects {
    pub(crate) fn new(origin: &'static str) -> Objects {
        let settings = SchemaSettings::draft2020_12().for_serialize();
        Objects {
            origin,
            generator: settings.into_generator(),
            definitions: Map::new(),
        }
    }

    /// Adds an object. A name such as `summary-send` belongs to one of several objects of the
    /// kind `summary`.
    pub(crate) fn add<T: JsonSchema>(&mut self, name: &str, title: &str, origins: &[&str]) {
        let kind = if name.starts_with("summary-") {
            "summary"
        } else {
            name
        };
        let mut schema = T::json_schema(&mut self.generator).to_value();
        tidy(&mut schema);
        let Value::Object(mut schema) = schema else {
            panic!("{name} is not an object")
        };
        let description = schema.shift_remove("description").unwrap();
        let properties = schema["properties"].as_object_mut().unwrap();
        let kind = json!({ "description": "Says which object this is.", "const": kind });
        properties.shift_insert(0, "kind".to_owned(), kind);
        let required = schema["required"].as_array_mut().unwrap();
        required.insert(0, json!("kind"));
        let mut object = Map::new();
        object.insert("title".to_owned(), json!(title));
        object.insert("description".to_owned(), description);
        object.insert(self.origin.to_owned(), json!(origins));
        object.append(&mut schema);
        self.definitions.insert(name.to_owned(), object.into());
    }

    /// Requires a field that the type has as optional.
    fn require(&mut self, name: &str, field: &str) {
        let required = self.definitions[name]["required"].as_array_mut().unwrap();
        required.push(json!(field));
    }

    /// The whole schema, as text: what was added, and an object that stands only in files.
    pub(crate) fn finish(
        mut self,
        id: &str,
        title: &str,
        description: &str,
        file: Option<(&str, Value)>,
    ) -> String {
        let names = self.definitions.keys();
        let one_of: Vec<Value> = names
            .map(|name| json!({ "$ref": format!("#/$defs/{name}") }))
            .collect();
        for (name, mut schema) in self.generator.take_definitions(false) {
            tidy(&mut schema);
            self.definitions.insert(name, schema);
        }
        if let Some((name, schema)) = file {
            self.definitions.insert(name.to_owned(), schema);
        }
        let schema = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": id,
            "title": title,
            "description": description,
            "oneOf": one_of,
            "$defs": self.definitions
        });
        serde_json::to_string_pretty(&schema).unwrap() + "\n"
    }
}

/// Says what holds for all output and what schemars cannot know, and drops what only Rust needs.
fn tidy(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            object.values_mut().for_each(tidy);
            // The sizes of Rust's numbers.
            object.shift_remove("format");
            if let Some(Value::String(description)) = object.get_mut("description") {
                *description = description.split_whitespace().collect::<Vec<_>>().join(" ");
            }
            close(object);
            join_constants(object);
            join_null(object);
            // Numbers are counts, times and durations.
            let is_number = match &object.get("type") {
                Some(Value::String(name)) => name == "number",
                Some(Value::Array(names)) => names.contains(&json!("number")),
                _ => false,
            };
            if is_number && !object.contains_key("minimum") {
                object.insert("minimum".to_owned(), json!(0));
            }
        }
        Value::Array(values) => values.iter_mut().for_each(tidy),
        _ => {}
    }
}

/// An object has no other fields, and an optional field is absent instead of null.
fn close(object: &mut Map<String, Value>) {
    let required = object.get("required").cloned().unwrap_or(json!([]));
    let Some(Value::Object(properties)) = object.get_mut("properties") else {
        return;
    };
    for (name, field) in properties {
        if !required.as_array().unwrap().contains(&json!(name))
            && let Some(Value::Array(types)) = field.get_mut("type")
        {
            types.retain(|name| name != "null");
            if let [only] = &types[..] {
                field["type"] = only.clone();
            }
        }
    }
    object.insert("additionalProperties".to_owned(), json!(false));
}

/// A word with its description for each variant becomes a list of words.
fn join_constants(object: &mut Map<String, Value>) {
    let Some(Value::Array(variants)) = object.get("oneOf") else {
        return;
    };
    let words: Option<Vec<Value>> = variants
        .iter()
        .map(|variant| variant.get("const").cloned())
        .collect();
    if let Some(words) = words {
        object.shift_remove("oneOf");
        object.insert("type".to_owned(), json!("string"));
        object.insert("enum".to_owned(), words.into());
    }
}

/// A list of words or null becomes a list of words and null.
fn join_null(object: &mut Map<String, Value>) {
    let Some(Value::Array(variants)) = object.get("anyOf") else {
        return;
    };
    let words = match &variants[..] {
        [words, null] if null["type"] == "null" => words["enum"].as_array().cloned(),
        _ => None,
    };
    if let Some(mut words) = words {
        words.push(Value::Null);
        object.shift_remove("anyOf");
        object.insert("type".to_owned(), json!(["string", "null"]));
        object.insert("enum".to_owned(), words.into());
    }
}

/// That a file of `schemas/` is what was made of the types; writes it if that is asked for.
#[track_caller]
pub(crate) fn compare(name: &str, expected: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    let path = folder.join(name);
    if std::env::var_os("ENX_HOOK_BLESS").is_some_and(|value| !value.is_empty()) {
        std::fs::write(&path, expected).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap();
    assert!(
        found == expected,
        "schemas/{name} is out of date: `cargo xtask generate` writes it"
    );
}

#[test]
fn the_schema_of_the_output_is_what_its_types_say() {
    compare("output.schema.json", &schema());
}

#[test]
fn a_verdict_is_serialised_as_its_word() {
    for verdict in Verdict::ALL {
        assert_eq!(json!(verdict), json!(verdict.word()));
    }
}
