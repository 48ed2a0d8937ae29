//! The promises of the log, held against a failing disk.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::cell::Cell;
use std::collections::HashMap;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use super::error::AppendError;
use super::event::JournalEvent;
use super::faults::{FaultyDisk, Operation, capture, id};
use super::line::ItemKind;
use super::packed::unpacked;
use super::part_names::free_name;
use super::parts;
use super::reader::RecordReader;
use super::retention::{Holder, Left, RetentionPolicy, Said, apply};
use super::storage::SyncPolicy;
use super::writer::Writer;

const LOG: &str = "log.jsonl";

fn open(disk: &FaultyDisk) -> Writer<FaultyDisk> {
    try_open(disk).unwrap()
}

fn try_open(disk: &FaultyDisk) -> Option<Writer<FaultyDisk>> {
    try_open_rotating(disk, None)
}

fn try_open_rotating(disk: &FaultyDisk, rotate_at: Option<u64>) -> Option<Writer<FaultyDisk>> {
    Writer::open(disk.clone(), LOG.into(), SyncPolicy::Each, rotate_at).ok()
}

fn commit(writer: &mut Writer<FaultyDisk>, ids: &[u64]) -> Result<Vec<u64>, AppendError> {
    let captures: Vec<_> = ids.iter().map(|&id| capture(id)).collect();
    writer
        .commit(captures.iter().map(|capture| (capture, None)))
        .map(Iterator::collect)
}

fn holder(from: u64) -> Holder {
    Holder {
        cursor: "cursor".into(),
        from,
    }
}

/// The parts' paths.
fn parts(disk: &FaultyDisk) -> Vec<PathBuf> {
    let listed = parts::listed(disk, Path::new(LOG)).unwrap();
    listed.parts.into_iter().map(|part| part.path).collect()
}

/// Seq and id of all records, part after part.
fn records(disk: &FaultyDisk) -> Vec<(u64, u64)> {
    let mut records = Vec::new();
    let mut paths = parts(disk);
    paths.push(PathBuf::from(LOG));
    for path in paths {
        let content = disk.content(&path).unwrap_or_default();
        let input = unpacked(Box::new(Cursor::new(content))).unwrap();
        for entry in RecordReader::by_lines(input, "", 1_000_000) {
            if let ItemKind::Record(record) = entry.unwrap().kind {
                records.push((record.seq, id(&record.capture).unwrap()));
            }
        }
    }
    records
}

#[test]
fn a_failed_write_is_cut_off_and_its_seq_used_again() {
    let disk = FaultyDisk::new(3);
    let mut writer = open(&disk);
    assert_eq!(commit(&mut writer, &[10, 20]).unwrap(), [1, 2]);
    let before = disk.content(Path::new(LOG));
    disk.fail_next(Operation::Append);
    let error = commit(&mut writer, &[30, 40]).unwrap_err();
    assert_eq!(error.io_kind(), Some(std::io::ErrorKind::StorageFull));
    assert_eq!(disk.content(Path::new(LOG)), before);
    assert_eq!(commit(&mut writer, &[50]).unwrap(), [3]);
    assert_eq!(records(&disk), [(1, 10), (2, 20), (3, 50)]);
}

#[test]
fn nothing_is_written_behind_bytes_that_could_not_be_cut_off() {
    let disk = FaultyDisk::new(3);
    let mut writer = open(&disk);
    disk.set_trouble(100);
    commit(&mut writer, &[10]).unwrap_err();
    commit(&mut writer, &[20]).unwrap_err();
    disk.set_trouble(0);
    assert_eq!(commit(&mut writer, &[30]).unwrap(), [1]);
    assert_eq!(records(&disk), [(1, 30)]);
}

