//! The promises of the log, held against a failing disk.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::error::AppendError;
use super::faults::{FaultyDisk, Operation, capture, id};
use super::parts;
use super::read::{EntryKind, Reader};
use super::writer::{SyncPolicy, Writer};

const LOG: &str = "log.jsonl";

fn open(disk: &FaultyDisk) -> Writer<FaultyDisk> {
    try_open(disk).unwrap()
}

fn try_open(disk: &FaultyDisk) -> Option<Writer<FaultyDisk>> {
    Writer::open(disk.clone(), LOG.into(), SyncPolicy::Each).ok()
}

fn commit(writer: &mut Writer<FaultyDisk>, ids: &[u64]) -> Result<Vec<u64>, AppendError> {
    let captures: Vec<_> = ids.iter().map(|&id| capture(id)).collect();
    writer.commit(captures.iter()).map(Iterator::collect)
}

/// Seq and id of all records, part after part.
fn records(disk: &FaultyDisk) -> Vec<(u64, u64)> {
    let mut records = Vec::new();
    let mut paths = parts::listed(disk, Path::new(LOG)).unwrap();
    paths.push(PathBuf::from(LOG));
    for path in paths {
        let content = disk.content(&path).unwrap_or_default();
        for entry in Reader::new(&content[..], "", 1_000_000) {
            if let EntryKind::Record(record) = entry.unwrap().kind {
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
    let parts = parts::listed(&disk, Path::new(LOG)).unwrap();
    assert_eq!(parts, [Path::new("log-1.jsonl")]);
}

#[test]
fn a_part_from_an_earlier_life_of_the_log_is_not_overwritten() {
    let disk = FaultyDisk::new(3);
    for _ in 0..2 {
        let mut writer =
            Writer::open(disk.clone(), "other.jsonl".into(), SyncPolicy::Each).unwrap();
        commit(&mut writer, &[10]).unwrap();
        drop(writer);
        super::storage::Storage::rename(
            &disk,
            Path::new("other.jsonl"),
            &parts::free_name(&disk, Path::new(LOG), 1).unwrap(),
        )
        .unwrap();
    }
    let parts = parts::listed(&disk, Path::new(LOG)).unwrap();
    assert_eq!(
        parts,
        [Path::new("log-1.jsonl"), Path::new("log-1-2.jsonl")]
    );
}

#[test]
fn what_was_acknowledged_outlives_any_order_of_failures_and_is_there_once() {
    let runs = 3000;
    let mut acknowledged_in_all = 0;
    for seed in 0..runs {
        acknowledged_in_all += live_through(seed);
    }
    // Were nothing ever acknowledged, there would be nothing to keep.
    assert!(acknowledged_in_all > runs * 5, "{acknowledged_in_all}");
}

/// One life of a log on a bad disk; returns how many captures were acknowledged.
fn live_through(seed: u64) -> u64 {
    let mut random = fastrand::Rng::with_seed(seed);
    let disk = FaultyDisk::new(random.u64(..));
    let mut acknowledged = HashMap::new();
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
            writer = try_open(&disk);
        }
        if let Some(writer) = &mut writer {
            let ids: Vec<_> = (0..random.usize(1..5)).map(|_| random.u64(..)).collect();
            if let Ok(seqs) = commit(writer, &ids) {
                acknowledged.extend(seqs.into_iter().zip(ids));
            }
        }
    }
    disk.set_trouble(0);
    let count = acknowledged.len() as u64;
    if random.bool() {
        verify(seed, &disk, &acknowledged);
    }
    drop(writer);
    disk.crash();
    verify(seed, &disk, &acknowledged);
    if let Some(mut writer) = try_open(&disk) {
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
