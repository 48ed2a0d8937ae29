//! The bodies that are sent: samples made new, samples as they are, or the user's own.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::PathBuf;

use bytes::Bytes;
use chrono::{DateTime, Utc};

use super::{Console, Data, editor};
use crate::catalog::{
    Catalog, CatalogError, Change, Changed, ChangesError, Entry, Provider, Session,
};
use crate::json;
use crate::json::Path;
use crate::model::error::{Category, Explain, Failure};
use crate::model::report::Verdict;
use crate::render::findings::write_compact;
use crate::validation::Validation;

/// What is done with a body before it is sent.
#[derive(Clone, Debug, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct Shape {
    /// The samples' bytes, untouched.
    pub exact: bool,
    /// What is changed, in this order.
    pub changes: Vec<Change>,
    /// Whether fields are made that the event does not have.
    pub force: bool,
    /// Whether the user edits each body.
    pub edit: bool,
    /// Whether what is odd is shown, and what is invalid refused.
    pub validate: bool,
    /// The id of the session; fresh if there is none.
    pub session: Option<String>,
    /// Ids by the names that providers give them.
    pub ids: BTreeMap<String, String>,
}

/// A body on its way, and what it is.
#[derive(Clone, Debug)]
pub(super) struct Body<'c> {
    pub(super) bytes: Bytes,
    /// Its event in the catalog.
    pub(super) entry: Option<Entry<'c>>,
    /// Its event, also one that the catalog does not have.
    pub(super) event: Option<String>,
    pub(super) session: Option<String>,
    /// Whether it is other than the sample, fresh values aside.
    pub(super) is_changed: bool,
    /// Whether its bytes are the user's own.
    pub(super) is_own: bool,
}

/// A body cannot be made.
#[derive(Debug, thiserror::Error)]
pub(super) enum BodyError {
    /// The body to send cannot be read.
    #[error("cannot read {name}")]
    Read {
        name: String,
        source: std::io::Error,
    },
    /// An id that none of the events has.
    #[error("{event} has no {name} to choose with --{name}")]
    NoId { event: String, name: String },
    /// What became of a sample is no event any more.
    #[error("{event} is invalid with these changes, and nothing was sent")]
    Invalid { event: String },
}

impl Explain for BodyError {
    fn category(&self) -> Category {
        match self {
            BodyError::Read { .. } => Category::Undone,
            BodyError::NoId { .. } | BodyError::Invalid { .. } => Category::Usage,
        }
    }

    fn advice(&self) -> Option<String> {
        match self {
            BodyError::Read { .. } => None,
            BodyError::NoId { event, .. } => {
                Some(format!("`enx-hook events {event}` lists its fields"))
            }
            BodyError::Invalid { .. } => Some("--no-validate sends it all the same".to_owned()),
        }
    }
}

impl Shape {
    /// Gives a session the ids that were chosen.
    pub(super) fn choose(&self, provider: &Provider, session: &mut Session<'_>) {
        if let Some(id) = &self.session {
            session.choose(id);
        }
        for (name, value) in &self.ids {
            if let Some(id) = provider.ids.get(name) {
                session.choose_field(&id.field, value);
            }
        }
    }

    fn chooses(&self) -> bool {
        self.session.is_some() || !self.ids.is_empty()
    }
}

/// The samples of these events as of now; those of one provider share one session.
pub(super) fn of_samples<'c>(
    entries: &[Entry<'c>],
    shape: &Shape,
    rng: &mut fastrand::Rng,
    now: DateTime<Utc>,
) -> Result<Vec<Body<'c>>, Failure> {
    let mut sessions: Vec<(&str, Session<'_>)> = Vec::new();
    let mut bodies = Vec::new();
    check_ids(entries, shape)?;
    for entry in entries {
        let provider = entry.provider;
        if shape.exact {
            bodies.push(Body::exact(*entry)?);
            continue;
        }
        let index = sessions.iter().position(|(name, _)| *name == provider.name);
        let index = index.unwrap_or_else(|| {
            let mut session = Session::new(provider, rng);
            shape.choose(provider, &mut session);
            sessions.push((&provider.name, session));
            sessions.len() - 1
        });
        let mut body = Body::of_sample(*entry, &sessions[index].1, now)?;
        body.is_changed = shape.chooses();
        bodies.push(body);
    }
    Ok(bodies)
}

