//! Any bytes, fixed: what comes of a text all of whose faults have a repair is JSON, and a
//! text without faults stays as it is.

#![no_main]

use enx_hook::json::{fix, read, read_up_to};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let faults = read_up_to(text, usize::MAX).faults;
    let Some(fixed) = fix(text, &faults) else {
        assert!(!faults.is_empty());
        return;
    };
    if faults.is_empty() {
        assert_eq!(fixed, text);
    }
    assert_eq!(read(&fixed).faults, []);
    serde_json::from_slice::<serde_json::Value>(&fixed).expect("what is fixed is JSON");
});
