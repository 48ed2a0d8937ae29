//! Where forwarding begins: at the cursor of an earlier run, at `--forward-from`, or with new
//! captures.

use crate::delivery::{Cursor, Destination, Mark};
use crate::journal::{LogCursor, LogInfo};
use crate::model::error::Failure;

/// The cursor to begin with. `from`: the record to begin with, whatever `known` says. `known`:
/// the cursor of an earlier run. Also returns whether `known` belongs to another log and is
/// ignored.
pub(super) fn start(
    from: Option<u64>,
    target: &Destination,
    log: &LogInfo,
    known: Option<Cursor>,
) -> Result<(Cursor, bool), Failure> {
    // Beyond its end the log holds nothing yet.
    let next = log.last_seq + 1;
    if let Some(first) = from {
        // `start` means the records that there are.
        let there = |log: &LogInfo| LogCursor::new(&log.path, first).next(log.last_seq);
        let first = match first {
            1 => there(log)?.map_or(first, |record| record.seq),
            first => first,
        };
        return Ok((Cursor::new(target, first.min(next)), false));
    }
    match known {
        Some(known) if belongs(&known, log)? => Ok((known, false)),
        known => Ok((Cursor::new(target, next), known.is_some())),
    }
}

/// Whether a cursor belongs to this log. The numbers alone do not prove it, since a log that was
/// deleted begins at 1 again.
pub(super) fn belongs(cursor: &Cursor, log: &LogInfo) -> Result<bool, Failure> {
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::sync::Arc;

    use chrono::{DateTime, Utc};

    use super::*;
    use crate::journal::{Journal, JournalOptions};
    use crate::model::capture::{Capture, Headers};

    /// The moment at which a record was received.
    fn moment(seq: u64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + i64::try_from(seq).unwrap(), 0).unwrap()
    }

    /// A log with that many records.
    async fn log(records: u64) -> (tempfile::TempDir, LogInfo) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.jsonl");
        let open = || Journal::open(&path, &JournalOptions::default(), |_| {}).unwrap();
        let journal = open();
        for seq in 1..=records {
            let capture = Capture {
                received_at: moment(seq),
                peer: "".into(),
                method: "POST".into(),
                target: "/".into(),
                headers: Headers::new(),
                body: bytes::Bytes::new(),
            };
            assert_eq!(journal.append(Arc::new(capture)).await.unwrap(), seq);
        }
        journal.close();
        drop(journal);
        let info = open().info().clone();
        (folder, info)
    }

    fn target() -> Destination {
        "http://127.0.0.1:9/".parse().unwrap()
    }

    /// A cursor after the delivery of records 1 to `last`.
    fn cursor(last: u64, received_at: DateTime<Utc>) -> Cursor {
        let mut cursor = Cursor::new(&target(), 1);
        for seq in 1..=last {
            cursor.delivered(Mark { seq, received_at });
        }
        cursor
    }

    /// The first record to deliver, and whether the cursor is ignored.
    fn begun(from: Option<u64>, log: &LogInfo, known: Option<Cursor>) -> (u64, bool) {
        let (cursor, is_ignored) = start(from, &target(), log, known).unwrap();
        (cursor.lowest_undelivered(), is_ignored)
    }

    #[tokio::test]
    async fn without_a_cursor_it_begins_with_new_captures() {
        let (_folder, empty) = log(0).await;
        assert_eq!(begun(None, &empty, None), (1, false));
        let (_folder, log) = log(3).await;
        assert_eq!(begun(None, &log, None), (4, false));
    }

    #[tokio::test]
    async fn a_number_overrules_the_cursor_and_ends_at_the_end_of_the_log() {
        let (_folder, log) = log(3).await;
        for (from, first) in [(1, 1), (2, 2), (4, 4), (900, 4)] {
            let known = Some(cursor(3, moment(3)));
            assert_eq!(begun(Some(from), &log, known), (first, false));
        }
    }

    #[tokio::test]
    async fn it_continues_at_the_cursor_of_this_log() {
        let (_folder, log) = log(3).await;
        assert_eq!(begun(None, &log, Some(cursor(0, moment(0)))), (1, false));
        assert_eq!(begun(None, &log, Some(cursor(2, moment(2)))), (3, false));
        assert_eq!(begun(None, &log, Some(cursor(3, moment(3)))), (4, false));
    }

    #[tokio::test]
    async fn the_cursor_of_another_log_is_ignored() {
        let (_folder, log) = log(3).await;
        // The other log was longer, or its record of that number was another one.
        assert_eq!(begun(None, &log, Some(cursor(9, moment(9)))), (4, true));
        assert_eq!(begun(None, &log, Some(cursor(2, moment(7)))), (4, true));
    }

    #[tokio::test]
    async fn a_record_that_is_gone_proves_nothing_against_the_cursor() {
        let (_folder, log) = log(3).await;
        let text = std::fs::read_to_string(&log.path).unwrap();
        let last = text.lines().last().unwrap();
        std::fs::write(&log.path, format!("{last}\n")).unwrap();
        assert_eq!(begun(None, &log, Some(cursor(2, moment(7)))), (3, false));
    }
}
