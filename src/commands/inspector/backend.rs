//! Answers the questions of the page, from the index and the log.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use compact_str::CompactString;
use hyper::StatusCode;
use serde::Deserialize;
use tokio::sync::{Semaphore, watch};

use super::arrivals::Arrivals;
use super::captures::{Captures, Progress};
use super::news::News;
use super::options::NamedTarget;
use super::targets::Targets;
use super::totals::Totals;
use crate::commands::reading::deliveries;
use crate::files::Input;
use crate::flows::history::{Context, Rows, Search, first_number};
use crate::flows::inspector::{ApiError, ListCall, Reply};
use crate::model::capture::{Capture, Headers};
use crate::model::environment::Environment;
use crate::model::error::Failure;
use crate::render::inspect::{Neighbours, detail, row, verdict};
use crate::render::listen::{Headline, Reply as Answered};
use crate::render::request::word;
use crate::selection::Query;
use crate::text::Zone;
use crate::validation::{JudgedCapture, Mask, Validation};
use crate::wire::inspect::{CapturesJson, IndexJson, ReplayJson, StatusJson, UnreadJson};
use crate::wire::object_text;

/// How long the log is read for one page of a list.
const WITHIN: Duration = Duration::from_millis(300);
/// How long the states of all sessions, and the beginning of the log, are taken as known.
pub(super) const KNOWN_FOR: Duration = Duration::from_secs(2);
/// Runs of sending at a time.
pub(super) const MOST_RUNS: usize = 4;

/// What writes the log that is inspected, in this run.
pub(in crate::commands) enum Beside {
    /// A listener at this URL.
    Listener(String),
    /// A follower of this relay.
    Follower(String),
}

/// What an inspector is started with.
pub(in crate::commands) struct Setup {
    /// What captures are judged by.
    pub(in crate::commands) validation: Validation,
    /// Variables and places.
    pub(in crate::commands) environment: Environment,
    /// What is masked on the page. What is sent from it has all values.
    pub(in crate::commands) mask: Mask,
    /// The zone of times beside values.
    pub(in crate::commands) zone: Zone,
    /// What runs beside it.
    pub(in crate::commands) beside: Option<Beside>,
    /// The targets that were named, the default first.
    pub(in crate::commands) targets: Vec<NamedTarget>,
    /// The logs in commands that are suggested: empty, or words behind a space.
    pub(in crate::commands) words: String,
}

/// The backend of an inspector.
pub(in crate::commands) struct InspectorBackend {
    pub(super) search: Search,
    pub(super) progress: Progress,
    pub(super) targets: Targets,
    pub(super) news: News,
    pub(super) arrivals: Arrivals,
    pub(super) setup: Setup,
    pub(super) inputs: Vec<Input>,
    pub(super) changes: watch::Sender<u64>,
    unread: Mutex<(Vec<UnreadJson>, u64)>,
    pub(super) streams: AtomicUsize,
    /// The totals of sessions, when they were counted, and whether all was read then.
    pub(super) totals: Mutex<Option<(Instant, bool, Totals)>>,
    beginning: Mutex<Option<Instant>>,
    pub(super) closed: watch::Sender<bool>,
    pub(super) runs: Arc<Semaphore>,
}

impl InspectorBackend {
    pub(super) fn new(mut setup: Setup, captures: &Captures, own: SocketAddr) -> InspectorBackend {
        let named = std::mem::take(&mut setup.targets);
        let inputs = captures.inputs();
        InspectorBackend {
            search: Search::new(inputs.clone(), captures.is_log(), setup.validation.clone()),
            progress: captures.progress(),
            targets: Targets::new(named, setup.beside.is_some(), own),
            news: News::default(),
            arrivals: Arrivals::default(),
            setup,
            inputs,
            changes: watch::Sender::new(0),
            unread: Mutex::default(),
            streams: AtomicUsize::new(0),
            totals: Mutex::default(),
            beginning: Mutex::default(),
            closed: watch::Sender::new(false),
            runs: Arc::new(Semaphore::new(MOST_RUNS)),
        }
    }

    /// Tells streams that there is something new.
    pub(super) fn tell(&self) {
        self.changes.send_modify(|changes| *changes += 1);
    }

    /// Tells streams what came of forwarding a capture.
    pub(in crate::commands) fn tell_delivery(&self, object: Vec<u8>) {
        self.news.push(("delivery", object));
        self.tell();
    }

    /// Notes a capture of the listener, before it is answered.
    pub(in crate::commands) fn note_arrival(&self, peer: &str, seq: u64) {
        self.arrivals.note(peer, seq);
    }

    /// Marks a capture as sent from here, made of another one. Streams that may have its row are told.
    pub(super) fn mark_replay(&self, id: u64, of: u64) {
        if self.search.change(|index| index.mark_replay(id, of)) {
            let replay = ReplayJson { id, replay_of: of };
            self.news.push(("replay", object_text("replay", &replay)));
            self.tell();
        }
    }

