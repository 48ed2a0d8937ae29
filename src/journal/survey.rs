//! Says what is damaged in a log and its parts, and writes what is whole to another file.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::error::{ReadError, RewriteError};
use super::line::ItemKind;
use super::log_files::{LogFiles, Open};
use super::parts::{begins_with_record, first_seq};
use super::raw::RawLines;
use crate::model::error::Failure;

/// Something that is wrong with a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The file.
    pub file: PathBuf,
    /// Its line; nothing if the whole file is meant.
    pub line: Option<u64>,
    /// What it is.
    pub kind: DamageKind,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DamageKind {
    /// A line is no record; why.
    Record(String),
    /// A record ends early; why that is known.
    Torn(String),
    /// Before this line, the records with these numbers are missing.
    Missing {
        /// The first.
        first: u64,
        /// The last.
        last: u64,
    },
    /// The number of a record is not above those before it.
    Order(u64),
    /// The rest of a compressed file cannot be unpacked; why.
    Packed(String),
    /// A file that may be a part by its name, but its beginning is damaged. It is not read.
    Part,
}

/// What a log holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// Files that were read.
    pub files: u64,
    /// Whole records.
    pub records: u64,
    /// Numbers whose captures were removed.
    pub removed: u64,
    /// Numbers that are missing.
    pub missing: u64,
    /// Places with damage, the missing numbers included.
    pub damages: u64,
    /// The lowest number.
    pub first_seq: Option<u64>,
    /// The highest number.
    pub last_seq: Option<u64>,
}

impl Survey {
    /// Counts the number of a record or of what was removed. Returns what is wrong with it.
    fn number(&mut self, seq: u64) -> Option<DamageKind> {
        let last = self.last_seq;
        self.last_seq = last.max(Some(seq));
        self.first_seq = self.first_seq.or(Some(seq));
        match last {
            Some(last) if seq <= last => Some(DamageKind::Order(seq)),
            Some(last) if seq > last + 1 => {
                self.missing += seq - last - 1;
                Some(DamageKind::Missing {
                    first: last + 1,
                    last: seq - 1,
                })
            }
            _ => None,
        }
    }
}

/// Reads a log with its parts and tells each damage. What is whole is written to `copy`, byte
/// for byte.
///
/// # Errors
///
/// When the file is no log, a file cannot be read, or `copy` or `tell` fails.
pub fn survey(
    log: &Path,
    copy: &mut dyn Write,
    tell: &mut dyn FnMut(Damage) -> Result<(), Failure>,
) -> Result<Survey, Failure> {
    let log = log_at(log)?;
    let mut survey = Survey::default();
    let mut files = LogFiles::from_seq(&log, 1)?;
    for file in files.damaged() {
        survey.damages += 1;
        let (line, kind) = (None, DamageKind::Part);
        tell(Damage { file, line, kind })?;
    }
    while let Some(Open {
        path: file, input, ..
    }) = files.open_next()?
    {
        survey.files += 1;
        let failed = |source| ReadError {
            name: file.display().to_string(),
            source,
        };
        let read = RawLines::of(input);
        let read = read.map_err(failed);
        let mut wrong = |survey: &mut Survey, line, kind| {
            survey.damages += 1;
            let file = file.clone();
            tell(Damage { file, line, kind })
        };
        let ended = match read {
            Ok(mut lines) => loop {
                match lines.advance().map_err(failed) {
                    Ok(false) => break Ok(()),
                    Ok(true) => {}
                    Err(error) => break Err(error),
                }
                let line = Some(lines.number);
                if let Some(seq) = lines.removed() {
                    survey.removed += 1;
                    if let Some(kind) = survey.number(seq) {
                        wrong(&mut survey, line, kind)?;
                    }
                    write(&lines, copy)?;
                }
                for item in lines.items() {
                    let kind = match item {
                        ItemKind::Record(record) => {
                            survey.records += 1;
                            write(&lines, copy)?;
                            survey.number(record.seq)
                        }
                        ItemKind::Damaged { reason, torn_tail } => Some(if torn_tail {
                            DamageKind::Torn(reason)
                        } else {
                            DamageKind::Record(reason)
                        }),
                        ItemKind::Body { .. }
                        | ItemKind::Unusable { .. }
                        | ItemKind::TooLarge { .. } => {
                            Some(DamageKind::Record("it is not a record".to_owned()))
                        }
                    };
                    if let Some(kind) = kind {
                        wrong(&mut survey, line, kind)?;
                    }
                }
            },
            Err(error) => Err(error),
        };
        match ended {
            Err(error) if error.is_damage() => {
                wrong(
                    &mut survey,
                    None,
                    DamageKind::Packed(error.source.to_string()),
                )?;
            }
            ended => ended?,
        }
    }
    Ok(survey)
}

