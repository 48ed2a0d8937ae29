//! Reads the files and asks for the passwords that options name. `config` decides what is needed
//! and opens nothing itself.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::prompt;
use crate::model::environment::Environment;
use crate::model::error::{Category, Explain, Failure};
use crate::model::secret::Secret;

/// The name of the configuration file.
pub const CONFIG_FILE: &str = "enx-hook.toml";
/// Its folder in the configuration folder of the user.
const CONFIG_FOLDER: &str = "enx-hook";

/// Where settings come from, apart from the command line.
#[derive(Debug)]
pub struct Sources<'a> {
    /// Variables, folders and terminals.
    pub environment: &'a Environment,
}

/// A file that an option or the configuration file names cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {what}{}", path.display())]
pub struct SourceError {
    /// The purpose of the file, before its path in the message.
    what: &'static str,
    path: PathBuf,
    source: io::Error,
}

impl Explain for SourceError {
    fn category(&self) -> Category {
        Category::Usage
    }
}

impl Sources<'_> {
    /// The nearest configuration file: in the working directory, in a folder above it, or else in
    /// the configuration folder of the user.
    pub fn config_file(&self) -> Result<Option<(PathBuf, String)>, SourceError> {
        let upward = self.environment.current_dir.ancestors();
        let upward = upward.map(|folder| folder.join(CONFIG_FILE));
        let user = self.environment.config_dir.iter();
        let user = user.map(|folder| folder.join(CONFIG_FOLDER).join(CONFIG_FILE));
        for path in upward.chain(user) {
            match fs::read_to_string(&path) {
                Ok(text) => return Ok(Some((path, text))),
                Err(error)
                    if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {}
                Err(source) => {
                    let what = "";
                    return Err(SourceError { what, path, source });
                }
            }
        }
        Ok(None)
    }

    /// The first line of a file with a password. Editors add a newline, which is not part of it.
    pub fn password_file(&self, path: &Path) -> Result<Secret, SourceError> {
        let text = fs::read_to_string(path).map_err(failed("the password from ", path))?;
        Ok(Secret::new(text.lines().next().unwrap_or_default()))
    }

    /// Certificates in PEM.
    pub fn certificates(&self, path: &Path) -> Result<Vec<u8>, SourceError> {
        fs::read(path).map_err(failed("the certificates in ", path))
    }

    /// The password that the user types, if there is a terminal to ask on.
    pub fn ask_password(&self, user: &str) -> Result<Option<Secret>, Failure> {
        if !self.environment.can_type() {
            return Ok(None);
        }
        let typed = prompt::password(&format!("Password for {user}"))?;
        Ok(Some(Secret::new(typed)))
    }
}

fn failed<'a>(what: &'static str, path: &'a Path) -> impl FnOnce(io::Error) -> SourceError + 'a {
    let path = path.to_owned();
    move |source| SourceError { what, path, source }
}
