//! What a query asks about a capture.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::model::report::{Classification, Verdict};

/// Answers what a query asks about one capture.
///
/// A query asks for as little as it can, cheap facts first. So an answer is best worked out when
/// it is first asked for, and kept. A fact that an engine does not know is nothing, and meets no
/// term: [`Query::need`](super::Query::need) says beforehand what a query asks for.
pub trait Facts {
    /// Its number in the log.
    fn seq(&self) -> Option<u64> {
        None
    }

    /// When it was received.
    fn received_at(&self) -> Option<DateTime<Utc>> {
        None
    }

    /// Its event: the name in the catalog, or the unknown name as received.
    fn event(&self) -> Option<&str>;

    /// The value of its session key.
    fn session(&self) -> Option<&str>;

    /// Its body, unpacked.
    fn body(&self) -> &[u8] {
        &[]
    }

    /// Its body, parsed, if it is JSON.
    fn value(&self) -> Option<&Value> {
        None
    }

    /// The judgement.
    fn verdict(&self) -> Verdict;

    /// Calls a function with the code of each of its findings.
    fn each_code(&self, _see: &mut dyn FnMut(&str)) {}

    /// Whether it stands so to earlier captures.
    fn is(&self, _relation: Relation) -> bool {
        false
    }
}

/// What a judgement alone says of a capture.
#[derive(Clone, Copy, Debug)]
pub struct Identity<'c> {
    /// Its number in the log.
    pub seq: Option<u64>,
    /// Its event.
    pub event: Option<&'c str>,
    /// The value of its session key.
    pub session: Option<&'c str>,
    /// The judgement.
    pub verdict: Verdict,
}

impl<'c> From<&'c Classification> for Identity<'c> {
    fn from(known: &'c Classification) -> Identity<'c> {
        Identity {
            seq: None,
            event: known.event.as_deref(),
            session: known.session.as_deref(),
            verdict: known.verdict,
        }
    }
}

impl Facts for Identity<'_> {
    fn seq(&self) -> Option<u64> {
        self.seq
    }

    fn event(&self) -> Option<&str> {
        self.event
    }

    fn session(&self) -> Option<&str> {
        self.session
    }

    fn verdict(&self) -> Verdict {
        self.verdict
    }
}

/// How a capture stands to earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relation {
    /// Its body came before.
    Duplicate,
    /// An event that belongs after it came before it.
    OutOfOrder,
    /// An event that belongs before it has not come.
    Missing,
}

impl Relation {
    /// Every one.
    pub const ALL: [Relation; 3] = [Relation::Duplicate, Relation::OutOfOrder, Relation::Missing];
}

/// What an engine must know to answer a query, from the cheapest to the most expensive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// What the record of the log says: number and time.
    Record,
    /// Event and session.
    Identity,
    /// The unpacked body.
    Body,
    /// The parsed body.
    Value,
    /// The verdict.
    Verdict,
    /// The findings.
    Findings,
    /// Earlier captures.
    History,
}
