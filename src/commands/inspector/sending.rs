//! Sends what the page asks for: captures, an edited body, samples, scenarios. The answer is a line
//! for each delivery as it ends.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use hyper::StatusCode;
use serde::Deserialize;
use tokio::sync::mpsc;

use super::backend::{InspectorBackend, MOST_RUNS, bare, unreadable};
use crate::commands::runtime::{RuntimeError, small_runtime};
use crate::commands::{Origin, Target};
use crate::delivery::{
    ClientOptions, Concurrency, HttpClient, OutgoingRequest, Proxies, RetryPolicy, RunStats,
    SchedulerPolicy, WhenUnreached,
};
use crate::flows::inspector::{ApiError, Reply, RequestCall};
use crate::flows::replaying::Envelope;
use crate::flows::sending::scenario::{self, Planner, Sessions};
use crate::flows::sending::{self, Body, BodyOptions, Lanes, Post, RunEnd, Seed};
use crate::model::error::Failure;
use crate::render::request::{PrintedRequest, RequestForm, word};
use crate::render::send::delivery_record;
use crate::selection::Speed;
use crate::validation::JudgedCapture;
use crate::wire::inspect::{CommandJson, RequestTextJson, SentJson};
use crate::wire::object_text;

/// Requests that one question may send. Each answer waits in memory until the page takes it.
const MOST: usize = 10_000;
/// The bytes of an answer that the page gets.
const ANSWER: usize = 4096;

/// What is to be sent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    target: Option<String>,
    captures: Option<Vec<u64>>,
    session: Option<String>,
    body: Option<String>,
    /// The capture whose headers go along with a body.
    of: Option<u64>,
    event: Option<String>,
    /// Whether a sample gets new ids and times.
    fresh: Option<bool>,
    scenario: Option<String>,
    provider: Option<String>,
    #[serde(default)]
    dry_run: bool,
}

/// What is sent, before it is made.
enum Job {
    /// Posts, each with the capture that it is made of.
    Posts(Vec<(Option<u64>, Post)>),
    Scenario(String, Option<String>),
}

impl InspectorBackend {
    /// A capture as a request.
    pub(super) fn request(&self, call: &RequestCall) -> Result<Vec<u8>, ApiError> {
        let (judged, _) = self.shown(call.id)?;
        let target = self.targets.shown(call.target.as_deref())?;
        let form = match &*call.form {
            "curl" => Some(RequestForm::Curl),
            "http" => Some(RequestForm::Http),
            "command" => None,
            _ => return Err(ApiError::request("as: expected curl, http or command")),
        };
        let text = match form {
            Some(form) => {
                let post = again(&judged).map_err(|failure| refused(&failure))?;
                let options = target.options(Proxies::of(&self.setup.environment));
                let printed = PrintedRequest::new(&post, &target, &options);
                printed
                    .and_then(|printed| printed.text(form))
                    .map_err(|failure| refused(&failure))?
            }
            None => self.replay_command(&[call.id], None, &target)?,
        };
        let form = &call.form;
        Ok(object_text("request", &RequestTextJson { form, text }))
    }

