//! The two depths say the same, whatever the text: the promise of the room's head.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::{Arc, LazyLock};

use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

use super::*;
use crate::catalog::Catalog;
use crate::model::report::Verdict;

pub(super) static VALIDATION: LazyLock<Validation> =
    LazyLock::new(|| Validation::new(Arc::new(Catalog::embedded().unwrap())).without_fast_path());

static FAST: LazyLock<Validation> = LazyLock::new(|| {
    let validation = Validation::new(Arc::new(Catalog::embedded().unwrap()));
    validation.expect_many();
    validation
});

/// What may stand in place of a value, or beside it.
fn replacement() -> impl Strategy<Value = Value> {
    let literal = select(vec![
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(1e12),
        json!(9_007_199_254_740_993_u64),
        json!(""),
        json!("string"),
        json!("12"),
        json!("12 MB"),
        json!("https://h/x"),
        json!("http://u:p@h/x"),
        json!("2024-11-14T09:00:00"),
        json!([]),
        json!({}),
        json!(["https://h/x"]),
        json!([{"url": "https://h/x"}]),
    ]);
    prop_oneof![3 => literal, 1 => any::<String>().prop_map(Value::String)]
}

/// A sample of the catalog after a few changes: members dropped, replaced, added, renamed.
fn changed_sample() -> impl Strategy<Value = Value> {
    let samples: Vec<Value> = VALIDATION
        .catalog()
        .entries()
        .map(|entry| entry.event.sample().unwrap())
        .collect();
    let names = select(vec![
        "type",
        "status",
        "data",
        "conf_key",
        "url",
        "cdr",
        "result",
        "client_id",
        "state",
        "x",
    ]);
    let change = (0..4_u8, any::<Index>(), names, replacement());
    (select(samples), proptest::collection::vec(change, 0..4)).prop_map(|(mut body, changes)| {
        for (kind, index, name, value) in changes {
            let members = body.as_object_mut().unwrap();
            let keys: Vec<String> = members.keys().cloned().collect();
            if keys.is_empty() || kind == 3 {
                members.insert(name.to_owned(), value);
                continue;
            }
            let key = &keys[index.index(keys.len())];
            match kind {
                0 => drop(members.shift_remove(key)),
                1 => drop(members.insert(key.clone(), value)),
                _ => {
                    let old = members.shift_remove(key).unwrap();
                    members.insert(name.to_owned(), json!({ "type": old, "data": value }));
                }
            }
        }
        body
    })
}

/// How people write JSON that is none.
const SLIPS: [(&str, &str); 8] = [
    ("}", ",}"),
    (",", " /* x */,"),
    (",", ""),
    (",", ",,"),
    ("\"", "“"),
    ("{\"", "{'"),
    (":", " = "),
    ("conf_num", "conf_key"),
];

/// Texts near and far from an event.
pub(super) fn text() -> impl Strategy<Value = Vec<u8>> {
    let cut = (changed_sample(), any::<Index>(), any::<u8>()).prop_map(|(body, index, byte)| {
        let mut text = body.to_string().into_bytes();
        let at = index.index(text.len());
        text[at] = byte;
        text
    });
    let repeated = (changed_sample(), any::<Index>()).prop_map(|(body, index)| {
        let members = body.as_object().unwrap();
        let keys: Vec<&String> = members.keys().collect();
        let again = keys
            .get(index.index(keys.len().max(1)))
            .map_or("x", |key| key.as_str());
        let text = body.to_string();
        format!("{{\"{again}\":1,{}", &text[1..]).into_bytes()
    });
    let sloppy = (changed_sample(), any::<Index>(), select(SLIPS.to_vec())).prop_map(
        |(body, index, (from, to))| {
            let text = body.to_string();
            let places: Vec<usize> = text.match_indices(from).map(|(at, _)| at).collect();
            match places.get(index.index(places.len().max(1))) {
                Some(at) => format!("{}{to}{}", &text[..*at], &text[at + from.len()..]),
                None => text,
            }
            .into_bytes()
        },
    );
    prop_oneof![
        6 => changed_sample().prop_map(|body| body.to_string().into_bytes()),
        2 => cut,
        3 => sloppy,
        1 => repeated,
        1 => proptest::collection::vec(any::<u8>(), 0..60),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn a_classification_and_a_full_report_say_the_same(text in text()) {
        let report = VALIDATION.report(&text);
        prop_assert_eq!(VALIDATION.classify(&text), Classification::from(&report), "{:#?}", report);
    }

    #[test]
    fn so_they_do_with_the_fast_path(text in text()) {
        let report = VALIDATION.report(&text);
        prop_assert_eq!(FAST.classify(&text), Classification::from(&report), "{:#?}", report);
        prop_assert_eq!(FAST.report(&text), report);
    }

    #[test]
    fn findings_stand_in_the_order_of_the_text_and_within_it(text in text()) {
        let report = VALIDATION.report(&text);
        let starts: Vec<usize> = report.findings.iter().map(|finding| finding.place.span.start).collect();
        prop_assert!(starts.is_sorted());
        prop_assert!(report.findings.iter().all(|finding| finding.place.span.end <= text.len()));
    }
}

#[test]
fn every_verdict_comes_up_in_what_is_generated() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..500 {
        seen.insert(
            VALIDATION
                .classify(&text().new_tree(&mut runner).unwrap().current())
                .verdict,
        );
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), Verdict::ALL);
}
