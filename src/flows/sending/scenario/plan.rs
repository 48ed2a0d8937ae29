//! Plans a scenario into the posts of a session: what is sent, when, and with which expectations. The
//! same seed makes the same bytes in the same order.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};

use super::super::body::{self, Body, BodyOptions, TellReport};
use super::super::post::{Post, PostStep};
use super::fill;
use super::steps::{Content, Each, Scenario, ScenarioError, Step};
use crate::catalog::{Catalog, Entry, Event, Provider, Session};
use crate::delivery::{Header, OutgoingRequest};
use crate::files::read_found;
use crate::json;
use crate::json::Path;
use crate::model::environment::Environment;
use crate::model::error::{Explain as _, Failure};
use crate::model::report::Verdict;
use crate::validation::Validation;

/// The most bodies of one session. All of them are made before the first is sent.
const MOST_BODIES: usize = 100_000;
/// A name of an event that no provider has.
const UNKNOWN: &str = "enxhook_unknown";

/// Makes the posts of a scenario's sessions.
pub struct Planner<'p> {
    scenario: &'p Scenario,
    options: &'p BodyOptions,
    validation: &'p Validation,
    environment: &'p Environment,
    content_type: Option<&'p str>,
    provider: &'p Provider,
    /// The content of the files of steps, by the number of the step.
    files: BTreeMap<usize, Bytes>,
    /// The steps, for their posts.
    steps: Vec<Arc<PostStep>>,
}

/// When a body is sent, and its fault.
struct Draft<'p> {
    step: &'p Step,
    /// Its header fields, if the step names them.
    headers: Option<Vec<Header>>,
    due: Duration,
    remark: Option<&'static str>,
}

