//! What the process was started with, read once and handed down.
//!
//! Nothing below `main` asks the process for a variable or a terminal again, so a
//! test can run the program with an environment of its own.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::PathBuf;

/// Variables, places and terminals of the process.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// Environment variables; one whose name or value is not Unicode is left out.
    pub variables: BTreeMap<String, String>,
    /// The working directory.
    pub current_dir: PathBuf,
    /// The user's configuration directory (`~/.config` and its like), if there is one.
    pub config_dir: Option<PathBuf>,
    /// Whether a person can type on stdin.
    pub stdin_is_terminal: bool,
    /// Whether a person reads stdout as it comes.
    pub stdout_is_terminal: bool,
    /// Whether a person reads stderr as it comes.
    pub stderr_is_terminal: bool,
    /// Columns of the terminal, if there is one.
    pub width: Option<usize>,
}

impl Environment {
    /// A variable that is set and not empty.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }
}

/// The three streams of the process.
pub struct Streams {
    /// stdin
    pub input: Box<dyn Read + Send>,
    /// stdout: data
    pub out: Box<dyn Write + Send>,
    /// stderr: banner, progress, hints, errors
    pub err: Box<dyn Write + Send>,
}
