//! What a log tells: how a capture relates to earlier ones, sessions and what they miss.
//!
//! [`read`] reads captures from any inputs, judges them on all cores and hands them over in
//! order. [`History`] remembers a bounded number of them and of sessions, and says how the next
//! one relates to them. The annotations of `listen` and the commands of `log` have this one
//! source.

mod context;
mod facts;
mod name;
mod reader;
mod session;
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests;

pub use context::{Context, History, Sighting};
pub use facts::CaptureFacts;
pub use name::CaptureName;
pub use reader::{Flow, Found, Told, UnreadItem, read};
pub use session::{Session, SessionState, Standing, Why};
