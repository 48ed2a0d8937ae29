//! Scenarios: sessions of events as data, with pauses, faults and what is expected of the
//! answers, planned into posts.
//!
//! A scenario is a file of steps. The built-in ones are files of the same form and name no
//! event: the provider's data says what a session is like. [`find`] reads a [`Scenario`] or
//! says where it is wrong, [`Planner`] makes the posts of one session, and [`Sessions`] those
//! of one session after the other.

mod at;
mod builtin;
mod fill;
mod find;
mod plan;
mod read;
mod sessions;
mod steps;

pub use builtin::list;
pub use find::find;
pub use plan::Planner;
pub use sessions::Sessions;
pub use steps::Scenario;

#[cfg(test)]
mod tests;
