//! A disk that fails as real ones do, for tests.
//!
//! Each file is kept twice: as programs see it, and as the disk has it. Between the two
//! stand the operations that were not synced. A sync that fails throws written bytes away
//! and reports nothing the next time, as Linux does. A crash carries out any part of what
//! was not synced, block by block, and leaves holes of zero bytes.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::append::Appending;
use super::error::AppendError;
use super::storage::{Identity, LogFile, Storage};
use crate::model::capture::{Capture, Headers};

/// What a crash or a failing sync leaves whole.
const BLOCK: usize = 64;

/// A handle to the disk; clones see the same one.
#[derive(Clone)]
pub(super) struct FaultyDisk {
    world: Arc<Mutex<World>>,
    gate: Arc<Mutex<()>>,
}

struct World {
    random: fastrand::Rng,
    /// Chance of each operation to fail, in percent.
    trouble: u8,
    fail_next: Option<Operation>,
    panic_on_append: bool,
    free_space: Option<u64>,
    files: Vec<Content>,
    names: BTreeMap<PathBuf, usize>,
    names_on_disk: BTreeMap<PathBuf, usize>,
    unsynced_names: Vec<NameChange>,
}

/// What can be made to fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    Append,
    Truncate,
    Sync,
    Names,
}

#[derive(Default)]
struct Content {
    seen: Vec<u8>,
    on_disk: Vec<u8>,
    unsynced: Vec<Change>,
}

enum Change {
    Write { at: usize, bytes: Vec<u8> },
    Truncate(usize),
}

#[derive(Clone)]
enum NameChange {
    Create(PathBuf, usize),
    Rename(PathBuf, PathBuf),
    Remove(PathBuf),
}

impl FaultyDisk {
    pub(super) fn new(seed: u64) -> FaultyDisk {
        FaultyDisk {
            world: Arc::new(Mutex::new(World {
                random: fastrand::Rng::with_seed(seed),
                trouble: 0,
                fail_next: None,
                panic_on_append: false,
                free_space: None,
                files: Vec::new(),
                names: BTreeMap::new(),
                names_on_disk: BTreeMap::new(),
                unsynced_names: Vec::new(),
            })),
            gate: Arc::default(),
        }
    }

    /// Makes each operation fail with that chance, in percent.
    pub(super) fn set_trouble(&self, percent: u8) {
        self.world().trouble = percent;
    }

    /// Makes the next operation of a kind fail.
    pub(super) fn fail_next(&self, operation: Operation) {
        self.world().fail_next = Some(operation);
    }

    pub(super) fn panic_on_append(&self) {
        self.world().panic_on_append = true;
    }

    /// The room that is left, for those who ask.
    pub(super) fn set_free_space(&self, bytes: u64) {
        self.world().free_space = Some(bytes);
    }

    /// Appends wait as long as this is locked.
    pub(super) fn gate(&self) -> Arc<Mutex<()>> {
        Arc::clone(&self.gate)
    }

    /// The power goes, and comes back.
    pub(super) fn crash(&self) {
        let mut world = self.world();
        let world = &mut *world;
        let survivors = world.random.usize(..=world.unsynced_names.len());
        for change in world.unsynced_names.drain(..).take(survivors) {
            change.apply(&mut world.names_on_disk);
        }
        world.names = world.names_on_disk.clone();
        for file in &mut world.files {
            for change in file.unsynced.drain(..) {
                change.apply_partly(&mut file.on_disk, &mut world.random);
            }
            file.seen = file.on_disk.clone();
        }
    }

