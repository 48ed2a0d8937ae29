//! `init`: writes a commented configuration file. It never changes an existing file unasked.

use std::io::{ErrorKind, Write as _};
use std::path::PathBuf;

use super::{Console, Outcome};
use crate::files::{AllowedFiles, AtomicFile, is_seen_by_git};
use crate::model::error::{Category, Explain, Failure};

/// The contents of the file.
const TEMPLATE: &str = include_str!("init/enx-hook.toml");

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
    }
    if !is_listed {
        console.warn(
            "the file could not be added to the list of allowed files",
            Some("run `enx-hook allow` once it has its settings"),
        )?;
    }
    Ok(Outcome::Done)
}
