//! What was named on the command line to be read.

use std::path::PathBuf;

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
