//! `send`: posts samples with fresh values, samples as they are, or any body.

mod account;
mod ask;
mod body;
mod editor;
mod print;
mod report;
mod rounds;
mod scenario;
mod story;
mod volley;

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use futures_util::stream;

use super::post::{delivery_options, target_line};
use super::signals::Signals;
use super::{Console, Format, Outcome, RuntimeError, Target, small_runtime};
use crate::catalog::{Catalog, Entry, Provider};
use crate::commands::replay::Speed;
use crate::delivery::{
    Concurrency, Halt, JobEvent, Metronome, Parcel, Poster, Rate, RetryCondition, RetryPolicy,
    Scheduler, SchedulerPolicy, WhenUnreached,
};
use crate::model::error::{Failure, OutputError};
use crate::render::{Cell, Column, Role, Table};
use crate::validation::Validation;

use account::{Account, Story};
use ask::Making;
pub use ask::{Questions, Resolve};
pub use body::Shape;
pub use print::Form;
pub use report::Form as ReportForm;
use report::Report;
use rounds::Rounds;
use volley::{Hit, Lanes};

/// The time of every first event where a seed was given: 2026-01-01T00:00:00Z, as good as any.
const SEEDED: i64 = 1_767_225_600;

/// What `--retries` tries again.
const RETRIED: [RetryCondition; 5] = [
    RetryCondition::Class(5),
    RetryCondition::Status(429),
    RetryCondition::Connect,
    RetryCondition::Timeout,
    RetryCondition::Closed,
];

/// What `send` was asked for.
#[derive(Debug)]
pub struct Options {
    /// What to send.
    pub what: What,
    /// What is done with it before.
    pub shape: Shape,
    /// What fresh ids are drawn from; by default from chance, and the time is that of now.
    pub seed: Option<u64>,
    /// The content type, if it is not JSON's.
    pub content_type: Option<String>,
    /// How much is sent, and how fast.
    pub pace: Pace,
    /// Send nothing, and print what would be sent.
    pub print: Option<Form>,
    /// A report in a file besides.
    pub report: Option<(PathBuf, ReportForm)>,
    /// Where to.
    pub target: Target,
    /// What stdout carries.
    pub format: Format,
}

/// What to send.
#[derive(Debug)]
pub enum What {
    /// The samples of these events, in this order.
    Events(Vec<String>),
    /// The samples of all events of a provider; by default the catalog's first.
    All {
        /// The provider.
        provider: Option<String>,
    },
    /// A body.
    Data(Data),
    /// A scenario.
    Scenario {
        /// Its name, or its file.
        name: String,
        /// The provider whose events it has.
        provider: Option<String>,
    },
    /// Nothing: the scenarios are to be listed.
    List,
    /// The user is to be asked.
    Ask(Questions),
}

/// How much is sent, and how fast.
#[derive(Clone, Debug)]
pub struct Pace {
    /// How many times all is sent, each with fresh ids; by default once, or as often as the
    /// scenario says.
    pub count: Option<u64>,
    /// How many times each body is sent, byte for byte.
    pub repeat: u64,
    /// Sessions at a time; by default one, or as many as the scenario says.
    pub concurrency: Option<usize>,
    /// Posts a second, at most.
    pub rate: Option<Rate>,
    /// Further tries after a try that failed.
    pub retries: u32,
    /// How fast the pauses of a scenario go by.
    pub speed: Speed,
}

/// Where a body comes from.
#[derive(Debug)]
pub enum Data {
    /// The command line.
    Text(String),
    /// A file.
    File(PathBuf),
    /// stdin
    Input,
}

/// Sends until all is sent, or the target cannot be reached.
pub fn run(mut options: Options, console: &mut Console) -> Result<Outcome, Failure> {
    if let What::List = options.what {
        return list(options.format, console);
    }
    let catalog = console.catalog()?;
    let validation = Validation::new(catalog.clone());
    if let What::Scenario { name, provider } = &options.what {
        return story::play(name, provider.as_deref(), &options, &validation, console);
    }
    let mut rng = rng(options.seed);
    let now = now(options.seed);
    let mut command = None;
    let mut entries = Vec::new();
    let mut bodies = if let What::Data(data) = &options.what {
        vec![body::of_data(data, &options.shape, &validation, console)?]
    } else {
        if let What::Ask(questions) = &options.what {
            let mut making = Making {
                shape: &mut options.shape,
                rng: &rng,
                now,
                validation: &validation,
            };
            let (target, sends) = (&mut options.target, options.print.is_none());
            let answered = ask::ask(questions, &catalog, &mut making, target, sends, console)?;
            entries.push(answered.entry);
            command = Some(answered.command);
        } else {
            entries = self::entries(&catalog, &options.what)?;
        }
        body::of_samples(&entries, &options.shape, &mut rng, now)?
    };
    body::finish(&mut bodies, &options.shape, &validation, console)?;
    let count = options.pace.count.unwrap_or(1);
    let mut rounds = Rounds {
        shots: rounds::shots(bodies, options.content_type.as_deref())?,
        entries,
        shape: options.shape.clone(),
        validation: &validation,
        content_type: options.content_type.as_deref(),
        rng,
        seed: options.seed,
        left: count,
        repeat: options.pace.repeat,
    };
    if let Some(form) = options.print {
        if form == Form::Request {
            console.say(&format!("would send to {}", target_line(&options.target)))?;
        }
        print::print(form, &options, &mut rounds, console)?;
        return Ok(Outcome::Done);
    }
    console.say(&format!("sending to {}", target_line(&options.target)))?;
    let says_sum = count > 1 || options.pace.repeat > 1;
    let policy = policy(&options.pace, 1);
    let ended = fire(&options, policy, None, says_sum, &mut rounds, console);
    if let Some(command) = command {
        console.say(&format!("the same without questions: {command}"))?;
    }
    ended
}

