//! Answers calls of the server from the backend.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::sync::watch;

use super::backend::InspectorBackend;
use super::feed::IndexFeed;
use crate::flows::inspector::{ApiError, Backend, Call, Feed, Reply, StreamCall};
use crate::render::inspect::catalog;
use crate::wire::object_text;

/// Sessions that are offered while a query is typed.
const SESSIONS: usize = 200;

/// The backend, shared with its streams.
impl Backend for Shared {
    fn call(&self, call: Call) -> Result<Reply, ApiError> {
        let backend = &self.0;
        Ok(Reply::Json(match call {
            Call::Status => object_text("status", &backend.status()),
            Call::Captures(call) => backend.captures(&call)?,
            Call::Capture(id, full) => backend.capture(id, full)?,
            Call::Raw(id) => return backend.raw(id),
            Call::Sessions(call) => backend.sessions(&call)?,
            Call::Session(id) => backend.session(&id)?,
            Call::Diff(call) => backend.diff(&call)?,
            Call::Catalog => backend.search.read(|index| {
                let known = backend.search.validation.catalog();
                object_text("catalog", &catalog(known, index, SESSIONS))
            }),
            Call::Verdict(body) => backend.verdict(&body)?,
            Call::Request(call) => backend.request(&call)?,
            Call::Replay(body) => return backend.replay(&body),
            Call::Har(call) => return backend.archive(call),
        }))
    }

    fn feed(&self, call: StreamCall) -> Result<Box<dyn Feed>, ApiError> {
        let query = self.0.query(&call.query)?;
        Ok(Box::new(IndexFeed::new(
            Arc::clone(&self.0),
            query,
            call.after,
        )))
    }

    fn changes(&self) -> watch::Receiver<u64> {
        self.0.changes.subscribe()
    }

    fn tell_streams(&self, open: usize) {
        self.0.streams.store(open, Ordering::Relaxed);
    }
}

/// A backend and those who share it.
pub(in crate::commands) struct Shared(pub(super) Arc<InspectorBackend>);
