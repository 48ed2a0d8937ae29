//! The two depths of judging, and what they share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use super::classify::Criteria;
use super::document::{Document, is_json, packing, too_many_values};
use super::fast::{Accepted, Fast};
use super::fix::{self, Fixed};
use super::{explain, rules, strict};
use crate::catalog::{Catalog, Entry};
use crate::json::{self, has_too_many_values};
use crate::model::capture::Capture;
use crate::model::name::Name;
use crate::model::report::{Classification, Identification, Report, Severity, Verdict};
use crate::model::room::is_small;

/// Judges documents by a catalog.
#[derive(Clone, Debug)]
pub struct Validation {
    criteria: Criteria,
    fast: Arc<Fast>,
    /// Who looks into a large capture, where only one may at a time.
    turn: Option<Arc<Mutex<()>>>,
}

impl Validation {
    /// Judges by that catalog.
    pub fn new(catalog: Arc<Catalog>) -> Validation {
        Validation {
            fast: Arc::new(Fast::new(&catalog, None)),
            criteria: Criteria::new(catalog),
            turn: None,
        }
    }

    /// Takes every document for that event, whatever its discriminator says.
    #[must_use]
    pub fn taking_for(self, entry: Entry<'_>) -> Validation {
        let fast = Fast::new(self.catalog(), Some(entry));
        Validation {
            fast: Arc::new(fast),
            criteria: self.criteria.taking_for(entry),
            turn: self.turn,
        }
    }

    /// Uses the fast path from the first document on, and not only once enough have come that
    /// compiling it pays.
    pub fn expect_many(&self) {
        self.fast.expect_many();
    }

    /// Looks into one large capture at a time, whoever asks: unpacking and reading one takes
    /// several times its size.
    #[must_use]
    pub fn one_large_at_a_time(self) -> Validation {
        Validation {
            turn: Some(Arc::default()),
            ..self
        }
    }

    /// Waits until it may look into this capture.
    pub(super) fn turn(&self, capture: &Capture) -> Option<MutexGuard<'_, ()>> {
        let turn = self.turn.as_ref().filter(|_| !is_small(capture))?;
        Some(turn.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Never uses the fast path: what it accepts can be compared with this.
    #[must_use]
    pub fn without_fast_path(self) -> Validation {
        Validation {
            fast: Arc::new(Fast::none()),
            ..self
        }
    }

    /// The catalog that it judges by.
    pub fn catalog(&self) -> &Catalog {
        self.criteria.catalog()
    }

    /// Provider, event, session and verdict of a document, at the least cost.
    pub fn classify<'d>(&self, document: impl Into<Document<'d>>) -> Classification {
        let document = document.into();
        if let Some(accepted) = self.accept(document) {
            return accepted.classification();
        }
        if has_too_many_values(document.bytes) {
            return self.identify(document).judged(Verdict::Invalid);
        }
        let plain = strict::parse(document.bytes).map(|value| self.classify_value(&value));
        let mut classification = plain.unwrap_or_else(|| self.classify_odd(document));
        if document.fault.is_some() {
            classification.verdict = classification.verdict.max(Verdict::Warning);
        }
        classification
    }

