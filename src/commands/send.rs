//! `send`: posts samples with fresh values, samples as they are, or any body.

mod ask;
mod editor;
mod files;
mod findings;
mod options;
mod output;

use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;

use super::prompt;
use super::signals::Signals;
use super::{Console, Format, Outcome, RuntimeError, wait_for};
use crate::catalog::{Catalog, Entry, Provider, UnknownName};
use crate::delivery::{
    ClientOptions, Concurrency, HttpClient, Metronome, Proxies, RetryPolicy, SchedulerPolicy,
    WhenUnreached,
};
use crate::files::read_whole;
use crate::flows::sending::scenario::{self, Planner, Scenario, Sessions};
use crate::flows::sending::{self, Body, BodyError, EarlierAnswers, Lanes, Rounds, RunEnd};
use crate::journal::parse_record;
use crate::model::error::{Category, Explain, Failure, OutputError};
use crate::model::report::Verdict;
use crate::render::delivery::{target_line, unauthorized};
use crate::render::request::{PrintedRequest, RequestForm, word};
use crate::render::scenario::{outline, write_list, write_plan};
use crate::text::number::count;
use crate::validation::Validation;
use crate::wire::JsonLines;
use crate::wire::scenario::ScenarioListed;

use ask::BodyDraft;
pub use ask::{Questions, Resolve};
use editor::EditedFiles;
use files::Serving;
use findings::{advise_strings, check, show_findings};
pub use options::{Data, Pace, SendOptions, What};
use output::Output;

/// The body to send cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {name}")]
struct ReadError {
    name: String,
    source: std::io::Error,
}

impl Explain for ReadError {
    fn category(&self) -> Category {
        Category::Undone
    }
}

/// Sends until all is sent, or the target cannot be reached.
pub fn run(options: SendOptions, console: &mut Console) -> Result<Outcome, Failure> {
    let mut edited = EditedFiles::default();
    let prints = options.print.is_some();
    let ended = send(options, &mut edited, console);
    if prints || !matches!(ended, Ok(Outcome::Done | Outcome::Negative)) {
        edited.keep(console)?;
    }
    ended
}

fn send(
    mut options: SendOptions,
    edited: &mut EditedFiles,
    console: &mut Console,
) -> Result<Outcome, Failure> {
    if let What::List = options.what {
        return list(options.format, console);
    }
    let catalog = console.catalog()?;
    let validation = Validation::new(catalog.clone());
    let serving = Serving::start(&mut options, &catalog, console)?;
    if let What::Scenario { name, provider } = &options.what {
        let provider = provider.as_deref();
        return send_scenario(name, provider, &options, &validation, &serving, console);
    }
    let (mut rng, now) = (options.seed.rng(), options.seed.now());
    let mut command = None;
    let mut entries = Vec::new();
    let mut bodies = if let What::Data(data) = &options.what {
        let data = read(data, console)?;
        vec![sending::of_data(data, &options.body, &validation)?]
    } else {
        if let What::Ask(questions) = &options.what {
            let mut draft = BodyDraft {
                options: &mut options.body,
                rng: &rng,
                now,
                validation: &validation,
            };
            let (target, sends) = (&mut options.target, options.print.is_none());
            let answered = ask::ask(questions, &catalog, &mut draft, target, sends, console)?;
            entries.push(answered.entry);
            command = Some(answered.command);
        } else {
            entries = self::entries(&catalog, &options.what)?;
        }
        sending::of_samples(&entries, &options.body, &mut rng, now)?
    };
    finish(&mut bodies, &options, &validation, edited, console)?;
    let count = options.pace.count.unwrap_or(1);
    let content_type = options.content_type.as_deref();
    let mut rounds = Rounds {
        posts: Rounds::posts(bodies, content_type)?,
        entries,
        options: options.body.clone(),
        validation: &validation,
        content_type,
        rng,
        seed: options.seed,
        left: count,
        repeat: options.pace.repeat,
    };
    if let Some(form) = options.print {
        if form == RequestForm::Raw {
            console.say(&format!("would send to {}", target_line(&options.target)))?;
        }
        print(form, &options, &mut rounds, console)?;
        return Ok(Outcome::Done);
    }
    // The questions of a run without an event have asked already.
    if command.is_none() {
        prompt::consent_to_file(&options.target, console)?;
    }
    console.say(&format!("sending to {}", target_line(&options.target)))?;
    wait_for(&options.target, console)?;
    let policy = policy(&options.pace, 1);
    let ended = deliver(&options, policy, None, &mut rounds, &serving, console);
    if let Some(command) = command {
        console.say(&format!("the same without questions: {command}"))?;
    }
    ended
}

