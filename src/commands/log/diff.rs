//! `log diff`: what differs between two captures, two sessions, or a capture and the documents.

use std::io::Write as _;
use std::ops::ControlFlow;
use std::sync::Arc;

use super::page;
use super::show::{NoCapture, Shown, find};
use crate::commands::reading::{Logs, Reading};
use crate::commands::{Console, Format, Outcome};
use crate::flows::history::{CaptureName, Depth, Difference, NO_EVENT, differences, pairs, sample};
use crate::model::error::{Category, Explain, Failure, OutputError};
use crate::render::log::{differences as write, differences_json};
use crate::selection::{Identity, Pattern, Query, Selector, Term};
use crate::text::number::{count, counted};
use crate::validation::{JudgedCapture, Mask, Validation};
use crate::wire::JsonLines;
use crate::wire::log::DiffSummary;

/// What is compared.
#[derive(Debug)]
pub enum Compared {
    /// Two captures.
    Captures([CaptureName; 2]),
    /// A capture with the sample of its event.
    Sample(CaptureName),
    /// Two sessions, event by event.
    Sessions([String; 2]),
}

/// What `log diff` was asked for.
#[derive(Debug)]
pub struct DiffOptions {
    /// What is compared.
    pub compared: Compared,
    /// The logs.
    pub logs: Logs,
    /// Fields that are new in every event count too.
    pub exact: bool,
    /// What is masked.
    pub mask: Mask,
    /// What stdout carries.
    pub format: Format,
}

/// The catalog has no sample to compare with.
#[derive(Debug, thiserror::Error)]
#[error("{name} is no event of the catalog, so there is no sample")]
struct NoSample {
    name: CaptureName,
    /// The logs, as words of a command.
    words: String,
}

impl Explain for NoSample {
    fn category(&self) -> Category {
        Category::Usage
    }

    fn advice(&self) -> Option<String> {
        let name = page::word(&self.name.typed());
        Some(format!("`enx-hook log show {name}{}` shows it", self.words))
    }
}

/// Captures of a session that are compared.
const MOST: usize = 10_000;

/// Compares, and shows the differences.
pub(super) fn run(options: &DiffOptions, console: &mut Console) -> Result<Outcome, Failure> {
    let validation = Validation::new(console.catalog()?);
    let depth = match (options.exact, &options.compared) {
        (true, _) => Depth::Exact,
        (false, Compared::Sample(_)) => Depth::Shape,
        (false, _) => Depth::Fresh,
    };
    let mut output = DiffOutput {
        options,
        found: 0,
        compared: 0,
    };
    let mut outcome = Outcome::Done;
    match &options.compared {
        Compared::Captures(names) => {
            let [a, b] = captures(names, options, &validation, console)?;
            let found = differences(&a.judged, &b.judged, depth);
            output.show(&found, None, console)?;
        }
        Compared::Sample(name) => {
            let mut shown = find(name, &options.logs.files, &validation, console)?
                .ok_or_else(|| NoCapture::new(name, &options.logs.files))?;
            let sample = sample(&shown.judged, &validation).ok_or_else(|| NoSample {
                name: name.clone(),
                words: options.logs.words.clone(),
            })?;
            shown.judged = options.mask.of(shown.judged);
            let found = differences(&sample, &shown.judged, depth);
            output.show(&found, None, console)?;
        }
        Compared::Sessions(ids) => {
            let (sides, read) = sessions(ids, options, &validation, console)?;
            output.sessions(sides, depth, console)?;
            outcome = read;
        }
    }
    console.warn_of_mask(&options.mask)?;
    Ok(outcome.and(output.finish(console)?))
}

/// The captures of these names.
fn captures(
    names: &[CaptureName; 2],
    options: &DiffOptions,
    validation: &Validation,
    console: &mut Console,
) -> Result<[Shown; 2], Failure> {
    let mut one = |name: &CaptureName| -> Result<Shown, Failure> {
        let files = &options.logs.files;
        let found = find(name, files, validation, console)?;
        let mut found = found.ok_or_else(|| Failure::from(NoCapture::new(name, files)))?;
        found.judged = options.mask.of(found.judged);
        Ok(found)
    };
    Ok([one(&names[0])?, one(&names[1])?])
}