    /// What programs see of a file.
    pub(super) fn content(&self, path: &Path) -> Option<Vec<u8>> {
        let world = self.world();
        world
            .names
            .get(path)
            .map(|&index| world.files[index].seen.clone())
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl World {
    fn fails(&mut self, operation: Operation) -> bool {
        if self.fail_next == Some(operation) {
            self.fail_next = None;
            return true;
        }
        self.random.u8(..100) < self.trouble
    }

    fn change(&mut self, change: NameChange) {
        change.apply(&mut self.names);
        self.unsynced_names.push(change);
    }

    fn try_to(&mut self, operation: Operation) -> io::Result<()> {
        if self.fails(operation) {
            Err(ErrorKind::StorageFull.into())
        } else {
            Ok(())
        }
    }
}

impl Change {
    fn apply(&self, content: &mut Vec<u8>) {
        match self {
            Change::Write { at, bytes } => put(content, *at, bytes),
            Change::Truncate(len) => content.resize(*len, 0),
        }
    }

    /// Does it, does not do it, or does some blocks of it.
    fn apply_partly(&self, content: &mut Vec<u8>, random: &mut fastrand::Rng) {
        match (random.u8(..3), self) {
            (0, _) => {}
            (1, _) | (_, Change::Truncate(_)) => self.apply(content),
            (_, Change::Write { at, bytes }) => {
                let len = random.usize(..=bytes.len());
                for (index, block) in bytes[..len].chunks(BLOCK).enumerate() {
                    if random.bool() {
                        put(content, at + index * BLOCK, block);
                    }
                }
            }
        }
    }
}

impl NameChange {
    fn apply(&self, names: &mut BTreeMap<PathBuf, usize>) {
        match self {
            NameChange::Create(path, index) => {
                names.insert(path.clone(), *index);
            }
            NameChange::Rename(from, to) => {
                if let Some(index) = names.remove(from) {
                    names.insert(to.clone(), index);
                }
            }
            NameChange::Remove(path) => {
                names.remove(path);
            }
        }
    }
}

fn put(content: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    if content.len() < at + bytes.len() {
        content.resize(at + bytes.len(), 0);
    }
    content[at..at + bytes.len()].copy_from_slice(bytes);
}

impl Storage for FaultyDisk {
    type File = FaultyFile;

    fn open(&self, path: &Path) -> io::Result<FaultyFile> {
        let mut world = self.world();
        world.try_to(Operation::Names)?;
        let index = if let Some(&index) = world.names.get(path) {
            index
        } else {
            world.files.push(Content::default());
            let index = world.files.len() - 1;
            world.change(NameChange::Create(path.to_owned(), index));
            index
        };
        Ok(FaultyFile {
            disk: self.clone(),
            index,
        })
    }

    fn open_existing(&self, path: &Path) -> io::Result<FaultyFile> {
        let mut world = self.world();
        world.try_to(Operation::Names)?;
        let index = *world.names.get(path).ok_or(ErrorKind::NotFound)?;
        Ok(FaultyFile {
            disk: self.clone(),
            index,
        })
    }

    fn open_to_read(&self, path: &Path) -> io::Result<FaultyFile> {
        let index = *self.world().names.get(path).ok_or(ErrorKind::NotFound)?;
        Ok(FaultyFile {
            disk: self.clone(),
            index,
        })
    }

    fn identity(&self, _: &Path) -> Option<Identity> {
        None
    }

    fn free_space(&self, _: &Path) -> Option<u64> {
        self.world().free_space
    }

    fn exists(&self, path: &Path) -> io::Result<bool> {
        Ok(self.world().names.contains_key(path))
    }

    fn names(&self, _: &Path) -> io::Result<Vec<OsString>> {
        let world = self.world();
        let name = |path: &PathBuf| path.file_name().map(OsString::from);
        Ok(world.names.keys().filter_map(name).collect())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut world = self.world();
        world.try_to(Operation::Names)?;
        // What is packed once more takes the place of its like; nothing else may be lost.
        let is_packed = to.extension().is_some_and(|extension| extension == "gz");
        assert!(
            is_packed || !world.names.contains_key(to),
            "{to:?} would be overwritten"
        );
        world.change(NameChange::Rename(from.to_owned(), to.to_owned()));
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut world = self.world();
        world.try_to(Operation::Names)?;
        if !world.names.contains_key(path) {
            return Err(ErrorKind::NotFound.into());
        }
        world.change(NameChange::Remove(path.to_owned()));
        Ok(())
    }

    fn sync_directory(&self, _: &Path) -> io::Result<()> {
        let mut world = self.world();
        world.try_to(Operation::Names)?;
        world.unsynced_names.clear();
        world.names_on_disk = world.names.clone();
        Ok(())
    }
}

/// An open file of a [`FaultyDisk`].
pub(super) struct FaultyFile {
    disk: FaultyDisk,
    index: usize,
}

impl FaultyFile {
    fn change(&self, world: &mut World, change: Change) {
        let file = &mut world.files[self.index];
        change.apply(&mut file.seen);
        file.unsynced.push(change);
    }
}

impl LogFile for FaultyFile {
    fn len(&mut self) -> io::Result<u64> {
        Ok(self.disk.world().files[self.index].seen.len() as u64)
    }

    fn read_at(&mut self, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let world = self.disk.world();
        let content = &world.files[self.index].seen;
        let rest = usize::try_from(at)
            .ok()
            .and_then(|at| content.get(at..))
            .unwrap_or_default();
        let len = rest.len().min(buffer.len());
        buffer[..len].copy_from_slice(&rest[..len]);
        Ok(len)
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        drop(self.disk.gate.lock());
        let mut world = self.disk.world();
        assert!(!world.panic_on_append, "the test asked for it");
        let at = world.files[self.index].seen.len();
        let result = world.try_to(Operation::Append);
        let written = match result {
            Ok(()) => bytes.len(),
            Err(_) => world.random.usize(..=bytes.len()),
        };
        let bytes = bytes[..written].to_vec();
        self.change(&mut world, Change::Write { at, bytes });
        result
    }

    fn truncate(&mut self, len: u64) -> io::Result<()> {
        let mut world = self.disk.world();
        world.try_to(Operation::Truncate)?;
        let len = usize::try_from(len).unwrap_or(usize::MAX);
        self.change(&mut world, Change::Truncate(len));
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        let mut world = self.disk.world();
        let result = world.try_to(Operation::Sync);
        let World { files, random, .. } = &mut *world;
        let Content {
            on_disk, unsynced, ..
        } = &mut files[self.index];
        if result.is_ok() {
            for change in unsynced.drain(..) {
                change.apply(on_disk);
            }
        } else {
            // Pages are thrown away; lengths are not, they go through a journal.
            unsynced.retain(|change| {
                let keep = matches!(change, Change::Truncate(_));
                if !keep {
                    change.apply_partly(on_disk, random);
                }
                keep
            });
        }
        result
    }

    fn try_lock(&self) -> io::Result<bool> {
        Ok(true)
    }

    fn unlock(&self) {}

    fn stands_at(&self, path: &Path) -> bool {
        self.disk.world().names.get(path) == Some(&self.index)
    }
}

/// A capture that can be told from others, of a length that depends on it.
pub(super) fn capture(id: u64) -> Capture {
    let padding = "x".repeat(usize::try_from(id % 300).unwrap_or_default());
    Capture {
        received_at: chrono::DateTime::UNIX_EPOCH,
        peer: "".into(),
        method: "POST".into(),
        target: "/".into(),
        headers: Headers::new(),
        body: format!("{id:016x} {padding}").into(),
    }
}

/// Which capture it is.
pub(super) fn id(capture: &Capture) -> Option<u64> {
    let digits = capture.body.get(..16)?;
    u64::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()
}

/// What became of a capture, for tests that are not async.
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
pub(super) fn answer(appending: Appending) -> Result<u64, AppendError> {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(appending)
}