/// Sends a scenario, or shows how it would go.
fn send_scenario(
    name: &str,
    provider: Option<&str>,
    options: &SendOptions,
    validation: &Validation,
    serving: &Serving<'_>,
    console: &mut Console,
) -> Result<Outcome, Failure> {
    let mut environment = console.environment.clone();
    // A scenario may come from somebody else: it gets what was declared, and nothing more.
    environment.variables.clone_from(&options.variables);
    let scenario = scenario::find(name, &environment)?;
    let planner = Planner::new(
        &scenario,
        provider,
        &options.body,
        validation,
        &environment,
        options.content_type.as_deref(),
    )?;
    let count = options.pace.count.unwrap_or(scenario.sessions);
    let mut sessions = Sessions::new(
        planner,
        options.seed,
        options.pace.speed,
        count,
        &mut |report| show_findings(report, console),
    )?;
    let outline = outline(&scenario, sessions.first(), count, options.print.is_none());
    match options.print {
        Some(RequestForm::Raw) => {
            console.say(&format!("would send to {}", target_line(&options.target)))?;
            console.say(&outline)?;
            if options.format == Format::Json {
                print(RequestForm::Raw, options, &mut sessions, console)?;
            } else if let Some(first) = sessions.next().transpose()? {
                write_plan(&first, count > 1, &mut *console.out, console.style)?;
            }
            return Ok(Outcome::Done);
        }
        Some(form) => {
            print(form, options, &mut sessions, console)?;
            return Ok(Outcome::Done);
        }
        None => {}
    }
    prompt::consent_to_file(&options.target, console)?;
    console.say(&format!("sending to {}", target_line(&options.target)))?;
    wait_for(&options.target, console)?;
    console.say(&outline)?;
    let policy = policy(&options.pace, scenario.concurrency);
    deliver(
        options,
        policy,
        Some(&scenario),
        &mut sessions,
        serving,
        console,
    )
}

/// How posts are delivered: lane after lane, `concurrency` of them at a time by default.
fn policy(pace: &Pace, concurrency: usize) -> SchedulerPolicy {
    SchedulerPolicy {
        concurrency: Concurrency::Lanes(pace.concurrency.unwrap_or(concurrency)),
        pace: pace.rate.map(Metronome::new),
        retry: RetryPolicy::new(pace.retries, pace.retry_on.clone()),
        when_unreached: WhenUnreached::CountAttempt,
        span: u64::MAX,
    }
}