#[test]
fn after_a_failed_sync_the_log_goes_on_in_a_new_part() {
    let disk = FaultyDisk::new(3);
    let mut writer = open(&disk);
    commit(&mut writer, &[10, 20]).unwrap();
    let before = disk.content(Path::new(LOG));
    disk.fail_next(Operation::Sync);
    let error = commit(&mut writer, &[30]).unwrap_err();
    let AppendError::Sync { kept_in, .. } = error else {
        panic!("{error}");
    };
    assert_eq!(kept_in.as_deref(), Some(Path::new("log-1.jsonl")));
    assert_eq!(disk.content(Path::new("log-1.jsonl")), before);
    assert_eq!(commit(&mut writer, &[40]).unwrap(), [3]);
    disk.fail_next(Operation::Sync);
    commit(&mut writer, &[50]).unwrap_err();
    drop(writer);

    let mut writer = open(&disk);
    assert_eq!(writer.info().captures(), 0);
    assert_eq!(commit(&mut writer, &[60]).unwrap(), [4]);
    assert_eq!(records(&disk), [(1, 10), (2, 20), (3, 40), (4, 60)]);
    assert!(disk.content(Path::new("log-3.jsonl")).is_some());
}

#[test]
fn a_disk_whose_syncs_all_fail_is_not_littered_with_parts() {
    let disk = FaultyDisk::new(3);
    let mut writer = open(&disk);
    commit(&mut writer, &[10]).unwrap();
    for id in 0..10 {
        disk.fail_next(Operation::Sync);
        commit(&mut writer, &[id]).unwrap_err();
    }
    assert_eq!(parts(&disk), [Path::new("log-1.jsonl")]);
}

#[test]
fn a_part_from_an_earlier_life_of_the_log_is_not_overwritten() {
    let disk = FaultyDisk::new(3);
    for _ in 0..2 {
        let mut writer =
            Writer::open(disk.clone(), "other.jsonl".into(), SyncPolicy::Each, None).unwrap();
        commit(&mut writer, &[10]).unwrap();
        drop(writer);
        super::storage::Storage::rename(
            &disk,
            Path::new("other.jsonl"),
            &free_name(&disk, Path::new(LOG), 1).unwrap(),
        )
        .unwrap();
    }
    assert!(disk.content(Path::new("log-1.jsonl")).is_some());
    // It belongs to the log that goes on.
    assert_eq!(parts(&disk), [Path::new("log-1-2.jsonl")]);
}

#[test]
fn a_log_that_is_large_goes_on_in_a_new_file_and_old_parts_are_packed_and_deleted() {
    let disk = FaultyDisk::new(3);
    let mut writer = try_open_rotating(&disk, Some(500)).unwrap();
    for id in 1..=40 {
        writer.rotate();
        commit(&mut writer, &[id]).unwrap();
    }
    let all: Vec<_> = (1..=40).map(|id| (id, id)).collect();
    assert_eq!(records(&disk), all);
    let plain = parts(&disk);
    assert!(plain.len() > 10, "{plain:?}");

    let mut said = Said::default();
    let mut pass = |keep, needed| {
        let (deleted, held) = (Cell::new(0), Cell::new(0));
        let left = apply(
            &disk,
            Path::new(LOG),
            RetentionPolicy {
                gzip: true,
                keep,
                keep_for: None,
                keep_at_most: None,
            },
            &[holder(needed)],
            &mut said,
            &AtomicBool::new(false),
            &|event| match event {
                JournalEvent::Deleted { held_by, .. } if held_by.is_empty() => {
                    deleted.set(deleted.get() + 1);
                }
                JournalEvent::Held { bytes, by } => {
                    assert_eq!(by, [PathBuf::from("cursor")]);
                    held.set(bytes);
                }
                event => panic!("{event:?}"),
            },
        );
        (left.unwrap(), deleted.get(), held.get() > 0)
    };
    assert_eq!(pass(None, 0), (Left::Nothing, 0, false));
    let packed = parts(&disk);
    assert_eq!(packed.len(), plain.len());
    assert!(packed.iter().all(|part| part.extension().unwrap() == "gz"));
    assert_eq!(records(&disk), all);

    // What is needed stays: all from the part on that has 12.
    let (left, deleted, is_said) = pass(Some(2), 12);
    assert_eq!((left, is_said), (Left::Needed, true));
    assert!(deleted > 0);
    let first = records(&disk)[0].0;
    assert!(first <= 12, "{first}");
    assert_eq!(records(&disk), all[usize::try_from(first - 1).unwrap()..]);
    // It is said once.
    assert_eq!(pass(Some(2), 12), (Left::Needed, 0, false));
    assert_eq!(pass(Some(2), u64::MAX).0, Left::Nothing);
    assert_eq!(parts(&disk).len(), 2);
    assert_eq!(records(&disk).last(), Some(&(40, 40)));

    // The numbers go on where the log itself is empty and the part before it is packed.
    writer.rotate();
    writer.reopen().unwrap();
    drop(writer);
    assert_eq!(pass(None, 0), (Left::Nothing, 0, false));
    assert_eq!(commit(&mut open(&disk), &[41]).unwrap(), [41]);
}