/// What is drawn from.
fn rng(seed: Option<u64>) -> fastrand::Rng {
    seed.map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed)
}

/// The time of the events that are made now: with a seed always the same, as all else is.
fn now(seed: Option<u64>) -> DateTime<Utc> {
    let seeded = seed.and_then(|_| DateTime::from_timestamp(SEEDED, 0));
    seeded.unwrap_or_else(Utc::now)
}

/// How posts are delivered: lane after lane, `concurrency` of them at a time by default.
fn policy(pace: &Pace, concurrency: usize) -> SchedulerPolicy {
    SchedulerPolicy {
        concurrency: Concurrency::Lanes(pace.concurrency.unwrap_or(concurrency)),
        pace: pace.rate.map(Metronome::new),
        retry: RetryPolicy::new(pace.retries, RETRIED.to_vec()),
        when_unreached: WhenUnreached::CountAttempt,
        span: u64::MAX,
    }
}

/// Why a run ended before its end.
enum Stop {
    Interrupted,
    /// The target is gone.
    Gone(Failure),
    /// Nothing more can be made or told.
    Failed(Failure),
}

/// Posts lane after lane, and tells what comes of it, also of a run that is interrupted.
fn fire(
    options: &Options,
    policy: SchedulerPolicy,
    story: Option<Story>,
    says_sum: bool,
    lanes: &mut Lanes<'_>,
    console: &mut Console,
) -> Result<Outcome, Failure> {
    let target = &options.target;
    let name = match &story {
        Some(story) => format!("scenario {}", story.name),
        None => "send".to_owned(),
    };
    let report = options.report.as_ref();
    let report = report.map(|report| Report::create(report, name, target.url.to_string()));
    let mut account = Account::new(
        target.url.to_string(),
        options.format,
        story,
        report.transpose()?,
    );
    small_runtime()?.block_on(async {
        let delivery = delivery_options(target, console);
        let poster = Arc::new(Poster::new(&target.url, &delivery)?);
        let mut signals = Signals::new().map_err(RuntimeError)?;
        let interrupted = async {
            signals.next().await;
            (Stop::Interrupted, Halt::AtOnce)
        };
        let supply = stream::iter(volley::supply(lanes));
        let ended = Scheduler::new(poster, policy)
            .run(supply, interrupted, |event| {
                let stop = match event {
                    JobEvent::Delivered(delivered) => {
                        match account.record(Hit::of(delivered), console) {
                            Ok(gone) => gone.map(Stop::Gone),
                            Err(failure) => Some(Stop::Failed(failure)),
                        }
                    }
                    JobEvent::Word(failure) => Some(Stop::Failed(failure)),
                    _ => None,
                };
                match stop {
                    Some(stop) => ControlFlow::Break((stop, Halt::AtOnce)),
                    None => ControlFlow::Continue(()),
                }
            })
            .await;
        let gone = match ended.stopped {
            Some(Stop::Failed(failure)) => return Err(failure),
            Some(Stop::Gone(failure)) => Some(failure),
            Some(Stop::Interrupted) => {
                account.interrupt();
                None
            }
            None => None,
        };
        let outcome = account.finish(says_sum, console)?;
        match gone {
            // Printed at the one place where errors are.
            Some(failure) => Err(failure),
            None => Ok(outcome),
        }
    })
}

/// Lists the scenarios inside the binary.
fn list(format: Format, console: &mut Console) -> Result<Outcome, Failure> {
    let mut table = Table::new([Column::left(), Column::left().wrapping()]);
    for (name, title) in scenario::list() {
        match format {
            Format::Json => scenario::show::listed(name, &title, &mut *console.out)?,
            Format::Human => {
                table.row([Cell::new(Role::Event, name), title.into()]);
            }
        }
    }
    table.write(&mut *console.out, console.style)?;
    console.out.flush().map_err(OutputError::from)?;
    Ok(Outcome::Done)
}

/// The events whose samples are sent.
fn entries<'c>(catalog: &'c Catalog, what: &What) -> Result<Vec<Entry<'c>>, Failure> {
    Ok(match what {
        What::Events(names) => {
            let entries = names.iter().map(|name| catalog.require_event(name));
            entries.collect::<Result<Vec<_>, _>>()?
        }
        What::All { provider: name } => {
            let named = match name {
                Some(name) => Some(catalog.require_provider(name)?),
                None => catalog.providers().first(),
            };
            let events = |provider: &'c Provider| {
                let events = provider.events().iter();
                events.map(move |event| Entry { provider, event })
            };
            named.into_iter().flat_map(events).collect()
        }
        What::Data(_) | What::Scenario { .. } | What::List | What::Ask(_) => Vec::new(),
    })
}

/// A body with its content type.
fn parcel(bytes: bytes::Bytes, content_type: Option<&str>) -> Result<Parcel, Failure> {
    Ok(match content_type {
        Some(text) => Parcel::new(bytes, Some(text.as_bytes()))?,
        None => Parcel::json(bytes),
    })
}
