//! Whatever is found in any bytes can be shown, on a page of any width, and nothing of them
//! reaches a terminal raw.

#![no_main]

use std::sync::{Arc, LazyLock};

use enx_hook::catalog::Catalog;
use enx_hook::render::TermStyle;
use enx_hook::render::findings::{Origin, Source, write_findings};
use enx_hook::validation::Validation;
use libfuzzer_sys::fuzz_target;

static VALIDATION: LazyLock<Validation> = LazyLock::new(|| {
    Validation::new(Arc::new(Catalog::embedded().expect("the catalog in the binary")))
});

fuzz_target!(|input: &[u8]| {
    let Some((width, text)) = input.split_first() else { return };
    let findings = VALIDATION.report(text).findings;
    let source = Source {
        title: "a.json",
        bytes: text,
        origin: Origin::Line(1),
    };
    let page = TermStyle::new(false, (*width > 0).then_some(usize::from(*width)));
    let mut shown = Vec::new();
    write_findings(&mut shown, page, &source, &findings).expect("memory takes all");
    let shown = String::from_utf8(shown).expect("what is shown is text");
    assert!(shown.chars().all(|c| c == '\n' || !c.is_control()));
});
