//! Drafts the catalog files of events and fields that the documents do not have.
//!
//! [`lesson`] looks at one capture and runs on several threads; [`Learner`] merges what it saw.
//! What a draft knows stands in its schema as counts (`x-learned`) and in no other place, so that
//! a later run goes on from there: learning from two logs gives the same files in any order as
//! learning from both at once. No value of a payload is kept, but for the lists of `--enums`.

mod draft;
mod files;
mod format;
mod lesson;
mod place;
mod schema;
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests;

use std::collections::BTreeMap;

use crate::catalog::Catalog;

pub use draft::{Draft, LearnedField, Like};
pub use files::{Drafts, DraftsError};
pub use format::Form;
pub use lesson::{Lesson, Lessons, Refusal, is_file_name};

/// Events beyond these are not learned.
const MOST_EVENTS: usize = 500;

/// What was learned so far.
#[derive(Debug, Default)]
pub struct Learner {
    drafts: BTreeMap<(String, String), Draft>,
    captures: u64,
    known: u64,
    refused: BTreeMap<Refusal, u64>,
}

impl Learner {
    /// Takes what one capture shows.
    pub fn take(&mut self, lesson: Lesson) {
        self.captures += 1;
        match lesson {
            Lesson::Known => self.known += 1,
            Lesson::Refused(why) => *self.refused.entry(why).or_default() += 1,
            Lesson::New(draft) => {
                let key = (draft.provider.clone(), draft.event.clone());
                let is_full = self.drafts.len() >= MOST_EVENTS;
                match self.drafts.get_mut(&key) {
                    Some(known) => known.merge(*draft),
                    None if is_full => *self.refused.entry(Refusal::TooMany).or_default() += 1,
                    None => drop(self.drafts.insert(key, *draft)),
                }
            }
        }
    }

    /// Captures that were looked at.
    pub fn captures(&self) -> u64 {
        self.captures
    }

    /// Captures of which the catalog knows everything.
    pub fn known(&self) -> u64 {
        self.known
    }

    /// Captures of which nothing could be learned, by the reason.
    pub fn refused(&self) -> &BTreeMap<Refusal, u64> {
        &self.refused
    }

    /// What was learned of this run's captures alone, in the order of the names.
    pub fn drafts(&self) -> impl Iterator<Item = &Draft> {
        self.drafts.values()
    }

    /// Keeps only what is wanted: whole events, and fields of known events.
    pub fn retain(&mut self, mut wants: impl FnMut(&Draft, Option<&str>) -> bool) {
        self.drafts.retain(|_, draft| draft.retain(&mut wants));
    }

    /// The known event that a draft resembles.
    pub fn like(draft: &Draft, catalog: &Catalog) -> Option<Like> {
        draft.like(catalog)
    }
}
