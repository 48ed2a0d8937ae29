//! A received capture with its judgement: one value, shared by all its readers.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;

use super::judge::Validation;
use super::mask::Mask;
use crate::catalog::Catalog;
use crate::model::capture::{Capture, Headers};
use crate::model::content::Content;
use crate::model::report::{Classification, Identification, Report};

/// A received capture and its judgement.
///
/// Its body is decoded and judged by the first reader that asks, off the path of the reply, and
/// no second time: the others share the result.
#[derive(Debug)]
pub struct JudgedCapture {
    /// The number of its record, where a log is kept.
    pub seq: Option<u64>,
    /// The request.
    pub capture: Arc<Capture>,
    /// About how many bytes it holds, as it was received.
    weight: usize,
    validation: Validation,
    content: OnceLock<Content>,
    identification: OnceLock<Identification>,
    classification: OnceLock<Classification>,
    report: OnceLock<Report>,
}

impl Validation {
    /// A capture that is judged when a reader first asks.
    pub fn capture(&self, seq: Option<u64>, capture: Arc<Capture>) -> JudgedCapture {
        JudgedCapture {
            seq,
            weight: size_of::<JudgedCapture>() + capture.weight(),
            capture,
            validation: self.clone(),
            content: OnceLock::new(),
            identification: OnceLock::new(),
            classification: OnceLock::new(),
            report: OnceLock::new(),
        }
    }
}

impl Mask {
    /// The capture as it is shown.
    pub fn of(&self, judged: JudgedCapture) -> JudgedCapture {
        if self.is_off() {
            judged
        } else {
            judged.masked(self)
        }
    }
}

impl JudgedCapture {
    /// The catalog that it is judged by.
    pub fn catalog(&self) -> &Catalog {
        self.validation.catalog()
    }

    /// The body, unpacked.
    pub fn content(&self) -> &Content {
        self.content.get_or_init(|| {
            let _turn = self.validation.turn(&self.capture);
            self.capture.content()
        })
    }

    /// Provider, event and session: all that passing it on needs.
    pub fn identification(&self) -> &Identification {
        self.identification
            .get_or_init(|| match self.classification.get() {
                Some(classification) => Identification::from(classification),
                None => self.look(|content| self.validation.identify(content)),
            })
    }

    /// Provider, event, session and verdict.
    pub fn classification(&self) -> &Classification {
        self.classification.get_or_init(|| match self.report.get() {
            Some(report) => Classification::from(report),
            None => self.look(|content| self.validation.classify(content)),
        })
    }

    /// All findings. A reader that needs them asks before it asks for the
    /// [classification](Self::classification), which then costs nothing.
    pub fn report(&self) -> &Report {
        self.report
            .get_or_init(|| self.look(|content| self.validation.report(content)))
    }

    /// The same capture for people and reports, with masked values in its body, its names and its
    /// findings. It is judged by the values that it has.
    #[must_use]
    pub fn masked(&self, mask: &Mask) -> JudgedCapture {
        let content = self.content();
        let body = mask.body(&content.bytes, self.catalog());
        let report = body.report(self.report());
        let classification = Classification::from(&report);
        let mut headers = Headers::new();
        // The body is unpacked.
        let others = |(name, _): &(&str, &[u8])| {
            !["content-encoding", "content-length"].contains(&name.to_ascii_lowercase().as_str())
        };
        for (name, value) in self.capture.headers.iter().filter(others) {
            headers.push(name, value.to_vec());
        }
        let bytes = Bytes::from(body.bytes);
        let capture = Capture {
            headers,
            body: bytes.clone(),
            ..Capture::clone(&self.capture)
        };
        let masked = self.validation.capture(self.seq, Arc::new(capture));
        let content = Content {
            bytes,
            codings: Vec::new(),
            ..content.clone()
        };
        let _ = masked.content.set(content);
        let _ = masked
            .identification
            .set(Identification::from(&classification));
        let _ = masked.classification.set(classification);
        let _ = masked.report.set(report);
        masked
    }

    /// About how many bytes it holds, as it was received.
    pub fn weight(&self) -> usize {
        self.weight
    }

    /// Looks at the body. Nothing keeps what had to be unpacked for that: a small body may unpack
    /// to megabytes, and this may wait in queues.
    fn look<T>(&self, at: impl FnOnce(&Content) -> T) -> T {
        let _turn = self.validation.turn(&self.capture);
        match self.content.get() {
            Some(content) => at(content),
            None => at(&self.capture.content()),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use chrono::Utc;

    use super::*;
    use crate::catalog::Provider;

    fn bodies(catalog: &Catalog) -> Vec<Bytes> {
        let samples = catalog.providers().iter().flat_map(Provider::events);
        let samples = samples.map(|event| Bytes::copy_from_slice(event.sample_text().as_bytes()));
        let others = [&b"{}"[..], b"", b"\xff", br#"{"type":"x"}"#].map(Bytes::from_static);
        samples.chain(others).collect()
    }

    fn capture(body: Bytes) -> Arc<Capture> {
        Arc::new(Capture {
            received_at: Utc::now(),
            peer: "".into(),
            method: "POST".into(),
            target: "/".into(),
            headers: Headers::new(),
            body,
        })
    }

    #[test]
    fn both_depths_agree_in_either_order_also_in_a_flood() {
        let validation = Validation::new(Arc::new(Catalog::embedded().unwrap()));
        let full = validation.clone().without_fast_path();
        for is_flood in [false, true] {
            if is_flood {
                validation.expect_many();
            }
            for body in bodies(validation.catalog()) {
                let expected = full.report(&body);
                let first = validation.capture(None, capture(body.clone()));
                let identification = Identification::from(&Classification::from(&expected));
                assert_eq!(first.identification(), &identification);
                assert_eq!(first.classification(), &Classification::from(&expected));
                assert_eq!(first.report(), &expected);
                let second = validation.capture(None, capture(body));
                assert_eq!(second.report(), &expected);
                assert_eq!(second.classification(), &Classification::from(&expected));
            }
        }
    }
}