impl<'p> Planner<'p> {
    /// Finds the provider, events and files of the scenario.
    pub fn new(
        scenario: &'p Scenario,
        named: Option<&str>,
        options: &'p BodyOptions,
        validation: &'p Validation,
        environment: &'p Environment,
        content_type: Option<&'p str>,
    ) -> Result<Planner<'p>, Failure> {
        let catalog: &Catalog = validation.catalog();
        let first = catalog.providers().first().map(|first| &*first.name);
        let name = named.or(scenario.provider.as_deref()).or(first);
        let mut planner = Planner {
            scenario,
            options,
            validation,
            environment,
            content_type,
            provider: catalog.require_provider(name.unwrap_or_default())?,
            files: BTreeMap::new(),
            steps: Vec::new(),
        };
        let mut bodies = 0_usize;
        for step in &scenario.steps {
            let each = match &step.what {
                Content::Event(name) => planner.event(step, name).map(|_| 1)?,
                Content::Each(each) => planner.life(step, *each)?.len(),
                Content::File(path) => {
                    let bytes = planner.read(step, path)?;
                    planner.files.insert(step.number, bytes);
                    1
                }
                Content::Body(_) | Content::Text(_) | Content::Bytes(_) => 1,
            };
            let times = (step.repeat as usize).saturating_mul(1 + step.faults.copies as usize);
            bodies = bodies.saturating_add(each.saturating_mul(times));
            if bodies > MOST_BODIES {
                let message =
                    format!("up to this step a session sends more than {MOST_BODIES} bodies");
                return Err(scenario.fault(step, message, None).into());
            }
            planner.steps.push(Arc::new(PostStep {
                number: step.number,
                name: step.name.clone(),
                expect: step.expect.clone(),
            }));
        }
        Ok(planner)
    }

    /// The posts of one session that starts `now`, in the order of their due times.
    ///
    /// `tell` receives findings.
    pub(super) fn session(
        &self,
        rng: &mut fastrand::Rng,
        now: DateTime<Utc>,
        mut tell: Option<&mut TellReport<'_>>,
    ) -> Result<Vec<Post>, Failure> {
        let mut ids: BTreeMap<(&str, &str), Session<'p>> = BTreeMap::new();
        let mut drafts: Vec<Draft<'p>> = Vec::new();
        let mut bodies: Vec<Body<'p>> = Vec::new();
        let mut clock = Duration::ZERO;
        for step in &self.scenario.steps {
            let first = bodies.len();
            for _ in 0..step.repeat {
                for (pause, content) in self.contents(step, rng)? {
                    clock += pause;
                    let provider = content.map_or(self.provider, |entry| entry.provider);
                    let session = ids
                        .entry((&step.session, &provider.name))
                        .or_insert_with(|| self.new_session(provider, rng));
                    let due = chrono::Duration::from_std(clock).unwrap_or_default();
                    bodies.push(self.body(step, content, session, now + due)?);
                    drafts.push(Draft {
                        headers: self.headers(step, session)?,
                        step,
                        due: clock,
                        remark: None,
                    });
                }
            }
            self.change(step, &ids, &mut bodies[first..])?;
        }
        body::apply(&self.options.changes, self.options.force, &mut bodies)?;
        for (draft, body) in drafts.iter_mut().zip(&mut bodies) {
            if body.is_changed {
                body.identify(self.validation);
                if let Some(tell) = &mut tell {
                    self.judge(draft.step, body, *tell)?;
                }
            }
            self.spoil(draft, body, rng)?;
        }
        self.posts(&drafts, bodies)
    }

    /// What one repetition of a step posts, each with the pause before it.
    fn contents(
        &self,
        step: &'p Step,
        rng: &mut fastrand::Rng,
    ) -> Result<Vec<(Duration, Option<Entry<'p>>)>, Failure> {
        let after = step.after.unwrap_or_default();
        let mut contents = match &step.what {
            Content::Event(name) => vec![(after, Some(self.event(step, name)?))],
            Content::Each(each) => {
                let pause = |event: &Event| {
                    step.after
                        .unwrap_or_else(|| self.provider.pause(&event.name))
                };
                let entry = |event: &'p Event| Entry {
                    provider: self.provider,
                    event,
                };
                let life = self.life(step, *each)?;
                life.into_iter()
                    .map(|event| (pause(event), Some(entry(event))))
                    .collect()
            }
            Content::Body(_) | Content::Text(_) | Content::Bytes(_) | Content::File(_) => {
                vec![(after, None)]
            }
        };
        if step.faults.reorder {
            reorder(&mut contents, rng);
        }
        Ok(contents)
    }

    fn new_session(&self, provider: &'p Provider, rng: &mut fastrand::Rng) -> Session<'p> {
        let mut session = Session::new(provider, rng);
        self.options.choose(provider, &mut session);
        session
    }

    fn body(
        &self,
        step: &'p Step,
        entry: Option<Entry<'p>>,
        session: &Session<'p>,
        now: DateTime<Utc>,
    ) -> Result<Body<'p>, Failure> {
        if let Some(entry) = entry {
            return Ok(Body::of_sample(entry, session, now)?);
        }
        let unknown = |name: String| {
            let message = format!("there is no {name}");
            let fields: Vec<&str> = session.ids().collect();
            let advice = format!("the session has: {}", fields.join(", "));
            self.scenario.fault(step, message, Some(advice))
        };
        let bytes = match &step.what {
            Content::Body(body) => fill::json(body, self.environment, session)
                .map_err(unknown)?
                .into(),
            Content::Text(text) => fill::text(text, self.environment, session)
                .map_err(unknown)?
                .into(),
            Content::Bytes(bytes) => bytes.clone(),
            _ => self.files.get(&step.number).cloned().unwrap_or_default(),
        };
        let mut body = Body::own(bytes);
        if self.options.files.is_some() {
            body.identify(self.validation);
            body.serve_files(self.options);
        }
        Ok(body)
    }

    /// The header fields of a step, with values of variables and ids.
    fn headers(
        &self,
        step: &Step,
        session: &Session<'_>,
    ) -> Result<Option<Vec<Header>>, ScenarioError> {
        let header = |text: &String| {
            let filled = fill::text(text, self.environment, session);
            let filled = filled.map_err(|name| format!("there is no {name}"));
            let parsed =
                filled.and_then(|text| Header::parse(&text).map_err(|error| error.to_string()));
            parsed.map_err(|message| self.scenario.fault(step, message, None))
        };
        let headers = step.headers.as_ref();
        headers
            .map(|all| all.iter().map(header).collect())
            .transpose()
    }

    /// Applies the changes of a step.
    fn change(
        &self,
        step: &'p Step,
        ids: &BTreeMap<(&str, &str), Session<'p>>,
        bodies: &mut [Body<'p>],
    ) -> Result<(), Failure> {
        for change in &step.changes {
            // All bodies of a step have the same provider.
            let provider = bodies.first().and_then(|body| body.entry);
            let provider = provider.map_or(self.provider, |entry| entry.provider);
            let Some(session) = ids.get(&(&*step.session, &*provider.name)) else {
                continue;
            };
            let filled = change.with_value(|value| fill::json(value, self.environment, session));
            let filled = filled.map_err(|name| {
                self.scenario
                    .fault(step, format!("there is no {name}"), None)
            })?;
            body::apply(&[filled], self.options.force, bodies).map_err(|error| {
                let advice = error.advice();
                self.scenario.fault(step, error.to_string(), advice)
            })?;
        }
        Ok(())
    }

    /// Tells the findings on a body, before faults are applied. Refuses an invalid one.
    fn judge(
        &self,
        step: &'p Step,
        body: &Body<'p>,
        tell: &mut TellReport<'_>,
    ) -> Result<(), Failure> {
        if !self.options.validate || !step.validate {
            return Ok(());
        }
        let Some(report) = body::judge(&body.bytes, self.validation) else {
            return Ok(());
        };
        tell(&report)?;
        if report.verdict() == Verdict::Invalid {
            let event = body.event.as_deref().unwrap_or("the body");
            let message = format!("{event} is invalid");
            let advice = "`\"validate\": false` in the step, or --no-validate, sends it anyway";
            return Err(self
                .scenario
                .fault(step, message, Some(advice.to_owned()))
                .into());
        }
        Ok(())
    }

    /// Applies the faults of the step to a body.
    fn spoil(
        &self,
        draft: &mut Draft<'p>,
        body: &mut Body<'p>,
        rng: &mut fastrand::Rng,
    ) -> Result<(), Failure> {
        let faults = &draft.step.faults;
        if faults.reorder {
            draft.remark = Some("out of order");
        }
        if faults.unknown_type {
            let provider = body.entry.map_or(self.provider, |entry| entry.provider);
            let path = Path::new(vec![provider.discriminator.clone()]);
            let changed = json::put(&body.bytes, &path, &json::quoted(UNKNOWN));
            let changed = changed.map_err(|error| {
                let message = format!("its type cannot be changed: {error}");
                self.scenario.fault(draft.step, message, None)
            })?;
            body.bytes = changed.into();
            body.event = Some(UNKNOWN.into());
            draft.remark = Some("unknown type");
        }
        if faults.corrupt {
            // A cut-off object is never valid JSON.
            let end = rng.usize(1..body.bytes.len().max(2));
            body.bytes.truncate(end);
            draft.remark = Some("corrupt");
        }
        Ok(())
    }

    /// The posts of all bodies and their copies, in the order of their due times.
    fn posts(&self, drafts: &[Draft<'p>], bodies: Vec<Body<'p>>) -> Result<Vec<Post>, Failure> {
        let mut posts = Vec::new();
        let mut turn = 0;
        for (draft, body) in drafts.iter().zip(bodies) {
            let mut original = Post {
                due: draft.due,
                step: Some(Arc::clone(&self.steps[draft.step.number - 1])),
                remark: draft.remark,
                ..Post::new(body, self.content_type)?
            };
            if let Some(headers) = &draft.headers {
                let fields = headers.iter().map(|field| (field.name(), field.value()));
                let bytes = original.request.body().clone();
                original.request = OutgoingRequest::passed_on(bytes, fields);
            }
            posts.push(original.clone());
            let late = &draft.step.faults.late;
            for _ in 0..draft.step.faults.copies {
                let late = match late.len() {
                    0 => Duration::ZERO,
                    length => late[turn % length],
                };
                turn += 1;
                posts.push(Post {
                    due: draft.due + late,
                    remark: Some("copy"),
                    ..original.clone()
                });
            }
        }
        // The sort is stable: posts that are due at the same time keep their order.
        posts.sort_by_key(|post| post.due);
        Ok(posts)
    }

    fn event(&self, step: &Step, name: &str) -> Result<Entry<'p>, ScenarioError> {
        let name = fill::variables(name, self.environment);
        let catalog = self.validation.catalog();
        let own = self.provider.event(&name).map(|event| Entry {
            provider: self.provider,
            event,
        });
        own.or_else(|| catalog.find(&name)).ok_or_else(|| {
            let advice = match catalog.nearest_event(&name) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`enx-hook events` lists them".to_owned(),
            };
            let message = format!("no event is called `{name}`");
            self.scenario.fault(step, message, Some(advice))
        })
    }

    /// The events of a whole session.
    fn life(&self, step: &Step, each: Each) -> Result<Vec<&'p Event>, ScenarioError> {
        let provider = self.provider;
        match each {
            Each::Life => Ok(provider.events().iter().collect()),
            Each::Order if provider.order.is_empty() => {
                let message = format!("the documents of {} do not define an order", provider.title);
                let advice = "`\"each\": \"life\"` takes all of its events".to_owned();
                Err(self.scenario.fault(step, message, Some(advice)))
            }
            Each::Order => {
                let names = provider.order.iter();
                Ok(names.filter_map(|name| provider.event(name)).collect())
            }
        }
    }

    fn read(&self, step: &Step, path: &std::path::Path) -> Result<Bytes, ScenarioError> {
        let path = fill::variables(&path.to_string_lossy(), self.environment);
        let folder = &self.scenario.source.folder;
        let path = folder.join(path);
        let read = || {
            let (path, folder) = (path.canonicalize()?, folder.canonicalize()?);
            if !path.starts_with(folder) {
                return Err(io::Error::other("it is outside the folder of the scenario"));
            }
            read_found(&path)
        };
        match read() {
            Ok(bytes) => Ok(bytes.into()),
            Err(error) => {
                let message = format!("cannot read {}: {error}", path.display());
                Err(self.scenario.fault(step, message, None))
            }
        }
    }
}

/// Shuffles the contents, never into their first order. The pauses stay in their places.
fn reorder<T: Copy>(contents: &mut [(Duration, T)], rng: &mut fastrand::Rng) {
    let mut places: Vec<usize> = (0..contents.len()).collect();
    rng.shuffle(&mut places);
    if places.is_sorted() {
        places.rotate_left(1.min(contents.len()));
    }
    let what: Vec<T> = places.into_iter().map(|place| contents[place].1).collect();
    for (content, what) in contents.iter_mut().zip(what) {
        content.1 = what;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reordered_contents_are_in_another_order_and_the_pauses_stay() {
        for length in 0..6_u64 {
            for seed in 0..50 {
                let content = |number| (Duration::from_secs(number), number);
                let before: Vec<_> = (0..length).map(content).collect();
                let mut after = before.clone();
                reorder(&mut after, &mut fastrand::Rng::with_seed(seed));
                let pauses = |all: &[(Duration, u64)]| -> Vec<_> {
                    all.iter().map(|(pause, _)| *pause).collect()
                };
                assert_eq!(pauses(&before), pauses(&after));
                assert_eq!(length < 2, before == after, "{after:?}");
            }
        }
    }
}
