//! What a log tells: how a capture relates to earlier ones, sessions and what they miss.
//!
//! [`read`] reads captures from any inputs, judges them on all cores and hands them over in
//! order. [`History`] remembers a bounded number of them and of sessions, and says how the next
//! one relates to them. The annotations of `listen` and the commands of `log` have this one
//! source.

mod context;
mod difference;
mod drift;
mod facts;
mod index;
mod learn;
mod name;
mod reader;
mod search;
mod session;
mod sighting;
mod statistics;
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests;
mod timeline;

pub use context::History;
pub use difference::{Change, Depth, Difference, Part, differences, pairs, sample};
pub use drift::{Drift, DriftClass, DriftKey, DriftPlan, DriftRow, Observation, Sentence};
pub use facts::CaptureFacts;
pub use index::{Index, Indexed, IndexedCapture, first_number};
pub use learn::{
    Draft, Drafts, DraftsError, Form, LearnedField, Learner, Lesson, Lessons, Like, Refusal,
    is_file_name,
};
pub use name::CaptureName;
pub use reader::{Flow, Found, Told, UnreadItem, read};
pub use search::{Matches, Rows, Search, Sought};
pub use session::{Session, SessionState, Standing, Standings, Why};
pub use sighting::{Context, Sighting};
pub use statistics::{By, NO_EVENT, Sample, Statistics};
pub use timeline::{Step, Timeline, Timelines};
