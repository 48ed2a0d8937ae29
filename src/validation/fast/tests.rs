//! What is accepted here, the full validator calls valid without findings; and the fast path
//! is taken by what it is for.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod folder;
mod mutation;

use std::sync::{Arc, LazyLock};

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::*;
use crate::validation::Validation;

/// Judges with the fast path, and always with a tree.
struct Both {
    fast: Validation,
    full: Validation,
}

impl Both {
    fn of(fast: Validation) -> Both {
        fast.expect_many();
        let full = fast.clone().without_fast_path();
        Both { fast, full }
    }
}

static EMBEDDED: LazyLock<Both> =
    LazyLock::new(|| Both::of(Validation::new(Arc::new(Catalog::embedded().unwrap()))));

static FOLDER: LazyLock<Both> =
    LazyLock::new(|| Both::of(Validation::new(Arc::new(folder::catalog()))));

/// Cases of each property: enough for every day, and as many as one asks for.
fn cases() -> u32 {
    let cases = std::env::var("ENX_HOOK_CASES").ok();
    cases.and_then(|cases| cases.parse().ok()).unwrap_or(2000)
}

/// Whether the fast path takes a text; if so, that it says what the full validator says.
fn agrees(both: &Both, text: &[u8]) -> bool {
    let Some(accepted) = both.fast.accept(text.into()) else {
        return false;
    };
    let report = both.full.report(text);
    let shown = String::from_utf8_lossy(text);
    assert_eq!(accepted.report(), report, "{shown}");
    assert_eq!(
        accepted.classification(),
        both.full.classify(text),
        "{shown}"
    );
    true
}

#[test]
fn every_sample_that_is_valid_without_findings_is_accepted() {
    for both in [&*EMBEDDED, &*FOLDER] {
        for Entry { event, .. } in both.full.catalog().entries() {
            let text = event.sample_text();
            let report = both.full.report(text.as_bytes());
            if report.findings.is_empty() && !folder::is_too_much(&event.name) {
                assert!(
                    agrees(both, text.as_bytes()),
                    "{} is not accepted",
                    event.name
                );
            }
        }
    }
}

#[test]
fn what_is_taken_for_an_event_is_accepted_as_that_whatever_it_says_it_is() {
    for entry in EMBEDDED.full.catalog().entries() {
        let both = Both::of(EMBEDDED.full.clone().taking_for(entry));
        let text = entry.event.sample_text().as_bytes();
        assert!(agrees(&both, text), "{}", entry.event.name);
        for other in EMBEDDED.full.catalog().entries() {
            agrees(&both, other.event.sample_text().as_bytes());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn what_is_accepted_the_full_validator_calls_valid(text in mutation::texts(&EMBEDDED.full)) {
        agrees(&EMBEDDED, &text);
    }

    #[test]
    fn so_it_is_with_the_schemas_of_a_folder(text in mutation::texts(&FOLDER.full)) {
        agrees(&FOLDER, &text);
    }
}

/// Without this, the properties above could hold because nothing is ever accepted.
#[test]
fn most_of_what_is_valid_is_accepted() {
    use proptest::strategy::ValueTree as _;
    for both in [&*EMBEDDED, &*FOLDER] {
        let mut runner = TestRunner::deterministic();
        let (mut valid, mut accepted) = (0_u32, 0_u32);
        for _ in 0..400 {
            let text = mutation::texts(&both.full)
                .new_tree(&mut runner)
                .unwrap()
                .current();
            let report = both.full.report(&text);
            if report.findings.is_empty() && !folder::is_too_much(&report.event.unwrap()) {
                valid += 1;
                accepted += u32::from(agrees(both, &text));
            }
        }
        assert!((60..=400).contains(&valid), "{valid} are valid");
        assert!(
            accepted * 10 >= valid * 9,
            "{accepted} of {valid} valid texts are accepted"
        );
    }
}

#[test]
fn a_schema_is_compiled_once_enough_documents_of_its_event_have_come() {
    let validation = Validation::new(Arc::new(Catalog::embedded().unwrap()));
    let entry = validation.catalog().entries().next().unwrap();
    let text = entry.event.sample_text().as_bytes();
    let accepted = |number| (0..number).filter(|_| validation.accept(text.into()).is_some());
    assert_eq!(accepted(ENOUGH).count(), 0);
    assert_eq!(accepted(ENOUGH).count(), ENOUGH as usize);
}
