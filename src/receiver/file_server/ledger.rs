//! What became of each file: who asked for it, and how much of it was sent.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::faults::FileFault;
use crate::catalog::FileKind;
use crate::text::bounded_name;

/// Paths that no event names, and of which the requests are kept.
const MOST_STRAYS: usize = 100;
/// Credentials that are kept of a file.
const MOST_CREDENTIALS: usize = 10;

/// A file that an event names, and its requests.
#[derive(Clone, Debug)]
pub struct FileUse {
    /// Its URL.
    pub url: String,
    /// The event that names it; `None` if no event does.
    pub event: Option<String>,
    /// What is in it.
    pub kind: Option<FileKind>,
    /// Whether it stands on the storage of the provider's customer.
    pub own_storage: bool,
    /// Requests with GET.
    pub requests: u64,
    /// The credentials that came, each once.
    pub credentials: Vec<GivenCredentials>,
    /// The statuses that were answered, with their number.
    pub statuses: BTreeMap<u16, u64>,
    /// Bytes that were sent at least once.
    pub sent: usize,
    /// The size of the file.
    pub size: usize,
    /// Whether its event was posted.
    pub is_posted: bool,
}

impl FileUse {
    /// Whether all of it was sent.
    pub fn is_whole(&self) -> bool {
        self.event.is_some() && self.sent == self.size
    }

    /// Whether credentials came that the storage of the customer must not see.
    pub fn is_leaking(&self) -> bool {
        let gave = |given: &GivenCredentials| *given != GivenCredentials::None;
        self.own_storage && self.credentials.iter().any(gave)
    }
}

/// The credentials of a request. Passwords are not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GivenCredentials {
    /// No `Authorization` field.
    None,
    /// The right ones, or any where none are required; the user.
    Accepted(String),
    /// Wrong ones; the user, or another scheme than Basic.
    Wrong(String),
}

/// What the server knows of one file.
#[derive(Debug)]
struct File {
    usage: FileUse,
    /// Its faults, in turn.
    faults: Arc<[FileFault]>,
    /// Requests that a fault was chosen for.
    turn: usize,
    posted: Option<Instant>,
    /// Which bytes were sent, until all were.
    covered: Vec<bool>,
}

/// All files, by the path and the query of their URLs.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    files: BTreeMap<String, File>,
    /// The paths in the order in which events named them.
    order: Vec<String>,
}

impl Ledger {
    /// Adds a file that an event names.
    pub(super) fn name(&mut self, path: &str, file: FileUse, faults: Arc<[FileFault]>) {
        match self.files.get_mut(path) {
            Some(known) if known.usage.event.is_some() => {}
            _ => {
                let file = File {
                    usage: file,
                    faults,
                    turn: 0,
                    posted: None,
                    covered: Vec::new(),
                };
                if self.files.insert(path.to_owned(), file).is_none() {
                    self.order.push(path.to_owned());
                }
            }
        }
    }

    /// Notes that the event that names a file was posted.
    pub(super) fn posted(&mut self, path: &str) {
        if let Some(file) = self.files.get_mut(path) {
            file.posted.get_or_insert_with(Instant::now);
            file.usage.is_posted = true;
        }
    }

    /// Notes a request for a path, and returns the file if an event names it.
    pub(super) fn ask(
        &mut self,
        path: &str,
        url: &str,
        given: GivenCredentials,
    ) -> Option<&FileUse> {
        if !self.files.contains_key(path) {
            let strays = self.files.len() - self.named().count();
            if strays < MOST_STRAYS {
                self.name(path, stray(url), Arc::default());
            }
        }
        let usage = &mut self.files.get_mut(path)?.usage;
        usage.requests += 1;
        if usage.credentials.len() < MOST_CREDENTIALS && !usage.credentials.contains(&given) {
            usage.credentials.push(given);
        }
        usage.event.is_some().then_some(usage)
    }

    /// A file that an event names.
    pub(super) fn find(&self, path: &str) -> Option<&FileUse> {
        let file = self.files.get(path)?;
        file.usage.event.is_some().then_some(&file.usage)
    }

    /// Notes the status of an answer.
    pub(super) fn answered(&mut self, path: &str, status: u16) {
        if let Some(file) = self.files.get_mut(path) {
            *file.usage.statuses.entry(status).or_default() += 1;
        }
    }

    /// The fault of the next request for a file.
    pub(super) fn take_turn(&mut self, path: &str) -> FileFault {
        let Some(file) = self.files.get_mut(path) else {
            return FileFault::None;
        };
        let fault = file.faults.get(file.turn).or(file.faults.last());
        file.turn += 1;
        fault.copied().unwrap_or(FileFault::None)
    }

    /// Whether that time has passed since the event of a file was posted.
    pub(super) fn is_expired(&self, path: &str, after: Duration) -> bool {
        let posted = self.files.get(path).and_then(|file| file.posted);
        posted.is_some_and(|posted| posted.elapsed() >= after)
    }

    /// Notes bytes of a file that were sent.
    pub(super) fn sent(&mut self, path: &str, bytes: Range<usize>) {
        if let Some(file) = self
            .files
            .get_mut(path)
            .filter(|file| !file.usage.is_whole())
        {
            file.covered.resize(file.usage.size, false);
            let news = file.covered[bytes].iter_mut().filter(|byte| !**byte);
            file.usage.sent += news.map(|byte| *byte = true).count();
            if file.usage.is_whole() {
                file.covered = Vec::new();
            }
        }
    }

    /// Whether all files of posted events were sent whole.
    pub(super) fn is_settled(&self) -> bool {
        self.named()
            .filter(|file| file.is_posted)
            .all(FileUse::is_whole)
    }

    fn named(&self) -> impl Iterator<Item = &FileUse> {
        let files = self.files.values().map(|file| &file.usage);
        files.filter(|file| file.event.is_some())
    }

    /// The files of posted events and those that were asked for, in the order of the events.
    pub(super) fn uses(&self) -> Vec<FileUse> {
        let files = self.order.iter().filter_map(|path| self.files.get(path));
        let uses = files.map(|file| &file.usage);
        uses.filter(|file| file.is_posted || file.requests > 0)
            .cloned()
            .collect()
    }
}

/// A path that was asked for, and that no event names.
fn stray(url: &str) -> FileUse {
    FileUse {
        url: bounded_name(url).into(),
        event: None,
        kind: None,
        own_storage: false,
        requests: 0,
        credentials: Vec::new(),
        statuses: BTreeMap::new(),
        sent: 0,
        size: 0,
        is_posted: false,
    }
}
