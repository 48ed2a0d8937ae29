//! What a command line of `allow` means.

use std::fs;
use std::path::{Path, PathBuf};

use super::error::SettingsError;
use super::file::Config;
use crate::cli;
use crate::commands::allow::{AllowOptions, What};
use crate::commands::sources::{CONFIG_FILE, Found, Sources};
use crate::model::error::Failure;

/// The options of `allow`.
pub(super) fn settle(typed: cli::Allow, sources: &Sources<'_>) -> Result<AllowOptions, Failure> {
    let what = if typed.list {
        What::List
    } else {
        let named = typed.file.map(|path| whole(&path, sources));
        if typed.revoke
            && let Some(path) = named
        {
            // It may be gone.
            What::Revoke(path)
        } else {
            found(named.as_deref(), typed.revoke, sources)?
        }
    };
    Ok(AllowOptions {
        what,
        allowed: sources.allowed_files(),
    })
}

/// The file that was typed, or the one in the folder that was typed.
fn whole(path: &Path, sources: &Sources<'_>) -> PathBuf {
    let path = sources.environment.current_dir.join(path);
    if fs::metadata(&path).is_ok_and(|path| path.is_dir()) {
        path.join(CONFIG_FILE)
    } else {
        path
    }
}

fn found(named: Option<&Path>, revoke: bool, sources: &Sources<'_>) -> Result<What, Failure> {
    let file = match named {
        Some(path) => Some(sources.config_file_at(path)?),
        None => sources.found_file()?,
    };
    let file = file.ok_or(SettingsError::NoConfig)?;
    let path = file.path.clone();
    if revoke {
        return Ok(What::Revoke(path));
    }
    if file.found == Found::Foreign {
        return Err(SettingsError::NotOwn(path).into());
    }
    let config = Config::parse(file)?;
    Ok(What::Allow {
        path,
        settings: config.shown(),
        digest: config.digest(),
    })
}
