//! The engine of `replay`: posts logged bodies again.
//!
//! A thread reads the inputs and selects captures (`supply`). A scheduler delivers them.
//! `run` keeps the totals and the progress and decides when to stop. The logged bytes are
//! posted as they are, without parsing and printing JSON again.

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