/// Delivers lane after lane and shows what comes of it, also of a run that is interrupted.
fn deliver(
    options: &SendOptions,
    policy: SchedulerPolicy,
    scenario: Option<&Scenario>,
    lanes: &mut Lanes<'_>,
    serving: &Serving<'_>,
    console: &mut Console,
) -> Result<Outcome, Failure> {
    let target = &options.target;
    let client = target.options(Proxies::of(&console.environment));
    let mut earlier = options.like.as_deref().map(earlier).transpose()?;
    let mut output = Output::new(options, &client, scenario)?;
    let (stats, end) = serving.runtime.block_on(async {
        let client = ClientOptions {
            trace: console.environment.trace,
            ..client
        };
        let client = Arc::new(HttpClient::new(&target.url, &client)?);
        let mut signals = Signals::new().map_err(RuntimeError)?;
        let is_scenario = scenario.is_some();
        let mut lanes = lanes.inspect(|lane| serving.name(lane));
        let interrupted = signals.next();
        let earlier = earlier.as_mut();
        let (stats, mut end) = sending::run(
            client,
            policy,
            &mut lanes,
            is_scenario,
            earlier,
            interrupted,
            |sent| {
                serving.posted(&sent.delivered.tag);
                output.show(&sent, console)
            },
        )
        .await?;
        if matches!(end, RunEnd::Complete) && serving.wait(options, &mut signals).await {
            end = RunEnd::Interrupted;
        }
        Ok::<_, Failure>((stats, end))
    })?;
    let fetched = serving.finish(options, console)?;
    let left = earlier.filter(|_| matches!(end, RunEnd::Complete));
    let left = left.map_or(0, |earlier| count(earlier.left()));
    output.finish(&stats, &end, left, console)?;
    if let Some((what, advice)) = unauthorized(&stats, target) {
        console.warn(what, Some(advice))?;
    }
    match end {
        RunEnd::Complete if left > 0 => Ok(stats.outcome().and(Outcome::Negative)),
        RunEnd::Complete if fetched == Outcome::Negative => Ok(fetched),
        RunEnd::Complete => Ok(stats.outcome()),
        RunEnd::Interrupted => Ok(Outcome::Interrupted),
        // The crate's root prints it.
        RunEnd::Gone(failure) => Err(failure),
    }
}

/// The report of an earlier run.
fn earlier(path: &Path) -> Result<EarlierAnswers, Failure> {
    let name = path.display().to_string();
    let report = read_whole(path).map_err(|source| ReadError {
        name: name.clone(),
        source,
    })?;
    let answers = EarlierAnswers::parse(&report);
    Ok(answers.map_err(|why| NoReport { name, why })?)
}

/// The file is no report of a scenario.
#[derive(Debug, thiserror::Error)]
#[error("{name} is not a report of a scenario: {why}")]
struct NoReport {
    name: String,
    why: String,
}

impl Explain for NoReport {
    fn category(&self) -> Category {
        Category::Usage
    }

    fn advice(&self) -> Option<String> {
        Some("`enx-hook send --scenario NAME --report FILE.json` writes one".to_owned())
    }
}

/// Prints the requests of these lanes, each as it would be sent.
fn print(
    form: RequestForm,
    options: &SendOptions,
    lanes: &mut Lanes<'_>,
    console: &mut Console,
) -> Result<(), Failure> {
    let delivery = options.target.options(Proxies::of(&console.environment));
    let mut between = "";
    for lane in lanes {
        for post in lane? {
            let request = PrintedRequest::new(&post, &options.target, &delivery)?;
            if form == RequestForm::Raw && options.format == Format::Json {
                JsonLines::new(&mut *console.out).write("request", &request.record())?;
                continue;
            }
            let text = request.text(form)?;
            let text = format!("{between}{text}\n");
            let written = console.out.write_all(text.as_bytes());
            written.map_err(OutputError::from)?;
            if form != RequestForm::Curl {
                between = "\n";
            }
        }
    }
    Ok(console.out.flush().map_err(OutputError::from)?)
}

/// Lists the scenarios inside the binary.
fn list(format: Format, console: &mut Console) -> Result<Outcome, Failure> {
    let scenarios = scenario::list();
    if format == Format::Human {
        write_list(&scenarios, &mut *console.out, console.style)?;
        return Ok(Outcome::Done);
    }
    for (name, title) in &scenarios {
        JsonLines::new(&mut *console.out).write("scenario", &ScenarioListed { name, title })?;
    }
    Ok(Outcome::Done)
}