    /// Sends.
    pub(super) fn replay(self: &Arc<Self>, body: &[u8]) -> Result<Reply, ApiError> {
        let asked: Asked =
            serde_json::from_slice(body).map_err(|error| ApiError::request(error.to_string()))?;
        let runtime = small_runtime().map_err(|failure| unreadable(&failure))?;
        let target = runtime.block_on(self.targets.find(asked.target.as_deref()))?;
        let (job, command) = self.job(&asked, &target)?;
        let (sender, pieces) = mpsc::channel(MOST + 2);
        let requests = match &job {
            Job::Posts(posts) => Some(posts.len()),
            Job::Scenario(..) => None,
        };
        let command = CommandJson {
            command,
            target: target.url.to_string(),
            requests,
        };
        send_line(&sender, object_text("command", &command));
        if asked.dry_run {
            return Ok(Reply::Pieces(pieces, None));
        }
        let Ok(permit) = Arc::clone(&self.runs).try_acquire_owned() else {
            return Err(ApiError::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "busy",
                format!("{MOST_RUNS} runs are being sent"),
            ));
        };
        let backend = Arc::clone(self);
        let run = move || {
            let _permit = permit;
            let ended = runtime.block_on(backend.send(job, &target, &sender));
            let ended = ended.unwrap_or_else(|failure| SentJson {
                sent: 0,
                ok: 0,
                failed: 0,
                stopped: Some(failure.message()),
            });
            send_line(&sender, object_text("summary", &ended));
        };
        let thread = thread::Builder::new().name("send".to_owned()).spawn(run);
        thread.map_err(|error| unreadable(&RuntimeError(error).into()))?;
        Ok(Reply::Pieces(pieces, None))
    }

    /// What is to be sent, and the command that does the same.
    fn job(&self, asked: &Asked, target: &Target) -> Result<(Job, String), ApiError> {
        let to = to(target);
        match asked {
            Asked {
                captures: Some(ids),
                session: None,
                body: None,
                event: None,
                scenario: None,
                ..
            } => Ok((
                self.captures_again(ids)?,
                self.replay_command(ids, None, target)?,
            )),
            Asked {
                captures: None,
                session: Some(session),
                body: None,
                event: None,
                scenario: None,
                ..
            } => {
                let ids = self.ids_of(session, asked.provider.as_deref())?;
                let command = self.replay_command(&ids, Some(session), target)?;
                Ok((self.captures_again(&ids)?, command))
            }
            Asked {
                captures: None,
                session: None,
                body: Some(body),
                event: None,
                scenario: None,
                ..
            } => {
                let post = self.edited(body, asked.of)?;
                let is_file = body.starts_with(['@', '-']) || body.len() > ANSWER;
                let file = || "@edited.json".to_owned();
                let data = if is_file { file() } else { word(body) };
                let command = format!("enx-hook send --data {data} {to}");
                Ok((Job::Posts(vec![(asked.of, post)]), command))
            }
            Asked {
                captures: None,
                session: None,
                body: None,
                event: Some(event),
                scenario: None,
                ..
            } => {
                let is_fresh = asked.fresh.unwrap_or(true);
                let post = self.sample(event, is_fresh)?;
                let exact = if is_fresh { "" } else { " --exact" };
                let command = format!("enx-hook send {}{exact} {to}", word(event));
                Ok((Job::Posts(vec![(None, post)]), command))
            }
            Asked {
                captures: None,
                session: None,
                body: None,
                event: None,
                scenario: Some(name),
                ..
            } => {
                // Any other name would be that of a file.
                if scenario::list().iter().all(|(known, _)| known != name) {
                    return Err(ApiError::not_found("scenario: there is no such scenario"));
                }
                let provider = asked.provider.as_deref();
                let named = provider.map(|name| format!(" --provider {}", word(name)));
                let named = named.unwrap_or_default();
                let command = format!("enx-hook send --scenario {}{named} {to}", word(name));
                Ok((Job::Scenario(name.clone(), asked.provider.clone()), command))
            }
            _ => Err(ApiError::request(
                "name one of captures, session, body, event, scenario",
            )),
        }
    }

    /// The ids of the captures of a session, in their order.
    fn ids_of(&self, session: &str, provider: Option<&str>) -> Result<Vec<u64>, ApiError> {
        let ids = self.search.read(|index| index.ids_of(session, provider));
        if ids.is_empty() {
            return Err(ApiError::not_found("session: there is no such session"));
        }
        Ok(ids)
    }

    fn captures_again(&self, ids: &[u64]) -> Result<Job, ApiError> {
        if ids.is_empty() || ids.len() > MOST {
            let message = format!("captures: expected 1 to {MOST} ids");
            return Err(ApiError::request(message));
        }
        let post = |id: &u64| {
            let (judged, _) = self.found(*id)?;
            Ok((
                Some(*id),
                again(&judged).map_err(|failure| refused(&failure))?,
            ))
        };
        let posts: Result<Vec<_>, ApiError> = ids.iter().map(post).collect();
        Ok(Job::Posts(posts?))
    }

    fn edited(&self, body: &str, of: Option<u64>) -> Result<Post, ApiError> {
        let bytes = Bytes::from(body.to_owned());
        let validation = &self.search.validation;
        let judged = validation.capture(None, Arc::new(bare(bytes.clone())));
        let request = match of {
            None => OutgoingRequest::json(bytes),
            Some(id) => {
                let (capture, _) = self.found(id)?;
                let is_unpacked = !capture.content().codings.is_empty();
                let request = Envelope::edited(&capture.capture, bytes, is_unpacked);
                request.map_err(|error| refused(&error.into()))?
            }
        };
        Ok(post(request, &judged))
    }

    fn sample(&self, event: &str, is_fresh: bool) -> Result<Post, ApiError> {
        let catalog = self.search.validation.catalog();
        let entry = catalog.find(event);
        let entry = entry.ok_or_else(|| ApiError::not_found("event: there is no such event"))?;
        let options = BodyOptions {
            exact: !is_fresh,
            ..BodyOptions::default()
        };
        let seed = Seed::default();
        let made = sending::of_samples(&[entry], &options, &mut seed.rng(), seed.now());
        let body: Option<Body<'_>> = made.map_err(|failure| refused(&failure))?.pop();
        let body = body.ok_or_else(|| ApiError::not_found("event: it has no sample"))?;
        Post::new(body, None).map_err(|error| refused(&error.into()))
    }

    /// The command that sends captures again.
    fn replay_command(
        &self,
        ids: &[u64],
        session: Option<&str>,
        target: &Target,
    ) -> Result<String, ApiError> {
        let words = match &*self.setup.words {
            "" => " log.jsonl",
            words => words,
        };
        let to = to(target);
        if let Some(session) = session {
            return Ok(format!(
                "enx-hook replay{words} --session {} {to}",
                word(session)
            ));
        }
        let numbers = self.search.read(|index| {
            let name = |id: &u64| Some(index.find(*id)?.name().number?.to_string());
            ids.iter().map(name).collect::<Option<Vec<_>>>()
        });
        let numbers = numbers.ok_or_else(|| ApiError::not_found("captures: one is not there"))?;
        let numbers: Vec<String> = numbers.iter().map(|one| format!("--seq {one}")).collect();
        Ok(format!("enx-hook replay{words} {} {to}", numbers.join(" ")))
    }

    /// Delivers, and tells each delivery.
    async fn send(
        &self,
        job: Job,
        target: &Target,
        sender: &mpsc::Sender<Bytes>,
    ) -> Result<SentJson, Failure> {
        let client = ClientOptions {
            trace: None,
            ..target.options(Proxies::of(&self.setup.environment))
        };
        let client = Arc::new(HttpClient::new(&target.url, &client)?);
        let url = target.url.to_string();
        let (options, environment) = (BodyOptions::default(), &self.setup.environment);
        let found;
        let (lanes, ids, concurrency): (Box<Lanes<'_>>, Vec<Option<u64>>, usize);
        match job {
            Job::Posts(posts) => {
                let (of, posts): (Vec<_>, Vec<_>) = posts.into_iter().unzip();
                (lanes, ids, concurrency) = (Box::new(std::iter::once(Ok(posts))), of, 1);
            }
            Job::Scenario(name, provider) => {
                found = scenario::find(&name, environment)?;
                let validation = &self.search.validation;
                let named = provider.as_deref();
                let planner = Planner::new(&found, named, &options, validation, environment, None)?;
                let (speed, count) = (Speed::Times(1.0), found.sessions);
                let sessions =
                    Sessions::new(planner, Seed::default(), speed, count, &mut |_| Ok(()))?;
                (lanes, ids, concurrency) = (Box::new(sessions), Vec::new(), found.concurrency);
            }
        }
        let is_scenario = ids.is_empty();
        let policy = SchedulerPolicy {
            concurrency: Concurrency::Lanes(concurrency),
            pace: None,
            retry: RetryPolicy::new(0, Vec::new()),
            when_unreached: WhenUnreached::CountAttempt,
            span: u64::MAX,
        };
        let mut closed = self.closed.subscribe();
        let interrupted = async {
            tokio::select! {
                () = sender.closed() => {}
                _ = closed.wait_for(|closed| *closed) => {}
            }
        };
        let mut lanes = lanes;
        let mut ids = ids.into_iter();
        let tell = |sent: sending::Sent<'_>| {
            let mut record = delivery_record(&sent, &url);
            record.tries = None;
            if let Some(answer) = &mut record.answer {
                record.answer_is_cut |= shorten(answer);
            }
            let of = ids.next().flatten();
            let delivery = SentOf { of, record };
            send_line(sender, object_text("delivery", &delivery));
            Ok(())
        };
        let run = sending::run(
            client,
            policy,
            &mut *lanes,
            is_scenario,
            None,
            interrupted,
            tell,
        );
        let (stats, end) = run.await?;
        Ok(summary(&stats, end))
    }
}

