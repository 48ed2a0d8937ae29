//! The file of `--resume`: which captures of a replay are done.
//!
//! A file of lines that only grows. The first line identifies the replay. Each other line names
//! a capture that was answered, and is written before the worker sends its next request. Answers
//! that arrive together are written together. After `kill -9`, only the answers to requests in
//! flight are unknown. The file of another replay is refused, and a lock keeps two replays from
//! sharing one file.
//!
//! The format has a version. Version 3 holds the options as they were typed, by name, so that a
//! new option does not invalidate the files of replays without it. Version 2 held a debug dump
//! of the selection. A file of version 2 is accepted if its dump can be derived from the options.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{File, TryLockError};
use std::io::{self, BufRead as _, BufReader, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::done::{By, Done, Key};
use crate::files::{make_private, open_state};
use crate::model::error::{Category, Explain};

/// The version of the format.
const VERSION: u32 = 3;
/// The version before, which is still read.
const DUMPED: u32 = 2;

/// The options that select and change captures, as they were typed: name to values.
pub type Typed = BTreeMap<String, Vec<String>>;

/// The replay that a file belongs to: its first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Belongs {
    enx_hook_replay: u32,
    /// The full paths of the sources.
    pub(crate) sources: Vec<String>,
    /// The target, without its password.
    url: String,
    /// The options that select and change captures.
    #[serde(default)]
    options: Typed,
    /// The options in version 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    selection: Option<String>,
}

impl Belongs {
    pub(crate) fn new(sources: Vec<String>, url: String, options: Typed) -> Belongs {
        Belongs {
            enx_hook_replay: VERSION,
            sources,
            url,
            options,
            selection: None,
        }
    }

    /// Why a file with this first line cannot be used for this replay, if it cannot.
    fn refusal(&self, file: &Belongs, path: &Path) -> Option<ProgressError> {
        let other = |difference: String| {
            let path = path.to_owned();
            Some(ProgressError::Other { path, difference })
        };
        let version = file.enx_hook_replay;
        if !(DUMPED..=VERSION).contains(&version) {
            let path = path.to_owned();
            return Some(ProgressError::Version { path, version });
        }
        if self.sources != file.sources {
            return other("its sources differ".to_owned());
        }
        if self.url != file.url {
            return other("its target differs".to_owned());
        }
        if let Some(dump) = &file.selection {
            return match dumped(&self.options) {
                Some(own) if own == *dump => None,
                Some(_) => other("its selection differs".to_owned()),
                None => Some(ProgressError::Dumped(path.to_owned())),
            };
        }
        let names = self.options.keys().chain(file.options.keys());
        let mut names = names.filter(|name| self.options.get(*name) != file.options.get(*name));
        names
            .next()
            .and_then(|name| other(format!("its --{name} differs")))
    }
}

/// The options as version 2 wrote them, if that can be derived from the typed options.
fn dumped(options: &Typed) -> Option<String> {
    const PARSED: [&str; 4] = ["seq", "since", "until", "where"];
    if PARSED.iter().any(|name| options.contains_key(*name)) {
        return None;
    }
    let list = |name: &str| options.get(name).map_or(&[][..], |values| values);
    let number = |name: &str| match list(name) {
        [number, ..] => format!("Some({number})"),
        [] => "None".to_owned(),
    };
    let verdicts = list("verdict").iter().map(|word| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_ascii_uppercase() + rest
    });
    let mut dump = format!(
        "Selection {{ events: {:?}, sessions: {:?}, seqs: [], since: None, until: None, \
         conditions: [], verdicts: [{}], skip_duplicates: {}, last: {}, limit: {} }}",
        list("event"),
        list("session"),
        verdicts.collect::<Vec<_>>().join(", "),
        options.contains_key("skip-duplicates"),
        number("last"),
        number("limit"),
    );
    let changes = ["set", "set-string", "unset"].map(list);
    if changes.iter().any(|change| !change.is_empty()) {
        let [set, set_string, unset] = changes;
        let _ = write!(
            dump,
            " Overrides {{ set: {set:?}, set_string: {set_string:?}, unset: {unset:?}, force: {} }}",
            options.contains_key("force"),
        );
    }
    Some(dump)
}

/// A line of the file after the first.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    /// A capture was answered. It has either a `seq` or a `line`.
    Answered {
        source: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seq: Option<u64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        line: Option<u64>,
        mark: u32,
        status: u16,
    },
    /// The number of a source that was found.
    Source { source: u32, path: String },
}

/// The file.
#[derive(Debug)]
pub(crate) struct Progress {
    path: PathBuf,
    file: File,
    /// Lines to write.
    pending: Vec<u8>,
}

