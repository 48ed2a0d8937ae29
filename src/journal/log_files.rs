//! The files of a log from the oldest to the newest, while the log is written and rotated.
//!
//! A listing of the directory may be out of date before the files are open. So a part is opened
//! only after those before it were read, and the directory is listed again before the log
//! itself counts as the last file. Nothing is read twice or missed when the log is rotated
//! meanwhile. The last file of a followed log has no end: reading it waits for more, until the
//! log continues in another file.
//!
//! It opens any file, a log or not, and does not look at its content.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use super::error::ReadError;
use super::part_names::{Part, part_number};
use super::parts::{self, Listed, begins_with_record};
use super::section::Section;
use super::seek;
use super::storage::LogFile as _;
use crate::selection::Bounds;

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

/// An open file of a log.
pub(super) struct Open {
    pub(super) path: PathBuf,
    pub(super) input: Box<dyn Read + Send>,
    /// It is read from its beginning.
    pub(super) is_whole: bool,
}

/// The files of one log, one after the other.
#[derive(Debug)]
pub(super) struct LogFiles {
    log: PathBuf,
    parts: Parts,
    watch: Option<Arc<Watch>>,
    section: Section,
    /// The log itself was opened: unless it is followed, it is the last.
    at_end: bool,
    /// The first seq of the log when it was opened.
    first_seq: Option<u64>,
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
        let mut parts = Parts {
            log: begins_with_record(file).then(|| log.clone()),
            without: read.filter_map(|part| part_number(&log, &part)).collect(),
            ..Parts::default()
        };
        // A folder that cannot be listed is an error when the next file is opened.
        let _ = parts.list();
        LogFiles {
            log: file.to_owned(),
            parts,
            watch,
            section: Section::default(),
            at_end: false,
            first_seq: None,
        }
    }

    /// Leaves out what is outside of a section: whole parts by their numbers and times, and the
    /// beginning and the end of files that are not compressed by their numbers.
    pub(super) fn within(mut self, section: Section) -> LogFiles {
        let bounds = section.bounds;
        let Some(log) = self
            .parts
            .log
            .clone()
            .filter(|_| bounds != Bounds::default())
        else {
            return self;
        };
        let mut next = parts::ends(&log);
        let mut without = Vec::new();
        for part in self.parts.left.iter().rev() {
            let ends = parts::ends(&part.path);
            let behind = next.map(|(first, _)| first);
            let first = part.number.0;
            let last = behind.map_or(u64::MAX, |(seq, _)| seq.saturating_sub(1).max(first));
            // The last record of a compressed part would cost too much to find.
            let times = ends.and_then(|((_, first), last)| {
                let last = match last {
                    Some((_, last)) => last,
                    None => behind?.1,
                };
                first.zip(last)
            });
            let may_have = bounds.has_seqs(first, last)
                && times.is_none_or(|(first, last)| bounds.may_have_times(first, last));
            if !may_have {
                let last = if last == u64::MAX { first } else { last };
                let mut unread = section.leave_out();
                unread.add(last - first + 1, (first, last), times);
                without.push(part.number);
            }
            next = ends.or(next);
        }
        self.parts
            .left
            .retain(|part| !without.contains(&part.number));
        self.parts.without.extend(without);
        self.section = section;
        self
    }

    /// The files of a log of this program, from the one on that may have the record of that
    /// number. The names of parts say which records they begin with.
    pub(super) fn from_seq(log: &Path, seq: u64) -> Result<LogFiles, ReadError> {
        let mut parts = Parts {
            log: Some(log.to_owned()),
            is_ours: true,
            ..Parts::default()
        };
        parts.list().map_err(|source| error_at(log, source))?;
        let first_of_log = parts::first_seq(log);
        let skipped = if first_of_log.is_some_and(|first| first <= seq) {
            parts.left.len()
        } else {
            let later = parts.left.partition_point(|part| part.number.0 <= seq);
            later.saturating_sub(1)
        };
        for _ in 0..skipped {
            parts.take();
        }
        Ok(LogFiles {
            log: log.to_owned(),
            parts,
            watch: None,
            section: Section::default(),
            at_end: false,
            first_seq: None,
        })
    }

    /// The parts that are left to read, by the listing of now.
    pub(super) fn parts_left(&self) -> Vec<PathBuf> {
        self.parts
            .left
            .iter()
            .map(|part| part.path.clone())
            .collect()
    }

    /// Files that may be parts, but whose beginning is damaged. They are not read.
    pub(super) fn damaged(&self) -> Vec<PathBuf> {
        self.parts.damaged.clone()
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
        let Some((path, mut file)) = self.next_file()? else {
            return Ok(None);
        };
        let region = self.region(&mut file);
        let Range { start, end } = region.map_err(|source| error_at(&path, source))?;
        let input: Box<dyn Read + Send> = match &self.watch {
            Some(watch) if self.at_end => Box::new(Tail {
                file,
                log: self.log.clone(),
                parts: self.parts.clone(),
                watch: Arc::clone(watch),
                is_moved: false,
            }),
            _ if start == end && start > 0 => return self.open_next(),
            _ => Box::new(file.take(end - start)),
        };
        Ok(Some(Open {
            path,
            input,
            is_whole: start == 0,
        }))
    }

    /// What of a file is read; the file stands at its beginning then.
    fn region(&self, file: &mut File) -> io::Result<Range<u64>> {
        // What is appended to the log from now on is not read: a log that is replayed to the
        // listener that writes it grows while it is read.
        let len = match file.metadata() {
            Ok(metadata) if metadata.is_file() && self.at_end => metadata.len(),
            _ => u64::MAX,
        };
        let Section { bounds, .. } = self.section;
        if bounds == Bounds::default() {
            return Ok(0..len);
        }
        let found = seek::region(file, &bounds, &mut self.section.leave_out())?;
        let found = found.unwrap_or(0..len);
        file.seek(SeekFrom::Start(found.start))?;
        Ok(found)
    }

    /// The next file itself.
    pub(super) fn next_file(&mut self) -> Result<Option<(PathBuf, File)>, ReadError> {
        if self.at_end {
            if self.watch.as_ref().is_none_or(|watch| watch.is_over()) {
                return Ok(None);
            }
            // The file that was followed is a part now, or was replaced.
            self.at_end = false;
            self.list()?;
            let first = self.parts.left.front().map(|part| part.number.0);
            if first.is_some() && self.first_seq.is_none_or(|seq| Some(seq) == first) {
                self.parts.take();
            }
        }
        loop {
            while let Some(part) = self.parts.take() {
                match part.open() {
                    Ok(open) => return Ok(Some(open)),
                    // It was deleted since it was listed, as old parts are.
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(source) => return Err(error_at(&part.path, source)),
                }
            }
            let opened = File::open(&self.log);
            self.first_seq = parts::first_seq(&self.log);
            self.list()?;
            if !self.parts.left.is_empty() {
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
        self.parts.taken.is_some() && self.watch.as_ref().is_some_and(|watch| watch.wait())
    }

    fn list(&mut self) -> Result<(), ReadError> {
        let listed = self.parts.list();
        listed.map_err(|source| error_at(&self.log, source))
    }
}

fn error_at(path: &Path, source: io::Error) -> ReadError {
    ReadError {
        name: path.display().to_string(),
        source,
    }
}

/// The parts of a log that are left to read. A part has a higher number than those before it,
/// so the directory is listed again only when all known parts were taken.
#[derive(Clone, Debug, Default)]
struct Parts {
    /// The log that the parts stand beside; nothing if the file is no log, and so has none.
    log: Option<PathBuf>,
    /// The log may not exist yet, or be away.
    is_ours: bool,
    left: VecDeque<Part>,
    damaged: Vec<PathBuf>,
    /// The number of the last part that was taken.
    taken: Option<(u64, u32)>,
    /// Those that are not to be read.
    without: Vec<(u64, u32)>,
}

impl Parts {
    /// Lists the parts that were not taken yet.
    fn list(&mut self) -> io::Result<()> {
        let Some(log) = &self.log else {
            return Ok(());
        };
        let listed = match parts::parts(log) {
            // A file may be readable in a directory that cannot be listed or is gone.
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::PermissionDenied
                        | io::ErrorKind::NotFound
                        | io::ErrorKind::NotADirectory
                ) =>
            {
                Listed::default()
            }
            listed => listed?,
        };
        let is_left = |part: &Part| {
            self.taken.is_none_or(|taken| part.number > taken)
                && !self.without.contains(&part.number)
        };
        self.left = listed.parts.into_iter().filter(is_left).collect();
        self.damaged = listed.damaged.into_iter().map(|part| part.path).collect();
        Ok(())
    }

    fn take(&mut self) -> Option<Part> {
        let part = self.left.pop_front()?;
        self.taken = Some(part.number);
        Some(part)
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
        let read = self.file.stream_position()?;
        let Ok(log) = std::fs::metadata(&self.log) else {
            return Ok(false);
        };
        if cfg!(unix) {
            // Other programs move logs under other names, or truncate them.
            return Ok(log.len() < read || !self.file.stands_at(&self.log));
        }
        self.parts.list()?;
        Ok(log.len() < read || !self.parts.left.is_empty())
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
    use crate::journal::faults::capture;
    use crate::journal::record::write_record;

    fn lines(numbers: std::ops::RangeInclusive<u64>) -> String {
        let mut text = Vec::new();
        for seq in numbers {
            write_record(seq, None, &capture(seq), &mut text);
        }
        String::from_utf8(text).unwrap()
    }

    fn names(files: &mut LogFiles) -> Vec<String> {
        std::iter::from_fn(|| files.open_next().unwrap())
            .map(|open| open.path.file_name().unwrap().to_str().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn parts_come_before_the_log_and_those_that_were_named_do_not() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log.jsonl");
        for (name, seqs) in [
            ("log.jsonl", 12..=12),
            ("log-10.jsonl", 10..=11),
            ("log-9.jsonl", 9..=9),
            ("log-1.jsonl", 1..=8),
        ] {
            fs::write(folder.path().join(name), lines(seqs)).unwrap();
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
        let text = |Open {
                        input: mut file, ..
                    }: Open| {
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
            files.open_next().unwrap().unwrap().path.file_name(),
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
        write("order-2.json", &lines(2..=2));
        write("log.jsonl", &lines(2..=2));
        write("log-1.jsonl", &lines(1..=1));
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
            while let Some(Open {
                input: mut file, ..
            }) = files.open_next().unwrap()
            {
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
        append(lines(1..=1).trim_end());
        wait_for((lines(1..=7) + &lines(1..=1)).trim_end());
        watch.end();
        reader.join().unwrap();
    }
}
