//! `check`: whether a live receiver does what the provider's documents ask for.

mod options;

use std::io::Write as _;

use tokio::time::Instant;

use super::prompt;
use super::signals::Signals;
use super::{Console, Outcome, RuntimeError, small_runtime, wait_for};
use crate::catalog::{Catalog, Provider};
use crate::delivery::Proxies;
use crate::flows::conformance::{
    self, Bodies, CheckContext, Checked, Plan, Summary, named, select,
};
use crate::model::error::{Failure, OutputError};
use crate::render::AnnotatedFormat as Format;
use crate::render::check::{self as render, Human};
use crate::render::report::ReportFile;
use crate::text::number::{count, counted, grouped};
use crate::text::{mask, time};
use crate::validation::Validation;

pub use options::{CheckOptions, Job};

/// Checks the receiver, or shows what would be checked.
pub fn run(options: &CheckOptions, console: &mut Console) -> Result<Outcome, Failure> {
    let catalog = console.catalog()?;
    let provider = the_provider(options, &catalog)?;
    let (style, out) = (console.style, &mut *console.out);
    if let Job::Explain(name) = &options.job {
        render::explain(named(name)?, provider, style, out)?;
        return Ok(Outcome::Done);
    }
    let checks = select(&options.only, &options.skip)?;
    if options.job == Job::List {
        match options.format {
            Format::Json => render::list_json(&checks, provider, out)?,
            Format::Human | Format::Github => render::list(&checks, provider, style, out)?,
        }
        return Ok(Outcome::Done);
    }
    let plan = Plan::new(provider, checks, &options.run)?;
    if !options.yes {
        let (requests, rate) = (plan.requests, options.run.rate);
        let posts = format!("Post up to {requests} made-up events to it, {rate} per second");
        let why = "it would receive events with made-up ids";
        prompt::consent(&options.run.target.url, why, &posts, console)?;
    }
    wait_for(&options.run.target, console)?;
    let report = match &options.report {
        Some(path) => Some(ReportFile::create(path)?),
        None => None,
    };
    let validation = Validation::new(catalog.clone());
    let proxies = Proxies::of(&console.environment);
    small_runtime()?.block_on(async {
        let bodies = Bodies::new(provider, &validation);
        let trace = console.environment.trace;
        let (run, budget) = (&options.run, plan.requests);
        let context = CheckContext::new(provider, bodies, run, proxies, trace, budget)?;
        check(&context, &plan, options, report, console).await
    })
}

/// Runs the checks and shows their results.
async fn check(
    context: &CheckContext<'_>,
    plan: &Plan<'_>,
    options: &CheckOptions,
    report: Option<ReportFile>,
    console: &mut Console,
) -> Result<Outcome, Failure> {
    let mut signals = Signals::new().map_err(RuntimeError)?;
    let began = Instant::now();
    announce(context, plan, options, console)?;
    let mut human = Human::new(&plan.checks);
    let mut results: Vec<Checked> = Vec::new();
    let mut emit = |checked: Checked| {
        let (style, out) = (console.style, &mut *console.out);
        match options.format {
            Format::Human => human.checked(&checked, plan.provider, style, out)?,
            Format::Json => render::checked(&checked, plan.provider, out)?,
            Format::Github => render::annotate(&checked, plan, out)?,
        }
        results.push(checked);
        Ok(())
    };
    let ended = tokio::select! {
        ended = conformance::run(context, plan, &mut emit) => Some(ended),
        () = signals.next() => None,
    };
    let (outcome, undone) = match ended {
        Some(Ok(())) => (plan.outcome(&results), plan.unreached(&results)),
        // Without results, the error alone is enough for people.
        Some(Err(failure))
            if results.is_empty() && options.format != Format::Json && report.is_none() =>
        {
            return Err(failure);
        }
        Some(Err(failure)) => {
            console.fail(&failure)?;
            (failure.category().outcome(), Some(failure.message()))
        }
        None => (Outcome::Interrupted, Some("interrupted".to_owned())),
    };
    let is_whole = undone.is_none();
    let summary = Summary::new(context, &results, undone, began);
    if options.format == Format::Json {
        render::summary(&summary, &mut *console.out)?;
    } else {
        human.end(console.style, &mut *console.out)?;
        summarize(&summary, console)?;
        let score = &summary.score;
        if outcome == Outcome::Done && score.failed_should + score.warnings > 0 {
            console.say(
                "The exit code is 0, since no rule of the documents (must) failed; with --strict, failures of \
                 good practice (should) and warnings make it 1.",
            )?;
        }
        if outcome == Outcome::Negative && score.failed_must == 0 && is_whole {
            console.say(
                "The exit code is 1, since --strict counts failures of good practice (should) and warnings; no \
                 rule of the documents (must) failed.",
            )?;
        }
    }
    if let Some(report) = report {
        let url = options.run.target.url.to_string();
        report.write(|out| render::junit(&url, plan, &results, &summary, out))?;
    }
    Ok(outcome)
}

/// Says what is going to happen.
fn announce(
    context: &CheckContext<'_>,
    plan: &Plan<'_>,
    options: &CheckOptions,
    console: &mut Console,
) -> Result<(), OutputError> {
    let run = &options.run;
    let mark = context.bodies.mark();
    if options.format == Format::Json {
        render::plan(plan, run, mark, &mut *console.out)?;
    }
    console.say(&format!(
        "{}: {} against {}",
        plan.provider.title,
        counted(count(plan.checks.len()), "check", "checks"),
        mask::show(&run.target.url.to_string())
    ))?;
    console.say(&format!(
        "  at most {} requests, {} per second, within {}",
        grouped(plan.requests.into()),
        grouped(run.rate.into()),
        time::duration(run.length),
    ))?;
    console.say(&format!("  made-up ids begin with {mark}"))
}

/// The score, and what the run leaves behind.
fn summarize(summary: &Summary, console: &mut Console) -> Result<(), OutputError> {
    writeln!(
        console.out,
        "{}",
        render::score(&summary.score, summary.took)
    )?;
    console.out.flush()?;
    console.say(&format!(
        "Sent {} with {}.",
        counted(summary.requests.into(), "request", "requests"),
        counted(
            count(summary.sessions),
            "made-up session",
            "made-up sessions"
        ),
    ))?;
    if !summary.unmarked_events.is_empty() {
        let events = summary.unmarked_events.join(", ");
        console.warn(
            &format!("the schemas of {events} forbid marked ids"),
            Some("find the data that these events left behind by its time"),
        )?;
    }
    console.say(&format!(
        "All their ids begin with {}: delete their data to clean up.",
        summary.mark,
    ))
}

fn the_provider<'c>(options: &CheckOptions, catalog: &'c Catalog) -> Result<&'c Provider, Failure> {
    match (&options.provider, catalog.providers().first()) {
        (None, Some(first)) => Ok(first),
        (name, _) => Ok(catalog.require_provider(name.as_deref().unwrap_or_default())?),
    }
}
