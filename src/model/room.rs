//! Room for captures that wait for a thread, bounded in bytes.
//!
//! A task reserves the room of a capture and waits for it if there is none; the thread gives it
//! back when it is done.

use std::sync::Arc;

use tokio::sync::{Semaphore, SemaphorePermit};

use super::capture::Capture;

/// Bytes that may wait.
const BYTES: usize = 16 * 1024 * 1024;
/// The unit of the room.
const UNIT: usize = 1024;
/// The least that a packed body counts, since it may take a thousand times its size to unpack.
const PACKED: usize = 64 * 1024;

/// Bytes of a body that need no room, unless it is packed.
pub const SMALL_BODY: usize = 16 * 1024;

/// The room; clones share it.
#[derive(Clone, Debug)]
pub struct Room(Arc<Semaphore>);

impl Default for Room {
    fn default() -> Room {
        Room(Arc::new(Semaphore::new(BYTES / UNIT)))
    }
}

impl Room {
    /// Waits for the room of a capture; nothing if it is small. The room is given back when the
    /// permit is dropped, or if it is forgotten, by [`give_back`](Self::give_back).
    pub async fn reserve(&self, capture: &Capture) -> Option<SemaphorePermit<'_>> {
        match units(capture) {
            0 => None,
            units => self.0.acquire_many(units).await.ok(),
        }
    }

    /// Gives back the room of a capture whose permit was forgotten.
    pub fn give_back(&self, capture: &Capture) {
        self.0.add_permits(units(capture) as usize);
    }
}

/// Whether a capture takes so little that it needs no room.
pub fn is_small(capture: &Capture) -> bool {
    capture.body.len() <= SMALL_BODY && capture.headers.get("content-encoding").is_none()
}

/// One body of any size fits.
fn units(capture: &Capture) -> u32 {
    if is_small(capture) {
        return 0;
    }
    let units = capture.body.len().clamp(PACKED, BYTES) / UNIT;
    u32::try_from(units).unwrap_or(u32::MAX)
}
