//! What one line of a log is: a record, other JSON, or what damage left.
//!
//! It is generous to what can be read whole, and says of the rest whether a crash explains
//! it. It knows one line and no file.

use bytes::Bytes;
use serde::de::IgnoredAny;

use super::read::EntryKind;
use super::record::{self, RECORD_START, RecordError, parse_record};

/// What a line is: nothing if it is blank, two things where a crash glued them together.
/// `unended` is the last line of a file that no line end follows.
pub(super) fn judge(line: &[u8], unended: bool) -> [Option<EntryKind>; 2] {
    let Some(hole) = memchr::memrchr(0, line) else {
        return [judge_text(line, unended), None];
    };
    // JSON has no NUL. Where one stands, a crash kept a file's length and lost some of its
    // bytes, line ends among them. A record behind such a hole is whole, and counts.
    if let Ok(record) = parse_record(&line[hole + 1..]) {
        let before = judge_beside_hole(&line[..hole], unended);
        return [Some(before), Some(EntryKind::Record(record))];
    }
    [Some(judge_beside_hole(line, unended)), None]
}

fn judge_beside_hole(line: &[u8], unended: bool) -> EntryKind {
    let is_hole = |&byte: &u8| byte == 0;
    let start = line.iter().position(|byte| !is_hole(byte));
    let end = line.iter().rposition(|byte| !is_hole(byte));
    let text = match (start, end) {
        (Some(start), Some(end)) => &line[start..=end],
        _ => &[],
    };
    judge_text(text, unended).unwrap_or_else(|| {
        let reason = RecordError::Json {
            message: "nothing but zero bytes".to_owned(),
            column: 1,
            ends_early: true,
        };
        EntryKind::Damaged {
            reason,
            torn: true,
            last: false,
            bytes: Bytes::new(),
        }
    })
}

fn judge_text(line: &[u8], unended: bool) -> Option<EntryKind> {
    let text = line.trim_ascii();
    if text.is_empty() {
        return None;
    }
    let claims_to_be_record = text.starts_with(RECORD_START);
    let mut fault = None;
    // Other tools write the fields in another order.
    if claims_to_be_record || memchr::memmem::find(text, b"\"enx_hook\"").is_some() {
        match parse_record(line) {
            Ok(record) => return Some(EntryKind::Record(record)),
            Err(reason) if claims_to_be_record || record::is_headed(text) => fault = Some(reason),
            Err(_) => {}
        }
    }
    let Some(reason) = fault.or_else(|| json_fault(line)) else {
        return Some(EntryKind::Body(Bytes::copy_from_slice(line)));
    };
    let ends_early = matches!(
        reason,
        RecordError::Json {
            ends_early: true,
            ..
        }
    );
    let begins_like_record = claims_to_be_record || RECORD_START.starts_with(text);
    Some(EntryKind::Damaged {
        reason,
        torn: ends_early && (begins_like_record || unended),
        last: false,
        bytes: Bytes::copy_from_slice(line),
    })
}

/// Why a line is not JSON; nothing if it is.
fn json_fault(line: &[u8]) -> Option<RecordError> {
    if let Err(error) = serde_json::from_slice::<IgnoredAny>(line) {
        return Some(error.into());
    }
    // What is ignored is not looked at so closely: JSON is UTF-8 (RFC 8259, section 8.1).
    let error = str::from_utf8(line).err()?;
    Some(RecordError::Json {
        message: "not UTF-8".to_owned(),
        column: error.valid_up_to() + 1,
        ends_early: false,
    })
}
