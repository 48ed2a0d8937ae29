//! `allow`: the list of the configuration files that the user trusts.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::{Console, Outcome};
use crate::files::AllowedFiles;
use crate::model::error::{Category, Explain, Failure, OutputError};
use crate::text::show;

/// What `allow` was asked for.
#[derive(Debug)]
pub struct AllowOptions {
    /// What to do.
    pub what: What,
    /// The list; nothing if the user has no state folder.
    pub allowed: Option<AllowedFiles>,
}

/// What to do with the list.
#[derive(Debug)]
pub enum What {
    /// Allow a file.
    Allow {
        /// The file.
        path: PathBuf,
        /// The settings that are allowed, for people.
        settings: Vec<String>,
        /// Their digest.
        digest: String,
    },
    /// Show the list.
    List,
    /// Take a file off the list.
    Revoke(PathBuf),
}

/// The list cannot be used.
#[derive(Debug, thiserror::Error)]
enum AllowError {
    #[error("there is no home folder to keep the list of allowed files in")]
    NoFolder,
    #[error("cannot use the list of allowed files")]
    List(#[source] std::io::Error),
}

impl Explain for AllowError {
    fn category(&self) -> Category {
        Category::Undone
    }

    fn advice(&self) -> Option<String> {
        Some("--config FILE uses a file without the list".to_owned())
    }
}

/// Changes the list, or shows it.
pub fn run(options: &AllowOptions, console: &mut Console) -> Result<Outcome, Failure> {
    let allowed = options.allowed.as_ref().ok_or(AllowError::NoFolder)?;
    let failed = AllowError::List;
    match &options.what {
        What::Allow {
            path,
            settings,
            digest,
        } => {
            allowed.allow(path, Some(digest)).map_err(failed)?;
            let path = shown(path);
            if settings.is_empty() {
                console.say(&format!("{path} has no settings that need to be allowed"))?;
            } else {
                console.say(&format!("{path} is allowed, with these settings:"))?;
            }
            for setting in settings {
                console.say(&format!("  {setting}"))?;
            }
        }
        What::List => {
            for entry in allowed.all().map_err(failed)? {
                let exists = Path::new(&entry.path).exists();
                let gone = if exists { "" } else { " (does not exist)" };
                writeln!(console.out, "{}{gone}", show(&entry.path)).map_err(OutputError::from)?;
            }
            console.out.flush().map_err(OutputError::from)?;
        }
        What::Revoke(path) => {
            let was_there = allowed.revoke(path).map_err(failed)?;
            let path = shown(path);
            if !was_there {
                console.say(&format!("{path} was not allowed"))?;
                return Ok(Outcome::Negative);
            }
            console.say(&format!("{path} is no longer allowed"))?;
        }
    }
    Ok(Outcome::Done)
}

fn shown(path: &Path) -> String {
    show(&path.display().to_string()).into_owned()
}