#[test]
fn a_part_is_packed_only_where_there_is_room_and_leaves_no_half_of_it() {
    let disk = FaultyDisk::new(3);
    let mut writer = try_open_rotating(&disk, Some(1)).unwrap();
    for id in 1..=2 {
        writer.rotate();
        commit(&mut writer, &[id]).unwrap();
    }
    let policy = RetentionPolicy {
        gzip: true,
        ..RetentionPolicy::default()
    };
    let stop = AtomicBool::new(false);
    let pack = || {
        let log = Path::new(LOG);
        apply(
            &disk,
            log,
            policy,
            &[],
            &mut Said::default(),
            &stop,
            &|_| {},
        )
    };
    disk.set_free_space(300);
    let failed = pack().unwrap_err();
    assert_eq!(failed.source.kind(), std::io::ErrorKind::StorageFull);
    assert!(
        failed.source.to_string().contains("300 bytes"),
        "{failed:?}"
    );
    disk.set_free_space(1_000_000);
    for operation in [Operation::Append, Operation::Sync] {
        disk.fail_next(operation);
        pack().unwrap_err();
        assert_eq!(parts(&disk), [Path::new("log-1.jsonl")]);
        assert_eq!(disk.content(Path::new("log-1.jsonl.gz.tmp")), None);
    }
    assert_eq!(pack().unwrap(), Left::Nothing);
    assert_eq!(parts(&disk), [Path::new("log-1.jsonl.gz")]);
}

#[test]
fn a_limit_to_the_size_wins_over_what_is_needed() {
    let disk = FaultyDisk::new(3);
    let mut writer = try_open_rotating(&disk, Some(1)).unwrap();
    for id in 1..=6 {
        writer.rotate();
        commit(&mut writer, &[id]).unwrap();
    }
    let policy = RetentionPolicy {
        keep_at_most: Some(600),
        ..RetentionPolicy::default()
    };
    let told = Cell::new(0);
    let left = apply(
        &disk,
        Path::new(LOG),
        policy,
        &[holder(2)],
        &mut Said::default(),
        &AtomicBool::new(false),
        &|event| match event {
            JournalEvent::Deleted { part, held_by } => {
                assert_eq!(
                    held_by.is_empty(),
                    part == Path::new("log-1.jsonl"),
                    "{part:?}"
                );
                told.set(told.get() + 1);
            }
            event => panic!("{event:?}"),
        },
    );
    assert_eq!(left.unwrap(), Left::Nothing);
    let sizes = records(&disk).len() as u64;
    assert_eq!(sizes + told.get(), 6);
    assert!((2..6).contains(&told.get()), "{told:?}");
}

#[test]
fn a_file_that_cannot_be_renamed_grows_on_and_that_is_said_once() {
    let disk = FaultyDisk::new(3);
    let mut writer = try_open_rotating(&disk, Some(1)).unwrap();
    commit(&mut writer, &[1]).unwrap();
    for seq in 2..=4 {
        disk.fail_next(Operation::Names);
        let said = matches!(writer.rotate(), Some(JournalEvent::NotRotated(_)));
        assert_eq!(said, seq == 2);
        assert_eq!(commit(&mut writer, &[seq]).unwrap(), [seq]);
    }
    assert!(parts(&disk).is_empty());
    assert!(matches!(
        writer.rotate(),
        Some(JournalEvent::Rotated { .. })
    ));
    assert_eq!(commit(&mut writer, &[5]).unwrap(), [5]);
    assert_eq!(parts(&disk), [Path::new("log-1.jsonl")]);
}

