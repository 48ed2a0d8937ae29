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
use crate::validation::{Glance, Validation};

static EMBEDDED: LazyLock<Validation> =
    LazyLock::new(|| Validation::new(Arc::new(Catalog::embedded().unwrap())));

static FOLDER: LazyLock<Validation> =
    LazyLock::new(|| Validation::new(Arc::new(folder::catalog())));

/// Cases of each property: enough for every day, and as many as one asks for.
fn cases() -> u32 {
    let cases = std::env::var("ENX_HOOK_CASES").ok();
    cases.and_then(|cases| cases.parse().ok()).unwrap_or(2000)
}

/// Whether the fast path takes a text; if so, that it says what the full validator says.
fn agrees(validation: &Validation, text: &[u8]) -> bool {
    let mut scratch = Scratch::default();
    let Some(accepted) = validation.accept(text, &mut scratch) else {
        return false;
    };
    let shown = String::from_utf8_lossy(text);
    let report = validation.explain(text);
    assert_eq!(report.findings, [], "{shown}");
    let glance = Glance::from(&report);
    assert_eq!(
        Some(&accepted.entry.event.name),
        glance.event.as_ref(),
        "{shown}"
    );
    assert_eq!(
        Some(&accepted.entry.provider.name),
        glance.provider.as_ref(),
        "{shown}"
    );
    assert_eq!(accepted.session(), glance.session, "{shown}");
    true
}

#[test]
fn every_sample_that_is_valid_without_findings_is_accepted() {
    for validation in [&*EMBEDDED, &*FOLDER] {
        for Entry { event, .. } in validation.catalog().entries() {
            let text = event.sample_text();
            let report = validation.explain(text.as_bytes());
            if report.findings.is_empty() && !folder::is_too_much(&event.name) {
                assert!(
                    agrees(validation, text.as_bytes()),
                    "{} is not accepted",
                    event.name
                );
            }
        }
    }
}

#[test]
fn what_is_taken_for_an_event_is_accepted_as_that_whatever_it_says_it_is() {
    for entry in EMBEDDED.catalog().entries() {
        let validation = Validation::clone(&EMBEDDED).taking_for(entry);
        let text = entry.event.sample_text().as_bytes();
        assert!(agrees(&validation, text), "{}", entry.event.name);
        for other in EMBEDDED.catalog().entries() {
            agrees(&validation, other.event.sample_text().as_bytes());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn what_is_accepted_the_full_validator_calls_valid(text in mutation::texts(&EMBEDDED)) {
        agrees(&EMBEDDED, &text);
    }

    #[test]
    fn so_it_is_with_the_schemas_of_a_folder(text in mutation::texts(&FOLDER)) {
        agrees(&FOLDER, &text);
    }
}

/// Without this, the properties above could hold because nothing is ever accepted.
#[test]
fn most_of_what_is_valid_is_accepted() {
    use proptest::strategy::ValueTree as _;
    for validation in [&*EMBEDDED, &*FOLDER] {
        let mut runner = TestRunner::deterministic();
        let (mut valid, mut accepted) = (0_u32, 0_u32);
        for _ in 0..400 {
            let text = mutation::texts(validation)
                .new_tree(&mut runner)
                .unwrap()
                .current();
            let report = validation.explain(&text);
            if report.findings.is_empty() && !folder::is_too_much(&report.event.unwrap()) {
                valid += 1;
                accepted += u32::from(agrees(validation, &text));
            }
        }
        assert!((60..=400).contains(&valid), "{valid} are valid");
        assert!(
            accepted * 10 >= valid * 9,
            "{accepted} of {valid} valid texts are accepted"
        );
    }
}
