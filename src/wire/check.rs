//! The objects of `check --format json`.

use serde::Serialize;

/// `plan`: the first line of `check`. Nothing was sent before it.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Plan<'p> {
    /// The receiver, its password masked.
    pub url: String,
    /// The provider whose documents count.
    pub provider: &'p str,
    /// Checks in this run.
    pub checks: usize,
    /// The most requests that will be sent.
    pub requests_at_most: u32,
    /// The rate that they keep.
    pub requests_a_second: u32,
    /// The longest that the run can take.
    pub seconds_at_most: f64,
    /// What every made-up id of the run begins with.
    pub mark: &'p str,
}

/// `check`: what one check found, as soon as it is over.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Check<'c> {
    /// The name of the check.
    pub check: &'c str,
    /// What the check is about.
    pub group: &'c str,
    /// `must` where a document of the provider asks for it, else `should`.
    pub level: &'c str,
    /// How it ended.
    pub result: &'c str,
    /// What happened; of a skipped check, why it was.
    pub message: &'c str,
    /// The request that decided; null where there was none.
    pub evidence: Option<Evidence<'c>>,
    /// The rule of the provider's documents; null where it is good practice.
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
    /// What came back: status and the beginning of the body, or why there was no answer.
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
    /// The document's own words.
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
    /// Those of them that a document asks for.
    pub failed_must: usize,
    /// Checks with a warning.
    pub warnings: usize,
    /// Checks that were skipped.
    pub skipped: usize,
    /// Those of them for which the time was over.
    pub not_reached: usize,
    /// Why the run is not whole; null if it is.
    pub undone: Option<&'s str>,
    /// Requests that were sent.
    pub requests: u32,
    /// Sessions that were made up.
    pub sessions: usize,
    /// What every made-up id of the run begins with.
    pub mark: &'s str,
    /// Events whose schema does not let their ids begin with the mark.
    pub unmarked_events: &'s [String],
    /// How long the run took.
    pub seconds: f64,
}

/// `known-check`: what `check --list` knows of a check.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct KnownCheck<'c> {
    /// The name of the check.
    pub check: &'c str,
    /// What the check is about.
    pub group: &'c str,
    /// `must` where a document of the provider asks for it, else `should`.
    pub level: &'c str,
    /// The rule, in one sentence.
    pub title: &'c str,
    /// What is sent, and what the rule is good for.
    pub about: &'c str,
    /// What to change in a receiver that fails.
    pub change: &'c str,
    /// The rule of the provider's documents; null where it is good practice.
    pub rule: Option<Rule<'c>>,
}
