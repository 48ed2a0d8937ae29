//! Posts logged bodies again: which captures, with what changes, when, and what is done.
//!
//! A thread reads the inputs and selects ([`supply`]); a scheduler posts; [`run`] keeps the
//! totals and the progress and decides when it is enough. What is posted are the logged bytes,
//! never JSON that was parsed and printed again.

mod choice;
mod done;
mod envelope;
mod gaps;
mod overrides;
mod progress;
pub(crate) mod run;
pub(crate) mod supply;
pub(crate) mod tag;
pub(crate) mod totals;

pub use choice::Choice;
pub(crate) use done::Done;
pub(crate) use envelope::Envelope;
pub use envelope::Headers;
pub(crate) use gaps::Gaps;
pub use overrides::Overrides;
pub(crate) use progress::{Belongs, Progress};
pub use progress::{ProgressError, Typed};
