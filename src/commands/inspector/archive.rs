//! Captures as a HAR file.

use std::io;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::thread;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use tokio::sync::{mpsc, watch};

use super::backend::{InspectorBackend, unreadable};
use crate::commands::runtime::RuntimeError;
use crate::flows::history::{CaptureFacts, Found};
use crate::flows::inspector::{ApiError, HarCall, Reply};
use crate::model::error::{Failure, OutputError};
use crate::render::report::CaptureArchive;
use crate::selection::Query;
use crate::validation::JudgedCapture;

/// Pieces of a file that wait for the page.
const PIECES: usize = 16;
/// The bytes of one.
const PIECE: usize = 64 * 1024;

impl InspectorBackend {
    /// Captures as a HAR file, read and written piece by piece.
    pub(super) fn archive(self: &Arc<Self>, call: HarCall) -> Result<Reply, ApiError> {
        let (query, ids) = match call {
            HarCall::Query(text) => (self.query(&text)?, None),
            HarCall::Ids(ids) => (Query::default(), Some(ids)),
        };
        let (sender, pieces) = mpsc::channel(PIECES);
        let (backend, closed) = (Arc::clone(self), self.closed.subscribe());
        let write = move || {
            let pieces = Pieces { sender, closed };
            let mut out = io::BufWriter::with_capacity(PIECE, pieces);
            // It breaks off if the page goes away, and the file is not whole then.
            let _ = backend.write_archive(&query, ids.as_deref(), &mut out);
        };
        let thread = thread::Builder::new().name("har".to_owned()).spawn(write);
        thread.map_err(|error| unreadable(&RuntimeError(error).into()))?;
        Ok(Reply::Pieces(pieces, Some("captures.har")))
    }

    fn write_archive(
        &self,
        query: &Query,
        ids: Option<&[u64]>,
        out: &mut dyn io::Write,
    ) -> Result<(), Failure> {
        let ends = self.search.read(|index| {
            let id = |place: usize| index.at(place).map(|found| found.id());
            let places = index.places();
            id(places.start).zip(id(places.end.wrapping_sub(1)))
        });
        let mut archive = CaptureArchive::begin(out)?;
        let is_meant = |id: u64, judged: &JudgedCapture, at: Option<DateTime<Utc>>| {
            if let Some(ids) = ids {
                return ids.contains(&id);
            }
            let context = self
                .search
                .read(|index| index.find(id).map(|known| known.context()));
            query.matches(&CaptureFacts::new(judged, at, context.as_ref()))
        };
        if let Some((first, last)) = ends {
            let digest = |id: Option<u64>, found: Found<'_>| {
                let at = found.received_at;
                let meant = id.is_none_or(|id| is_meant(id, found.judged(), at));
                meant.then(|| (found.whole(), at))
            };
            let mut written = Ok(());
            self.search.each(first..=last, &digest, &mut |id, found| {
                let found = found.filter(|(judged, at)| is_meant(id, judged, *at));
                if let Some((judged, at)) = found {
                    let judged = self.setup.mask.of(judged);
                    written = archive.add(&judged.capture, at, out);
                }
                match written {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(_) => ControlFlow::Break(()),
                }
            })?;
            written?;
        }
        archive.end(out)?;
        Ok(out.flush().map_err(OutputError::from)?)
    }
}

/// Writes a file in pieces into the answer, as fast as the page takes them.
struct Pieces {
    sender: mpsc::Sender<Bytes>,
    closed: watch::Receiver<bool>,
}

impl io::Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let sent = self.sender.blocking_send(Bytes::copy_from_slice(bytes));
        if sent.is_err() || *self.closed.borrow() {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
