//! Runs a publisher or a follower on a thread of its own.
//!
//! Replies share nothing with it. Each connection has a runtime of its own: with it end all tasks
//! of the client, and what still waited in them to be sent.

use std::io;
use std::thread::{Builder, JoinHandle, sleep};
use std::time::Duration;

use super::turns::Role;

/// How soon a runtime is tried again that could not be made.
const PATIENCE: Duration = Duration::from_secs(1);

/// Starts a thread that ends with its role. It returns what `end` makes of the role.
pub(super) fn spawn<R: Role + Send + 'static, T: Send + 'static>(
    name: &str,
    mut role: R,
    end: fn(R) -> T,
) -> io::Result<JoinHandle<T>> {
    Builder::new().name(name.to_owned()).spawn(move || {
        loop {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            let Ok(runtime) = runtime else {
                sleep(PATIENCE);
                continue;
            };
            let ended = runtime.block_on(role.turn());
            runtime.shutdown_background();
            if ended.is_break() {
                return end(role);
            }
        }
    })
}
