//! The asynchronous runtime of a command.

use crate::model::error::{Category, Explain, Failure};

/// The runtime could not be started.
#[derive(Debug, thiserror::Error)]
#[error("the asynchronous runtime could not be started")]
pub struct RuntimeError(#[source] pub(super) std::io::Error);

impl Explain for RuntimeError {
    fn category(&self) -> Category {
        Category::Undone
    }
}

/// A runtime on the calling thread.
pub(super) fn small_runtime() -> Result<tokio::runtime::Runtime, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    Ok(runtime.map_err(RuntimeError)?)
}