    /// Stops what is being sent.
    pub(super) fn close(&self) {
        self.closed.send_replace(true);
    }

    pub(super) fn change_unread(&self, change: impl FnOnce(&mut Vec<UnreadJson>, &mut u64)) {
        let mut unread = self.unread.lock().unwrap_or_else(PoisonError::into_inner);
        let (items, count) = &mut *unread;
        change(items, count);
    }

    /// Passes over what retention deleted from the log.
    fn look_at_beginning(&self) {
        let Some(log) = self.search.log().filter(|_| self.setup.beside.is_some()) else {
            return;
        };
        let mut looked = self
            .beginning
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if looked.is_some_and(|at| at.elapsed() < KNOWN_FOR) {
            return;
        }
        *looked = Some(Instant::now());
        let ends = self.search.read(|index| {
            let places = index.places();
            let id = |place: usize| index.at(place).map(|found| found.id());
            Some((id(places.start)?, id(places.end - 1)?))
        });
        let Some((first, last)) = ends else { return };
        // A log that cannot be read now is told when a capture is asked for.
        if let Ok(Some(number)) = first_number(log, last)
            && number > first
        {
            self.search.change(|index| index.delete_before(number));
        }
    }

    /// The state of the inspector.
    pub(super) fn status(&self) -> StatusJson {
        self.look_at_beginning();
        let sessions = self.totals().object(0);
        let (mode, listener, relay) = match &self.setup.beside {
            Some(Beside::Listener(url)) => ("listen", Some(url.clone()), None),
            Some(Beside::Follower(url)) => ("follow", None, Some(url.clone())),
            None => ("inspect", None, None),
        };
        let is_ready = self.progress.is_ready.load(Ordering::Relaxed);
        let read = self.progress.read.load(Ordering::Relaxed);
        let (unread, unread_count) = {
            let unread = self.unread.lock().unwrap_or_else(PoisonError::into_inner);
            unread.clone()
        };
        self.search.read(|index| {
            let places = index.places();
            let id = |place: Option<usize>| index.at(place?).map(|found| found.id());
            let verdicts = index.verdicts().filter(|(_, count)| *count > 0);
            StatusJson {
                version: env!("CARGO_PKG_VERSION"),
                mode,
                read_only: self.targets.are_none(),
                inputs: self.inputs.iter().map(Input::name).collect(),
                listener,
                relay,
                index: IndexJson {
                    ready: is_ready,
                    bytes: read,
                    of: self.progress.of,
                },
                captures: places.len(),
                first_id: id(Some(places.start)),
                last_id: id(places.end.checked_sub(1)),
                sessions,
                verdicts: verdicts.map(|(one, count)| (one.word(), count)).collect(),
                duplicates: index.duplicates(),
                unread,
                unread_count,
                targets: self.targets.listed(),
                any_loopback: self.targets.any_loopback(),
                streams: self.streams.load(Ordering::Relaxed),
            }
        })
    }

    /// A query as it is typed.
    pub(super) fn query(&self, text: &str) -> Result<Query, ApiError> {
        let query = text.parse::<Query>().map_err(|error| ApiError {
            column: Some(error.at + 1),
            ..ApiError::new(StatusCode::BAD_REQUEST, "query", error.to_string())
        })?;
        let mut query = query.resolve(Utc::now(), self.setup.zone);
        query.rename_events(&mut |name| {
            let entry = self.search.validation.catalog().find(name)?;
            Some(entry.event.name.clone())
        });
        Ok(query)
    }

    pub(super) fn captures(&self, call: &ListCall) -> Result<Vec<u8>, ApiError> {
        let query = self.query(&call.query)?;
        if call.offset > 0 && query.asks_body() {
            return Err(ApiError::request("offset: a query about bodies has none"));
        }
        self.look_at_beginning();
        let rows = Rows {
            before: call.before,
            after: call.after,
            offset: call.offset,
            limit: call.limit,
            within: WITHIN,
        };
        let sought = self
            .search
            .find(&query, rows)
            .map_err(|failure| unreadable(&failure))?;
        let is_log = self.search.log().is_some();
        Ok(self.search.read(|index| {
            let found: Vec<_> = sought
                .places
                .iter()
                .filter_map(|place| index.at(*place))
                .collect();
            let start = call.after.map_or(0, |id| index.from(id.saturating_add(1)));
            let start = start.max(index.places().start);
            let next = index.at(sought.down_to).filter(|_| sought.down_to > start);
            let answer = CapturesJson {
                rows: found.iter().map(|found| row(found, is_log)).collect(),
                next: next.map(|found| found.id()),
                total: index.places().len(),
                matched: sought.matched,
            };
            object_text("captures", &answer)
        }))
    }

