//! The journal on real files.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use super::append::{Journal, JournalOptions};
use super::error::{AppendError, JournalError};
use super::faults::{answer, capture, id};
use super::line::ItemKind;
use super::reader::RecordReader;

fn open(path: &Path) -> Result<Journal, JournalError> {
    let options = JournalOptions {
        holder: "enx-hook, a test".to_owned(),
        ..JournalOptions::default()
    };
    Journal::open(path, &options, |_| {})
}

fn kinds(path: &Path) -> Vec<ItemKind> {
    let file = fs::File::open(path).unwrap();
    let items = RecordReader::by_lines(file, "log", 1_000_000);
    items.map(|item| item.unwrap().kind).collect()
}

fn records(path: &Path) -> Vec<(u64, u64)> {
    let record = |kind| match kind {
        ItemKind::Record(record) => Some((record.seq, id(&record.capture)?)),
        _ => None,
    };
    kinds(path).into_iter().filter_map(record).collect()
}

#[tokio::test]
async fn captures_stand_in_the_log_when_they_are_acknowledged_and_seq_goes_on() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("log.jsonl");
    let journal = open(&path).unwrap();
    assert_eq!(journal.info().captures(), 0);
    assert_eq!(journal.append(capture(10)).await.unwrap(), 1);
    assert_eq!(journal.append(Arc::new(capture(20))).await.unwrap(), 2);
    assert_eq!(records(&path), [(1, 10), (2, 20)]);
    drop(journal);

    let journal = open(&path).unwrap();
    let info = journal.info();
    assert_eq!((info.first_seq, info.last_seq), (Some(1), 2));
    assert_eq!(info.captures(), 2);
    assert_eq!(info.bytes, fs::metadata(&path).unwrap().len());
    assert_eq!(journal.append(capture(30)).await.unwrap(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_at_once_are_each_logged_once() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("log.jsonl");
    let journal = Arc::new(open(&path).unwrap());
    let tasks: Vec<_> = (0..500)
        .map(|id| {
            let journal = Arc::clone(&journal);
            tokio::spawn(async move { (journal.append(capture(id)).await.unwrap(), id) })
        })
        .collect();
    let mut acknowledged = Vec::new();
    for task in tasks {
        acknowledged.push(task.await.unwrap());
    }
    acknowledged.sort_unstable();
    assert_eq!(records(&path), acknowledged);
    assert_eq!(acknowledged.last().unwrap().0, 500);
}

#[test]
fn closing_writes_what_waits_and_takes_nothing_more() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("log.jsonl");
    let journal = open(&path).unwrap();
    let waiting: Vec<_> = (0..50).map(|id| journal.append(capture(id))).collect();
    drop(waiting);
    journal.close();
    journal.close();
    assert_eq!(records(&path).len(), 50);
    let refused = answer(journal.append(capture(0)));
    assert!(matches!(refused, Err(AppendError::Closed)));
    open(&path).unwrap();
}

#[test]
fn a_second_writer_is_told_who_the_first_is() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("log.jsonl");
    let journal = open(&path).unwrap();
    let error = open(&path).unwrap_err();
    assert!(matches!(error, JournalError::Locked { .. }), "{error}");
    #[cfg(not(windows))]
    {
        let holder = format!(
            "being written by process {} (enx-hook, a test)",
            std::process::id()
        );
        assert!(error.to_string().contains(&holder), "{error}");
    }
    drop(journal);
    open(&path).unwrap();
}

#[test]
#[cfg(unix)]
fn a_link_to_a_log_has_the_lock_of_the_log() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("log.jsonl");
    let link = directory.path().join("link.jsonl");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let _journal = open(&path).unwrap();
    assert!(matches!(open(&link), Err(JournalError::Locked { .. })));
}

#[test]
#[cfg(unix)]
fn a_log_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("log.jsonl");
    let _journal = open(&path).unwrap();
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_torn_tail_is_closed_and_kept() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("log.jsonl");
    let journal = open(&path).unwrap();
    answer(journal.append(capture(1))).unwrap();
    drop(journal);
    let torn = [&fs::read(&path).unwrap()[..], b"{\"enx_hook\":1,\"se"].concat();
    fs::write(&path, &torn).unwrap();

    let journal = open(&path).unwrap();
    assert!(journal.info().was_torn);
    assert_eq!(answer(journal.append(capture(2))).unwrap(), 2);
    let text = fs::read(&path).unwrap();
    assert!(text.starts_with(&[&torn[..], b"\n{"].concat()));
    let kinds = kinds(&path);
    let torn = |kind: &ItemKind| match kind {
        ItemKind::Damaged {
            reason,
            torn_tail: false,
        } => reason.contains("EOF"),
        _ => false,
    };
    assert!(torn(&kinds[1]), "{kinds:?}");
    assert_eq!(records(&path), [(1, 1), (2, 2)]);
}

#[test]
fn files_of_others_are_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    for (text, is_bodies) in [("{\"type\":\"roomdrop\"}\n", true), ("GET / 200\n", false)] {
        let path = directory.path().join("other.jsonl");
        fs::write(&path, text).unwrap();
        let error = open(&path).unwrap_err();
        assert_eq!(
            matches!(error, JournalError::Bodies { .. }),
            is_bodies,
            "{error}"
        );
        assert_eq!(
            matches!(error, JournalError::Foreign { .. }),
            !is_bodies,
            "{error}"
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
}

#[test]
fn a_directory_that_is_missing_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let error = open(&directory.path().join("missing/log.jsonl")).unwrap_err();
    assert!(error.to_string().contains("missing"), "{error}");
}

#[test]
fn a_log_that_is_moved_deleted_or_emptied_meanwhile_is_begun_anew() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("log.jsonl");
    let moved = directory.path().join("moved.jsonl");
    let journal = open(&path).unwrap();
    answer(journal.append(capture(1))).unwrap();
    // Windows does not free the name of a file that is open.
    #[cfg(not(windows))]
    {
        fs::rename(&path, &moved).unwrap();
        assert_eq!(answer(journal.append(capture(2))).unwrap(), 2);
        assert_eq!(
            (records(&moved), records(&path)),
            (vec![(1, 1)], vec![(2, 2)])
        );
        fs::remove_file(&path).unwrap();
    }
    answer(journal.append(capture(3))).unwrap();
    fs::File::create(&path).unwrap();
    let seq = answer(journal.append(capture(4))).unwrap();
    assert_eq!(records(&path), [(seq, 4)]);
}
