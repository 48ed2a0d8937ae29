//! Scenarios: sessions of events as data, with pauses, faults and expectations, planned into posts.
//!
//! A scenario is a file of steps. The built-in ones have the same format and name no event: the
//! data of the provider describes a session. [`find()`] reads a [`Scenario`] or tells where it is
//! wrong. [`Planner`] makes the posts of one session, and [`Sessions`] those of all sessions.

mod at;
mod builtin;
mod fill;
mod find;
mod plan;
mod read;
mod recorded;
mod sessions;
mod steps;

pub use builtin::{list, nearest};
pub use find::find;
pub use plan::Planner;
pub use recorded::Recording;
pub use sessions::Sessions;
pub use steps::Scenario;

#[cfg(test)]
mod tests;
