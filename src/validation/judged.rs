//! A received capture with its judgement: one value that everything shares which looks at it.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex, OnceLock};

use super::{Glance, Scratch, Validation};
use crate::catalog::Catalog;
use crate::model::capture::Capture;
use crate::model::content::Content;
use crate::model::report::Report;

/// From this many captures on, the fast path pays: compiling it takes longer than judging a few
/// captures without it.
const FLOOD: u32 = 2_000;

/// Judges received captures. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Judge(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    validation: Validation,
    /// How many were judged so far, up to [`FLOOD`].
    judged: AtomicU32,
    scratch: Mutex<Scratch>,
}

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
    judge: Judge,
    content: OnceLock<Content>,
    glance: OnceLock<Glance>,
    report: OnceLock<Report>,
}

impl Judge {
    /// Judges by that catalog.
    pub fn new(validation: Validation) -> Judge {
        Judge(Arc::new(Shared {
            validation,
            judged: AtomicU32::new(0),
            scratch: Mutex::default(),
        }))
    }

    /// A capture to be judged once somebody asks.
    pub fn capture(&self, seq: Option<u64>, capture: Arc<Capture>) -> JudgedCapture {
        JudgedCapture {
            seq,
            capture,
            judge: self.clone(),
            content: OnceLock::new(),
            glance: OnceLock::new(),
            report: OnceLock::new(),
        }
    }

    /// The catalog that it judges by.
    pub fn catalog(&self) -> &Catalog {
        self.0.validation.catalog()
    }

    /// In a flood, the report on a plainly valid body, which costs little.
    fn accept(&self, content: &Content) -> Option<Report> {
        let Shared {
            validation,
            judged,
            scratch,
        } = &*self.0;
        if judged.load(Relaxed) < FLOOD {
            judged.fetch_add(1, Relaxed);
            return None;
        }
        if content.fault.is_some() {
            return None;
        }
        // Another thread has it: this one takes the slower path instead of waiting.
        let mut scratch = scratch.try_lock().ok()?;
        let accepted = validation.accept(&content.bytes, &mut scratch)?;
        Some(accepted.report())
    }
}

impl JudgedCapture {
    /// The catalog that it is judged by.
    pub fn catalog(&self) -> &Catalog {
        self.judge.catalog()
    }

    /// The body, unpacked.
    pub fn content(&self) -> &Content {
        self.content.get_or_init(|| self.capture.content())
    }

    /// Provider, event, session and verdict.
    pub fn glance(&self) -> &Glance {
        self.glance.get_or_init(|| {
            if let Some(report) = self.report.get() {
                return Glance::from(report);
            }
            let content = self.content();
            let accepted = self.judge.accept(content);
            accepted.map_or_else(
                || self.judge.0.validation.glance_content(content),
                |report| Glance::from(self.report.get_or_init(|| report)),
            )
        })
    }

    /// All findings. A reader that needs them asks before it asks for the [glance](Self::glance),
    /// which then costs nothing.
    pub fn report(&self) -> &Report {
        self.report.get_or_init(|| {
            let content = self.content();
            // A glance would have found it plainly valid already.
            let accepted = match self.glance.get() {
                Some(_) => None,
                None => self.judge.accept(content),
            };
            accepted.unwrap_or_else(|| self.judge.0.validation.explain_content(content))
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use bytes::Bytes;
    use chrono::Utc;

    use super::*;
    use crate::catalog::Provider;
    use crate::model::capture::Headers;

    fn bodies(catalog: &Catalog) -> Vec<Bytes> {
        let samples = catalog.providers().iter().flat_map(Provider::events);
        let samples = samples.map(|event| Bytes::copy_from_slice(event.sample_text().as_bytes()));
        let others = [&b"{}"[..], b"", b"\xff", br#"{"type":"x"}"#].map(Bytes::from_static);
        samples.chain(others).collect()
    }

    fn capture(body: Bytes) -> Arc<Capture> {
        Arc::new(Capture {
            received_at: Utc::now(),
            peer: String::new(),
            method: "POST".to_owned(),
            target: "/".to_owned(),
            headers: Headers::new(),
            body,
        })
    }

    #[test]
    fn both_depths_agree_in_either_order_also_in_a_flood() {
        let validation = Validation::new(Arc::new(Catalog::embedded().unwrap()));
        for judged in [0, FLOOD] {
            let judge = Judge::new(validation.clone());
            judge.0.judged.store(judged, Relaxed);
            for body in bodies(judge.catalog()) {
                let expected = validation.explain(&body);
                let first = judge.capture(None, capture(body.clone()));
                assert_eq!(first.glance(), &Glance::from(&expected));
                assert_eq!(first.report(), &expected);
                let second = judge.capture(None, capture(body));
                assert_eq!(second.report(), &expected);
                assert_eq!(second.glance(), &Glance::from(&expected));
            }
        }
    }
}
