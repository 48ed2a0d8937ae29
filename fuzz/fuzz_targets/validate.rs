//! Any bytes as an event: both depths say the same, with the fast path and without.

#![no_main]

use std::sync::{Arc, LazyLock};

use enx_hook::catalog::Catalog;
use enx_hook::validation::{Classification, Validation};
use libfuzzer_sys::fuzz_target;

static VALIDATION: LazyLock<Validation> = LazyLock::new(|| {
    let catalog = Catalog::embedded().expect("the catalog in the binary");
    let validation = Validation::new(Arc::new(catalog));
    validation.expect_many();
    validation
});

static FULL: LazyLock<Validation> =
    LazyLock::new(|| Validation::clone(&VALIDATION).without_fast_path());

fuzz_target!(|text: &[u8]| {
    let report = FULL.report(text);
    let classification = Classification::from(&report);
    assert_eq!(FULL.classify(text), classification);
    assert_eq!(VALIDATION.classify(text), classification);
    assert_eq!(VALIDATION.report(text), report);
});
