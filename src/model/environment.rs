//! The environment of the process, read once in `main` and passed down.
//!
//! No other code asks the process for a variable or a terminal, so a test can run the program
//! with an environment of its own.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, ErrorKind, Read, Stdout, Write, stdout};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Variables, folders and terminals of the process.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// Environment variables; one whose name or value is not Unicode is left out.
    pub variables: BTreeMap<String, String>,
    /// The names of the variables whose value is not Unicode.
    pub not_unicode: Vec<String>,
    /// The working directory.
    pub current_dir: PathBuf,
    /// The user's configuration directory (`~/.config` and its like), if there is one.
    pub config_dir: Option<PathBuf>,
    /// The user's state directory (`~/.local/state` and its like), if there is one.
    pub state_dir: Option<PathBuf>,
    /// Whether a person can type on stdin.
    pub stdin_is_terminal: bool,
    /// Whether a person reads stdout as it comes.
    pub stdout_is_terminal: bool,
    /// Whether a person reads stderr as it comes.
    pub stderr_is_terminal: bool,
    /// The regular files behind the standard streams.
    pub stream_files: StreamFiles,
    /// Asks the terminal for its columns; a user may resize it at any time.
    pub measure: Option<Measure>,
    /// Takes the heads of requests and answers, with --verbose.
    pub trace: Option<Trace>,
}

/// Takes text that tells what goes over the network.
#[derive(Clone, Copy, Debug)]
pub struct Trace(pub fn(&str));

impl Trace {
    /// Hands over lines.
    pub fn write(self, text: &str) {
        (self.0)(text);
    }
}

/// The columns of the terminal now, if there is one.
pub type Measure = fn() -> Option<usize>;

/// What identifies a file: its device and its inode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileId(pub u64, pub u64);

/// The regular files behind the standard streams.
#[derive(Clone, Copy, Debug, Default)]
pub struct StreamFiles {
    /// stdin
    pub input: Option<FileId>,
    /// stdout
    pub out: Option<FileId>,
    /// stderr
    pub err: Option<FileId>,
}

impl Environment {
    /// Takes the variables of the process.
    #[must_use]
    pub fn with_variables(mut self, all: impl Iterator<Item = (OsString, OsString)>) -> Self {
        for (name, value) in all {
            let Ok(name) = name.into_string() else {
                continue;
            };
            match value.into_string() {
                Ok(value) => drop(self.variables.insert(name, value)),
                Err(_) => self.not_unicode.push(name),
            }
        }
        self
    }

    /// Whether a line can be asked for: a person reads stderr and types on stdin.
    pub fn can_type(&self) -> bool {
        self.stdin_is_terminal && self.stderr_is_terminal
    }

    /// Whether questions can be asked that move the cursor.
    pub fn can_ask(&self) -> bool {
        self.can_type() && !self.is_dumb()
    }

    /// Whether the terminal moves no cursor: `TERM=dumb`.
    pub fn is_dumb(&self) -> bool {
        self.variable("TERM") == Some("dumb")
    }

    /// Columns of the terminal, if there is one.
    pub fn width(&self) -> Option<usize> {
        self.measure.and_then(|measure| measure())
    }

    /// A variable that is set and not empty.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// Replaces `${NAME}` by a variable, and `$${` by `${`. The error is the name of a variable
    /// that is not set.
    pub fn expand<'t>(&self, text: &'t str) -> Result<String, &'t str> {
        expand(text, |name| self.variables.get(name).map(String::as_str))
    }
}

/// Replaces `${NAME}` by the value of that name, and `$${` by `${`. The error is a name
/// without a value.
pub fn expand<'t, 'v>(
    text: &'t str,
    find: impl Fn(&str) -> Option<&'v str>,
) -> Result<String, &'t str> {
    let mut expanded = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let (before, inside) = (&rest[..start], &rest[start + 2..]);
        if let Some(before) = before.strip_suffix('$') {
            expanded.push_str(before);
            expanded.push_str("${");
            rest = inside;
            continue;
        }
        let Some((name, after)) = inside.split_once('}') else {
            break;
        };
        expanded.push_str(before);
        expanded.push_str(find(name).ok_or(name)?);
        rest = after;
    }
    expanded.push_str(rest);
    Ok(expanded)
}

/// A stream that several writers can hold: each write goes to it as a whole.
pub trait Output: Write + Send {
    /// Another writer to the same stream, for another thread.
    fn share(&self) -> Box<dyn Output>;

    /// Whether the reader went away, as `head` does. Known after a write.
    fn is_closed(&self) -> bool {
        false
    }
}

/// A stream that drops what nothing reads: a reader that goes away changes neither the work of
/// a command nor its exit code.
pub struct Unbroken<S> {
    stream: S,
    is_closed: Arc<AtomicBool>,
}

impl<S> Unbroken<S> {
    /// Writes to that stream as long as it has a reader.
    pub fn new(stream: S) -> Unbroken<S> {
        let is_closed = Arc::default();
        Unbroken { stream, is_closed }
    }

    fn write_with<T>(
        &mut self,
        all: T,
        write: impl FnOnce(&mut S) -> io::Result<T>,
    ) -> io::Result<T> {
        if self.is_closed.load(Ordering::Relaxed) {
            return Ok(all);
        }
        match write(&mut self.stream) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.is_closed.store(true, Ordering::Relaxed);
                Ok(all)
            }
            result => result,
        }
    }
}

impl<S: Write> Write for Unbroken<S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_with(bytes.len(), |stream| stream.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.write_with((), Write::flush)
    }
}

impl Output for Unbroken<Box<dyn Output>> {
    fn share(&self) -> Box<dyn Output> {
        Box::new(Unbroken {
            stream: self.stream.share(),
            is_closed: Arc::clone(&self.is_closed),
        })
    }

    fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Relaxed)
    }
}

impl Output for Stdout {
    fn share(&self) -> Box<dyn Output> {
        Box::new(stdout())
    }
}

/// The three streams of the process.
pub struct Streams {
    /// stdin
    pub input: Box<dyn Read + Send>,
    /// stdout: data
    pub out: Box<dyn Output>,
    /// stderr: banner, progress, hints, errors
    pub err: Box<dyn Write + Send>,
}

#[cfg(test)]
mod tests {
    use super::Environment;

    #[test]
    fn variables_in_a_text_are_expanded_and_a_missing_one_is_named() {
        let mut environment = Environment::default();
        environment.variables.insert("A".into(), "x${B}".into());
        let expand = |text| environment.expand(text);
        assert_eq!(expand("1 ${A} $A ${A}2"), Ok("1 x${B} $A x${B}2".into()));
        assert_eq!(expand("$${A} ${A"), Ok("${A} ${A".into()));
        assert_eq!(expand("${A} ${NO}"), Err("NO"));
    }
}
