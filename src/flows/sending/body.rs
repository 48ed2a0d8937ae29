//! The bodies to send: samples with fresh values, samples as they are, or the user's own.

use std::collections::BTreeMap;

use bytes::Bytes;
use chrono::{DateTime, Utc};

use crate::catalog::{
    Catalog, CatalogError, Change, Changed, ChangesError, Entry, Provider, Session,
};
use crate::json;
use crate::json::Path;
use crate::model::error::{Category, Explain, Failure};
use crate::model::name::Name;
use crate::model::report::{Report, Verdict};
use crate::validation::Validation;

/// How bodies are made and changed before they are sent.
#[derive(Clone, Debug, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct BodyOptions {
    /// Whether samples are sent byte for byte.
    pub exact: bool,
    /// The changes, in order.
    pub changes: Vec<Change>,
    /// Whether a change may add a field that the event does not have.
    pub force: bool,
    /// Whether the user edits each body.
    pub edit: bool,
    /// Whether findings are shown and invalid bodies refused.
    pub validate: bool,
    /// The id of the session. `None` makes a fresh one.
    pub session: Option<Name>,
    /// Ids, by the names of the provider.
    pub ids: BTreeMap<String, String>,
    /// The origin of the server that serves the files of the events.
    pub files: Option<String>,
}

/// A body to send, and facts about it.
#[derive(Clone, Debug)]
pub struct Body<'c> {
    /// The bytes.
    pub bytes: Bytes,
    /// Its event in the catalog.
    pub entry: Option<Entry<'c>>,
    /// The name of its event, also if the catalog does not have it.
    pub event: Option<Name>,
    /// Its session.
    pub session: Option<Name>,
    /// Whether it differs from the sample in other than fresh values.
    pub is_changed: bool,
}

/// A body cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// None of the events has the id.
    #[error("{event} has no {name}, so --{name} cannot set it")]
    NoId {
        /// The first event.
        event: String,
        /// The id.
        name: String,
    },
    /// A body is invalid.
    #[error("{} is invalid, and nothing was sent", event.as_deref().unwrap_or("the body"))]
    Invalid {
        /// Its event, if it names one.
        event: Option<Name>,
        /// What to do about it, if that is known.
        cure: Option<String>,
    },
    /// What is named is no event.
    #[error("no event is called `{name}`")]
    NoEvent {
        /// What was named.
        name: String,
        /// What was meant.
        instead: String,
    },
}

impl Explain for BodyError {
    fn category(&self) -> Category {
        Category::Usage
    }

    fn advice(&self) -> Option<String> {
        match self {
            BodyError::NoId { event, .. } => {
                Some(format!("`enx-hook events {event}` lists its fields"))
            }
            BodyError::Invalid { cure: None, .. } => {
                Some("--no-validate sends it anyway".to_owned())
            }
            BodyError::Invalid { cure, .. } => cure.clone(),
            BodyError::NoEvent { instead, .. } => Some(instead.clone()),
        }
    }
}

impl BodyOptions {
    /// Sets the chosen ids in a session.
    pub(super) fn choose(&self, provider: &Provider, session: &mut Session<'_>) {
        if let Some(id) = &self.session {
            session.choose(id);
        }
        for (name, value) in &self.ids {
            if let Some(id) = provider.ids.get(name) {
                session.choose_field(&id.field, value);
            }
        }
        if let Some(origin) = &self.files {
            session.serve_files(origin);
        }
    }

    fn chooses(&self) -> bool {
        self.session.is_some() || !self.ids.is_empty()
    }
}

/// The samples of these events as of `now`. The samples of one provider share one session.
pub fn of_samples<'c>(
    entries: &[Entry<'c>],
    options: &BodyOptions,
    rng: &mut fastrand::Rng,
    now: DateTime<Utc>,
) -> Result<Vec<Body<'c>>, Failure> {
    let mut sessions: Vec<(&str, Session<'_>)> = Vec::new();
    let mut bodies = Vec::new();
    check_ids(entries, options)?;
    for entry in entries {
        let provider = entry.provider;
        if options.exact {
            bodies.push(Body::exact(*entry)?);
            continue;
        }
        let index = sessions.iter().position(|(name, _)| *name == provider.name);
        let index = index.unwrap_or_else(|| {
            let mut session = Session::new(provider, rng);
            options.choose(provider, &mut session);
            sessions.push((&provider.name, session));
            sessions.len() - 1
        });
        let mut body = Body::of_sample(*entry, &sessions[index].1, now)?;
        body.is_changed = options.chooses();
        bodies.push(body);
    }
    Ok(bodies)
}

