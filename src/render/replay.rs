//! What people and machines read of a replay.

mod gauge;
mod human;
mod json;
mod report;

pub(crate) use gauge::Gauge;
pub(crate) use human::{annotate, sentence, write_delivery, write_details, write_would_send};
pub(crate) use json::{delivery, summary, would_send};
pub(crate) use report::{case, case_of_run};
