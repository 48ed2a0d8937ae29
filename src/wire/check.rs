//! The objects of `check --format json`.

use serde::Serialize;

/// `plan`: the first line of `check`. Nothing was sent before it.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Plan<'p> {
    /// The URL of the receiver, with its password masked.
    pub url: String,
    /// The provider whose documents count.
    pub provider: &'p str,
    /// Checks in this run.
    pub checks: usize,
    /// Maximum number of requests.
    pub requests_at_most: u32,
    /// Maximum number of requests per second.
    pub requests_a_second: u32,
    /// Time limit of the run.
    pub seconds_at_most: f64,
    /// The prefix of every made-up id of the run.
    pub mark: &'p str,
}

/// `check`: the result of one check, written as soon as the check ends.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Check<'c> {
    /// The name of the check.
    pub check: &'c str,
    /// What the check is about.
    pub group: &'c str,
    /// `must` if a document of the provider states the rule, else `should`.
    pub level: &'c str,
    /// How it ended.
    pub result: &'c str,
    /// What happened, or why the check was skipped.
    pub message: &'c str,
    /// The decisive request; null if there is none.
    pub evidence: Option<Evidence<'c>>,
    /// The rule of the provider's documents; null if the check is good practice.
    pub rule: Option<Rule<'c>>,
    /// What to change in the receiver; null if the check passed or was skipped.
    pub change: Option<&'c str>,
    /// How long the check took.
    pub seconds: f64,
}

/// A request and its answer.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Evidence<'c> {
    /// What was sent, in a few words.
    pub sent: &'c str,
    /// The status and the beginning of the body, or why there was no answer.
    pub received: &'c str,
    /// How long it took.
    pub seconds: f64,
}

/// A rule of a provider's documents.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Rule<'c> {
    /// The rule's name in provider.json.
    pub rule: &'c str,
    /// The words of the document.
    pub quote: &'c str,
    /// The title of the document.
    pub document: &'c str,
    /// The section of the document.
    pub section: &'c str,
}

/// `summary`: the last line of `check`.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Summary<'s> {
    /// Checks that passed.
    pub passed: usize,
    /// Checks that failed.
    pub failed: usize,
    /// Failed checks of level `must`.
    pub failed_must: usize,
    /// Checks with a warning.
    pub warnings: usize,
    /// Checks that were skipped.
    pub skipped: usize,
    /// Skipped checks for which the time ran out.
    pub not_reached: usize,
    /// Why the run is incomplete; null if it is complete.
    pub undone: Option<&'s str>,
    /// Requests that were sent.
    pub requests: u32,
    /// Made-up sessions of which something was sent.
    pub sessions: usize,
    /// The prefix of every made-up id of the run.
    pub mark: &'s str,
    /// Events whose schema forbids ids with the prefix.
    pub unmarked_events: &'s [String],
    /// How long the run took.
    pub seconds: f64,
}

/// `known-check`: one check of `check --list`.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct KnownCheck<'c> {
    /// The name of the check.
    pub check: &'c str,
    /// What the check is about.
    pub group: &'c str,
    /// `must` if a document of the provider states the rule, else `should`.
    pub level: &'c str,
    /// The rule, in one sentence.
    pub title: &'c str,
    /// What is sent, and why the rule exists.
    pub about: &'c str,
    /// What to change in a receiver that fails.
    pub change: &'c str,
    /// The rule of the provider's documents; null if the check is good practice.
    pub rule: Option<Rule<'c>>,
}
