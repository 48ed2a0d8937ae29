//! What is shown of the log itself: that it fails, goes on, has new parts or fewer.
//!
//! A log that cannot be written refuses each request that comes, by the thousand if they do.
//! For people that is one failure: it is said when it begins, and with a count when it is over.

use std::time::{Duration, Instant};

use serde::Serialize;

use super::headline::event_column;
use crate::journal::JournalEvent;
use crate::model::error::Explain as _;
use crate::render::{Line, Role, TermStyle};
use crate::text::number::counted;

/// How long nothing must fail before a failure counts as over: on a full disk what is small
/// may find room between two that do not.
const CALM: Duration = Duration::from_secs(1);

/// Something to say of the log.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct LogNews {
    state: State,
    /// The file meant.
    part: Option<String>,
    message: Option<String>,
    /// Requests that were answered 503 meanwhile.
    refused: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Failing,
    Resumed,
    Rotated,
    Deleted,
    Reopened,
    Problem,
}

impl LogNews {
    fn new(state: State) -> LogNews {
        LogNews {
            state,
            part: None,
            message: None,
            refused: None,
        }
    }

    /// What became of the log's files.
    pub(super) fn of(event: &JournalEvent) -> LogNews {
        let part = |state, part: &std::path::Path| LogNews {
            part: Some(part.display().to_string()),
            ..LogNews::new(state)
        };
        let problem = |message| LogNews {
            message: Some(message),
            ..LogNews::new(State::Problem)
        };
        match event {
            JournalEvent::Rotated { part: path } => part(State::Rotated, path),
            JournalEvent::Deleted { part: path } => part(State::Deleted, path),
            JournalEvent::NotRotated(source) => {
                problem(format!("its file cannot be renamed and grows on: {source}"))
            }
            JournalEvent::RetentionFailed { path, source } => problem(format!(
                "older parts cannot be looked after: {}: {source}",
                path.display()
            )),
            JournalEvent::Reopened => LogNews::new(State::Reopened),
            JournalEvent::NotReopened(error) => {
                let advice = error.advice().map(|advice| format!(" ({advice})"));
                problem(format!(
                    "it cannot be opened anew: {error}{}",
                    advice.unwrap_or_default()
                ))
            }
        }
    }

    /// It as a line for people: `log  finished log-17.jsonl`
    pub(super) fn line(&self, style: TermStyle) -> Line {
        let column = event_column(style);
        let mut line = Line::indented(style.palette, column);
        line.push(Role::Dim, "log").pad_to(column + 9);
        let (role, word) = match self.state {
            State::Failing => (Role::Invalid, "failing"),
            State::Problem => (Role::Invalid, "problem"),
            State::Resumed => (Role::Valid, "going on"),
            State::Rotated => (Role::Dim, "finished"),
            State::Deleted => (Role::Warning, "deleted"),
            State::Reopened => (Role::Valid, "opened anew"),
        };
        line.push(role, word);
        if let Some(part) = &self.part {
            line.space(2).show(Role::Plain, part);
        }
        if let Some(message) = &self.message {
            line.space(2).show(Role::Plain, message);
        }
        if let Some(refused) = self.refused {
            let requests = counted(refused, "request was", "requests were");
            line.space(2)
                .push(Role::Plain, &format!("{requests} answered 503 meanwhile"));
        }
        line
    }
}

/// What is known of a log that cannot be written.
#[derive(Debug, Default)]
pub(super) struct Trouble {
    refused: u64,
    last: Option<Instant>,
    /// Whether something was logged since.
    went_on: bool,
}

impl Trouble {
    /// A request could not be logged. It is news if it is the first one.
    pub(super) fn refused(&mut self, why: &str) -> Option<LogNews> {
        let is_first = self.last.is_none();
        self.refused += 1;
        self.last = Some(Instant::now());
        self.went_on = false;
        is_first.then(|| LogNews {
            message: Some(format!(
                "{why}; what cannot be logged is answered 503, so that it is sent again"
            )),
            ..LogNews::new(State::Failing)
        })
    }

    /// A request was logged.
    pub(super) fn logged(&mut self) {
        self.went_on = true;
    }

    /// Says that it is over, if it is.
    pub(super) fn over(&mut self) -> Option<LogNews> {
        if !self.went_on || self.last?.elapsed() < CALM {
            return None;
        }
        let refused = self.refused;
        *self = Trouble::default();
        Some(LogNews {
            refused: Some(refused),
            ..LogNews::new(State::Resumed)
        })
    }
}
