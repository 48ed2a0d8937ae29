//! Writes batches of captures so that what it says is written stays written.
//!
//! One sequential state machine over a [`Storage`], with no threads in it, so that tests
//! can drive it through any order of failures. Its rules:
//!
//! - A batch is acknowledged as a whole, once its bytes are written and synced.
//! - After a write that failed the file is cut back to what was acknowledged, and the
//!   seqs are used again. Until the cut succeeds nothing is written.
//! - After a sync that failed the file is left alone under another name, and the log goes
//!   on in a new one: the system may have thrown the bytes away and call the next sync a
//!   success. Nothing is acknowledged in the new file before the disk has its name.
//! - A file that has become large makes room for a new one in the same way. If it cannot be
//!   given its new name, it goes on growing: that is no reason to refuse anything.

use std::io;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use super::error::{AppendError, JournalError};
use super::event::JournalEvent;
use super::parts;
use super::record::write_record;
use super::recovery::{LogInfo, OpenLog, open_log};
use super::storage::{LogFile, Storage, SyncPolicy};
use crate::model::capture::Capture;

/// Above that, the memory of an unusually large batch is given back.
const USUAL_BATCH: usize = 16 * 1024 * 1024;

/// The writer of one log.
pub(super) struct Writer<S: Storage> {
    storage: S,
    path: PathBuf,
    policy: SyncPolicy,
    /// The size from which on the log goes on in a new file, in bytes.
    rotate_at: Option<u64>,
    /// Whether the last file that was full could not be given its new name.
    stuck: bool,
    log: OpenLog<S::File>,
    next_seq: u64,
    condition: Condition,
    buffer: Vec<u8>,
}

/// What must be done before anything can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Condition {
    /// Nothing.
    Sound,
    /// Bytes that nobody was promised must be cut off.
    Uncut,
    /// A sync failed: the file must make room for a new one.
    Doubtful,
    /// It has made room: there must be a new file.
    Moved,
}

impl<S: Storage> Writer<S> {
    /// Opens a log, which is created if it is missing and mended if it is torn.
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
            buffer: Vec::new(),
        })
    }

    /// What the log is now.
    pub(super) fn info(&self) -> LogInfo {
        LogInfo {
            path: self.path.clone(),
            first_seq: self.log.first_seq,
            last_seq: self.next_seq - 1,
            bytes: self.log.kept,
            was_torn: self.log.was_torn,
        }
    }

    /// Begins a new file if the log is large enough. Says whether it has; nothing if there is
    /// nothing to say.
    pub(super) fn rotate(&mut self) -> Option<JournalEvent> {
        let is_full = self.rotate_at.is_some_and(|size| self.log.kept >= size);
        if !is_full || self.condition != Condition::Sound || !self.log.file.stands_at(&self.path) {
            return None;
        }
        // Without a first seq it has no record.
        let part = parts::free_name(&self.storage, &self.path, self.log.first_seq?)
            .and_then(|part| self.storage.rename(&self.path, &part).map(|()| part));
        match part {
            Ok(part) => {
                self.stuck = false;
                self.condition = Condition::Moved;
                Some(JournalEvent::Rotated { part })
            }
            // It is tried again each time, but said once.
            Err(_) if self.stuck => None,
            Err(source) => {
                self.stuck = true;
                Some(JournalEvent::NotRotated(source))
            }
        }
    }

    /// Has a file of the log's name, also if the one that was there was moved away.
    pub(super) fn reopen(&mut self) -> Result<(), AppendError> {
        self.make_sound()
    }

    /// Writes captures, all or none, and returns their seqs.
    pub(super) fn commit<'a>(
        &mut self,
        captures: impl Iterator<Item = &'a Capture>,
    ) -> Result<Range<u64>, AppendError> {
        self.make_sound()?;
        self.buffer.clear();
        self.buffer.shrink_to(USUAL_BATCH);
        let mut seqs = self.next_seq..self.next_seq;
        for capture in captures {
            write_record(seqs.end, capture, &mut self.buffer);
            seqs.end += 1;
        }
        if let Err(source) = self.log.file.append(&self.buffer) {
            self.condition = Condition::Uncut;
            // If this fails too, it is tried again before the next write.
            let _ = self.cut();
            return Err(self.write_error(source));
        }
        if self.policy == SyncPolicy::Each
            && let Err(source) = self.log.file.sync()
        {
            return Err(self.give_up_file(source));
        }
        self.log.kept += self.buffer.len() as u64;
        self.log.first_seq.get_or_insert(seqs.start);
        self.next_seq = seqs.end;
        Ok(seqs)
    }

    /// Does what must be done before anything can be written.
    fn make_sound(&mut self) -> Result<(), AppendError> {
        match self.condition {
            Condition::Sound | Condition::Moved => {}
            Condition::Uncut => self.cut().map_err(|error| self.write_error(error))?,
            Condition::Doubtful => {
                self.move_away().map_err(|error| self.write_error(error))?;
            }
        }
        // Users move, delete and empty logs meanwhile; what is written to a file without
        // a name would be lost.
        let len = self.log.file.len();
        if self.condition != Condition::Sound
            || !self.log.file.stands_at(&self.path)
            || len.map_err(|error| self.write_error(error))? != self.log.kept
        {
            self.log = open_log(&self.storage, &self.path, self.policy)
                .map_err(|error| AppendError::Open(Arc::new(error)))?;
            self.next_seq = self.next_seq.max(self.log.last_seq + 1);
            self.condition = Condition::Sound;
        }
        Ok(())
    }

    /// Cuts the file back to what was acknowledged.
    fn cut(&mut self) -> io::Result<()> {
        self.log.file.truncate(self.log.kept)?;
        // Or else, after a crash, it could show through what was written over it.
        if self.policy == SyncPolicy::Each {
            self.log.file.sync()?;
        }
        self.condition = Condition::Sound;
        Ok(())
    }

    /// After a sync that failed: the batch is not acknowledged, and the log goes on in a
    /// new part.
    fn give_up_file(&mut self, source: io::Error) -> AppendError {
        self.condition = Condition::Doubtful;
        // If this fails, it is tried again before the next write.
        let kept_in = self.move_away().unwrap_or_default();
        AppendError::Sync {
            path: self.path.clone(),
            kept_in,
            source: Arc::new(source),
        }
    }

    /// Gives the file another name, and returns it; a file in which nothing was
    /// acknowledged is emptied instead, so that a full disk is not littered with parts.
    fn move_away(&mut self) -> io::Result<Option<PathBuf>> {
        let cut = self.cut();
        if self.log.kept == 0 {
            return cut.map(|()| None);
        }
        // Elsewhere, what cannot be cut off stays: the new part then goes on after its seqs.
        self.condition = Condition::Doubtful;
        let mut moved_to = None;
        if self.log.file.stands_at(&self.path) {
            let first_seq = self.log.first_seq.unwrap_or(self.next_seq);
            let part = parts::free_name(&self.storage, &self.path, first_seq)?;
            self.storage.rename(&self.path, &part)?;
            moved_to = Some(part);
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
