//! The asynchronous runtime of a command.

use super::console::Console;
use crate::delivery;
use crate::delivery::{Proxies, Target};
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

/// Waits as long as `--wait` says until the target is there. It cannot be seen through a proxy.
pub(super) fn wait_for(target: &Target, console: &Console) -> Result<(), Failure> {
    let proxies = Proxies::of(&console.environment);
    match target.wait {
        Some(limit) if !proxies.is_on_the_way_to(&target.url)? => {
            small_runtime()?.block_on(delivery::wait_for(&target.url, limit));
            Ok(())
        }
        _ => Ok(()),
    }
}