    /// A capture that was read.
    pub(super) fn found(
        &self,
        id: u64,
    ) -> Result<(JudgedCapture, Option<DateTime<Utc>>), ApiError> {
        let is_known = self.search.read(|index| match index.find(id) {
            Some(_) => Ok(()),
            None if index.is_deleted(id) => Err(gone(id)),
            None => Err(ApiError::not_found(format!("there is no capture {id}"))),
        });
        is_known?;
        let found = self
            .search
            .capture(id)
            .map_err(|failure| unreadable(&failure))?;
        found.ok_or_else(|| gone(id))
    }

    /// A capture as it is shown.
    pub(super) fn shown(
        &self,
        id: u64,
    ) -> Result<(JudgedCapture, Option<DateTime<Utc>>), ApiError> {
        let (judged, received_at) = self.found(id)?;
        Ok((self.setup.mask.of(judged), received_at))
    }

    pub(super) fn capture(&self, id: u64, full: bool) -> Result<Vec<u8>, ApiError> {
        let (judged, received_at) = self.shown(id)?;
        let known = self.search.read(|index| {
            let found = index.find(id)?;
            Some((found.name(), found.context(), Neighbours::of(&found, index)))
        });
        let (name, context, neighbours) = known.ok_or_else(|| gone(id))?;
        let headline = Headline {
            judged: &judged,
            name: Some(&name),
            received_at,
            at: received_at,
            reply: Answered::NotKnown,
            context: &context,
            path: None,
        };
        let one = std::iter::once((name.clone(), received_at));
        let delivered = deliveries(&self.inputs, one).into_values().next();
        let delivered = delivered.unwrap_or_default();
        let commands = self.commands(&name.typed(), &judged, self.search.log().is_some());
        let zone = self.setup.zone;
        let object = detail(&headline, &delivered, neighbours, full, zone, commands);
        Ok(object_text("capture", &object))
    }

    /// Commands about a capture.
    fn commands(
        &self,
        name: &str,
        judged: &JudgedCapture,
        is_log: bool,
    ) -> BTreeMap<&'static str, String> {
        let (words, name) = (&self.setup.words, word(name));
        let mut commands = BTreeMap::new();
        commands.insert("show", format!("enx-hook log show {name}{words}"));
        if is_log {
            let log = self.inputs.first().map(Input::name).unwrap_or_default();
            let replay = format!("enx-hook replay {} --seq {name}", word(&log));
            commands.insert("replay", replay);
        }
        if let Some(session) = &judged.classification().session {
            let session = word(&crate::text::show(session));
            commands.insert(
                "timeline",
                format!("enx-hook log timeline {session}{words}"),
            );
        }
        commands
    }

    pub(super) fn raw(&self, id: u64) -> Result<Reply, ApiError> {
        let (judged, _) = self.shown(id)?;
        let bytes = judged.capture.body.clone();
        let kind = if crate::validation::is_json(&bytes) {
            "json"
        } else {
            "bin"
        };
        Ok(Reply::File {
            name: format!("capture-{id}.{kind}"),
            bytes,
        })
    }

    pub(super) fn verdict(&self, body: &[u8]) -> Result<Vec<u8>, ApiError> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Asked {
            body: String,
            #[serde(rename = "as")]
            taken_for: Option<String>,
        }
        let asked: Asked =
            serde_json::from_slice(body).map_err(|error| ApiError::request(error.to_string()))?;
        let validation = match &asked.taken_for {
            None => self.search.validation.clone(),
            Some(name) => {
                let entry = self.search.validation.catalog().find(name);
                let entry =
                    entry.ok_or_else(|| ApiError::not_found("as: there is no such event"))?;
                self.search.validation.clone().taking_for(entry)
            }
        };
        let judged = validation.capture(None, Arc::new(bare(asked.body.into())));
        let headline = Headline {
            judged: &judged,
            name: None,
            received_at: None,
            at: None,
            reply: Answered::NotKnown,
            context: &Context::default(),
            path: None,
        };
        Ok(object_text("report", &verdict(&headline, self.setup.zone)))
    }
}

/// A body of which nothing else is known.
pub(super) fn bare(body: Bytes) -> Capture {
    Capture {
        received_at: DateTime::default(),
        peer: CompactString::default(),
        method: CompactString::default(),
        target: CompactString::default(),
        headers: Headers::new(),
        body,
    }
}

fn gone(id: u64) -> ApiError {
    let message = format!("capture {id} is not in the log any more");
    ApiError::new(StatusCode::GONE, "gone", message)
}

/// The log cannot be read.
pub(super) fn unreadable(failure: &Failure) -> ApiError {
    ApiError {
        help: failure.advice(),
        ..ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "read", failure.message())
    }
}
