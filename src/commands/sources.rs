//! Reads the files and asks for the passwords that options name. `config` decides what is needed
//! and opens nothing itself.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use super::prompt;
use crate::files::lines::BYTE_ORDER_MARK;
use crate::files::{AllowedFiles, read_whole};
use crate::model::environment::Environment;
use crate::model::error::{Category, Explain, Failure};
use crate::model::secret::Secret;

/// The name of the configuration file.
pub const CONFIG_FILE: &str = "enx-hook.toml";
/// Its folder in the configuration folder of the user.
const CONFIG_FOLDER: &str = "enx-hook";
/// The variable that names a configuration file.
const CONFIG: &str = "ENX_HOOK_CONFIG";
/// The largest configuration or password file, in bytes.
const MOST: u64 = 1024 * 1024;

/// Where settings come from, apart from the command line.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// Variables, folders and terminals.
    pub environment: &'a Environment,
    /// The configuration file that was typed.
    pub config: Option<&'a Path>,
}

/// A configuration file.
#[derive(Debug)]
pub struct ConfigFile {
    /// The file.
    pub path: PathBuf,
    /// Its contents.
    pub text: String,
    /// How it was found.
    pub found: Found,
}

/// How a configuration file was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// The user named it, or it stands in the configuration folder of the user.
    OfUser,
    /// It stands in the working directory or in a folder above it, and the user owns it.
    Upward,
    /// The same, and another user owns it.
    Foreign,
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

    fn advice(&self) -> Option<String> {
        let advice = match (self.source.kind(), self.what) {
            (ErrorKind::InvalidData, PASSWORD) => "save it as UTF-8",
            (_, "") => "--config FILE names another configuration file",
            _ => return None,
        };
        Some(advice.to_owned())
    }
}

/// The purpose of a file with credentials.
const CREDENTIALS: &str = "the credentials in ";

/// The purpose of a file with a password.
const PASSWORD: &str = "the password in ";

impl Sources<'_> {
    /// The configuration file: the named one, or else the one that is found.
    pub fn config_file(&self) -> Result<Option<ConfigFile>, SourceError> {
        let named = self.environment.variable(CONFIG).map(Path::new);
        let Some(named) = self.config.or(named) else {
            return self.found_file();
        };
        let path = self.environment.current_dir.join(named);
        let text = File::open(&path).and_then(|file| read(&file));
        let text = text.map_err(failed("", &path))?;
        let found = Found::OfUser;
        Ok(Some(ConfigFile { path, text, found }))
    }

    /// The nearest configuration file in the working directory or a folder above it, or else
    /// the one in the configuration folder of the user.
    pub fn found_file(&self) -> Result<Option<ConfigFile>, SourceError> {
        use ErrorKind::{NotADirectory, NotFound, PermissionDenied};
        let upward = self.environment.current_dir.ancestors();
        let upward = upward.map(|folder| folder.join(CONFIG_FILE));
        for path in upward.chain(self.file_of_user()) {
            match fs::metadata(&path) {
                Ok(_) => return self.config_file_at(&path).map(Some),
                // A folder that cannot be entered has no file for us.
                Err(error)
                    if matches!(error.kind(), NotFound | NotADirectory | PermissionDenied) => {}
                Err(source) => return Err(failed("", &path)(source)),
            }
        }
        Ok(None)
    }

    /// The configuration file at this path, as one that is found there.
    pub fn config_file_at(&self, path: &Path) -> Result<ConfigFile, SourceError> {
        let read = || {
            // Another user could put a pipe there, and reading would never end.
            if !fs::metadata(path)?.is_file() {
                return Err(io::Error::other("it is not a regular file"));
            }
            let file = File::open(path)?;
            Ok((is_of_user(&file.metadata()?), read(&file)?))
        };
        let (is_own, text) = read().map_err(failed("", path))?;
        let found = match is_own {
            _ if self.file_of_user().as_deref() == Some(path) => Found::OfUser,
            true => Found::Upward,
            false => Found::Foreign,
        };
        let path = path.to_owned();
        Ok(ConfigFile { path, text, found })
    }

    fn file_of_user(&self) -> Option<PathBuf> {
        let folder = self.environment.config_dir.as_deref()?;
        Some(folder.join(CONFIG_FOLDER).join(CONFIG_FILE))
    }

    /// The list of the configuration files that the user has allowed.
    pub fn allowed_files(&self) -> Option<AllowedFiles> {
        self.environment.state_dir.as_deref().map(AllowedFiles::new)
    }

    /// The first line of a file with a password. Editors add a newline, and some a byte order
    /// mark; neither is part of it.
    pub fn password_file(&self, path: &Path) -> Result<Secret, SourceError> {
        let text = File::open(path).and_then(|file| read(&file));
        let text = text.map_err(failed(PASSWORD, path))?;
        match text.lines().next() {
            Some(password) if !password.is_empty() => Ok(Secret::new(password)),
            _ => {
                let empty = io::Error::new(ErrorKind::UnexpectedEof, "its first line is empty");
                Err(failed(PASSWORD, path)(empty))
            }
        }
    }

    /// All of a file that is secret.
    pub fn secret_file(&self, path: &Path) -> Result<Secret, SourceError> {
        let text = File::open(path).and_then(|file| read(&file));
        text.map(Secret::new).map_err(failed(CREDENTIALS, path))
    }

    /// Certificates in PEM.
    pub fn certificates(&self, path: &Path) -> Result<Vec<u8>, SourceError> {
        read_whole(path).map_err(failed("the certificates in ", path))
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

/// The text of a file, without a byte order mark.
fn read(file: &File) -> io::Result<String> {
    let mut bytes = Vec::new();
    file.take(MOST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST {
        return Err(io::Error::other("it is larger than 1 MiB"));
    }
    if bytes.starts_with(BYTE_ORDER_MARK) {
        bytes.drain(..BYTE_ORDER_MARK.len());
    }
    String::from_utf8(bytes).map_err(|_| io::Error::new(ErrorKind::InvalidData, "it is not UTF-8"))
}

#[cfg(unix)]
fn is_of_user(file: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    file.uid() == rustix::process::geteuid().as_raw()
}

/// Elsewhere std does not know the owner of a file.
#[cfg(not(unix))]
fn is_of_user(_: &fs::Metadata) -> bool {
    true
}
