//! The options of `learn`, and what `--only` names.

use std::path::PathBuf;

use crate::commands::{Format, Logs};
use crate::flows::history::{Draft, Lessons};
use crate::selection::Query;

/// What `learn` was asked for.
#[derive(Debug)]
pub struct LearnOptions {
    /// The logs.
    pub logs: Logs,
    /// Which captures.
    pub query: Query,
    /// The folder of the drafts.
    pub write: Option<PathBuf>,
    /// Asks for each event and field.
    pub review: bool,
    /// Only these events and fields; empty for all.
    pub only: Vec<String>,
    /// How bodies are learned from.
    pub lessons: Lessons,
    /// What stdout carries.
    pub format: Format,
}

/// The name of an event or of a field, as `--only` takes it.
pub(super) fn name(draft: &Draft, pointer: Option<&str>) -> String {
    match pointer {
        Some(pointer) => format!("{}#{pointer}", draft.event),
        None => draft.event.clone(),
    }
}

/// Whether a value of `--only` means an event or a field.
pub(super) fn means(only: &str, draft: &Draft, pointer: Option<&str>) -> bool {
    let (event, field) = match only.split_once('#') {
        Some((event, field)) => (event, Some(field)),
        None => (only, None),
    };
    let is_event = event == draft.event || event == format!("{}/{}", draft.provider, draft.event);
    is_event && (field.is_none() || field == pointer)
}
