//! `export`: what is known of events, for other programs; and captures as a scenario.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::reading::{Logs, Reading, bounds};
use super::{Console, Outcome};
use crate::files::{AtomicFile, Input};
use crate::flows::replaying::Envelope;
use crate::flows::sending::scenario::Recording;
use crate::model::error::{Category, Explain, Failure, OutputError};
use crate::model::report::Verdict;
use crate::render::export::{asyncapi, openapi, typescript};
use crate::selection::Query;
use crate::text::number::{count, counted};
use crate::text::show;
use crate::validation::Validation;

/// What `export` was asked for.
#[derive(Debug)]
pub struct ExportOptions {
    /// What is exported.
    pub what: Exported,
    /// The file that is written; stdout if there is none.
    pub output: Option<PathBuf>,
}

/// What is exported.
#[derive(Debug)]
pub enum Exported {
    /// The events of the catalog.
    Events {
        /// As what.
        language: Language,
        /// Only those of this provider.
        provider: Option<String>,
    },
    /// Captures, as a scenario.
    Scenario {
        /// Where they stand.
        logs: Logs,
        /// Which captures.
        query: Query,
    },
}

impl ExportOptions {
    /// The logs that are read.
    pub fn inputs(&self) -> &[Input] {
        match &self.what {
            Exported::Events { .. } => &[],
            Exported::Scenario { logs, .. } => &logs.files,
        }
    }
}

/// What describes events.
#[derive(Clone, Copy, Debug)]
pub enum Language {
    /// OpenAPI 3.1.
    OpenApi,
    /// AsyncAPI 3.0.
    AsyncApi,
    /// TypeScript.
    TypeScript,
}

/// The file cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}", show(&path.display().to_string()))]
struct ExportError {
    path: PathBuf,
    source: std::io::Error,
}

impl Explain for ExportError {
    fn category(&self) -> Category {
        Category::Undone
    }
}

/// Exports what was asked for.
pub fn run(options: &ExportOptions, console: &mut Console) -> Result<Outcome, Failure> {
    let (text, outcome) = match &options.what {
        Exported::Events { language, provider } => {
            let text = events(*language, provider.as_deref(), console)?;
            (text, Outcome::Done)
        }
        Exported::Scenario { logs, query } => match scenario(logs, query, console)? {
            (Some(text), outcome) => (text, outcome),
            (None, outcome) => return Ok(outcome.and(Outcome::Negative)),
        },
    };
    if let Some(path) = &options.output {
        write(path, &text).map_err(|source| ExportError {
            path: path.clone(),
            source,
        })?;
    } else {
        let written = console.out.write_all(text.as_bytes());
        written
            .and_then(|()| console.out.flush())
            .map_err(OutputError::from)?;
    }
    Ok(outcome)
}

/// The events in a language.
fn events(
    language: Language,
    provider: Option<&str>,
    console: &Console,
) -> Result<String, Failure> {
    let catalog = console.catalog()?;
    let providers = match provider {
        Some(name) => vec![catalog.require_provider(name)?],
        None => catalog.providers().iter().collect(),
    };
    let document = match language {
        Language::OpenApi => openapi(&providers)?,
        Language::AsyncApi => asyncapi(&providers)?,
        Language::TypeScript => return Ok(typescript(&providers)),
    };
    Ok(format!("{document:#}\n"))
}

/// The selected captures as a scenario; nothing if there is none.
fn scenario(
    logs: &Logs,
    query: &Query,
    console: &mut Console,
) -> Result<(Option<String>, Outcome), Failure> {
    let catalog = console.catalog()?;
    let selector = console.selector(query, &catalog)?;
    let validation = Validation::new(catalog);
    let bounds = bounds(&logs.files, selector.query(), None, &validation);
    let reading = Reading {
        files: &logs.files,
        validation: &validation,
        follow: false,
        within: Some((&selector, bounds)),
    };
    let mut recording = Recording::default();
    let (mut last, mut sessions) = (None, BTreeSet::new());
    let outcome = reading.select(&selector, console, &mut |console, name, selected| {
        let class = selected.judged.classification();
        let request = match Envelope::again(&selected.judged.capture) {
            Ok(request) => request,
            Err(error) => {
                console.warn(&format!("{name}: {error}; left out"), None)?;
                return Ok(ControlFlow::Continue(()));
            }
        };
        // From one whole millisecond to the next, so that the sum of the pauses is right.
        let at = selected.sighting.at.map(|at| at.timestamp_millis());
        let after = at.zip(last).map_or(0, |(at, last)| at - last);
        last = at.or(last);
        sessions.extend(class.session.clone());
        let event = class.event.as_deref().unwrap_or("body");
        let after = Duration::from_millis(u64::try_from(after).unwrap_or(0));
        let is_invalid = class.verdict == Verdict::Invalid;
        recording.add(&format!("{event} {name}"), after, &request, is_invalid);
        Ok(ControlFlow::Continue(()))
    })?;
    if recording.count() == 0 {
        console.warn_of_none(&selector)?;
        console.say("no captures; nothing was exported")?;
        return Ok((None, outcome));
    }
    for (number, one, many, why) in [
        (
            recording.left_out,
            "capture",
            "captures",
            "left out: a scenario has at most 10,000 steps",
        ),
        (
            recording.lost_headers,
            "header",
            "headers",
            "left out: not UTF-8",
        ),
        (
            recording.long_pauses,
            "pause",
            "pauses",
            "shortened to a day",
        ),
    ] {
        if number > 0 {
            console.warn(&format!("{} {why}", counted(number, one, many)), None)?;
        }
    }
    let captures = counted(recording.count(), "capture", "captures");
    let sessions: Vec<_> = sessions.into_iter().collect();
    let of = match &*sessions {
        [one] => format!("session {}", show(one)),
        many => counted(count(many.len()), "session", "sessions"),
    };
    let text = recording.text(&format!("{captures} of {of}"));
    Ok((Some(text), outcome))
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = AtomicFile::begin(path)?;
    file.write_all(text.as_bytes())?;
    file.commit()
}
