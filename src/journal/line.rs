//! What one line of an input is: a record, a bare body, or what damage left of them.

use bytes::Bytes;
use serde::de::IgnoredAny;

use super::record::{self, RECORD_START, Record, parse_record};
use crate::files::lines::Line;

/// What marks a record, wherever in its line it stands: other tools write the fields in another
/// order.
pub(super) const RECORD_MARK: &[u8] = b"\"enx_hook\"";

/// One record or body of an input, and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The line on which it begins, from 1; the number of the entry in another tool's file.
    pub line: u64,
    /// What it is.
    pub kind: ItemKind,
}

/// What a record or body of an input is.
#[derive(Clone, Debug, PartialEq)]
pub enum ItemKind {
    /// A capture, as `listen` logs it.
    Record(Record),
    /// A body without a capture: JSON, or text that should be JSON.
    Body {
        /// Its bytes, without the line end.
        bytes: Bytes,
        /// Whether it is JSON.
        is_json: bool,
    },
    /// A record that cannot be read.
    Damaged {
        /// Why.
        reason: String,
        /// It is the last item of the input and ends early, as a crash leaves it. That is worth
        /// a warning and no more.
        torn_tail: bool,
    },
    /// An entry of another tool's file that has no whole body.
    Unusable {
        /// Why.
        reason: String,
    },
    /// Larger than the limit of the caller; it was skipped.
    TooLarge {
        /// Its length in bytes, or the part of it that is known.
        bytes: u64,
    },
}

/// What stands on a line: nothing if it is blank or the capture was removed, two items if a crash
/// joined two lines. `torn_tail` only says that the item ends early: the caller knows whether it is
/// the last one. `in_log`: a record stands before it.
pub(super) fn items(line: &Line<'_>, in_log: bool) -> impl Iterator<Item = ItemKind> + use<> {
    let items = match line.too_long {
        Some(bytes) => [Some(ItemKind::TooLarge { bytes }), None],
        None if (in_log || line.is_unended) && is_torn_start(line.bytes, in_log) => {
            [Some(torn_start()), None]
        }
        None => classify(line.bytes),
    };
    items.into_iter().flatten()
}

/// Whether a crash left so little of a record at the end of the input, or zero bytes in its
/// place, that the line does not tell what it is. Without a record before it, a brace may be
/// the beginning of any document.
pub(super) fn is_torn_start(line: &[u8], in_log: bool) -> bool {
    let text = line.trim_ascii_end();
    let end = text
        .iter()
        .rposition(|&byte| byte != 0)
        .map_or(0, |at| at + 1);
    let is_start = end < RECORD_START.len() && RECORD_START.starts_with(&text[..end]);
    is_start && !text.is_empty() && (in_log || end > b"{\"".len())
}

fn torn_start() -> ItemKind {
    ItemKind::Damaged {
        reason: "the record ends at its beginning".to_owned(),
        torn_tail: true,
    }
}

fn classify(line: &[u8]) -> [Option<ItemKind>; 2] {
    let Some(hole) = memchr::memrchr(0, line) else {
        return [classify_text(line), None];
    };
    // JSON has no NUL. A crash can keep the length of a file and lose some of its bytes, line
    // ends among them. A record behind such a hole is whole, and counts.
    match parse_record(&line[hole + 1..]) {
        Ok(record) => {
            let before = classify_hole(&line[..hole]);
            [Some(before), Some(ItemKind::Record(record))]
        }
        Err(_) => [Some(classify_hole(line)), None],
    }
}

/// Something always stands beside a hole, be it nothing but zero bytes.
fn classify_hole(line: &[u8]) -> ItemKind {
    let is_text = |&byte: &u8| byte != 0;
    let start = line.iter().position(is_text).unwrap_or(line.len());
    let end = line.iter().rposition(is_text).map_or(start, |at| at + 1);
    classify_text(&line[start..end]).unwrap_or(ItemKind::Body {
        bytes: Bytes::new(),
        is_json: false,
    })
}

fn classify_text(line: &[u8]) -> Option<ItemKind> {
    let text = line.trim_ascii();
    if text.is_empty() {
        return None;
    }
    let mut is_record = text.starts_with(RECORD_START);
    if is_record || memchr::memmem::find(text, RECORD_MARK).is_some() {
        match parse_record(line) {
            Ok(record) => return Some(ItemKind::Record(record)),
            Err(_) if record::removed_seq(text).is_some() => return None,
            Err(reason) if line.starts_with(RECORD_START) => {
                return Some(ItemKind::Damaged {
                    torn_tail: reason.ends_early(),
                    reason: reason.to_string(),
                });
            }
            Err(_) => is_record |= record::is_headed(text),
        }
    }
    Some(ItemKind::Body {
        bytes: Bytes::copy_from_slice(line),
        is_json: !is_record && is_json(line) && str::from_utf8(line).is_ok(),
    })
}

/// Whether a text is JSON. Strings may hold any bytes, since their content is not looked at.
pub(super) fn is_json(text: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(text).is_ok()
}
