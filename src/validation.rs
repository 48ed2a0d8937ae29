//! Parse → classify → validate → report, for every command alike.
//!
//! There are two depths. [`Validation::explain`] says all there is to say of a document,
//! with places. [`Validation::glance`] says provider, event, session and verdict, and does
//! no more work than that takes. Both ask the same classifier and the same rules, so they
//! cannot disagree on a verdict; a property test holds them to it. Of what was received, each
//! has a form that looks at what the body holds, however it was packed.
//!
//! Before both, for documents by the million, [`Validation::accept`] says yes to what is
//! valid without findings beyond doubt, and nothing to all else. It pays where many come:
//! what it is compiled to takes longer to make than one document takes to explain.
//!
//! No event is named here: what is documented comes from the catalog.

#[cfg(test)]
mod agreement;
mod classify;
pub mod codes;
mod compare;
mod content;
mod explain;
mod fast;
mod identify;
mod judged;
mod mend;
mod registry;
mod remark;
mod rules;
mod strict;

use std::sync::Arc;

use serde_json::Value;

use fast::Fast;
pub use fast::{Accepted, Scratch};

use crate::catalog::{Catalog, Entry};
use crate::model::report::{Report, Verdict};

pub use judged::{Judge, JudgedCapture};
pub use mend::Mended;
pub use registry::{KnownCode, Shown, known_codes, nearest_code};

/// Judges documents by a catalog.
#[derive(Clone, Debug)]
pub struct Validation {
    catalog: Arc<Catalog>,
    taken_for: Option<(String, String)>,
    fast: Arc<Fast>,
}

/// What one look at a document tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glance {
    /// The provider that the document belongs to, if that could be told.
    pub provider: Option<String>,
    /// The event: its name in the catalog, or the unknown name as received.
    pub event: Option<String>,
    /// The value of the provider's session key.
    pub session: Option<String>,
    /// The judgement.
    pub verdict: Verdict,
}

impl From<&Report> for Glance {
    fn from(report: &Report) -> Glance {
        Glance {
            provider: report.provider.clone(),
            event: report.event.clone(),
            session: report.session.clone(),
            verdict: report.verdict(),
        }
    }
}

impl Validation {
    /// Judges by that catalog.
    pub fn new(catalog: Arc<Catalog>) -> Validation {
        Validation {
            fast: Arc::new(Fast::new(&catalog, None)),
            catalog,
            taken_for: None,
        }
    }

    /// Takes every document for that event, whatever its discriminator says.
    #[must_use]
    pub fn taking_for(self, entry: Entry<'_>) -> Validation {
        let taken_for = Some((entry.provider.name.clone(), entry.event.name.clone()));
        let fast = Arc::new(Fast::new(&self.catalog, Some(entry)));
        Validation {
            taken_for,
            fast,
            ..self
        }
    }

    /// The catalog that it judges by.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// What a document is, where a walk over its bytes proves it valid and without findings.
    /// Nothing: that is left open, and the other two tell.
    pub fn accept<'t>(&self, text: &'t [u8], scratch: &mut Scratch) -> Option<Accepted<'_, 't>> {
        self.fast.accept(&self.catalog, text, scratch)
    }

    /// All that there is to say of a document.
    pub fn explain(&self, text: &[u8]) -> Report {
        explain::explain(self, text)
    }

    /// The document with all repairs made that are beyond doubt, and what is left to say.
    pub fn mend(&self, text: &[u8]) -> Mended {
        mend::mend(self, text)
    }

    /// Provider, event, session and verdict of a document.
    pub fn glance(&self, text: &[u8]) -> Glance {
        match strict::parse(text) {
            Some(value) => self.glance_at_value(&value),
            // Not JSON, or with something in it that only the full reader can tell.
            None => Glance::from(&self.explain(text)),
        }
    }

    /// Provider, event and session of a document, as [`Validation::glance`] would tell them,
    /// without a judgement: the verdict is always valid.
    pub fn identify(&self, text: &[u8]) -> Glance {
        let quick = match self.taken_for {
            None => identify::identify(&self.catalog, text),
            Some(_) => None,
        };
        quick.unwrap_or_else(|| self.identify_by_class(text))
    }

    fn identify_by_class(&self, text: &[u8]) -> Glance {
        let Some(value) = strict::parse(text) else {
            return Glance {
                verdict: Verdict::Valid,
                ..self.glance(text)
            };
        };
        let class = self.classify(&value);
        Glance {
            provider: class.provider.map(|provider| provider.name.clone()),
            session: class.session(&value),
            event: class.event,
            verdict: Verdict::Valid,
        }
    }

    fn glance_at_value(&self, value: &Value) -> Glance {
        let class = self.classify(value);
        let mut verdict = Verdict::Valid;
        class.remarks(value, &mut |remark| {
            verdict = verdict.max(remark.severity.verdict());
        });
        if let (Some(entry), true) = (class.entry, verdict < Verdict::Invalid) {
            verdict = verdict.max(rules::verdict(entry, value));
        }
        Glance {
            provider: class.provider.map(|provider| provider.name.clone()),
            session: class.session(value),
            event: class.event,
            verdict,
        }
    }

    fn classify(&self, value: &Value) -> classify::Class<'_> {
        let taken_for = self.taken_for.as_ref().and_then(|(provider, event)| {
            let provider = self.catalog.provider(provider)?;
            Some(Entry {
                provider,
                event: provider.event(event)?,
            })
        });
        match taken_for {
            Some(entry) => classify::Class::taken_for(entry, value),
            None => classify::classify(&self.catalog, value),
        }
    }
}

/// Whether a text is JSON at all, by the strict reader: `--reject-malformed` asks this.
pub fn is_json(text: &[u8]) -> bool {
    // What is skipped over in a slice is not checked for UTF-8.
    str::from_utf8(text)
        .is_ok_and(|text| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok())
}

#[cfg(test)]
mod tests {
    use super::is_json;

    #[test]
    fn what_is_no_utf8_is_no_json_not_even_inside_a_string() {
        assert!(is_json("{\"type\":\"é\"}".as_bytes()));
        assert!(!is_json(b"{\"type\":\"\xff\"}"));
        assert!(!is_json(b"{\"type\":}"));
    }
}
