//! `log stats`: how many captures of what kind, and when.

use std::io::Write as _;
use std::ops::ControlFlow;

use super::page;
use crate::commands::reading::{Logs, Reading, bounds};
use crate::commands::{Console, Format, Outcome};
use crate::flows::history::{By, CaptureFacts, History, Sample, Sighting, Statistics};
use crate::model::error::{Failure, OutputError};
use crate::render::log::{statistics, statistics_json};
use crate::selection::{Need, Query};
use crate::validation::Validation;

/// What `log stats` was asked for.
#[derive(Debug)]
pub struct StatsOptions {
    /// The logs.
    pub logs: Logs,
    /// Which captures.
    pub query: Query,
    /// By what they are counted.
    pub by: Vec<By>,
    /// What stdout carries.
    pub format: Format,
}

/// Counts the selected captures.
pub(super) fn run(options: &StatsOptions, console: &mut Console) -> Result<Outcome, Failure> {
    let catalog = console.catalog()?;
    let selector = console.selector(&options.query, &catalog)?;
    let is_all = selector.query().is_everything();
    let asks_history = selector.query().need() == Some(Need::History);
    let validation = Validation::new(catalog);
    let mut history = History::of_log();
    let mut counts = Statistics::default();
    let files = &options.logs.files;
    let bounds = bounds(files, selector.query(), None, &validation);
    let reading = Reading {
        files,
        validation: &validation,
        follow: false,
        within: Some((&selector, bounds)),
    };
    let outcome = reading.run(
        console,
        &|found| {
            let received_at = found.received_at;
            let is_meant = asks_history
                || is_all
                || selector.matches(&CaptureFacts::new(found.judged(), received_at, None));
            is_meant.then(|| {
                let at = received_at.or_else(|| Sighting::without_key(&found).at);
                let sample = Sample::new(&found.report(), at);
                let asked = asks_history.then(|| {
                    let sighting = Sighting::without_key(&found);
                    Box::new((sighting, found.into_judged(), received_at))
                });
                (sample, asked)
            })
        },
        &mut |_, name, found| {
            let Some((sample, asked)) = found else {
                return Ok(ControlFlow::Continue(()));
            };
            let is_meant = asked.is_none_or(|asked| {
                let (sighting, judged, received_at) = *asked;
                let (context, _) = history.observe(&name, &sighting, validation.catalog());
                selector.matches(&CaptureFacts::new(&judged, received_at, Some(&context)))
            });
            if is_meant {
                counts.count(sample);
            }
            Ok(ControlFlow::Continue(()))
        },
    )?;
    let by = match &options.by[..] {
        [] => &By::ALL[..],
        by => by,
    };
    let page = page::page(console, false);
    match options.format {
        Format::Human => statistics(&counts, by, page, &mut *console.out)?,
        Format::Json => statistics_json(&counts, by, &mut *console.out)?,
    }
    console.out.flush().map_err(OutputError::from)?;
    if !console.warn_of_none(&selector)? && options.format == Format::Human {
        let words = &options.logs.words;
        console.say(&format!(
            "which sessions are complete: enx-hook log sessions{words}"
        ))?;
    }
    Ok(outcome)
}