/// A delivery, and the capture that it is made of.
#[derive(serde::Serialize)]
struct SentOf<T> {
    of: Option<u64>,
    #[serde(flatten)]
    record: T,
}

fn summary(stats: &RunStats, end: RunEnd) -> SentJson {
    let failed = stats.unexpected();
    SentJson {
        sent: stats.sent(),
        ok: stats.sent() - failed,
        failed,
        stopped: match end {
            RunEnd::Complete => None,
            RunEnd::Interrupted => Some("it was interrupted".to_owned()),
            RunEnd::Gone(failure) => Some(failure.message()),
        },
    }
}

/// Cuts an answer to what the page gets.
fn shorten(answer: &mut String) -> bool {
    let is_end = |at: &usize| answer.is_char_boundary(*at);
    let end = (0..=ANSWER.min(answer.len()))
        .rev()
        .find(is_end)
        .unwrap_or(0);
    let is_cut = end < answer.len();
    answer.truncate(end);
    is_cut
}

/// A line of the answer. There is room for all of them, unless the page went away.
fn send_line(sender: &mpsc::Sender<Bytes>, mut line: Vec<u8>) {
    line.push(b'\n');
    let _ = sender.try_send(line.into());
}

/// A capture as a post, as `replay` sends it.
fn again(judged: &JudgedCapture) -> Result<Post, Failure> {
    Ok(post(Envelope::again(&judged.capture)?, judged))
}

fn post(request: OutgoingRequest, judged: &JudgedCapture) -> Post {
    let class = judged.classification();
    Post {
        request,
        event: class.event.clone(),
        session: class.session.clone(),
        due: Duration::ZERO,
        step: None,
        remark: None,
    }
}

/// The words of a command that name a target.
fn to(target: &Target) -> String {
    match &target.origin {
        Origin::Named(name) => format!("--to {}", word(name)),
        _ => format!("--url {}", word(target.url.bare())),
    }
}

fn refused(failure: &Failure) -> ApiError {
    ApiError {
        help: failure.advice(),
        ..ApiError::request(failure.message())
    }
}
