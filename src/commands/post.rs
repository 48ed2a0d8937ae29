//! What `send` and `replay` share: one target, one post at a time, and the lines about it.

use std::io::Write;

use bytes::Bytes;
use serde::Serialize;

use super::{Console, Origin, Outcome, Target};
use crate::delivery::{self, Answer, Attempt, Ending, Parcel, Poster, Proxies};
use crate::error::{Explain as _, Failure, OutputError};

/// Posts to one target.
pub(super) struct Post {
    poster: Poster,
}

impl Post {
    /// Sets up the client; nothing is sent yet.
    pub(super) fn new(target: &Target, console: &Console) -> Result<Post, Failure> {
        let options = delivery::Options {
            timeout: target.timeout,
            credentials: target.credentials.clone(),
            headers: target.headers.clone(),
            proxies: Proxies::of(&console.environment),
        };
        Ok(Post { poster: Poster::new(&target.url, &options)? })
    }

    /// Posts one body, or nothing if Ctrl-C comes first.
    pub(super) async fn post(&self, parcel: Parcel) -> Option<Attempt> {
        tokio::select! {
            attempt = self.poster.post(parcel) => Some(attempt),
            _ = tokio::signal::ctrl_c() => None,
        }
    }
}
