//! `check`: whether a live receiver does what the provider's documents ask for.
//!
//! The checks are named and grouped in lists of their own; an engine runs them within a time
//! and emits a finding each; what is shown is made of the findings alone. What depends on the
//! provider is derived from its data files, so that a provider of a folder is checked too.
//!
//! It refuses to contact any host but the one named, to send more than it announced, and to
//! call a rule a must that no document states.

mod authentication;
mod bodies;
mod consent;
mod delivery;
mod effects;
mod engine;
mod finding;
mod ground;
mod idempotency;
mod list;
mod pacer;
mod promptness;
mod robustness;
mod show;
mod stats;
mod transport;
mod variants;

use std::path::PathBuf;
use std::time::Duration;

use super::signals::Signals;
use super::{Console, Outcome, RuntimeError, Target, small_runtime};
use crate::catalog::{Catalog, Provider};
use crate::delivery::{Proxies, TargetUrl as Url};
use crate::model::error::{Category, Explain, Failure};
use crate::render::report::ReportFile;
use crate::text::number::{count, counted};
use crate::text::time;
use crate::validation::Validation;

use bodies::Bodies;
use engine::Checked;
use ground::Ground;
use list::Check;
use show::{Plan, Show};

/// What `check` was asked for.
#[derive(Debug)]
pub struct Options {
    /// What to do.
    pub job: Job,
    /// The receiver.
    pub target: Target,
    /// The provider whose documents count; by default the catalog's first.
    pub provider: Option<String>,
    /// The longest an answer may take.
    pub max_latency: Duration,
    /// The longest the run may take.
    pub length: Duration,
    /// Requests a second at most.
    pub rate: u32,
    /// Names of checks and groups that are taken; all, if there are none.
    pub only: Vec<String>,
    /// Names of checks and groups that are left out.
    pub skip: Vec<String>,
    /// A public host may be posted to.
    pub yes: bool,
    /// Warnings and rules of level should count as well.
    pub strict: bool,
    /// Where the effects of events are told.
    pub verify: Option<Url>,
    /// What judges the effects of events.
    pub verify_command: Option<String>,
    /// A report in a file besides.
    pub report: Option<PathBuf>,
    /// What stdout carries.
    pub format: Format,
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Job {
    /// Check the receiver.
    Run,
    /// List the checks.
    List,
    /// Explain one check.
    Explain(String),
}

/// What `check` prints on stdout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text for people.
    Human,
    /// One JSON object a line, each with a `kind`.
    Json,
    /// Annotations for GitHub Actions.
    Github,
}

/// Checks the receiver, or says what would be checked.
pub fn run(options: &Options, console: &mut Console) -> Result<Outcome, Failure> {
    let catalog = console.catalog()?;
    let provider = the_provider(options, &catalog)?;
    match &options.job {
        Job::List => {
            let checks = list::select(&options.only, &options.skip)?;
            show::list(&checks, provider, options.format, console)?;
            return Ok(Outcome::Done);
        }
        Job::Explain(name) => {
            show::explain(list::named(name)?, provider, console)?;
            return Ok(Outcome::Done);
        }
        Job::Run => {}
    }
    let mut checks = list::select(&options.only, &options.skip)?;
    checks.retain(|check| effects::is_wanted(check, options));
    if checks.is_empty() {
        return Err(NothingToVerify.into());
    }
    let events = u32::try_from(provider.events().len()).unwrap_or(u32::MAX);
    let requests = checks
        .iter()
        .map(|check| (check.requests)(events))
        .fold(engine::overhead(checks.len(), events), u32::saturating_add);
    consent::ask(options, requests, console)?;
    let report = match &options.report {
        Some(path) => Some(ReportFile::create(path)?),
        None => None,
    };
    let validation = Validation::new(catalog.clone());
    let proxies = Proxies::of(&console.environment);
    let plan = Plan {
        provider,
        checks: &checks,
        requests,
        options,
    };
    let runtime = small_runtime()?;
    runtime.block_on(async {
        let bodies = Bodies::new(provider, &validation);
        let ground = Ground::new(provider, bodies, options, proxies, requests)?;
        check(&ground, &plan, report, console).await
    })
}

/// Runs the checks and shows what they find.
async fn check(
    ground: &Ground<'_>,
    plan: &Plan<'_>,
    report: Option<ReportFile>,
    console: &mut Console,
) -> Result<Outcome, Failure> {
    let options = plan.options;
    let mut signals = Signals::new().map_err(RuntimeError)?;
    let mut show = Show::new(plan, ground.bodies.mark(), console)?;
    let mut results: Vec<Checked> = Vec::new();
    let mut tell = |checked: Checked| {
        show.checked(&checked, console)?;
        results.push(checked);
        Ok(())
    };
    let ended = tokio::select! {
        ended = engine::run(ground, plan.checks, &mut tell) => Some(ended),
        () = signals.next() => None,
    };
    let (outcome, undone) = match ended {
        Some(Ok(())) => (outcome(&results, plan), unreached(&results, plan)),
        Some(Err(failure)) => {
            let why = failure.message();
            // Nothing is left behind that would have to be told.
            if results.is_empty() && options.format != Format::Json && report.is_none() {
                return Err(failure);
            }
            console.fail(&failure)?;
            (failure.category().outcome(), Some(why))
        }
        None => (Outcome::Interrupted, Some("interrupted".to_owned())),
    };
    show.summary(&results, undone.as_deref(), ground, console)?;
    if let Some(report) = report {
        report.write(|out| show::junit(&results, undone.as_deref(), ground, plan, out))?;
    }
    Ok(outcome)
}

/// Why the run is not whole, if time was short.
fn unreached(results: &[Checked], plan: &Plan<'_>) -> Option<String> {
    let unreached = results.iter().filter(|checked| checked.unreached).count();
    let length = time::duration(plan.options.length);
    let checks = counted(count(unreached), "check", "checks");
    (unreached > 0).then(|| format!("{checks} not reached within {length} (--for)"))
}

/// What the findings mean for the exit code. A must that fails is a negative result also
/// where the time was over before the rest was reached.
fn outcome(results: &[Checked], plan: &Plan<'_>) -> Outcome {
    let counts = |checked: &Checked| plan.counts(checked);
    if results.iter().any(counts) {
        Outcome::Negative
    } else if results.iter().any(|checked| checked.unreached) {
        Outcome::Undone
    } else {
        Outcome::Done
    }
}

fn the_provider<'c>(options: &Options, catalog: &'c Catalog) -> Result<&'c Provider, Failure> {
    match (&options.provider, catalog.providers().first()) {
        (None, Some(first)) => Ok(first),
        (name, _) => Ok(catalog.require_provider(name.as_deref().unwrap_or_default())?),
    }
}

/// `--only effects`, and nothing to see them by.
#[derive(Debug, thiserror::Error)]
#[error("the effects of events cannot be seen from here")]
struct NothingToVerify;

impl Explain for NothingToVerify {
    fn category(&self) -> Category {
        Category::Usage
    }

    fn advice(&self) -> Option<String> {
        Some("--verify URL asks an endpoint of yours, --verify-command a command".to_owned())
    }
}

/// Whether a check makes the exit code 1 when it ends so.
fn is_counted(check: &Check, mark: finding::Mark, provider: &Provider, strict: bool) -> bool {
    match mark {
        finding::Mark::Fail => strict || check.level(provider) == list::Level::Must,
        finding::Mark::Warn => strict,
        finding::Mark::Pass | finding::Mark::Skip => false,
    }
}
