//! What `send` is asked for.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use super::ask::Questions;
use crate::commands::{Format, Target};
use crate::delivery::{Rate, RetryCondition};
use crate::flows::sending::{BodyOptions, Seed};
use crate::receiver::FileServerOptions;
use crate::render::report::ReportKind;
use crate::render::request::RequestForm;
use crate::selection::Speed;

/// What `send` was asked for.
#[derive(Debug)]
pub struct SendOptions {
    /// What to send.
    pub what: What,
    /// How bodies are made and changed.
    pub body: BodyOptions,
    /// Where fresh values come from.
    pub seed: Seed,
    /// The content type, if it is not that of JSON.
    pub content_type: Option<String>,
    /// How much is sent, and how fast.
    pub pace: Pace,
    /// Send nothing, and print the requests in this form.
    pub print: Option<RequestForm>,
    /// A report in a file.
    pub report: Option<(PathBuf, ReportKind)>,
    /// The report of an earlier run whose answers are expected.
    pub like: Option<PathBuf>,
    /// The server for the files that events name.
    pub files: Option<FileServerOptions>,
    /// How long the receiver may take to fetch them after the last event.
    pub files_wait: Duration,
    /// Whether each of them has to be fetched.
    pub expect_fetched: bool,
    /// Where to.
    pub target: Target,
    /// The variables that a scenario may read.
    pub variables: BTreeMap<String, String>,
    /// What stdout carries.
    pub format: Format,
}

/// What to send.
#[derive(Debug)]
pub enum What {
    /// The samples of these events, in this order.
    Events(Vec<String>),
    /// The samples of all events of a provider; by default the catalog's first.
    All {
        /// The provider.
        provider: Option<String>,
    },
    /// A body.
    Data(Data),
    /// A scenario.
    Scenario {
        /// Its name, or its file.
        name: String,
        /// The provider whose events it has.
        provider: Option<String>,
    },
    /// Nothing: the built-in scenarios are listed.
    List,
    /// What the user is asked for.
    Ask(Questions),
}

/// How much is sent, and how fast.
#[derive(Clone, Debug)]
pub struct Pace {
    /// How many times all is sent, each with fresh ids; by default once, or as often as the
    /// scenario says.
    pub count: Option<u64>,
    /// How many times each body is sent, byte for byte.
    pub repeat: u64,
    /// Sessions at a time; by default one, or as many as the scenario says.
    pub concurrency: Option<usize>,
    /// Posts a second, at most.
    pub rate: Option<Rate>,
    /// Attempts after the first.
    pub retries: u32,
    /// What is tried again.
    pub retry_on: Vec<RetryCondition>,
    /// How fast the pauses of a scenario pass.
    pub speed: Speed,
}

/// Where a body comes from.
#[derive(Debug)]
pub enum Data {
    /// The command line.
    Text(String),
    /// A file.
    File(PathBuf),
    /// stdin
    Input,
}
