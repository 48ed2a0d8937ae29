//! A scenario as data: its steps, and what is wrong with one.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use super::super::expect::Expectation;
use crate::catalog::Change;
use crate::model::error::{Category, Explain};

/// The longest pause, and the longest scenario.
pub(super) const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// Posts of one or more sessions, with pauses, faults and what is expected of the answers.
#[derive(Debug)]
pub struct Scenario {
    /// Its name in output.
    pub name: String,
    /// What it is about, in a line.
    pub title: String,
    /// The provider, if it names one.
    pub(super) provider: Option<String>,
    /// The number of sessions.
    pub sessions: u64,
    /// Sessions at a time.
    pub concurrency: usize,
    pub(super) steps: Vec<Step>,
    /// Its file, for errors that are found later.
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
    /// The pause before it; natural ones for all events of a session if it names none.
    pub(super) after: Option<Duration>,
    pub(super) repeat: u32,
    pub(super) faults: Faults,
    pub(super) expect: Expectation,
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
    /// A body, as it is.
    Text(String),
    /// What is in a file, as it is.
    File(PathBuf),
}

/// Which events a whole session has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Each {
    /// All, in the order of a session's life.
    Life,
    /// Those whose order the documents tell.
    Order,
}

/// What goes wrong on the way.
#[derive(Clone, Debug, Default)]
pub(super) struct Faults {
    /// Copies of each body, and how long after it they come, in turn.
    pub(super) copies: u32,
    pub(super) late: Vec<Duration>,
    pub(super) reorder: bool,
    pub(super) corrupt: bool,
    pub(super) unknown_type: bool,
}

/// Where a scenario comes from.
#[derive(Clone, Debug)]
pub(super) struct Source {
    /// How its file is named in errors.
    pub(super) name: String,
    /// The folder from which its files are meant.
    pub(super) folder: PathBuf,
}

/// A place in a file, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) line: usize,
    pub(super) column: usize,
}

/// Something in a scenario is wrong.
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
    /// Whether it has more than one step, so that a post is named by its step.
    pub fn has_steps(&self) -> bool {
        self.steps.len() > 1
    }

    /// An error in a step that was found when it was planned.
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
