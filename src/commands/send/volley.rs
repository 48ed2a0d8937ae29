//! The posts of a run, as `send` knows them.

use std::sync::Arc;
use std::time::Duration;

use super::scenario::expect::Expectation;
use crate::delivery::{Attempt, Delivered, Job, Parcel, Supplied};
use crate::model::error::Failure;

/// One post to make.
#[derive(Clone, Debug)]
pub(super) struct Shot {
    pub(super) parcel: Parcel,
    pub(super) event: Option<String>,
    pub(super) session: Option<String>,
    /// Not before that time after the start of its lane.
    pub(super) due: Duration,
    /// The step of the scenario that it belongs to.
    pub(super) step: Option<Arc<Tag>>,
    /// What is special about it.
    pub(super) remark: Option<&'static str>,
}

/// A step of a scenario, as far as its posts are concerned.
#[derive(Debug, Default)]
pub(super) struct Tag {
    pub(super) number: usize,
    pub(super) name: Option<String>,
    pub(super) expect: Expectation,
}

impl Tag {
    /// Its name, or `step 3`.
    pub(super) fn label(&self) -> String {
        let name = self.name.clone();
        name.unwrap_or_else(|| format!("step {}", self.number))
    }
}

impl Shot {
    /// A post to make at once.
    pub(super) fn new(parcel: Parcel, event: Option<String>, session: Option<String>) -> Shot {
        Shot {
            parcel,
            event,
            session,
            due: Duration::ZERO,
            step: None,
            remark: None,
        }
    }
}

/// A post that was made.
#[derive(Debug)]
pub(super) struct Hit {
    pub(super) shot: Arc<Shot>,
    pub(super) attempt: Attempt,
    /// Tries, the last one included.
    pub(super) tries: u32,
}

impl Hit {
    pub(super) fn of(delivered: Delivered<Shot>) -> Hit {
        Hit {
            shot: delivered.tag,
            attempt: delivered.attempt,
            tries: delivered.attempts,
        }
    }
}

/// The posts of one session after the other.
pub(super) type Lanes<'l> = dyn Iterator<Item = Result<Vec<Shot>, Failure>> + 'l;

/// The lanes as a supply for a scheduler. A lane that cannot be made is a word of its own.
pub(super) fn supply<'l>(
    lanes: &'l mut Lanes<'_>,
) -> impl Iterator<Item = Supplied<Shot, Failure>> + 'l {
    let mut number = 0;
    lanes.enumerate().map(move |(index, shots)| {
        let lane: Arc<str> = index.to_string().into();
        let job = |shot: Shot| {
            number += 1;
            Job {
                number,
                lane: Some(Arc::clone(&lane)),
                parcel: shot.parcel.clone(),
                due: shot.due,
                tag: Arc::new(shot),
            }
        };
        match shots {
            Ok(shots) => Supplied::Jobs(shots.into_iter().map(job).collect()),
            Err(failure) => Supplied::Word(failure),
        }
    })
}