impl Progress {
    /// Opens or creates the file of a replay. Also returns the captures that are done. With
    /// `failed`, captures without a 2xx answer are not done.
    pub(crate) fn open(
        path: &Path,
        belongs: &Belongs,
        failed: bool,
    ) -> Result<(Progress, Done), ProgressError> {
        let fail = |source| io_error(path, source);
        let file = open_state(path).map_err(fail)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(ProgressError::Taken(path.to_owned())),
            Err(TryLockError::Error(source)) => return Err(fail(source)),
        }
        let mut progress = Progress {
            path: path.to_owned(),
            file,
            pending: Vec::new(),
        };
        let done = progress.read(belongs, failed)?;
        make_private(&progress.file).map_err(fail)?;
        Ok((progress, done))
    }

    fn read(&mut self, belongs: &Belongs, failed: bool) -> Result<Done, ProgressError> {
        let mut reader = BufReader::new(&self.file);
        let mut whole = 0;
        let mut done = Done::new(belongs.sources.clone());
        let mut line = Vec::new();
        let mut is_first = true;
        loop {
            line.clear();
            let length = reader.read_until(b'\n', &mut line);
            let length = length.map_err(|source| io_error(&self.path, source))?;
            // A line without an end is the rest of a crash; `begin` removes it.
            if length == 0 || !line.ends_with(b"\n") {
                break;
            }
            whole += length as u64;
            if std::mem::take(&mut is_first) {
                let found: Belongs = serde_json::from_slice(&line)
                    .map_err(|_| ProgressError::Foreign(self.path.clone()))?;
                if let Some(error) = belongs.refusal(&found, &self.path) {
                    return Err(error);
                }
            } else if let Ok(read) = serde_json::from_slice(&line) {
                let (key, status) = match read {
                    Line::Answered {
                        source,
                        seq,
                        line,
                        mark,
                        status,
                    } => {
                        let by = if seq.is_some() { By::Seq } else { By::Line };
                        let Some(number) = seq.or(line) else { continue };
                        let key = Key {
                            source,
                            by,
                            number,
                            mark,
                        };
                        (key, status)
                    }
                    Line::Source { path, .. } => {
                        done.source(&path, belongs.sources.len());
                        continue;
                    }
                };
                if failed && !(200..300).contains(&status) {
                    done.remove(key);
                } else {
                    done.insert(key);
                }
            }
        }
        if is_first && !line.is_empty() && !line.starts_with(b"{\"enx_hook_replay\"") {
            return Err(ProgressError::Foreign(self.path.clone()));
        }
        let begun = self.begin(belongs, whole, is_first);
        begun.map_err(|source| io_error(&self.path, source))?;
        Ok(done)
    }

    fn begin(&mut self, belongs: &Belongs, whole: u64, is_new: bool) -> io::Result<()> {
        self.file.set_len(whole)?;
        self.file.seek(io::SeekFrom::End(0))?;
        if is_new {
            let mut first = serde_json::to_vec(belongs)?;
            first.push(b'\n');
            self.file.write_all(&first)?;
        }
        Ok(())
    }

    /// Adds a capture that was answered. It is on disk after the next [`Progress::write`].
    pub(crate) fn note(&mut self, key: Key, status: u16) -> Result<(), ProgressError> {
        let number = |by| (key.by == by).then_some(key.number);
        self.add(&Line::Answered {
            source: key.source,
            seq: number(By::Seq),
            line: number(By::Line),
            mark: key.mark,
            status,
        })
    }

    /// Adds a source that was found beside the named ones, with its number.
    pub(crate) fn name(&mut self, source: u32, path: String) -> Result<(), ProgressError> {
        self.add(&Line::Source { source, path })
    }

    fn add(&mut self, line: &Line) -> Result<(), ProgressError> {
        let added = serde_json::to_writer(&mut self.pending, line);
        self.pending.push(b'\n');
        added.map_err(|source| io_error(&self.path, source.into()))
    }

    /// Writes the added lines.
    pub(crate) fn write(&mut self) -> Result<(), ProgressError> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let written = self.file.write_all(&self.pending);
        self.pending.clear();
        written.map_err(|source| io_error(&self.path, source))
    }
}

fn io_error(path: &Path, source: io::Error) -> ProgressError {
    let path = path.to_owned();
    ProgressError::Io { path, source }
}

/// Why a replay cannot be resumed.
#[derive(Debug, thiserror::Error)]
pub enum ProgressError {
    /// The file cannot be read or written.
    #[error("cannot use {} for the progress of the replay", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is not a progress file.
    #[error("{} is not a progress file of replay", .0.display())]
    Foreign(PathBuf),
    /// The file belongs to another replay.
    #[error("{} belongs to another replay: {difference}", path.display())]
    Other {
        /// The file.
        path: PathBuf,
        /// The difference.
        difference: String,
    },
    /// The format has another version.
    #[error("another release of enx-hook wrote {} (format {version}, expected {VERSION})", path.display())]
    Version {
        /// The file.
        path: PathBuf,
        /// The version.
        version: u32,
    },
    /// The format is an earlier one, and its selection cannot be compared.
    #[error("an earlier release of enx-hook wrote {}, and its selection cannot be compared with this one", .0.display())]
    Dumped(PathBuf),
    /// A source was replaced.
    #[error("{0} has changed since the progress was written")]
    Replaced(String),
    /// Another process uses the file.
    #[error("another replay is using {}", .0.display())]
    Taken(PathBuf),
    /// Stdin cannot be read a second time.
    #[error("--resume cannot be used with stdin")]
    Stdin,
}

