//! `log timeline`: one session step by step, with what has not come.

use std::collections::HashMap;
use std::io::Write;
use std::ops::ControlFlow;
use std::time::Duration;

use chrono::Utc;

use super::live::{Live, clear};
use super::page;
use crate::commands::reading::{Logs, Reading, deliveries};
use crate::commands::{Console, Format, Outcome};
use crate::delivery::deliveries::AttemptRecord;
use crate::flows::history::{CaptureName, Sighting, Timeline, Timelines};
use crate::model::error::{Failure, OutputError};
use crate::model::report::Report;
use crate::render::log::{SessionRow, ShownTimeline};
use crate::selection::{Identity, Pattern, Query, Selector, Term};
use crate::text::number::counted;
use crate::text::show;
use crate::validation::Validation;
use crate::wire::JsonLines;
use crate::wire::log::TimelineSummary;

/// Deliveries by their captures.
type Delivered = HashMap<CaptureName, Vec<AttemptRecord>>;

/// What `log timeline` was asked for.
#[derive(Debug)]
pub struct TimelineOptions {
    /// The id of the session.
    pub session: String,
    /// The logs.
    pub logs: Logs,
    /// How long an event may take that follows another one.
    pub settle_after: Duration,
    /// The timeline is drawn anew while the log grows.
    pub follow: bool,
    /// What stdout carries.
    pub format: Format,
}

/// Shows the timeline of the session; one for each provider that has a session of that id.
pub(super) fn run(options: &TimelineOptions, console: &mut Console) -> Result<Outcome, Failure> {
    let validation = Validation::new(console.catalog()?);
    let session = Term::Session(vec![Pattern::exactly(&options.session)]);
    let selector = Selector::new(Query::Term(session));
    let live = Live::new(Timelines::default());
    let page = page::page(console, false);
    let reading = Reading {
        files: &options.logs.files,
        validation: &validation,
        follow: options.follow,
        within: None,
    };
    let read = |console: &mut Console| {
        reading.run(
            console,
            &|found| {
                let judged = found.judged();
                let identity = Identity::from(judged.classification());
                selector.matches(&identity).then(|| {
                    let sighting = Sighting::of(judged, found.received_at);
                    (sighting, worst(judged.report()))
                })
            },
            &mut |_, name, found| {
                if let Some((sighting, code)) = found {
                    let catalog = validation.catalog();
                    live.change(|timelines| timelines.take(name, sighting, code, catalog));
                }
                Ok(ControlFlow::Continue(()))
            },
        )
    };
    let draw = |timelines: &Timelines, out: &mut dyn Write| {
        let timelines = timelines.so_far().0;
        let delivered = delivered(&timelines, options);
        let shown = timelines
            .iter()
            .filter_map(|one| shown(one, &delivered, options.settle_after, &validation));
        shown.into_iter().try_for_each(|one| one.write(page, out))
    };
    let outcome = live.run(options.follow, console, &draw, read)?;
    let (timelines, left_out) = live.into_state().so_far();
    let delivered = delivered(&timelines, options);
    clear(options.follow, console).map_err(OutputError::from)?;
    for (index, timeline) in timelines.iter().enumerate() {
        if index > 0 && options.format == Format::Human {
            writeln!(console.out).map_err(OutputError::from)?;
        }
        let Some(shown) = shown(timeline, &delivered, options.settle_after, &validation) else {
            continue;
        };
        match options.format {
            Format::Human => shown.write(page, &mut *console.out)?,
            Format::Json => shown.json(&mut *console.out)?,
        }
    }
    if options.format == Format::Json {
        let summary = TimelineSummary {
            session: &options.session,
            timelines: crate::text::number::count(timelines.len()),
            steps: timelines
                .iter()
                .map(|one| crate::text::number::count(one.steps.len()))
                .sum(),
            left_out,
        };
        JsonLines::new(&mut *console.out).write("summary", &summary)?;
        return Ok(outcome);
    }
    console.out.flush().map_err(OutputError::from)?;
    if left_out > 0 {
        let captures = counted(left_out, "capture", "captures");
        console.warn(
            &format!("{captures} not shown: a timeline has at most 10,000"),
            None,
        )?;
    }
    let is_told = console.warn_of_none(&selector)?;
    let words = &options.logs.words;
    let step = timelines.first().and_then(Timeline::telling);
    let next = if let Some(step) = step {
        let name = page::word(&step.name.typed());
        format!("look closer: enx-hook log show {name}{words}")
    } else {
        let none = if is_told {
            String::new()
        } else {
            format!("no captures of session {}; ", show(&options.session))
        };
        format!("{none}all sessions: enx-hook log sessions{words}")
    };
    console.say(&next)?;
    Ok(outcome)
}

/// What became of forwarding the captures.
fn delivered(timelines: &[Timeline], options: &TimelineOptions) -> Delivered {
    let steps = timelines.iter().flat_map(|timeline| &timeline.steps);
    let captures = steps.flat_map(|step| {
        let copy = step.last_duplicate.clone();
        std::iter::once((step.name.clone(), step.at)).chain(copy)
    });
    deliveries(&options.logs.files, captures)
}

fn shown<'t>(
    timeline: &'t Timeline,
    deliveries: &'t Delivered,
    settle_after: Duration,
    validation: &'t Validation,
) -> Option<ShownTimeline<'t>> {
    let session = timeline.session.clone();
    let provider = validation.catalog().provider(&session.provider)?;
    let standings = session.standings(provider, Utc::now(), settle_after);
    Some(ShownTimeline {
        row: SessionRow::new(session, provider, &standings),
        steps: &timeline.steps,
        standings,
        deliveries,
    })
}

/// The code of the worst finding that changes the verdict.
fn worst(report: &Report) -> Option<String> {
    let findings = report.findings.iter().rev();
    let worst = findings.max_by_key(|finding| finding.severity)?;
    Some(worst.code.to_string())
}
