//! Writes a cursor soon after each change.
//!
//! There can be thousands of deliveries a second, and each write of the cursor syncs the disk. So a
//! thread writes the cursor at most once in [`PACE`], and once at the end.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::cursor::{Cursor, CursorError};

/// The shortest time between two writes. After a crash, the deliveries of this time are repeated.
const PACE: Duration = Duration::from_millis(100);

/// Keeps a cursor on disk.
pub struct CursorWriter {
    cursor: Arc<Mutex<Cursor>>,
    /// Dropped to end the thread.
    changed: Option<SyncSender<()>>,
    thread: Option<JoinHandle<Result<(), CursorError>>>,
}

impl CursorWriter {
    /// Writes the cursor now, so that an error is found at once, and then after changes. `failed` is
    /// called for the first of several failed writes in a row.
    ///
    /// # Errors
    ///
    /// If the cursor cannot be written, or the thread cannot be started.
    pub fn new(
        cursor: Cursor,
        path: PathBuf,
        failed: impl Fn(&CursorError) + Send + 'static,
    ) -> Result<CursorWriter, CursorError> {
        cursor.save(&path)?;
        let cursor = Arc::new(Mutex::new(cursor));
        let (changed, news) = sync_channel(1);
        let thread = std::thread::Builder::new()
            .name("forward-cursor".to_owned())
            .spawn({
                let (cursor, path) = (Arc::clone(&cursor), path.clone());
                move || keep(&cursor, &path, &news, &failed)
            })
            .map_err(|source| CursorError::Write { path, source })?;
        Ok(CursorWriter {
            cursor,
            changed: Some(changed),
            thread: Some(thread),
        })
    }

    /// Changes the cursor.
    pub fn change<T>(&self, change: impl FnOnce(&mut Cursor) -> T) -> T {
        let mut cursor = lock(&self.cursor);
        let result = change(&mut cursor);
        drop(cursor);
        if let Some(changed) = &self.changed {
            // A full channel already holds this message.
            let _ = changed.try_send(());
        }
        result
    }

    /// Reads the current cursor.
    pub fn read<T>(&self, read: impl FnOnce(&Cursor) -> T) -> T {
        read(&lock(&self.cursor))
    }

    /// Writes the cursor for the last time.
    ///
    /// # Errors
    ///
    /// If the cursor cannot be written.
    pub fn close(mut self) -> Result<(), CursorError> {
        self.changed = None;
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(result)) => result,
            // A panic of the thread has been reported already.
            _ => Ok(()),
        }
    }
}

impl Drop for CursorWriter {
    fn drop(&mut self) {
        self.changed = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// No code that could panic half-way runs while the lock is held.
fn lock(cursor: &Mutex<Cursor>) -> MutexGuard<'_, Cursor> {
    cursor.lock().unwrap_or_else(PoisonError::into_inner)
}

fn keep(
    cursor: &Mutex<Cursor>,
    path: &std::path::Path,
    news: &Receiver<()>,
    failed: &dyn Fn(&CursorError),
) -> Result<(), CursorError> {
    let save = || {
        let now = lock(cursor).clone();
        now.save(path)
    };
    let mut well = true;
    while news.recv().is_ok() {
        let saved = save();
        if let (true, Err(error)) = (well, &saved) {
            failed(error);
        }
        well = saved.is_ok();
        // A change in the meantime leaves one message in the channel.
        std::thread::sleep(PACE);
    }
    save()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::delivery::Destination;

    #[test]
    fn the_last_change_is_on_disk_after_close() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("c.json");
        let target = "http://h/".parse::<Destination>().unwrap();
        let writer = CursorWriter::new(Cursor::new(&target, 1), path.clone(), |_| {}).unwrap();
        for seq in 1..=500 {
            writer.change(|cursor| cursor.pass(seq, seq));
        }
        writer.close().unwrap();
        let kept = Cursor::load(&path).unwrap().unwrap();
        assert_eq!(kept.lowest_undelivered(), 501);
    }

    #[test]
    fn a_cursor_that_cannot_be_written_is_an_error_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("nowhere/c.json");
        let target = "http://h/".parse::<Destination>().unwrap();
        let refused = CursorWriter::new(Cursor::new(&target, 1), path, |_| {});
        assert!(matches!(refused, Err(CursorError::Write { .. })));
    }
}