/// Writes the record of a line, with a line end.
fn write(lines: &RawLines, copy: &mut dyn Write) -> Result<(), RewriteError> {
    let bytes = &lines.bytes[lines.record_start()..];
    let written = copy.write_all(bytes).and_then(|()| match bytes.last() {
        Some(b'\n') => Ok(()),
        _ => copy.write_all(b"\n"),
    });
    written.map_err(RewriteError::Copy)
}

/// The file of a log itself, whatever link leads there.
pub(super) fn log_at(log: &Path) -> Result<PathBuf, Failure> {
    let failed = |source: io::Error| ReadError {
        name: log.display().to_string(),
        source,
    };
    File::open(log).map_err(failed)?;
    if !begins_with_record(log) && first_seq(log).is_none() {
        return Err(RewriteError::Foreign(log.to_owned()).into());
    }
    Ok(if log.is_symlink() {
        fs::canonicalize(log).map_err(failed)?
    } else {
        log.to_owned()
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use proptest::prelude::*;

    use super::*;
    use crate::journal::faults::capture;
    use crate::journal::record::{LogId, write_record};

    fn surveyed(log: &Path) -> (Survey, Vec<DamageKind>, Vec<u8>) {
        let (mut copy, mut found) = (Vec::new(), Vec::new());
        let survey = survey(log, &mut copy, &mut |damage| {
            found.push(damage.kind);
            Ok(())
        });
        (survey.unwrap(), found, copy)
    }

    fn packed(text: &[u8]) -> Vec<u8> {
        let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
        packer.write_all(text).unwrap();
        packer.finish().unwrap()
    }

    fn is_gap(kind: &DamageKind) -> bool {
        matches!(kind, DamageKind::Missing { .. })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn the_copy_is_whole_and_has_every_whole_record_byte_for_byte(
            fates in prop::collection::vec(0..6_usize, 2..30),
            split in 1..29_usize,
        ) {
            let folder = tempfile::tempdir().unwrap();
            let split = split.min(fates.len() - 1);
            let id = LogId::parse(b"5e1c0a9b7d24f863");
            let mut files = [Vec::<u8>::new(), Vec::new()];
            let (mut whole, mut records, mut damages) = (Vec::<u8>::new(), 0, 0);
            for (index, fate) in fates.into_iter().enumerate() {
                let mut line = Vec::new();
                write_record(index as u64 + 1, id, &capture(index as u64), &mut line);
                let middle = line.len() / 2;
                let file = &mut files[usize::from(index >= split)];
                // A part is known by its first record.
                let fate = if index == 0 || index == split { 0 } else { fate };
                damages += usize::from((1..5).contains(&fate));
                match fate {
                    1 => file.extend([&line[..middle], b"\n"].concat()),
                    2 => {
                        line[middle..middle + 3].fill(0);
                        file.extend(&line);
                    }
                    3 => file.extend(b"hello\n"),
                    _ => {
                        file.extend(if fate == 4 { &b"\0\0"[..] } else { b"" });
                        file.extend(&line);
                        whole.extend(&line);
                        records += 1;
                    }
                }
            }
            let log = folder.path().join("log.jsonl");
            fs::write(folder.path().join("log-1.jsonl.gz"), packed(&files[0])).unwrap();
            fs::write(&log, &files[1]).unwrap();
            let (survey, found, copy) = surveyed(&log);
            let gaps = found.iter().filter(|kind| is_gap(kind)).count();
            prop_assert_eq!((survey.files, survey.records), (2, records));
            prop_assert_eq!(found.len() - gaps, damages);
            prop_assert!(copy == whole);

            let other = folder.path().join("whole.jsonl");
            fs::write(&other, &copy).unwrap();
            let (again, found, copy) = surveyed(&other);
            prop_assert_eq!((again.records, again.missing), (records, survey.missing));
            prop_assert_eq!(found.len(), gaps);
            prop_assert!(found.iter().all(is_gap));
            prop_assert!(copy == whole);
        }
    }

    #[test]
    fn a_part_that_is_cut_off_is_told_with_what_it_lost() {
        let folder = tempfile::tempdir().unwrap();
        let mut files = [Vec::<u8>::new(), Vec::new()];
        for seq in 1..=2000 {
            let mut capture = capture(seq);
            capture.peer = format!("{:x}", seq.wrapping_mul(0x9e37_79b9_7f4a_7c15)).into();
            write_record(seq, None, &capture, &mut files[usize::from(seq > 1999)]);
        }
        let part = packed(&files[0]);
        fs::write(
            folder.path().join("log-1.jsonl.gz"),
            &part[..part.len() / 2],
        )
        .unwrap();
        let log = folder.path().join("log.jsonl");
        fs::write(&log, &files[1]).unwrap();
        let (survey, found, _) = surveyed(&log);
        let told = matches!(
            found[..],
            [DamageKind::Packed(_), DamageKind::Missing { .. }]
        );
        assert!(told, "{found:?}");
        assert_eq!(survey.records + survey.missing, 2000);
    }
}