impl Explain for ProgressError {
    fn category(&self) -> Category {
        match self {
            ProgressError::Io { .. } | ProgressError::Taken(_) => Category::Undone,
            ProgressError::Foreign(_)
            | ProgressError::Other { .. }
            | ProgressError::Version { .. }
            | ProgressError::Dumped(_)
            | ProgressError::Replaced(_)
            | ProgressError::Stdin => Category::Usage,
        }
    }

    fn advice(&self) -> Option<String> {
        Some(match self {
            ProgressError::Io { .. } => return None,
            ProgressError::Foreign(_) => "name a file that does not exist yet".to_owned(),
            ProgressError::Version { .. } | ProgressError::Dumped(_) => {
                "resume with that release, or start again with another file".to_owned()
            }
            ProgressError::Replaced(_) => {
                "use another file for the progress of another log".to_owned()
            }
            ProgressError::Other { .. } => {
                "resume with the same files, options and URL, or name another file".to_owned()
            }
            ProgressError::Taken(_) => "wait until it ends, or name another file".to_owned(),
            ProgressError::Stdin => "write the input to a file, and replay that".to_owned(),
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn belongs() -> Belongs {
        Belongs::new(vec!["/a".into()], "http://h/".into(), Typed::new())
    }

    #[test]
    fn what_was_noted_is_done_and_a_torn_line_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("progress");
        let key = |source, by, number| Key {
            source,
            by,
            number,
            mark: 7,
        };
        let (seq, line) = (key(0, By::Seq, 3), key(1, By::Line, 9));
        let (mut progress, done) = Progress::open(&path, &belongs(), false).unwrap();
        assert_eq!(done.contains(seq), Ok(false));
        progress.note(seq, 200).unwrap();
        progress.note(line, 500).unwrap();
        progress.name(1, "/a-1".to_owned()).unwrap();
        progress.write().unwrap();
        assert!(matches!(
            Progress::open(&path, &belongs(), false),
            Err(ProgressError::Taken(_))
        ));
        progress
            .file
            .write_all(b"{\"source\":0,\"seq\":4,\"stat")
            .unwrap();
        drop(progress);
        let (mut progress, mut done) = Progress::open(&path, &belongs(), false).unwrap();
        assert_eq!(
            (done.contains(seq), done.contains(line)),
            (Ok(true), Ok(true))
        );
        assert_eq!(done.source("/a-1", 1), (1, false));
        for other in [key(0, By::Seq, 4), key(1, By::Seq, 3), key(0, By::Line, 3)] {
            assert_eq!(done.contains(other), Ok(false), "{other:?}");
        }
        progress.note(key(0, By::Seq, 4), 200).unwrap();
        progress.write().unwrap();
        drop(progress);
        let (_, done) = Progress::open(&path, &belongs(), true).unwrap();
        assert_eq!(done.contains(key(0, By::Seq, 4)), Ok(true));
        assert_eq!(done.contains(line), Ok(false));
    }

    #[test]
    fn a_file_of_another_replay_is_refused_and_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("progress");
        drop(Progress::open(&path, &belongs(), false).unwrap());
        let other = Belongs {
            url: "http://other/".into(),
            ..belongs()
        };
        let error = Progress::open(&path, &other, false).unwrap_err();
        assert!(error.to_string().contains("its target differs"), "{error}");
        for text in ["{\"a\":1}\n", "hello", "{\"a\":1"] {
            std::fs::write(&path, text).unwrap();
            let error = Progress::open(&path, &belongs(), false).unwrap_err();
            assert!(matches!(error, ProgressError::Foreign(_)), "{error}");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
    }

    fn typed(options: &[(&str, &[&str])]) -> Typed {
        let owned = |values: &[&str]| values.iter().map(|&value| value.to_owned()).collect();
        let options = options.iter();
        options
            .map(|(name, values)| ((*name).to_owned(), owned(values)))
            .collect()
    }

    /// The first line of a file, as it stands on disk.
    fn head(version: u32, more: &str) -> String {
        format!(
            "{{\"enx_hook_replay\":{version},\"sources\":[\"/a\"],\"url\":\"http://h/\"{more}}}\n"
        )
    }

    /// What opening a file with that content says, with these options.
    fn opened(text: &str, options: Typed) -> Result<Done, ProgressError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("progress");
        std::fs::write(&path, text).unwrap();
        let belongs = Belongs {
            options,
            ..belongs()
        };
        Progress::open(&path, &belongs, false).map(|(_, done)| done)
    }

    #[test]
    fn an_option_that_a_release_does_not_have_yet_makes_no_other_replay_unless_it_is_typed() {
        let options = typed(&[("event", &["a", "b"]), ("since", &["2h"])]);
        let more = ",\"options\":{\"event\":[\"a\",\"b\"],\"since\":[\"2h\"]},\"later\":[1]";
        assert!(opened(&head(3, more), options.clone()).is_ok());
        assert!(opened(&head(3, ""), Typed::new()).is_ok());
        for (options, name) in [
            (Typed::new(), "--event"),
            (typed(&[("event", &["a", "b"])]), "--since"),
            (
                typed(&[("event", &["b", "a"]), ("since", &["2h"])]),
                "--event",
            ),
            (
                typed(&[("event", &["a", "b"]), ("since", &["2h"]), ("new", &[])]),
                "--new",
            ),
        ] {
            let error = opened(&head(3, more), options).unwrap_err();
            assert!(error.to_string().contains(name), "{error}");
        }
        let error = opened(&head(4, ""), Typed::new()).unwrap_err();
        assert!(
            matches!(error, ProgressError::Version { version: 4, .. }),
            "{error}"
        );
    }

    #[test]
    fn a_file_of_the_first_release_is_resumed_where_its_selection_can_be_told() {
        let old = |dump: &str| {
            let dump = serde_json::to_string(dump).unwrap();
            head(2, &format!(",\"selection\":{dump}"))
                + "{\"source\":0,\"line\":9,\"mark\":7,\"status\":200}\n"
        };
        let all = old(
            "Selection { events: [], sessions: [], seqs: [], since: None, until: None, \
            conditions: [], verdicts: [], skip_duplicates: false, last: None, limit: None }",
        );
        let done = opened(&all, Typed::new()).unwrap();
        let key = Key {
            source: 0,
            by: By::Line,
            number: 9,
            mark: 7,
        };
        assert_eq!(done.contains(key), Ok(true));
        let some = old(
            "Selection { events: [\"room\\\"drop\"], sessions: [\"x\"], seqs: [], since: None, \
            until: None, conditions: [], verdicts: [Valid, Invalid], skip_duplicates: true, \
            last: Some(3), limit: Some(9) } Overrides { set: [\"a=1\"], set_string: [], \
            unset: [\"c\"], force: true }",
        );
        let options = typed(&[
            ("event", &["room\"drop"]),
            ("session", &["x"]),
            ("verdict", &["valid", "invalid"]),
            ("skip-duplicates", &["true"]),
            ("last", &["3"]),
            ("limit", &["9"]),
            ("set", &["a=1"]),
            ("unset", &["c"]),
            ("force", &["true"]),
        ]);
        assert!(opened(&some, options).is_ok());
        let error = opened(&some, Typed::new()).unwrap_err();
        assert!(matches!(error, ProgressError::Other { .. }), "{error}");
        let error = opened(&all, typed(&[("since", &["2h"])])).unwrap_err();
        assert!(matches!(error, ProgressError::Dumped(_)), "{error}");
        assert!(error.advice().is_some());
    }

    proptest! {
        #[test]
        fn whatever_was_noted_is_read_back_after_a_cut_at_any_byte(
            notes in prop::collection::vec((0..3_u32, any::<bool>(), 0..9_u64, 0..2_u8), 1..20),
            cut in 0..400_usize,
        ) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("progress");
            let (mut progress, _) = Progress::open(&path, &belongs(), false).unwrap();
            let keys = notes.into_iter().map(|(source, by_seq, number, status)| {
                let by = if by_seq { By::Seq } else { By::Line };
                (Key { source, by, number, mark: 7 }, [200, 500][usize::from(status)])
            });
            let keys: Vec<_> = keys.collect();
            for (key, status) in &keys {
                progress.note(*key, *status).unwrap();
                progress.write().unwrap();
            }
            drop(progress);
            let text = std::fs::read(&path).unwrap();
            // The first line is the head, which was written before anything was sent.
            let head = memchr::memchr(b'\n', &text).unwrap() + 1;
            let left = &text[..text.len().saturating_sub(cut).max(head)];
            std::fs::write(&path, left).unwrap();
            let whole = memchr::memchr_iter(b'\n', left).count().saturating_sub(1);
            let (_, done) = Progress::open(&path, &belongs(), false).unwrap();
            for (key, _) in &keys {
                let was_noted = keys[..whole].iter().any(|(noted, _)| noted == key);
                prop_assert_eq!(done.contains(*key), Ok(was_noted));
            }
        }
    }
}
