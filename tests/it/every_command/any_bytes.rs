//! What the fuzz targets in `fuzz/` try for hours, for a moment in every run of the tests:
//! whatever the bytes are, they are read, fixed, judged and shown.

use std::io::Cursor;
use std::sync::{Arc, LazyLock};

use enx_hook::catalog::Catalog;
use enx_hook::journal::RecordReader;
use enx_hook::json;
use enx_hook::render::findings::{Origin, write_findings};
use enx_hook::render::{TermStyle, findings};
use enx_hook::validation::{Classification, Validation};
use proptest::prelude::*;
use proptest::sample::{Index, select};

static VALIDATION: LazyLock<Validation> = LazyLock::new(|| {
    let validation = Validation::new(Arc::new(Catalog::embedded().unwrap()));
    validation.expect_many();
    validation
});

static FULL: LazyLock<Validation> =
    LazyLock::new(|| Validation::clone(&VALIDATION).without_fast_path());

/// Bytes of any kind, and samples with some of them put in.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let samples: Vec<Vec<u8>> = VALIDATION
        .catalog()
        .entries()
        .map(|entry| entry.event.sample_text().as_bytes().to_vec())
        .collect();
    let piece = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..4),
        select(vec![
            "\u{202e}",
            "\u{1b}[31m",
            "“",
            "//x\n",
            ",,",
            "'",
            "\u{7}",
            "日本",
            "{",
            "\\u"
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
    ];
    let changes = prop::collection::vec((any::<Index>(), 0..9_usize, piece), 0..5);
    let hurt = (select(samples), changes).prop_map(|(mut text, changes)| {
        for (index, removed, piece) in changes {
            let at = index.index(text.len() + 1);
            let end = text.len().min(at + removed);
            text.splice(at..end, piece);
        }
        text
    });
    prop_oneof![3 => hurt, 1 => prop::collection::vec(any::<u8>(), 0..200)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_bytes_are_read_fixed_judged_and_shown(text in bytes(), width in 0..200_usize) {
        for name in ["a.json", "a.jsonl"] {
            if let Ok(source) = RecordReader::new(Box::new(Cursor::new(text.clone())), name, 4096) {
                let _ = source.count();
            }
        }
        let faults = json::read_up_to(&text, usize::MAX).faults;
        if let Some(fixed) = json::fix(&text, &faults) {
            prop_assert!(serde_json::from_slice::<serde_json::Value>(&fixed).is_ok());
            prop_assert!(!faults.is_empty() || fixed == text);
        }
        let report = FULL.report(&text);
        prop_assert_eq!(VALIDATION.classify(&text), Classification::from(&report));
        prop_assert_eq!(&VALIDATION.report(&text), &report);
        let source = findings::Source { title: "a.json", bytes: &text, origin: Origin::Line(1) };
        let page = TermStyle::new(false, (width > 0).then_some(width));
        let mut shown = Vec::new();
        write_findings(&mut shown, page, &source, &report.findings).unwrap();
        let shown = String::from_utf8(shown).unwrap();
        let is_raw = |c: char| c != '\n' && (c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c));
        prop_assert!(!shown.contains(is_raw), "{}", shown);
    }
}
