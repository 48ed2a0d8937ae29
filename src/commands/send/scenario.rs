//! Scenarios: many posts as one story, with pauses, faults and what is expected of the answers.
//!
//! A scenario is a file of steps; the built-in ones are files of the same form, and name no
//! event: what a session is like is the provider's to say. The way is read → plan → post:
//! [`read`](mod@read) makes a [`Scenario`] of a text or says where it is wrong,
//! [`plan`](mod@plan) makes the bodies of one session after the other, and what came is held
//! against [`expect`](mod@expect).

mod at;
mod builtin;
pub(super) mod expect;
mod fill;
pub(super) mod plan;
mod read;
pub(super) mod show;

use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::catalog::Change;
use crate::model::environment::Environment;
use crate::model::error::{Category, Explain, Failure};

use at::Place;
pub(super) use builtin::list;
use expect::Expectation;

/// The longest pause, and the longest story.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// A story to tell a receiver.
#[derive(Debug)]
pub(super) struct Scenario {
    /// What it is called in output.
    pub(super) name: String,
    /// What it is about, in a line.
    pub(super) title: String,
    /// The provider, if it names one.
    provider: Option<String>,
    /// How many sessions live through it.
    pub(super) sessions: u64,
    /// How many of them at a time.
    pub(super) concurrency: usize,
    steps: Vec<Step>,
    /// Its file, for what is found wrong later.
    source: Source,
}

/// One step.
#[derive(Debug)]
struct Step {
    /// From 1.
    number: usize,
    name: Option<String>,
    what: What,
    /// Steps with the same label share their ids.
    session: String,
    changes: Vec<Change>,
    /// The pause before it; natural ones for all events of a session if it names none.
    after: Option<Duration>,
    repeat: u32,
    faults: Faults,
    expect: Expectation,
    /// Whether an invalid body is refused.
    validate: bool,
    place: Place,
}

/// What a step posts.
#[derive(Debug)]
enum What {
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
enum Each {
    /// All, in the order of a session's life.
    Life,
    /// Those whose order the documents tell.
    Order,
}

/// What goes wrong on the way.
#[derive(Clone, Debug, Default)]
struct Faults {
    /// Copies of each body, and how long after it they come, in turn.
    copies: u32,
    late: Vec<Duration>,
    reorder: bool,
    corrupt: bool,
    unknown_type: bool,
}

/// Where a scenario comes from.
#[derive(Clone, Debug)]
pub(super) struct Source {
    /// How its file is named in errors.
    name: String,
    /// The folder from which its files are meant.
    folder: PathBuf,
}

/// The scenario of that name, or in that file.
pub(super) fn find(name: &str, environment: &Environment) -> Result<Scenario, Failure> {
    if let Some(text) = builtin::text(name) {
        let source = Source {
            name: format!("scenarios/{name}.json"),
            folder: environment.current_dir.clone(),
        };
        return Ok(read::read(name, text.as_bytes(), source, environment)?);
    }
    let path = environment.current_dir.join(name);
    let text = match std::fs::read(&path) {
        Ok(text) => text,
        Err(source) => {
            // A path has a separator or an ending.
            let is_name = name.is_empty()
                || source.kind() == ErrorKind::NotFound && !name.contains(['/', '\\', '.']);
            return Err(if is_name {
                FindError::Unknown {
                    name: name.to_owned(),
                    nearest: builtin::nearest(name),
                }
            } else {
                FindError::Read {
                    name: name.to_owned(),
                    source,
                }
            }
            .into());
        }
    };
    let source = Source {
        name: name.to_owned(),
        folder: path.parent().map_or_else(PathBuf::new, Path::to_owned),
    };
    let stem = Path::new(name).file_stem().unwrap_or_default();
    Ok(read::read(
        &stem.to_string_lossy(),
        &text,
        source,
        environment,
    )?)
}

/// There is no such scenario.
#[derive(Debug, thiserror::Error)]
enum FindError {
    #[error("no scenario is called `{name}`, and no file either")]
    Unknown {
        name: String,
        nearest: Option<String>,
    },
    #[error("cannot read the scenario {name}")]
    Read {
        name: String,
        source: std::io::Error,
    },
}

impl Explain for FindError {
    fn category(&self) -> Category {
        match self {
            FindError::Unknown { .. } => Category::Usage,
            FindError::Read { .. } => Category::Undone,
        }
    }

    fn advice(&self) -> Option<String> {
        match self {
            FindError::Unknown {
                nearest: Some(nearest),
                ..
            } => Some(format!("did you mean `{nearest}`?")),
            FindError::Unknown { .. } => {
                Some("`enx-hook send --list` lists those that there are".to_owned())
            }
            FindError::Read { .. } => None,
        }
    }
}

/// Something in a scenario is wrong.
#[derive(Debug, thiserror::Error)]
#[error("{}:{}:{}: {message}", source_name, place.line, place.column)]
pub(super) struct ScenarioError {
    source_name: String,
    place: Place,
    message: String,
    advice: Option<String>,
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
    /// Whether it has more than one, so that a post is told by its step.
    pub(super) fn has_steps(&self) -> bool {
        self.steps.len() > 1
    }

    /// What is wrong with a step, found when it was planned.
    fn fault(
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

#[cfg(test)]
mod tests;