/// Refuses a chosen id that none of the events has.
fn check_ids(entries: &[Entry<'_>], options: &BodyOptions) -> Result<(), Failure> {
    for name in options.ids.keys() {
        let mut has = false;
        for Entry { provider, event } in entries {
            if let Some(id) = provider.ids.get(name) {
                has |= event.sample()?.get(&id.field).is_some();
            }
        }
        if let (false, Some(first)) = (has, entries.first()) {
            return Err(BodyError::NoId {
                event: first.event.name.clone(),
                name: name.clone(),
            }
            .into());
        }
    }
    Ok(())
}

/// The user's own body, with the chosen ids.
pub fn of_data<'c>(
    data: Bytes,
    options: &BodyOptions,
    validation: &'c Validation,
) -> Result<Body<'c>, Failure> {
    let mut body = Body::own(data);
    body.identify(validation);
    body.serve_files(options);
    if !options.chooses() {
        return Ok(body);
    }
    let no_id = |name: &str| BodyError::NoId {
        event: body.event.as_deref().unwrap_or("the body").to_owned(),
        name: name.to_owned(),
    };
    let value: serde_json::Value = serde_json::from_slice(&body.bytes).unwrap_or_default();
    let provider = body.entry.map(|entry| entry.provider);
    let mut chosen = Vec::new();
    if let Some(id) = &options.session {
        let fields = provider.map_or(&[][..], |provider| &provider.session);
        let field = fields
            .iter()
            .find(|field| value.get(field.as_str()).is_some());
        chosen.push((
            field.or(fields.first()).ok_or_else(|| no_id("session"))?,
            id.as_str(),
        ));
    }
    for (name, id) in &options.ids {
        let field = provider.and_then(|provider| provider.ids.get(name));
        chosen.push((&field.ok_or_else(|| no_id(name))?.field, id.as_str()));
    }
    for (field, id) in chosen {
        let path = Path::new(vec![field.clone()]);
        if let Ok(changed) = json::put(&body.bytes, &path, &json::quoted(id)) {
            body.bytes = changed.into();
        }
    }
    body.identify(validation);
    Ok(body)
}

impl<'c> Body<'c> {
    /// The sample of an event in a session.
    pub(super) fn of_sample(
        entry: Entry<'c>,
        session: &Session<'_>,
        now: DateTime<Utc>,
    ) -> Result<Body<'c>, CatalogError> {
        let value = session.body(entry.event, now)?;
        Ok(Body::new(entry, value.to_string().into(), &value))
    }

    /// The sample of an event, byte for byte.
    fn exact(entry: Entry<'c>) -> Result<Body<'c>, CatalogError> {
        let text = entry.event.sample_text().as_bytes();
        let bytes = Bytes::copy_from_slice(text);
        Ok(Body::new(entry, bytes, &entry.event.sample()?))
    }

    fn new(entry: Entry<'c>, bytes: Bytes, value: &serde_json::Value) -> Body<'c> {
        Body {
            bytes,
            entry: Some(entry),
            event: Some(Name::new(&entry.event.name)),
            session: entry.provider.session_of(value),
            is_changed: false,
        }
    }

    /// The user's own body.
    pub fn own(bytes: Bytes) -> Body<'c> {
        Body {
            bytes,
            entry: None,
            event: None,
            session: None,
            is_changed: true,
        }
    }

    /// Lets the files that it names stand on the server of the options.
    pub(super) fn serve_files(&mut self, options: &BodyOptions) {
        let (Some(origin), Some(entry)) = (&options.files, self.entry) else {
            return;
        };
        let value = serde_json::from_slice(&self.bytes).unwrap_or_default();
        for (path, value) in entry.redirected(&value, origin) {
            if let Ok(changed) = json::put(&self.bytes, &path, &value.to_string()) {
                self.bytes = changed.into();
            }
        }
    }

    /// Determines its event and session.
    pub fn identify(&mut self, validation: &'c Validation) {
        let glance = validation.classify(&self.bytes);
        let catalog: &'c Catalog = validation.catalog();
        self.entry = glance.provider.as_ref().and_then(|provider| {
            let provider = catalog.provider(provider)?;
            let event = provider.event(glance.event.as_deref()?)?;
            Some(Entry { provider, event })
        });
        self.event = glance.event;
        self.session = glance.session;
    }
}

/// Applies each change to all bodies whose events have the field. At least one must have it.
pub(super) fn apply(
    changes: &[Change],
    force: bool,
    bodies: &mut [Body<'_>],
) -> Result<(), ChangesError> {
    for change in changes {
        let mut unknown = None;
        let mut is_made = false;
        for body in &mut *bodies {
            match change.apply(&body.bytes, body.entry, force)? {
                Changed::To(text) => {
                    body.bytes = text.into();
                    body.is_changed = true;
                    is_made = true;
                }
                Changed::Nothing => is_made = true,
                Changed::UnknownField(error) => unknown = unknown.or(Some(error)),
            }
        }
        match unknown {
            Some(error) if !is_made && bodies.len() > 1 => return Err(error.of_all()),
            Some(error) if !is_made => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Receives the findings on a body before it is sent.
pub type TellReport<'t> = dyn FnMut(&Report) -> Result<(), Failure> + 't;

/// The report on a body. `None` if it is valid.
pub fn judge(bytes: &[u8], validation: &Validation) -> Option<Report> {
    let is_valid = validation.classify(bytes).verdict == Verdict::Valid;
    (!is_valid).then(|| validation.report(bytes))
}

/// Applies the changes of the options, and identifies the changed bodies.
pub fn change<'c>(
    bodies: &mut [Body<'c>],
    options: &BodyOptions,
    validation: &'c Validation,
) -> Result<(), Failure> {
    apply(&options.changes, options.force, bodies)?;
    for body in bodies.iter_mut().filter(|body| body.is_changed) {
        body.identify(validation);
    }
    Ok(())
}
