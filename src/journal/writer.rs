//! Writes batches of captures so that an acknowledged capture is never lost.
//!
//! It is one sequential state machine over a [`Storage`], without threads, so that tests can
//! drive it through any order of failures. Its rules:
//!
//! - A batch is acknowledged as a whole, once its bytes are written and synced.
//! - After a failed write the file is cut back to the acknowledged bytes, and the seqs are used
//!   again. Nothing is written until the cut succeeds.
//! - After a failed sync the file is renamed and not written again, and the log continues in a
//!   new file: the system may have dropped the bytes, and the next sync could succeed without
//!   them. Nothing is acknowledged in the new file before the disk has its name.
//! - A file that reached its size limit is renamed in the same way. If it cannot be renamed, it
//!   grows on: that is no reason to refuse a capture.

use std::io;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use super::error::{AppendError, JournalError};
use super::event::JournalEvent;
use super::part_names::free_name;
use super::record::{Origin, write_record_from};
use super::recovery::{LogInfo, OpenLog, open_log};
use super::storage::{LogFile, Storage, SyncPolicy};
use crate::model::capture::Capture;

/// Text of this size is written before the rest of a batch is made.
const USUAL_BATCH: usize = 4 * 1024 * 1024;

/// The writer of one log.
pub(super) struct Writer<S: Storage> {
    storage: S,
    path: PathBuf,
    policy: SyncPolicy,
    /// The size in bytes at which the log continues in a new file.
    rotate_at: Option<u64>,
    /// Whether the last full file could not be renamed.
    stuck: bool,
    log: OpenLog<S::File>,
    next_seq: u64,
    condition: Condition,
    /// Where its captures are.
    kept: Kept,
    buffer: Vec<u8>,
}

/// Where the captures of a writer are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kept {
    /// In the log.
    #[default]
    InLog,
    /// In the log and its parts.
    InParts,
    /// Its file was moved, deleted or cut meanwhile by another program.
    Elsewhere,
}

/// What must be done before the next write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Condition {
    /// Nothing.
    Sound,
    /// Bytes that were not acknowledged must be cut off.
    Uncut,
    /// A sync failed: the file must be renamed.
    Doubtful,
    /// The file was renamed: a new one must be created.
    Moved,
}

impl<S: Storage> Writer<S> {
    /// Opens a log; creates it if it is missing, and repairs it if it is torn.
    pub(super) fn open(
        storage: S,
        path: PathBuf,
        policy: SyncPolicy,
        rotate_at: Option<u64>,
    ) -> Result<Writer<S>, JournalError> {
        let log = open_log(&storage, &path, policy)?;
        Ok(Writer {
            next_seq: log.last_seq + 1,
            storage,
            path,
            policy,
            rotate_at,
            stuck: false,
            log,
            condition: Condition::Sound,
            kept: Kept::InLog,
            buffer: Vec::new(),
        })
    }

    /// The state of the log now.
    pub(super) fn info(&self) -> LogInfo {
        LogInfo {
            path: self.path.clone(),
            first_seq: self.log.first_seq,
            last_seq: self.next_seq - 1,
            bytes: self.log.kept,
            was_torn: self.log.was_torn,
            id: self.log.id,
        }
    }

    /// Begins a new file if the log reached its size limit. Returns the event, if there is one.
    pub(super) fn rotate(&mut self) -> Option<JournalEvent> {
        let is_full = self.rotate_at.is_some_and(|size| self.log.kept >= size);
        if !is_full || self.condition != Condition::Sound || !self.log.file.stands_at(&self.path) {
            return None;
        }
        // Without a first seq it has no record.
        let part = free_name(&self.storage, &self.path, self.log.first_seq?)
            .and_then(|part| self.storage.rename(&self.path, &part).map(|()| part));
        match part {
            Ok(part) => {
                self.stuck = false;
                self.kept = self.kept.max(Kept::InParts);
                self.condition = Condition::Moved;
                Some(JournalEvent::Rotated { part })
            }
            // It is retried each time, but reported once.
            Err(_) if self.stuck => None,
            Err(source) => {
                self.stuck = true;
                Some(JournalEvent::NotRotated(source))
            }
        }
    }

    /// Reopens the log, also if its file was moved away.
    pub(super) fn reopen(&mut self) -> Result<(), AppendError> {
        self.make_sound()
    }

