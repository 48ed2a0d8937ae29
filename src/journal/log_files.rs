//! The files of a log from the oldest to the newest, while the log is written and rotated.
//!
//! A listing of the directory may be out of date before the files are open. So a part is opened
//! only after those before it were read, and the directory is listed again before the log
//! itself counts as the last file. Nothing is read twice or missed when the log is rotated
//! meanwhile. The last file of a followed log has no end: reading it waits for more, until the
//! log continues in another file.
//!
//! It opens any file, a log or not, and does not look at its content.

use std::fs::File;
use std::io::{self, Read, Seek as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use super::error::ReadError;
use super::parts::{self, begins_with_record};
use super::seek::first_seq;

/// How long to wait before a followed file is read again.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// Tells the reader of a followed log when to stop.
#[derive(Debug, Default)]
pub struct Watch {
    is_over: Mutex<bool>,
    over: Condvar,
}

impl Watch {
    /// Ends the wait: the followed log ends where it is.
    pub fn end(&self) {
        *self.is_over.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.over.notify_all();
    }

    fn is_over(&self) -> bool {
        *self.is_over.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a moment; false if it is over.
    fn wait(&self) -> bool {
        let is_over = self.is_over.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self
            .over
            .wait_timeout_while(is_over, POLL_INTERVAL, |is_over| !*is_over);
        let (is_over, _) = waited.unwrap_or_else(PoisonError::into_inner);
        !*is_over
    }
}

/// An open file of a log, with its path.
pub(super) type Open = (PathBuf, Box<dyn Read + Send>);

/// The files of one log, one after the other.
#[derive(Debug)]
pub(super) struct LogFiles {
    log: PathBuf,
    parts: Parts,
    watch: Option<Arc<Watch>>,
    /// The log itself was opened: unless it is followed, it is the last.
    at_end: bool,
}

impl LogFiles {
    /// The parts of a file, if it is a log, but for those in `without`, and then the file
    /// itself. It is followed if there is a watch.
    pub(super) fn new(file: &Path, without: &[PathBuf], watch: Option<Arc<Watch>>) -> LogFiles {
        let whole = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        // The parts stand beside the log, whatever link leads there.
        let log = if file.is_symlink() {
            whole(file)
        } else {
            file.to_owned()
        };
        let is_beside = |part: &PathBuf| part.parent() == whole(&log).parent();
        let read = without.iter().map(|part| whole(part)).filter(is_beside);
        let read = read.filter_map(|part| Some(plain(&log.with_file_name(part.file_name()?))));
        LogFiles {
            log: file.to_owned(),
            parts: Parts {
                read: read.collect(),
                log: begins_with_record(file).then(|| log.clone()),
                is_ours: false,
            },
            watch,
            at_end: false,
        }
    }

    /// The files of a log of this program, from the one on that may have the record of that
    /// number. The names of parts say which records they begin with.
    pub(super) fn from_seq(log: &Path, seq: u64) -> Result<LogFiles, ReadError> {
        let mut parts = Parts {
            log: Some(log.to_owned()),
            is_ours: true,
            read: Vec::new(),
        };
        let listed = parts.list().map_err(|source| error_at(log, source))?;
        let first_of_log = match File::open(log).and_then(|mut log| first_seq(&mut log)) {
            Ok(first) => first,
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(source) => return Err(error_at(log, source)),
        };
        let firsts = listed.iter().map(|part| Some(part.first_seq));
        let firsts = firsts.chain([first_of_log]).enumerate();
        let begin_before = firsts.filter(|(_, first)| first.is_some_and(|first| first <= seq));
        let skipped = begin_before.map(|(index, _)| index).last().unwrap_or(0);
        parts.read = listed[..skipped]
            .iter()
            .map(|part| plain(&part.path))
            .collect();
        Ok(LogFiles {
            log: log.to_owned(),
            parts,
            watch: None,
            at_end: false,
        })
    }

    /// The parts that are left to read, by the listing of now.
    pub(super) fn parts_left(&self) -> Vec<PathBuf> {
        self.parts.left().map(Iterator::collect).unwrap_or_default()
    }

    /// Whether the last file of the log was opened.
    pub(super) fn at_end(&self) -> bool {
        self.at_end
    }

    /// The next file, open; nothing after the last. Blocks while a followed log is away.
    ///
    /// # Errors
    ///
    /// When the log cannot be opened, or the directory not be listed.
    pub(super) fn open_next(&mut self) -> Result<Option<Open>, ReadError> {
        let Some((path, file)) = self.next_file()? else {
            return Ok(None);
        };
        let reader: Box<dyn Read + Send> = match &self.watch {
            Some(watch) if self.at_end => Box::new(Tail {
                file,
                log: self.log.clone(),
                parts: self.parts.clone(),
                watch: Arc::clone(watch),
                is_moved: false,
            }),
            // What is appended from now on is not read: a log that is replayed to the listener that
            // writes it grows while it is read.
            None if self.at_end => match file.metadata() {
                Ok(metadata) if metadata.is_file() => Box::new(file.take(metadata.len())),
                _ => Box::new(file),
            },
            _ => Box::new(file),
        };
        Ok(Some((path, reader)))
    }

    /// The next file itself.
    pub(super) fn next_file(&mut self) -> Result<Option<(PathBuf, File)>, ReadError> {
        if self.at_end {
            if self.watch.as_ref().is_none_or(|watch| watch.is_over()) {
                return Ok(None);
            }
            // The file that was followed is a part now, or was replaced.
            self.at_end = false;
            if let Some(part) = self.unread()? {
                self.parts.add(&part);
            }
        }
        loop {
            if let Some(part) = self.unread()? {
                match File::open(&part) {
                    Ok(file) => {
                        self.parts.add(&part);
                        return Ok(Some((part, file)));
                    }
                    // It was deleted since it was listed, as old parts are, or it was packed:
                    // then the next listing has its new name.
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {
                        if self.unread()? == Some(part.clone()) {
                            self.parts.add(&part);
                        }
                        continue;
                    }
                    Err(source) => return Err(error_at(&part, source)),
                }
            }
            let opened = File::open(&self.log);
            if self.unread()?.is_some() {
                // The log was rotated meanwhile: the open file may be that part.
                continue;
            }
            self.at_end = true;
            return match opened {
                Ok(file) => Ok(Some((self.log.clone(), file))),
                Err(error) if error.kind() == io::ErrorKind::NotFound && self.parts.is_ours => {
                    Ok(None)
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound && self.is_awaited() => {
                    self.at_end = false;
                    continue;
                }
                Err(source) => Err(error_at(&self.log, source)),
            };
        }
    }

    /// Whether to wait for a log that is not there: it may be away for a moment while it is
    /// rotated.
    fn is_awaited(&self) -> bool {
        !self.parts.read.is_empty() && self.watch.as_ref().is_some_and(|watch| watch.wait())
    }

    /// The oldest part that was not read.
    fn unread(&self) -> Result<Option<PathBuf>, ReadError> {
        let left = self.parts.left();
        Ok(left.map_err(|source| error_at(&self.log, source))?.next())
    }
}

fn error_at(path: &Path, source: io::Error) -> ReadError {
    ReadError {
        name: path.display().to_string(),
        source,
    }
}

/// The parts of a log, and which of them were read.
#[derive(Clone, Debug)]
struct Parts {
    /// The log that the parts stand beside; nothing if the file is no log, and so has none.
    log: Option<PathBuf>,
    /// It is a log of this program, and all files with such names are its parts.
    is_ours: bool,
    /// The parts that were read or are not to be read, by their names when they are not packed:
    /// a part may be packed at any moment.
    read: Vec<PathBuf>,
}

impl Parts {
    fn add(&mut self, part: &Path) {
        self.read.push(plain(part));
    }

    fn list(&self) -> io::Result<Vec<parts::Part>> {
        let Some(log) = &self.log else {
            return Ok(Vec::new());
        };
        match parts::parts(log) {
            // A file may be readable in a directory that cannot be listed or is gone.
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::PermissionDenied
                        | io::ErrorKind::NotFound
                        | io::ErrorKind::NotADirectory
                ) =>
            {
                Ok(Vec::new())
            }
            listed => listed,
        }
    }

    /// The parts that were not read.
    fn left(&self) -> io::Result<impl Iterator<Item = PathBuf>> {
        let paths = self.list()?.into_iter().map(|part| part.path);
        Ok(paths.filter(|part| {
            !self.read.contains(&plain(part)) && (self.is_ours || begins_with_record(part))
        }))
    }
}

/// The name that a part has when it is not packed.
fn plain(part: &Path) -> PathBuf {
    if parts::is_packed(part) {
        part.with_extension("")
    } else {
        part.to_owned()
    }
}

/// The last file of a followed log: its end is not the end.
struct Tail {
    file: File,
    log: PathBuf,
    parts: Parts,
    watch: Arc<Watch>,
    /// The log continues in another file.
    is_moved: bool,
}

impl Tail {
    /// Whether the log continues in another file. Then this one is complete.
    fn is_moved(&mut self) -> io::Result<bool> {
        if self.parts.left()?.next().is_some() {
            return Ok(true);
        }
        // Other programs move logs under other names, or truncate them.
        let read = self.file.stream_position()?;
        Ok(std::fs::metadata(&self.log).is_ok_and(|log| log.len() < read))
    }
}

impl Read for Tail {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.file.read(buffer)?;
            if read > 0 || buffer.is_empty() || self.is_moved {
                return Ok(read);
            }
            self.is_moved = self.is_moved()?;
            if !self.is_moved && !self.watch.wait() {
                return Ok(0);
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::fs;
    use std::sync::mpsc;
    use std::thread;

    use super::*;

    /// Lines that begin as records do: else a file is no log, and has no parts.
    fn lines(numbers: std::ops::RangeInclusive<u32>) -> String {
        let line = |number| format!("{{\"enx_hook\":{number}\n");
        numbers.map(line).collect::<Vec<_>>().concat()
    }

    fn names(files: &mut LogFiles) -> Vec<String> {
        std::iter::from_fn(|| files.open_next().unwrap())
            .map(|(path, _)| path.file_name().unwrap().to_str().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn parts_come_before_the_log_and_those_that_were_named_do_not() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log.jsonl");
        for name in ["log.jsonl", "log-10.jsonl", "log-9.jsonl", "log-1.jsonl"] {
            fs::write(folder.path().join(name), lines(1..=1)).unwrap();
        }
        let mut files = LogFiles::new(&log, &[folder.path().join("log-1.jsonl")], None);
        assert_eq!(
            names(&mut files),
            ["log-9.jsonl", "log-10.jsonl", "log.jsonl"]
        );
    }

    #[test]
    fn a_log_that_is_moved_away_while_its_parts_are_read_is_read_once() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log.jsonl");
        fs::write(folder.path().join("log-1.jsonl"), lines(1..=1)).unwrap();
        fs::write(&log, lines(2..=2)).unwrap();
        let mut files = LogFiles::new(&log, &[], None);
        assert!(files.open_next().unwrap().is_some());
        fs::rename(&log, folder.path().join("log-2.jsonl")).unwrap();
        fs::write(&log, lines(3..=3)).unwrap();
        let text = |(_, mut file): Open| {
            let mut text = String::new();
            file.read_to_string(&mut text).unwrap();
            text
        };
        let rest: Vec<_> = std::iter::from_fn(|| files.open_next().unwrap())
            .map(text)
            .collect();
        assert_eq!(rest, [lines(2..=2), lines(3..=3)]);
    }

    #[test]
    fn a_part_that_is_packed_meanwhile_is_the_same_part_and_files_of_others_are_none() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log.jsonl");
        let part = folder.path().join("log-1.jsonl");
        fs::write(&part, lines(1..=1)).unwrap();
        fs::write(&log, lines(2..=2)).unwrap();
        let mut files = LogFiles::new(&log, &[], None);
        assert_eq!(
            files.open_next().unwrap().unwrap().0.file_name(),
            part.file_name()
        );
        fs::rename(&part, folder.path().join("log-1.jsonl.gz")).unwrap();
        assert_eq!(names(&mut files), ["log.jsonl"]);
        fs::write(&log, "{\"type\":1}\n").unwrap();
        assert_eq!(names(&mut LogFiles::new(&log, &[], None)), ["log.jsonl"]);
    }

    #[test]
    fn a_file_that_is_no_log_has_no_parts() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let write = |name: &str, text: &str| fs::write(path(name), text).unwrap();
        write("order.json", "{\"n\":1}");
        write("order-2.json", "{\"enx_hook\":1}");
        write("log.jsonl", "{\"enx_hook\":1}");
        write("log-1.jsonl", "{\"enx_hook\":1}");
        write("log-2.jsonl", "{\"n\":1}");
        let older_parts = |path: &Path| LogFiles::new(path, &[], None).parts_left();
        assert!(older_parts(&path("order.json")).is_empty());
        assert_eq!(older_parts(&path("log.jsonl")), [path("log-1.jsonl")]);
        assert!(older_parts(&path("none.jsonl")).is_empty());
    }

    #[test]
    fn a_log_that_is_not_there_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        for watch in [None, Some(Arc::default())] {
            let log = folder.path().join("log.jsonl");
            assert!(LogFiles::new(&log, &[], watch).open_next().is_err());
        }
    }

    #[test]
    fn what_is_followed_goes_on_in_other_files_and_ends_when_it_is_told_to() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log.jsonl");
        let append = |text: &str| {
            use std::io::Write as _;
            let mut options = fs::OpenOptions::new();
            let mut file = options.append(true).create(true).open(&log).unwrap();
            file.write_all(text.as_bytes()).unwrap();
        };
        append(&lines(1..=2));
        let watch = Arc::new(Watch::default());
        let mut files = LogFiles::new(&log, &[], Some(Arc::clone(&watch)));
        let (tell, told) = mpsc::channel();
        let reader = thread::spawn(move || {
            while let Some((_, mut file)) = files.open_next().unwrap() {
                let mut piece = [0; 3];
                loop {
                    let read = file.read(&mut piece).unwrap();
                    if read == 0 {
                        break;
                    }
                    tell.send(piece[..read].to_vec()).unwrap();
                }
            }
        });
        let mut seen = Vec::new();
        let mut wait_for = |text: &str| {
            while seen.len() < text.len() {
                seen.extend(told.recv_timeout(Duration::from_secs(30)).unwrap());
            }
            assert_eq!(seen, text.as_bytes());
        };
        wait_for(&lines(1..=2));
        append(&lines(3..=3));
        wait_for(&lines(1..=3));
        append(&lines(4..=4));
        fs::rename(&log, folder.path().join("log-1.jsonl")).unwrap();
        append(&lines(5..=5));
        wait_for(&lines(1..=5));
        // Moved twice before anybody looks.
        fs::rename(&log, folder.path().join("log-5.jsonl")).unwrap();
        fs::write(folder.path().join("log-6.jsonl"), lines(6..=6)).unwrap();
        append(&lines(7..=7));
        wait_for(&lines(1..=7));
        // Cut by somebody else.
        fs::write(&log, "").unwrap();
        append(lines(8..=8).trim_end());
        wait_for(lines(1..=8).trim_end());
        watch.end();
        reader.join().unwrap();
    }
}
