//! Any bytes as an event: the three depths say the same.

#![no_main]

use std::sync::{Arc, LazyLock};

use enx_hook::catalog::Catalog;
use enx_hook::validation::{Glance, Scratch, Validation};
use libfuzzer_sys::fuzz_target;

static VALIDATION: LazyLock<Validation> = LazyLock::new(|| {
    Validation::new(Arc::new(Catalog::embedded().expect("the catalog in the binary")))
});

fuzz_target!(|text: &[u8]| {
    let report = VALIDATION.explain(text);
    let glance = Glance::from(&report);
    assert_eq!(VALIDATION.glance(text), glance);
    if let Some(accepted) = VALIDATION.accept(text, &mut Scratch::default()) {
        assert_eq!(report.findings, []);
        assert_eq!(Some(&accepted.entry.event.name), glance.event.as_ref());
        assert_eq!(accepted.session(), glance.session);
    }
});
