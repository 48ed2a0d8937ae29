//! The data files: complete, documented, and understood alike by two validators.
//!
//! What a sample's report says is among the verdicts; this is about the files themselves.

pub(crate) mod agreement;
mod folder;
mod foreign;
mod provider_schema;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use enx_hook::catalog::{Catalog, Entry, Event};
use serde_json::Value;

use crate::support::Sandbox;

fn catalog() -> Catalog {
    Catalog::embedded().unwrap()
}

/// Asks something of every event, and names those that fail.
#[track_caller]
fn every_event(holds: impl Fn(Entry<'_>) -> bool) {
    let catalog = catalog();
    let failing: Vec<&str> = catalog
        .entries()
        .filter(|entry| !holds(*entry))
        .map(|entry| &*entry.event.name)
        .collect();
    assert!(failing.is_empty(), "not so for {failing:?}");
}

/// The names of the JSON files in the folders of all providers, as `provider/event`.
fn files(folder: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut names = BTreeSet::new();
    for provider in fs::read_dir(folder).unwrap() {
        let provider = provider.unwrap();
        // Files beside the providers describe other things.
        if provider.path().is_file() {
            continue;
        }
        for file in fs::read_dir(provider.path()).unwrap() {
            let name = file.unwrap().file_name().into_string().unwrap();
            let provider = provider.file_name().into_string().unwrap();
            let name = name
                .strip_suffix(".json")
                .unwrap_or_else(|| panic!("{name} in {provider}"));
            names.insert(format!("{provider}/{name}"));
        }
    }
    names
}

#[test]
fn every_event_has_its_schema_and_its_sample_and_no_file_stands_alone() {
    let events: BTreeSet<String> = catalog()
        .entries()
        .map(|entry| format!("{}/{}", entry.provider.name, entry.event.name))
        .collect();
    assert_eq!(
        events.len(),
        14,
        "the documents have ten events and four webhooks"
    );
    let schemas = files("schemas")
        .into_iter()
        .filter(|name| !name.ends_with("/provider"));
    assert_eq!(schemas.collect::<BTreeSet<_>>(), events);
    assert_eq!(files("samples"), events);
}

#[test]
fn every_sample_is_of_its_event_and_valid_by_its_schema() {
    every_event(|Entry { provider, event }| {
        let sample = event.sample().unwrap();
        sample[&provider.discriminator] == *event.name && event.validator().is_valid(&sample)
    });
}

#[test]
fn the_binary_finds_nothing_to_say_of_its_own_samples() {
    let sandbox = Sandbox::new();
    for entry in catalog().entries() {
        let name = format!("{}/{}", entry.provider.name, entry.event.name);
        let sample = sandbox.enx(&["events", &name, "--sample"]);
        assert_eq!(sample.code(0).out(), entry.event.sample_text());
        sandbox.write("sample.json", sample.out());
        let reports = sandbox
            .enx(&["validate", "--format", "json", "sample.json"])
            .code(0)
            .json_lines();
        let empty = Value::Array(Vec::new());
        assert_eq!(
            (&reports[0]["event"], &reports[0]["findings"]),
            (&Value::from(&*entry.event.name), &empty)
        );
    }
}

#[test]
fn every_sample_names_its_session() {
    every_event(|entry| {
        entry
            .provider
            .session_of(&entry.event.sample().unwrap())
            .is_some()
    });
}

#[test]
fn every_event_has_a_title_a_description_and_says_when_it_fires() {
    every_event(|Entry { event, .. }| {
        ![event.title(), event.description(), event.fires()]
            .iter()
            .any(|text| text.trim().is_empty())
    });
}

#[test]
fn every_event_cites_documents_that_its_provider_lists() {
    every_event(|Entry { provider, event }| {
        let cited = |source: enx_hook::catalog::Source<'_>| {
            provider.document(source.document).is_some() && !source.section.is_empty()
        };
        event.sources().next().is_some() && event.sources().all(cited)
    });
    let catalog = catalog();
    for provider in catalog.providers() {
        for rule in &provider.rules {
            assert!(provider.document(&rule.document).is_some(), "{}", rule.rule);
        }
    }
}

#[test]
fn every_listed_document_is_cited() {
    let catalog = catalog();
    for provider in catalog.providers() {
        for document in &provider.documents {
            let mut sources = provider.events().iter().flat_map(Event::sources);
            assert!(
                sources.any(|source| source.document == document.id),
                "{}",
                document.id
            );
        }
    }
}

#[test]
fn every_property_of_every_schema_is_described() {
    let catalog = catalog();
    let mut count = 0;
    for entry in catalog.entries() {
        each_property(entry.event.schema(), "", &mut |pointer, property| {
            let described = property["description"]
                .as_str()
                .is_some_and(|text| !text.trim().is_empty());
            assert!(
                described,
                "{}: no description at {pointer}",
                entry.event.name
            );
            count += 1;
        });
    }
    assert!(count > 100, "only {count} properties found");
}

/// All properties along the keywords that describe an instance; annotations are left aside.
fn each_property(schema: &Value, pointer: &str, found: &mut dyn FnMut(&str, &Value)) {
    if !schema.is_object() {
        return;
    }
    for keyword in ["properties", "patternProperties"] {
        for (name, property) in schema[keyword].as_object().into_iter().flatten() {
            found(&format!("{pointer}/{keyword}/{name}"), property);
        }
    }
    for keyword in ["properties", "patternProperties", "$defs"] {
        for (name, inner) in schema[keyword].as_object().into_iter().flatten() {
            each_property(inner, &format!("{pointer}/{keyword}/{name}"), found);
        }
    }
    for keyword in ["additionalProperties", "items"] {
        each_property(&schema[keyword], &format!("{pointer}/{keyword}"), found);
    }
    for keyword in ["allOf", "anyOf", "oneOf", "prefixItems"] {
        for (index, inner) in schema[keyword].as_array().into_iter().flatten().enumerate() {
            each_property(inner, &format!("{pointer}/{keyword}/{index}"), found);
        }
    }
}
