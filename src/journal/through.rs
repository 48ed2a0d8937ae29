//! The files of a log from the oldest to the newest, while it may still be written and moved
//! away: what one listing of the directory says may be old before the files are open.
//!
//! A part is opened only once those before it were read, and the directory is listed again
//! before the log itself counts as the last. So nothing is read twice or missed when the log
//! goes on in a new file meanwhile. Followed, the last file does not end: reading it waits for
//! more, until the log goes on in another file, which is then the last.
//!
//! It reads any file, a log or not, and looks at nothing that stands in it.

use std::fs::File;
use std::io::{self, Read, Seek as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use super::error::ReadError;
use super::parts::{begins_with_record, parts};

/// How long a followed file is left alone when it has nothing new.
const PATIENCE: Duration = Duration::from_millis(50);

/// Whether to go on waiting for what is still being written.
#[derive(Debug, Default)]
pub struct Watch {
    is_over: Mutex<bool>,
    over: Condvar,
}

impl Watch {
    /// Ends the waiting: what is followed ends where it is.
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
            .wait_timeout_while(is_over, PATIENCE, |is_over| !*is_over);
        let (is_over, _) = waited.unwrap_or_else(PoisonError::into_inner);
        !*is_over
    }
}

/// A file of a log: where it stands, and what is in it.
pub type Open = (PathBuf, Box<dyn Read + Send>);

/// The files of one log, one after the other.
#[derive(Debug)]
pub struct Files {
    log: PathBuf,
    /// Parts that were read, or that are not to be.
    known: Known,
    watch: Option<Arc<Watch>>,
    /// The log itself was opened: without a watch it is the last.
    at_end: bool,
}

impl Files {
    /// The parts of a log but for those in `without`, and then the log; with a watch, it is
    /// followed.
    pub fn new(log: &Path, without: &[PathBuf], watch: Option<Arc<Watch>>) -> Files {
        Files {
            log: log.to_owned(),
            known: Known::new(log, without),
            watch,
            at_end: false,
        }
    }

    /// The next file, open; nothing after the last. Blocks while a followed log is away.
    ///
    /// # Errors
    ///
    /// When the log cannot be opened, or the directory not be listed.
    pub fn open_next(&mut self) -> Result<Option<Open>, ReadError> {
        if self.at_end {
            if self.watch.as_ref().is_none_or(|watch| watch.is_over()) {
                return Ok(None);
            }
            // What was followed as the log is a part now, or was replaced.
            self.at_end = false;
            if let Some(part) = self.unread()? {
                self.known.add(&part);
            }
        }
        loop {
            if let Some(part) = self.unread()? {
                match File::open(&part) {
                    Ok(file) => {
                        self.known.add(&part);
                        return Ok(Some((part, Box::new(file))));
                    }
                    // It was deleted since it was listed, as old parts are; or it was packed,
                    // and then the next look finds it.
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {
                        if self.unread()? == Some(part.clone()) {
                            self.known.add(&part);
                        }
                        continue;
                    }
                    Err(source) => return Err(error_at(&part, source)),
                }
            }
            let opened = File::open(&self.log);
            if self.unread()?.is_some() {
                // It was moved away meanwhile: what was opened may be that part.
                continue;
            }
            let file = match opened {
                Ok(file) => file,
                Err(error) if error.kind() == io::ErrorKind::NotFound && self.is_awaited() => {
                    continue;
                }
                Err(source) => return Err(error_at(&self.log, source)),
            };
            self.at_end = true;
            let reader: Box<dyn Read + Send> = match &self.watch {
                None => Box::new(file),
                Some(watch) => Box::new(Tail {
                    file,
                    log: self.log.clone(),
                    known: self.known.clone(),
                    watch: Arc::clone(watch),
                    is_moved: false,
                }),
            };
            return Ok(Some((self.log.clone(), reader)));
        }
    }

    /// Whether a log that is not there is waited for: between two of its files, it may be away
    /// for a moment.
    fn is_awaited(&self) -> bool {
        !self.known.names.is_empty() && self.watch.as_ref().is_some_and(|watch| watch.wait())
    }

    /// The oldest part that is not known.
    fn unread(&self) -> Result<Option<PathBuf>, ReadError> {
        self.known
            .unread()
            .map_err(|source| error_at(&self.log, source))
    }
}

fn error_at(path: &Path, source: io::Error) -> ReadError {
    ReadError {
        name: path.display().to_string(),
        source,
    }
}

/// The parts of a log that were read, by what they are called when they are not packed: a
/// part may be packed at any moment, and is the same one then.
#[derive(Clone, Debug)]
struct Known {
    /// Beside it stand the parts; nothing if it is no log, and so has none.
    log: Option<PathBuf>,
    names: Vec<PathBuf>,
}

impl Known {
    fn new(log: &Path, parts: &[PathBuf]) -> Known {
        // Whatever link leads there.
        let whole = || log.canonicalize().unwrap_or_else(|_| log.to_owned());
        let mut known = Known {
            log: begins_with_record(log).then(whole),
            names: Vec::new(),
        };
        for part in parts {
            known.add(&part.canonicalize().unwrap_or_else(|_| part.clone()));
        }
        known
    }

    fn add(&mut self, part: &Path) {
        self.names.push(plain(part));
    }

    /// The oldest part that is not known.
    fn unread(&self) -> io::Result<Option<PathBuf>> {
        let Some(log) = &self.log else {
            return Ok(None);
        };
        match parts(log) {
            Ok(parts) => Ok(parts
                .into_iter()
                .find(|part| !self.names.contains(&plain(part)) && begins_with_record(part))),
            // One may read a file in a directory that one may not list, or that is not there.
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::PermissionDenied
                        | io::ErrorKind::NotFound
                        | io::ErrorKind::NotADirectory
                ) =>
            {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}

/// What a part is called when it is not packed.
fn plain(part: &Path) -> PathBuf {
    match part.extension() {
        Some(ending) if ending == "gz" => part.with_extension(""),
        _ => part.to_owned(),
    }
}

/// A file whose end is not the end.
struct Tail {
    file: File,
    log: PathBuf,
    known: Known,
    watch: Arc<Watch>,
    /// Nothing is written to it any more.
    is_moved: bool,
}

impl Tail {
    /// Whether the log goes on in another file. What was written to this one before that can
    /// be read now.
    fn is_moved(&mut self) -> io::Result<bool> {
        if self.known.unread()?.is_some() {
            return Ok(true);
        }
        // Others move logs in their own ways, or cut them.
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

    fn names(files: &mut Files) -> Vec<String> {
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
        let mut files = Files::new(&log, &[folder.path().join("log-1.jsonl")], None);
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
        let mut files = Files::new(&log, &[], None);
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
        let mut files = Files::new(&log, &[], None);
        assert_eq!(
            files.open_next().unwrap().unwrap().0.file_name(),
            part.file_name()
        );
        fs::rename(&part, folder.path().join("log-1.jsonl.gz")).unwrap();
        assert_eq!(names(&mut files), ["log.jsonl"]);
        fs::write(&log, "{\"type\":1}\n").unwrap();
        assert_eq!(names(&mut Files::new(&log, &[], None)), ["log.jsonl"]);
    }

    #[test]
    fn a_log_that_is_not_there_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        for watch in [None, Some(Arc::default())] {
            let log = folder.path().join("log.jsonl");
            assert!(Files::new(&log, &[], watch).open_next().is_err());
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
        let mut files = Files::new(&log, &[], Some(Arc::clone(&watch)));
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