    /// Writes captures, all or none, and returns their seqs.
    pub(super) fn commit<'a>(
        &mut self,
        captures: impl Iterator<Item = (&'a Capture, Option<&'a Origin>)>,
    ) -> Result<Range<u64>, AppendError> {
        self.make_sound()?;
        let committed = self.write(captures);
        self.buffer.clear();
        committed
    }

    fn write<'a>(
        &mut self,
        captures: impl Iterator<Item = (&'a Capture, Option<&'a Origin>)>,
    ) -> Result<Range<u64>, AppendError> {
        let mut seqs = self.next_seq..self.next_seq;
        let mut written = 0;
        let appended = self.append_all(captures, &mut seqs.end, &mut written);
        if let Err(source) = appended {
            self.condition = Condition::Uncut;
            // If this fails too, it is retried before the next write.
            let _ = self.cut();
            return Err(self.write_error(source));
        }
        if self.policy == SyncPolicy::Each
            && let Err(source) = self.log.file.sync()
        {
            return Err(self.give_up_file(source));
        }
        self.log.kept += written;
        self.log.first_seq.get_or_insert(seqs.start);
        self.next_seq = seqs.end;
        Ok(seqs)
    }

    /// Appends captures to the file, and counts them and their bytes.
    fn append_all<'a>(
        &mut self,
        captures: impl Iterator<Item = (&'a Capture, Option<&'a Origin>)>,
        next_seq: &mut u64,
        written: &mut u64,
    ) -> io::Result<()> {
        let (id, file, text) = (self.log.id, &mut self.log.file, &mut self.buffer);
        let mut append = |text: &mut Vec<u8>, least: usize| {
            if text.len() < least {
                return Ok(());
            }
            file.append(text)?;
            *written += text.len() as u64;
            text.clear();
            Ok(())
        };
        for (capture, from) in captures {
            let mut offer = |text: &mut Vec<u8>| append(text, USUAL_BATCH);
            write_record_from(*next_seq, Some(id), capture, from, text, &mut offer)?;
            *next_seq += 1;
            offer(text)?;
        }
        append(text, 1)
    }

    /// Does what must be done before the next write.
    fn make_sound(&mut self) -> Result<(), AppendError> {
        match self.condition {
            Condition::Sound | Condition::Moved => {}
            Condition::Uncut => self.cut().map_err(|error| self.write_error(error))?,
            Condition::Doubtful => {
                self.move_away().map_err(|error| self.write_error(error))?;
            }
        }
        // Users move, delete and empty logs meanwhile. What is written to a file without a name
        // would be lost.
        let is_ours = self
            .is_untouched()
            .map_err(|error| self.write_error(error))?;
        if self.condition != Condition::Sound || !is_ours {
            if self.condition == Condition::Sound && self.log.kept > 0 {
                self.kept = Kept::Elsewhere;
            }
            // It may be the same file.
            self.log.file.unlock();
            self.condition = Condition::Moved;
            let id = self.log.id;
            self.log = open_log(&self.storage, &self.path, self.policy)
                .map_err(|error| AppendError::Open(Arc::new(error)))?;
            if self.log.first_seq.is_none() {
                self.log.id = id;
            }
            self.next_seq = self.next_seq.max(self.log.last_seq + 1);
            self.condition = Condition::Sound;
        }
        Ok(())
    }

    /// Whether the file stands where it should, and holds what was written to it.
    fn is_untouched(&mut self) -> io::Result<bool> {
        Ok(self.log.file.stands_at(&self.path) && self.log.file.len()? == self.log.kept)
    }

    /// Where the captures of this writer are now.
    pub(super) fn kept(&mut self) -> Kept {
        if self.condition == Condition::Sound
            && self.log.kept > 0
            && !self.is_untouched().unwrap_or(false)
        {
            self.kept = Kept::Elsewhere;
        }
        self.kept
    }

    /// Cuts the file back to what was acknowledged.
    fn cut(&mut self) -> io::Result<()> {
        self.log.file.truncate(self.log.kept)?;
        // After a crash, the old bytes could show through the new ones otherwise.
        if self.policy == SyncPolicy::Each {
            self.log.file.sync()?;
        }
        self.condition = Condition::Sound;
        Ok(())
    }

    /// After a failed sync: the batch is not acknowledged, and the log continues in a new file.
    fn give_up_file(&mut self, source: io::Error) -> AppendError {
        self.condition = Condition::Doubtful;
        // If this fails, it is retried before the next write.
        let kept_in = self.move_away().unwrap_or_default();
        AppendError::Sync {
            path: self.path.clone(),
            kept_in,
            source: Arc::new(source),
        }
    }

    /// Renames the file to a part and returns its name. A file without acknowledged captures is
    /// emptied instead, so that a full disk is not littered with parts.
    fn move_away(&mut self) -> io::Result<Option<PathBuf>> {
        let cut = self.cut();
        if self.log.kept == 0 {
            return cut.map(|()| None);
        }
        // If the cut failed, the bytes stay: the new file then continues after their seqs.
        self.condition = Condition::Doubtful;
        let mut moved_to = None;
        if self.log.file.stands_at(&self.path) {
            let first_seq = self.log.first_seq.unwrap_or(self.next_seq);
            let part = free_name(&self.storage, &self.path, first_seq)?;
            self.storage.rename(&self.path, &part)?;
            moved_to = Some(part);
            self.kept = self.kept.max(Kept::InParts);
        } else {
            self.kept = Kept::Elsewhere;
        }
        self.condition = Condition::Moved;
        Ok(moved_to)
    }

    fn write_error(&self, source: io::Error) -> AppendError {
        AppendError::Write {
            path: self.path.clone(),
            source: Arc::new(source),
        }
    }
}