/// Reads the body that the user gave.
fn read(data: &Data, console: &mut Console) -> Result<Bytes, ReadError> {
    let failed = |name: String| move |source| ReadError { name, source };
    match data {
        Data::Text(text) => Ok(Bytes::copy_from_slice(text.as_bytes())),
        Data::File(path) => {
            let bytes = read_whole(path).map_err(failed(path.display().to_string()))?;
            Ok(bytes.into())
        }
        Data::Input => {
            let mut bytes = Vec::new();
            let read = console.input.read_to_end(&mut bytes);
            read.map_err(failed("stdin".to_owned()))?;
            Ok(bytes.into())
        }
    }
}

/// Changes the bodies, lets the user edit them, and shows their findings.
fn finish<'c>(
    bodies: &mut [Body<'c>],
    send: &SendOptions,
    validation: &'c Validation,
    edited: &mut EditedFiles,
    console: &mut Console,
) -> Result<(), Failure> {
    let options = &send.body;
    for body in &*bodies {
        for change in &options.changes {
            if let Some(warning) = change.warning(&body.bytes) {
                console.warn(&warning, None)?;
            }
        }
    }
    sending::change(bodies, options, validation)?;
    for body in bodies {
        if options.edit {
            let event = body.event.clone();
            let mut judge = |bytes: &[u8], console: &mut Console| {
                if options.validate {
                    check(bytes, validation, console)
                } else {
                    Ok(Verdict::Valid)
                }
            };
            let event = event.as_deref();
            body.bytes = editor::edit(&body.bytes, event, edited, console, &mut judge)?;
            body.is_changed = true;
            body.identify(validation);
        } else if body.is_changed && options.validate {
            // A sample with fresh values alone is valid: tests and --catalog check that.
            let verdict = check(&body.bytes, validation, console)?;
            advise_strings(body, &options.changes, validation, console)?;
            if verdict == Verdict::Invalid {
                let event = body.event.clone();
                let cure = cure(&send.what, &body.bytes, validation);
                return Err(BodyError::Invalid { event, cure }.into());
            }
        }
    }
    Ok(())
}

/// What makes an invalid body one that can be sent, if a command does.
fn cure(what: &What, bytes: &[u8], validation: &Validation) -> Option<String> {
    let What::Data(data) = what else {
        return None;
    };
    let name = match data {
        Data::File(path) => word(&path.to_string_lossy()),
        Data::Input | Data::Text(_) => "-".to_owned(),
    };
    if parse_record(bytes.trim_ascii()).is_ok() {
        return Some(format!(
            "it is a record of a log: enx-hook replay {name} --url URL sends what it holds"
        ));
    }
    let fixed = validation.fix(bytes);
    (fixed.repairs > 0 && fixed.report.verdict() < Verdict::Invalid).then(|| {
        format!("enx-hook validate --fix {name} mends it; --no-validate sends it as it is")
    })
}

/// A name that is no event: of a scenario, or a word for all of them.
fn not_an_event(unknown: UnknownName) -> Failure {
    let UnknownName::Event {
        name,
        nearest: None,
    } = unknown
    else {
        return unknown.into();
    };
    let instead = match &*name {
        "all" => "--all sends every event of a provider".to_owned(),
        _ => match scenario::nearest(&name) {
            Some(own) => format!("--scenario {own} plays that scenario"),
            None => {
                "`enx-hook events` lists them; --data sends a body of your own, and --catalog DIR adds events".to_owned()
            }
        },
    };
    BodyError::NoEvent { name, instead }.into()
}

/// The events whose samples are sent.
fn entries<'c>(catalog: &'c Catalog, what: &What) -> Result<Vec<Entry<'c>>, Failure> {
    Ok(match what {
        What::Events(names) => {
            let entries = names.iter().map(|name| catalog.require_event(name));
            entries
                .collect::<Result<Vec<_>, _>>()
                .map_err(not_an_event)?
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
