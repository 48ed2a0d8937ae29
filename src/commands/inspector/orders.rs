//! What the page asks to be sent: the requests, and the command that does the same.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde::Deserialize;

use super::backend::{InspectorBackend, bare};
use crate::commands::{Origin, Target};
use crate::delivery::{Header, OutgoingRequest, Proxies};
use crate::flows::inspector::{ApiError, RequestCall};
use crate::flows::replaying::{Envelope, Headers};
use crate::flows::sending::scenario;
use crate::flows::sending::{self, Body, BodyOptions, Post, Seed};
use crate::model::error::Failure;
use crate::model::report::Verdict;
use crate::render::request::{PrintedRequest, RequestForm, word};
use crate::validation::JudgedCapture;
use crate::wire::inspect::RequestTextJson;
use crate::wire::object_text;

/// Requests that one order may send. Each answer waits in memory until the page takes it.
pub(super) const MOST: usize = 10_000;
/// The bytes of all bodies of one order, which wait in memory too.
const MOST_BYTES: usize = 256 * 1024 * 1024;
/// The longest body that stands in a command, in bytes.
const LONGEST_DATA: usize = 4096;

/// What is to be sent: one of `captures`, `session`, `body`, `event`, `scenario`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Order {
    pub(super) target: Option<String>,
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
    pub(super) dry_run: bool,
    /// Fields such as `X-Trace: 1`. They replace others of the same name, as `--header` does.
    #[serde(default)]
    headers: Vec<String>,
    /// Which of the logged fields go along, as `replay --headers` has it.
    logged_headers: Option<Headers>,
    /// In place of the path and query of the target.
    path: Option<String>,
    method: Option<String>,
}

/// What is sent, before it is made.
pub(super) enum Job {
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
                let request = Envelope::again(&judged.capture);
                let post = post(request.map_err(|error| refused(&error.into()))?, &judged);
                self.printed(&post, &target, form)?
            }
            None => self.replay_command(&[call.id], None, &to(&target))?,
        };
        let form = &call.form;
        Ok(object_text("request", &RequestTextJson { form, text }))
    }

    fn printed(&self, post: &Post, target: &Target, form: RequestForm) -> Result<String, ApiError> {
        let options = target.options(Proxies::of(&self.setup.environment));
        let printed = PrintedRequest::new(post, target, &options);
        printed
            .and_then(|printed| printed.text(form))
            .map_err(|failure| refused(&failure))
    }

    /// What is to be sent, and the command that does the same.
    pub(super) fn job(&self, order: &Order, target: &Target) -> Result<(Job, String), ApiError> {
        let to = to(target) + &order.words();
        let named = [
            order.captures.is_some(),
            order.session.is_some(),
            order.body.is_some(),
            order.event.is_some(),
            order.scenario.is_some(),
        ];
        if named.iter().filter(|is_named| **is_named).count() != 1 {
            return Err(ApiError::request(
                "name one of captures, session, body, event, scenario",
            ));
        }
        let is_ours = order.event.is_some() || order.scenario.is_some();
        if is_ours && order.logged_headers.is_some() {
            return Err(ApiError::request("logged_headers: only a capture has them"));
        }
        if let Some(name) = &order.scenario {
            return scenario_job(name, order, &to);
        }
        let (posts, command) = if let Some(ids) = &order.captures {
            let command = self.replay_command(ids, None, &to)?;
            (self.captures_again(ids, order)?, command)
        } else if let Some(session) = &order.session {
            let ids = self.ids_of(session, order.provider.as_deref())?;
            let command = self.replay_command(&ids, Some(session), &to)?;
            (self.captures_again(&ids, order)?, command)
        } else if let Some(event) = &order.event {
            let is_fresh = order.fresh.unwrap_or(true);
            let exact = if is_fresh { "" } else { " --exact" };
            let command = format!("enx-hook send {}{exact} {to}", word(event));
            (vec![(None, self.sample(event, is_fresh)?)], command)
        } else {
            let body = order.body.as_deref().unwrap_or_default();
            let is_file = body.starts_with(['@', '-']) || body.len() > LONGEST_DATA;
            let data = if is_file {
                "@edited.json".to_owned()
            } else {
                word(body)
            };
            let (post, verdict) = self.edited(body, order)?;
            let along = along(&post.request, &target.headers);
            let forced = if verdict == Verdict::Invalid {
                " --no-validate"
            } else {
                ""
            };
            let command = format!("enx-hook send --data {data}{forced} {to}{along}");
            (vec![(order.of, post)], command)
        };
        let Some(method) = &order.method else {
            return Ok((Job::Posts(posts), command));
        };
        let mut by = Vec::new();
        for (of, mut post) in posts {
            let request = post.request.by(method);
            post.request = request.map_err(|error| refused(&error.into()))?;
            by.push((of, post));
        }
        // `send` and `replay` post, and nothing else.
        let command = match &by[..] {
            [(_, post)] if method != "POST" => self.printed(post, target, RequestForm::Curl)?,
            _ => command,
        };
        Ok((Job::Posts(by), command))
    }

    /// The ids of the captures of a session, in their order.
    fn ids_of(&self, session: &str, provider: Option<&str>) -> Result<Vec<u64>, ApiError> {
        let ids = self.search.read(|index| index.ids_of(session, provider));
        if ids.is_empty() {
            return Err(ApiError::not_found("session: there is no such session"));
        }
        Ok(ids)
    }

    fn captures_again(
        &self,
        ids: &[u64],
        order: &Order,
    ) -> Result<Vec<(Option<u64>, Post)>, ApiError> {
        if ids.is_empty() || ids.len() > MOST {
            let message = format!("captures: expected 1 to {MOST} ids");
            return Err(ApiError::request(message));
        }
        let mut bytes = 0;
        let again = |id: &u64| {
            let (judged, _) = self.found(*id)?;
            bytes += judged.capture.body.len();
            if bytes > MOST_BYTES {
                return Err(ApiError {
                    help: Some("send fewer at a time, or use `enx-hook replay`".to_owned()),
                    ..ApiError::request("captures: all bodies together are larger than 256 MiB")
                });
            }
            let request =
                order
                    .envelope()
                    .resend(&judged.capture, judged.capture.body.clone(), false);
            let request = request.map_err(|error| refused(&error.into()))?;
            Ok((Some(*id), post(request, &judged)))
        };
        ids.iter().map(again).collect()
    }

    fn edited(&self, body: &str, order: &Order) -> Result<(Post, Verdict), ApiError> {
        let bytes = Bytes::from(body.to_owned());
        let validation = &self.search.validation;
        let judged = validation.capture(None, Arc::new(bare(bytes.clone())));
        let request = match order.of {
            None => OutgoingRequest::json(bytes),
            Some(id) => {
                let (capture, _) = self.found(id)?;
                let is_unpacked = !capture.content().codings.is_empty();
                let request = order
                    .envelope()
                    .resend(&capture.capture, bytes, is_unpacked);
                request.map_err(|error| refused(&error.into()))?
            }
        };
        Ok((post(request, &judged), judged.classification().verdict))
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
        to: &str,
    ) -> Result<String, ApiError> {
        let words = match &*self.setup.words {
            "" => " log.jsonl",
            words => words,
        };
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
}

