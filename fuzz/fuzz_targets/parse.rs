//! Any bytes as a text of JSON, and as a file of whatever kind: nothing panics, no place lies
//! outside, and the whole of it is read in any number of pieces.

#![no_main]

use std::io::Cursor;

use enx_hook::journal::RecordReader;
use enx_hook::json;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let reading = json::read(text);
    let is_json = serde_json::from_slice::<serde_json::Value>(text).is_ok();
    assert_eq!(reading.faults.is_empty(), is_json);
    assert!(reading.faults.iter().all(|fault| fault.span.end <= text.len()));

    for name in ["a.json", "a.jsonl"] {
        let source = || RecordReader::new(Box::new(Cursor::new(text.to_vec())), name, 4096);
        // What is packed may be broken.
        let Ok(things) = source() else { continue };
        let things = things.count();
        if let Ok(Ok(mut blocks)) = source().map(RecordReader::blocks) {
            let mut block = enx_hook::journal::Block::default();
            let mut found = 0;
            while blocks.read(&mut block).unwrap_or_else(|_| {
                found += 1;
                false
            }) {
                found += block.lines().flat_map(|line| line.items()).count();
            }
            assert_eq!(found, things);
        }
    }
});