/// The captures of two sessions, without copies, and whether all was read.
fn sessions(
    ids: &[String; 2],
    options: &DiffOptions,
    validation: &Validation,
    console: &mut Console,
) -> Result<(Sides, Outcome), Failure> {
    let mut sides = Sides::default();
    let selectors = ids.each_ref().map(|id| {
        let session = Term::Session(vec![Pattern::exactly(id)]);
        Selector::new(Query::Term(session))
    });
    let reading = Reading {
        files: &options.logs.files,
        validation,
        follow: false,
        within: None,
    };
    let outcome = reading.run(
        console,
        &|found| {
            let class = found.classification();
            let identity = Identity::from(&class);
            let sides = selectors.each_ref().map(|one| one.matches(&identity));
            sides
                .contains(&true)
                .then(|| (sides, Arc::new(found.whole())))
        },
        &mut |_, _, found| {
            if let Some((is_of, judged)) = found {
                let judged = match &options.mask {
                    mask if mask.is_off() => judged,
                    mask => Arc::new(judged.masked(mask)),
                };
                for (side, _) in is_of.iter().enumerate().filter(|(_, is)| **is) {
                    let known: &mut Vec<Arc<JudgedCapture>> = &mut sides[side];
                    let bytes = &judged.content().bytes;
                    let is_copy = known.iter().any(|one| one.content().bytes == *bytes);
                    if !is_copy && known.len() < MOST {
                        known.push(Arc::clone(&judged));
                    }
                }
            }
            Ok(ControlFlow::Continue(()))
        },
    )?;
    for selector in &selectors {
        console.warn_of_none(selector)?;
    }
    Ok((sides, outcome))
}

/// The captures of two sessions.
type Sides = [Vec<Arc<JudgedCapture>>; 2];

/// What was found so far.
struct DiffOutput<'o> {
    options: &'o DiffOptions,
    found: u64,
    /// Pairs of captures that were compared.
    compared: u64,
}

impl DiffOutput<'_> {
    fn show(
        &mut self,
        found: &[Difference],
        event: Option<&str>,
        console: &mut Console,
    ) -> Result<(), OutputError> {
        self.compared += 1;
        self.found += count(found.len());
        let page = page::page(console, false);
        match self.options.format {
            Format::Human if found.is_empty() => Ok(()),
            Format::Human => write(found, event, page, &mut *console.out),
            Format::Json => differences_json(found, event, &mut *console.out),
        }
    }

    /// Shows what differs between two sessions.
    fn sessions(
        &mut self,
        sides: Sides,
        depth: Depth,
        console: &mut Console,
    ) -> Result<(), OutputError> {
        for (event, found) in pairs(sides, depth) {
            self.show(&found, Some(event.as_deref().unwrap_or(NO_EVENT)), console)?;
        }
        Ok(())
    }

    fn finish(self, console: &mut Console) -> Result<Outcome, Failure> {
        if self.options.format == Format::Json {
            let summary = DiffSummary {
                differences: self.found,
                compared: self.compared,
            };
            JsonLines::new(&mut *console.out).write("summary", &summary)?;
        } else {
            console.out.flush().map_err(OutputError::from)?;
            let hint = match (self.options.exact, &self.options.compared) {
                (true, _) => "",
                (_, Compared::Sample(_)) => "; values are compared with --exact",
                (_, _) => "; ids and times are compared with --exact",
            };
            console.say(&match self.found {
                0 => format!("no differences{hint}"),
                found => format!("{}{hint}", counted(found, "difference", "differences")),
            })?;
        }
        Ok(match self.found {
            0 => Outcome::Done,
            _ => Outcome::Negative,
        })
    }
}
