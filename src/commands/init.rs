//! `init`: writes a commented configuration file. It never changes an existing file unasked.

use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use super::prompt::agreed;
use super::{Console, Outcome};
use crate::files::{AllowedFiles, AtomicFile, is_seen_by_git};
use crate::model::error::{Category, Explain, Failure};

/// The contents of the file.
const TEMPLATE: &str = include_str!("init/enx-hook.toml");

/// The line that keeps logs out of git.
const IGNORED: &[u8] = b"log*.jsonl*\n";

/// What `init` was asked for.
#[derive(Debug)]
pub struct InitOptions {
    /// The file to write.
    pub file: PathBuf,
    /// Overwrite an existing file.
    pub force: bool,
    /// The list of the configuration files that the user has allowed.
    pub allowed: Option<AllowedFiles>,
}

/// The file cannot be written.
#[derive(Debug, thiserror::Error)]
enum InitError {
    #[error("{} already exists", .0.display())]
    Exists(PathBuf),
    #[error("cannot write {}", .0.display())]
    Write(PathBuf, #[source] std::io::Error),
}

impl Explain for InitError {
    fn category(&self) -> Category {
        match self {
            InitError::Exists(_) => Category::Usage,
            InitError::Write(..) => Category::Undone,
        }
    }

    fn advice(&self) -> Option<String> {
        match self {
            InitError::Exists(_) => Some("--force overwrites it".to_owned()),
            InitError::Write(..) => None,
        }
    }
}

/// Adds the line to a `.gitignore`, which may not exist.
fn add_line(file: &Path) -> std::io::Result<()> {
    let before = match std::fs::read(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
        before => before?,
    };
    let is_ended = before.last().is_none_or(|last| *last == b'\n');
    let mut text = AtomicFile::begin(file)?;
    text.write_all(&before)?;
    text.write_all(if is_ended { b"" } else { b"\n" })?;
    text.write_all(IGNORED)?;
    text.commit()
}

/// Writes the file.
pub fn run(options: &InitOptions, console: &mut Console) -> Result<Outcome, Failure> {
    let path = &options.file;
    if !options.force && path.symlink_metadata().is_ok() {
        return Err(InitError::Exists(path.clone()).into());
    }
    if path.is_symlink() {
        // Whoever made the link may want another file to be overwritten.
        let link = std::io::Error::other("it is a symbolic link");
        return Err(InitError::Write(path.clone(), link).into());
    }
    let write = || {
        let mut file = AtomicFile::begin(path)?;
        file.write_all(TEMPLATE.as_bytes())?;
        if options.force {
            file.commit()
        } else {
            file.commit_new()
        }
    };
    match write() {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            return Err(InitError::Exists(path.clone()).into());
        }
        Err(source) => return Err(InitError::Write(path.clone(), source).into()),
    }
    // Without a list, `allow` has to be run; the message then says so.
    let is_listed = options.allowed.as_ref();
    let is_listed = is_listed.is_some_and(|allowed| allowed.allow(path, None).is_ok());
    let name = path.file_name().unwrap_or(path.as_os_str());
    let name = name.to_string_lossy();
    console.say(&format!("wrote {name}: uncomment the settings you need"))?;
    if is_seen_by_git(&path.with_file_name("log.jsonl")) {
        console.say("logs hold what senders post; this line in .gitignore keeps them out of git:\n  log*.jsonl*")?;
        let file = path.with_file_name(".gitignore");
        if console.environment.can_ask() && agreed("Add it to .gitignore?", "nothing was added")? {
            add_line(&file).map_err(|source| InitError::Write(file, source))?;
        }
    }
    if !is_listed {
        console.warn(
            "the file could not be added to the list of allowed files",
            Some("run `enx-hook allow` once it has its settings"),
        )?;
    }
    Ok(Outcome::Done)
}
