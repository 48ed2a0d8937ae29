//! The objects of `check --format json`.

use serde::Serialize;

/// The first line of `check`, before anything is sent.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Plan<'p> {
    /// The receiver, its password masked.
    pub url: String,
    /// The provider whose documents apply.
    pub provider: &'p str,
    /// Checks in this run.
    pub checks: usize,
    /// The most requests that will be sent.
    pub requests_at_most: u32,
    /// The most requests that are sent in a second.
    pub requests_a_second: u32,
    /// The longest time that the run can take, in seconds.
    pub seconds_at_most: f64,
    /// The prefix of every invented id of the run.
    pub mark: &'p str,
}

/// What one check found, as soon as it ends.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Check<'c> {
    /// The name of the check.
    pub check: &'c str,
    /// What the check is about.
    #[cfg_attr(test, schemars(extend("enum" = ["delivery", "promptness", "idempotency", "authentication", "robustness", "transport", "files", "effects"])))]
    pub group: &'c str,
    /// `must` if a document of the provider requires it, else `should`.
    #[cfg_attr(test, schemars(extend("enum" = ["must", "should"])))]
    pub level: &'c str,
    /// How it ended.
    #[cfg_attr(test, schemars(extend("enum" = ["pass", "fail", "warn", "skip"])))]
    pub result: &'c str,
    /// What happened; for a skipped check, why it was skipped.
    pub message: &'c str,
    /// The decisive request. Null if there is none.
    pub evidence: Option<Evidence<'c>>,
    /// The rule in the provider's documents. Null if it is good practice only.
    pub rule: Option<Rule<'c>>,
    /// What to change in the receiver. Null if the check passed or was skipped.
    pub change: Option<&'c str>,
    /// How long the check took, in seconds.
    pub seconds: f64,
}

/// A request and its answer.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
pub struct Evidence<'c> {
    /// What was sent, in a few words.
    pub sent: &'c str,
    /// What came back: status and the beginning of the body, or why there was no answer.
    pub received: &'c str,
    /// How long it took, in seconds.
    pub seconds: f64,
}

/// A rule of a provider's documents.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
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

/// The last line of `check`.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Summary<'s> {
    /// Checks that passed.
    pub passed: usize,
    /// Checks that failed.
    pub failed: usize,
    /// Failed checks whose rule a document of the provider requires.
    pub failed_must: usize,
    /// Checks with a warning.
    pub warnings: usize,
    /// Checks that were skipped.
    pub skipped: usize,
    /// Skipped checks that the run had no time for.
    pub not_reached: usize,
    /// Why the run is incomplete. Null if it is complete.
    pub undone: Option<&'s str>,
    /// Requests that were sent.
    pub requests: u32,
    /// Sessions that were invented.
    pub sessions: usize,
    /// The prefix of every invented id of the run.
    pub mark: &'s str,
    /// Events whose schema forbids ids with that prefix.
    pub unmarked_events: &'s [String],
    /// How long the run took, in seconds.
    pub seconds: f64,
}

/// A check, with `check --list`.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct KnownCheck<'c> {
    /// The name of the check.
    pub check: &'c str,
    /// What the check is about.
    #[cfg_attr(test, schemars(extend("enum" = ["delivery", "promptness", "idempotency", "authentication", "robustness", "transport", "files", "effects"])))]
    pub group: &'c str,
    /// `must` if a document of the provider requires it, else `should`.
    #[cfg_attr(test, schemars(extend("enum" = ["must", "should"])))]
    pub level: &'c str,
    /// The rule, in one sentence.
    pub title: &'c str,
    /// What is sent, and why the rule exists.
    pub about: &'c str,
    /// What to change in a receiver that fails.
    pub change: &'c str,
    /// The rule in the provider's documents. Null if it is good practice only.
    pub rule: Option<Rule<'c>>,
}
