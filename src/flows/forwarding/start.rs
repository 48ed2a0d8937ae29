//! Where forwarding begins: at the cursor of an earlier run, at `--forward-from`, or with new
//! captures.

use super::options::ForwardOptions;
use crate::delivery::{Cursor, Mark};
use crate::journal::{LogCursor, LogInfo};
use crate::model::error::Failure;

/// The cursor to begin with; and why the one that was found does not count, if it does not.
pub(super) fn start(
    options: &ForwardOptions,
    log: &LogInfo,
    known: Option<Cursor>,
) -> Result<(Cursor, Option<&'static str>), Failure> {
    if let Some(first) = options.from {
        // Beyond its end the log holds nothing yet.
        let first = first.min(log.last_seq + 1);
        return Ok((Cursor::new(&options.url, first), None));
    }
    let new = || Cursor::new(&options.url, log.last_seq + 1);
    let Some(known) = known else {
        return Ok((new(), None));
    };
    if belongs(&known, log)? {
        return Ok((known, None));
    }
    Ok((
        new(),
        Some("another log stood here when it last came this far; it begins with new captures"),
    ))
}

/// Whether a cursor belongs to this log: a log that was deleted and begun anew counts from 1
/// again.
fn belongs(cursor: &Cursor, log: &LogInfo) -> Result<bool, Failure> {
    if cursor.lowest_undelivered() > log.last_seq + 1 {
        return Ok(false);
    }
    let Some(Mark { seq, received_at }) = cursor.mark() else {
        return Ok(true);
    };
    if seq > log.last_seq {
        return Ok(false);
    }
    let record = LogCursor::new(&log.path, seq).next(seq)?;
    // A record that was rotated away proves nothing.
    Ok(record.is_none_or(|record| record.capture.received_at == received_at))
}
