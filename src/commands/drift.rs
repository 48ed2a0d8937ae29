//! `drift`: where the captures of a log differ from the documents. The engine in `flows/history`
//! compares and counts.

mod baseline;

use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Duration;

use chrono::Utc;

use super::reading::{Logs, Reading};
use super::{Console, Outcome};
use crate::catalog::Catalog;
use crate::files::Input;
use crate::flows::history::{Drift, DriftClass, DriftPlan, DriftRow};
use crate::model::error::{Failure, OutputError};
use crate::render::drift::{DriftFormat, DriftReport, Listed, write};
use crate::render::request::word;
use crate::selection::Query;
use crate::validation::Validation;
use baseline::Baseline;

/// What `drift` was asked for.
#[derive(Debug)]
pub struct DriftOptions {
    /// The logs.
    pub logs: Logs,
    /// Which captures.
    pub query: Query,
    /// The output of an earlier run, whose differences are left out.
    pub baseline: Option<PathBuf>,
    /// Differences of these classes are a negative result.
    pub fail_on: Vec<DriftClass>,
    /// How long an event may take that follows another one.
    pub settle_after: Duration,
    /// What stdout carries.
    pub format: DriftFormat,
}

/// Compares the selected captures with the catalog.
pub fn run(options: &DriftOptions, console: &mut Console) -> Result<Outcome, Failure> {
    let baseline = options
        .baseline
        .as_deref()
        .map(Baseline::read)
        .transpose()?;
    let catalog = console.catalog()?;
    let selector = console.selector(&options.query, &catalog)?;
    let validation = Validation::new(catalog.clone());
    let plan = DriftPlan::new(&catalog);
    let mut drift = Drift::new(&plan, options.settle_after);
    let reading = Reading {
        files: &options.logs.files,
        validation: &validation,
        follow: false,
        within: None,
    };
    let outcome = reading.observe(
        &selector,
        console,
        &|found| plan.observe(found),
        &mut |name, observation, is_meant| {
            if is_meant {
                drift.take(&name, &observation);
            } else {
                drift.leave_out(&observation);
            }
            Ok(ControlFlow::Continue(()))
        },
    )?;
    console.warn_of_none(&selector)?;
    let rows = drift.rows(Utc::now());
    let rows = match &baseline {
        Some(baseline) => baseline.without(rows),
        None => (rows, 0, 0),
    };
    let (rows, known, gone) = rows;
    let listed: Vec<Listed> = rows
        .into_iter()
        .map(|row| Listed {
            next: next(&row, &options.logs.words, &catalog),
            is_failing: options.fail_on.contains(&row.key.class),
            row,
        })
        .collect();
    let input = match options.logs.files.first() {
        Some(Input::File(path)) => path.display().to_string(),
        Some(Input::Stdin) | None => "stdin".to_owned(),
    };
    let report = DriftReport {
        listed: &listed,
        captures: drift.captures(),
        known,
        gone,
        beyond: drift.beyond(),
        forgotten: drift.forgotten(),
        input: &input,
    };
    write(&report, options.format, console.style, &mut *console.out)?;
    console.out.flush().map_err(OutputError::from)?;
    if options.format == DriftFormat::Human {
        // The first of the heaviest.
        let text = match listed.iter().rev().max_by_key(|one| one.severity()) {
            Some(worst) => format!("look closer: {}", worst.next),
            None if drift.captures() == 0 => "no capture was compared".to_owned(),
            None => "nothing differs from the documents".to_owned(),
        };
        console.say(&text)?;
    }
    let is_failing = listed.iter().any(|one| one.is_failing);
    Ok(if is_failing {
        outcome.and(Outcome::Negative)
    } else {
        outcome
    })
}

/// The command that looks closer at a difference. `words` are the logs as they were typed.
fn next(row: &DriftRow, words: &str, catalog: &Catalog) -> String {
    let shown = |text: &str| word(&crate::text::show(text));
    let event = row.key.event.as_deref().unwrap_or_default();
    let pointer = row.key.pointer.as_deref();
    let show = || {
        let first = row.first.as_ref().map(|name| shown(&name.typed()));
        format!("enx-hook log show {}{words}", first.unwrap_or_default())
    };
    let query = |query: &str| format!("enx-hook log --query {}{words}", shown(query));
    let example = row.example.as_ref().and_then(serde_json::Value::as_str);
    match row.key.class {
        DriftClass::UnplannedEvent | DriftClass::UnplannedField if !event.is_empty() => {
            format!("enx-hook learn --write learned{words}")
        }
        DriftClass::NeverSeen => format!("enx-hook events {}", shown(&typed(row, catalog))),
        DriftClass::SometimesSent => match pointer.filter(|pointer| !pointer.contains('*')) {
            Some(pointer) => query(&format!("event:{event} -({pointer} exists)")),
            None => show(),
        },
        DriftClass::Order | DriftClass::IncompleteSession => {
            let session = shown(example.unwrap_or_default());
            format!("enx-hook log timeline {session}{words}")
        }
        DriftClass::Redelivery if !event.is_empty() => {
            query(&format!("event:{event} is:duplicate"))
        }
        DriftClass::Redelivery => query("is:duplicate"),
        _ => show(),
    }
}

/// The event as it can be typed: with its provider where another one has the name too.
fn typed(row: &DriftRow, catalog: &Catalog) -> String {
    let event = row.key.event.as_deref().unwrap_or_default();
    let provider = row.key.provider.as_deref().unwrap_or_default();
    match catalog.find(event) {
        Some(found) if found.provider.name == provider => event.to_owned(),
        _ => format!("{provider}/{event}"),
    }
}
