//! Applies the repairs of faults; every other byte of the text stays.

use super::fault::{Edit, Fault};

/// The text with all faults fixed; none if one of them has no repair.
///
/// The faults are those of [`read_up_to`](super::read_up_to) on the same text. The
/// fixed text is JSON, and means what [`Reading::root`](super::Reading::root) says.
pub fn fix(text: &[u8], faults: &[Fault]) -> Option<Vec<u8>> {
    if faults.iter().any(|fault| fault.edits.is_empty()) {
        return None;
    }
    edited(text, faults.iter().flat_map(|fault| &fault.edits))
}

/// The text with these edits made; none if they are not of this text.
pub fn edited<'e>(text: &[u8], edits: impl Iterator<Item = &'e Edit>) -> Option<Vec<u8>> {
    let mut edits: Vec<&Edit> = edits.collect();
    // What is inserted at a place comes before what replaces the bytes there.
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut fixed = Vec::with_capacity(text.len());
    let mut done = 0;
    for edit in edits {
        // Edits that overlap, or lie outside, are not of this text.
        fixed.extend_from_slice(text.get(done..edit.span.start)?);
        fixed.extend_from_slice(edit.with.as_bytes());
        done = edit.span.end;
    }
    fixed.extend_from_slice(text.get(done..)?);
    Some(fixed)
}