impl Order {
    fn envelope(&self) -> Envelope {
        Envelope {
            headers: self.logged_headers.unwrap_or(Headers::Provider),
            keep_path: false,
        }
    }

    /// The target with the changes that it takes: header fields and path.
    pub(super) fn changed(&self, mut target: Target) -> Result<Target, ApiError> {
        let headers = self.headers.iter().map(|line| Header::parse(line));
        let headers = headers.collect::<Result<Vec<_>, _>>();
        let headers = headers.map_err(|error| refused(&error.into()))?;
        Header::replace(&mut target.headers, headers);
        if let Some(path) = &self.path {
            let url = target.url.at(path);
            target.url = url.map_err(|error| ApiError::request(format!("path: {error}")))?;
            target.origin = Origin::Flag;
        }
        Ok(target)
    }

    /// The options of a command that say the same.
    fn words(&self) -> String {
        let logged = self.logged_headers.filter(|_| self.body.is_none());
        let logged = logged.map(|headers| format!(" --headers {}", headers.word()));
        let others = self.headers.iter();
        let others = others.map(|header| format!(" --header {}", word(header)));
        logged.into_iter().chain(others).collect()
    }
}

/// A scenario as it is, and the command that runs it.
fn scenario_job(name: &str, order: &Order, to: &str) -> Result<(Job, String), ApiError> {
    // Any other name would be that of a file.
    if scenario::list().iter().all(|(known, _)| *known != name) {
        return Err(ApiError::not_found("scenario: there is no such scenario"));
    }
    if order.method.is_some() {
        return Err(ApiError::request("method: a scenario posts"));
    }
    let provider = order.provider.as_deref();
    let named = provider.map(|name| format!(" --provider {}", word(name)));
    let command = format!(
        "enx-hook send --scenario {}{} {to}",
        word(name),
        named.unwrap_or_default()
    );
    let job = Job::Scenario(name.to_owned(), order.provider.clone());
    Ok((job, command))
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

/// The options of a command for the fields of a request that are not those of every JSON body, and
/// that none of the others replaces.
fn along(request: &OutgoingRequest, others: &[Header]) -> String {
    let is_own = |(name, value): &(&str, &[u8])| {
        (*name, *value) != ("content-type", b"application/json")
            && others.iter().all(|other| other.name() != *name)
    };
    let fields = request.fields().filter(is_own);
    let option = |(name, value): (&str, &[u8])| {
        let field = format!("{name}: {}", String::from_utf8_lossy(value));
        format!(" --header {}", word(&field))
    };
    fields.map(option).collect()
}

/// The words of a command that name a target.
fn to(target: &Target) -> String {
    if let Origin::Named(name) = &target.origin {
        return format!("--to {}", word(name));
    }
    let credentials = target.credentials.as_ref();
    let user = credentials.map(|one| format!(" --user {}", word(&one.user)));
    let url = word(target.url.bare());
    format!("--url {url}{}", user.unwrap_or_default())
}

fn refused(failure: &Failure) -> ApiError {
    ApiError {
        help: failure.advice(),
        ..ApiError::request(failure.message())
    }
}
