//! The line about the log itself: it fails, recovers, has a new part or loses one.

use std::path::{Path, PathBuf};

use super::page::Page;
use crate::journal::JournalEvent;
use crate::model::error::Explain as _;
use crate::render::{Line, Role};
use crate::text::number::counted;
use crate::wire::listen::{LogNewsJson, LogState};

fn news(state: LogState) -> LogNewsJson {
    LogNewsJson {
        state,
        part: None,
        message: None,
        refused: None,
    }
}

/// Captures cannot be logged.
pub(super) fn failing(why: &str) -> LogNewsJson {
    LogNewsJson {
        message: Some(format!(
            "{why}; what cannot be logged is answered 503, so that it is sent again"
        )),
        ..news(LogState::Failing)
    }
}

/// Captures are logged again.
pub(super) fn recovered(refused: u64) -> LogNewsJson {
    LogNewsJson {
        refused: Some(refused),
        ..news(LogState::Resumed)
    }
}

/// Something happened to the files of the log.
pub(super) fn of_event(event: &JournalEvent) -> LogNewsJson {
    let part = |state, part: &Path| LogNewsJson {
        part: Some(part.display().to_string()),
        ..news(state)
    };
    let problem = |message| LogNewsJson {
        message: Some(message),
        ..news(LogState::Problem)
    };
    match event {
        JournalEvent::Rotated { part: path } => part(LogState::Rotated, path),
        JournalEvent::Deleted {
            part: path,
            held_by,
        } => LogNewsJson {
            message: (!held_by.is_empty()).then(|| format!("still needed by {}", paths(held_by))),
            ..part(LogState::Deleted, path)
        },
        JournalEvent::Held { bytes, by } => problem(format!(
            "older parts with {} are kept, since {} still needs them; forward them, or give \
             them up with --forget-target",
            counted(*bytes, "byte", "bytes"),
            paths(by)
        )),
        JournalEvent::Damaged { file } => problem(format!(
            "{} may be a part by its name, but its beginning is damaged; it is left alone",
            file.display()
        )),
        JournalEvent::NotRotated(source) => {
            problem(format!("its file cannot be renamed and grows on: {source}"))
        }
        JournalEvent::RetentionFailed { path, source } => problem(format!(
            "older parts cannot be looked after: {}: {source}",
            path.display()
        )),
        JournalEvent::Died => problem("the thread that writes it died".to_owned()),
        JournalEvent::Reopened => news(LogState::Reopened),
        JournalEvent::NotReopened(error) => {
            let advice = error.advice().map(|advice| format!(" ({advice})"));
            problem(format!(
                "it cannot be opened anew: {error}{}",
                advice.unwrap_or_default()
            ))
        }
    }
}

fn paths(paths: &[PathBuf]) -> String {
    let paths = paths.iter().map(|path| path.display().to_string());
    paths.collect::<Vec<_>>().join(", ")
}

/// `log  finished log-17.jsonl`
pub(super) fn line(page: Page, news: &LogNewsJson) -> Line {
    let column = page.event_column();
    let mut line = Line::indented(page.style.palette, column);
    line.push(Role::Dim, "log").pad_to(column + 9);
    let (role, word) = match news.state {
        LogState::Failing => (Role::Invalid, "failing"),
        LogState::Problem => (Role::Invalid, "problem"),
        LogState::Resumed => (Role::Valid, "going on"),
        LogState::Rotated => (Role::Dim, "finished"),
        LogState::Deleted => (Role::Warning, "deleted"),
        LogState::Reopened => (Role::Valid, "opened anew"),
    };
    line.push(role, word);
    for text in [&news.part, &news.message].into_iter().flatten() {
        line.space(2).show(Role::Plain, text);
    }
    if let Some(refused) = news.refused {
        let requests = counted(refused, "request was", "requests were");
        line.space(2)
            .push(Role::Plain, &format!("{requests} answered 503 meanwhile"));
    }
    line
}