/// That each chosen id has a place in at least one of the events.
fn check_ids(entries: &[Entry<'_>], shape: &Shape) -> Result<(), Failure> {
    for name in shape.ids.keys() {
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

/// A body of the user's, byte for byte but for the ids that were chosen.
pub(super) fn of_data<'c>(
    data: &Data,
    shape: &Shape,
    validation: &'c Validation,
    console: &mut Console,
) -> Result<Body<'c>, Failure> {
    let mut body = Body::own(read(data, console)?);
    body.look(validation);
    if !shape.chooses() {
        return Ok(body);
    }
    let no_id = |name: &str| BodyError::NoId {
        event: body.event.clone().unwrap_or_else(|| "the body".to_owned()),
        name: name.to_owned(),
    };
    let value: serde_json::Value = serde_json::from_slice(&body.bytes).unwrap_or_default();
    let provider = body.entry.map(|entry| entry.provider);
    let mut chosen = Vec::new();
    if let Some(id) = &shape.session {
        let fields = provider.map_or(&[][..], |provider| &provider.session);
        let field = fields
            .iter()
            .find(|field| value.get(field.as_str()).is_some());
        chosen.push((
            field.or(fields.first()).ok_or_else(|| no_id("session"))?,
            id,
        ));
    }
    for (name, id) in &shape.ids {
        let field = provider.and_then(|provider| provider.ids.get(name));
        chosen.push((&field.ok_or_else(|| no_id(name))?.field, id));
    }
    for (field, id) in chosen {
        let path = Path::new(vec![field.clone()]);
        if let Ok(changed) = json::put(&body.bytes, &path, &json::quoted(id)) {
            body.bytes = changed.into();
        }
    }
    body.look(validation);
    Ok(body)
}

fn read(data: &Data, console: &mut Console) -> Result<Bytes, BodyError> {
    let failed = |name: String| move |source| BodyError::Read { name, source };
    match data {
        Data::Text(text) => Ok(Bytes::copy_from_slice(text.as_bytes())),
        Data::File(path) => read_file(path).map_err(failed(path.display().to_string())),
        Data::Input => {
            let mut bytes = Vec::new();
            console
                .input
                .read_to_end(&mut bytes)
                .map_err(failed("stdin".to_owned()))?;
            Ok(Bytes::from(bytes))
        }
    }
}

fn read_file(path: &PathBuf) -> std::io::Result<Bytes> {
    fs::read(path).map(Bytes::from)
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
            event: Some(entry.event.name.clone()),
            session: entry.provider.session_of(value),
            is_changed: false,
            is_own: false,
        }
    }

    /// A body of the user's.
    pub(super) fn own(bytes: Bytes) -> Body<'c> {
        Body {
            bytes,
            entry: None,
            event: None,
            session: None,
            is_changed: true,
            is_own: true,
        }
    }

    /// Looks what it is.
    pub(super) fn look(&mut self, validation: &'c Validation) {
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

/// Makes the changes in all bodies whose events have the field; at least one must.
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
            Some(error) if !is_made => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Changes the bodies as asked.
pub(super) fn change<'c>(
    bodies: &mut [Body<'c>],
    shape: &Shape,
    validation: &'c Validation,
) -> Result<(), Failure> {
    apply(&shape.changes, shape.force, bodies)?;
    for body in bodies.iter_mut().filter(|body| body.is_changed) {
        body.look(validation);
    }
    Ok(())
}

/// Changes the bodies as asked, and says what is odd about them before one is sent.
pub(super) fn finish<'c>(
    bodies: &mut [Body<'c>],
    shape: &Shape,
    validation: &'c Validation,
    console: &mut Console,
) -> Result<(), Failure> {
    change(bodies, shape, validation)?;
    for body in &mut *bodies {
        if shape.edit {
            body.bytes = editor::edit(
                &body.bytes,
                body.event.as_deref(),
                console,
                &mut |bytes, console| {
                    if shape.validate {
                        tell(bytes, validation, console)
                    } else {
                        Ok(Verdict::Valid)
                    }
                },
            )?;
            body.is_changed = true;
        }
        if !body.is_changed {
            // A sample with fresh values is valid, which tests and --catalog see to.
            continue;
        }
        if shape.edit {
            body.look(validation);
        } else if shape.validate {
            let verdict = tell(&body.bytes, validation, console)?;
            if verdict == Verdict::Invalid && !body.is_own {
                let event = body.event.clone().unwrap_or_else(|| "the body".to_owned());
                return Err(BodyError::Invalid { event }.into());
            }
        }
    }
    Ok(())
}

/// Says what is odd about a body.
pub(super) fn tell(
    bytes: &[u8],
    validation: &Validation,
    console: &mut Console,
) -> Result<Verdict, Failure> {
    if validation.classify(bytes).verdict == Verdict::Valid {
        return Ok(Verdict::Valid);
    }
    let report = validation.report(bytes);
    for finding in &report.findings {
        write_compact(&mut *console.err, console.err_style, 0, finding)?;
    }
    Ok(report.verdict())
}
