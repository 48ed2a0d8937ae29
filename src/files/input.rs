//! What was named on the command line to be read.

use std::path::{Path, PathBuf};

/// Something to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// stdin
    Stdin,
    /// A file.
    File(PathBuf),
}

impl Input {
    /// Its name in output.
    pub fn name(&self) -> String {
        match self {
            Input::Stdin => "stdin".to_owned(),
            Input::File(path) => path.display().to_string(),
        }
    }
}

impl From<PathBuf> for Input {
    /// `-` is stdin; everything else is a file.
    fn from(file: PathBuf) -> Input {
        if file == Path::new("-") {
            Input::Stdin
        } else {
            Input::File(file)
        }
    }
}
