//! What a query asks about a judged capture.

use std::cell::OnceCell;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::sighting::Context;
use crate::json::has_too_many_values;
use crate::model::report::Verdict;
use crate::selection::{Facts, Relation};
use crate::validation::JudgedCapture;

/// The facts about a judged capture, worked out when they are first asked for.
#[derive(Debug)]
pub struct CaptureFacts<'c> {
    judged: &'c JudgedCapture,
    received_at: Option<DateTime<Utc>>,
    context: Option<&'c Context>,
    value: OnceCell<Option<Value>>,
}

impl<'c> CaptureFacts<'c> {
    /// A capture; when it was received, if that is known; and how it relates to earlier ones, if
    /// a query may ask for that.
    pub fn new(
        judged: &'c JudgedCapture,
        received_at: Option<DateTime<Utc>>,
        context: Option<&'c Context>,
    ) -> CaptureFacts<'c> {
        CaptureFacts {
            judged,
            received_at,
            context,
            value: OnceCell::new(),
        }
    }
}

impl Facts for CaptureFacts<'_> {
    fn seq(&self) -> Option<u64> {
        self.judged.seq
    }

    fn received_at(&self) -> Option<DateTime<Utc>> {
        self.received_at
    }

    fn event(&self) -> Option<&str> {
        self.judged.classification().event.as_deref()
    }

    fn session(&self) -> Option<&str> {
        self.judged.classification().session.as_deref()
    }

    fn body(&self) -> &[u8] {
        &self.judged.content().bytes
    }

    fn value(&self) -> Option<&Value> {
        let body = self.body();
        let value = || (!has_too_many_values(body)).then(|| serde_json::from_slice(body).ok());
        self.value.get_or_init(|| value().flatten()).as_ref()
    }

    fn verdict(&self) -> Verdict {
        self.judged.classification().verdict
    }

    fn each_code(&self, see: &mut dyn FnMut(&str)) {
        let findings = self.judged.report().findings.iter();
        findings.for_each(|finding| see(&finding.code));
    }

    fn is(&self, relation: Relation) -> bool {
        self.context.is_some_and(|context| context.is(relation))
    }
}
