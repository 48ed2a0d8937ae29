//! What was received is judged by what it holds, and not by how it was packed on its way.
//!
//! A body that cannot be unpacked is useless to a receiver, and so invalid; unless it is JSON as
//! it stands, where only its header is wrong.

use std::borrow::Cow;

use super::{Glance, Validation, codes, is_json};
use crate::model::content::{Content, ContentFault};
use crate::model::report::{Finding, Place, Report, Severity};

impl Validation {
    /// All that there is to say of a body that was received.
    pub fn explain_content(&self, content: &Content) -> Report {
        let Some(fault) = &content.fault else {
            return self.explain(&content.bytes);
        };
        let (mut report, severity) = if is_json(&content.bytes) {
            (self.explain(&content.bytes), Severity::Warning)
        } else {
            let nothing = Report {
                provider: None,
                event: None,
                session: None,
                findings: Vec::new(),
            };
            (nothing, Severity::Error)
        };
        report.findings.insert(0, finding(fault, severity));
        report
    }

    /// Provider, event, session and verdict of a body that was received.
    pub fn glance_content(&self, content: &Content) -> Glance {
        match content.fault {
            None => self.glance(&content.bytes),
            Some(_) => Glance::from(&self.explain_content(content)),
        }
    }
}

fn finding(fault: &ContentFault, severity: Severity) -> Finding {
    let help = match fault {
        ContentFault::Unknown(_) => "gzip, deflate, br and zstd are known",
        ContentFault::Broken(_) => "pack the body, or leave the header out",
        ContentFault::TooLarge(_) => "an event has a few hundred bytes; this may be an attack",
        ContentFault::TooOften => "pack the body once, or not at all",
    };
    Finding {
        code: Cow::Borrowed(codes::CONTENT_ENCODING.name),
        severity,
        pointer: String::new(),
        place: Place {
            span: 0..0,
            line: 1,
            column: 1,
        },
        message: fault.to_string(),
        help: Some(help.to_owned()),
        edits: Vec::new(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::sync::Arc;

    use bytes::Bytes;

    use super::*;
    use crate::catalog::Catalog;
    use crate::model::report::Verdict;

    #[test]
    fn a_body_that_cannot_be_unpacked_is_invalid_unless_it_is_json_all_the_same() {
        let validation = Validation::new(Arc::new(Catalog::embedded().unwrap()));
        let catalog = validation.catalog();
        let event = &catalog.providers()[0].events()[0];
        let sample = Bytes::from(event.sample_text().to_owned());
        let fault = Some(ContentFault::Unknown("x".to_owned()));
        for (bytes, fault, name, verdict) in [
            (sample.clone(), None, Some(&event.name), Verdict::Valid),
            (
                sample.clone(),
                fault.clone(),
                Some(&event.name),
                Verdict::Warning,
            ),
            (
                Bytes::from_static(b"\x1f\x8b"),
                fault,
                None,
                Verdict::Invalid,
            ),
        ] {
            let content = Content {
                bytes,
                codings: vec!["x".to_owned()],
                fault,
            };
            let report = validation.explain_content(&content);
            assert_eq!((report.event.as_ref(), report.verdict()), (name, verdict));
            let codes = report.findings.iter().map(|finding| &*finding.code);
            let expected: &[&str] = if content.fault.is_some() {
                &[codes::CONTENT_ENCODING.name]
            } else {
                &[]
            };
            assert!(codes.eq(expected.iter().copied()));
            assert_eq!(validation.glance_content(&content), Glance::from(&report));
        }
    }
}
