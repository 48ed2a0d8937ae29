//! What the flags of `--serve-files` mean.

use super::credentials;
use crate::cli;
use crate::commands::sources::Sources;
use crate::model::error::Failure;
use crate::receiver::{FileAccess, FileServerOptions};

/// The server, if there is to be one.
pub(super) fn server(
    typed: cli::Serving,
    sources: &Sources<'_>,
) -> Result<Option<FileServerOptions>, Failure> {
    if !typed.serve_files {
        return Ok(None);
    }
    let credentials = credentials::settle_files(typed.files_user, sources)?;
    Ok(Some(FileServerOptions {
        access: credentials.map_or(FileAccess::Open, FileAccess::Only),
        faults: typed.files_fault,
    }))
}
