//! `events`: what the catalog knows.

use std::io::Write;

use serde::Serialize;

use super::{Console, Format, Outcome, event, provider};
use crate::catalog::{Catalog, Entry, Field};
use crate::error::{Failure, OutputError};

/// What was asked for.
#[derive(Debug)]
pub struct Options {
    /// What to show.
    pub show: Show,
    /// What stdout carries.
    pub format: Format,
}

/// What to show.
#[derive(Debug)]
pub enum Show {
    /// All events, or those of one provider.
    All {
        /// The provider.
        provider: Option<String>,
    },
    /// One event, explained.
    One(String),
    /// The schema file of an event.
    Schema(String),
    /// The sample file of an event.
    Sample(String),
}
