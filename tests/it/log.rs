//! `log`: what a log tells. The fixture has 20 sessions of which three lack an event, one has a
//! duplicate, one is out of order and one is open.

mod differences;
pub(crate) mod fixture;
mod inputs;
mod masking;
mod promises;
#[cfg(unix)]
mod prune;
mod queries;
mod repair;
mod rows;
mod sessions;
mod show;
mod statistics;
mod timelines;