    /// Provider, event and session of a document, where nobody asks for the verdict: no schema is
    /// compiled for it.
    pub fn identification<'d>(&self, document: impl Into<Document<'d>>) -> Identification {
        let document = document.into();
        match self.accept(document) {
            Some(accepted) => Identification::from(&accepted.classification()),
            None => self.identify(document),
        }
    }

    /// The classification of what is not plain JSON. What is no JSON at all is invalid, and
    /// identified by its outermost levels.
    fn classify_odd(&self, document: Document<'_>) -> Classification {
        if !is_json(document.bytes) {
            return self.identify(document).judged(Verdict::Invalid);
        }
        let reading = json::read(document.bytes);
        let Some(root) = &reading.root else {
            return Identification::default().judged(Verdict::Invalid);
        };
        let mut classification = self.classify_value(&root.to_value());
        let verdict = if !reading.faults.is_empty() {
            Verdict::Invalid
        } else if reading.lints.is_empty() {
            Verdict::Valid
        } else {
            Verdict::Warning
        };
        classification.verdict = classification.verdict.max(verdict);
        classification
    }

    /// Provider, event and session of a document, by its outermost levels alone: no more memory
    /// is taken, and no rule is asked.
    pub fn identify<'d>(&self, document: impl Into<Document<'d>>) -> Identification {
        let document = document.into();
        if document.fault.is_some() && !is_json(document.bytes) {
            return Identification::default();
        }
        let tolerant = || json::outline(document.bytes).map(|root| root.to_value());
        let Some(body) = strict::outline(document.bytes).or_else(tolerant) else {
            return Identification::default();
        };
        let class = self.criteria.classify(&body);
        Identification {
            provider: class.provider.map(|provider| Name::new(&provider.name)),
            session: class.session(&body),
            event: class.event,
        }
    }

    /// The event that a document is, if it is valid beyond doubt and nothing is to be said about it;
    /// else its [`report`](Self::report).
    ///
    /// # Errors
    ///
    /// The report.
    pub fn pass<'d>(&self, document: impl Into<Document<'d>>) -> Result<Entry<'_>, Report> {
        let document = document.into();
        let accepted = self.accept(document).map(|accepted| accepted.entry);
        accepted.ok_or_else(|| self.explain(document))
    }

    /// Everything that there is to say about a document: every finding, with its place in the
    /// text.
    pub fn report<'d>(&self, document: impl Into<Document<'d>>) -> Report {
        let document = document.into();
        match self.accept(document) {
            Some(accepted) => accepted.report(),
            None => self.explain(document),
        }
    }

    /// The text with every repair that is beyond doubt, and the report on what is left.
    pub fn fix(&self, text: &[u8]) -> Fixed {
        if has_too_many_values(text) {
            return Fixed {
                text: text.to_vec(),
                repairs: 0,
                report: self.report(text),
                refusal: None,
            };
        }
        fix::fix(&self.criteria, text)
    }

    pub(super) fn accept<'t>(&self, document: Document<'t>) -> Option<Accepted<'_, 't>> {
        match document.fault {
            None => self.fast.accept(self.catalog(), document.bytes),
            Some(_) => None,
        }
    }

    fn explain(&self, document: Document<'_>) -> Report {
        let explain = || {
            if let Some(format) = document.foreign() {
                return explain::named(&format);
            }
            if !has_too_many_values(document.bytes) {
                return explain::explain(&self.criteria, document.bytes);
            }
            let Identification {
                provider,
                event,
                session,
            } = self.identify(document.bytes);
            let findings = vec![too_many_values()];
            Report {
                provider,
                event,
                session,
                findings,
            }
        };
        let Some(fault) = document.fault else {
            return explain();
        };
        let (mut report, severity) = if is_json(document.bytes) {
            (explain(), Severity::Warning)
        } else {
            (Report::default(), Severity::Error)
        };
        report.findings.insert(0, packing(fault, severity));
        report
    }

    fn classify_value(&self, value: &Value) -> Classification {
        let class = self.criteria.classify(value);
        let verdicts = class.remarks.iter().map(|remark| remark.severity.verdict());
        let mut verdict = verdicts.max().unwrap_or(Verdict::Valid);
        if let (Some(entry), true) = (class.entry, verdict < Verdict::Invalid) {
            verdict = verdict.max(rules::verdict(entry, value));
        }
        Classification {
            provider: class.provider.map(|provider| Name::new(&provider.name)),
            session: class.session(value),
            event: class.event,
            verdict,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::catalog::Provider;
    use crate::model::content::{Content, ContentFault};
    use crate::validation::codes;

    #[test]
    fn what_a_body_is_does_not_depend_on_who_asks_for_the_verdict() {
        let validation = Validation::new(Arc::new(Catalog::embedded().unwrap()));
        let providers = validation.catalog().providers().iter();
        let events = providers.flat_map(Provider::events);
        let samples: Vec<String> = events.map(|event| event.sample_text().to_owned()).collect();
        let odd = samples.iter().flat_map(|sample| {
            let half = sample.len() / 2;
            [
                format!("\u{feff} {sample}"),
                format!("[{sample}]"),
                format!("{{\"data\": {sample}}}"),
                format!("{{\"type\": \"other\", {}", &sample[1..]),
                sample.replace('"', "'"),
                sample.replace("\"type\"", "\"Type\""),
                sample.chars().take(half).collect(),
                format!("{sample} // x"),
                format!("{sample}{sample}"),
            ]
        });
        let more =
            ["", "null", "{}", "[]", "{\"type\": 5}", "x=1&type=roomdrop"].map(str::to_owned);
        for text in samples.iter().cloned().chain(odd).chain(more) {
            let whole = validation.classify(text.as_bytes());
            let known = validation.identification(text.as_bytes());
            assert_eq!(known, Identification::from(&whole), "{text}");
        }
    }

    #[test]
    fn a_body_that_cannot_be_unpacked_is_invalid_unless_it_is_json_all_the_same() {
        let validation = Validation::new(Arc::new(Catalog::embedded().unwrap()));
        let catalog = validation.catalog();
        let event = &catalog.providers()[0].events()[0];
        let sample = Bytes::from(event.sample_text().to_owned());
        let fault = Some(ContentFault::Unknown("x".to_owned()));
        let packed = Bytes::from_static(b"\x1f\x8b");
        let name = Some(&*event.name);
        for (bytes, fault, name, verdict) in [
            (sample.clone(), None, name, Verdict::Valid),
            (sample, fault.clone(), name, Verdict::Warning),
            (packed, fault, None, Verdict::Invalid),
        ] {
            let content = Content {
                bytes,
                codings: vec!["x".to_owned()],
                fault,
                content_type: None,
            };
            let report = validation.report(&content);
            assert_eq!((report.event.as_deref(), report.verdict()), (name, verdict));
            let codes = report.findings.iter().map(|finding| &*finding.code);
            let expected = content.fault.iter().map(|_| codes::CONTENT_ENCODING.name);
            assert!(codes.eq(expected));
            assert_eq!(validation.classify(&content), Classification::from(&report));
        }
    }
}
