//! Events to post, with made-up ids that can be found again.

use std::cell::RefCell;
use std::collections::BTreeSet;

use bytes::Bytes;
use chrono::Utc;
use fastrand::Rng;
use serde_json::Value;

use crate::catalog::{Catalog, CatalogError, Event, Provider, Session};
use crate::model::name::Name;
use crate::model::report::Verdict;
use crate::validation::Validation;

/// A body, and what it is in a few words.
#[derive(Clone, Debug)]
pub(super) struct Body {
    pub(super) what: String,
    pub(super) bytes: Bytes,
    pub(super) content_type: Option<&'static str>,
}

impl Body {
    /// An event.
    pub(super) fn json(what: impl Into<String>, value: &Value) -> Body {
        Body::bytes(what, value.to_string())
    }

    /// Bytes that are said to be JSON.
    pub(super) fn bytes(what: impl Into<String>, bytes: impl Into<Bytes>) -> Body {
        Body {
            what: what.into(),
            bytes: bytes.into(),
            content_type: Some("application/json"),
        }
    }

    /// The same body, described in more detail.
    pub(super) fn which(self, detail: &str) -> Body {
        let what = format!("{} {detail}", self.what);
        Body { what, ..self }
    }
}

/// Makes the events of one run.
pub struct Bodies<'c> {
    provider: &'c Provider,
    validation: &'c Validation,
    mark: String,
    rng: RefCell<Rng>,
    /// Made-up sessions of which nothing was sent yet.
    made: RefCell<BTreeSet<Name>>,
    /// Sessions of which something was sent.
    sent: RefCell<BTreeSet<Name>>,
    /// Whether an event cannot carry the mark, because its schema forbids such ids.
    unmarked: RefCell<BTreeSet<String>>,
}

impl<'c> Bodies<'c> {
    /// Events of this provider.
    pub fn new(provider: &'c Provider, validation: &'c Validation) -> Bodies<'c> {
        let mut rng = Rng::new();
        Bodies {
            provider,
            validation,
            mark: format!("enxhook-{:04x}", rng.u16(..)),
            rng: RefCell::new(rng),
            made: RefCell::default(),
            sent: RefCell::default(),
            unmarked: RefCell::default(),
        }
    }

    /// The beginning of every made-up id.
    pub fn mark(&self) -> &str {
        &self.mark
    }

    /// The number of sessions of which something was sent.
    pub fn sessions(&self) -> usize {
        self.sent.borrow().len()
    }

    /// Notes the sessions whose ids occur in a body that is sent, even if it is malformed.
    pub(super) fn note_sent(&self, body: &[u8]) {
        let is_in = |session: &Name| memchr::memmem::find(body, session.as_bytes()).is_some();
        let mut made = self.made.borrow_mut();
        let found: Vec<Name> = made
            .iter()
            .filter(|session| is_in(session))
            .cloned()
            .collect();
        for session in found {
            made.remove(&session);
            self.sent.borrow_mut().insert(session);
        }
    }

    /// Events whose schema forbids ids that begin with the mark.
    pub fn unmarked(&self) -> Vec<String> {
        self.unmarked.borrow().iter().cloned().collect()
    }

    /// A session of its own.
    pub(super) fn session(&self) -> Result<Session<'c>, CatalogError> {
        Session::marked(self.provider, &self.mark, &mut self.rng.borrow_mut())
    }

    /// The sample of an event in a session.
    pub(super) fn sample(
        &self,
        session: &Session<'_>,
        event: &Event,
    ) -> Result<Value, CatalogError> {
        let mut body = session.body(event, Utc::now())?;
        if !self.is_valid(&body) && self.verdict(&event.sample()?) < self.verdict(&body) {
            self.unmarked.borrow_mut().insert(event.name.clone());
            let plain = Session::new(self.provider, &mut self.rng.borrow_mut());
            body = plain.body(event, Utc::now())?;
        }
        let session = self.provider.session_of(&body);
        let session = session.filter(|session| !self.sent.borrow().contains(session));
        self.made.borrow_mut().extend(session);
        Ok(body)
    }

    /// The sample of an event in a session of its own.
    pub(super) fn fresh(&self, event: &Event) -> Result<Value, CatalogError> {
        self.sample(&self.session()?, event)
    }

    /// The catalog that has the events.
    pub(super) fn catalog(&self) -> &'c Catalog {
        self.validation.catalog()
    }

    /// Whether the body is valid, and therefore legitimate.
    pub(super) fn is_valid(&self, body: &Value) -> bool {
        self.verdict(body) == Verdict::Valid
    }

    fn verdict(&self, body: &Value) -> Verdict {
        self.validation
            .classify(body.to_string().as_bytes())
            .verdict
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::catalog::Catalog;

    #[test]
    fn every_sample_stays_valid_with_ids_that_carry_the_mark() {
        let catalog = Arc::new(Catalog::embedded().unwrap());
        let validation = Validation::new(Arc::clone(&catalog));
        for provider in catalog.providers() {
            let bodies = Bodies::new(provider, &validation);
            assert!(bodies.mark().starts_with("enxhook-") && bodies.mark().len() == 12);
            for event in provider.events() {
                let body = bodies.fresh(event).unwrap();
                assert!(bodies.is_valid(&body), "{body}");
                bodies.note_sent(format!("[{body}").as_bytes());
                for (field, value) in body.as_object().unwrap() {
                    if field.ends_with("_id") || provider.session.contains(field) {
                        let id = value.as_str().unwrap();
                        assert!(id.starts_with(bodies.mark()), "{field}: {id}");
                    }
                }
            }
            assert_eq!(bodies.unmarked(), [""; 0]);
            bodies.fresh(&provider.events()[0]).unwrap();
            assert_eq!(bodies.sessions(), provider.events().len());
        }
    }
}