#[test]
fn what_was_acknowledged_outlives_any_order_of_failures_and_is_there_once() {
    let runs = 3000;
    let mut acknowledged_in_all = 0;
    for seed in 0..runs {
        acknowledged_in_all += live_through(seed, None);
    }
    // Were nothing ever acknowledged, there would be nothing to keep.
    assert!(acknowledged_in_all > runs * 5, "{acknowledged_in_all}");
}

#[test]
fn the_same_holds_while_parts_are_begun_packed_and_deleted() {
    let runs = 1000;
    let mut acknowledged_in_all = 0;
    for seed in 0..runs {
        let policy = RetentionPolicy {
            gzip: seed % 3 > 0,
            keep: (seed % 2 > 0).then_some(2),
            keep_for: None,
            keep_at_most: None,
        };
        acknowledged_in_all += live_through(seed, Some(policy));
    }
    assert!(acknowledged_in_all > runs * 5, "{acknowledged_in_all}");
}

/// One life of a log on a bad disk; returns how many captures were acknowledged.
fn live_through(seed: u64, policy: Option<RetentionPolicy>) -> u64 {
    let mut random = fastrand::Rng::with_seed(seed);
    let disk = FaultyDisk::new(random.u64(..));
    let rotate_at = policy.map(|_| random.u64(1..2000));
    let mut acknowledged = HashMap::new();
    // What is below it may be deleted.
    let mut needed = 0;
    let mut writer = None;
    for _ in 0..30 {
        disk.set_trouble([0, 5, 20, 60][random.usize(..4)]);
        match random.u8(..10) {
            0 => writer = None,
            1 => {
                writer = None;
                disk.crash();
            }
            _ => {}
        }
        if writer.is_none() {
            writer = try_open_rotating(&disk, rotate_at);
        }
        if let Some(writer) = &mut writer {
            writer.rotate();
            let ids: Vec<_> = (0..random.usize(1..5)).map(|_| random.u64(..)).collect();
            if let Ok(seqs) = commit(writer, &ids) {
                acknowledged.extend(seqs.into_iter().zip(ids));
            }
            if let Some(policy) = policy
                && random.bool()
            {
                let last = acknowledged.keys().max().copied().unwrap_or_default();
                needed = random.u64(needed..=needed.max(last));
                let stop = AtomicBool::new(random.u8(..4) == 0);
                let (needed, mut said) = ([holder(needed)], Said::default());
                let _ = apply(
                    &disk,
                    Path::new(LOG),
                    policy,
                    &needed,
                    &mut said,
                    &stop,
                    &|_| {},
                );
            }
        }
    }
    disk.set_trouble(0);
    let count = acknowledged.len() as u64;
    if policy.is_some_and(|policy| policy.keep.is_some()) {
        acknowledged.retain(|seq, _| *seq >= needed);
    }
    if random.bool() {
        verify(seed, &disk, &acknowledged);
    }
    drop(writer);
    disk.crash();
    verify(seed, &disk, &acknowledged);
    if let Some(mut writer) = try_open_rotating(&disk, rotate_at) {
        let seqs = commit(&mut writer, &[seed]).unwrap();
        acknowledged.extend(seqs.into_iter().zip([seed]));
        verify(seed, &disk, &acknowledged);
    } else {
        // What a crash left of a first batch without its beginning looks like any other
        // program's file; nothing in it was acknowledged.
        let left = disk.content(Path::new(LOG)).unwrap();
        assert!(left[0] == 0 || left.starts_with(b"{\n"), "seed {seed}");
    }
    count
}

fn verify(seed: u64, disk: &FaultyDisk, acknowledged: &HashMap<u64, u64>) {
    let records = records(disk);
    assert!(
        records.is_sorted_by(|before, after| before.0 < after.0),
        "seed {seed}: seqs do not ascend: {records:?}"
    );
    let mut found = HashMap::new();
    for &(seq, id) in &records {
        let twice = found.insert(id, seq);
        assert_eq!(twice, None, "seed {seed}: a capture stands twice");
    }
    for (seq, id) in acknowledged {
        assert_eq!(
            found.get(id),
            Some(seq),
            "seed {seed}: acknowledged, but lost"
        );
    }
}
