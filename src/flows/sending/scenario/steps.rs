//! A scenario as data: its steps and its errors.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;

use super::super::expect::Expectation;
use crate::catalog::Change;
use crate::model::error::{Category, Explain};

/// The longest pause, and the longest scenario.
pub(super) const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// The most steps.
pub(super) const MOST_STEPS: usize = 10_000;

/// Posts of one or more sessions, with pauses, faults and what is expected of the answers.
#[derive(Debug)]
pub struct Scenario {
    /// The name in output.
    pub name: String,
    /// One line that describes it.
    pub title: String,
    /// The provider, if it names one.
    pub(super) provider: Option<String>,
    /// The number of sessions.
    pub sessions: u64,
    /// Sessions at a time.
    pub concurrency: usize,
    pub(super) steps: Vec<Step>,
    /// Its file, for later errors.
    pub(super) source: Source,
}

/// One step.
#[derive(Debug)]
pub(super) struct Step {
    /// From 1.
    pub(super) number: usize,
    pub(super) name: Option<String>,
    pub(super) what: Content,
    /// Steps with the same label share their ids.
    pub(super) session: String,
    pub(super) changes: Vec<Change>,
    /// The pause before it. Without one, all events of a session have natural pauses.
    pub(super) after: Option<Duration>,
    pub(super) repeat: u32,
    pub(super) faults: Faults,
    pub(super) expect: Expectation,
    /// The header fields, as for `-H`, in place of the content type.
    pub(super) headers: Option<Vec<String>>,
    /// Whether an invalid body is refused.
    pub(super) validate: bool,
    pub(super) place: Place,
}

/// What a step posts.
#[derive(Debug)]
pub(super) enum Content {
    /// The sample of an event.
    Event(String),
    /// The samples of a whole session.
    Each(Each),
    /// A body, as JSON.
    Body(String),
    /// A text, as it is.
    Text(String),
    /// Any bytes.
    Bytes(Bytes),
    /// The content of a file, as it is.
    File(PathBuf),
}

/// The events of a whole session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Each {
    /// All, in the order of a session's life.
    Life,
    /// Those with an order in the documents.
    Order,
}

/// The faults of a step.
#[derive(Clone, Debug, Default)]
pub(super) struct Faults {
    /// The number of copies of each body, and their delays, in turn.
    pub(super) copies: u32,
    pub(super) late: Vec<Duration>,
    pub(super) reorder: bool,
    pub(super) corrupt: bool,
    pub(super) unknown_type: bool,
}

/// Where a scenario comes from.
#[derive(Clone, Debug)]
pub(super) struct Source {
    /// The name of the file in errors.
    pub(super) name: String,
    /// The folder of relative paths.
    pub(super) folder: PathBuf,
}

/// A place in a file, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) line: usize,
    pub(super) column: usize,
}

/// An error in a scenario.
#[derive(Debug, thiserror::Error)]
#[error("{}:{}:{}: {message}", source_name, place.line, place.column)]
pub(super) struct ScenarioError {
    pub(super) source_name: String,
    pub(super) place: Place,
    pub(super) message: String,
    pub(super) advice: Option<String>,
}

impl Explain for ScenarioError {
    fn category(&self) -> Category {
        Category::Usage
    }

    fn advice(&self) -> Option<String> {
        self.advice.clone()
    }
}

impl Scenario {
    /// Whether it has several steps. Then output names the step of a post.
    pub fn has_steps(&self) -> bool {
        self.steps.len() > 1
    }

    /// An error in a step, found while planning.
    pub(super) fn fault(
        &self,
        step: &Step,
        message: impl fmt::Display,
        advice: Option<String>,
    ) -> ScenarioError {
        ScenarioError {
            source_name: self.source.name.clone(),
            place: step.place.clone(),
            message: format!("step {}: {message}", step.number),
            advice,
        }
    }
}
